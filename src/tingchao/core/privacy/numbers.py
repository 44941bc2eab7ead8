"""Numbers that belong to a person: telephone, identity card, bank card. Written together, spaced, or in Chinese digits.

A run of digits and separators is cut into its groups; a window of groups that has the shape of such a number and
passes its check is one. So a date, an amount or a case number, whose groups are others, is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from tingchao.core.privacy.finding import Finding, Kind

_SEPARATORS = r" \t\u00a0\u2002-\u200b\u3000·•.\-‐-―－_()"
_RUN = re.compile(rf"[0-9](?:[{_SEPARATORS}]{{0,3}}[0-9])*", re.ASCII)
_GROUP = re.compile(r"[0-9]+", re.ASCII)
_SPACED = re.compile(
    rf"(?<![0-9])1(?:[{_SEPARATORS}]{{1,3}}[3-9])(?:[{_SEPARATORS}]{{1,3}}[0-9]){{9}}(?![0-9])"
)
"""A mobile number with each digit by itself."""

_LABEL = re.compile(r"(?:tel|phone|mobile|mob|wechat|weixin|vx|wx|qq|v|id)", re.IGNORECASE)
_AMOUNT = re.compile(r" ?(?:[余多]?[万亿元块％%]|平方|立方|公里|千米|㎡|吨)")
_TICKET = re.compile(r"(?:单号|订单|编号|流水号?|信用代码|文号|案号|合同号?)[码:： 是为]{0,3}$")
_LONGER_AFTER_ONE = re.compile(r"[.·]\d", re.ASCII)
_LONGER_AFTER = re.compile(r"[.·_\-‐-―]\d", re.ASCII)
_LONGER_BEFORE = re.compile(r"(?<!\d{11})(?<=[\d)])[.·_\-‐-―]$", re.ASCII)
_LETTERS = re.compile(r"[A-Za-z_]+$", re.ASCII)
_LETTERS_AFTER = re.compile(r"[A-Za-z]", re.ASCII)
_CHINESE = str.maketrans("〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "000123456789" + "1123456789")
_CHINESE_RUN = re.compile(r"[〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{4}")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_CARD = re.compile(r"(?:62|4\d|5[1-5]|3[4-7]|60|65)\d{14,17}", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(?:010|02\d)\d{8}|0[3-9]\d{2}\d{7,8}", re.ASCII)

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """One kind of number: the sizes of the groups it is written in, and what its digits must be."""

    kind: Kind
    shapes: frozenset[Shape]
    holds: Callable[[str], bool]


def identity_holds(digits: str) -> bool:
    """Whether these are a resident identity number: 18 with the check digit of GB 11643, or the 15 of before."""
    if not _PROVINCE.match(digits):
        return False
    if len(digits) == 15:
        return digits.isdigit() and _is_day(f"19{digits[6:12]}")
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _is_day(digits[6:14]) and digits[17] == "10X98765432"[total % 11]


def _is_day(digits: str) -> bool:
    try:
        return 1850 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year <= 2150
    except ValueError:
        return False


def card_holds(digits: str) -> bool:
    """Whether these are a bank card's number: an issuer's first digits and the check digit of Luhn."""
    if not _CARD.fullmatch(digits):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _mobile_holds(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits[-11:])) and digits[:-11] in ("", "86", "0086")


def _landline_holds(digits: str) -> bool:
    return bool(_LANDLINE.fullmatch(digits))


def _shapes(*written: str) -> frozenset[Shape]:
    return frozenset(tuple(map(int, one.split("-"))) for one in written)


_MOBILE_WRITTEN = ("11", "3-4-4", "4-3-4", "4-4-3", "3-3-5", "3-8", "7-4")
_FORMS = (
    _Form(
        Kind.IDENTITY,
        _shapes("18", "6-8-4", "6-4-4-4", "3-3-4-4-4", "6-4-2-2-4", "15", "6-6-3"),
        identity_holds,
    ),
    _Form(
        Kind.CARD,
        _shapes("16", "17", "18", "19", "4-4-4-4", "4-4-4-4-1", "4-4-4-4-2", "4-4-4-4-3", "6-13", "6-10"),
        card_holds,
    ),
    _Form(
        Kind.MOBILE,
        _shapes("13", "15", *_MOBILE_WRITTEN)
        | _shapes(*(f"{code}-{one}" for code in (2, 4) for one in _MOBILE_WRITTEN)),
        _mobile_holds,
    ),
    _Form(
        Kind.LANDLINE,
        _shapes("11", "12", "3-8", "4-7", "4-8", "3-4-4", "4-4-4", "4-3-4", "4-4-3"),
        _landline_holds,
    ),
)


@dataclass(slots=True)
class _Branch:
    """The shapes as a tree, by the size of one group after the other."""

    forms: list[_Form] = field(default_factory=list)
    longer: dict[int, _Branch] = field(default_factory=dict)


def _tree() -> _Branch:
    root = _Branch()
    for form in _FORMS:
        for shape in form.shapes:
            branch = root
            for size in shape:
                branch = branch.longer.setdefault(size, _Branch())
            branch.forms.append(form)
    return root


_TREE = _tree()
_DEEPEST = max(len(shape) for form in _FORMS for shape in form.shapes)
SHORTEST = 10
"""Characters of the shortest of these numbers."""


def numbers_in(text: str, original: str) -> Iterator[Finding]:
    """Every such number in `text` (made plain), quoted from `original`."""
    yield from _numbers(text, original)
    for spaced in _SPACED.finditer(text):
        yield Finding(Kind.MOBILE, *spaced.span(), original[spaced.start() : spaced.end()])
    if _CHINESE_RUN.search(text):
        yield from _numbers(text.translate(_CHINESE), original)


def _numbers(text: str, original: str) -> Iterator[Finding]:
    for run in _RUN.finditer(text):
        if run.end() - run.start() < SHORTEST:
            continue
        groups = [
            (one.start(), _before_word(one, original))
            for one in _GROUP.finditer(text, run.start(), run.end())
        ]
        yield from _in_run(text, original, _with_check_letter(text, groups))


def _before_word(group: re.Match[str], original: str) -> int:
    """Where a group ends: the 一 of 一直 or 一下 after a whole number in Chinese digits is not its own."""
    whole = group.end() - group.start() - 1 in (11, 18)
    return group.end() - 1 if whole and original[group.end() - 1] == "一" else group.end()


def _with_check_letter(text: str, groups: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The X that stands for 10 as an identity number's check digit belongs to its last group."""
    start, end = groups[-1]
    if text[end : end + 1] in ("X", "x") and end - start in (17, 3, 1) and not _word(text[end + 1 : end + 2]):
        groups[-1] = (start, end + 1)
    return groups


