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

RARE = 5e-3
"""Second words are asked for when they are rarer than this, a character: others cost more than they spare."""

REGULATION_IN_FORCE = date(2024, 8, 1)
"""公平竞争审查条例 46; documents issued before are held against the 2021 细则."""

ENDS = "。；;\n"
"""What ends a sentence for the rules."""

_ENDS = re.compile(f"[{ENDS}]")


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: Rule
    expression: re.Pattern[str]


class Scanner:
    """The rules that concern one kind of issuer, ready to read any number of texts."""

    def __init__(self, rules: Iterable[Rule], issuer: Issuer) -> None:
        self.rules = tuple(rule for rule in rules if issuer in rule.issuers)
        self._bits: dict[str, int] = dict.fromkeys(ENDS, 0)
        self._patterns_of: list[list[tuple[int, _Pattern]]] = []
        sets: dict[frozenset[str], int] = {}
        for rule in self.rules:
            for pattern in rule.patterns:
                self._add(rule, spelled(pattern), sets)
        self._firsts = sum(1 << number for number, found in enumerate(self._patterns_of) if found)
        self._automaton = AhoCorasick(list(self._bits), store_patterns=False)
        self._bit_of = list(self._bits.values())

    def _add(self, rule: Rule, pattern: str, sets: dict[frozenset[str], int]) -> None:
        musts = required(pattern)
        if not musts:
            raise ValueError(f"{rule.id}: no word must occur in {pattern}")
        needs = 0
        for words in [musts[0], *(one for one in musts[1:] if cost(one) < RARE)]:
            if words not in sets:
                sets[words] = len(sets)
                self._patterns_of.append([])
            needs |= 1 << sets[words]
            for word in words:
                self._bits[word] = self._bits.get(word, 0) | 1 << sets[words]
        self._patterns_of[sets[musts[0]]].append((needs, _Pattern(rule, re.compile(pattern))))

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
        bit_of, firsts, ready = self._bit_of, self._firsts, self._ready
        start, limit, seen, whole = 0, WINDOW, 0, True
        for word, at, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            bit = bit_of[word]
            if not bit:  # the sentence ends
                if seen & firsts:
                    yield start, at, ready(seen, whole)
                start, limit, seen, whole = at + 1, at + 1 + WINDOW, 0, True
                continue
            if at >= limit:
                whole = False
                if seen & firsts:
                    yield start, _reach(text, limit), ready(seen, whole)
                start, limit, seen = at - OVERLAP, at - OVERLAP + WINDOW, 0
            seen |= bit
        if seen & firsts:
            yield start, min(len(text), limit), ready(seen, whole)

    def _ready(self, seen: int, whole: bool) -> list[_Pattern]:
        """Patterns whose words were all seen; of a cut sentence the first words are enough, others may stand beyond."""
        found: list[_Pattern] = []
        missing = ~seen if whole else 0
        left = seen & self._firsts
        patterns_of = self._patterns_of
        while left:
            number = left.bit_length() - 1
            left ^= 1 << number
            found += [pattern for needs, pattern in patterns_of[number] if not needs & missing]
        return found


def _reach(text: str, limit: int) -> int:
    """How far expressions may read beyond a piece: to the end of the sentence, or over what pieces share."""
    stop = _ENDS.search(text, limit, limit + OVERLAP)
    return stop.start() if stop else min(len(text), limit + OVERLAP)


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
