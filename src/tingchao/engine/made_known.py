"""What was made known 让民知事, as anybody may read it: newest first, by place, station, year, end and word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tingchao.core.numbering import format_number
from tingchao.core.procedure import Procedure, Publicity
from tingchao.engine.cursors import cursor_of, cursor_read
from tingchao.engine.models import Case, Event
from tingchao.engine.timing import ZONE

PAGE = 20
LOOKED_THROUGH = 2_000
"""Matters looked through for one page when a word or an end is asked for; the page then goes on from there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the matters made known somebody wants to read.

    `scope` is a region prefix. `outcomes` are "procedure:outcome" pairs, None for any. `rated` asks for those that
    were rated by whoever raised them.
    """

    scope: str = ""
    station_id: int | None = None
    year: int | None = None
    word: str = ""
    outcomes: tuple[str, ...] | None = None
    rated: bool = False


@dataclass(frozen=True, slots=True)
class KnownCase:
    """What a list shows of a matter made known."""

    pk: int
    year: int
    procedure: str
    title: str
    text: str
    outcome: str
    satisfaction: str
    closed_at: datetime
    region_name: str
    station_id: int | None
    station_name: str | None

    @property
    def number(self) -> str:
        return format_number(self.year, self.pk)


@dataclass(frozen=True, slots=True)
class KnownPage:
    """One page and the cursor of the next, empty at the end."""

    rows: list[KnownCase]
    after: str


_PAGE = """
WITH window_ AS MATERIALIZED (
    SELECT c.id, c.year, c.procedure, c.public_title, c.public_text, c.outcome, c.satisfaction, c.closed_at,
        c.region_id, c.station_id
    FROM engine_case c WHERE c.visibility = 'public' AND c.closed_at IS NOT NULL{inner}
    ORDER BY c.closed_at DESC, c.id DESC LIMIT {window}
), last_ AS (SELECT count(*) AS n, min(closed_at) AS at FROM window_)
SELECT w.id, w.year, w.procedure, w.public_title, w.public_text, w.outcome, w.satisfaction, w.closed_at, r.name,
    w.station_id, s.name, (SELECT n FROM last_), (SELECT at FROM last_),
    (SELECT min(id) FROM window_ WHERE closed_at = (SELECT at FROM last_))
FROM (SELECT 1) one_ LEFT JOIN window_ w ON {outer}
LEFT JOIN directory_region r ON r.code = w.region_id LEFT JOIN directory_station s ON s.id = w.station_id
ORDER BY w.closed_at DESC, w.id DESC LIMIT {most}
"""


def known_page(asked: Asked, *, after: str = "", most: int = PAGE) -> KnownPage:
    """One page of the matters made known, newest first. One SQL statement that reads a bounded number of rows."""
    inner, values = _within(asked)
    cursor = cursor_read(after)
    if cursor is not None:
        inner += " AND c.closed_at <= %s AND (c.closed_at, c.id) < (%s, %s)"
        values += [cursor[0], *cursor]
    outer, sought = _sought(asked)
    window = LOOKED_THROUGH if sought or asked.rated else most + 1
    sql = _PAGE.format(inner=inner, window=window, outer=outer, most=most + 1)
    with connection.cursor() as database:
        database.execute(sql, [*values, *sought])
        found = database.fetchall()
    rows = [KnownCase(*row[:11]) for row in found if row[0] is not None]
    if len(rows) > most:
        return KnownPage(rows[:most], cursor_of(rows[most - 1].closed_at, rows[most - 1].pk))
    looked, last_at, last_id = found[0][11:]
    return KnownPage(rows, cursor_of(last_at, last_id) if looked == window and window > most + 1 else "")


def known_of_station(station_id: int, *, most: int = 3) -> list[KnownCase]:
    """The matters made known last at one station."""
    return known_page(Asked(station_id=station_id), most=most).rows


def is_known(case: Case) -> bool:
    """Whether anybody may read the public account of a matter."""
    return case.visibility == Case.Visibility.PUBLIC and case.closed_at is not None


def was_known(procedure: Procedure, events: Iterable[Event]) -> bool:
    """Whether a step of a matter's history made it known, though it may have been taken back since."""
    making = {action.key for action in procedure.actions if action.publishes is Publicity.ACCOUNT}
    return any(event.action in making for event in events)


def _within(asked: Asked) -> tuple[str, list[Any]]:
    """The conditions that an index serves."""
    where, values = "", list[Any]()
    if asked.station_id is not None:
        where, values = " AND c.station_id = %s", [asked.station_id]
    elif len(asked.scope) in (6, 9):
        where, values = f' AND "left"(c.region_id, {len(asked.scope)}) = %s', [asked.scope]
    elif asked.scope:
        where, values = " AND starts_with(c.region_id, %s)", [asked.scope]
    if asked.year is not None:
        where += " AND c.closed_at >= %s AND c.closed_at < %s"
        values += [datetime(asked.year + more, 1, 1, tzinfo=ZONE) for more in (0, 1)]
    return where, values


def _sought(asked: Asked) -> tuple[str, list[Any]]:
    """The conditions that are tried on each matter of the window."""
    parts, values = ["TRUE"], list[Any]()
    if asked.word:
        parts.append("(w.public_title ILIKE %s OR w.public_text ILIKE %s)")
        values += [_like(asked.word)] * 2
    if asked.outcomes is not None:
        parts.append("w.procedure || ':' || w.outcome = ANY(%s)")
        values.append(list(asked.outcomes))
    if asked.rated:
        parts.append("w.satisfaction IN ('good', 'fair', 'poor')")
    return " AND ".join(parts), values


def _like(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
