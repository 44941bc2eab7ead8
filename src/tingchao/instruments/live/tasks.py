"""Jobs of live events. They may run twice or be killed without harm."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.instruments.live.services import counts_forget
from tingchao.instruments.live.snapshots import publish_open


@app.periodic(cron="* * * * * */2")  # the sixth field is the seconds
@app.task(queueing_lock="live.publish")
def publish_lives(timestamp: int) -> None:
    """Write the snapshots of open events in which something changed."""
    publish_open(now=now())


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="live.forget")
def forget_browsers(timestamp: int) -> None:
    """Delete what browsers left at events that are closed, e.g. what a process wrote a moment too late."""
    counts_forget()
