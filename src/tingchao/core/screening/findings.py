"""What screening says of a document: findings, each with its rule, its legal article and its exact place."""

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How sure a finding is. Only the first two call a clause violating."""

    CERTAIN = "certain"  # the words leave no lawful reading for this issuer
    LIKELY = "likely"  # unlawful unless a basis is shown that the text does not name
    POSSIBLE = "possible"  # worth a reviewer's look, often lawful


class Issuer(StrEnum):
    """Who made a document: the same words may be lawful from one and not from another (行政处罚法 9–16)."""

    LAW = "法律"
    ADMINISTRATIVE_REGULATION = "行政法规"
    LOCAL_REGULATION = "地方性法规"
    DEPARTMENT_RULE = "部门规章"
    GOVERNMENT_RULE = "地方政府规章"
    JUDICIAL = "司法规范性文件"  # of courts and procuratorates
    SUPERVISORY = "监察规范性文件"  # of supervisory commissions
    NORMATIVE = "规范性文件"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. ``start`` and ``end`` are offsets in characters into the text as given."""

    rule: str
    article: str
    start: int
    end: int
    quote: str
    confidence: Confidence
    explanation: str
    question: str = ""
