"""Reads of filings, of what experts were sent, and of who has filed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor
from tingchao.directory.models import Account, Body, Grant, Region
from tingchao.engine.models import Case
from tingchao.instruments.documents.models import Document
from tingchao.instruments.documents.policy import bodies_of, scopes_seen
from tingchao.mechanisms.filing_review.models import Consultation, Filing, ReviewRequest

PAGE = 25
ZONES = 400
"""From here on the numbers of townships (GB/T 10114) are development zones and the like."""


def makers_of(actor: Actor) -> list[Body]:
    """The bodies for which the actor files: those that make rules, which communities do not."""
    rows = Body.objects.filter(pk__in=bodies_of(actor), active=True).exclude(kind=Body.Kind.COMMUNITY)
    return list(rows.select_related("region").order_by("id"))


def filings_seen(actor: Actor) -> QuerySet[Filing]:
    """Every filing that the actor reads: their own body's, or all within their scope."""
    own = Q(document__maker__in=bodies_of(actor))
    for scope in scopes_seen(actor):
        own |= Q(document__region__code__startswith=scope)
    rows = Filing.objects.filter(own).select_related("case", "document__maker")
    return rows.defer("document__plain", "document__words", "case__text")


def filings_page(actor: Actor, *, view: str = "", after: int = 0) -> tuple[list[Filing], int]:
    """One page, the newest first, and the cursor of the next; `view`: open, late, closed or all. One SQL statement."""
    rows = filings_seen(actor)
    narrowed = {
        "open": Q(case__closed_at__isnull=True),
        "late": Q(late_by__gt=0),
        "closed": Q(case__closed_at__isnull=False),
    }
    if view in narrowed:
        rows = rows.filter(narrowed[view])
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def filing_of_document(document: Document) -> Filing | None:
    """The matter in which a document was filed."""
    return Filing.objects.select_related("case").filter(document=document).first()


def filing_of(case: Case) -> Filing | None:
    """Which document a matter is about; None when it is none of ours."""
    rows = Filing.objects.select_related("document__maker").defer("document__plain", "document__words")
    return rows.filter(pk=case.pk).first()


def request_of(case: Case) -> Document | None:
    """The document that a suggestion is about; None when the matter is none."""
    rows = ReviewRequest.objects.select_related("document").defer("document__plain", "document__words")
    found = rows.filter(pk=case.pk).first()
    return None if found is None else found.document


def experts_near(region_code: str, day: date) -> list[Account]:
    """The experts who may be asked about a document of a region."""
    held = Grant.objects.filter(role=str(Role.EXPERT), since__lte=day).filter(
        Q(until__isnull=True) | Q(until__gt=day)
    )
    levels = ["", *(region_code[:level] for level in (2, 4, 6, 9, 12))]
    ids = held.filter(scope__in=levels).values("account")
    return list(Account.objects.filter(pk__in=ids, is_active=True).order_by("id")[:200])


def consultations_of(case_id: int) -> list[Consultation]:
    """Everybody who was asked about a matter, with what they said."""
    return list(Consultation.objects.select_related("expert", "version").filter(case=case_id).order_by("id"))


def consultations_for(actor: Actor) -> list[Consultation]:
    """What an expert was sent, what waits for an answer first. One SQL statement."""
    if actor.kind != "account" or not any(hold.role is Role.EXPERT for hold in actor.holds):
        return []
    rows = Consultation.objects.select_related("version__document__maker").filter(expert=actor.id)
    rows = rows.defer("version__document__plain", "version__document__words", "version__text")
    return list(rows.order_by("-replied_at", "due_on", "-id")[:200])


def consultation_get(consultation_id: int, actor: Actor) -> Consultation | None:
    """One thing that this expert was sent; None for everybody else's."""
    if consultation_id >= 2**63 or not any(hold.role is Role.EXPERT for hold in actor.holds):
        return None
    rows = Consultation.objects.select_related("version__document__maker").filter(expert=actor.id)
    return rows.filter(pk=consultation_id).first()


@dataclass(frozen=True, slots=True)
class Covered:
    """One county: its townships, how many of them filed, and how much."""

    code: str
    name: str
    townships: int
    filed_by: int
    documents: int
    late: int
    missing: tuple[str, ...]


def coverage(codes: Iterable[str], year: int) -> list[Covered]:
    """County by county, which townships filed documents published in a year. Two SQL statements."""
    townships = list(codes)
    names = dict(
        Region.objects.filter(pk__in=[*townships, *{f"{c[:6]}000000" for c in townships}]).values_list(
            "pk", "name"
        )
    )
    counted: dict[str, tuple[int, int]] = {}
    rows = Filing.objects.filter(document__published_on__year=year).values_list("document__region_id")
    for code, documents, late in rows.annotate(n=Count("pk"), late=Count("pk", filter=Q(late_by__gt=0))):
        counted[code] = (documents, late)
    return [
        _covered(county, [c for c in townships if c.startswith(county)], names, counted)
        for county in sorted({code[:6] for code in townships})
    ]


def _covered(
    county: str, townships: list[str], names: dict[Any, str], counted: dict[str, tuple[int, int]]
) -> Covered:
    filed = [counted[code] for code in townships if code in counted]
    return Covered(
        code=county,
        name=names.get(f"{county}000000", county),
        townships=len(townships),
        filed_by=len(filed),
        documents=sum(one[0] for one in filed),
        late=sum(one[1] for one in filed),
        missing=tuple(names[code] for code in townships if code not in counted and code in names),
    )


def townships_within(scopes: Iterable[str]) -> list[str]:
    """The codes of the townships and sub-districts in region prefixes; development zones are none of them."""
    inside = Q(pk__in=[])
    for scope in scopes:
        inside |= Q(code__startswith=scope)
    rows = Region.objects.filter(inside, code__endswith="000").exclude(code__endswith="000000")
    return [code for code in rows.order_by("code").values_list("code", flat=True) if int(code[6:9]) < ZONES]


def township_filings(scope: str) -> QuerySet[Filing]:
    """Filings of townships and sub-districts in a region prefix."""
    rows = Filing.objects.filter(
        document__region__code__startswith=scope, document__region__code__endswith="000"
    )
    rows = rows.exclude(document__region__code__endswith="000000").select_related("document__maker")
    return rows.defer("document__plain", "document__words")
