"""Finds personal data 个人信息 in Chinese text, with exact spans, and masks it.

Legal source: 个人信息保护法 arts 4 (what personal data is), 6 (no more than needed), 25 (made public only with
consent), 28 (sensitive data); GB/T 35273-2020 annexes A, B. A false alarm costs more trust than the last find is
worth: case and document numbers, dates, amounts and hotlines are not personal data. Time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from itertools import chain

from tingchao.core.privacy.finding import CERTAIN, DOUBTFUL, KIND_LABELS, Finding, Kind, plain
from tingchao.core.privacy.names import names_in
from tingchao.core.privacy.numbers import numbers_in
from tingchao.core.privacy.words import words_in
from tingchao.core.text import gettext_noop

__all__ = [
    "CERTAIN",
    "DOUBTFUL",
    "KIND_LABELS",
    "Finding",
    "Kind",
    "doubtful_in",
    "find_personal",
    "masked",
    "public_fault",
]

_ORDER = {kind: place for place, kind in enumerate(Kind)}


def find_personal(text: str) -> tuple[Finding, ...]:
    """Personal data in `text` in the order of their places; no two of them overlap."""
    read = plain(text)
    found = chain(numbers_in(read, text), words_in(read, text), names_in(read, text))
    return tuple(_apart(found))


def _apart(found: Iterable[Finding]) -> Iterable[Finding]:
    """Of findings that overlap, the one that begins first, then the longest."""
    end = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end, _ORDER[one.kind])):
        if one.start >= end:
            yield one
            end = one.end


def masked(text: str, kinds: Set[Kind] = frozenset(Kind)) -> str:
    """`text` with what it holds of `kinds` made unreadable; enough is left to tell one from another."""
    parts: list[str] = []
    place = 0
    for one in find_personal(text):
        if one.kind in kinds:
            parts += [text[place : one.start], _MASKS[one.kind](one.quote)]
            place = one.end
    return "".join((*parts, text[place:]))


def _between(head: int, tail: int) -> Callable[[str], str]:
    """Keeps so many letters and digits at either end, and stars in between."""

    def mask(quote: str) -> str:
        signs = [char for char in quote if char.isalnum()]
        kept = "".join(signs[:head]), "".join(signs[len(signs) - tail :])
        return f"{kept[0]}{'*' * max(4, len(signs) - head - tail)}{kept[1]}"

    return mask


def _mobile(quote: str) -> str:
    """158****7731, whether or not the country's code stands before it."""
    return _between(3, 4)("".join(char for char in quote if char.isalnum())[-11:])


def _mail(quote: str) -> str:
    return f"{quote[0]}****@{plain(quote).partition('@')[2]}"


def _household(quote: str) -> str:
    return "".join("*" if char.isnumeric() else char for char in quote)


def _name(quote: str) -> str:
    return quote[0] + "*" * (len(quote) - 1)


_MASKS: dict[Kind, Callable[[str], str]] = {
    Kind.MOBILE: _mobile,
    Kind.LANDLINE: _between(4, 2),
    Kind.IDENTITY: _between(3, 2),
    Kind.CARD: _between(0, 4),
    Kind.PASSPORT: _between(1, 2),
    Kind.PLATE: _between(2, 1),
    Kind.EMAIL: _mail,
    Kind.ACCOUNT: _between(1, 1),
    Kind.HOUSEHOLD: _household,
    Kind.NAME: _name,
}

_PUBLIC_FAULT = gettext_noop("公开前请把%(found)s删掉或写成“某某”，写到小区、路段就够了。")


def public_fault(text: str) -> tuple[str, dict[str, str]] | None:
    """Why `text` may not be made public, as (Chinese template, its params); None when it may.

    个人信息保护法 art. 25: personal data is not made public without the consent of whoever it is about.
    """
    quotes = dict.fromkeys(one.quote for one in find_personal(text) if one.kind in CERTAIN)
    if not quotes:
        return None
    return _PUBLIC_FAULT, {"found": "、".join(f"“{quote}”" for quote in quotes)}


def doubtful_in(text: str) -> list[tuple[str, str]]:
    """(kind in Chinese, quote) of what a second person looks at before `text` is made public; each quote once."""
    found = {one.quote: KIND_LABELS[one.kind] for one in find_personal(text) if one.kind in DOUBTFUL}
    return [(label, quote) for quote, label in found.items()]
