"""Findings that need the whole document: form, time, authority of interpretation, citations.

Only the head, the tail and the places of certain words are looked at, so that a long text costs little.
"""

from __future__ import annotations

from datetime import date

from tingchao.core.screening.findings import Finding, Issuer
from tingchao.core.screening.lawindex import LawIndex, shipped
from tingchao.core.screening.whole import authority, cited, form, times
from tingchao.core.screening.whole.rules import RULES, DocumentRule
from tingchao.core.screening.whole.view import View, view

__all__ = ["RULES", "DocumentRule", "document_findings", "findings_in"]

_BY_ID = {rule.id: rule for rule in RULES}
_GROUPS = (form.findings, times.findings, authority.findings, cited.findings)


def document_findings(
    text: str,
    *,
    issuer: Issuer = Issuer.NORMATIVE,
    issued: date | None = None,
    index: LawIndex | None = None,
) -> list[Finding]:
    """Everything that the document as a whole shows, in the order of the text.

    ``issued`` is the day it was made where that is known; otherwise the text is asked. ``index`` holds the laws that
    citations are resolved against; without one it is what ships with the package.
    """
    return findings_in(view(text, issuer, issued, shipped() if index is None else index))


def findings_in(seen: View) -> list[Finding]:
    """As `document_findings`, for a document that was looked at already."""
    found = [one for group in _GROUPS for one in group(seen) if seen.issuer in _BY_ID[one.rule].issuers]
    return sorted(found, key=lambda one: (one.start, one.end, one.rule))
