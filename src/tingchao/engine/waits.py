"""How long what is on its way may take, how long a failure is waited out, and when to give up."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from tingchao.engine.models import Delivery

LEASE = timedelta(minutes=5)
"""How long a message may be on its way before another worker takes it to be lost."""

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
"""Waits double after each failure, up to this."""

MOST_REFUSALS, MOST_FAILURES = 8, 24
"""Failures in a row after which it is given up: when the other side says no itself, and when it is not reached."""


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    return min(FIRST_WAIT * (1 << min(failures, 12) - 1), LONGEST_WAIT)


def message_key(first: Delivery) -> str:
    """The key of the message that a delivery is the first of; the same however often it is tried."""
    return first.message or hashlib.sha256(first.key.encode()).hexdigest()[:32]
