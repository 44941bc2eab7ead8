"""Deputies whose term ends in the middle of a matter: they follow it no longer, and the liaison names another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.engine import notices, record, timing
from tingchao.engine.models import Assignment, Case, Notice
from tingchao.engine.services import locked_case


def follow_ups_end(*, now: datetime) -> int:
    """End every follow-up whose deputy's term is over by the day of `now`. Returns how many matters lost somebody.

    Each matter is one transaction and one event, so the job may be killed and run again.
    """
    over = Assignment.objects.filter(
        ended_at__isnull=True, deputy__until__isnull=False, deputy__until__lte=timing.local_day(now)
    )
    cases = list(over.order_by("case_id").values_list("case_id", flat=True).distinct())
    return sum(_end(case_id, now) for case_id in cases)


@transaction.atomic
def _end(case_id: int, now: datetime) -> bool:
    case = locked_case(case_id)
    leaving = list(
        Assignment.objects.filter(
            case=case, ended_at__isnull=True, deputy__until__lte=timing.local_day(now)
        ).select_related("deputy")
    )
    if not leaving:
        return False
    Assignment.objects.filter(pk__in=[one.pk for one in leaving]).update(ended_at=now)
    names: JSON = [["任期到了", "、".join(str(one.deputy) for one in leaving)]]
    asked = case.closed_at is None and any(one.kind == Assignment.Kind.FOLLOW_UP for one in leaving)
    entry = record.Entry(
        action="term_ended",
        actor=SYSTEM,
        role=str(Role.SYSTEM),
        now=now,
        case=case,
        before=case.stage,
        data={"shown": names},
        notices=[_ask(case)] if asked else [],
    )
    record.append(entry)
    return True


def _ask(case: Case) -> Notice:
    return notices.notice(notices.to_role(Role.LIAISON, case.region_id), "name_another")
