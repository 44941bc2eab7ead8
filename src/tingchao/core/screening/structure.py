"""The structure of a Chinese normative document, from plain text. Pure, and linear in the length of the text."""

from tingchao.core.screening.heads import head
from tingchao.core.screening.provisions import provisions
from tingchao.core.screening.shapes import (
    Annex,
    Dated,
    Document,
    Head,
    Kind,
    Number,
    Provision,
    Signature,
    Span,
    Unit,
)
from tingchao.core.screening.tails import split
from tingchao.core.screening.units import build

__all__ = [
    "Annex",
    "Dated",
    "Document",
    "Head",
    "Kind",
    "Number",
    "Provision",
    "Signature",
    "Span",
    "Unit",
    "parse",
]


def parse(text: str) -> Document:
    """Take a document apart. Any text has a structure, if only paragraphs; nothing is refused.

    All offsets are into ``text`` as given. Units nest, stand in order, do not overlap and cover the body.
    """
    top = head(text)
    end, signature, annexes = split(text, top.end)
    return Document(
        head=top,
        body=Span(top.end, end),
        units=build(text, top.end, end),
        provisions=provisions(text),
        signature=signature,
        annexes=annexes,
    )
