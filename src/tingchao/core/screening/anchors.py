"""Where in a text an expression can match at all: at its rarest words, where other words that it needs stand near.

Expressions have bounded gaps, so how far apart the words of a match may be is read from the expression itself. What
is looked for is always wider than the expression, so nothing that it matches is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tingchao.core.screening.literals import Must, Words, cost, musts


@dataclass(frozen=True, slots=True)
class Near:
    """Words of which one stands between two offsets, counted from where the rarest word begins."""

    words: Words
    low: int
    high: int

    @property
    def chance(self) -> float:
        """About how often one stands there by chance."""
        return cost(self.words) * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The rarest words of an expression, what must stand near them (what is least likely first), all words it needs.

    A match begins at most ``back`` characters before one of the rarest words does.
    """

    words: Words
    back: int
    near: tuple[Near, ...]
    needed: tuple[Words, ...]


def anchor(pattern: str) -> Anchor | None:
    """The anchor of an expression; None where no word must occur in it."""
    tokens = parser.parse(pattern)
    found = musts(tokens)
    if not found:
        return None
    widths = [_width(tokens, place) for place in range(len(tokens))]
    near = (_near(found[0], other, widths) for other in found[1:])
    return Anchor(
        found[0].words,
        sum(widths[: found[0].last + 1]),
        tuple(sorted((one for one in near if one), key=lambda one: one.chance)),
        tuple(one.words for one in found),
    )


def _width(tokens: Any, place: int) -> int:
    return int(parser.SubPattern(tokens.state, tokens.data[place : place + 1]).getwidth()[1])


def _near(rarest: Must, other: Must, widths: Sequence[int]) -> Near | None:
    """Where the other words stand; nothing is known of those in the same tokens."""
    if other.first > rarest.last:
        return Near(other.words, min(map(len, rarest.words)), sum(widths[rarest.first : other.last + 1]))
    if other.last < rarest.first:
        return Near(other.words, -sum(widths[other.first : rarest.last + 1]), 0)
    return None
