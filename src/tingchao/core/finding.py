"""How a text is found by a part of it of any length, in a language that writes no spaces.

A text is kept plain: letters and digits only, in one form. Its grams are numbers for each character and each pair of
neighbours, so that an index of numbers finds the texts that may hold a word; the plain texts then say which do.
Marks are numbers of another range, for what is not text but narrows a search: where, whose, how old.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from enum import IntEnum
from itertools import pairwise
from unicodedata import normalize

MOST_TERMS = 8
"""Words of one search; what comes after them is left out."""

MOST_GRAMS = 40
"""Pairs of one search that the index is asked for; the text itself is compared with all of them."""

_LOWEST = -(2**31)
_MARKS = 0xD8  # the halves of surrogate pairs, which no character's number begins with
_LARGEST_PRIME = 16_777_213  # below 2**24


class Mark(IntEnum):
    """What a mark says of a matter."""

    SCOPE = 0  # it lies within a region prefix
    BODY = 1  # it was assigned to a body, now or before
    DEPUTY = 2  # a deputy followed it, now or before
    AGE = 3  # its id lies in a block of 2**AGE_BITS
    ERA = 4  # it lies within a region prefix, and its id in a block of 2**ERA_BITS


AGE_BITS = 14
ERA_BITS = 17


def plain(text: str) -> str:
    """The letters and digits of a text, full and half width and capitals made alike (NFKC, case-folded)."""
    return "".join(filter(str.isalnum, normalize("NFKC", text).casefold()))


def plain_fields(*texts: str) -> str:
    """Several texts made plain, kept apart so that no word reaches from one into the next."""
    return "\n".join(map(plain, texts))


def grams(plain_text: str) -> set[int]:
    """A number of 32 bits for each character and each pair of neighbours; two pairs rarely share one."""
    codes = [ord(char) & 0xFFFF for char in plain_text]
    found = {(code << 16) + _LOWEST for code in codes}
    found.update([(one << 16 | other) + _LOWEST for one, other in pairwise(codes)])
    return found


def mark(kind: Mark, number: int) -> int:
    """The mark for a number of that kind; two numbers rarely share one."""
    return ((_MARKS + kind) << 24) + number % _LARGEST_PRIME + _LOWEST


def scope_mark(scope: str) -> int:
    """The mark for a region prefix."""
    return mark(Mark.SCOPE, zlib.crc32(scope.encode()))


def era_mark(scope: str, era: int) -> int:
    """The mark for an era of a region prefix, "" for the whole; those of one prefix follow each other."""
    return mark(Mark.ERA, zlib.crc32(scope.encode())) + era


def terms(query: str) -> list[str]:
    """The words of a search, made plain. Each must stand somewhere in the text; spaces separate them."""
    found = dict.fromkeys(filter(None, map(plain, re.split(r"\s+", normalize("NFKC", query)))))
    return list(found)[:MOST_TERMS]


def grams_sought(words: Iterable[str]) -> list[int]:
    """The grams that a text holding all the words must have: pairs, and the character of a word of one."""
    sought: set[int] = set()
    for word in words:
        pairs = [a + b for a, b in pairwise(word)] or [word]
        for pair in pairs[:MOST_GRAMS]:
            codes = [ord(char) & 0xFFFF for char in pair]
            sought.add((codes[0] << 16 | (codes[1] if len(codes) > 1 else 0)) + _LOWEST)
    return sorted(sought)[:MOST_GRAMS]


COMMON = frozenset("的了是在有不我们你您他她这那里到都没个上下就还和也很要说一去来把被给让请过着吗呢吧啊")
"""Characters that say little of what a matter is about; a pair that holds one tells nothing."""

MOST_TELLING = 16


def telling(*texts: str) -> list[str]:
    """The pairs that tell most of what a text is about, no more than MOST_TELLING: those without COMMON characters
    and figures, those that stand in it most often first, the earlier of two before the later."""
    counts: dict[str, int] = {}
    for text in map(plain, texts):
        for one, other in pairwise(text):
            if not {one, other} & COMMON and not (one.isdigit() or other.isdigit()):
                counts[one + other] = counts.get(one + other, 0) + 1
    return sorted(counts, key=lambda pair: -counts[pair])[:MOST_TELLING]
