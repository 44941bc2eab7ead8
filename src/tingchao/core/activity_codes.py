"""The code that signs people in at a gathering: six digits that change every minute and cannot be made up.

It is computed from a key, from what it is the code of, and from the minute, so nothing is stored and nothing can be
sold: a photograph of it is worth two minutes.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from enum import StrEnum

SECONDS = 60
"""How long a code is shown."""

ACCEPTED = 2
"""Windows in which a code is good: the one that shows it and the one after, for whoever types slowly."""

LOOKED_BACK = 26 * 60
"""Windows in which an old code is known again as old, a day and a little."""

DIGITS = 6


class Verdict(StrEnum):
    """What a typed code is found to be."""

    GOOD = "good"
    OLD = "old"  # it was shown, but not now
    FORGED = "forged"  # it was never shown here


def window_of(moment: datetime) -> int:
    """The number of the window that a moment lies in."""
    return int(moment.timestamp()) // SECONDS


def seconds_left(moment: datetime) -> int:
    """How long the code of a moment is still shown: from 1 to SECONDS."""
    return SECONDS - int(moment.timestamp()) % SECONDS


def code_in(key: bytes, subject: str, window: int) -> str:
    """The code of `subject` in a window, e.g. "042917"."""
    digest = hmac.new(key, f"activity:{subject}:{window}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def code_plain(typed: str) -> str:
    """A code as typed, with full-width digits read and spaces and dashes taken out."""
    return "".join(
        str(int(char)) if char.isdecimal() else char for char in typed.strip() if char not in " -－　"
    )[:20]


def code_check(key: bytes, subject: str, typed: str, now: datetime) -> Verdict:
    """What a typed code is for `subject` at `now`."""
    plain, here = code_plain(typed), window_of(now)
    if len(plain) != DIGITS or not plain.isascii():
        return Verdict.FORGED
    if any(_same(key, subject, here - back, plain) for back in range(ACCEPTED)):
        return Verdict.GOOD
    shown = any(_same(key, subject, here - back, plain) for back in range(ACCEPTED, LOOKED_BACK))
    return Verdict.OLD if shown else Verdict.FORGED


def _same(key: bytes, subject: str, window: int, plain: str) -> bool:
    return hmac.compare_digest(code_in(key, subject, window), plain)
