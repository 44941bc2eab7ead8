"""A newly announced working calendar: kept, recorded, and every provisional due time computed anew."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from tingchao.core.calendar import WorkingCalendar, YearPlan
from tingchao.core.roles import Role
from tingchao.directory.actors import Actor
from tingchao.directory.policy import require_directory
from tingchao.directory.selectors import working_calendar
from tingchao.directory.services import working_year_set
from tingchao.engine import record, timing
from tingchao.engine.models import Case

BATCH = 500


def calendar_load(*, plan: YearPlan, actor: Actor, now: datetime) -> int:
    """Take a year's working calendar into force. Returns how many matters' due times it changed."""
    require_directory(actor)
    with transaction.atomic():
        working_year_set(plan=plan, actor=actor, now=now)
        entry = record.Entry(
            action="calendar.load",
            actor=actor,
            role=str(Role.ADMINISTRATOR),
            now=now,
            data={"year": plan.year, "source": plan.source, "off": len(plan.off), "on": len(plan.on)},
        )
        record.append_to_stream(entry, stream="calendar")
    return due_times_recompute(actor=actor, now=now, year=plan.year)


def due_times_recompute(*, actor: Actor, now: datetime, year: int | None = None) -> int:
    """Compute every provisional due time of open matters anew; each that becomes firm or moves is one event.

    With `year` those that a changed notice for that year may move as well, as in 2020 (国办发明电〔2020〕1号).
    """
    require_directory(actor)
    changed, after = 0, 0
    calendar = working_calendar()
    touched = Q(due_provisional=True)
    if year is not None:
        touched |= Q(due_on__gte=date(year, 1, 1))
    while True:
        last, done = _recompute_batch(after, touched, calendar, actor, now)
        changed += done
        if last is None:
            return changed
        after = last


@transaction.atomic
def _recompute_batch(
    after: int, touched: Q, calendar: WorkingCalendar, actor: Actor, now: datetime
) -> tuple[int | None, int]:
    cases = list(
        Case.objects.select_for_update(no_key=True)
        .filter(touched, closed_at__isnull=True, pk__gt=after)
        .order_by("pk")[:BATCH]
    )
    changed = sum(_recompute(case, calendar, actor, now) for case in cases)
    return (cases[-1].pk if cases else None), changed


def _recompute(case: Case, calendar: WorkingCalendar, actor: Actor, now: datetime) -> bool:
    clock = case.running_clock()
    if clock is None:
        return False
    before = (case.due_on, case.due_provisional)
    timing.set_clock(case, clock, calendar=calendar)
    if before == (case.due_on, case.due_provisional):
        return False
    assert case.due_on is not None and before[0] is not None
    entry = record.Entry(
        action="due.recomputed",
        actor=actor,
        role=str(Role.ADMINISTRATOR),
        now=now,
        case=case,
        before=case.stage,
        data={"from": before[0].isoformat(), "to": case.due_on.isoformat()},
    )
    record.append(entry, changed=timing.CLOCK_FIELDS)
    case.assignments.filter(ended_at__isnull=True).update(due_on=case.due_on)
    return True
