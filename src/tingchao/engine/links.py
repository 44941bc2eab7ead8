"""The secret link by which whoever raised a matter comes back to it without an account.

The passcode is computed from the case and a key that only this installation has, so nothing is stored that could
leak: 12 letters and digits that are hard to confuse, 60 bits.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from tingchao.engine.models import Case

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters without 0, 1, I and O, which are taken for one another."""

LENGTH = 12


def passcode_for(case: Case) -> str:
    """The passcode of a matter, in capitals without separators."""
    return code_for(f"case:{case.pk}:{int(case.opened_at.timestamp())}", LENGTH)


def passcode_spelled(case: Case) -> str:
    """A matter's passcode as people read and say it, e.g. 38RV-ERAF-DMA9."""
    code = passcode_for(case)
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def passcode_holds(case: Case | None, given: str) -> bool:
    """Whether `given` is the matter's passcode.

    Takes the same time whichever character is wrong, and also when there is no such matter.
    """
    right = code_for("case:none", LENGTH) if case is None else passcode_for(case)
    return hmac.compare_digest(right.encode(), passcode_plain(given).encode()) and case is not None


def passcode_plain(given: str) -> str:
    """A passcode as typed, in capitals and without spaces, dashes and whatever else is not in the alphabet."""
    return "".join(char for char in given.upper() if char in ALPHABET)[:40]


def code_for(purpose: str, length: int) -> str:
    """`length` characters that only this installation can compute for `purpose`."""
    digest = hmac.new(settings.LINK_KEY.encode(), purpose.encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(length))
