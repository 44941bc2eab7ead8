"""Gatherings from the call to the facts: every wrong input, twice, at once, and whoever may not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from conftest import SINCE, staff

from tests.meetings.conftest import announced, called
from tingchao.core.activity_codes import code_in, window_of
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy
from tingchao.directory.services import account_create
from tingchao.engine.models import Event, Fact, Notice
from tingchao.engine.sealing import audit, stream_verify
from tingchao.instruments.meetings.models import Attendee, CaseMeeting, Meeting
from tingchao.instruments.meetings.reminding import meetings_remind
from tingchao.instruments.meetings.selectors import counts_of, history_of, next_public
from tingchao.instruments.meetings.services import (
    Invited,
    Minutes,
    Word,
    agenda_set,
    attendance_answer,
    attendance_mark,
    attendance_sign_in,
    attendance_unmark,
    attendees_invite,
    meeting_announce,
    meeting_cancel,
    meeting_change,
    meeting_code_make,
    meeting_create,
    meeting_hold,
    meeting_move,
    minutes_write,
    resident_answer,
    resident_sign_up,
    word_take,
)
from tingchao.instruments.meetings.services.attending import code_key


def code_of(meeting, at):
    return code_in(code_key(), meeting.stream, window_of(at))


def facts():
    """(kind, detail, deputy, sum) of every fact that a gathering left."""
    sums: dict[tuple[str, str, int | None], int] = {}
    for one in Fact.objects.filter(subject__startswith="meeting:"):
        key = (one.kind, one.detail, one.deputy_id)
        sums[key] = sums.get(key, 0) + one.amount
    return {key: total for key, total in sums.items() if total}


def notices(template):
    return sorted(Notice.objects.filter(template=template).values_list("recipient", flat=True))


# --- calling ----------------------------------------------------------------------------------------------

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"kind": "picnic"}, {"kind"}),
        ({"title": " "}, {"title"}),
        ({"title": "长" * 61}, {"title"}),
        ({"ends_at": "before"}, {"ends"}),
        ({"ends_at": "same"}, {"ends"}),
        ({"starts_at": "past"}, {"starts"}),
        ({"ends_at": "month"}, {"ends"}),
        ({"starts_at": "far", "ends_at": "far"}, {"starts"}),
        ({"station": None}, {"place"}),
        ({"station": None, "place": "地" * 121}, {"place"}),
        ({"station": None, "mode": "online"}, {"online_at"}),
        ({"mode": "hybrid", "online_at": "x" * 301}, {"online_at"}),
        ({"places": 0}, {"places"}),
        ({"places": 100_001}, {"places"}),
    ],
)
def test_a_call_says_every_fault(values, faults, town, now):
    start = now + 5 * DAY
    moments = {"before": start - DAY, "same": start, "past": now - DAY, "month": start + 32 * DAY}
    if values.get("starts_at") == "far":
        values = {"starts_at": now + 900 * DAY, "ends_at": now + 900 * DAY + timedelta(hours=1)}
    values = {
        key: moments.get(value, value) if isinstance(value, str) else value for key, value in values.items()
    }
    with pytest.raises(Refusal) as refused:
        meeting_create(called=called(town, now, **values), actor=town.liaison, now=now)
    assert refused.value.code == "input" and set(refused.value.fields) == faults
    assert not Meeting.objects.exists() and not Event.objects.filter(action="meeting.create").exists()


def test_a_closed_station_takes_no_gathering(town, now):
    town.station.active = False
    with pytest.raises(Refusal) as refused:
        meeting_create(called=called(town, now), actor=town.liaison, now=now)
    assert set(refused.value.fields) == {"station"}


@pytest.mark.parametrize(
    ("who", "kind", "may"),
    [
        ("liaison", "reception", True),
        ("coordinator", "reception", True),
        ("clerk", "reception", True),
        ("liaison", "inspection", False),
        ("clerk", "inspection", True),
        ("liaison", "unannounced", False),
        ("coordinator", "enforcement", True),
        ("stranger", "reception", False),
        *((who, "reception", False) for who in ("deputy", "handler", "leader", "expert", "auditor")),
        ("administrator", "reception", False),
    ],
)
def test_who_may_call_what(who, kind, may, town, now):
    wanted = called(town, now, kind=kind)
    if may:
        assert meeting_create(called=wanted, actor=getattr(town, who), now=now).kind == kind
        return
    with pytest.raises(Refusal) as refused:
        meeting_create(called=wanted, actor=getattr(town, who), now=now)
    assert refused.value.code == "forbidden"


def test_sent_twice_is_one(town, now):
    made = [
        meeting_create(called=called(town, now), actor=town.liaison, now=now, submission="s-1")
        for _ in range(2)
    ]
    assert made[0] == made[1] and Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "reason", "goes"), [(3, "", True), (2, "", False), (2, "代表临时调研", True)]
)
def test_a_reception_is_announced_three_days_ahead(days, reason, goes, town, now):
    """代表联络站接待制度: three days ahead; later only with a reason that stays on the record."""
    start = now + days * DAY
    wanted = called(town, now, starts_at=start, ends_at=start + timedelta(hours=2))
    meeting = meeting_create(called=wanted, actor=town.liaison, now=now)
    if not goes:
        with pytest.raises(Refusal) as refused:
            meeting_announce(meeting_id=meeting.pk, actor=town.liaison, now=now, reason=reason)
        assert set(refused.value.fields) == {"reason"}
        return
    meeting = meeting_announce(meeting_id=meeting.pk, actor=town.liaison, now=now, reason=reason)
    assert (meeting.state, meeting.late_reason) == ("announced", reason)
    assert next_public([town.station.pk], now) == {town.station.pk: meeting}


def test_nobody_knows_of_one_that_is_not_announced(town, now):
    meeting = meeting_create(called=called(town, now), actor=town.liaison, now=now)
    attendees_invite(meeting_id=meeting.pk, invited=Invited(town.deputies[:1]), actor=town.liaison, now=now)
    assert not Notice.objects.filter(template__startswith="meeting").exists()
    assert next_public([town.station.pk], now) == {}
    with pytest.raises(Refusal, match="not_here"):
        attendance_answer(meeting_id=meeting.pk, coming=True, actor=town.deputy, now=now)


def test_moved_after_people_said_yes(town, now, reception):
    attendance_answer(meeting_id=reception.pk, coming=True, actor=town.deputy, now=now)
    start = reception.starts_at + DAY
    with pytest.raises(Refusal) as refused:
        meeting_move(
            meeting_id=reception.pk,
            starts_at=start,
            ends_at=start + DAY,
            reason=" ",
            actor=town.liaison,
            now=now,
        )
    assert set(refused.value.fields) == {"reason"}
    moved = meeting_move(
        meeting_id=reception.pk,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        reason="场地维修",
        actor=town.liaison,
        now=now,
    )
    assert moved.revision == 1 and moved.reason == "场地维修"
    assert set(reception.attendees.values_list("state", flat=True)) == {"invited"}
    assert notices("meeting_moved") == [f"deputy:{one.pk}" for one in town.deputies[:2]]


def test_cancelled_everybody_is_told_and_nobody_signs_in(town, now, reception):
    with pytest.raises(Refusal):
        meeting_cancel(meeting_id=reception.pk, reason="", actor=town.liaison, now=now)
    for _ in range(2):
        meeting_cancel(meeting_id=reception.pk, reason="台风", actor=town.liaison, now=now)
    assert len(notices("meeting_cancelled")) == 2
    begun = reception.starts_at
    with pytest.raises(Refusal, match="not_here"):
        attendance_sign_in(
            meeting_id=reception.pk, code=code_of(reception, begun), actor=town.deputy, now=begun
        )
    with pytest.raises(Refusal, match="not_here"):
        meeting_hold(meeting_id=reception.pk, actor=town.liaison, now=begun)


# --- coming -----------------------------------------------------------------------------------------------


def test_invited_twice_nobody_is_there_twice(town, now, reception):
    invited = Invited(
        deputies=town.deputies[:3],
        bodies=[town.bodies.chengguan],
        named=[("expert", " 张  教授 "), ("expert", "张 教授"), ("expert", "")],
    )
    counts = [
        attendees_invite(meeting_id=reception.pk, invited=invited, actor=town.liaison, now=now)
        for _ in range(2)
    ]
    assert counts == [3, 0]
    assert sorted(reception.attendees.values_list("name", flat=True)) == sorted(
        ["王代表", "陈代表", "李代表", "城管中队", "张 教授"]
    )


def test_ten_thousand_invited(town, now, reception):
    rows = [Deputy(name=f"代表{n}", region_id=town.region, since=SINCE) for n in range(10_000)]
    deputies = Deputy.objects.bulk_create(rows)
    count = attendees_invite(
        meeting_id=reception.pk, invited=Invited(deputies=deputies), actor=town.liaison, now=now
    )
    assert count == 10_000 and counts_of(reception).invited == 10_002
    assert Notice.objects.filter(template="meeting_invited").count() == 10_002
    at = reception.starts_at
    meeting_hold(meeting_id=reception.pk, actor=town.liaison, now=at)
    assert Fact.objects.filter(kind="meeting.absent.reception").count() == 10_002
    assert audit().broken is None


def test_places_and_the_waiting_list(town, now):
    meeting = announced(town, now, places=1, invited=Invited(town.deputies))
    actors = [staff(Role.DEPUTY, "330182001", deputy=one.pk) for one in town.deputies]
    states = [
        attendance_answer(meeting_id=meeting.pk, coming=True, actor=one, now=now).state for one in actors[:3]
    ]
    assert states == ["coming", "waiting", "waiting"]
    attendance_answer(meeting_id=meeting.pk, coming=False, reason="出差", actor=actors[0], now=now)
    assert [one.state for one in meeting.attendees.order_by("id")] == [
        "excused",
        "coming",
        "waiting",
        "invited",
    ]
    assert notices("meeting_moved_up") == [f"deputy:{town.deputies[1].pk}"]
    assert notices("meeting_leave") == [f"account:{town.liaison.id}"]
    meeting_change(meeting_id=meeting.pk, values={"places": 5}, actor=town.liaison, now=now)
    assert counts_of(meeting).waiting == 0 and counts_of(meeting).coming == 2


def test_leave_needs_a_reason_and_comes_before_the_beginning(town, now, reception):
    with pytest.raises(Refusal) as refused:
        attendance_answer(meeting_id=reception.pk, coming=False, reason=" ", actor=town.deputy, now=now)
    assert set(refused.value.fields) == {"reason"}
    with pytest.raises(Refusal, match="not_here"):
        attendance_answer(
            meeting_id=reception.pk, coming=False, reason="病", actor=town.deputy, now=reception.starts_at
        )


def test_absent_is_not_excused(town, now, reception):
    attendance_answer(meeting_id=reception.pk, coming=False, reason="出差", actor=town.deputy, now=now)
    for _ in range(2):
        meeting_hold(meeting_id=reception.pk, received=3, actor=town.liaison, now=reception.ends_at)
    first, second = (one.pk for one in town.deputies[:2])
    assert facts() == {
        ("meeting.held.reception", "offline", None): 1,
        ("meeting.received", "reception", None): 3,
        ("meeting.excused.reception", "deputy", first): 1,
        ("meeting.absent.reception", "deputy", second): 1,
    }


def test_a_resident_comes_by_a_name_alone(town, now):
    meeting = announced(town, now, places=1)
    one = resident_sign_up(meeting_id=meeting.pk, name="王女士", submission="a", now=now)
    assert resident_sign_up(meeting_id=meeting.pk, name="王女士", submission="a", now=now) == one
    other = resident_sign_up(meeting_id=meeting.pk, name="王女士", submission="b", now=now)
    assert (one.state, other.state) == ("coming", "waiting")
    resident_answer(attendee_id=one.pk, coming=False, now=now)
    other.refresh_from_db()
    assert other.state == "coming"
    for name in ("", "名" * 21):
        with pytest.raises(Refusal, match="input"):
            resident_sign_up(meeting_id=meeting.pk, name=name, submission=f"c{name}", now=now)
    meeting_hold(meeting_id=meeting.pk, actor=town.liaison, now=meeting.ends_at)
    assert not Fact.objects.filter(detail__startswith="resident").exists(), "who stays away leaves nothing"


def test_residents_know_only_what_is_public(town, now):
    study = announced(town, now, kind="study")
    with pytest.raises(Refusal, match="gone"):
        resident_sign_up(meeting_id=study.pk, name="王女士", submission="a", now=now)


# --- signing in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shift", "made", "refused"),
    [
        ("start", "now", ""),
        ("early", "now", ""),
        ("too early", "now", "not_here"),
        ("end", "now", ""),
        ("grace", "now", ""),
        ("too late", "now", "not_here"),
        ("start", "a minute before", ""),
        ("start", "two minutes before", "code"),
        ("start", "yesterday", "code"),
        ("start", "forged", "code"),
        ("start", "other", "code"),
        ("start", "", "code"),
        ("start", "１２３４５６", "code"),
        ("start", "x" * 5000, "code"),
    ],
)
def test_the_code(shift, made, refused, town, now, reception):
    other = announced(town, now, kind="deliberation", title="议停车")
    start, end = reception.starts_at, reception.ends_at
    at = {
        "start": start,
        "early": start - timedelta(minutes=30),
        "too early": start - timedelta(minutes=31),
        "end": end,
        "grace": end + timedelta(minutes=15),
        "too late": end + timedelta(minutes=16),
    }[shift]
    minutes = {"now": 0, "a minute before": 1, "two minutes before": 2, "yesterday": 24 * 60}
    code = made
    if made in minutes:
        code = code_of(reception, at - timedelta(minutes=minutes[made]))
    elif made == "other":
        code = code_of(other, at)
    elif made == "forged":
        code = "".join(str(9 - int(digit)) for digit in code_of(reception, at))
    if not refused:
        signed = attendance_sign_in(meeting_id=reception.pk, code=code, actor=town.deputy, now=at)
        assert (signed.signed_by, signed.way) == ("code", "offline")
        return
    with pytest.raises(Refusal) as why:
        attendance_sign_in(meeting_id=reception.pk, code=code, actor=town.deputy, now=at)
    assert why.value.code == refused
    assert facts() == {}


def test_signed_in_twice_is_one_fact(town, now, reception):
    at = reception.starts_at
    for _ in range(2):
        attendance_sign_in(meeting_id=reception.pk, code=code_of(reception, at), actor=town.deputy, now=at)
    mine = reception.attendees.get(deputy=town.deputies[0])
    assert attendance_mark(meeting_id=reception.pk, attendee_ids=[mine.pk], actor=town.liaison, now=at) == 0
    assert Fact.objects.filter(subject=reception.stream).count() == 1
    assert facts() == {("meeting.attended.reception", "deputy.offline", town.deputies[0].pk): 1}


def test_the_list_may_be_completed_for_a_week(town, now, reception):
    mine = reception.attendees.get(deputy=town.deputies[0])
    later = reception.ends_at + 2 * DAY
    meeting_hold(meeting_id=reception.pk, actor=town.liaison, now=reception.ends_at)
    attendance_mark(meeting_id=reception.pk, attendee_ids=[mine.pk], actor=town.liaison, now=later)
    first, second = (one.pk for one in town.deputies[:2])
    assert facts() == {
        ("meeting.held.reception", "offline", None): 1,
        ("meeting.attended.reception", "deputy.offline", first): 1,
        ("meeting.absent.reception", "deputy", second): 1,
    }
    assert {one.day for one in Fact.objects.all()} == {date(2026, 11, 25)}, "on the day of the gathering"
    attendance_unmark(meeting_id=reception.pk, attendee_ids=[mine.pk], actor=town.liaison, now=later)
    assert facts()[("meeting.absent.reception", "deputy", first)] == 1
    assert ("meeting.attended.reception", "deputy.offline", first) not in facts()
    with pytest.raises(Refusal, match="not_here"):
        attendance_mark(
            meeting_id=reception.pk, attendee_ids=[mine.pk], actor=town.liaison, now=later + 6 * DAY
        )
    assert audit().broken is None


def test_a_deputy_whose_term_ended(town, now, reception):
    at = reception.starts_at
    deputy = town.deputies[0]
    account = account_create(username="d", name="王代表", password=None, actor=SYSTEM, now=now, deputy=deputy)
    Deputy.objects.filter(pk=deputy.pk).update(until=date(2026, 11, 24))
    former = staff(Role.DEPUTY, "330182001")
    former = type(former)("account", account.pk, "王代表", former.holds, None)
    with pytest.raises(Refusal) as refused:
        attendance_sign_in(meeting_id=reception.pk, code=code_of(reception, at), actor=former, now=at)
    assert refused.value.code == "forbidden" and "任期" in refused.value.message
    mine = reception.attendees.get(deputy=deputy)
    with pytest.raises(Refusal) as refused:
        attendance_mark(meeting_id=reception.pk, attendee_ids=[mine.pk], actor=town.liaison, now=at)
    assert refused.value.params == {"names": "王代表"}
    with pytest.raises(Refusal):
        attendees_invite(meeting_id=reception.pk, invited=Invited([deputy]), actor=town.liaison, now=now) if (
            deputy.refresh_from_db() is None
        ) else None


def test_hybrid_says_how_one_took_part(town, now):
    meeting = announced(town, now, mode="hybrid", online_at="会议号 123")
    at = meeting.starts_at
    attendance_sign_in(
        meeting_id=meeting.pk, code=code_of(meeting, at), way="online", actor=town.deputy, now=at
    )
    assert facts() == {("meeting.attended.reception", "deputy.online", town.deputies[0].pk): 1}


def test_who_is_not_invited_does_not_sign_in(town, now, reception):
    at = reception.starts_at
    code = code_of(reception, at)
    for who, why in (("leader", "forbidden"), ("stranger", "forbidden"), ("handler", "forbidden")):
        with pytest.raises(Refusal) as refused:
            attendance_sign_in(meeting_id=reception.pk, code=code, actor=getattr(town, who), now=at)
        assert refused.value.code == why, who
    hidden = announced_hidden(town, now)
    with pytest.raises(Refusal, match="gone"):
        attendance_sign_in(meeting_id=hidden.pk, code=code_of(hidden, at), actor=town.liaison, now=at)


def announced_hidden(town, now):
    meeting = meeting_create(called=called(town, now, kind="unannounced"), actor=town.clerk, now=now)
    return meeting_announce(meeting_id=meeting.pk, actor=town.clerk, now=now)


# --- holding ----------------------------------------------------------------------------------------------


def test_an_agenda_is_not_empty(town, now, reception):
    for agenda in ([], [{"what": " "}], [{"what": "一项"}] * 51):
        with pytest.raises(Refusal, match="input"):
            agenda_set(meeting_id=reception.pk, agenda=agenda, actor=town.liaison, now=now)
    items = [{"what": "听意见", "who": "王代表", "minutes": "60"}, {"what": "", "who": "", "minutes": "x"}]
    made = agenda_set(meeting_id=reception.pk, agenda=items, actor=town.liaison, now=now)
    assert made.agenda == [{"what": "听意见", "who": "王代表", "minutes": 60}]


def test_minutes_by_two_people(town, now, reception):
    at = reception.starts_at
    first = Minutes(text="说了停车", conclusions=[{"what": "划线", "who": "城管", "due": "2026-12-01"}])
    minutes_write(meeting_id=reception.pk, minutes=first, seen=0, actor=town.liaison, now=at)
    with pytest.raises(Refusal) as refused:
        minutes_write(
            meeting_id=reception.pk, minutes=Minutes(text="别的"), seen=0, actor=town.coordinator, now=at
        )
    assert refused.value.code == "moved_on"
    reception.refresh_from_db()
    assert (reception.minutes, reception.minutes_version) == ("说了停车", 1)
    assert reception.conclusions == [{"what": "划线", "who": "城管", "due": "2026-12-01"}]
    minutes_write(meeting_id=reception.pk, minutes=Minutes(text="合起来"), seen=1, actor=town.deputy, now=at)


@pytest.mark.parametrize("who", ["handler", "leader", "stranger", "auditor"])
def test_who_does_not_write_minutes(who, town, now, reception):
    with pytest.raises(Refusal, match="forbidden"):
        minutes_write(
            meeting_id=reception.pk,
            minutes=Minutes(text="x"),
            seen=0,
            actor=getattr(town, who),
            now=reception.starts_at,
        )


def test_a_word_becomes_a_matter_in_one_step(town, now, reception):
    at = reception.starts_at
    word = Word(text="菜场东门晚上太暗，老人走路不放心。", place="菜场东门")
    made = [
        word_take(meeting_id=reception.pk, word=word, actor=town.deputy, now=at, submission="w1")
        for _ in range(2)
    ]
    assert made[0] == made[1]
    case = made[0]
    assert (case.procedure, case.channel, case.station_id) == ("public_voices", "reception", town.station.pk)
    assert case.voice is not None
    assert CaseMeeting.objects.get().meeting == reception
    with pytest.raises(Refusal, match="input"):
        word_take(meeting_id=reception.pk, word=Word(text=" "), actor=town.deputy, now=at)
    with pytest.raises(Refusal, match="forbidden"):
        word_take(meeting_id=reception.pk, word=word, actor=town.leader, now=at)


def test_a_printed_code_for_what_was_not_said(town, now, reception):
    made = [meeting_code_make(meeting_id=reception.pk, actor=town.liaison, now=now) for _ in range(2)]
    assert made[0].activity == made[1].activity
    assert made[0].activity.until == date(2026, 12, 3)


def test_the_record_of_a_gathering_holds_together(town, now, reception):
    at = reception.starts_at
    attendance_sign_in(meeting_id=reception.pk, code=code_of(reception, at), actor=town.deputy, now=at)
    meeting_hold(meeting_id=reception.pk, received=2, actor=town.liaison, now=at)
    events = history_of(reception)
    assert [one.action for one in events] == [
        f"meeting.{name}" for name in ("create", "invite", "announce", "sign_in", "hold")
    ]
    assert stream_verify(reception.stream, events) is None
    assert stream_verify(reception.stream, events[:-1]) is not None
    assert audit().broken is None
    Fact.objects.filter(kind="meeting.received").update(amount=200)
    broken = audit().broken
    assert broken is not None and broken.where == reception.stream


@pytest.mark.parametrize("column", ["subject", "day"])
def test_a_fact_that_was_moved_is_found(column, town, now, reception):
    meeting_hold(meeting_id=reception.pk, actor=town.liaison, now=reception.ends_at)
    Fact.objects.filter(kind="meeting.held.reception").update(
        **{"subject": {"subject": "meeting:99"}, "day": {"day": date(2026, 1, 1)}}[column]
    )
    assert audit().broken is not None


def test_attendee_rows_cannot_be_doubled(town, now, reception):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Attendee.objects.create(
            meeting=reception, part="deputy", name="x", deputy=town.deputies[0], state="invited", since=now
        )


def test_reminded_once_a_day_before(town, now, reception):
    attendance_answer(meeting_id=reception.pk, coming=False, reason="出差", actor=town.deputy, now=now)
    assert meetings_remind(now=now) == 0
    eve = reception.starts_at - timedelta(hours=20)
    assert [meetings_remind(now=eve), meetings_remind(now=eve)] == [1, 0]
    assert notices("meeting_soon") == [f"deputy:{town.deputies[1].pk}"]
