"""Reads of deputies' duty: records, participation, stories."""

from tingchao.mechanisms.deputy_duty.selectors.appeals import raiser_address

__all__ = ["raiser_address"]
