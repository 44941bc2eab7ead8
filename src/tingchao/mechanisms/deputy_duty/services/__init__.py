"""Writes of deputies' duty: appeals with what they put right, sums of participation, lists of upper levels, stories."""

from tingchao.mechanisms.deputy_duty.services.appeals import appeal_act, appeal_open
from tingchao.mechanisms.deputy_duty.services.corrections import (
    appeal_correct,
    appeal_credit,
    appeal_gathering,
    appeal_heard,
    appeal_received,
)

__all__ = [
    "appeal_act",
    "appeal_correct",
    "appeal_credit",
    "appeal_gathering",
    "appeal_heard",
    "appeal_open",
    "appeal_received",
]
