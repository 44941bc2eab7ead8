"""The token that a code bears: short enough to be typed from a poster, signed so that none can be made up.

Its last character is a check character over all others, a weighted sum in the field of 32 elements: it notices every
wrong character and every two that changed places. So whoever types amiss is told so, and need not wonder whether the
poster is genuine.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from unicodedata import normalize

from tingchao.core.text import gettext_noop
from tingchao.engine.links import ALPHABET, code_for

SIGNATURE = 8
"""Characters of signature, 40 bits: a forger who tries a thousand a second needs seventeen years for one."""

TAIL = SIGNATURE + 1
"""Characters behind the number: the signature and the check character."""

LONGEST_NUMBER = 12
LONGEST_TYPED = 200
"""Characters of what was typed that are looked at; a whole address has fewer."""

PUT_BETWEEN = frozenset(" -–—−·._　\t\r\n")
"""What people put between the parts of a token, or leave out."""

LOOKS_ALIKE = gettext_noop("码里没有 0、1、I、O 这几个容易看混的字，请对照海报再看一遍。")
STRANGE = gettext_noop("码只有数字和英文字母，例如 4K-7FQ2-MZ8AC，请对照海报再输一次。")
TOO_SHORT = gettext_noop("这个码少了几位，请对照海报补全。")
TOO_LONG = gettext_noop("这个码多了几位，请对照海报再看一遍。")
MISTYPED = gettext_noop("这个码有一位抄错了，或者两位抄反了，请对照海报再看一遍。")
FORGED = gettext_noop(
    "这个码不是这里发出的：可能是别处的码，也可能是假的。请扫站点门口张贴的码，或者在首页找附近的站点。"
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a token says: the id of its code, or what is wrong with it in words for whoever typed it."""

    code_id: int | None
    fault: str = ""

    @property
    def typed_amiss(self) -> bool:
        """Whether it was only copied wrongly, so that to look again helps."""
        return bool(self.fault) and self.fault != FORGED


def token_for(code_id: int) -> str:
    """The token of a code, e.g. "4K-7FQ2-MZ8AC"."""
    number, signature = _number(code_id), code_for(f"code:{code_id}", SIGNATURE)
    check = _check(f"{number}{signature}")
    return f"{number}-{signature[:4]}-{signature[4:]}{check}"


def token_plain(typed: str) -> str:
    """A token as typed, in capitals and with nothing between its parts. A whole address is taken for its token."""
    text = normalize("NFKC", typed[:LONGEST_TYPED]).strip()
    text = text.rpartition("/c/")[2].split("?")[0].strip("/ ")
    return "".join(char for char in text.upper() if char not in PUT_BETWEEN)


def token_read(typed: str) -> Read:
    """What a scanned or typed token says. No SQL."""
    if len(typed) > LONGEST_TYPED:
        return Read(None, TOO_LONG)
    plain = token_plain(typed)
    if fault := _fault(plain):
        return Read(None, fault)
    code_id = _value(plain[:-TAIL])
    genuine = hmac.compare_digest(token_plain(token_for(code_id)).encode(), plain.encode())
    return Read(code_id) if genuine else Read(None, FORGED)


def code_id_of(token: str) -> int | None:
    """The id of the code that a token was made for; None when it was not made here."""
    return token_read(token).code_id


def _fault(plain: str) -> str:
    """Why what was typed cannot be a token; empty when it can."""
    strange = {char for char in plain if char not in ALPHABET}
    if strange:
        return LOOKS_ALIKE if strange <= set("01IO") else STRANGE
    if len(plain) <= TAIL:
        return TOO_SHORT
    if len(plain) > TAIL + LONGEST_NUMBER:
        return TOO_LONG
    return "" if _check(plain[:-1]) == plain[-1] else MISTYPED


def _check(plain: str) -> str:
    """The check character: the sum of all characters, each times a higher power of the generator of GF(32)."""
    total = 0
    for char in plain:
        total = _doubled(total ^ ALPHABET.index(char))
    return ALPHABET[total]


def _doubled(value: int) -> int:
    """Times x in GF(2)[x] modulo x⁵ + x² + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _value(head: str) -> int:
    value = 0
    for char in head:
        value = value * len(ALPHABET) + ALPHABET.index(char)
    return value


def _number(value: int) -> str:
    digits = ""
    while value:
        value, rest = divmod(value, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits or ALPHABET[0]
