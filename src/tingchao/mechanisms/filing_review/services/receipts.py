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
    year = local_day(now).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('filing_review.receipts'))")
    last = Receipt.objects.filter(kind=kind, year=year).aggregate(most=Max("serial"))["most"] or 0
    return Receipt.objects.create(
        case=case, kind=kind, year=year, serial=last + 1, made_at=now, received=list(received)
    )
