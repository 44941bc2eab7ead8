"""Everything that screening says of one text: rules for sentences and rules for whole documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tingchao.core.screening.documents import document_findings
from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.heads import head
from tingchao.core.screening.lawindex import with_table
from tingchao.core.screening.scanning import clause_findings
from tingchao.core.screening.tails import signature_below

HEAD_REACH = 4000
HARD = (Confidence.CERTAIN, Confidence.LIKELY)
"""The grades that call a clause violating."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are screened; plain data, so that it travels to other processes.

    ``laws`` is a table of laws beside those that ship, as `tingchao laws import` keeps it.
    """

    issuer: Issuer = Issuer.NORMATIVE
    issued: date | None = None
    laws: str = ""


def screen(text: str, settings: Settings | None = None) -> list[Finding]:
    """Every finding in the order of the text. Offsets are characters of the text as given."""
    settings = settings or Settings()
    issued = settings.issued or day_made(text)
    found = [
        *clause_findings(text, issuer=settings.issuer, issued=issued),
        *document_findings(text, issuer=settings.issuer, issued=issued, index=with_table(settings.laws)),
    ]
    return sorted(found, key=lambda one: (one.start, one.end, one.rule))


def screen_clause(clause: str, settings: Settings | None = None) -> tuple[bool, list[Finding]]:
    """Whether a clause by itself is violating, and its findings; what needs a whole document is not asked."""
    settings = settings or Settings()
    found = clause_findings(clause, issuer=settings.issuer, issued=settings.issued)
    return any(one.confidence in HARD for one in found), found


def day_made(text: str) -> date | None:
    """The day the document was made, by its signature or its head."""
    top = head(text, 0, min(len(text), HEAD_REACH))
    signature = signature_below(text, top.end)
    if signature and signature.dated:
        return signature.dated.day
    return top.dates[-1].day if top.dates else None
