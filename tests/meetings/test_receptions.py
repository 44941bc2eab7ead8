"""Residents heard one after the other: who waits, who is counted, what becomes of what they say, who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW, staff

from tests.meetings.conftest import announced
from tests.meetings.test_services import facts
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy
from tingchao.engine.links import passcode_holds
from tingchao.engine.models import Assignment, Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.codes.services import code_issue
from tingchao.instruments.figures.declared import Window
from tingchao.instruments.meetings.models import Attendee, CaseMeeting
from tingchao.instruments.meetings.selectors import queue_before, queue_of
from tingchao.instruments.meetings.services import (
    Invited,
    Word,
    attendance_unmark,
    meeting_begin,
    meeting_code_make,
    meeting_hold,
    meeting_move,
    resident_add,
    resident_answer,
    resident_arrive,
    resident_call,
    resident_check_in,
    resident_put_back,
    resident_sign_up,
    word_take,
)
from tingchao.mechanisms.contact_stations.figures import FIGURES
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.services.conversations import Said
from tingchao.mechanisms.public_voices.services.receptions import Heard, household_record, resident_record
from tingchao.mechanisms.public_voices.services.voters import Typed, voter_add

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TEXT = "菜场东门晚上太暗，老人走路不放心。"
ANSWER = "已经请电力来看，今晚就亮。"
ELSEWHERE = "请向建德市人民法院起诉，或者咨询法律援助中心。"


def said(**values):
    return Said(**({"text": TEXT, "channel": "reception"} | values))


def heard(**values):
    people, listener = values.pop("people", 1), values.pop("listener_id", None)
    return Heard(said(**values), people, listener)


@pytest.fixture
def at(reception):
    """Ten minutes after the reception began."""
    return reception.starts_at + 10 * MINUTE


@pytest.fixture
def came(town, reception, at):
    return resident_add(meeting_id=reception.pk, name="王女士", actor=town.deputy, now=at)


def record(meeting, one, actor, now, submission="s-1", **values):
    return resident_record(
        meeting=meeting,
        attendee_id=one.pk,
        heard=heard(**values),
        actor=actor,
        now=now,
        submission=submission,
    )


def received():
    return {key: total for key, total in facts().items() if key[0] == "meeting.received"}


# --- the three outcomes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["deputy", "liaison"])
@pytest.mark.parametrize(
    ("values", "stage", "outcome"),
    [
        ({}, "sorting", ""),
        ({"outcome": "answered", "answer": ANSWER}, "rating", "answered"),
        ({"outcome": "declined", "ground": "lawsuit", "instead": ELSEWHERE}, "rating", "declined"),
    ],
)
def test_one_turn_is_a_matter_with_its_outcome(values, stage, outcome, who, town, reception, at, came):
    first = town.deputies[0].pk
    case = record(reception, came, getattr(town, who), at, listener_id=first, **values)
    assert (case.stage, case.outcome, case.channel, case.station) == (
        stage,
        outcome,
        "reception",
        town.station,
    )
    tie = CaseMeeting.objects.get()
    assert (tie.case, tie.meeting, tie.attendee) == (case, reception, came)
    follows = Assignment.objects.get(case=case)
    assert (follows.kind, follows.deputy_id) == ("follow_up", first)
    assert received() == {("meeting.received", "reception", first): 1}
    brought = Fact.objects.get(kind__startswith="deputy.")
    assert (brought.kind, brought.detail, brought.deputy_id) == ("deputy.reception", "at.reception", first)
    told = Notice.objects.filter(template="follow_up").values_list("recipient", flat=True)
    assert list(told) == ([f"deputy:{first}"] if who == "liaison" else [])
    assert audit().broken is None


def test_the_deputy_on_turn_needs_no_duty_and_no_grant_at_the_place(town, now):
    """王代表 is invited without a duty; their grant is for another place."""
    meeting = announced(town, now, invited=Invited(deputies=town.deputies[:1]))
    away = staff(Role.DEPUTY, "330106", deputy=town.deputies[0].pk)
    at = meeting.starts_at + MINUTE
    one = resident_add(meeting_id=meeting.pk, actor=away, now=at)
    for outcome, more in (("taken", {}), ("answered", {"answer": ANSWER})):
        case = record(meeting, one, away, at, submission=outcome, outcome=outcome, **more)
        assert case.region_id == town.region
    assert word_take(meeting_id=meeting.pk, word=Word("路灯不亮了。"), actor=away, now=at).stage == "sorting"
    brought = Fact.objects.filter(kind="deputy.reception", detail="at.reception", deputy_id=away.deputy_id)
    assert brought.count() == 3
    assert received() == {("meeting.received", "reception", away.deputy_id): 1}


@pytest.mark.parametrize(
    "who", ["another deputy", "handler", "leader", "auditor", "expert", "stranger", "excused"]
)
def test_who_does_not_listen_writes_nothing_down(who, town, reception, at, came):
    actors = {
        "another deputy": staff(Role.DEPUTY, "330182001", deputy=town.deputies[3].pk),
        "excused": staff(Role.DEPUTY, "330182001", deputy=town.deputies[1].pk),
    }
    Attendee.objects.filter(deputy=town.deputies[1]).update(state="excused")
    actor = actors.get(who) or getattr(town, who)
    for deed in (
        lambda: record(reception, came, actor, at),
        lambda: resident_add(meeting_id=reception.pk, actor=actor, now=at),
        lambda: resident_call(meeting_id=reception.pk, attendee_id=came.pk, actor=actor, now=at),
    ):
        with pytest.raises(Refusal, match="forbidden"):
            deed()
    assert not Case.objects.exists() and not received()


def test_a_deputy_whose_term_ended_does_not_listen(town, reception, at, came):
    Deputy.objects.filter(pk=town.deputies[0].pk).update(until=at.date() - DAY)
    gone = staff(Role.DEPUTY, "330182001", deputy=None)
    with pytest.raises(Refusal, match="forbidden"):
        record(reception, came, gone, at)
    with pytest.raises(Refusal) as refused:
        record(reception, came, town.liaison, at, listener_id=town.deputies[0].pk)
    assert refused.value.code == "input" and not Case.objects.exists()


# --- counted once -----------------------------------------------------------------------------------------


def test_counted_once_however_often_it_is_sent(town, reception, at, came):
    cases = {record(reception, came, town.deputy, at).pk for _ in range(2)}
    record(reception, came, town.deputy, at, submission="s-2")
    assert len(cases) == 1 and Case.objects.count() == 2
    assert received() == {("meeting.received", "reception", town.deputy.deputy_id): 1}
    reception.refresh_from_db()
    assert reception.received == 1


@pytest.mark.parametrize(
    ("typed", "total", "others"),
    [(None, 3, 0), (3, 3, 0), (5, 5, 2)],
)
def test_closing_adds_only_those_who_are_not_counted(typed, total, others, town, reception, at, came):
    record(reception, came, town.deputy, at, people=3)
    meeting_hold(meeting_id=reception.pk, received=typed, actor=town.liaison, now=at)
    reception.refresh_from_db()
    assert reception.received == total
    assert sum(received().values()) == total
    assert received().get(("meeting.received", "reception", None), 0) == others


def test_closing_with_fewer_than_were_written_down_is_refused(town, reception, at, came):
    record(reception, came, town.deputy, at, people=3)
    with pytest.raises(Refusal) as refused:
        meeting_hold(meeting_id=reception.pk, received=2, actor=town.liaison, now=at)
    assert set(refused.value.fields) == {"received"}


@pytest.mark.parametrize(("typed", "after"), [(None, 1), (0, 1), (4, 4)])
def test_written_down_after_the_closing_its_total_covers_them(typed, after, town, reception, at, came):
    meeting_hold(meeting_id=reception.pk, received=typed, actor=town.liaison, now=at)
    record(reception, came, town.deputy, at + DAY)
    reception.refresh_from_db()
    assert reception.received == after and sum(received().values()) == after


def test_a_household_grows_by_the_difference(town, reception, at, came):
    record(reception, came, town.deputy, at, people=2)
    record(reception, came, town.deputy, at, submission="s-2", people=5)
    assert sum(received().values()) == 5


def test_let_go_by_mistake_is_evened_out(town, reception, at, came):
    assert record(reception, came, town.deputy, at, outcome="nothing") is None
    assert sum(received().values()) == 1 and not Case.objects.exists()
    resident_put_back(meeting_id=reception.pk, attendee_id=came.pk, actor=town.deputy, now=at)
    assert received() == {} and Fact.objects.filter(kind="meeting.received").count() == 2
    record(reception, came, town.deputy, at)
    with pytest.raises(Refusal, match="not_here"):
        resident_put_back(meeting_id=reception.pk, attendee_id=came.pk, actor=town.deputy, now=at)
    with pytest.raises(Refusal, match="input"):
        attendance_unmark(meeting_id=reception.pk, attendee_ids=[came.pk], actor=town.liaison, now=at)
    assert audit().broken is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "灯"}, "text"),
        ({"outcome": "answered", "answer": ""}, "answer"),
        ({"outcome": "declined", "ground": "lawsuit", "instead": ""}, "instead"),
        ({"outcome": "forgotten"}, "outcome"),
        ({"people": 0}, "people"),
        ({"people": 201}, "people"),
        ({"phone": "13800001234"}, "consent"),
    ],
)
def test_all_or_nothing(values, field, town, reception, at, came):
    with pytest.raises(Refusal) as refused:
        record(reception, came, town.deputy, at, **values)
    assert field in refused.value.fields
    came.refresh_from_db()
    assert came.heard_at is None and not Case.objects.exists() and not received()


# --- the queue --------------------------------------------------------------------------------------------


def test_the_queue_goes_by_who_is_here(town, reception, at):
    early, late = (
        resident_sign_up(meeting_id=reception.pk, name=name, submission=name, now=NOW) for name in "甲乙"
    )
    walk_in = resident_add(meeting_id=reception.pk, actor=town.deputy, now=at)
    resident_arrive(attendee_id=late.pk, now=at + MINUTE)
    queue = queue_of(reception)
    assert (queue.waiting, queue.expected) == ([walk_in, late], [early])
    late.refresh_from_db()
    assert queue_before(late) == 1
    resident_call(meeting_id=reception.pk, attendee_id=walk_in.pk, actor=town.deputy, now=at)
    other = staff(Role.DEPUTY, "330182001", deputy=town.deputies[1].pk)
    with pytest.raises(Refusal, match="not_here"):
        resident_call(meeting_id=reception.pk, attendee_id=walk_in.pk, actor=other, now=at)
    resident_put_back(meeting_id=reception.pk, attendee_id=walk_in.pk, actor=town.deputy, now=at + 2 * MINUTE)
    assert queue_of(reception).waiting == [late, walk_in]
    record(reception, late, town.deputy, at + 3 * MINUTE)
    queue = queue_of(reception)
    assert (queue.now, queue.waiting, queue.heard) == ([], [walk_in], [late])


def test_coming_twice_is_once(town, reception, at):
    one = resident_sign_up(meeting_id=reception.pk, name="甲", submission="a", now=NOW)
    for _ in range(2):
        resident_arrive(attendee_id=one.pk, now=at)
    token = token_of(town.station.pk)
    made = {
        resident_check_in(meeting_id=reception.pk, token=token, name="", submission="b", now=at).pk
        for _ in range(2)
    }
    added = {
        resident_add(meeting_id=reception.pk, actor=town.deputy, now=at, submission="c").pk for _ in range(2)
    }
    assert len(made) == len(added) == 1
    assert facts()[("meeting.attended.reception", "resident.offline", None)] == 3
    assert Event.objects.filter(action="meeting.sign_in").count() == 3


@pytest.mark.parametrize(
    ("shift", "code"),
    [
        (-40 * MINUTE, "not_here"),  # more than half an hour early
        (-29 * MINUTE, ""),
        (2 * 60 * MINUTE + 14 * MINUTE, ""),
        (2 * 60 * MINUTE + 16 * MINUTE, "not_here"),  # a quarter of an hour after the end
        (DAY, "not_here"),
    ],
)
@pytest.mark.parametrize("way", ["own link", "code"])
def test_when_residents_check_in(way, shift, code, town, reception):
    moment = reception.starts_at + shift
    one = resident_sign_up(meeting_id=reception.pk, name="甲", submission="a", now=NOW)
    token = token_of(town.station.pk)

    def come():
        if way == "own link":
            return resident_arrive(attendee_id=one.pk, now=moment)
        return resident_check_in(meeting_id=reception.pk, token=token, name="", submission="b", now=moment)

    if not code:
        assert come().signed_at == moment
        return
    with pytest.raises(Refusal) as refused:
        come()
    assert refused.value.code == code and not facts()


def test_codes_that_let_nobody_in(town, now, reception, at):
    """Forged, mistyped, ended, of another station, and the printed code of another day's gathering."""
    from tingchao.directory.services import station_create

    other = station_create(name="洋溪中心站", kind="centre", region_code="330182002000", actor=SYSTEM)
    code_issue(station=other, actor=SYSTEM, now=now)
    yesterday = announced(town, now, starts_at=now + 4 * DAY, ends_at=now + 4 * DAY + 60 * MINUTE)
    yesterday = meeting_code_make(meeting_id=yesterday.pk, actor=town.liaison, now=now)
    old = token_of(town.station.pk)
    tokens = ["", "4K-7FQ2-MZ8AC", "x" * 40, token_of(other.pk), _activity_token(yesterday)]
    for number, token in enumerate(tokens):
        with pytest.raises(Refusal, match="code"):
            resident_check_in(
                meeting_id=reception.pk, token=token or "", name="", submission=f"t{number}", now=at
            )
    own = meeting_code_make(meeting_id=reception.pk, actor=town.liaison, now=now)
    for key, token in (("a", old), ("b", _activity_token(own))):
        assert resident_check_in(meeting_id=reception.pk, token=token, name="", submission=key, now=at).pk
    with pytest.raises(Refusal, match="not_here"):  # yesterday's gathering by yesterday's code
        resident_check_in(
            meeting_id=yesterday.pk, token=_activity_token(yesterday), name="", submission="c", now=at
        )


