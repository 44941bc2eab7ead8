"""Writes of deputies' duty: appeals, sums of participation, lists of upper levels taken over, stories."""

from tingchao.mechanisms.deputy_duty.services.appeals import appeal_act, appeal_correct, appeal_open

__all__ = ["appeal_act", "appeal_correct", "appeal_open"]
