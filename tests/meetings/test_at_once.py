"""Two people at the same moment: the last place, the same minutes, the same sign-in, the same plan. One of each."""

from __future__ import annotations

import threading
from datetime import time, timedelta
from types import SimpleNamespace

import pytest
from conftest import build_town, staff
from django.db import connection

from tests.meetings.conftest import announced
from tingchao.core.activity_codes import code_in, window_of
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.engine.models import Fact
from tingchao.engine.sealing import audit
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.meetings.models import Meeting, Plan
from tingchao.instruments.meetings.services import (
    Asked,
    Invited,
    Minutes,
    attendance_answer,
    attendance_sign_in,
    meeting_hold,
    minutes_write,
    plan_accept,
    plan_propose,
    resident_add,
    resident_call,
    resident_check_in,
    resident_sign_up,
)
from tingchao.instruments.meetings.services.attending import code_key
from tingchao.mechanisms.public_voices.services.conversations import Said
from tingchao.mechanisms.public_voices.services.receptions import Heard, resident_record


@pytest.fixture
def town(transactional_db: None) -> SimpleNamespace:
    return build_town()


def at_once(*calls):
    """What each call gave, or the code of its refusal; all of them start together."""
    ready = threading.Barrier(len(calls))
    found: list[object] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            ready.wait(10)
            found[place] = calls[place]()
        except Refusal as refusal:
            found[place] = refusal.code
        except Exception as fault:  # anything else is what the test must see
            found[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return found


def test_the_last_place_goes_to_one(town, now):
    meeting = announced(town, now, places=1, invited=Invited(town.deputies))
    actors = [staff(Role.DEPUTY, "330182001", deputy=one.pk) for one in town.deputies]
    states = at_once(
        *(
            lambda actor=actor: (
                attendance_answer(meeting_id=meeting.pk, coming=True, actor=actor, now=now).state
            )
            for actor in actors
        )
    )
    assert sorted(map(str, states)) == ["coming", "waiting", "waiting", "waiting"]


def test_residents_at_the_last_place(town, now):
    meeting = announced(town, now, places=2)
    states = at_once(
        *(
            lambda n=n: (
                resident_sign_up(meeting_id=meeting.pk, name="王女士", submission=f"s{n}", now=now).state
            )
            for n in range(5)
        )
    )
    assert sorted(map(str, states)) == ["coming", "coming", "waiting", "waiting", "waiting"]
    same = at_once(
        *[lambda: resident_sign_up(meeting_id=meeting.pk, name="刘", submission="same", now=now).pk] * 4
    )
    assert len(set(same)) == 1


def test_minutes_twice_by_two(town, now):
    meeting = announced(town, now)
    at = meeting.starts_at
    found = at_once(
        *(
            lambda actor=actor: (
                minutes_write(
                    meeting_id=meeting.pk, minutes=Minutes(text=actor.name), seen=0, actor=actor, now=at
                ).minutes
            )
            for actor in (town.liaison, town.coordinator)
        )
    )
    assert found.count("moved_on") == 1
    assert Meeting.objects.get().minutes in found


def test_signed_in_from_two_phones_is_one_fact(town, now):
    meeting = announced(town, now)
    at = meeting.starts_at
    code = code_in(code_key(), meeting.stream, window_of(at))
    found = at_once(
        *[lambda: attendance_sign_in(meeting_id=meeting.pk, code=code, actor=town.deputy, now=at).pk] * 4
    )
    assert len(set(found)) == 1
    assert Fact.objects.filter(kind="meeting.attended.reception").count() == 1


def test_held_twice_is_one_fact(town, now):
    meeting = announced(town, now)
    at = meeting.ends_at + timedelta(minutes=1)
    at_once(
        *(
            lambda actor=actor: meeting_hold(meeting_id=meeting.pk, received=2, actor=actor, now=at)
            for actor in (town.liaison, town.coordinator, town.clerk)
        )
    )
    assert Fact.objects.filter(kind="meeting.held.reception").count() == 1
    assert Fact.objects.filter(kind="meeting.received").count() == 1
    assert audit().broken is None


def test_a_plan_proposed_and_accepted_by_two(town, now):
    asked = Asked(2027, weekday=2, nth=2, begins=time(9), ends=time(11))
    made = at_once(
        *(
            lambda actor=actor: plan_propose(station=town.station, asked=asked, actor=actor, now=now)[0].pk
            for actor in (town.liaison, town.coordinator)
        )
    )
    assert len(set(made)) == 1 and Plan.objects.get().turns.count() == 8
    at_once(
        *(
            lambda actor=actor: plan_accept(plan_id=made[0], actor=actor, now=now)
            for actor in (town.liaison, town.coordinator)
        )
    )
    assert Meeting.objects.count() == 8
    assert audit().broken is None


# --- residents --------------------------------------------------------------------------------------------


def test_one_resident_written_down_on_two_phones_is_counted_once(town, now):
    """The deputy and the liaison write down the same person at the same moment: two matters, one person received."""
    meeting = announced(town, now)
    at = meeting.starts_at
    one = resident_add(meeting_id=meeting.pk, actor=town.liaison, now=at)

    def record(actor, key):
        heard = Heard(Said("路口的灯不亮了。", "reception"), listener_id=town.deputies[0].pk)
        how = {"meeting": meeting, "attendee_id": one.pk, "heard": heard, "actor": actor, "now": at}
        return lambda: resident_record(submission=key, **how).pk

    found = at_once(record(town.deputy, "a"), record(town.deputy, "a"), record(town.liaison, "b"))
    assert sorted(map(type, found), key=str) == [int, int, int] and len(set(found)) == 2
    assert sum(Fact.objects.filter(kind="meeting.received").values_list("amount", flat=True)) == 1
    assert Meeting.objects.get(pk=meeting.pk).received == 1
    assert audit().broken is None


def test_two_deputies_reach_for_the_next_one(town, now):
    meeting = announced(town, now)
    at = meeting.starts_at
    one = resident_add(meeting_id=meeting.pk, actor=town.liaison, now=at)
    second = staff(Role.DEPUTY, "330182001", deputy=town.deputies[1].pk)
    calls = [
        lambda actor=actor: resident_call(meeting_id=meeting.pk, attendee_id=one.pk, actor=actor, now=at).pk
        for actor in (town.deputy, second)
    ]
    assert sorted(map(str, at_once(*calls))) == sorted([str(one.pk), "not_here"])


def test_pressed_twice_a_resident_waits_once(town, now):
    meeting = announced(town, now)
    at, token = meeting.starts_at, token_of(town.station.pk)

    def come():
        return resident_check_in(meeting_id=meeting.pk, token=token, name="", submission="k", now=at).pk

    assert len(set(at_once(*[come] * 4))) == 1
    assert Fact.objects.filter(kind="meeting.attended.reception").count() == 1
