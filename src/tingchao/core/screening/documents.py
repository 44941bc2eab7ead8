"""Findings that need the whole document: form, time, authority of interpretation, citations.

Only the head, the tail and the places of certain words are looked at, so that a long text costs little.
"""

from __future__ import annotations

from datetime import date

from tingchao.core.screening.findings import Finding, Issuer


def document_findings(
    text: str, *, issuer: Issuer = Issuer.NORMATIVE, issued: date | None = None, index: object | None = None
) -> list[Finding]:
    """Everything that the document as a whole shows, in the order of the text.

    ``issued`` is the day it was made where that is known; otherwise the text is asked. ``index`` holds the laws that
    citations are resolved against.
    """
    return []
