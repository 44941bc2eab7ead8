"""Case numbers (事项编号) that can be read out on the telephone and show when one was misheard.

A number is the year, a serial of at least seven digits and a check digit, written 2026-0417-352-2. The
check digit is H. M. Damm's (2004), over year and serial: it finds every single wrong digit and every swap
of two neighbours, the check digit itself included.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tingchao.core.text import gettext_noop

Reason: TypeAlias = Literal["empty", "length", "check", "characters"]

YEAR_DIGITS = 4
LEAST_SERIAL_DIGITS = 7
MOST_SERIAL_DIGITS = 12
SHORTEST = YEAR_DIGITS + LEAST_SERIAL_DIGITS + 1
LONGEST = YEAR_DIGITS + MOST_SERIAL_DIGITS + 1

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_DIGITS = {digit: digit for digit in "0123456789"}
_DIGITS |= dict(zip("〇一二三四五六七八九", "0123456789", strict=True))
_DIGITS |= {"零": "0", "○": "0", "幺": "1", "两": "2"}

_SEPARATING_CATEGORIES = frozenset({"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Zs", "Zl", "Zp", "Cc", "Cf"})
_SEPARATORS = frozenset("−∕⁄~|+年第号")
_LEADING_WORDS = re.compile(r"(?:[^\w○]|_|事项|受理|查询|办件|工单|编号|单号|号码|是|为|number|case|nr|no)+")
_LONGEST_SEARCH = 60
_CENTURY = "20"


class NumberError(ValueError):
    """A text that is not a case number. Its message says in Chinese what to do; `reason` is for the program,
    `template` and `facts` are for whoever says it in another language.

    "empty": nothing was given; "length": too few or too many digits; "check": a wrong digit or two swapped;
    "characters": something that is neither a digit nor a separator.
    """

    def __init__(self, template: str, reason: Reason, **facts: str | int) -> None:
        super().__init__(template % facts)
        self.reason: Reason = reason
        self.template, self.facts = template, facts


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """One case's number. Written out by str(), check digit included.

    Raises ValueError for a year that is not of four digits and for a serial below 1 or of more than twelve
    digits.
    """

    year: int
    serial: int

    def __post_init__(self) -> None:
        if not 1000 <= self.year <= 9999:
            raise ValueError(f"the year must have four digits: {self.year}")
        if not 1 <= self.serial < 10**MOST_SERIAL_DIGITS:
            raise ValueError(f"the serial must be from 1 to {MOST_SERIAL_DIGITS} digits long: {self.serial}")

    def __str__(self) -> str:
        serial = f"{self.serial:0{LEAST_SERIAL_DIGITS}d}"
        return f"{self.year}-{serial[:-3]}-{serial[-3:]}-{_damm(f'{self.year}{serial}')}"


def format_number(year: int, serial: int) -> str:
    """The number as it is printed and read out: year, serial with its last three digits apart, check digit.

    Raises ValueError where `CaseNumber` does.
    """
    return str(CaseNumber(year, serial))


def parse_number(text: str) -> CaseNumber:
    """The case number that somebody wrote or dictated.

    Takes half-width, full-width and Chinese digits (〇 and 零, 幺 and 一, 两 and 二), any spaces, dashes,
    dots, slashes and brackets between them, 年, 第 and 号, and words such as 编号 or "No." in front. Raises
    NumberError for every other text, and nothing else.
    """
    digits = _digits_of(text)
    if not digits:
        raise NumberError(gettext_noop("请输入事项编号，例如 %(example)s。"), "empty", example=_EXAMPLE)
    if not SHORTEST <= len(digits) <= LONGEST:
        advice = gettext_noop(
            "编号一般为 %(usual)s 位数字，您输入了 %(given)s 位，请对照回执看是否漏写或多写。"
        )
        raise NumberError(advice, "length", usual=SHORTEST, given=len(digits))
    number = _issued(digits)
    if number is None:
        raise NumberError(gettext_noop("编号中有数字写错或前后颠倒，请对照回执逐位核对后重新输入。"), "check")
    return number


def sounds_like(text: str) -> bool:
    """Whether a search text looks like a case number of this century, rightly or wrongly written.

    A quick test to choose between looking up a number and searching texts: it does not check the check
    digit, and says no to mobile, identity card and bank card numbers. Never raises.
    """
    if len(text) > _LONGEST_SEARCH:
        return False
    try:
        digits = _digits_of(text)
    except NumberError:
        return False
    return SHORTEST <= len(digits) <= LONGEST and digits.startswith(_CENTURY)


def _digits_of(text: str) -> str:
    """The digits in order, as ASCII; NumberError at anything but words in front and separators."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = _LEADING_WORDS.match(plain)
    rest = plain[words.end() :] if words else plain
    stray = next((character for character in rest if not _is_expected(character)), "")
    if stray:
        if not stray.isprintable():
            raise NumberError(gettext_noop("编号只由数字组成，请去掉特殊符号后重新输入。"), "characters")
        advice = gettext_noop("编号只由数字组成，请去掉“%(stray)s”后重新输入。")
        raise NumberError(advice, "characters", stray=stray)
    return "".join(_DIGITS.get(character, "") for character in rest)


def _is_expected(character: str) -> bool:
    return (
        character in _DIGITS
        or character in _SEPARATORS
        or unicodedata.category(character) in _SEPARATING_CATEGORIES
    )


def _issued(digits: str) -> CaseNumber | None:
    """The number written with exactly these digits; None when no number is."""
    try:
        number = CaseNumber(int(digits[:YEAR_DIGITS]), int(digits[YEAR_DIGITS:-1]))
    except ValueError:
        return None
    return number if str(number).replace("-", "") == digits else None


def _damm(digits: str) -> int:
    check = 0
    for digit in digits:
        check = _DAMM[check][int(digit)]
    return check


_EXAMPLE = format_number(2026, 417352)
