"""Single clauses in which no expression matches, laid on a scale of wordings: phrases with a weight and a rule.

Expressions find what somebody thought of. The scale finds what is said in other words: it adds up how much more often
the phrases of a sentence stand in unlawful clauses than in lawful text. It has no rules of its own: every phrase speaks
for one of `rules`, and the rule for which most weight speaks gives the article, the reason and the question. The table
is data (`data/wordings.tsv`), made by `weighing` from the clauses of the tests and from lawful texts.

Only clauses that are asked about one by one are weighed. In a whole document nearly every sentence is lawful; there the
same score would mostly be a false alarm (`docs/screening.md` has the figures).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from math import sqrt

from tingchao.core.screening import contexts
from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.rules.nets import LAWFUL
from tingchao.core.screening.rules.rule import WITHOUT_POWER, Rule
from tingchao.core.screening.rules.words import spelled
from tingchao.core.screening.scanning import REGULATION_IN_FORCE

LENGTHS = (2, 3)
"""Characters of a phrase."""

SHORTEST, LONGEST = 8, 400
"""Characters of a sentence that is weighed: a heading says too little, a longer one is no single clause."""

LIKELY_AT = 140
"""From this score on a sentence is graded likely."""

EXCUSE = 300
"""What words that mostly make a thing lawful take off the score."""

NUMBER = 4
"""Characters of an item's number, such as （一）: behind it the opening of the list is looked for."""

_SENTENCE = re.compile("[^。；;\n]+")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_BLANK = re.compile(r"\s+")
_LAWFUL = re.compile(spelled(LAWFUL))
_BY_ID = {rule.id: rule for rule in RULES}


def phrases(sentence: str) -> set[str]:
    """The phrases of a sentence; figures count as one sign, blanks as nothing."""
    plain = _BLANK.sub("", _DIGITS.sub("0", sentence))
    return {plain[at : at + length] for length in LENGTHS for at in range(len(plain) - length + 1)}


@dataclass(frozen=True, slots=True)
class Scale:
    """The table: what every phrase weighs (in hundredths), the rule it speaks for, the score of no phrase at all."""

    level: int
    weights: dict[str, int]
    rules: dict[str, str]

    def weigh(self, sentence: str) -> tuple[float, str]:
        """The score of a sentence, and the rule for which most weight speaks."""
        known = [one for one in phrases(sentence) if one in self.weights]
        speaks: Counter[str] = Counter()
        for one in known:
            if (weight := self.weights[one]) > 0:
                speaks[self.rules[one]] += weight
        score = self.level + sum(self.weights[one] for one in known) / sqrt(max(1, len(known)))
        return score, min(speaks, key=lambda rule: (-speaks[rule], rule), default="")


def read_scale(table: str) -> Scale:
    """The scale of a table; its first row weighs nothing but the level."""
    rows = [line.split("\t") for line in table.splitlines()[1:] if line]
    weights = {phrase: int(weight) for phrase, weight, _ in rows[1:]}
    return Scale(int(rows[0][1]), weights, {phrase: rule for phrase, _, rule in rows[1:]})


@cache
def shipped() -> Scale:
    """The scale that ships; read once a process."""
    table = resources.files("tingchao.core.screening").joinpath("data", "wordings.tsv")
    return read_scale(table.read_text(encoding="utf-8"))


def weighed_findings(clause: str, *, issuer: Issuer, issued: date | None = None) -> list[Finding]:
    """What the scale says of the sentences of a clause. Laws and regulations say lawfully what a document may not.

    Clauses of courts are not weighed: no document of theirs stood in what the table was made from.
    """
    if issuer not in WITHOUT_POWER:
        return []
    found = (_weighed(clause, one.start(), one.end(), issuer, issued) for one in _SENTENCE.finditer(clause))
    return [one for one in found if one]


def _weighed(text: str, start: int, end: int, issuer: Issuer, issued: date | None) -> Finding | None:
    sentence = text[start:end]
    if not SHORTEST <= len(sentence) < LONGEST:
        return None
    score, key = shipped().weigh(sentence)
    if _LAWFUL.search(sentence) or contexts.RESTATED.search(sentence):
        score -= EXCUSE
    rule = _BY_ID.get(key)
    if score < LIKELY_AT or rule is None or issuer not in rule.issuers:
        return None
    if contexts.explained(rule, contexts.Place(text, start, end, start + NUMBER, end)):
        return None
    return _finding(rule, text, start, end, issued)


def _finding(rule: Rule, text: str, start: int, end: int, issued: date | None) -> Finding:
    earlier = rule.earlier and issued and issued < REGULATION_IN_FORCE
    return Finding(
        rule=rule.id,
        article=rule.earlier if earlier else rule.article,
        start=start,
        end=end,
        quote=text[start:end],
        confidence=Confidence.LIKELY,
        explanation=rule.why,
        question=rule.question,
    )
