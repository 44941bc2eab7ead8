"""One filing that did not get to the province, so that it can be seen what is said of it and sent again."""

from __future__ import annotations

from datetime import datetime, timedelta

from tingchao.directory.actors import Actor
from tingchao.mechanisms.filing_review.selectors.sending import ready_to_send
from tingchao.mechanisms.filing_review.services.carrying import CarryFault
from tingchao.mechanisms.filing_review.services.carrying.carrier import Carrier
from tingchao.mechanisms.filing_review.services.sending import sending_ask, sendings_carry


def fail_one(reviewer: Actor, now: datetime) -> None:
    """Ask for one of those that wait, and find the province's system shut to us."""
    filing = ready_to_send(reviewer).order_by("pk").first()
    if filing is None:
        return
    then = now - timedelta(hours=3)
    sending_ask(case_id=filing.pk, actor=reviewer, now=then)
    sendings_carry(now=then, carrier=_shut)


def _shut() -> Carrier:
    raise CarryFault("refused_login", "401 令牌已过期")
