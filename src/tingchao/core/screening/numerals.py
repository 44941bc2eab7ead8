"""Numbers and days as Chinese documents write them: 十二, １２, 二〇二三年三月一日."""

import re
from datetime import date
from functools import lru_cache

CHINESE = "〇零○Ｏ一二三四五六七八九十百千两"
NUMBER = rf"(?:[{CHINESE}]{{1,9}}|[0-9０-９]{{1,4}})"
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "Ｏ": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}

_GAP = r"[ \t\u3000\xa0]{0,3}"
_YEAR = rf"(?:[12１２][0-9０-９]{{3}}|[一二][{CHINESE}OＯ0]{{3}})"
_SMALL = rf"(?:[0-9０-９]{{1,2}}|[{CHINESE}]{{1,3}})"
DAY = rf"{_YEAR}{_GAP}年{_GAP}{_SMALL}{_GAP}月{_GAP}{_SMALL}{_GAP}[日号]"
DAY_PATTERN = re.compile(
    rf"(?P<year>{_YEAR}){_GAP}年{_GAP}(?P<month>{_SMALL}){_GAP}月{_GAP}(?P<day>{_SMALL}){_GAP}[日号]"
)
_YEAR_ZEROS = str.maketrans("OＯ", "〇〇")


@lru_cache(maxsize=4096)
def number(words: str) -> int | None:
    """The value of a whole number below 10,000 in Chinese, full-width or plain digits; None when it is none."""
    if words.isdecimal():
        return int(words)
    if not words or any(sign not in _DIGITS and sign not in _TENS for sign in words):
        return None
    if not any(sign in _TENS for sign in words):
        return _read_out(words)
    total, digit = 0, 1 if words[0] in _TENS else 0
    for sign in words:
        if sign in _TENS:
            total, digit = total + (digit or 1) * _TENS[sign], 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def _read_out(words: str) -> int:
    value = 0
    for sign in words:
        value = value * 10 + _DIGITS[sign]
    return value


def day(found: re.Match[str]) -> date | None:
    """The day that ``DAY_PATTERN`` found; None for one that no calendar has, such as 2月30日."""
    year = number(found["year"].translate(_YEAR_ZEROS))
    month, in_month = number(found["month"]), number(found["day"])
    if year is None or month is None or in_month is None:
        return None
    try:
        return date(year, month, in_month)
    except ValueError:
        return None


def chinese(value: int) -> str:
    """A number below 10,000 as laws write it: 12 → 十二, 205 → 二百零五."""
    if not 0 < value < 10_000:
        return str(value)
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return words.removeprefix("一") if words.startswith("一十") else words
