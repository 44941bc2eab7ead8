"""Two versions of a document side by side, article by article."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from tingchao.core.screening.structure import Unit, parse


@dataclass(frozen=True, slots=True)
class Pair:
    """An article before and after; an empty side stands for one that was added or taken out. `parts` are pieces of
    the later text, each with whether it is new."""

    before: str
    after: str
    parts: tuple[tuple[bool, str], ...] = ()

    @property
    def same(self) -> bool:
        return self.before == self.after


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
    """The articles of two versions, those that stayed beside themselves."""
    old, new = articles_of(before), articles_of(after)
    pairs: list[Pair] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += [Pair(one, one) for one in old[a:b]]
            continue
        for place in range(max(b - a, d - c)):
            one = old[a + place] if a + place < b else ""
            other = new[c + place] if c + place < d else ""
            pairs.append(Pair(one, other, _parts(one, other)))
    return pairs


def _parts(before: str, after: str) -> tuple[tuple[bool, str], ...]:
    found: list[tuple[bool, str]] = []
    for tag, _, _, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if start < end:
            found.append((tag != "equal", after[start:end]))
    return tuple(found)
