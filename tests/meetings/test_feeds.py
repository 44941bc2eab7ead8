"""Calendars, read back with the library; lists, by who may see what."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from conftest import staff
from icalendar import Calendar

from tests.meetings.conftest import announced, called
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.selectors import actor_for
from tingchao.directory.services import account_create, grant_give
from tingchao.instruments.meetings.feeds import (
    account_calendar,
    feed_renew,
    feed_secret,
    station_calendar,
    uid_of,
)
from tingchao.instruments.meetings.listing import VIEWS, Sift, meetings_page
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import (
    Invited,
    attendance_answer,
    attendees_invite,
    meeting_announce,
    meeting_cancel,
    meeting_create,
    meeting_move,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEEDED = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "SEQUENCE", "STATUS")


@pytest.fixture
def person(town, now):
    account = account_create(
        username="d", name="王代表", password=None, actor=SYSTEM, now=now, deputy=town.deputies[0]
    )
    grant_give(account=account, role=Role.DEPUTY, scope="330182001", since=now.date(), actor=SYSTEM)
    return actor_for(account, now)


def read(calendar: bytes):
    """The calendar parsed again: required properties are there, the zone is defined, and it is written the same."""
    found = Calendar.from_ical(calendar)
    assert not found.errors and found["VERSION"] == "2.0" and found["PRODID"]
    events = {str(one["UID"]): one for one in found.walk("VEVENT")}
    for one in events.values():
        assert not one.errors
        assert all(key in one for key in NEEDED), sorted(one)
        assert one.decoded("DTSTART").tzinfo is not None and one["DTSTART"].params["TZID"] == "Asia/Shanghai"
    zones = {str(one["TZID"]) for one in found.walk("VTIMEZONE")}
    assert zones == ({"Asia/Shanghai"} if events else set())
    assert found.to_ical() == calendar
    assert all(len(line) <= 75 for line in calendar.split(b"\r\n")), "folded"
    return events


def test_the_calendar_of_an_account(town, now, reception, person):
    assert feed_secret(person.id) == ""
    secret = feed_renew(actor=person, now=now)
    events = read(account_calendar(person.id, secret, now))
    one = events[uid_of(reception)]
    assert one.decoded("DTSTART") == reception.starts_at.astimezone(SHANGHAI)
    assert (one["SEQUENCE"], one["STATUS"]) == (0, "CONFIRMED")
    assert len(secret) == 20
    for wrong in ("", "x", secret[:-1], secret.lower(), "零" * 20):
        assert account_calendar(person.id, wrong, now) is None
    assert account_calendar(2**70, secret, now) is None
    feed_renew(actor=person, now=now + timedelta(seconds=1))
    assert account_calendar(person.id, secret, now) is None, "a new address ends the old one"


def test_moved_and_cancelled_under_the_same_entry(town, now, reception, person):
    secret = feed_renew(actor=person, now=now)
    later = reception.starts_at + timedelta(days=1)
    meeting_move(
        meeting_id=reception.pk,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        reason="场地，维修；改天",
        actor=town.liaison,
        now=now,
    )
    one = read(account_calendar(person.id, secret, now))[uid_of(reception)]
    assert (one["SEQUENCE"], one.decoded("DTSTART")) == (1, later.astimezone(SHANGHAI))
    assert str(one["DESCRIPTION"]) == "场地，维修；改天"
    meeting_cancel(meeting_id=reception.pk, reason="台风", actor=town.liaison, now=now)
    one = read(account_calendar(person.id, secret, now))[uid_of(reception)]
    assert (one["SEQUENCE"], one["STATUS"]) == (2, "CANCELLED")


def test_who_is_excused_has_the_time_free(town, now, reception, person):
    secret = feed_renew(actor=person, now=now)
    attendance_answer(meeting_id=reception.pk, coming=False, reason="出差", actor=person, now=now)
    assert read(account_calendar(person.id, secret, now)) == {}


def test_the_calendar_of_a_station_tells_what_anybody_may_know(town, now, reception):
    announced(town, now, kind="study", title="学习")
    announced(town, now, public=False, title="内部接待")
    meeting_create(called=called(town, now, title="还没公布"), actor=town.liaison, now=now)
    hybrid = announced(town, now, mode="hybrid", online_at="https://secret.example/room", title="混合")
    text = station_calendar(town.station.pk, "站", now)
    assert set(read(text)) == {uid_of(reception), uid_of(hybrid)}
    assert b"secret.example" not in text
    meeting_cancel(meeting_id=reception.pk, reason="台风", actor=town.liaison, now=now)
    assert read(station_calendar(town.station.pk, "站", now))[uid_of(reception)]["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("title", ["a" * 60, "会" * 60, "逗号,分号;反斜\\杠", "两 行\u2028吗", "🌊听潮"])
def test_odd_titles_come_back_whole(title, town, now):
    meeting = announced(town, now, title=title)
    one = read(station_calendar(town.station.pk, "站", now))[uid_of(meeting)]
    assert str(one["SUMMARY"]) == meeting.title


# --- lists ------------------------------------------------------------------------------------------------


def titles(actor, view, now, **sift):
    return [row.title for row in meetings_page(actor=actor, view=view, now=now, sift=Sift(**sift)).rows]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("liaison", ["接待", "学习", "没公布"]),
        ("coordinator", ["接待", "学习", "没公布", "暗访"]),
        ("clerk", ["接待", "学习", "没公布", "暗访"]),
        ("leader", ["接待", "学习", "没公布"]),
        ("auditor", ["接待", "学习", "没公布"]),
        ("deputy", ["接待", "暗访"]),
        ("handler", ["接待"]),
        ("expert", ["接待"]),
        ("stranger", []),
        ("administrator", ["接待"]),
    ],
)
def test_who_sees_which_gathering_on_lists(who, sees, town, now):
    announced(town, now, title="接待", invited=Invited())
    announced(town, now, kind="study", title="学习", invited=Invited())
    meeting_create(called=called(town, now, title="没公布"), actor=town.liaison, now=now)
    hidden = meeting_create(
        called=called(town, now, kind="unannounced", title="暗访"), actor=town.clerk, now=now
    )
    attendees_invite(
        meeting_id=hidden.pk, invited=Invited(deputies=town.deputies[:1]), actor=town.clerk, now=now
    )
    meeting_announce(meeting_id=hidden.pk, actor=town.clerk, now=now)
    assert titles(getattr(town, who), "planned", now) == sees


def test_views_and_filters(town, now, reception):
    start = datetime(2026, 11, 20, 14, tzinfo=SHANGHAI)
    announced_at = now - timedelta(days=1)
    today = meeting_create(
        called=called(
            town, now, kind="training", title="培训", starts_at=start, ends_at=start.replace(hour=16)
        ),
        actor=town.coordinator,
        now=announced_at,
    )
    assert titles(town.liaison, "week", now) == ["培训"]
    assert titles(town.liaison, "planned", now) == ["培训", "代表接待日"]
    assert titles(town.liaison, "mine", now) == ["代表接待日"]
    assert titles(town.deputy, "mine", now) == ["代表接待日"]
    assert titles(town.liaison, "past", now + timedelta(days=30)) == ["代表接待日", "培训"]
    assert titles(town.liaison, "planned", now, kind="training") == [today.title]
    assert titles(town.liaison, "planned", now, station_id=town.station.pk + 1) == []


@pytest.mark.parametrize("view", VIEWS)
def test_pages_hold_each_gathering_once(view, town, now):
    base = {"region_id": town.region, "station": town.station, "kind": "study", "state": "announced"}
    shift = -1 if view == "past" else 1
    moments = [now + shift * timedelta(minutes=1 + number // 3) for number in range(60)]
    Meeting.objects.bulk_create(
        Meeting(
            title=str(number),
            starts_at=moment,
            ends_at=moment + timedelta(hours=1),
            created_at=now,
            changed_at=now,
            organiser=town.liaison.key,
            **base,
        )
        for number, moment in enumerate(moments)
    )
    found, after = [], ""
    for _ in range(4):
        page = meetings_page(actor=town.liaison, view=view, now=now, after=after)
        found += [row.pk for row in page.rows]
        after = page.after
        if not after:
            break
    assert len(found) == 60 == len(set(found))
    for odd in ("x", "9" * 200, "eyJ9"):
        assert len(meetings_page(actor=town.liaison, view=view, now=now, after=odd).rows) == 25


def test_a_list_takes_two_statements(town, now, reception, django_assert_num_queries):
    both = staff(Role.CLERK, "3301")
    with django_assert_num_queries(2):
        meetings_page(actor=both, view="planned", now=now)
