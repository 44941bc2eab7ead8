"""The one place where a text is screened and a file is read: everything else asks here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from tingchao.core.screening.findings import Finding, Issuer
from tingchao.core.screening.readers import Unreadable, read
from tingchao.core.screening.screen import Settings, screen
from tingchao.core.steps import Refusal, clean_text
from tingchao.directory.models import Body

MOST_FINDINGS = 300
"""Of one text; a text with more is not a document."""


ISSUERS = {
    Body.Kind.COURT: Issuer.JUDICIAL,
    Body.Kind.PROCURACY: Issuer.JUDICIAL,
    Body.Kind.SUPERVISION: Issuer.SUPERVISORY,
}
"""Kind of maker → what its documents are; those of all others are normative documents and nothing more special."""


def issuer_of(kind: str) -> Issuer:
    """As whose a document of a kind of maker is screened."""
    return ISSUERS.get(Body.Kind(kind), Issuer.NORMATIVE)


def screened(text: str, issued: date, issuer: Issuer = Issuer.NORMATIVE) -> list[Finding]:
    """What a reviewer ought to look at, in the order of the text."""
    path = Path(settings.LAWS_FILE)
    laws = path.read_text(encoding="utf-8") if path.is_file() else ""
    return screen(text, Settings(issuer, issued, laws))[:MOST_FINDINGS]


def text_of(content: bytes, name: str) -> str:
    """The text of a file; Refusal "file" says what is wrong with it and what to do."""
    try:
        return clean_text(read(content, name))
    except Unreadable as fault:
        raise Refusal("file", "%(why)s", {"why": str(fault)}) from None
