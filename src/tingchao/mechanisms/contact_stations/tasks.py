"""Jobs of the stations. Each may be run twice or be killed without harm."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.mechanisms.contact_stations.selectors import judged_until, waiting_to_ask
from tingchao.mechanisms.contact_stations.services.deliberations import result_ask, result_count
from tingchao.mechanisms.contact_stations.services.tasks import tasks_continue

COUNTED_BEFORE = timedelta(hours=2)
"""So long before its last minute the ratings of a result are counted: from ten in the evening of the last day."""

PIECES = 5
"""Done in one go, so that other jobs get their turn."""


@app.periodic(cron="* * * * * */3")  # the sixth field is the seconds
@app.task(queueing_lock="contact_stations.tasks")
def hand_tasks_down(timestamp: int) -> None:
    """Open the next tasks of sets that were handed down."""
    for _ in range(PIECES):
        if not tasks_continue(now=now()):
            return


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="contact_stations.results")
def ask_for_ratings(timestamp: int) -> None:
    """Ask those who took part in a deliberation what they think of its result, and count what they said in time."""
    moment = now()
    for case_id in waiting_to_ask():
        result_ask(case_id=case_id, now=moment)
    for case_id in judged_until(moment + COUNTED_BEFORE):
        result_count(case_id=case_id, now=moment)
