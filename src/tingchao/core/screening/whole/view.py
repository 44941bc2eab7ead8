"""What the rules know of a document before they look: head, signature, provisions, the day it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tingchao.core.screening.findings import Issuer
from tingchao.core.screening.heads import head, number_in
from tingchao.core.screening.lawindex import LawIndex
from tingchao.core.screening.marks import lines
from tingchao.core.screening.provisions import provisions
from tingchao.core.screening.shapes import Head, Provision, Signature, Span
from tingchao.core.screening.tails import signature_below

HEAD_REACH = 4000
SHORTEST_DOCUMENT = 150


@dataclass(frozen=True, slots=True)
class View:
    """A document as the rules on the whole see it."""

    text: str
    issuer: Issuer
    index: LawIndex
    head: Head
    signature: Signature | None
    provisions: tuple[Provision, ...]
    issued: date | None

    @property
    def title(self) -> str:
        """The title without blanks, or nothing."""
        return "".join(self.head.title.of(self.text).split()) if self.head.title else ""

    @property
    def whole(self) -> bool:
        """Whether this is a document and not a passage of one: rules of form need a title and some length."""
        return self.head.title is not None and len(self.text) >= SHORTEST_DOCUMENT

    @property
    def place(self) -> Span:
        """Where a finding on the whole points: the title, else the first line."""
        first = next(lines(self.text, 0, HEAD_REACH), None)
        if self.head.title:
            return self.head.title
        return Span(first.start, min(first.end, first.start + 60)) if first else Span(0, 0)

    @property
    def numbered(self) -> bool:
        """Whether a document number stands in the head."""
        return self.head.number is not None or number_in(self.text, 0, max(self.head.end, 1)) is not None

    @property
    def makers(self) -> tuple[str, ...]:
        """The organs that made it, as title, letterhead and signature name them."""
        spans = (self.head.issuer, *(self.signature.organs if self.signature else ()))
        return tuple(dict.fromkeys("".join(span.of(self.text).split()) for span in spans if span))

    def told(self, what: str) -> list[Provision]:
        """The supplementary provisions of a kind."""
        return [one for one in self.provisions if one.what == what]


def view(text: str, issuer: Issuer, issued: date | None, index: LawIndex) -> View:
    """Look at the head, the tail and the places of the words of supplementary provisions."""
    top = head(text, 0, min(len(text), HEAD_REACH))
    signature = signature_below(text, top.end)
    day = issued or (signature.dated.day if signature and signature.dated else None)
    if day is None and top.dates:
        day = top.dates[-1].day
    return View(text, issuer, index, top, signature, provisions(text), day)
