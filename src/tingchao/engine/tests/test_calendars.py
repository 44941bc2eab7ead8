"""A year is announced, or a notice changes one: due times follow, each change is an event.

What is known before is what the State Council has announced up to 2026.
"""

from __future__ import annotations

import pytest

from tingchao.core.calendar import YearPlan
from tingchao.core.steps import Refusal
from tingchao.core.tests.test_calendar import PLAN_2027
from tingchao.directory.actors import SYSTEM
from tingchao.directory.selectors import working_calendar
from tingchao.engine.calendars import calendar_load, due_times_recompute
from tingchao.engine.models import Case, Event
from tingchao.engine.sealing import audit
from tingchao.engine.tests.loop import brought, opened
from tingchao.engine.tests.test_clock import KNOWN, day, half_past_eight, midnight_after, moment, tend


@pytest.fixture(autouse=True)
def _announced_to_2026(monkeypatch):
    monkeypatch.setattr("tingchao.directory.selectors.published_plans", lambda: KNOWN)


LATE = moment("2027-02-04 12:00")
"""When the notice comes in these tests: PLAN_2027 is off 1/1–3 and 2/5–11, and on 1/31 and 2/20."""


@pytest.mark.parametrize(
    ("filed", "before", "after", "wakes", "why"),
    [
        ("2026-12-30 10:00", "2027-01-04", "2027-01-04", "2026-12-31", "日子没变，不再是暂定"),
        ("2027-01-29 10:00", "2027-02-02", "2027-02-01", "2027-01-31", "通知：1月31日星期日上班，提前一天"),
        ("2027-02-03 10:00", "2027-02-05", "2027-02-12", "2027-02-04", "通知：2月5日至11日放假，推后"),
        ("2027-02-04 10:00", "2027-02-08", "2027-02-15", "2027-02-12", "通知：放假前收到，节后到期"),
    ],
)
def test_an_announced_year_makes_due_times_firm(town, filed, before, after, wakes, why):
    case = opened(town, moment(filed))
    assert (case.due_on, case.due_provisional) == (day(before), True)
    assert calendar_load(plan=PLAN_2027, actor=town.administrator, now=LATE) == 1
    case.refresh_from_db()
    assert (case.due_on, case.due_provisional) == (day(after), False), why
    assert (case.due_at, case.wake_at) == (midnight_after(day(after)), half_past_eight(wakes))
    event = Event.objects.get(case=case, action="due.recomputed")
    assert (event.data["from"], event.data["to"], event.at) == (before, after, LATE)
    assert event.actor == town.administrator.key


def test_one_event_for_each_matter_that_changed_and_one_for_the_calendar(town, handed):
    firm = opened(town, moment("2026-11-20 10:00"))
    ended = brought(town, handed, moment("2026-12-30 10:00"), "known")
    changed = [opened(town, moment("2027-01-29 10:00")) for _ in range(3)]
    stopped = tend(
        opened(town, moment("2027-01-29 10:00")), town, "pause", "2027-01-29 11:00", until="2027-02-03"
    )
    counted = dict.fromkeys([firm.pk, ended.pk], 0) | {case.pk: 1 for case in [*changed, stopped]}
    assert calendar_load(plan=PLAN_2027, actor=SYSTEM, now=LATE) == 4
    for pk, events in counted.items():
        assert Event.objects.filter(case_id=pk, action="due.recomputed").count() == events
    (loaded,) = Event.objects.filter(stream="calendar")
    assert (loaded.action, loaded.sequence, loaded.case_id) == ("calendar.load", 1, None)
    assert loaded.data == {"year": 2027, "source": PLAN_2027.source, "off": 10, "on": 2}
    stopped.refresh_from_db()
    assert (stopped.paused_until, stopped.due_on) == (day("2027-02-03"), day("2027-02-04")), "停表还算数"
    assert audit().broken is None


def test_loading_the_same_year_again_changes_no_matter(town):
    opened(town, moment("2027-01-29 10:00"))
    for changed in (1, 0):
        assert calendar_load(plan=PLAN_2027, actor=SYSTEM, now=LATE) == changed
    assert Event.objects.filter(stream="calendar").count() == 2
    assert due_times_recompute(actor=SYSTEM, now=LATE) == 0


def test_a_matter_that_reaches_into_the_year_after_stays_provisional(town, handed):
    case = brought(town, handed, moment("2027-12-30 09:00"), "acting")
    assert calendar_load(plan=PLAN_2027, actor=SYSTEM, now=LATE) == 0
    case.refresh_from_db()
    assert case.due_provisional and case.due_on.year == 2028


def test_many_matters_are_computed_in_batches(town, monkeypatch):
    monkeypatch.setattr("tingchao.engine.calendars.BATCH", 2)
    for _ in range(5):
        opened(town, moment("2027-01-29 10:00"))
    assert calendar_load(plan=PLAN_2027, actor=SYSTEM, now=LATE) == 5
    assert not Case.objects.filter(due_provisional=True).exists()


def test_a_notice_that_changes_a_year_already_announced_moves_due_times(town, handed):
    """As 国办发明电〔2020〕1号 did in January 2020, when the Spring Festival holiday was prolonged."""
    moved = opened(town, moment("2026-11-20 10:00"))
    earlier = opened(town, moment("2025-12-29 10:00"))
    plan = KNOWN[2026]
    longer = YearPlan(2026, plan.off | {day("2026-11-23")}, plan.on, "更正通知（测试用）")
    assert calendar_load(plan=longer, actor=SYSTEM, now=moment("2026-11-20 12:00")) == 1
    moved.refresh_from_db()
    earlier.refresh_from_db()
    assert (moved.due_on, moved.due_provisional) == (day("2026-11-25"), False)
    assert earlier.due_on == day("2025-12-31")
    assert not working_calendar().is_working_day(day("2026-11-23"))


def test_a_due_time_that_the_notice_puts_off_is_not_overdue_any_more(town):
    case = opened(town, moment("2027-02-03 10:00"))
    Case.objects.filter(pk=case.pk).update(alarms=3, wake_at=half_past_eight("2027-02-09"))
    calendar_load(plan=PLAN_2027, actor=SYSTEM, now=moment("2027-02-08 12:00"))
    case.refresh_from_db()
    assert (case.due_on, case.alarms) == (day("2027-02-12"), 0)


def test_only_the_administrator_loads_a_year(town):
    for actor in (town.liaison, town.coordinator, town.clerk, town.leader, town.auditor):
        with pytest.raises(Refusal) as refusal:
            calendar_load(plan=PLAN_2027, actor=actor, now=LATE)
        assert refusal.value.code == "forbidden"
    assert not working_calendar().is_announced(2027)
    assert not Event.objects.exists()
