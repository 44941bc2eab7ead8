"""Reads of plans: who takes turns at a station, the turns month by month, and what is wrong with them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import Q

from tingchao.core.attendance import State
from tingchao.core.turns import Conflict, Person, conflicts
from tingchao.core.turns import Turn as Taken
from tingchao.directory.models import Deputy
from tingchao.directory.selectors import working_calendar
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.models import Attendee, Meeting, Plan, Turn

PAGE = 25


def people_of(plan: Plan) -> list[Person]:
    """The deputies of the plan's station whose term lies in its year at least in part."""
    return [Person(one.pk, one.since, one.until) for one in deputies_of(plan)]


def deputies_of(plan: Plan) -> list[Deputy]:
    """The same as rows, in the order of the wall."""
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    rows = Deputy.objects.filter(station=plan.station_id, kind=Deputy.Kind.DEPUTY, since__lte=last).filter(
        Q(until__isnull=True) | Q(until__gt=first)
    )
    return list(rows.order_by("id"))


def turns_of(plan: Plan) -> list[Turn]:
    """The turns by day, with deputy and gathering. One SQL statement."""
    return list(plan.turns.select_related("deputy", "meeting").order_by("day", "deputy_id"))


def conflicts_of(plan: Plan, *, after: date | None = None) -> tuple[Conflict, ...]:
    """What is wrong with the turns of a plan, on days after `after` only."""
    people = people_of(plan)
    turns = [Taken(one.day, one.deputy_id) for one in plan.turns.order_by("day", "deputy_id")]
    found = conflicts(
        turns,
        people,
        working_calendar(),
        least=plan.least,
        room=plan.room,
        open_station=plan.station.active,
        busy=_elsewhere(plan),
    )
    return tuple(one for one in found if after is None or one.day is None or one.day > after)


def _elsewhere(plan: Plan) -> set[Taken]:
    """On which days the deputies on turn are expected at something else: another plan's turn, another gathering."""
    ids = plan.turns.values("deputy_id")
    others = Turn.objects.filter(deputy_id__in=ids, day__year=plan.year).exclude(plan=plan)
    found = {Taken(day, deputy) for day, deputy in others.values_list("day", "deputy_id")}
    first = datetime.combine(date(plan.year, 1, 1), time(), ZONE)
    last = datetime.combine(date(plan.year + 1, 1, 1), time(), ZONE)
    gatherings = Attendee.objects.filter(
        deputy_id__in=ids, expected=True, meeting__starts_at__gte=first, meeting__starts_at__lt=last
    ).exclude(Q(meeting__plan=plan) | Q(state=State.LEFT) | Q(meeting__state=Meeting.State.CANCELLED))
    return found | {
        Taken(local_day(starts), deputy)
        for starts, deputy in gatherings.values_list("meeting__starts_at", "deputy_id")
        if deputy is not None
    }


def plan_get(plan_id: int) -> Plan | None:
    near = Plan.objects.select_related("station__region")
    return near.filter(pk=plan_id).first() if 0 < plan_id < 2**63 else None


def plans_page(scopes: tuple[str, ...], *, after: int = 0) -> tuple[list[Any], int]:
    """25 plans within region prefixes, the newest first, and the cursor of the next page. One SQL statement."""
    here = Q(pk__in=[])
    for scope in scopes:
        here |= Q(station__region__code__startswith=scope)
    rows = Plan.objects.select_related("station__region").filter(here)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-id")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0
