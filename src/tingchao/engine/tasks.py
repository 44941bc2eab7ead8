"""Jobs that the worker runs by the clock. Each may be run twice or be killed without harm."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.directory.actors import SYSTEM
from tingchao.engine.calendars import due_times_recompute
from tingchao.engine.deliveries import deliveries_send
from tingchao.engine.drafts import drafts_forget
from tingchao.engine.outbox import notices_deliver
from tingchao.engine.rollups import facts_roll_up
from tingchao.engine.sealing import days_seal
from tingchao.engine.sweep import cases_sweep
from tingchao.engine.tallies import tallies_forget
from tingchao.engine.terms import follow_ups_end


@app.periodic(cron="* * * * * */10")  # the sixth field is the seconds
@app.task(queueing_lock="deliver")
def deliver(timestamp: int) -> None:
    """Hand on the notices that wait, and send what is due to the targets."""
    notices_deliver(now=now())
    deliveries_send(now=now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sweep")
def sweep(timestamp: int) -> None:
    """Give the alarms that are due."""
    cases_sweep(now=now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="roll_up")
def roll_up(timestamp: int) -> None:
    """Add new facts to the daily sums."""
    facts_roll_up()


@app.periodic(cron="30 * * * *")  # hourly, since the clock of jobs is UTC and the day is the installation's
@app.task(queueing_lock="seal")
def seal(timestamp: int) -> None:
    """Seal the days that are over."""
    days_seal(now=now())


@app.periodic(cron="40 * * * *")
@app.task(queueing_lock="recompute")
def recompute(timestamp: int) -> None:
    """Make provisional due times firm that a process with an older calendar still gave."""
    due_times_recompute(actor=SYSTEM, now=now())


@app.periodic(cron="50 * * * *")
@app.task(queueing_lock="forget")
def forget(timestamp: int) -> None:
    """Delete counts of guesses and of voices from one address a day after they ended."""
    tallies_forget(now=now())


@app.periodic(cron="55 * * * *")
@app.task(queueing_lock="forget_drafts")
def forget_drafts(timestamp: int) -> None:
    """Remove photographs of forms that were never sent."""
    drafts_forget(now=now())


@app.periodic(cron="45 * * * *")  # hourly, as the sealing
@app.task(queueing_lock="end_terms")
def end_terms(timestamp: int) -> None:
    """Let deputies whose term is over follow no matter any longer."""
    follow_ups_end(now=now())
