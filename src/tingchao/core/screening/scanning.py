"""Finding the places of a text that rules speak of: one pass for the words, then few expressions on short pieces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from tingchao.core.screening import contexts
from tingchao.core.screening.anchors import Anchor, anchor
from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.literals import Words, cost
from tingchao.core.screening.rules import rules_for
from tingchao.core.screening.rules.rule import Rule
from tingchao.core.screening.rules.words import spelled

STRETCH = 400
"""A sentence longer than `WINDOW` is looked at in stretches of so many characters."""

OVERLAP = 200
"""Characters on either side of a stretch that are looked at with it: no expression reaches farther."""

WINDOW = STRETCH + OVERLAP
"""Characters of the longest sentence that is looked at in one piece."""

BLOCK = 100_000
"""Characters whose words are found in one pass: those of a very long text together would fill the memory."""

RARE = 5e-3
"""Words rarer than this, a character, count when expressions are put in turn."""

REGULATION_IN_FORCE = date(2024, 8, 1)
"""公平竞争审查条例 46; documents issued before are held against the 2021 细则."""

ENDS = "。；;\n"
"""What ends a sentence for the rules."""

_ENDS = re.compile(f"[{ENDS}]")
_HALVES = re.compile("[\ud800-\udfff]")

Search = Callable[[str, int, int], object]


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: Rule
    expression: str
    anchor: Anchor


class _Place(NamedTuple):
    """What must stand near a word, by offsets from where the word begins, before a pattern is tried."""

    pattern: int
    near: Search
    low: int
    high: int
    far: Search
    low_far: int
    high_far: int


class Scanner:
    """Rules that bind one kind of issuer, ready to read any number of texts."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._patterns = _in_turn([_pattern(rule, one) for rule in self.rules for one in rule.patterns])
        places: dict[str, list[_Place]] = {}
        for number, pattern in enumerate(self._patterns):
            place = _place(number, pattern.anchor)
            for word in pattern.anchor.words:
                places.setdefault(word, []).append(place)
        self._automaton = AhoCorasick(list(places), store_patterns=False)
        self._longest = max(map(len, places), default=0)
        self._places_of = list(places.values())

    def findings(self, text: str, issued: date | None = None) -> list[Finding]:
        """What the rules say of the text, in its order; at most one finding of a rule a sentence."""
        found: dict[tuple[str, int], Finding] = {}
        for start, end, patterns in self._pieces(text):
            said: set[str] = set()
            for number, first in sorted(patterns.items()):
                pattern = self._patterns[number]
                if pattern.rule.id in said:
                    continue
                begin = max(start, first - pattern.anchor.back - self._longest)
                if finding := _judged(pattern, text, (start, begin, end), issued):
                    said.add(pattern.rule.id)
                    found.setdefault((finding.rule, finding.start), finding)
        return sorted(found.values(), key=lambda one: (one.start, one.rule))

    def _pieces(self, text: str) -> Iterator[tuple[int, int, dict[int, int]]]:
        """Each piece of the text in which patterns may match, with those, and where the first word of each begins."""
        places_of, sentences = self._places_of, _Sentences(text)
        start = end = until = 0
        patterns: dict[int, int] = {}
        for block, hits in self._words(text):
            for word, at_block, _ in hits:
                at = block + at_block
                for pattern, near, low, high, far, low_far, high_far in places_of[word]:
                    if near(text, at + low, at + high) and far(text, at + low_far, at + high_far):
                        if at >= until:
                            if patterns:
                                yield start, end, patterns
                            start, end, until = sentences.piece(at)
                            patterns = {}
                        patterns.setdefault(pattern, at)
        if patterns:
            yield start, end, patterns

    def _words(self, text: str) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
        """The rarest words that begin in each block of the text: which, and where in the block it begins and ends."""
        for block in range(0, len(text), BLOCK):
            hits = self._hits(text[block : block + BLOCK + self._longest])
            sure = len(hits)
            while sure and hits[sure - 1][2] > BLOCK:
                sure -= 1
            hits[sure:] = [hit for hit in hits[sure:] if hit[1] < BLOCK]
            yield block, hits

    def _hits(self, piece: str) -> list[tuple[int, int, int]]:
        try:
            return self._automaton.find_matches_as_indexes(piece, overlapping=True)
        except UnicodeEncodeError:  # half a character, as broken decoding leaves it; no word has one
            whole = _HALVES.sub("\ufffd", piece)
            return self._automaton.find_matches_as_indexes(whole, overlapping=True)


