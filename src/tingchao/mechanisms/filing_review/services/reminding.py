"""Whoever was asked for an opinion hears of its day before it is over; once it is over, the clerks hear of it too."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.engine import notices, record
from tingchao.engine.models import Notice
from tingchao.engine.services import locked_case
from tingchao.engine.timing import local_day
from tingchao.mechanisms.filing_review.models import Consultation

SOON = timedelta(days=2)
"""Before the last day."""


def consultations_remind(*, now: datetime, most: int = 200) -> int:
    """Remind of what is due soon, and of what is overdue; each once. How many there were."""
    today = local_day(now)
    waiting = Consultation.objects.filter(replied_at__isnull=True, case__closed_at__isnull=True)
    soon = waiting.filter(reminded=0, due_on__lte=today + SOON).values_list("pk", flat=True)
    late = waiting.filter(reminded=1, due_on__lt=today).values_list("pk", flat=True)
    found = [*soon[:most], *late[:most]]
    return sum(_remind(key, today, now) for key in found)


@transaction.atomic
def _remind(key: int, today: date, now: datetime) -> int:
    asked = (
        Consultation.objects.select_for_update(skip_locked=True)
        .filter(pk=key, replied_at__isnull=True)
        .first()
    )
    if asked is None or asked.reminded > 1:
        return 0
    case, late = locked_case(asked.case_id), asked.due_on < today
    asked.reminded = 2 if late else 1
    asked.save(update_fields=["reminded"])
    told: list[Notice] = [_notice(asked)]
    if late:
        told.append(notices.notice(notices.to_role(Role.CLERK, case.region_id), "consulted_late"))
    entry = record.Entry(
        "opinion_late" if late else "opinion_due", SYSTEM, str(Role.SYSTEM), now, case, before=case.stage,
        data={"consultation": asked.pk, "due": asked.due_on.isoformat()}, notices=told,
    )  # fmt: skip
    record.append(entry)
    return 1


def _notice(asked: Consultation) -> Notice:
    whom = notices.to_body(asked.body_id) if asked.body_id else notices.to_account(asked.expert_id or 0)
    return notices.notice(whom, "consulted", link=["filing_review:consultation", str(asked.pk)])
