"""Finding the places of a text that rules speak of: one pass for the words, then few expressions on short pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from ahocorasick_rs import AhoCorasick

from tingchao.core.screening import contexts
from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.literals import cost, required
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.rules.rule import Rule
from tingchao.core.screening.rules.words import spelled

WINDOW = 600
"""Characters of a sentence that are looked at in one piece; a longer sentence is looked at in several."""

OVERLAP = 200
"""Characters that two pieces of one sentence share: no expression reaches farther."""

RARE = 2.5e-3
"""Second words are asked for when they are rarer than this, a character: others cost more than they spare."""

REGULATION_IN_FORCE = date(2024, 8, 1)
"""公平竞争审查条例 46; documents issued before are held against the 2021 细则."""

_ENDS = re.compile("[。；;\n]")


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: Rule
    expression: re.Pattern[str]
    needs: int  # bits of the sets of words that must all occur


class Scanner:
    """The rules that concern one kind of issuer, ready to read any number of texts."""

    def __init__(self, rules: Iterable[Rule], issuer: Issuer) -> None:
        self.rules = tuple(rule for rule in rules if issuer in rule.issuers)
        self._bits: dict[str, int] = {}
        self._first: dict[str, list[int]] = {}
        self._patterns: list[_Pattern] = []
        sets: dict[frozenset[str], int] = {}
        for rule in self.rules:
            for pattern in rule.patterns:
                self._add(rule, spelled(pattern), sets)
        words = list(self._bits)
        self._automaton = AhoCorasick(words, store_patterns=False) if words else None
        self._bit_of = [self._bits[word] for word in words]
        self._first_of = [self._first.get(word, []) for word in words]

    def _add(self, rule: Rule, pattern: str, sets: dict[frozenset[str], int]) -> None:
        musts = required(pattern)
        if not musts:
            raise ValueError(f"{rule.id}: no word must occur in {pattern}")
        needs = 0
        for words in [musts[0], *(one for one in musts[1:] if cost(one) < RARE)]:
            bit = sets.setdefault(words, 1 << len(sets))
            needs |= bit
            for word in words:
                self._bits[word] = self._bits.get(word, 0) | bit
        for word in musts[0]:
            self._first.setdefault(word, []).append(len(self._patterns))
        self._patterns.append(_Pattern(rule, re.compile(pattern), needs))

    def findings(self, text: str, issued: date | None = None) -> list[Finding]:
        """What the rules say of the text, in its order; at most one finding of a rule a sentence."""
        found: dict[tuple[str, int], Finding] = {}
        for start, end, patterns in self._pieces(text):
            said: set[str] = set()
            for pattern in patterns:
                if pattern.rule.id in said:
                    continue
                if finding := _judged(pattern, text, start, end, issued):
                    said.add(pattern.rule.id)
                    found.setdefault((finding.rule, finding.start), finding)
        return sorted(found.values(), key=lambda one: (one.start, one.rule))

    def _pieces(self, text: str) -> Iterator[tuple[int, int, list[_Pattern]]]:
        """Each piece of the text in which words occur, with the patterns whose words all do."""
        if self._automaton is None:
            return
        bit_of, first_of = self._bit_of, self._first_of
        piece = _Piece(0, -1, -1, whole=True)
        end, seen = -1, 0
        wanted: dict[int, None] = {}
        for word, at, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if at >= end:
                if wanted:
                    yield piece.start, piece.reach, self._ready(wanted, seen, piece.whole)
                piece = _piece(text, at)
                end, seen, wanted = piece.end, 0, {}
            seen |= bit_of[word]
            for one in first_of[word]:
                wanted[one] = None
        if wanted:
            yield piece.start, piece.reach, self._ready(wanted, seen, piece.whole)

    def _ready(self, wanted: dict[int, None], seen: int, whole: bool) -> list[_Pattern]:
        """Those wanted whose words were all seen; of a cut sentence, whose words may stand beyond it, all."""
        patterns = self._patterns
        return [patterns[one] for one in wanted if not whole or patterns[one].needs & ~seen == 0]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words from ``start`` to ``end`` belong to it; expressions may read on to ``reach``."""

    start: int
    end: int
    reach: int
    whole: bool


def _piece(text: str, at: int) -> _Piece:
    low = max(0, at - OVERLAP)
    start = max(low, *(text.rfind(mark, low, at) + 1 for mark in "。；;\n"))
    stop = _ENDS.search(text, at, start + WINDOW + OVERLAP)
    if stop:
        return _Piece(start, stop.start(), stop.start(), whole=start > low or low == 0)
    end, reach = start + WINDOW, start + WINDOW + OVERLAP
    if reach >= len(text):
        return _Piece(start, len(text), len(text), whole=start > low or low == 0)
    return _Piece(start, end, reach, whole=False)


def _judged(pattern: _Pattern, text: str, start: int, end: int, issued: date | None) -> Finding | None:
    """The first match that no look-alike explains, as a finding."""
    rule = pattern.rule
    for match in pattern.expression.finditer(text, start, end):
        place = contexts.Place(text, start, end, match.start(), match.end())
        if contexts.explained(rule, place):
            continue
        soft = contexts.softened(rule, place)
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
    return Scanner(RULES, issuer)


def clause_findings(
    text: str, *, issuer: Issuer = Issuer.NORMATIVE, issued: date | None = None
) -> list[Finding]:
    """What the rules for single sentences say of the text; offsets are characters of the text as given."""
    return scanner(issuer).findings(text, issued)
