"""The 12-digit region codes (GB/T 10114) and the scopes that they make."""

from __future__ import annotations

LEVELS = (2, 4, 6, 9, 12)
"""Significant digits of province, city, district or county, township, community."""


def scope_of(code: str) -> str:
    """The scope that a region is: its code without the zeros that stand for lower levels. "330182000000" → "330182"."""
    for length in LEVELS:
        if not code[length:].strip("0"):
            return code[:length]
    return code


def scopes_above(code: str) -> tuple[str, ...]:
    """The scopes that contain a region, from its own up to the province: the way up the region tree."""
    own = scope_of(code)
    return tuple(code[:length] for length in reversed(LEVELS) if length <= len(own))
