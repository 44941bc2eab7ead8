"""Jobs of filing and review. Each may be run twice or be killed without harm."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.mechanisms.filing_review.services import filings_settle


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="filing_review.settle")
def settle_filings(timestamp: int) -> None:
    """Let documents bear what their review came to."""
    filings_settle(now=now())
