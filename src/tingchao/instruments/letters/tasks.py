"""Jobs of letters that run by the clock."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.instruments.letters.services import letters_remind


@app.periodic(cron="17 7 * * *")
@app.task(queueing_lock="letters.remind")
def remind(timestamp: int) -> None:
    """Tell of letters whose day has passed without an answer."""
    letters_remind(now=now())
