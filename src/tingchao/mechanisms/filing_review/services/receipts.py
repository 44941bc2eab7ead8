"""Receipts 回执 for what a maker filed and for what was registered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max

from tingchao.engine.models import Case
from tingchao.engine.timing import local_day
from tingchao.mechanisms.filing_review.models import Receipt


def receipt_give(*, case: Case, kind: str, received: Sequence[str], now: datetime) -> Receipt:
    """The next receipt of its kind and year. Numbers have no gaps; call it inside the transaction of the step."""
    (made,) = receipts_draft([(case, kind, received, now)])
    made.save()
    return made


def receipts_draft(wanted: Sequence[tuple[Case, str, Sequence[str], datetime]]) -> list[Receipt]:
    """Receipts as (case, kind, what was received, when), numbered in their order and not yet in the database.

    Whoever asks at the same moment waits until this transaction is over.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('filing_review.receipts'))")
    last = {
        (row["kind"], row["year"]): int(row["most"])
        for row in Receipt.objects.order_by().values("kind", "year").annotate(most=Max("serial"))
    }
    made = []
    for case, kind, received, now in sorted(wanted, key=lambda one: one[3]):
        key = (str(kind), local_day(now).year)
        last[key] = last.get(key, 0) + 1
        lines = list(received)
        made.append(
            Receipt(case=case, kind=key[0], year=key[1], serial=last[key], made_at=now, received=lines)
        )
    return made