def _word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _in_run(text: str, original: str, groups: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    place = 0
    while place < len(groups):
        size, kind = _number_at(text, groups, place)
        if kind is not None:
            start, end = groups[place][0], groups[place + size - 1][1]
            if kind is Kind.LANDLINE and text[start - 1 : start] == "(":
                start -= 1
            yield Finding(kind, start, end, original[start:end])
        place += size


def _number_at(text: str, groups: Sequence[tuple[int, int]], place: int) -> tuple[int, Kind | None]:
    """How many groups from `place` make a number and which; (1, None) when none does. The longest wins."""
    found: tuple[int, Kind | None] = (1, None)
    branch = _TREE
    start, digits = groups[place][0], ""
    for size, (begin, end) in enumerate(groups[place : place + _DEEPEST], start=1):
        if end - begin not in branch.longer:
            break
        branch = branch.longer[end - begin]
        digits += text[begin:end].upper()
        for form in branch.forms:
            if form.holds(digits) and _stands_alone(text, start, end, form.kind, size):
                found = size, form.kind
                break
    return found


def _stands_alone(text: str, start: int, end: int, kind: Kind, size: int) -> bool:
    """Whether what stands before and after leaves it a number of its own, no part of a longer one or an amount."""
    before, after = text[max(0, start - 12) : start], text[end : end + 12]
    if kind is Kind.CARD and _TICKET.search(before):
        return False
    if kind is not Kind.IDENTITY and _AMOUNT.match(after):
        return False
    if (_LONGER_AFTER_ONE if size == 1 else _LONGER_AFTER).match(after) or _LONGER_BEFORE.search(before):
        return False
    letters = _LETTERS.search(before)
    if letters and not _LABEL.fullmatch(letters[0]):
        return False
    return not _LETTERS_AFTER.match(after) or bool(_LABEL.match(after))
