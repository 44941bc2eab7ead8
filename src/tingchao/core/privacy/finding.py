"""What a finding is, and the text as the finders read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category, normalize

from tingchao.core.text import gettext_noop


class Kind(StrEnum):
    """What a finding is of."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    IDENTITY = "identity"  # resident identity number 公民身份号码, GB 11643
    CARD = "card"  # bank card
    PASSPORT = "passport"  # and travel permits
    PLATE = "plate"  # of a car
    EMAIL = "email"
    ACCOUNT = "account"  # WeChat or QQ
    HOUSEHOLD = "household"  # an address down to the household
    NAME = "name"


KIND_LABELS: dict[Kind, str] = {
    Kind.MOBILE: gettext_noop("手机号"),
    Kind.LANDLINE: gettext_noop("座机号"),
    Kind.IDENTITY: gettext_noop("身份证号"),
    Kind.CARD: gettext_noop("银行卡号"),
    Kind.PASSPORT: gettext_noop("护照或通行证号"),
    Kind.PLATE: gettext_noop("车牌号"),
    Kind.EMAIL: gettext_noop("邮箱"),
    Kind.ACCOUNT: gettext_noop("微信号或 QQ 号"),
    Kind.HOUSEHOLD: gettext_noop("门牌号"),
    Kind.NAME: gettext_noop("姓名"),
}

DOUBTFUL = frozenset({Kind.NAME, Kind.LANDLINE})
"""A name may be a deputy's, a landline an office's: these are for a person to judge."""

CERTAIN = frozenset(Kind) - DOUBTFUL


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data in a text: `text[start:end] == quote`."""

    kind: Kind
    start: int
    end: int
    quote: str


class _Plain(dict[int, str]):
    """Full-width and other digits, letters and signs as their ASCII ones, character for character."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = plain = self._of(char)
        return plain

    @staticmethod
    def _of(char: str) -> str:
        if category(char) != "Nd" and not "\uff01" <= char <= "\uff5e":
            return char
        narrow = normalize("NFKC", char)
        return narrow if len(narrow) == 1 and narrow.isascii() else char


_PLAIN = _Plain()


def plain(text: str) -> str:
    """`text` with full-width signs made ASCII; each character stays at its place."""
    return text if text.isascii() else text.translate(_PLAIN)
