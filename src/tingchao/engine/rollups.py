"""Counts without counting: facts added up by kind, day and place, and by kind, day and station, as far as a watermark,
plus the short tail after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Max

from tingchao.engine.models import Fact, Rollup


@dataclass(frozen=True, slots=True)
class Sum:
    """Facts of a kind: how many records stand behind the amount."""

    records: int
    amount: int


_ADD_BY_PLACE = """
INSERT INTO engine_factday (kind, detail, region_id, day, records, amount)
SELECT kind, detail, region_id, day, count(*), sum(amount) FROM engine_fact
WHERE id > %(after)s AND id <= %(upper)s GROUP BY kind, detail, region_id, day
ON CONFLICT (kind, day, region_id, detail) DO UPDATE
SET records = engine_factday.records + excluded.records, amount = engine_factday.amount + excluded.amount
"""
_ADD_BY_STATION = """
INSERT INTO engine_stationday (station_id, kind, day, amount)
SELECT station_id, kind, day, sum(amount) FROM engine_fact
WHERE id > %(after)s AND id <= %(upper)s AND station_id IS NOT NULL GROUP BY station_id, kind, day
ON CONFLICT (station_id, kind, day) DO UPDATE SET amount = engine_stationday.amount + excluded.amount
"""


@transaction.atomic
def facts_roll_up() -> int:
    """Add the facts after the watermark to the daily sums. Returns how far the watermark moved.

    The table is locked against writers for the moment in which the new watermark is read, so that no fact with a
    lower id can still be on its way.
    """
    mark, _ = Rollup.objects.select_for_update().get_or_create(pk=1)
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE engine_fact IN SHARE MODE")
        upper = Fact.objects.aggregate(Max("id"))["id__max"] or 0
        for add in (_ADD_BY_PLACE, _ADD_BY_STATION):
            cursor.execute(add, {"after": mark.fact_id, "upper": upper})
    added, mark.fact_id = upper - mark.fact_id, max(upper, mark.fact_id)
    mark.save()
    return added


FRESH = """
WITH mark AS (SELECT coalesce(max(fact_id), 0) AS id FROM engine_rollup),
fresh AS MATERIALIZED (SELECT f.* FROM mark CROSS JOIN LATERAL (
    SELECT kind, detail, region_id, station_id, day, amount FROM engine_fact WHERE id > mark.id ORDER BY id) f)
"""
"""The facts that no sum holds yet, read by their ids and nothing else: a plan that is kept knows neither the mark nor
the days asked for, and would read a year of facts by their kind to find that none of them is fresh."""


def records_of(kind: str, details: list[str]) -> dict[str, int]:
    """Detail → how many facts of a kind bear it, ever and everywhere. One statement."""
    if not details:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            FRESH + ", added AS ("  # noqa: S608
            "  SELECT detail, records FROM engine_factday WHERE kind = %(kind)s AND detail = ANY(%(details)s)"
            "  UNION ALL SELECT detail, 1 FROM fresh WHERE kind = %(kind)s AND detail = ANY(%(details)s))"
            " SELECT detail, sum(records)::bigint FROM added GROUP BY detail",
            {"kind": kind, "details": details},
        )
        return dict(cursor.fetchall())


def sums_of(kinds: list[str], *, since: date, until: date, scope: str = "") -> dict[tuple[str, str], Sum]:
    """(kind, detail) → what there is of it from `since` to before `until` within a region prefix. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            FRESH + ", added AS ("  # noqa: S608
            "  SELECT kind, detail, records, amount FROM engine_factday"
            "  WHERE kind = ANY(%(kinds)s) AND day >= %(since)s AND day < %(until)s AND region_id LIKE %(scope)s"
            "  UNION ALL SELECT kind, detail, 1, amount FROM fresh"
            "  WHERE kind = ANY(%(kinds)s) AND day >= %(since)s AND day < %(until)s AND region_id LIKE %(scope)s)"
            " SELECT kind, detail, sum(records)::bigint, sum(amount)::bigint FROM added GROUP BY kind, detail",
            {"kinds": kinds, "since": since, "until": until, "scope": f"{scope}%"},
        )
        return {(kind, detail): Sum(records, amount) for kind, detail, records, amount in cursor.fetchall()}


_AT_STATIONS = """, added AS (
    SELECT station_id, kind, amount FROM engine_stationday
    WHERE station_id = ANY(%(stations)s) AND kind = ANY(%(kinds)s) AND day >= %(since)s AND day < %(until)s
    UNION ALL SELECT station_id, kind, amount FROM fresh
    WHERE station_id = ANY(%(stations)s) AND kind = ANY(%(kinds)s) AND day >= %(since)s AND day < %(until)s)
SELECT station_id, kind, sum(amount)::bigint FROM added GROUP BY station_id, kind
"""


def station_sums(
    station_ids: Iterable[int], kinds: Iterable[str], *, since: date, until: date
) -> dict[tuple[int, str], int]:
    """(station id, kind) → the amount of its facts from `since` to before `until`. One statement, which reads at most a
    row a station, kind and day, however many facts there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            FRESH + _AT_STATIONS,
            {"stations": list(station_ids), "kinds": list(kinds), "since": since, "until": until},
        )
        return {(station_id, kind): amount for station_id, kind, amount in cursor.fetchall()}
