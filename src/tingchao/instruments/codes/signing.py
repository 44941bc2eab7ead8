"""The token that a code bears: short enough to be typed from a poster, signed so that none can be made up."""

from __future__ import annotations

import hmac

from tingchao.engine.links import ALPHABET, code_for

SIGNATURE = 8
"""Characters of signature, 40 bits: a forger who tries a thousand a second needs seventeen years for one."""


def token_for(code_id: int) -> str:
    """The token of a code, e.g. "4K-7FQ2MZ8A"."""
    return f"{_number(code_id)}-{code_for(f'code:{code_id}', SIGNATURE)}"


def code_id_of(token: str) -> int | None:
    """The id of the code that a token was made for; None when it was not made here."""
    typed = token.strip().upper()
    head = typed.partition("-")[0]
    if not head or len(head) > 12 or any(char not in ALPHABET for char in head):
        return None
    code_id = 0
    for char in head:
        code_id = code_id * len(ALPHABET) + ALPHABET.index(char)
    return (
        code_id
        if hmac.compare_digest(token_for(code_id).encode(), typed.encode("utf-8", "replace"))
        else None
    )


def _number(value: int) -> str:
    digits = ""
    while value:
        value, rest = divmod(value, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits or ALPHABET[0]
