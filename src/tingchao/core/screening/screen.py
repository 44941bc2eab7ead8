"""Everything that screening says of one text: rules for sentences and rules for whole documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tingchao.core.screening.documents import findings_in
from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.lawindex import with_table
from tingchao.core.screening.scale import doubted, weighed_findings
from tingchao.core.screening.scanning import clause_findings
from tingchao.core.screening.whole.view import view

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
    seen = view(text, settings.issuer, settings.issued, with_table(settings.laws))
    found = [*clause_findings(text, issuer=settings.issuer, issued=seen.issued), *findings_in(seen)]
    return sorted(found, key=lambda one: (one.start, one.end, one.rule))


def screen_clause(clause: str, settings: Settings | None = None) -> tuple[bool, list[Finding]]:
    """Whether a clause by itself is violating, and its findings; what needs a whole document is not asked."""
    settings = settings or Settings()
    found = clause_findings(clause, issuer=settings.issuer, issued=settings.issued)
    if any(one.confidence in HARD for one in found):
        found = doubted(clause, found, issuer=settings.issuer)
    else:
        found = [*found, *weighed_findings(clause, issuer=settings.issuer, issued=settings.issued)]
    return any(one.confidence in HARD for one in found), found
