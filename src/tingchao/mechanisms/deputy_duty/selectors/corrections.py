"""Reads for putting a record right: who may have done it, where, at which gathering, and what is recorded now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q, Sum

from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy, Region
from tingchao.directory.selectors import deputies_for
from tingchao.engine.models import Case, Fact
from tingchao.instruments.meetings.kinds import kinds
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.policy import kinds_for
from tingchao.mechanisms.deputy_duty.manifest import KEEPS_RECORDS
from tingchao.mechanisms.deputy_duty.models import Appeal
from tingchao.mechanisms.deputy_duty.rules import HEARD, UPPER

MOST = 200
RECENT = 60


def deputies_to_choose(appeal: Appeal) -> list[Deputy]:
    """Whose the deed of an entry may be: deputies of its place on its day, those who were at the gathering at which it
    was said, and whoever appealed. Two SQL statements."""
    fact = appeal.fact
    if fact is None:
        return []
    there = Attendee.objects.filter(deputy__isnull=False).filter(
        Q(meeting__cases__case=fact.case_id) if fact.case_id is not None else Q(meeting=appeal.meeting_id)
    )
    at_it = Deputy.objects.filter(pk__in=there.values("deputy"))
    found = {one.pk: one for one in (*deputies_for(fact.region_id, fact.day)[:MOST], *at_it[:MOST])}
    found.setdefault(appeal.deputy_id, appeal.deputy)
    return sorted(found.values(), key=lambda one: one.pk)


def left_of(appeal: Appeal) -> int:
    """How much is left of the deed of an entry. One SQL statement."""
    fact = appeal.fact
    if fact is None:
        return 0
    same = Fact.objects.filter(
        kind=fact.kind, detail=fact.detail, day=fact.day, deputy=fact.deputy_id, case=fact.case_id
    )
    if fact.case_id is None:
        same = same.filter(subject=fact.subject)
    return int(same.aggregate(sum=Sum("amount"))["sum"] or 0)


@dataclass(frozen=True, slots=True)
class Heard:
    """A deputy of whom it is recorded that they heard a matter, by the last fact that says so."""

    deputy_id: int
    fact_id: int


def credits_of_case(case: Case) -> list[Heard]:
    """Who is recorded as having heard a matter, after corrections. One SQL statement."""
    rows = Fact.objects.filter(case=case, kind__in=HEARD, deputy__isnull=False)
    left = rows.values("deputy_id", "kind", "detail", "day").annotate(last=Max("id"), sum=Sum("amount"))
    found = [Heard(one["deputy_id"], one["last"]) for one in left if one["sum"] > 0]
    return sorted(found, key=lambda one: one.fact_id)


def meetings_near(appeal: Appeal) -> list[Meeting]:
    """The last gatherings in the deputy's district or county that have begun and on whose list they are not. One SQL
    statement."""
    rows = Meeting.objects.filter(region__code__startswith=appeal.deputy.region_id[:6])
    rows = rows.filter(starts_at__lte=appeal.case.opened_at).exclude(state=Meeting.State.CANCELLED)
    on = Attendee.objects.filter(deputy=appeal.deputy_id).values("meeting_id")
    hidden = [key for key, kind in kinds().items() if kind.hidden]
    shown = rows.exclude(pk__in=on).exclude(kind__in=hidden)
    return list(shown.order_by("-starts_at", "-pk")[:RECENT])


def kinds_to_add(actor: Actor) -> dict[str, str]:
    """Key → label of the kinds of gatherings that somebody may add afterwards; what is taken over from lists, what a
    deputy begins themselves and what is hidden is not among them."""
    mine = {one.key for one in kinds_for(actor)}
    return {
        key: kind.label
        for key, kind in kinds().items()
        if key in mine and key != UPPER and not (kind.own or kind.hidden or kind.live)
    }


def places_to_choose(appeal: Appeal, actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the places of the deputy, the nearest first, in which somebody keeps records."""
    code = appeal.deputy.region_id
    above = list(dict.fromkeys(f"{code[:level]:0<12}" for level in (12, 9, 6, 4)))
    scopes = [hold.scope for hold in actor.holds if hold.role in KEEPS_RECORDS]
    names = dict(Region.objects.filter(code__in=above).values_list("code", "name"))
    return [(one, names[one]) for one in above if one in names and _within(one, scopes)]


def _within(code: str, scopes: Iterable[str]) -> bool:
    return any(code.startswith(scope) for scope in scopes)
