"""Pages of a gathering that keep themselves up to date: who asks what, how cheaply, and until when."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.pages.test_meetings import html, made
from tingchao.desk.middleware import BY_ITSELF, LAST_SEEN
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import (
    Invited,
    meeting_hold,
    resident_add,
    resident_arrive,
    resident_call,
    resident_hear,
    resident_put_back,
    resident_sign_up,
)
from tingchao.instruments.meetings.services.holding import resident_code
from tingchao.instruments.meetings.watching import is_watched, version_of, watch_code

HOUR = timedelta(hours=1)


@pytest.fixture
def today():
    """Noon, so that a reception of two hours lies on one day."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def reception(town, today):
    guests = Invited(deputies=town.deputies[:1])
    return made(town, today, starts=today - timedelta(minutes=10), invited=guests)


def news(meeting, code=None):
    return reverse("public:meeting_news", args=[meeting.pk, code or watch_code(meeting.pk)])


def test_every_step_of_the_queue_changes_the_version(town, reception, today):
    how = {"meeting_id": reception.pk, "actor": town.deputy, "now": today}
    seen = [version_of(reception.pk, today)]

    def changed(deed, **more):
        done = deed(**(how | more))
        seen.append(version_of(reception.pk, today))
        assert seen[-1] != seen[-2], deed.__name__
        return done

    one = changed(resident_add)
    other = resident_sign_up(meeting_id=reception.pk, name="王女士", submission="s" * 20, now=today)
    seen.append(version_of(reception.pk, today))
    resident_arrive(attendee_id=other.pk, now=today)
    seen.append(version_of(reception.pk, today))
    changed(resident_call, attendee_id=one.pk)
    changed(resident_put_back, attendee_id=one.pk)
    changed(resident_hear, attendee_id=other.pk)
    changed(meeting_hold, received=2, actor=town.clerk)
    assert len(set(seen)) == len(seen), "no version comes twice"
    assert version_of(0, today) == ""


def test_asking_costs_one_statement_and_nothing_when_nothing_changed(client, reception):
    address = news(reception)
    with CaptureQueriesContext(connection) as captured:
        first = client.get(address)
    assert len(captured.captured_queries) == 1
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    with CaptureQueriesContext(connection) as captured:
        assert client.get(news(reception, "A" * 12)).status_code == 404
    asked = [one["sql"] for one in captured.captured_queries if "meetings_meeting" in one["sql"]]
    assert not asked, "a guessed address is not looked up"
    assert client.get(f"/meetings/{2**70}/news/{watch_code(2**70)}/").status_code == 404


def test_when_signing_in_begins_the_version_changes_although_nobody_did_anything(reception):
    early, open_ = reception.starts_at - 3 * HOUR, reception.starts_at
    late = reception.ends_at + 3 * HOUR
    versions = [version_of(reception.pk, moment).split("-")[1] for moment in (early, open_, late)]
    assert versions == ["shut", "open", "shut"]


@pytest.mark.parametrize(
    ("days", "state", "watched"),
    [
        (-1, "announced", False),  # the day before
        (0, "announced", True),
        (1, "announced", False),  # nobody closed it
        (0, "held", False),
        (0, "cancelled", False),
    ],
)
def test_a_page_is_watched_on_the_day_until_it_is_closed(days, state, watched, reception):
    reception.state = state
    assert is_watched(reception, reception.starts_at + timedelta(days=days)) is watched


def test_the_room_and_the_own_page_say_where_to_ask_and_end_it(browse, client, town):
    moment = timezone.now()
    reception = made(
        town, moment, starts=moment - timedelta(minutes=1), invited=Invited(deputies=town.deputies[:1])
    )
    one = resident_add(meeting_id=reception.pk, actor=town.deputy, now=moment)
    room = reverse("public_voices:room", args=[reception.pk])
    own = reverse("public:meeting_mine", args=[reception.pk, one.pk, resident_code(one)])
    deputy = browse("deputy following")
    for visitor, page, speaks in ((deputy, room, 'role="status"'), (client, own, 'aria-live="polite"')):
        shown = html(visitor.get(page))
        assert f'data-watch="{news(reception)}" data-version="{version_of(reception.pk, moment)}"' in shown
        assert speaks in shown, "screen readers hear of it without being interrupted"
    assert "1 位在等 ·" in html(deputy.get(room)) and "看看又来了谁" in html(deputy.get(room))
    assert "看看轮到没有" in html(client.get(own)), "without scripts a link does it"
    meeting_hold(meeting_id=reception.pk, actor=town.clerk, now=moment, received=1)
    for visitor, page in ((deputy, room), (client, own)):
        assert 'data-watch=""' in html(visitor.get(page))


def test_parts_that_are_fetched_anew_hold_nothing_that_is_typed(browse, town):
    """What one types for somebody who just came stands outside of every part that a script replaces."""
    moment = timezone.now()
    reception = made(
        town, moment, starts=moment - timedelta(minutes=1), invited=Invited(deputies=town.deputies[:1])
    )
    page = html(browse("deputy following").get(reverse("public_voices:room", args=[reception.pk])))
    parts = re.findall(r'<(\w+)[^>]* id="([\w-]+)" data-fresh>(.*?)</\1>', page, re.DOTALL)
    assert {"room-queue", "room-add", "room-expected", "room-state", "room-count"} <= {
        name for _, name, _ in parts
    }
    assert not any('name="name"' in inside for _, _, inside in parts) and 'name="name"' in page


def test_a_page_that_looks_by_itself_keeps_no_session_alive(browse, reception, settings):
    deputy, room = browse("deputy following"), reverse("public_voices:room", args=[reception.pk])
    deputy.get(room)
    session = deputy.session
    session[LAST_SEEN] = before = int(timezone.now().timestamp()) - settings.SESSION_IDLE_SECONDS + 60
    session.save()
    deputy.get(room, headers={"X-Requested-With": BY_ITSELF})
    assert deputy.session[LAST_SEEN] == before
    deputy.get(room)
    assert deputy.session[LAST_SEEN] > before


def test_only_the_room_of_a_reception_is_watched(browse, town):
    deputy = browse("deputy following")
    answer = deputy.post(reverse("public_voices:walk_begin"), {"idempotency_key": "k" * 20})
    assert Meeting.objects.get().kind == "walk"
    assert 'data-watch=""' in html(deputy.get(answer.url)), "nobody else writes into a walk"
