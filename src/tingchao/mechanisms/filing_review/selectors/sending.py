"""Reads of what goes on to the province: which filings may, which are on their way, what became of each."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor
from tingchao.mechanisms.filing_review.models import Filing, Sending

PAGE = 25
MANY = 100
"""Counts stop here."""

VIEWS = {
    "failed": Q(state=Sending.State.FAILED),
    "waiting": Q(state__in=[Sending.State.WAITING, Sending.State.SENT]),
    "received": Q(state=Sending.State.RECEIVED),
}


def _scopes(actor: Actor) -> tuple[str, ...]:
    roles = (Role.CLERK, Role.LEADER, Role.AUDITOR, Role.SYSTEM)
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in roles))


def _within(actor: Actor, path: str) -> Q:
    inside = Q(pk__in=[])
    for scope in _scopes(actor):
        inside |= Q(**{f"{path}__code__startswith": scope})
    return inside


def ready_to_send(actor: Actor) -> QuerySet[Filing]:
    """Filings in the actor's scope that were reviewed and never sent on."""
    sent = Sending.objects.filter(filing=OuterRef("pk"))
    rows = Filing.objects.filter(_within(actor, "case__region")).exclude(case__outcome__in=["", "returned"])
    return (
        rows.filter(~Exists(sent))
        .select_related("case", "document__maker")
        .defer("document__plain", "document__words", "case__text")
    )


def ready_page(actor: Actor, *, after: int = 0) -> tuple[list[Filing], int]:
    """A page of those that may be sent on, the newest first, and the cursor of the next. One SQL statement."""
    rows = ready_to_send(actor)
    found = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def sendings_page(actor: Actor, *, view: str, after: int = 0) -> tuple[list[Sending], int]:
    """A page of sendings in one of VIEWS, the newest first, and the cursor of the next. One SQL statement."""
    rows = _sendings(actor).filter(VIEWS.get(view, Q()))
    found = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def waiting_counts(actor: Actor) -> dict[str, int]:
    """How many may be sent on and how many did not arrive; each stops at MANY. One SQL statement."""
    ready = ready_to_send(actor).order_by().annotate(which=Value("ready")).values_list("which")
    failed = _sendings(actor).filter(VIEWS["failed"]).order_by().annotate(which=Value("failed"))
    found = [which for (which,) in ready[:MANY].union(failed.values_list("which")[:MANY], all=True)]
    return {which: found.count(which) for which in ("ready", "failed")}


def sending_get(sending_id: int, actor: Actor) -> Sending | None:
    """One sending with its filing; None outside the actor's scope."""
    if sending_id >= 2**63:
        return None
    return _sendings(actor).select_related("filing__document__region").filter(pk=sending_id).first()


def sendings_of(filing_id: int) -> list[Sending]:
    """Every edition of a filing's package, the newest first."""
    return list(Sending.objects.filter(filing=filing_id).order_by("-edition"))


def _sendings(actor: Actor) -> QuerySet[Sending]:
    rows = Sending.objects.filter(_within(actor, "filing__case__region"))
    rows = rows.select_related("filing__case", "filing__document__maker")
    return rows.defer("filing__document__plain", "filing__document__words", "filing__case__text")
