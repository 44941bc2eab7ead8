"""Which words must stand in a text before a regular expression can match there: the prefilter's proof.

The words are read from the expression itself, so no rule can forget one. The method is that of RE2's filtered
matching: every part of an expression yields either all the strings it can be, or sets of which one string must occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tingchao.core.screening.frequencies import frequency

Words = frozenset[str]

MOST_STRINGS = 96
"""So many strings are followed through an expression before it is cut into two sets."""


def cost(words: Words) -> float:
    """About how often any of the words occurs, a character."""
    return sum(frequency(word) for word in words)


@dataclass(frozen=True, slots=True)
class Must:
    """Words of which one stands in every match, inside what these tokens of the expression match."""

    words: Words
    first: int
    last: int


def required(pattern: str) -> list[Words]:
    """Sets of words, rarest first: of each set at least one word stands in every text the pattern matches."""
    return [one.words for one in musts(parser.parse(pattern))]


def musts(tokens: Any) -> list[Must]:
    """As `required`, for an expression that was parsed, with the tokens that hold the words."""
    exact, found = _sequence(tokens)
    if exact is not None:
        found = [*found, Must(exact, 0, len(tokens) - 1)]
    useful = [
        Must(_shortest(one.words), one.first, one.last) for one in found if one.words and "" not in one.words
    ]
    return sorted(useful, key=lambda one: cost(one.words))


def _shortest(words: Words) -> Words:
    """Without words that contain another of them: finding the shorter one finds both."""
    kept: list[str] = []
    for word in sorted(words, key=len):
        if not any(short in word for short in kept):
            kept.append(word)
    return frozenset(kept)


def _sequence(tokens: Iterable[Any]) -> tuple[Words | None, list[Must]]:
    """All strings that the tokens can be, or None with the sets found among them."""
    strings: Words = frozenset({""})
    found: list[Must] = []
    first, place, cut = 0, -1, False
    for place, (kind, argument) in enumerate(tokens):
        exact, inner = _node(kind, argument)
        if exact is not None and len(strings) * len(exact) <= MOST_STRINGS:
            strings = frozenset(a + b for a in strings for b in exact)
            continue
        cut = True
        found.append(Must(strings, first, place - 1))
        found.extend(Must(words, place, place) for words in inner)
        strings, first = (exact, place) if exact is not None else (frozenset({""}), place + 1)
    if not cut:
        return strings, found
    return None, [*found, Must(strings, first, place)]


def _node(kind: Any, argument: Any) -> tuple[Words | None, list[Words]]:
    """As `_sequence`, for one token."""
    if kind is op.LITERAL:
        return frozenset({chr(argument)}), []
    if kind is op.IN:
        return _class(argument), []
    if kind is op.SUBPATTERN:
        return _inside(argument[-1])
    if kind is op.BRANCH:
        return _branch([_inside(branch) for branch in argument[1]])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _repeat(*argument)
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return frozenset({""}), []
    return None, []


def _inside(tokens: Iterable[Any]) -> tuple[Words | None, list[Words]]:
    exact, found = _sequence(tokens)
    return exact, [one.words for one in found]


def _class(members: Sequence[tuple[Any, Any]]) -> Words | None:
    if len(members) <= 40 and all(kind is op.LITERAL for kind, _ in members):
        return frozenset(chr(code) for _, code in members)
    return None


def _branch(branches: list[tuple[Words | None, list[Words]]]) -> tuple[Words | None, list[Words]]:
    if all(exact is not None for exact, _ in branches):
        return reduce(frozenset.union, (exact for exact, _ in branches if exact is not None)), []
    best = [_best(exact, musts) for exact, musts in branches]
    if any(words is None for words in best):
        return None, []
    return None, [reduce(frozenset.union, (words for words in best if words is not None))]


def _best(exact: Words | None, musts: list[Words]) -> Words | None:
    useful = [words for words in ([exact] if exact is not None else musts) if words and "" not in words]
    return min(useful, key=cost, default=None)


def _repeat(least: int, most: int, tokens: Any) -> tuple[Words | None, list[Words]]:
    exact, found = _inside(tokens)
    if (least, most) == (0, 1) and exact is not None:
        return exact | {""}, []
    if (least, most) == (1, 1):
        return exact, found
    if least >= 1:
        return None, ([exact] if exact is not None else found)
    return None, []


def repeats(pattern: str) -> list[tuple[int, int, int]]:
    """(depth, least, most) of every repeat; depth counts the repeats around it that may run twice or more."""
    found: list[tuple[int, int, int]] = []
    _repeats(parser.parse(pattern), 0, found)
    return found


def _repeats(tokens: Iterable[Any], depth: int, found: list[tuple[int, int, int]]) -> None:
    for kind, argument in tokens:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            least, most, inner = argument
            found.append((depth, least, int(most)))
            _repeats(inner, depth + (int(most) > 1), found)
        elif kind is op.SUBPATTERN:
            _repeats(argument[-1], depth, found)
        elif kind is op.BRANCH:
            for branch in argument[1]:
                _repeats(branch, depth, found)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            _repeats(argument[1], depth, found)
