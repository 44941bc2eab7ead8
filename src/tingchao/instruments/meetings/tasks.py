"""Jobs of gatherings that run by the clock."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.instruments.meetings.reminding import meetings_remind


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="meetings.remind")
def remind(timestamp: int) -> None:
    """Remind whoever is to come to what begins within a day."""
    meetings_remind(now=now())
