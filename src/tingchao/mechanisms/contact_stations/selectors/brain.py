"""Reads of one station's own view 数智大脑: what waits, this week, guidance, daily checks, where it lies among all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat

from tingchao.core.quartiles import Spread, Stand, spread_of, stand_of
from tingchao.directory.models import Station
from tingchao.engine.models import Case, Event
from tingchao.engine.rollups import station_sums
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.models import Meeting
from tingchao.mechanisms.contact_stations.models import CheckList, DailyCheck, Guidance
from tingchao.mechanisms.contact_stations.rules import MEASURES, Measure
from tingchao.mechanisms.contact_stations.selectors import within

PAGE = 25
SHOWN = 8
STRIP = 20
"""Working days that the strip of daily checks shows."""

COMPARED_DAYS = 90
"""Days over which a station is compared with the others."""

LEVELS = (12, 9, 6, 4, 2)
"""Lengths of region prefixes, the nearest first."""


# --- stations ---------------------------------------------------------------------------------------------


def station_seen(station_id: int, scopes: tuple[str, ...]) -> Station | None:
    """A station in use within region prefixes; None when there is none. One SQL statement."""
    if not 0 < station_id < 2**31:
        return None
    rows = Station.objects.select_related("region").filter(pk=station_id, active=True)
    return rows.filter(within("region__code", scopes)).first()


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the network: a station, its open and overdue matters, whether it was checked today."""

    station: Station
    waits: int
    late: int
    checked: bool


def network_page(scopes: tuple[str, ...], now: datetime, after: int = 0) -> tuple[list[Listed], int]:
    """25 stations in the order in which they were put up, never of a number, and the cursor of the next page, 0 at the
    end. Two SQL statements."""
    today = DailyCheck.objects.filter(station=OuterRef("pk"), day=local_day(now))
    rows = Station.objects.filter(within("region__code", scopes), active=True, pk__gt=after)
    found = list(rows.select_related("region").annotate(checked=Exists(today)).order_by("pk")[: PAGE + 1])
    counts = _open_counts([one.pk for one in found[:PAGE]], now)
    listed = [Listed(one, *counts.get(one.pk, (0, 0)), one.checked) for one in found[:PAGE]]
    return listed, found[PAGE - 1].pk if len(found) > PAGE else 0


def _open_counts(station_ids: Iterable[int], now: datetime) -> dict[int, tuple[int, int]]:
    """Station id → (open matters, overdue ones), by the index of open matters by station. One SQL statement."""
    rows = Case.objects.filter(station__in=list(station_ids), closed_at__isnull=True).values("station_id")
    counted = rows.annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=now))).order_by()
    return {row["station_id"]: (row["n"], row["late"]) for row in counted}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open matters of a station: how many, how many of them overdue, and the most urgent ones."""

    count: int
    late: int
    first: list[Case]


def waiting_at(station_id: int, now: datetime) -> Waiting:
    """What waits at a station. Two SQL statements."""
    count, late = _open_counts([station_id], now).get(station_id, (0, 0))
    rows = Case.objects.filter(station_id=station_id, closed_at__isnull=True)
    return Waiting(count, late, list(rows.select_related("lead").order_by("due_at", "id")[:SHOWN]))


def week_at(station_id: int, now: datetime) -> list[Meeting]:
    """This week's gatherings at a station, and those of the weeks before that still wait for their result."""
    start = datetime.combine(local_day(now), time(), ZONE)
    monday = start - timedelta(days=start.weekday())
    this_week = Q(starts_at__gte=monday, starts_at__lt=monday + timedelta(days=7))
    to_close = Q(state=Meeting.State.ANNOUNCED, ends_at__lt=now, starts_at__gte=monday - timedelta(days=28))
    rows = Meeting.objects.filter(this_week | to_close, station_id=station_id)
    return list(rows.exclude(state=Meeting.State.CANCELLED).order_by("starts_at", "id")[:20])


# --- guidance ---------------------------------------------------------------------------------------------


def guidance_of(case: Case) -> Guidance | None:
    """What a note is about; None when the matter is none."""
    return Guidance.objects.select_related("about").filter(pk=case.pk).first()


def guidance_about(case: Case) -> list[Guidance]:
    """The notes on a matter, the latest first, each with its matter and `answer`, what the station answered last. One
    SQL statement."""
    stream = Concat(
        Value("case:"), Cast(OuterRef("case_id"), CharField())
    )  # the index of events is by stream
    said = Event.objects.filter(stream=stream, action="answer_guidance").order_by("-sequence")
    rows = Guidance.objects.filter(about=case).select_related("case__station")
    return list(rows.annotate(answer=Subquery(said.values("said")[:1])).order_by("-case_id")[:SHOWN])


def guidance_at(station_id: int) -> list[Case]:
    """The notes to a station, those that wait first, the latest of the others. One SQL statement."""
    rows = Guidance.objects.filter(case__station=station_id).select_related("case")
    found = rows.order_by(F("case__closed_at").desc(nulls_first=True), "-case_id")[:SHOWN]
    return [one.case for one in found]


# --- daily checks -----------------------------------------------------------------------------------------


@cache
def _shipped() -> tuple[str, ...]:
    path = Path(__file__).parents[1] / "data" / "daily_checks.json"
    return tuple(json.loads(path.read_text("utf-8")))


def check_items(region_code: str) -> list[str]:
    """What a station of a region looks at every day: the list of the nearest place above it that has one of its own."""
    above = [f"{region_code[:level]:0<12}" for level in LEVELS]
    found = dict(CheckList.objects.filter(region__in=above).values_list("region_id", "items"))
    nearest = next((found[code] for code in above if code in found), None)
    return list(nearest if nearest is not None else _shipped())


def checks_since(station_id: int, since: date) -> dict[date, DailyCheck]:
    """Day → what was seen on it. One SQL statement."""
    return {one.day: one for one in DailyCheck.objects.filter(station=station_id, day__gte=since)}


# --- where it lies among all ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure: what this station has, and how those of its kind around it are spread; no other is named."""

    measure: Measure
    own: int
    spread: Spread
    stand: Stand


def compared_with_all(station: Station, today: date) -> list[Compared]:
    """Where a station lies among those of its kind in its district, over the last 90 days; [] among fewer than five.

    Two SQL statements, from sums by station and day.
    """
    near = Station.objects.filter(
        active=True, kind=station.kind, region__code__startswith=station.region_id[:6]
    )
    ids = list(near.values_list("pk", flat=True))
    kinds = [kind for measure in MEASURES for kind in measure.kinds]
    since = today - timedelta(days=COMPARED_DAYS)
    sums = station_sums(ids, kinds, since=since, until=today + timedelta(days=1))
    found = []
    for measure in MEASURES:
        values = {pk: sum(sums.get((pk, kind), 0) for kind in measure.kinds) for pk in ids}
        spread = spread_of(list(values.values()))
        if spread is not None:
            own = values.get(station.pk, 0)
            found.append(Compared(measure, own, spread, stand_of(own, spread)))
    return found
