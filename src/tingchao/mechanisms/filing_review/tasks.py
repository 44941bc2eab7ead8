"""Jobs of filing and review. Each may be run twice or be killed without harm."""

from __future__ import annotations

from django.utils.timezone import now
from procrastinate.contrib.django import app

from tingchao.directory.actors import SYSTEM
from tingchao.instruments.documents.services import documents_expire, versions_screen
from tingchao.mechanisms.filing_review.services import consultations_remind, filings_settle
from tingchao.mechanisms.filing_review.services.sending import sendings_carry


@app.periodic(cron="15 8 * * *")
@app.task(queueing_lock="filing_review.opinions")
def remind_of_opinions(timestamp: int) -> None:
    """Remind whoever was asked for an opinion of its day."""
    consultations_remind(now=now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="filing_review.settle")
def settle_filings(timestamp: int) -> None:
    """Let documents bear what their review came to."""
    filings_settle(now=now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="filing_review.screen")
def screen_texts(timestamp: int) -> None:
    """Screen every text that was handed in, so that what was found is there when the reviewer opens it."""
    while versions_screen(actor=SYSTEM, now=now()):
        pass


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="filing_review.send_on")
def carry_sendings(timestamp: int) -> None:
    """Carry packages to the province, and look for receipts."""
    sendings_carry(now=now())


@app.periodic(cron="35 * * * *")  # hourly, since the clock of jobs is UTC and the day is the installation's
@app.task(queueing_lock="filing_review.expire")
def expire_documents(timestamp: int) -> None:
    """Note of documents whose stated period is over that they are in force no more."""
    while documents_expire(now=now()):
        pass
