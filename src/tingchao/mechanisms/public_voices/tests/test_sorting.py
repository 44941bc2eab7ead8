"""Sorting and deliberating: when small matters are talked over, who is asked, what is taken as a group's theme."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.limits import Clock, due
from tingchao.core.mechanism import Circumstances
from tingchao.directory.models import Membership
from tingchao.directory.published import published_plans
from tingchao.engine import policy
from tingchao.engine.models import Assignment, Event, Fact, Notice
from tingchao.engine.services import case_act, roles_of
from tingchao.engine.tests.loop import INPUTS, code_of, opened
from tingchao.mechanisms.public_voices.inputs import GROUNDS, INSTEAD
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS
from tingchao.mechanisms.public_voices.rules import next_meeting, proposed_meeting

CALENDAR = WorkingCalendar(dict(published_plans()))


@pytest.mark.parametrize(
    ("day", "today", "meets", "why"),
    [
        (25, "2026-11-20", "2026-11-25", "这个月的议事日还没到"),
        (25, "2026-11-25", "2026-12-25", "今天就是，算下个月的"),
        (15, "2026-11-02", "2026-11-16", "15 日是周日，顺延到周一"),
        (15, "2026-11-15", "2026-11-16", "周日当天，顺延的那天还没到"),
        (1, "2026-09-20", "2026-10-08", "国庆放假，顺延到上班第一天"),
        (31, "2026-11-02", "2026-11-30", "小月在最后一天"),
        (31, "2027-02-01", "2027-03-01", "2 月 28 日是周日，顺延"),
    ],
)
def test_the_next_fixed_date_is_never_on_a_day_off(day, today, meets, why):
    found = next_meeting(day, date.fromisoformat(today), CALENDAR)
    assert found.isoformat() == meets, why


@given(day=st.integers(1, 31), today=st.dates(date(2023, 1, 1), date(2026, 12, 31)))
def test_the_limit_of_small_matters_reaches_the_next_fixed_date(day, today):
    found = next_meeting(day, today, CALENDAR)
    limit = FIVE_STEPS.stage("deliberating").limit_for("small")
    assert today < found and CALENDAR.is_working_day(found)
    assert found <= due(Clock(start=today, limit=limit), CALENDAR).last_day


def test_a_station_without_a_fixed_day_proposes_none():
    assert proposed_meeting(Circumstances(date(2026, 11, 20), CALENDAR, None)) == ""
    assert proposed_meeting(Circumstances(date(2026, 11, 20), CALENDAR, 25)) == "2026-11-25"


def test_every_ground_says_where_to_go_instead():
    for ground in GROUNDS:
        assert INSTEAD.least <= len(ground.text) <= INSTEAD.most, ground.key
        assert "请" in ground.text or "可以" in ground.text, ground.key


# --- who talks it over ------------------------------------------------------------------------------------


def act(case, action, actor, now, **raw):
    return case_act(case_id=case.pk, action=action, raw=raw, actor=actor, now=now)


def test_who_is_asked_to_talk_it_over_hears_of_it_and_may_read_it_until_it_moves_on(town, handed, now):
    case = opened(town, now)
    asked = {
        "topic": "路灯谁来修",
        "tier": "small",
        "deputies": [str(town.deputies[3].pk)],
        "group": str(town.group.pk),
    }
    case = act(case, "deliberate", town.liaison, now, **asked, held_on="2026-11-25", note="白沙社区居民")
    told = set(Notice.objects.filter(template="invited").values_list("recipient", flat=True))
    assert told == {f"deputy:{one.pk}" for one in town.deputies}
    assert policy.may_see(roles_of(town.deputy, case))
    assert not Fact.objects.filter(kind="deputy.follow_up")
    shown = dict(map(tuple, Event.objects.get(action="deliberate").data["shown"]))
    assert shown["请哪个小组来议"] == "新安江街道代表小组" and shown["哪天议"] == "2026-11-25"
    handed = handed | {"deputies": [str(one.pk) for one in town.deputies[2:]]}
    case = act(case, "settle", town.liaison, now + timedelta(hours=1), **INPUTS["settle"], **handed)
    assert not policy.may_see(roles_of(town.deputy, case))  # asked to talk, not to follow
    assert not Assignment.objects.filter(kind="deliberate", ended_at=None)


# --- a group's theme --------------------------------------------------------------------------------------


def test_a_group_takes_a_matter_as_its_theme(town, handed, now):
    Membership.objects.filter(deputy=town.deputies[2]).update(until=now.date())
    raw = {key: value for key, value in handed.items() if key != "deputies"} | {"group": str(town.group.pk)}
    case = act(opened(town, now), "theme", town.liaison, now, **raw)
    following = Assignment.objects.filter(case=case, kind="follow_up", ended_at=None)
    assert [one.deputy for one in following] == town.deputies[:2]  # who left the group does not follow
    assert {one.group_id for one in following} == {town.group.pk}
    assert Fact.objects.filter(kind="deputy.follow_up").count() == 2


@pytest.mark.parametrize("wrong", ["0", "999999", "代表小组", "", "empty"])
def test_a_group_without_members_or_from_elsewhere_cannot_take_it(town, handed, now, wrong):
    if wrong == "empty":
        Membership.objects.update(until=now.date())
        wrong = str(town.group.pk)
    raw = {**handed, "group": wrong}
    call = {"case_id": opened(town, now).pk, "action": "theme", "actor": town.liaison, "now": now}
    assert code_of(case_act, raw=raw, **call) == "input"
