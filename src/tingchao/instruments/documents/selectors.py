"""Reads of documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from tingchao.core.finding import grams_sought, terms
from tingchao.instruments.documents.models import Document, Finding, Paper, Version

PAGE = 20


def document_get(document_id: int) -> Document | None:
    """A document with its maker and place; None when there is none."""
    if document_id >= 2**63:
        return None
    rows = Document.objects.select_related("maker", "region").defer("plain", "words")
    return rows.filter(pk=document_id).first()


def versions_of(document: Document) -> list[Version]:
    """Its versions, the newest first."""
    return list(document.texts.order_by("-place"))


def papers_of(document: Document) -> list[Paper]:
    return list(document.papers.order_by("id"))


def findings_of(version: Version) -> list[Finding]:
    """What was found in a version, in the order of the text."""
    return list(version.findings.order_by("start", "end", "id"))


def finding_document(finding_id: int) -> int | None:
    """The document that a finding is about."""
    rows = Finding.objects.filter(pk=finding_id) if finding_id < 2**63 else Finding.objects.none()
    return rows.values_list("version__document_id", flat=True).first()


def catalogue(
    query: str, today: date, *, after: int = 0, in_force: bool = True
) -> tuple[list[Document], int]:
    """A page of public documents that hold every word of `query`, the latest first, and where the next one begins.

    One SQL statement. `in_force` leaves out those repealed or whose stated period is over.
    """
    rows = Document.objects.filter(public=True)
    if in_force:
        rows = rows.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today), state=Document.State.IN_FORCE
        )
    if words := terms(query):
        rows = rows.filter(words__contains=grams_sought(words))
        for word in words:
            rows = rows.filter(plain__contains=word)
    ordered = rows.select_related("maker").defer("plain", "words").order_by("-published_on", "-id")
    found = list(ordered[after : after + PAGE + 1])
    return found[:PAGE], after + PAGE if len(found) > PAGE else 0


def within(scopes: Sequence[str], bodies: Iterable[int]) -> QuerySet[Document]:
    """The documents of makers in region prefixes, or of some bodies."""
    own = Q(maker__in=list(bodies))
    for scope in scopes:
        own |= Q(region__code__startswith=scope)
    return Document.objects.filter(own).select_related("maker", "region").defer("plain", "words")
