"""Sending filings on to the province's system."""

from __future__ import annotations

from datetime import datetime

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.selectors import site
from tingchao.engine import record
from tingchao.engine.models import Case, Fact
from tingchao.mechanisms.filing_review.models import Sending


def sending_draft(case: Case, *, edition: int, actor: Actor, now: datetime) -> Sending:
    """An edition of a filing's package, asked for and not yet in the database. Its key is its name for good."""
    return Sending(
        filing_id=case.pk,
        edition=edition,
        key=f"{site().region_code[:6]}-{case.number}-{edition}",
        asked_at=now,
        asked_by=actor.key,
        asked_name=actor.name[:40],
        try_at=now,
    )


def received_entry(case: Case, sending: Sending, now: datetime) -> record.Entry:
    """The step that the province has the package, with the number on its receipt."""
    return record.Entry(
        action="sent_on",
        actor=SYSTEM,
        role=str(Role.SYSTEM),
        now=now,
        case=case,
        before=case.stage,
        data={
            "key": sending.key,
            "edition": sending.edition,
            "sha256": sending.digest,
            "channel": sending.channel,
            "receipt": sending.receipt,
        },
        facts=[Fact(kind="filing.sent_on", region_id=case.region_id)],
    )
