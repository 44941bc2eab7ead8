"""Findings as JSON, and where in a document they stand, in words."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

from tingchao.core.screening.documents import RULES as DOCUMENT_RULES
from tingchao.core.screening.findings import Finding
from tingchao.core.screening.rules import RULES

LINE = re.compile("\n")
ARTICLE = re.compile(r"^\s{0,8}(第[一二三四五六七八九十百零〇\d]{1,7}条)", re.MULTILINE)
NAMES = {
    **{rule.id: rule.name for rule in RULES},
    **{rule.id: rule.name for rule in DOCUMENT_RULES},
}
"""What each rule is called, in Chinese."""

REACH = 6000
"""Characters before a finding in which its article is looked for."""


class Places:
    """Says where in a text something stands: the line and, in a document of articles, the article."""

    def __init__(self, text: str) -> None:
        self._lines = [found.start() for found in LINE.finditer(text)]
        self._articles = [(found.end(1), found.start(1), found[1]) for found in ARTICLE.finditer(text)]

    def where(self, start: int) -> str:
        """In words, e.g. 第12行 第五条."""
        line = f"第{bisect_left(self._lines, start) + 1}行"
        before = bisect_left(self._articles, (start + 2,)) - 1
        if before < 0 or self._articles[before][1] < start - REACH:
            return line
        return f"{line} {self._articles[before][2]}"


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
