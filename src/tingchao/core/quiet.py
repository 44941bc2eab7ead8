"""When a message may reach somebody: at once, but not in quiet hours 免打扰, or collected 汇总 at a time of the day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tingchao.core.calendar import WorkingCalendar

MORNING = time(8, 0)
"""When what waited for a working day comes, where no quiet hours say otherwise."""


class Rhythm(StrEnum):
    """How often somebody wants to hear."""

    AT_ONCE = "at_once"  # 随时
    DAILY = "daily"  # 每天一次
    WEEKLY = "weekly"  # 每周一次


@dataclass(frozen=True, slots=True)
class Plan:
    """When one target wants to hear, in the installation's zone.

    Quiet from `quiet_from` until before `quiet_to`, over midnight when the first is the later; no quiet hours when
    either is None. With `days_off_quiet` whole days off are quiet, as the working calendar has them. What is collected
    comes at `at`, weekly on `weekday` (Monday is 0).
    """

    quiet_from: time | None = None
    quiet_to: time | None = None
    days_off_quiet: bool = False
    rhythm: Rhythm = Rhythm.AT_ONCE
    at: time = MORNING
    weekday: int = 0


def next_time(plan: Plan, moment: datetime, calendar: WorkingCalendar) -> datetime:
    """The first time from `moment` on, which must be in the installation's zone, at which a message may come."""
    return _after_quiet(plan, _next_collection(plan, moment), calendar)


def _next_collection(plan: Plan, moment: datetime) -> datetime:
    if plan.rhythm is Rhythm.AT_ONCE:
        return moment
    day = moment.date()
    if _at(day, plan.at, moment) < moment:
        day += timedelta(days=1)
    while plan.rhythm is Rhythm.WEEKLY and day.weekday() != plan.weekday:
        day += timedelta(days=1)
    return _at(day, plan.at, moment)


def _after_quiet(plan: Plan, moment: datetime, calendar: WorkingCalendar) -> datetime:
    if plan.days_off_quiet and not calendar.is_working_day(moment.date()):
        day = calendar.next_working_day(moment.date()).day
        moment = _at(day, MORNING if plan.rhythm is Rhythm.AT_ONCE else plan.at, moment)
    end = _quiet_until(plan, moment)
    # quiet hours over midnight may end on a day off, and then that day is quiet too
    return moment if end is None else _after_quiet(plan, end, calendar)


def _quiet_until(plan: Plan, moment: datetime) -> datetime | None:
    """The end of the quiet hours that `moment` lies in; None when it lies in none."""
    start, end, clock = plan.quiet_from, plan.quiet_to, moment.time()
    if start is None or end is None or start == end:
        return None
    if start < end:
        return _at(moment.date(), end, moment) if start <= clock < end else None
    if clock >= start:
        return _at(moment.date() + timedelta(days=1), end, moment)
    return _at(moment.date(), end, moment) if clock < end else None


def _at(day: date, clock: time, moment: datetime) -> datetime:
    return datetime.combine(day, clock, moment.tzinfo)