def _activity_token(meeting):
    from tingchao.instruments.codes.models import Code
    from tingchao.instruments.codes.signing import token_for

    return token_for(Code.objects.get(activity=meeting.activity).pk)


def test_a_reception_that_was_moved_waits_for_its_new_day(town, now, reception):
    """Whoever signed up is asked again, comes on the new day, and not by the old time."""
    one = resident_sign_up(meeting_id=reception.pk, name="甲", submission="a", now=now)
    before = reception.starts_at
    meeting_move(
        meeting_id=reception.pk,
        starts_at=before + DAY,
        ends_at=before + DAY + 60 * MINUTE,
        reason="代表临时有会",
        actor=town.liaison,
        now=now,
    )
    one.refresh_from_db()
    assert one.state == "invited"
    with pytest.raises(Refusal, match="not_here"):
        resident_arrive(attendee_id=one.pk, now=before)
    assert resident_answer(attendee_id=one.pk, coming=True, now=now).state == "coming"
    assert resident_arrive(attendee_id=one.pk, now=before + DAY).signed_at is not None


def test_nobody_is_heard_at_one_that_was_cancelled_or_is_long_over(town, reception, at, came):
    with pytest.raises(Refusal, match="not_here"):
        record(reception, came, town.deputy, reception.ends_at + 8 * DAY)
    reception.state = "cancelled"
    reception.save(update_fields=["state"])
    with pytest.raises(Refusal, match="not_here"):
        record(reception, came, town.deputy, at)
    assert not Case.objects.exists()


