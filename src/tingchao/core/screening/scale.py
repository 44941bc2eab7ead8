"""Single clauses laid on a scale of wordings: phrases with a weight and a rule.

Expressions find what somebody thought of. The scale finds what is said in other words: it adds up how much more often
the phrases of a clause stand in unlawful clauses than in lawful ones. It has no rules of its own: every phrase speaks
for one of `rules`, and the rule for which most weight speaks gives the article, the reason and the question. It also
doubts: where an expression matches in words that are otherwise those of lawful text, the finding is only possible.
The table is data (`data/wordings.tsv`), made by `weighing` from the tables of the tests and nothing else.

Only clauses that are asked about one by one are weighed. In a whole document nearly every sentence is lawful; there the
same score would mostly be a false alarm (`docs/screening.md` has the figures).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from math import sqrt

from tingchao.core.screening import contexts
from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.rules.rule import WITHOUT_POWER, Rule
from tingchao.core.screening.rules.words import WORDS, spelled
from tingchao.core.screening.scanning import REGULATION_IN_FORCE

LENGTHS = (2, 3)
"""Characters of a phrase."""

NEXT = 3
"""So many kinds of words after one make a pair with it."""

KINDS = {
    "Ⓐ": WORDS["本地"],
    "Ⓑ": WORDS["域外"],
    "Ⓒ": "(?:不得|不准|不许|禁止|严禁|不能|不可|不允许)",
    "Ⓓ": "(?:不予|不再|停止|暂停|取消|停发|暂缓)",
    "Ⓔ": "(?:必须|应当|应该|务必|须|需|一律|应)",
    "Ⓕ": WORDS["投标人"],
    "Ⓖ": WORDS["企业"],
    "Ⓗ": WORDS["钱"],
    "Ⓘ": WORDS["税种"],
    "Ⓙ": WORDS["亲"],
    "Ⓚ": WORDS["社保"],
    "Ⓛ": WORDS["证件"],
    "Ⓜ": WORDS["审"],
    "Ⓝ": WORDS["局所"],
    "Ⓞ": "(?:村民|居民|业主|群众|家长|职工|员工|市民|农户|个人|当事人|申请人)",
    "Ⓟ": "(?:依照|依据|按照|根据)",
    "Ⓠ": "(?:罚款|处罚|没收|吊销|扣押|查封|暂扣)",
    "Ⓡ": WORDS["期"],
    "Ⓢ": WORDS["买"],
}
"""Words that mean the same stand as one sign in a second reading of the clause; so a phrase holds for all of them."""

SHORTEST, LONGEST = 8, 400
"""Characters of what is weighed: a heading says too little, a longer text is weighed by its sentences."""

LIKELY_AT = 80
"""From this score on, a clause in which no rule finds anything is graded likely."""

DOUBTED_BELOW = -400
"""Below this score, what a rule finds in a clause is only possible."""

NUMBER = 4
"""Characters of an item's number, such as （一）: behind it the opening of the list is looked for."""

_SENTENCE = re.compile("[^。；;\n]+")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_BLANK = re.compile(r"\s+")
_SIGNS = frozenset(KINDS)
_KIND = re.compile(
    "|".join(f"(?P<k{number}>{spelled(words)})" for number, words in enumerate(KINDS.values()))
)
_SIGN_OF = {f"k{number}": sign for number, sign in enumerate(KINDS)}
_BY_ID = {rule.id: rule for rule in RULES}


def phrases(clause: str) -> set[str]:
    """The phrases of a clause, in its own words and in kinds of words; figures count as one sign, blanks as nothing."""
    plain = _BLANK.sub("", _DIGITS.sub("0", clause))
    kinds = _KIND.sub(lambda found: _SIGN_OF[found.lastgroup or ""], plain)
    signs = [sign for sign in kinds if sign in _SIGNS]
    pairs = {f"{one}…{other}" for at, one in enumerate(signs) for other in signs[at + 1 : at + 1 + NEXT]}
    return _runs(plain) | {run for run in _runs(kinds) if not _SIGNS.isdisjoint(run)} | pairs


def _runs(text: str) -> set[str]:
    return {text[at : at + length] for length in LENGTHS for at in range(len(text) - length + 1)}


@dataclass(frozen=True, slots=True)
class Scale:
    """The table: what every phrase weighs (in hundredths), the rule it speaks for, the score of no phrase at all."""

    level: int
    weights: dict[str, int]
    rules: dict[str, str]

    def weigh(self, clause: str) -> tuple[float, str]:
        """The score of a clause, and the rule for which most weight speaks."""
        known = [one for one in phrases(clause) if one in self.weights]
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
    """What the scale says of a clause. Laws and regulations say lawfully what a document may not.

    Clauses of courts are not weighed: no document of theirs stood in what the table was made from.
    """
    if issuer not in WITHOUT_POWER:
        return []
    found = (_weighed(clause, start, end, issuer, issued) for start, end in _pieces(clause))
    return [one for one in found if one]


def doubted(clause: str, found: Sequence[Finding], *, issuer: Issuer) -> list[Finding]:
    """What rules found in a clause; only possible where its words are otherwise those of lawful text."""
    if issuer not in WITHOUT_POWER or not SHORTEST <= len(clause) < LONGEST:
        return list(found)
    if shipped().weigh(clause)[0] >= DOUBTED_BELOW:
        return list(found)
    return [replace(one, confidence=Confidence.POSSIBLE) for one in found]


def _pieces(clause: str) -> list[tuple[int, int]]:
    """The whole clause, or its sentences where it is long."""
    if len(clause) < LONGEST:
        return [(0, len(clause))]
    return [one.span() for one in _SENTENCE.finditer(clause)]


def _weighed(text: str, start: int, end: int, issuer: Issuer, issued: date | None) -> Finding | None:
    if not SHORTEST <= end - start < LONGEST:
        return None
    score, key = shipped().weigh(text[start:end])
    rule = _BY_ID.get(key)
    if score < LIKELY_AT or rule is None or issuer not in rule.issuers:
        return None
    start, end = _heaviest(text, start, end)
    if contexts.explained(rule, contexts.Place(text, start, end, min(start + NUMBER, end), end)):
        return None
    return _finding(rule, text, start, end, issued)


def _heaviest(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that weighs most."""
    spans = [one.span() for one in _SENTENCE.finditer(text, start, end)]
    return max(spans, key=lambda span: (shipped().weigh(text[slice(*span)])[0], -span[0]))


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
