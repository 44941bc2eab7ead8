"""Findings as JSON, and where in a document they stand, in words."""

from __future__ import annotations

import re
from typing import Any

from tingchao.core.screening.documents import RULES as DOCUMENT_RULES
from tingchao.core.screening.findings import Finding
from tingchao.core.screening.rules import RULES

ARTICLE = re.compile(r"^\s{0,8}(第[一二三四五六七八九十百零〇\d]{1,7}条)", re.MULTILINE)
NAMES = {
    **{rule.id: rule.name for rule in RULES},
    **{rule.id: rule.name for rule in DOCUMENT_RULES},
}
"""What each rule is called, in Chinese."""

REACH = 6000
"""Characters before a finding in which its article is looked for."""


def finding_data(finding: Finding) -> dict[str, Any]:
    """The finding as JSON wants it; the first seven keys are promised, question may be empty."""
    return {
        "rule": finding.rule,
        "article": finding.article,
        "start": finding.start,
        "end": finding.end,
        "quote": finding.quote,
        "confidence": finding.confidence.value,
        "explanation": finding.explanation,
        "question": finding.question,
        "name": NAMES.get(finding.rule, ""),
    }


def where(text: str, start: int) -> str:
    """The line and, in a document of articles, the article, e.g. 第12行 第五条."""
    line = text.count("\n", 0, start) + 1
    low = max(0, start - REACH)
    articles = ARTICLE.findall(text, low, start + 1)
    return f"第{line}行 {articles[-1]}" if articles else f"第{line}行"
