"""What an appeal puts right beside attendance: people received, whose a deed is, a gathering nobody recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.duty.test_figures import YES, past
from tests.duty.test_record import GROUND, YEAR, of, window
from tests.pages.test_meetings import made as called_meeting
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, Actor, Hold, reporter
from tingchao.engine.correcting import Credit, credit_correct
from tingchao.engine.models import Case, Event, Fact, Notice
from tingchao.engine.rollups import facts_roll_up, sums_of
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import (
    Invited,
    meeting_hold,
    received_correct,
    resident_add,
    resident_hear,
)
from tingchao.instruments.meetings.services.past import meetings_take_over
from tingchao.mechanisms.deputy_duty.models import Appeal
from tingchao.mechanisms.deputy_duty.rules import corrections_of
from tingchao.mechanisms.deputy_duty.selectors.records import entries_page, summary_of
from tingchao.mechanisms.deputy_duty.services import (
    appeal_correct,
    appeal_credit,
    appeal_gathering,
    appeal_heard,
    appeal_open,
    appeal_received,
)
from tingchao.mechanisms.deputy_duty.services.corrections import Missed
from tingchao.mechanisms.public_voices.services import voice_file

HOUR = timedelta(hours=1)


def lines(deputy: Any) -> dict[str, int]:
    return summary_of(window(deputy)).lines


def entry(deputy: Any, key: str) -> int:
    return entries_page(window(deputy), of(key)).rows[0].fact_id


def appeal(town: Any, now: Any, deputy: Any = None, **about: Any) -> Case:
    """By 王代表, or by another deputy, about an entry, a gathering, or what is missing."""
    deputy = deputy or town.deputies[0]
    actor = Actor("account", 70 + deputy.pk, deputy.name, (Hold(Role.DEPUTY, "330182001"),), deputy.pk)
    return appeal_open(deputy_id=deputy.pk, text="这条记录不对，请核对。", actor=actor, now=now, **about)


WAYS = [
    # the fact of the entry, a gathering, people are received there → what may be put right
    ("", False, False, ("listed", "gathering", "heard")),
    ("", True, False, ("attendance",)),
    ("", True, True, ("attendance", "received")),
    ("meeting.absent.inspection", True, False, ("attendance",)),
    ("meeting.attended.reception", True, True, ("attendance", "received")),
    ("deputy.reception", False, False, ("credit",)),
    ("code.used", False, False, ("credit",)),
    ("duty.opinions_above", True, False, ("credit",)),
]


@pytest.mark.parametrize(("kind", "meeting", "receives", "ways"), WAYS)
def test_what_an_appeal_may_put_right(kind, meeting, receives, ways):
    assert corrections_of(kind=kind, meeting=meeting, receives=receives) == ways


# --- people received --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("right", "facts"), [(14, [9, 5]), (3, [9, -6]), (9, [9]), (0, [9, -9])])
def test_people_received_are_put_right_by_the_difference(right, facts, lived, town, now):
    case = appeal(town, now, fact_id=entry(lived, "receptions"))
    for _ in range(2):  # said twice, it is there once
        appeal_received(case_id=case.pk, received=right, ground=GROUND, actor=town.clerk, now=now)
    made = Fact.objects.filter(kind="meeting.received").order_by("id")
    assert list(made.values_list("amount", flat=True)) == facts
    assert {one.day for one in made} == {made[0].day}, "on the day of the reception, not of the correction"
    assert lines(lived)["received"] == right == Meeting.objects.get(title="代表接待日").received
    if len(facts) > 1:
        event = Event.objects.get(action="meeting.correct_received")
        assert case.number in event.note and GROUND in event.note
        told = Notice.objects.get(template="record_corrected")
        assert told.recipient == f"deputy:{lived.pk}"
    assert audit().broken is None


def test_never_fewer_than_were_heard_one_by_one(town, now):
    meeting = called_meeting(town, now, starts=now - HOUR, invited=Invited(deputies=town.deputies[:1]))
    for _ in range(3):
        one = resident_add(meeting_id=meeting.pk, actor=town.deputy, now=now)
        resident_hear(meeting_id=meeting.pk, attendee_id=one.pk, actor=town.deputy, now=now)
    how: dict[str, Any] = {"meeting_id": meeting.pk, "ground": GROUND, "actor": town.clerk, "now": now}
    with pytest.raises(Refusal) as refusal:
        received_correct(received=5, **how)
    assert refusal.value.code == "not_here", "it is not closed, so nothing was counted"
    meeting_hold(meeting_id=meeting.pk, received=3, actor=town.clerk, now=now)
    with pytest.raises(Refusal) as refusal:
        received_correct(received=2, **how)
    assert "3" in refusal.value.fields["received"]
    received_correct(received=4, **how)
    assert sum(Fact.objects.filter(kind="meeting.received").values_list("amount", flat=True)) == 4


# --- whose a deed is --------------------------------------------------------------------------------------


def test_an_opinion_that_somebody_else_heard_is_moved_to_them(lived, town, now):
    other, voice = town.deputies[1], Case.objects.get(channel="reception")
    case = appeal(town, now, fact_id=entry(lived, "brought"))
    moment = now + timedelta(days=3)
    wrote = appeal_credit(case_id=case.pk, deputy=str(other.pk), ground=GROUND, actor=town.clerk, now=moment)
    assert wrote == 2
    assert (lines(lived)["brought"], lines(other)["brought"]) == (0, 1)
    assert entries_page(window(lived), of("brought")).rows == []
    (row,) = entries_page(window(other), of("brought")).rows
    assert (row.title, row.day) == (voice.title, now.date()), "on the day on which it was said"
    event = Event.objects.get(action="credit_corrected")
    assert event.case == voice and case.number in event.note
    told = set(Notice.objects.filter(template="record_corrected").values_list("recipient", flat=True))
    assert told == {f"deputy:{lived.pk}", f"deputy:{other.pk}"}
    assert voice.assignments.get(kind="follow_up").deputy == lived, "who follows it up is another question"
    assert audit().broken is None


def test_a_deed_of_nobody_is_taken_away_and_the_figures_follow(lived, town, now):
    span = {"since": YEAR[0], "until": YEAR[1]}
    facts_roll_up()
    assert sums_of(["deputy.reception"], **span)["deputy.reception", "reception"].amount == 1
    case = appeal(town, now, fact_id=entry(lived, "brought"))
    appeal_credit(case_id=case.pk, deputy="none", ground=GROUND, actor=town.clerk, now=now)
    assert lines(lived)["brought"] == 0
    for _ in range(2):
        assert sums_of(["deputy.reception"], **span)["deputy.reception", "reception"].amount == 0
        facts_roll_up()
    with pytest.raises(Refusal) as refusal:
        appeal_credit(case_id=case.pk, deputy="none", ground=GROUND, actor=town.clerk, now=now)
    assert refusal.value.code == "not_here", "nothing is left of it"


def test_how_many_opinions_were_given_above_is_put_right(town, now):
    deputy = town.deputies[0]
    upper = past(town, now, "upper", "省级：在线征询", (YES,), mode="online")
    upper.facts = [Fact(kind="duty.opinions_above", deputy_id=deputy.pk, amount=5)]
    meetings_take_over(pasts=[upper], actor=SYSTEM)
    case = appeal(town, now, fact_id=entry(deputy, "above"))
    appeal_credit(case_id=case.pk, deputy=str(deputy.pk), amount=3, ground=GROUND, actor=town.clerk, now=now)
    assert lines(deputy)["above"] == 3
    assert Event.objects.get(action="credit_corrected").stream == Meeting.objects.get().stream
    told = Notice.objects.get(template="record_corrected")
    assert told.data["title"] == "省级：在线征询" and told.case is None
    assert audit().broken is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_however_often_it_is_moved_a_deed_is_one_deputys_or_nobodys(moves, lived, town, now):
    """Each move names the last fact of whoever has it; the fourth place stands for nobody."""
    with transaction.atomic():
        holder: int | None = lived.pk
        for place in moves:
            if holder is None:
                break
            rows = Fact.objects.filter(kind="deputy.reception", deputy=holder).order_by("-id")
            right = town.deputies[place].pk if place < 4 else None
            credit_correct(
                fact_id=rows[0].pk, right=Credit(right), ground=GROUND, actor=town.clerk, now=now, link=["x"]
            )
            holder = right
            left = {one.pk: lines(one)["brought"] for one in town.deputies}
            assert left == {one.pk: int(one.pk == holder) for one in town.deputies}
        transaction.set_rollback(True)


# --- what is missing --------------------------------------------------------------------------------------


def test_a_matter_that_was_put_down_to_another_is_mine(lived, town, now):
    other, voice = town.deputies[1], Case.objects.get(channel="reception")
    case = appeal(town, now, deputy=other)
    appeal_heard(case_id=case.pk, number=voice.number, ground=GROUND, actor=town.clerk, now=now)
    assert (lines(lived)["brought"], lines(other)["brought"]) == (0, 1)
    about = Appeal.objects.get(pk=case.pk)
    assert about.fact is not None and about.fact.deputy == other, "then the appeal is about that entry"
    assert audit().broken is None


@pytest.mark.parametrize(
    ("channel", "kind"), [("call_on", "deputy.call_on"), ("reception", "deputy.reception")]
)
def test_a_matter_that_was_put_down_to_nobody_is_mine(channel, kind, town, now):
    voice = voice_file(
        text="路口的灯不亮了。", region_code=town.region, station_id=town.station.pk, channel=channel,
        actor=reporter(0), now=now - timedelta(days=9),
    )  # fmt: skip
    case = appeal(town, now)
    appeal_heard(case_id=case.pk, number=voice.number, ground=GROUND, actor=town.clerk, now=now)
    fact = Fact.objects.get(kind=kind)
    assert (fact.deputy, fact.day, fact.case) == (
        town.deputies[0],
        (now - timedelta(days=9)).date(),
        voice,
    )
    assert lines(town.deputies[0])["brought"] == 1 and audit().broken is None


def missed(now: Any, **values: Any) -> Missed:
    begins = now - timedelta(days=40)
    plain = {"kind": "inspection", "title": "消防站点视察", "region": "330182000000"}
    return Missed(**(plain | {"starts_at": begins, "ends_at": begins + 2 * HOUR} | values))


def test_an_inspection_that_nobody_recorded_is_recorded_with_who_was_there(town, now):
    deputy, case = town.deputies[0], appeal(town, now)
    how: dict[str, Any] = {"case_id": case.pk, "ground": GROUND, "actor": town.clerk, "now": now}
    meeting = appeal_gathering(missed=missed(now), **how)
    assert (meeting.state, meeting.region_id, meeting.title) == ("held", "330182000000", "消防站点视察")
    assert summary_of(window(deputy)).meetings["inspection"].attended == 1
    assert Fact.objects.filter(kind="meeting.held.inspection").count() == 1, "it counts once"
    taken = Event.objects.get(action="meeting.take_over")
    assert case.number in taken.note
    with pytest.raises(Refusal) as refusal:  # pressed again: now the appeal is about that one
        appeal_gathering(missed=missed(now), **how)
    assert refusal.value.code == "not_here" and Meeting.objects.count() == 1
    appeal_correct(result="online", **how)
    assert summary_of(window(deputy)).meetings["inspection"].attended == 1
    assert audit().broken is None


def test_a_gathering_on_whose_list_they_were_not(lived, town, now):
    other, meeting = town.deputies[2], Meeting.objects.get(title="道路视察")
    case = appeal(town, now, deputy=other)
    appeal_correct(
        case_id=case.pk, result="offline", meeting_id=meeting.pk, ground=GROUND, actor=town.clerk, now=now
    )
    assert summary_of(window(other)).attendance.attended == 1
    assert Appeal.objects.get(pk=case.pk).meeting == meeting


FAULTS = [
    ({"kind": "upper"}, "kind"),  # lists of upper levels are taken over
    ({"kind": "nothing"}, "kind"),
    ({"kind": "unannounced"}, "kind"),  # hidden from all who do not take part
    ({"title": "视"}, "title"),
    ({"title": "长" * 61}, "title"),
    ({"region": "330106000000"}, "region"),
    ({"region": "x"}, "region"),
]


@pytest.mark.parametrize(("values", "field"), FAULTS)
def test_a_gathering_that_is_not_recorded_so(values, field, town, now):
    case = appeal(town, now)
    with pytest.raises(Refusal) as refusal:
        appeal_gathering(
            case_id=case.pk, missed=missed(now, **values), ground=GROUND, actor=town.clerk, now=now
        )
    assert set(refusal.value.fields) == {field} and not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("days", "hours", "field"), [(1, 2, "starts"), (-3, -1, "ends"), (-80, 24 * 40, "ends")]
)
def test_times_that_cannot_be(days, hours, field, town, now):
    case, starts = appeal(town, now), now + timedelta(days=days)
    told = missed(now, starts_at=starts, ends_at=starts + hours * HOUR)
    with pytest.raises(Refusal) as refusal:
        appeal_gathering(case_id=case.pk, missed=told, ground=GROUND, actor=town.clerk, now=now)
    assert set(refusal.value.fields) == {field}


# --- who may, and until when ------------------------------------------------------------------------------


def attempts(town: Any, now: Any, deputy: Any) -> dict[str, Any]:
    """One call for each way, each on an appeal that has that way."""
    voice = Case.objects.get(channel="reception")
    received = appeal(town, now, fact_id=entry(deputy, "receptions"))
    credit = appeal(town, now, fact_id=entry(deputy, "brought"))
    missing = appeal(town, now, deputy=town.deputies[2])
    return {
        "received": lambda **how: appeal_received(case_id=received.pk, received=3, **how),
        "credit": lambda **how: appeal_credit(case_id=credit.pk, deputy="none", **how),
        "gathering": lambda **how: appeal_gathering(case_id=missing.pk, missed=missed(now), **how),
        "heard": lambda **how: appeal_heard(case_id=missing.pk, number=voice.number, **how),
    }


@pytest.mark.parametrize("way", ["received", "credit", "gathering", "heard"])
@pytest.mark.parametrize(
    ("who", "ground", "refused"),
    [
        ("clerk", GROUND, None),
        ("coordinator", GROUND, None),
        ("clerk", "  ", {"input"}),
        ("deputy", GROUND, {"forbidden", "input"}),
        ("liaison", GROUND, {"forbidden", "input"}),
        ("handler", GROUND, {"forbidden", "input"}),
        ("leader", GROUND, {"forbidden", "input"}),
        ("stranger", GROUND, {"forbidden", "input"}),
        ("administrator", GROUND, {"forbidden", "input"}),
    ],
)
def test_who_puts_right_and_on_what_ground(way, who, ground, refused, lived, town, now):
    if (way, who) == ("received", "liaison"):
        refused = None  # whoever keeps the station's list keeps its count
    deed, before = attempts(town, now, lived)[way], Fact.objects.count()
    how = {"ground": ground, "actor": getattr(town, who), "now": now}
    if (way, who) == ("gathering", "coordinator"):
        refused = {"input"}  # the county's inspection is not theirs to record
    if refused is None:
        deed(**how)
        assert Fact.objects.count() > before
        return
    with pytest.raises(Refusal) as refusal:
        deed(**how)
    assert refusal.value.code in refused and Fact.objects.count() == before


@pytest.mark.parametrize("way", ["received", "credit", "gathering", "heard"])
def test_after_the_answer_nothing_is_put_right(way, lived, town, now):
    deed = attempts(town, now, lived)[way]
    answer = {"answer": "核对过了，没有错。"}
    for case in Case.objects.filter(procedure="duty_appeals"):
        case_act(case_id=case.pk, action="keep_record", raw=answer, actor=town.clerk, now=now)
    with pytest.raises(Refusal) as refusal:
        deed(ground=GROUND, actor=town.clerk, now=now)
    assert refusal.value.code == "not_here"


def test_a_way_that_an_appeal_has_not(lived, town, now):
    case = appeal(town, now, fact_id=entry(lived, "brought"))
    with pytest.raises(Refusal) as refusal:
        appeal_received(case_id=case.pk, received=3, ground=GROUND, actor=town.clerk, now=now)
    assert refusal.value.code == "not_here"
