"""Reads of the yearly lists: who gave one, what of it was filed, what is hidden or late, what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tingchao.directory.actors import Actor
from tingchao.directory.models import Body
from tingchao.engine.models import Case
from tingchao.instruments.documents.models import Document
from tingchao.instruments.documents.policy import bodies_of, scopes_seen
from tingchao.mechanisms.filing_review.models import Chase, IssuedItem, IssueList
from tingchao.mechanisms.filing_review.rules import JUSTICE, OFFICES

PAGE = 25


def _counted(rows: QuerySet[Any], by: str) -> Coalesce:
    """How many of some rows belong to the outer one."""
    grouped = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(grouped), 0)


def office_of_government(maker: str = "") -> Q:
    """Whether a body, reached by the path `maker`, is the office of a government."""
    named = [Q(**{f"{maker}name__endswith": ending}) for ending in OFFICES]
    return reduce(or_, named, Q(pk__in=[])) & Q(**{f"{maker}kind": Body.Kind.DEPARTMENT})


def makers_within(actor: Actor, year: int) -> QuerySet[Any]:
    """Who is to give a list of a year within the actor's scope, each with what is known of it. One SQL statement.

    Governments with their offices, supervisory commissions, courts and procuratorates, the congresses of townships, and
    whoever filed a document or gave a list.
    """
    inside = Q(pk__in=bodies_of(actor))
    for scope in scopes_seen(actor):
        inside |= Q(region__code__startswith=scope)
    issued = Document.objects.filter(maker=OuterRef("pk"), published_on__year=year).exclude(state="outside")
    given = IssueList.objects.filter(maker=OuterRef("pk"), year=year)
    makes = (
        Q(kind__in=(Body.Kind.GOVERNMENT, *JUSTICE)) | office_of_government() | Exists(issued) | Exists(given)
    )
    makes |= Q(kind=Body.Kind.CONGRESS) & ~Q(region__code__endswith="000000")
    items = IssuedItem.objects.filter(list__maker=OuterRef("pk"), list__year=year)
    chases = Chase.objects.filter(maker=OuterRef("pk"), year=year)
    rows = Body.objects.filter(inside, makes, active=True).select_related("region")
    return rows.annotate(
        gave=Exists(given),
        lines=_counted(items, "list__maker"),
        missing=_counted(items.filter(document__isnull=True), "list__maker"),
        filed=_counted(issued, "maker"),
        hidden=_counted(issued.filter(listed__isnull=True), "maker"),
        late=_counted(issued.filter(filing__late_by__gt=0), "maker"),
        chased=_counted(chases.filter(case__closed_at__isnull=True), "maker"),
    )


VIEWS = {
    "no_list": Q(gave=False),
    "missing": Q(missing__gt=0),
    "hidden": Q(gave=True, hidden__gt=0),
    "late": Q(late__gt=0),
    "chased": Q(chased__gt=0),
}


def makers_page(actor: Actor, year: int, *, view: str = "", after: int = 0) -> tuple[list[Any], int]:
    """One page of those who are to give a list, and the cursor of the next. One SQL statement."""
    rows = makers_within(actor, year)
    if view in VIEWS:
        rows = rows.filter(VIEWS[view])
    found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def makers_without(actor: Actor, year: int) -> list[Any]:
    """Those that gave no list of a year and were not asked for it yet."""
    asked = Chase.objects.filter(maker=OuterRef("pk"), year=year, key="list")
    return list(makers_within(actor, year).filter(~Exists(asked), gave=False).order_by("pk")[:1000])


def maker_get(maker_id: int, actor: Actor) -> Body | None:
    """A maker whose list the actor may read: their own, or one within their scope."""
    if maker_id >= 2**63:
        return None
    maker = (
        Body.objects.select_related("region").filter(pk=maker_id).exclude(kind=Body.Kind.COMMUNITY).first()
    )
    if maker is None:
        return None
    seen = maker.pk in bodies_of(actor) or any(maker.region_id.startswith(one) for one in scopes_seen(actor))
    return maker if seen else None


def chase_of(case: Case) -> Chase | None:
    """What a notice of missing filing is about."""
    return Chase.objects.select_related("maker").filter(pk=case.pk).first()


@dataclass(frozen=True, slots=True)
class Year:
    """One maker's year: its list, what was filed, what was asked for, each by the key of what it is about."""

    list: IssueList | None
    items: tuple[IssuedItem, ...]
    hidden: tuple[Document, ...]
    late: tuple[Document, ...]
    chases: dict[str, Chase]


def year_of(maker: Body, year: int) -> Year:
    """What is known of a maker's year."""
    kept = IssueList.objects.filter(maker=maker, year=year).first()
    items: tuple[IssuedItem, ...] = ()
    if kept is not None:
        items = tuple(kept.items.select_related("document").defer("document__plain").order_by("place"))
    rows = Document.objects.filter(maker=maker, published_on__year=year).exclude(state="outside")
    rows = rows.filter(filing__isnull=False).defer("plain", "words").select_related("filing")
    documents = list(rows.order_by("published_on", "pk"))
    listed = {item.document_id for item in items}
    chases = {one.key: one for one in Chase.objects.select_related("case").filter(maker=maker, year=year)}
    return Year(
        list=kept,
        items=items,
        hidden=tuple(one for one in documents if kept is not None and one.pk not in listed),
        late=tuple(one for one in documents if one.filing.late_by),
        chases=chases,
    )
