"""What a rule is: data that a clerk can read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tingchao.core.screening.findings import Confidence, Issuer

STATUTES = frozenset({Issuer.LAW, Issuer.ADMINISTRATIVE_REGULATION})
LEGISLATION = STATUTES | {Issuer.LOCAL_REGULATION}
RULES_OF_GOVERNMENT = frozenset({Issuer.DEPARTMENT_RULE, Issuer.GOVERNMENT_RULE})

JUSTICE = frozenset({Issuer.JUDICIAL, Issuer.SUPERVISORY})
"""Courts, procuratorates, supervisory commissions: `rules.justice` says which rules bind them, and by which article."""

BELOW_STATUTES = frozenset(Issuer) - STATUTES - JUSTICE
"""条例 2 asks regulations of the localities for fair competition too; laws may make exceptions (条例 10, 12)."""

BELOW_LEGISLATION = frozenset(Issuer) - LEGISLATION - JUSTICE
"""What only a law or regulation may settle: 行政许可法 14–17, 行政强制法 10."""

WITHOUT_POWER = frozenset({Issuer.NORMATIVE})
"""What rules may settle, and no document below them: 行政处罚法 13, 14, 16."""


class Says(StrEnum):
    """What the words of a rule do in a sentence; it decides which look-alikes are looked for."""

    DEMANDS = "demands"  # asks, gives, fixes: lawful when it is forbidden ("不得指定…")
    FORBIDS = "forbids"  # the ban is the fault itself: "不得" before it changes nothing
    PUNISHES = "punishes"  # lawful when it only refers to the law that punishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of clause that the law forbids.

    ``patterns`` are regular expressions with the words of `rules.words` in angle brackets and … for a gap; one that
    matches inside a sentence is enough. ``unless`` silences the rule when it is found in the same sentence, and
    ``softer`` lowers its confidence to possible. ``earlier`` is the article for documents issued before 2024-08-01.
    """

    id: str
    name: str
    article: str
    why: str
    question: str
    patterns: tuple[str, ...]
    says: Says = Says.DEMANDS
    confidence: Confidence = Confidence.LIKELY
    issuers: frozenset[Issuer] = BELOW_LEGISLATION
    unless: tuple[str, ...] = ()
    softer: tuple[str, ...] = ()
    earlier: str = ""

    @property
    def group(self) -> str:
        """The part of the id before the point."""
        return self.id.partition(".")[0]