class _Sentences:
    """Goes forward through the sentences of a text and never looks at the same characters twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = -1

    def piece(self, at: int) -> tuple[int, int, int]:
        """The sentence around a place, or the stretch of a long one: where it starts, ends, and the next begins."""
        text = self._text
        if at > self._end:
            before = self._end
            for sign in ENDS:
                before = max(before, text.rfind(sign, before + 1, at))
            self._start = before + 1
            found = _ENDS.search(text, at)
            self._end = found.start() if found else len(text)
        start, end = self._start, self._end
        if end - start <= WINDOW:
            return start, end, end
        begins = start + (at - start) // STRETCH * STRETCH
        until = begins + STRETCH
        return max(start, begins - OVERLAP), min(end, until + OVERLAP), until


def _pattern(rule: Rule, pattern: str) -> _Pattern:
    expression = spelled(pattern)
    found = anchor(expression)
    if found is None:
        raise ValueError(f"{rule.id}: no word must occur in {pattern}")
    return _Pattern(rule, expression, found)


def _in_turn(patterns: list[_Pattern]) -> list[_Pattern]:
    """The order in which expressions are tried on a sentence: the first of a rule that matches is the one quoted."""
    numbers: dict[Words, int] = {}
    for one in patterns:
        for words in one.anchor.needed:
            if words == one.anchor.words or cost(words) < RARE:
                numbers.setdefault(words, len(numbers))
    return sorted(patterns, key=lambda one: -numbers[one.anchor.words])


def _place(number: int, found: Anchor) -> _Place:
    looks = [(_search(one.words), one.low, one.high) for one in found.near[:2]]
    first, second = (*looks, _NO_MORE, _NO_MORE)[:2]
    return _Place(number, *first, *second)


@cache
def _search(words: Words) -> Search:
    return re.compile("|".join(map(re.escape, sorted(words)))).search


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Compiled when it is first tried: most texts need few, and all take half a second."""
    return re.compile(expression)


def _anywhere(text: str, start: int, end: int) -> bool:
    return True


_NO_MORE: tuple[Search, int, int] = (_anywhere, 0, 0)


def _judged(pattern: _Pattern, text: str, piece: tuple[int, int, int], issued: date | None) -> Finding | None:
    """The first match that no look-alike explains, as a finding; no match begins before the middle place."""
    rule, expression = pattern.rule, _compiled(pattern.expression)
    start, begin, end = piece
    if expression.search(text, begin, end) is None:
        return None
    sentence = text[start:end]
    if contexts.silenced(rule, sentence):
        return None
    for match in expression.finditer(text, begin, end):
        if contexts.explained(rule, contexts.Place(text, start, end, match.start(), match.end())):
            continue
        soft = contexts.softened(rule, sentence)
        return Finding(
            rule=rule.id,
            article=rule.earlier
            if rule.earlier and issued and issued < REGULATION_IN_FORCE
            else rule.article,
            start=match.start(),
            end=match.end(),
            quote=match.group(),
            confidence=Confidence.POSSIBLE if soft else rule.confidence,
            explanation=rule.why,
            question=rule.question,
        )
    return None


@cache
def scanner(issuer: Issuer) -> Scanner:
    """The shipped rules for this kind of issuer; made once a process."""
    return Scanner(rules_for(issuer))


def clause_findings(
    text: str, *, issuer: Issuer = Issuer.NORMATIVE, issued: date | None = None
) -> list[Finding]:
    """What the rules for single sentences say of the text; offsets are characters of the text as given."""
    return scanner(issuer).findings(text, issued)
