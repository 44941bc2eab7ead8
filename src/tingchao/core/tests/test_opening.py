"""Opening hours as they stand in directories, read for a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.calendar import WorkingCalendar, YearPlan
from tingchao.core.opening import clauses_of, opening_at, spans_on

PLAN = YearPlan(
    year=2026,
    off=frozenset({date(2026, 10, 1), date(2026, 10, 2)}),
    on=frozenset({date(2026, 10, 10)}),
    source="x",
)
CALENDAR = WorkingCalendar({2026: PLAN})
MONDAY, SATURDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 21), date(2026, 11, 22)
HOLIDAY, MADE_UP = date(2026, 10, 1), date(2026, 10, 10)

TABLE = [
    # as written, a day, when it is open
    ("周一至周五 8:30–17:00", MONDAY, "08:30–17:00"),
    ("周一至周五 8:30–17:00", SATURDAY, ""),
    ("周一至周五 8:30–17:00", HOLIDAY, ""),
    ("周一到周五，8:30-11:30，14:00-17:00", MONDAY, "08:30–11:30 14:00–17:00"),
    ("工作日 9：00－17：00", MADE_UP, "09:00–17:00"),
    ("周一至周五 9:00-17:00", MADE_UP, ""),
    ("工作日上午9点至11点半", MONDAY, "09:00–11:30"),
    ("工作日 9:00-17:00；周六 9:00-11:30", SATURDAY, "09:00–11:30"),
    ("每天 8:00—20:00", SUNDAY, "08:00–20:00"),
    ("每天 8:00—20:00", HOLIDAY, "08:00–20:00"),
    ("8:00-20:00", SUNDAY, "08:00–20:00"),
    ("星期六、日 上午9:00到下午4:00", SUNDAY, "09:00–16:00"),
    ("周三 下午2:00-5:00", date(2026, 11, 25), "14:00–17:00"),
    ("周末 9:00-12:00", SATURDAY, "09:00–12:00"),
    ("周五至周日 18:00-20:00", SUNDAY, "18:00–20:00"),
    ("提前预约", MONDAY, ""),
    ("25:00-26:00", MONDAY, ""),
    ("17:00-8:00", MONDAY, ""),
    ("", MONDAY, ""),
]


@pytest.mark.parametrize(("text", "day", "spans"), TABLE)
def test_when_it_is_open(text, day, spans):
    assert " ".join(map(str, spans_on(clauses_of(text), day, CALENDAR))) == spans


MOMENTS = [
    (datetime(2026, 11, 20, 10, tzinfo=UTC), True, None),  # Friday morning
    (datetime(2026, 11, 20, 7, tzinfo=UTC), False, None),  # opens later today
    (datetime(2026, 11, 20, 17, tzinfo=UTC), False, date(2026, 11, 23)),  # closed now, Monday next
    (datetime(2026, 11, 21, 10, tzinfo=UTC), False, date(2026, 11, 23)),
]


@pytest.mark.parametrize(("moment", "now", "next_day"), MOMENTS)
def test_now_and_next(moment, now, next_day):
    opening = opening_at("周一至周五 8:30–17:00", moment, CALENDAR)
    assert (opening.now, opening.next_day) == (now, next_day)


def test_what_cannot_be_read_concludes_nothing():
    assert opening_at("请先打电话", datetime(2026, 11, 20, 10, tzinfo=UTC), CALENDAR) is None


@given(st.text(max_size=80), st.times())
def test_no_text_breaks_it(text, at):
    opening = opening_at(text, datetime.combine(MONDAY, at, UTC), CALENDAR)
    assert opening is None or not opening.now or opening.today  # open now is open today
