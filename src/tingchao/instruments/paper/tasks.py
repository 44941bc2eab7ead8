"""Jobs of prints. Each may be run twice or be killed without harm."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.instruments.paper.services import printing_continue, printings_forget

PIECES = 8
"""Made in one go, so that other jobs get their turn."""


@app.periodic(cron="* * * * * */3")  # the sixth field is the seconds
@app.task(queueing_lock="paper.print")
def make_prints(timestamp: int) -> None:
    """Make the next pieces of what waits to be printed."""
    for _ in range(PIECES):
        if not printing_continue(now=now()):
            return


@app.periodic(cron="35 * * * *")
@app.task(queueing_lock="paper.forget")
def forget_prints(timestamp: int) -> None:
    """Delete prints that nobody needs any more."""
    printings_forget(now=now())
