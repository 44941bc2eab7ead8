"""Lists of gatherings for whoever is at the desk: this week's, mine, those to come, those that are over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from tingchao.core.attendance import State
from tingchao.directory.actors import Actor
from tingchao.engine.cursors import cursor_of, cursor_read
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.kinds import kinds
from tingchao.instruments.meetings.models import SHOWN, Attendee, Meeting
from tingchao.instruments.meetings.policy import bodies_of, organising_scopes, seeing_scopes

PAGE = 25
Ids = QuerySet[Meeting, dict[str, Any]]
VIEWS = ("week", "mine", "planned", "past")
INDEXED = (4, 6, 9)
"""Lengths of a region prefix for which there is an index."""


@dataclass(frozen=True, slots=True)
class Sift:
    """What a list is narrowed by; an empty one is not."""

    kind: str = ""
    station_id: int | None = None

    def narrowed(self, rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
        if self.kind:
            rows = rows.filter(kind=self.kind)
        return rows if self.station_id is None else rows.filter(station_id=self.station_id)


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """25 gatherings and the cursor of the next page, empty at the end."""

    rows: list[Meeting]
    after: str


def meetings_page(
    *, actor: Actor, view: str, now: datetime, sift: Sift | None = None, after: str = ""
) -> MeetingPage:
    """One page of a view. Two SQL statements: ids by a union of indexed parts, then their rows.

    "past" has the newest first, the others what comes next.
    """
    sift, down = sift or Sift(), view == "past"
    parts = [_cut(sift.narrowed(part), view, now, after) for part in _parts(actor, view)]
    ids = _union(parts, down)
    near = ("station", "region", "body")
    found = {row.pk: row for row in Meeting.objects.select_related(*near).filter(pk__in=ids)}
    rows = [found[pk] for pk in ids if pk in found]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return MeetingPage(rows[:PAGE], "" if last is None else cursor_of(last.starts_at, last.pk))


def _parts(actor: Actor, view: str) -> Iterator[QuerySet[Meeting]]:
    """What the actor may see, each part by an index of its own; for "mine" only what they take part in."""
    if actor.kind == "account":
        yield Meeting.objects.filter(organiser=actor.key)
    yield Meeting.objects.filter(pk__in=_attended(actor).values("meeting_id"))
    if view == "mine":
        return
    hidden = [kind.key for kind in kinds().values() if kind.hidden]
    for scope in seeing_scopes(actor):
        yield within_scope(scope).exclude(kind__in=hidden)
    for kind in (kinds()[key] for key in hidden):
        for scope in organising_scopes(actor, kind):
            yield within_scope(scope).filter(kind=kind.key)
    for scope in dict.fromkeys(hold.scope for hold in actor.holds if hold.scope not in seeing_scopes(actor)):
        yield within_scope(scope).filter(SHOWN)


def _attended(actor: Actor) -> QuerySet[Attendee]:
    """The rows of lists on which the actor is, themselves or for their body."""
    mine = Q(pk__in=[])
    if actor.deputy_id is not None:
        mine |= Q(deputy_id=actor.deputy_id)
    if actor.kind == "account":
        mine |= Q(account_id=actor.id)
    mine |= Q(body_id__in=bodies_of(actor))
    shown = Q(meeting__state__in=["announced", "held", "cancelled"])
    return Attendee.objects.filter(mine, shown).exclude(state=State.LEFT)


def within_scope(scope: str) -> QuerySet[Meeting]:
    """The gatherings of a region prefix, by the index of its level."""
    if not scope:
        return Meeting.objects.all()
    if len(scope) == 12:
        return Meeting.objects.filter(region_id=scope)
    if len(scope) not in INDEXED:
        return Meeting.objects.filter(region__code__startswith=scope)
    return Meeting.objects.alias(cut=Left("region_id", len(scope))).filter(cut=scope)


def _cut(rows: QuerySet[Meeting], view: str, now: datetime, after: str) -> Ids:
    """The part of a view within its time, after the cursor, not longer than a page and one."""
    start = datetime.combine(local_day(now), time(), ZONE)
    if view == "week":
        monday = start - timedelta(days=start.weekday())
        rows = rows.filter(starts_at__gte=monday, starts_at__lt=monday + timedelta(days=7))
    elif view == "past":
        rows = rows.filter(starts_at__lt=now)
    else:
        rows = rows.filter(starts_at__gte=start)
    at = cursor_read(after)
    if at is not None:
        moment, pk = at
        side = "lt" if view == "past" else "gt"
        later = Q(**{f"starts_at__{side}": moment}) | Q(starts_at=moment, **{f"pk__{side}": pk})
        bound = Q(**{f"starts_at__{side}e": moment})  # led by, so that the index is entered there
        rows = rows.filter(bound, later)
    order = ("-starts_at", "-pk") if view == "past" else ("starts_at", "pk")
    return cast("Ids", rows.order_by(*order).values("starts_at", "pk")[: PAGE + 1])


def _union(parts: list[Ids], down: bool) -> list[int]:
    """The ids of a page and one, of all parts together, each once. One SQL statement."""
    first, *rest = parts
    both = first.union(*rest) if rest else first
    order = ("-starts_at", "-pk") if down else ("starts_at", "pk")
    merged = both.order_by(*order)[: PAGE + 1] if rest else both
    return [row["pk"] for row in merged]
