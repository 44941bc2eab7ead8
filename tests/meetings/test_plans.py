"""A year's turns at a station: proposed, changed by hand, accepted, proposed again."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time

import pytest

from tests.meetings.conftest import called
from tingchao.core.steps import Refusal
from tingchao.core.turns import Clash
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy, Station
from tingchao.directory.services import deputy_create
from tingchao.engine.models import Event
from tingchao.engine.sealing import audit
from tingchao.engine.timing import ZONE
from tingchao.instruments.meetings.models import Attendee, Meeting, Plan, Turn
from tingchao.instruments.meetings.plans import conflicts_of, plans_page
from tingchao.instruments.meetings.services import (
    Asked,
    Invited,
    attendees_invite,
    meeting_cancel,
    meeting_create,
    meeting_move,
    plan_accept,
    plan_propose,
    turn_set,
)

NEXT = 2027
WANTED = Asked(year=NEXT, weekday=2, nth=2, begins=time(9), ends=time(11))


def proposed(town, now, asked=WANTED):
    return plan_propose(station=town.station, asked=asked, actor=town.liaison, now=now)


def test_each_deputy_gets_two_turns_apart(town, now):
    plan, changed = proposed(town, now)
    per_deputy = Counter(plan.turns.values_list("deputy_id", flat=True))
    assert per_deputy == {one.pk: 2 for one in town.deputies} and not changed.short
    assert len({turn.day.month for turn in plan.turns.all()}) == 8
    assert conflicts_of(plan) == ()


def test_proposed_again_changes_nothing(town, now):
    plan, _ = proposed(town, now)
    before = set(plan.turns.values_list("deputy_id", "day"))
    again, changed = proposed(town, now)
    assert again == plan and Plan.objects.count() == 1
    assert (changed.added, changed.removed) == ((), ())
    assert set(plan.turns.values_list("deputy_id", "day")) == before


def test_accepted_twice_makes_nothing_twice(town, now):
    plan, _ = proposed(town, now)
    first = plan_accept(plan_id=plan.pk, actor=town.liaison, now=now)
    assert (first.created, first.invited, first.late) == (8, 8, 0)
    again = plan_accept(plan_id=plan.pk, actor=town.liaison, now=now)
    assert (again.created, again.invited, again.removed) == (0, 0, 0)
    assert Meeting.objects.count() == 8 and Attendee.objects.count() == 8
    assert set(Meeting.objects.values_list("state", flat=True)) == {"announced"}
    _, changed = proposed(town, now)
    assert (changed.added, changed.removed) == ((), ())
    assert audit().broken is None


def test_a_new_deputy_gets_turns_and_the_others_keep_theirs(town, now):
    plan, _ = proposed(town, now)
    plan_accept(plan_id=plan.pk, actor=town.liaison, now=now)
    before = set(plan.turns.values_list("deputy_id", "day"))
    fresh = deputy_create(
        name="新代表", region_code=town.region, since=date(2026, 1, 1), actor=SYSTEM, station=town.station
    )
    _, changed = proposed(town, now)
    assert {one.person for one in changed.added} == {fresh.pk} and not changed.removed
    assert before < set(plan.turns.values_list("deputy_id", "day"))
    assert plan_accept(plan_id=plan.pk, actor=town.liaison, now=now).invited == 2


def test_a_deputy_whose_term_ended_is_taken_off(town, now):
    plan, _ = proposed(town, now)
    plan_accept(plan_id=plan.pk, actor=town.liaison, now=now)
    gone = town.deputies[1]
    Deputy.objects.filter(pk=gone.pk).update(until=date(2027, 1, 2))
    assert {one.clash for one in conflicts_of(plan)} == {Clash.TERM, Clash.FEW}
    with pytest.raises(Refusal, match="not_here"):
        plan_accept(plan_id=plan.pk, actor=town.liaison, now=now)
    _, changed = proposed(town, now)
    assert {one.person for one in changed.removed} == {gone.pk} and changed.short == {gone.pk: 2}
    accepted = plan_accept(plan_id=plan.pk, actor=town.liaison, now=now)
    assert accepted.removed == 2
    assert not Attendee.objects.filter(deputy=gone).exclude(state="left").exists()


def test_by_hand(town, now):
    plan, _ = proposed(town, now)
    turn = plan.turns.order_by("day").first()
    day = date(NEXT, 12, 15)
    turn_set(
        plan_id=plan.pk, deputy_id=turn.deputy_id, day=day, instead_of=turn.day, actor=town.liaison, now=now
    )
    _, changed = proposed(town, now)
    assert Turn.objects.filter(plan=plan, deputy=turn.deputy_id, day=day, fixed=True).exists()
    assert not [one for one in changed.removed if one.day == day]
    turn_set(plan_id=plan.pk, deputy_id=turn.deputy_id, day=None, instead_of=day, actor=town.liaison, now=now)
    assert Clash.FEW in {one.clash for one in conflicts_of(plan)}


@pytest.mark.parametrize(
    "day", [date(2026, 11, 20), date(2026, 12, 30), date(2028, 1, 1), date(NEXT, 1, 13)], ids=str
)
def test_days_that_cannot_be_set(day, town, now):
    plan, _ = proposed(town, now)
    deputy = plan.turns.get(day=date(NEXT, 1, 13)).deputy_id
    with pytest.raises(Refusal, match="input"):
        turn_set(plan_id=plan.pk, deputy_id=deputy, day=day, actor=town.liaison, now=now)


def test_clashes_with_something_else_on_that_day(town, now):
    plan, _ = proposed(town, now)
    turn = plan.turns.order_by("day").first()
    start = datetime.combine(turn.day, time(14), ZONE)
    other = meeting_create(
        called=called(town, now, kind="training", starts_at=start, ends_at=start.replace(hour=16)),
        actor=town.liaison,
        now=now,
    )
    attendees_invite(
        meeting_id=other.pk, invited=Invited(deputies=[turn.deputy]), actor=town.liaison, now=now
    )
    assert [(one.clash, one.person, one.day) for one in conflicts_of(plan)] == [
        (Clash.TWICE, turn.deputy_id, turn.day)
    ]
    assert plan_accept(plan_id=plan.pk, actor=town.liaison, now=now).created == 8, "shown, and may stand"


def test_a_gathering_that_was_moved_or_cancelled_is_not_made_again_beside_it(town, now):
    plan, _ = proposed(town, now)
    plan_accept(plan_id=plan.pk, actor=town.liaison, now=now)
    first, second = Meeting.objects.order_by("starts_at")[:2]
    later = first.starts_at.replace(day=first.starts_at.day + 1)
    meeting_move(
        meeting_id=first.pk,
        starts_at=later,
        ends_at=later.replace(hour=later.hour + 2),
        reason="场地",
        actor=town.liaison,
        now=now,
    )
    assert plan_accept(plan_id=plan.pk, actor=town.liaison, now=now).created == 0
    meeting_cancel(meeting_id=second.pk, reason="台风", actor=town.liaison, now=now)
    assert plan_accept(plan_id=plan.pk, actor=town.liaison, now=now).created == 1


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"year": 2025}, {"year"}),
        ({"year": 2028}, {"year"}),
        ({"weekday": 7}, {"nth"}),
        ({"nth": 6}, {"nth"}),
        ({"ends": time(9)}, {"ends"}),
        ({"least": 1}, {"least"}),
        ({"least": 13}, {"least"}),
        ({"room": 0}, {"room"}),
    ],
)
def test_what_cannot_be_asked(values, faults, town, now):
    given = {"year": NEXT, "weekday": 2, "nth": 2, "begins": time(9), "ends": time(11)} | values
    with pytest.raises(Refusal) as refused:
        proposed(town, now, Asked(**given))
    assert set(refused.value.fields) == faults
    assert not Plan.objects.exists()


def test_who_plans(town, now):
    for who in ("deputy", "handler", "leader", "stranger", "administrator", "auditor", "expert"):
        with pytest.raises(Refusal, match="forbidden"):
            plan_propose(station=town.station, asked=WANTED, actor=getattr(town, who), now=now)
    plan, _ = proposed(town, now)
    for call in (
        lambda: plan_accept(plan_id=plan.pk, actor=town.stranger, now=now),
        lambda: turn_set(plan_id=plan.pk, deputy_id=1, day=None, actor=town.deputy, now=now),
    ):
        with pytest.raises(Refusal, match="forbidden"):
            call()
    assert plans_page(("330182001",))[0] == [plan] and plans_page(("330106",))[0] == []


def test_a_station_that_is_closed(town, now):
    plan, _ = proposed(town, now)
    Station.objects.filter(pk=town.station.pk).update(active=False)
    plan = Plan.objects.select_related("station").get()
    assert Clash.CLOSED in {one.clash for one in conflicts_of(plan)}
    with pytest.raises(Refusal):
        plan_accept(plan_id=plan.pk, actor=town.liaison, now=now)
    with pytest.raises(Refusal, match="input"):
        plan_propose(station=plan.station, asked=WANTED, actor=town.liaison, now=now)


def test_a_station_without_deputies(town, now):
    Deputy.objects.update(station=None)
    with pytest.raises(Refusal, match="input"):
        proposed(town, now)
    assert not Event.objects.filter(action="plan.propose").exists()
