"""What is shared out adds up; what is spread over days lies on working days, in order."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.calendar import WorkingCalendar, YearPlan
from tingchao.core.spread import days_spread, shared, working_days

PLAN = YearPlan(
    2026,
    off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    on=frozenset({date(2026, 10, 10)}),
    source="国务院办公厅通知（示例）",
)
CALENDAR = WorkingCalendar({2026: PLAN})


@given(st.integers(1, 60), st.integers(0, 5), st.integers(0, 5000), st.floats(0, 0.9), st.integers())
def test_parts_add_up_and_none_is_below_the_least(among, least, more, unevenness, seed):
    amount = among * least + more
    parts = shared(amount, among, random.Random(seed), unevenness=unevenness, least=least)
    assert (len(parts), sum(parts)) == (among, amount)
    assert min(parts) >= least


@pytest.mark.parametrize(
    ("amount", "among", "least"),
    [(9, 5, 2), (0, 0, 0), (-1, 3, 0)],
    ids=["too little", "nobody", "less than 0"],
)
def test_too_little_is_refused(amount, among, least):
    with pytest.raises(ValueError, match="too little"):
        shared(amount, among, random.Random(1), least=least)


def test_uneven_parts_differ_and_even_ones_do_not():
    assert len(set(shared(1000, 20, random.Random(1)))) > 5
    assert set(shared(1000, 20, random.Random(1), unevenness=0)) == {50}


@given(st.integers(1, 400), st.integers())
def test_days_are_working_days_in_their_order(count, seed):
    since, until = date(2026, 9, 1), date(2026, 11, 1)
    found = days_spread(count, since, until, CALENDAR, random.Random(seed))
    assert len(found) == count
    assert found == sorted(found)
    assert set(found) <= set(working_days(since, until, CALENDAR))


def test_a_holiday_has_none_and_a_made_up_working_day_has_some():
    found = set(days_spread(2000, date(2026, 9, 28), date(2026, 10, 12), CALENDAR, random.Random(1)))
    assert not found & PLAN.off
    assert date(2026, 10, 10) in found


def test_nowhere_to_spread_is_refused():
    with pytest.raises(ValueError, match="no working day"):
        days_spread(3, date(2026, 10, 1), date(2026, 10, 5), CALENDAR, random.Random(1))
