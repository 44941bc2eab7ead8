"""Two versions of a document side by side, article by article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from tingchao.core.screening.numerals import NUMBER
from tingchao.core.screening.structure import Unit, parse

ALIKE = 0.5
"""How alike two articles are, by the characters they share in order, to be one that was changed."""

_NUMBERED = re.compile(rf"^第{NUMBER}条[\s　]*")


@dataclass(frozen=True, slots=True)
class Pair:
    """An article before and after; an empty side stands for one that was added or taken out. `parts` are pieces of
    the later text, each with whether it is new, `gone` pieces of the earlier one, each with whether it was dropped."""

    before: str
    after: str
    parts: tuple[tuple[bool, str], ...] = ()
    gone: tuple[tuple[bool, str], ...] = ()

    @property
    def same(self) -> bool:
        return self.before == self.after

    @property
    def renumbered(self) -> bool:
        """Whether it says the same under another number."""
        return not self.same and _plain(self.before) == _plain(self.after)


def articles_of(text: str) -> list[str]:
    """The articles of a document, and its head and tail as pieces of their own."""
    document = parse(text)
    starts = sorted({0, *(unit.start for unit in _leaves(document.units)), len(text)})
    pieces = (text[one:other].strip() for one, other in pairwise(starts))
    return [piece for piece in pieces if piece]


def _leaves(units: tuple[Unit, ...]) -> list[Unit]:
    """Articles wherever they stand: chapters are gone into, articles are not."""
    found: list[Unit] = []
    for unit in units:
        deeper = _leaves(unit.children) if str(unit.kind) in ("编", "章", "节") and unit.children else []
        found += deeper or [unit]
    return found


def compared(before: str, after: str) -> list[Pair]:
    """The articles of two versions, those that stayed beside themselves, whatever number they bear now."""
    old, new = articles_of(before), articles_of(after)
    plain_old, plain_new = [_plain(one) for one in old], [_plain(one) for one in new]
    pairs: list[Pair] = []
    for tag, a, b, c, d in SequenceMatcher(None, plain_old, plain_new, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += [_pair(one, other) for one, other in zip(old[a:b], new[c:d], strict=True)]
        else:
            pairs += _aligned(old[a:b], new[c:d])
    return pairs


def _plain(article: str) -> str:
    """An article without its number, which changes when one before it goes."""
    return _NUMBERED.sub("", article)


def _aligned(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """What was changed beside what it became, in order; what is like nothing on the other side stands alone."""
    pairs: list[Pair] = []
    at = 0
    for one in old:
        likeness = [
            (SequenceMatcher(None, _plain(one), _plain(other)).ratio(), -n) for n, other in enumerate(new)
        ]
        best = max((entry for entry in likeness if -entry[1] >= at), default=(0.0, 0))
        if best[0] < ALIKE:
            pairs.append(Pair(one, ""))
            continue
        pairs += [_pair("", other) for other in new[at : -best[1]]]
        pairs.append(_pair(one, new[-best[1]]))
        at = -best[1] + 1
    return [*pairs, *(_pair("", other) for other in new[at:])]


def _pair(before: str, after: str) -> Pair:
    if before == after:
        return Pair(before, after)
    parts: list[tuple[bool, str]] = []
    gone: list[tuple[bool, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if a < b:
            gone.append((tag != "equal", before[a:b]))
        if c < d:
            parts.append((tag != "equal", after[c:d]))
    return Pair(before, after, tuple(parts), tuple(gone))
