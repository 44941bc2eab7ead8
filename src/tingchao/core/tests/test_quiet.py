"""When a message may come: quiet hours, days off, collections. A table that a clerk could read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.calendar import WorkingCalendar, YearPlan
from tingchao.core.quiet import Plan, Rhythm, next_time

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(
    {
        2026: YearPlan(
            2026,
            off=frozenset(date(2026, 10, day) for day in range(1, 8)),
            on=frozenset({date(2026, 10, 10)}),  # a Saturday worked in exchange
            source="国办发明电〔2025〕7号",
        )
    }
)


def clock(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


NIGHT = {"quiet_from": time(22), "quiet_to": time(7)}
NOON = {"quiet_from": time(12), "quiet_to": time(14)}
OFF = {"days_off_quiet": True}
DAILY = {"rhythm": Rhythm.DAILY, "at": time(8, 30)}
WEEKLY = {"rhythm": Rhythm.WEEKLY, "at": time(9), "weekday": 0}

TABLE = [
    # what is wanted, when it happens, when it comes
    ({}, "11-20 03:00", "11-20 03:00"),  # nothing said: at once
    (NIGHT, "11-20 21:59", "11-20 21:59"),
    (NIGHT, "11-20 22:00", "11-21 07:00"),
    (NIGHT, "11-21 00:30", "11-21 07:00"),
    (NIGHT, "11-21 07:00", "11-21 07:00"),
    (NOON, "11-20 11:59", "11-20 11:59"),
    (NOON, "11-20 13:00", "11-20 14:00"),
    (OFF, "11-20 18:00", "11-20 18:00"),  # Friday evening is of a working day
    (OFF, "11-21 10:00", "11-23 08:00"),  # Saturday → Monday morning
    (OFF, "10-10 10:00", "10-10 10:00"),  # a Saturday that is worked
    (OFF, "10-01 00:00", "10-08 08:00"),  # the National Day holiday
    (OFF | NIGHT, "11-20 23:00", "11-23 08:00"),  # Friday night ends on a Saturday
    (OFF | NIGHT | {"quiet_to": time(9)}, "11-22 12:00", "11-23 09:00"),
    (DAILY, "11-20 08:29", "11-20 08:30"),
    (DAILY, "11-20 08:30", "11-20 08:30"),
    (DAILY, "11-20 08:31", "11-21 08:30"),
    (DAILY | OFF, "11-20 09:00", "11-23 08:30"),
    (DAILY | NIGHT | {"at": time(23)}, "11-20 09:00", "11-21 07:00"),  # collected in the night, sent after it
    (WEEKLY, "11-20 09:00", "11-23 09:00"),
    (WEEKLY, "11-23 09:00", "11-23 09:00"),
    (WEEKLY, "11-23 09:01", "11-30 09:00"),
    (WEEKLY | OFF | {"weekday": 3}, "09-30 10:00", "10-08 09:00"),  # Thursday 1 October is off
    ({"quiet_from": time(8), "quiet_to": time(8)}, "11-20 08:00", "11-20 08:00"),  # no hours at all
]


@pytest.mark.parametrize(("wanted", "happens", "comes"), TABLE)
def test_when_a_message_comes(wanted, happens, comes):
    assert next_time(Plan(**wanted), clock(happens), CALENDAR) == clock(comes)


times = st.none() | st.times(timezones=st.none())
plans = st.builds(
    Plan,
    quiet_from=times,
    quiet_to=times,
    days_off_quiet=st.booleans(),
    rhythm=st.sampled_from(Rhythm),
    at=st.times(),
    weekday=st.integers(0, 6),
)


@given(plans, st.timedeltas(timedelta(0), timedelta(days=350)))
def test_a_message_never_comes_early_nor_in_the_quiet_and_always_comes(plan, later):
    moment = clock("01-01 00:00") + later
    comes = next_time(plan, moment, CALENDAR)
    assert moment <= comes <= moment + timedelta(days=30)
    assert next_time(Plan(plan.quiet_from, plan.quiet_to, plan.days_off_quiet), comes, CALENDAR) == comes
