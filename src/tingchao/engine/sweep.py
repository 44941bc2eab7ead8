"""The sweep: matters whose alarm is due are looked at, and nobody else is.

Alarms go to the duty holder before the due time, and up the region tree after it. Rows are taken with SKIP LOCKED,
so that any number of workers may sweep at once; each batch is one transaction, so that a killed worker leaves
whole alarms or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.directory.selectors import working_calendar
from tingchao.engine import notices, record, timing
from tingchao.engine.models import Case
from tingchao.engine.registry import procedure_get, procedures
from tingchao.engine.services import case_lapse

BATCH = 500

REMINDER, OVERDUE = 1, 2


def cases_sweep(*, now: datetime) -> int:
    """Give every alarm that is due at `now`. Returns how many alarms were given and matters closed by the clock."""
    done = 0
    while True:
        alarmed, lapsing = _sweep_batch(now)
        moved = alarmed + sum(_lapse(case_id, now) for case_id in lapsing)
        done += moved
        if not moved:
            return done


@transaction.atomic
def _sweep_batch(now: datetime) -> tuple[int, list[int]]:
    """How many alarms a batch gave, and the matters whose stage the clock itself ends."""
    cases = list(
        Case.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(closed_at__isnull=True, wake_at__lte=now)
        # a matter whose mechanism is not installed now waits; it must not stop the others
        .filter(procedure__in=[procedure.key for procedure in procedures()])
        .order_by("wake_at")[:BATCH]
    )
    lapsing = [case.pk for case in cases if case.due_at is not None and now >= case.due_at and lapses(case)]
    alarmed = [case for case in cases if case.pk not in set(lapsing)]
    if not alarmed:
        return 0, lapsing
    calendar = working_calendar()
    entries = [alarm_entry(case, now, calendar) for case in alarmed]
    record.append_many(entries)
    _keep(alarmed)
    return len(alarmed), lapsing


def lapses(case: Case) -> bool:
    """Whether the clock itself ends the stage that a matter is in."""
    return any(action.on_due for action in procedure_get(case.procedure).leaving(case.stage))


def _lapse(case_id: int, now: datetime) -> bool:
    """Whether the clock ended the stage; false when somebody acted on the matter in between."""
    try:
        case_lapse(case_id=case_id, now=now)
    except Refusal:
        return False
    return True


def alarm_entry(case: Case, now: datetime, calendar: WorkingCalendar) -> record.Entry:
    """The next alarm of a matter, as an entry; the row bears its new state."""
    stage = procedure_get(case.procedure).stage(case.stage)
    case.alarms += 1
    assert case.due_on is not None and case.due_at is not None
    if case.alarms == REMINDER and now >= case.due_at:
        case.alarms = OVERDUE  # no sweep ran in time: nobody is told that it will soon be due
    case.wake_at = timing.wake_time(case.due_on, case.alarms, calendar)
    if case.alarms == REMINDER:
        told = notices.to_duty_holder(case, stage, "due_soon")
    else:
        told = [
            notices.notice(
                notices.escalation_recipient(case, stage, case.alarms), "overdue", level=case.alarms - 1
            )
        ]
        if case.alarms == OVERDUE:
            told += notices.to_duty_holder(case, stage, "overdue")
    return record.Entry(
        action="remind" if case.alarms == REMINDER else "escalate",
        actor=SYSTEM,
        role=str(Role.SYSTEM),
        now=now,
        case=case,
        before=case.stage,
        data={"alarm": case.alarms, "due": case.due_on.isoformat(), "to": [row.recipient for row in told]},
        notices=told,
    )


def _keep(cases: Sequence[Case]) -> None:
    """Write back what the sweep changed of many rows in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE engine_case c SET wake_at = v.wake_at, alarms = v.alarms, events = v.events, head = v.head"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::int[], %s::text[])"
            " AS v(id, wake_at, alarms, events, head) WHERE c.id = v.id",
            [
                [case.pk for case in cases],
                [case.wake_at for case in cases],
                [case.alarms for case in cases],
                [case.events for case in cases],
                [case.head for case in cases],
            ],
        )
