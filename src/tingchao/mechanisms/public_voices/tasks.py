"""Jobs of the voices. Each may be run twice or be killed without harm."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.mechanisms.public_voices.services.phones import phones_expire


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="public_voices.phones")
def expire_phones(timestamp: int) -> None:
    """Erase the telephone numbers that are kept no longer."""
    phones_expire(now=now())
