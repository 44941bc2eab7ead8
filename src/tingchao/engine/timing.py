"""Setting a matter's clock: due time, alarm and pause, kept on the row so that lists and sweeps need no counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.limits import Clock, Limit, Pause, closes_at, due, next_alarm
from tingchao.core.procedure import Procedure, Stage
from tingchao.directory.selectors import limits_set
from tingchao.engine.models import Case

ALARM_TIME = time(8, 30)
"""When on its day an alarm is given: as the working day begins."""

TOP_ALARM = 4
"""Reminder, then overdue at the township's, the county's and the city's level."""

ZONE = ZoneInfo(settings.TIME_ZONE)

CLOCK_FIELDS = ("clock", "due_on", "due_at", "due_provisional", "paused_until", "wake_at", "alarms")
STAGE_FIELDS = ("stage", "stage_since", "duty", "closed_at", "more_time", "supervised_at", *CLOCK_FIELDS)


def local_day(moment: datetime) -> date:
    """The calendar day of a moment in the installation's zone."""
    return moment.astimezone(ZONE).date()


def enter_stage(case: Case, stage: Stage, *, now: datetime, calendar: WorkingCalendar) -> None:
    """Put a matter into a stage: its duty holder, a fresh clock, the first alarm. An end stops everything."""
    case.stage, case.stage_since = stage.key, now
    if stage.keeps_clock and case.clock is not None and case.closed_at is None:
        case.duty = str(stage.duty)
        return
    case.alarms, case.paused_until, case.more_time = 0, None, None
    limit = limit_for(case.procedure, stage, case.tier)
    if stage.end or limit is None:
        case.duty, case.closed_at = "", case.closed_at or now  # from one end to another it stays closed
        case.clock = case.due_on = case.due_at = case.wake_at = case.supervised_at = None
        case.due_provisional = False
        return
    case.duty, case.closed_at = str(stage.duty), None
    set_clock(case, Clock(start=local_day(now), limit=limit), calendar=calendar)


def set_clock(case: Case, clock: Clock, *, calendar: WorkingCalendar) -> None:
    """Give a matter this clock; its due time and next alarm follow.

    A due time that is put off has its alarms before it again, and none is given while the clock stands still.
    """
    result = due(clock, calendar)
    if case.due_on is not None and case.due_on < result.last_day:
        case.alarms = 0
    case.clock = clock.to_json()
    case.due_on, case.due_provisional = result.last_day, result.provisional
    case.due_at = closes_at(result.last_day, ZONE)
    case.wake_at = wake_time(result.last_day, case.alarms, calendar)
    if case.wake_at is not None and case.paused_until is not None:
        case.wake_at = max(case.wake_at, datetime.combine(case.paused_until, ALARM_TIME, ZONE))


def extended(case: Case, amount: int, *, calendar: WorkingCalendar) -> tuple[str, ...]:
    """Give a matter `amount` more units, unless its limit became longer before; the attributes that changed."""
    clock = case.running_clock()
    if not amount or clock is None or clock.extended:
        return ()
    set_clock(case, clock.extend(amount), calendar=calendar)
    return CLOCK_FIELDS


def with_pauses(clock: Clock, pauses: tuple[Pause, ...]) -> Clock:
    """The same clock with other pauses."""
    return replace(clock, pauses=pauses)


def limit_for(procedure_key: str, stage: Stage, tier: str) -> Limit | None:
    """The limit in force of a stage for matters of a tier: what was set for this place, else what ships."""
    rules = limits_set()
    own = tier if tier in stage.tier_limits else ""
    return (
        None if stage.limit is None else rules.get((procedure_key, stage.key, own)) or stage.limit_for(tier)
    )


def period_for(procedure: Procedure, key: str) -> Limit:
    """The limit in force of a period of a procedure: what was set for this place, else what ships."""
    return limits_set().get((procedure.key, key, "")) or procedure.period(key).limit


def period_end(procedure: Procedure, key: str, start: date, calendar: WorkingCalendar) -> date:
    """The last day of a period that began on `start`."""
    return due(Clock(start=start, limit=period_for(procedure, key)), calendar).last_day


def due_day(
    procedure_key: str, stage: Stage, tier: str, now: datetime, calendar: WorkingCalendar
) -> date | None:
    """The last day of a stage that begins now; None at an end."""
    limit = limit_for(procedure_key, stage, tier)
    return None if limit is None else due(Clock(start=local_day(now), limit=limit), calendar).last_day


def wake_time(last_day: date, alarms: int, calendar: WorkingCalendar) -> datetime | None:
    """When the sweep must look at a matter that is due on `last_day` and has had `alarms` alarms."""
    alarm = next_alarm(last_day, alarms, calendar, top=TOP_ALARM)
    return None if alarm is None else datetime.combine(alarm.on, ALARM_TIME, ZONE)