# --- a walk -----------------------------------------------------------------------------------------------


@pytest.fixture
def walk(town, now):
    return meeting_begin(kind="walk", title="走访选民", actor=town.deputy, now=now, submission="w")


def household(walk, actor, now, submission, **values):
    values = {"channel": "call_on"} | values
    return household_record(meeting=walk, heard=heard(**values), actor=actor, now=now, submission=submission)


def test_a_walk_counts_every_household_and_ticks_the_voter_off(town, now, walk):
    assert meeting_begin(kind="walk", title="走访选民", actor=town.deputy, now=now, submission="w") == walk
    voter = voter_add(typed=Typed(name="王建国"), actor=town.deputy, now=now)
    case = household(walk, town.deputy, now, "a", people=2, voter=str(voter.pk))
    for _ in range(2):
        household(walk, town.deputy, now, "b", outcome="nothing", people=3)
    assert case.channel == "call_on" and Voice.objects.get(case=case).voter == voter
    voter.refresh_from_db()
    assert voter.called_on == now.date()
    deputy = town.deputy.deputy_id
    assert facts() == {
        ("meeting.attended.walk", "deputy.offline", deputy): 1,
        ("meeting.attended.walk", "resident.offline", None): 2,
        ("meeting.received", "walk", deputy): 5,
    }
    brought = Fact.objects.filter(kind="deputy.call_on").values_list("detail", flat=True)
    assert list(brought) == ["at.walk"], "so that the figure of people does not count it twice"
    figure = next(one for one in FIGURES if one.key == "stations.voters_called_on")
    assert figure.source.measure(Window("33", now.date(), now.date() + DAY)).value == 5
    meeting_hold(meeting_id=walk.pk, actor=town.deputy, now=now + 60 * MINUTE)
    assert facts()[("meeting.held.walk", "offline", None)] == 1
    assert not walk.attendees.exclude(name="").filter(part="resident").exists(), (
        "no voter's name is kept here"
    )
    assert audit().broken is None


def test_a_walk_is_its_deputys_own(town, now, walk):
    other = staff(Role.DEPUTY, "330182001", deputy=town.deputies[1].pk)
    for deed in (
        lambda: household(walk, other, now, "x"),
        lambda: meeting_hold(meeting_id=walk.pk, actor=other, now=now),
        lambda: meeting_begin(kind="walk", title="走访", actor=town.handler, now=now),
        lambda: meeting_begin(kind="reception", title="接待", actor=town.deputy, now=now),
    ):
        with pytest.raises(Refusal, match="forbidden"):
            deed()


def test_the_matter_is_followed_by_its_number(town, reception, at, came):
    from tingchao.engine.links import passcode_for

    case = record(reception, came, town.deputy, at)
    assert passcode_holds(case, passcode_for(case)) and not passcode_holds(case, "AAAA-AAAA-AAAA")
