"""The one place where a text is screened and a file is read: everything else asks here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from tingchao.core.screening.findings import Finding
from tingchao.core.screening.readers import Unreadable, read
from tingchao.core.screening.screen import Settings, screen
from tingchao.core.steps import Refusal, clean_text

MOST_FINDINGS = 300
"""Of one text; a text with more is not a document."""


def screened(text: str, issued: date) -> list[Finding]:
    """What a reviewer ought to look at, in the order of the text, as from the maker of a normative document."""
    path = Path(settings.LAWS_FILE)
    laws = path.read_text(encoding="utf-8") if path.is_file() else ""
    return screen(text, Settings(issued=issued, laws=laws))[:MOST_FINDINGS]


def text_of(content: bytes, name: str) -> str:
    """The text of a file; Refusal "file" says what is wrong with it and what to do."""
    try:
        return clean_text(read(content, name))
    except Unreadable as fault:
        raise Refusal("file", "%(why)s", {"why": str(fault)}) from None
