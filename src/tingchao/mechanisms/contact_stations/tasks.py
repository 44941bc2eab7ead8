"""Jobs of the stations. Each may be run twice or be killed without harm."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.mechanisms.contact_stations.services.tasks import tasks_continue

PIECES = 5
"""Done in one go, so that other jobs get their turn."""


@app.periodic(cron="* * * * * */3")  # the sixth field is the seconds
@app.task(queueing_lock="contact_stations.tasks")
def hand_tasks_down(timestamp: int) -> None:
    """Open the next tasks of sets that were handed down."""
    for _ in range(PIECES):
        if not tasks_continue(now=now()):
            return
