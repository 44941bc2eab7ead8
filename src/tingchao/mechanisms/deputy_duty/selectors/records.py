"""Reads of a deputy's record 履职档案: nothing is stored, it is what facts say of one deputy, by day."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from tingchao.core.numbering import format_number
from tingchao.directory.actors import Actor
from tingchao.directory.codes import scope_of
from tingchao.directory.models import Deputy
from tingchao.engine.registry import procedures
from tingchao.instruments.meetings.kinds import kinds
from tingchao.mechanisms.deputy_duty.manifest import KEEPS_RECORDS, SEES_RECORDS
from tingchao.mechanisms.deputy_duty.rules import (
    ATTENDED,
    FOLLOWS,
    HEARD,
    RECEIVED,
    RECORD_LINES_OF_FACTS,
    Attendance,
    Chosen,
    Line,
    attendance_by_kind,
)

PAGE = 25
MOST_EXPORTED = 20_000


# --- whose record, and who may read it --------------------------------------------------------------------


def record_scopes(actor: Actor) -> tuple[str, ...]:
    """The region prefixes within which somebody reads every deputy's record; () is nowhere."""
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in SEES_RECORDS))


def keeping_scopes(actor: Actor) -> tuple[str, ...]:
    """The region prefixes within which somebody takes lists over and puts records right."""
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in KEEPS_RECORDS))


def may_read(actor: Actor, deputy: Deputy) -> bool:
    """Whether somebody may read a record: the deputy's own, or one within their scope."""
    own = actor.deputy_id is not None and actor.deputy_id == deputy.pk
    return own or any(deputy.region_id.startswith(scope) for scope in record_scopes(actor))


def deputy_of_record(deputy_id: int) -> Deputy | None:
    """The deputy of that id, in office or not, with region and station. One SQL statement."""
    if not 0 < deputy_id < 2**63:
        return None
    return Deputy.objects.select_related("region", "station").filter(pk=deputy_id).first()


@dataclass(frozen=True, slots=True)
class DeputyPage:
    """Deputies whose records may be opened, and the cursor of the next page, 0 at the end."""

    rows: list[Deputy]
    after: int


def deputies_page(
    *, scopes: tuple[str, ...], word: str = "", place: str = "", after: int = 0, most: int = PAGE
) -> DeputyPage:
    """Deputies of some places in the order in which they were put on the roster, never of a number. One statement."""
    within = Q(pk__in=[])
    for scope in scopes:
        within |= Q(region__code__startswith=scope)
    rows = Deputy.objects.filter(within if "" not in scopes else Q(), pk__gt=after)
    if place:
        rows = rows.filter(region__code__startswith=scope_of(place))
    if word:
        rows = rows.filter(name__startswith=word)
    found = list(rows.select_related("region", "station").order_by("pk")[: most + 1])
    return DeputyPage(found[:most], found[most - 1].pk if len(found) > most else 0)


# --- its numbers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """Whose facts are read, from `since` to before `until`."""

    deputy_id: int
    since: date
    until: date

    def bound(self) -> dict[str, Any]:
        """As parameters of a statement."""
        return {"deputy": self.deputy_id, "since": self.since, "until": self.until}


@dataclass(frozen=True, slots=True)
class Summary:
    """What a record adds up to: attendance by kind of gathering, its lines, and how followed matters stand."""

    meetings: dict[str, Attendance]
    lines: dict[str, int]
    ends: dict[str, int]

    @property
    def attendance(self) -> Attendance:
        """Of all kinds together."""
        return sum(self.meetings.values(), Attendance())

    @property
    def empty(self) -> bool:
        return not self.meetings and not any(self.lines.values())


_SUMS = """
SELECT f.kind, f.detail, sum(f.amount)::bigint FROM engine_fact f
WHERE f.deputy_id = %(deputy)s AND f.day >= %(since)s AND f.day < %(until)s GROUP BY f.kind, f.detail
"""

_END = (
    "CASE WHEN {c}.closed_at IS NULL THEN 'open' WHEN {c}.outcome = 'merged' THEN 'merged'"
    " WHEN {c}.procedure || ':' || {c}.outcome = ANY(%(done)s) THEN 'done' ELSE 'without' END"
)

_FOLLOWED = """
SELECT {end}, count(*)
FROM (
    SELECT f.case_id FROM engine_fact f
    WHERE f.deputy_id = %(deputy)s AND f.day >= %(since)s AND f.day < %(until)s AND f.kind = ANY(%(follows)s)
    GROUP BY f.case_id HAVING sum(f.amount) > 0
) one JOIN engine_case c ON c.id = one.case_id GROUP BY 1
"""

_RECEIVED = """
SELECT coalesce(sum(r.amount), 0)::bigint FROM engine_fact r
WHERE r.kind = %(received)s AND r.subject IN (
    SELECT f.subject FROM engine_fact f
    WHERE f.deputy_id = %(deputy)s AND f.day >= %(since)s AND f.day < %(until)s AND f.kind = ANY(%(attended)s)
    AND f.subject <> '' GROUP BY f.subject HAVING sum(f.amount) > 0)
"""


def summary_of(window: Window) -> Summary:
    """What a record adds up to. Three SQL statements, each by the facts of this one deputy."""
    bound = window.bound() | {
        "done": done_pairs(),
        "follows": list(FOLLOWS),
        "received": RECEIVED,
        "attended": [ATTENDED + key for key in kinds()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, bound)
        sums = {(kind, detail): amount for kind, detail, amount in cursor.fetchall()}
        cursor.execute(_FOLLOWED.format(end=_END.format(c="c")), bound)
        ends: dict[str, int] = dict(cursor.fetchall())
        cursor.execute(_RECEIVED, bound)
        received = cursor.fetchone()[0]
    lines = {line.key: _line_sum(line, sums) for line in RECORD_LINES_OF_FACTS}
    return Summary(
        attendance_by_kind(sums), lines | {"received": received, "followed": sum(ends.values())}, ends
    )


_PUBLIC = """
SELECT CASE WHEN f.kind = %(reception)s THEN 'receptions' ELSE 'brought' END, sum(f.amount)::bigint FROM engine_fact f
WHERE f.deputy_id = %(deputy)s AND f.day >= %(since)s AND f.day < %(until)s
AND (f.kind = %(reception)s OR f.kind = ANY(%(heard)s)) GROUP BY 1
UNION ALL SELECT 'stories', count(*) FROM deputy_duty_story WHERE deputy_id = %(deputy)s AND state = 'known'
UNION ALL
"""


def public_numbers(window: Window) -> dict[str, int]:
    """What anybody may know of a deputy: "receptions", "brought", and how followed matters stand. One statement."""
    bound = window.bound() | {
        "done": done_pairs(),
        "follows": list(FOLLOWS),
        "heard": list(HEARD),
        "reception": f"{ATTENDED}reception",
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUBLIC + _FOLLOWED.format(end=_END.format(c="c")), bound)
        return dict(cursor.fetchall())


def _line_sum(line: Line, sums: dict[tuple[str, str], int]) -> int:
    return sum(amount for (kind, _), amount in sums.items() if kind in line.kinds)


def done_pairs() -> list[str]:
    """procedure:outcome of every end by which what was asked for was done."""
    pairs = [f"{one.key}:{option.key}" for one in procedures() for option in one.outcomes if option.done]
    return [*pairs, *(f"{one.key}:" for one in procedures() if not one.outcomes)]


# --- the entries behind them ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a record: what is left of one deed after corrections. `fact_id` is its last fact.

    `case_open` is None where it is of no matter. `linked` says that the deputy was given the matter and may open it.
    """

    fact_id: int
    day: date
    kind: str
    detail: str
    amount: int
    meeting_id: int | None = None
    case_number: str = ""
    title: str = ""
    place: str = ""
    linked: bool = False
    end: str = ""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, the latest first, and the cursor of the next page, empty at the end."""

    rows: list[Entry]
    after: str


_LEFT = """
WITH kept AS (
    SELECT max(f.id) AS id, {day} AS day, {kind} AS kind, {detail} AS detail, {subject} AS subject, f.case_id,
        {amount} AS amount
    FROM engine_fact f
    WHERE f.deputy_id = %(deputy)s AND f.day >= %(since)s AND f.day < %(until)s AND f.kind = ANY(%(kinds)s)
    GROUP BY {grouped} HAVING sum(f.amount) <> 0
), paged AS (
    SELECT kept.* FROM kept {joined} WHERE (kept.day, kept.id) < (%(day)s, %(id)s) {ended}
    ORDER BY kept.day DESC, kept.id DESC LIMIT %(most)s
)
SELECT p.id, p.day, p.kind, p.detail, p.amount, m.id, c.id, c.year, coalesce(m.title, c.title, ''),
    coalesce(nullif(m.place, ''), s.name, r.name, ''),
    p.case_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM engine_assignment a WHERE a.case_id = p.case_id AND a.deputy_id = %(deputy)s),
    CASE WHEN c.id IS NULL THEN '' ELSE {end} END
FROM paged p
LEFT JOIN meetings_meeting m
    ON m.id = CASE WHEN p.subject LIKE 'meeting:%%' THEN substr(p.subject, 9)::bigint END
LEFT JOIN engine_case c ON c.id = p.case_id
LEFT JOIN directory_station s ON s.id = coalesce(m.station_id, c.station_id)
LEFT JOIN directory_region r ON r.code = coalesce(m.region_id, c.region_id)
ORDER BY p.day DESC, p.id DESC
"""
_THING = "CASE WHEN f.case_id IS NULL THEN f.subject ELSE '' END"
"""On what it happened when that is no matter; a counter-fact on a matter names it only to bear a day of its own."""
_EACH = {
    "day": "f.day",
    "kind": "f.kind",
    "detail": "f.detail",
    "subject": _THING,
    "amount": "sum(f.amount)::bigint",
    "grouped": f"f.day, f.kind, f.detail, {_THING}, f.case_id",
}
_PER_CASE = {
    "day": "min(f.day)",
    "kind": "min(f.kind)",
    "detail": "''",
    "subject": "''",
    "amount": "1",
    "grouped": "f.case_id",
}
_PEOPLE = {
    **_EACH,
    "subject": "f.subject",
    "grouped": "f.day, f.kind, f.detail, f.subject, f.case_id",
    "amount": "(SELECT coalesce(sum(x.amount), 0) FROM engine_fact x"
    " WHERE x.subject = f.subject AND f.subject <> '' AND x.kind = 'meeting.received')::bigint",
}


def _statement(asked: Chosen) -> str:
    parts = _PER_CASE if asked.per_case else _PEOPLE if asked.received else _EACH
    joined = "JOIN engine_case closing ON closing.id = kept.case_id" if asked.per_case else ""
    ended = "AND kept.amount <> 0" if asked.received else ""
    if asked.end:
        ended = f"AND {_END.format(c='closing')} = %(end)s"
    return _LEFT.format(**parts, joined=joined, ended=ended, end=_END.format(c="c"))


def entries_page(window: Window, asked: Chosen, *, after: str = "", most: int = PAGE) -> EntryPage:
    """One page of the entries behind a number, the latest first. One SQL statement."""
    day, pk = _cursor_read(after)
    bound = window.bound() | {
        "kinds": list(asked.kinds),
        "done": done_pairs(),
        "end": asked.end,
        "day": day,
        "id": pk,
        "most": most + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(asked), bound)
        found = [_entry(row) for row in cursor.fetchall()]
    last = found[most - 1] if len(found) > most else None
    return EntryPage(found[:most], "" if last is None else _cursor_of(last))


def entries_all(window: Window, asked: Chosen) -> Iterator[Entry]:
    """Every entry, the latest first, in pages of a thousand; at most MOST_EXPORTED."""
    after, left = "", MOST_EXPORTED
    while left > 0:
        page = entries_page(window, asked, after=after, most=min(1000, left))
        yield from page.rows
        after, left = page.after, left - len(page.rows)
        if not after:
            return


def entry_get(deputy_id: int, fact_id: int, asked: Chosen) -> Entry | None:
    """The entry whose last fact that is, of this deputy; None when there is none."""
    if not 0 < fact_id < 2**62:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT day FROM engine_fact WHERE id = %s AND deputy_id = %s", [fact_id, deputy_id])
        row = cursor.fetchone()
    if row is None:
        return None
    window = Window(deputy_id, row[0], date.fromordinal(row[0].toordinal() + 1))
    return next((one for one in entries_all(window, asked) if one.fact_id == fact_id), None)


def _entry(row: tuple[Any, ...]) -> Entry:
    fact_id, day, kind, detail, amount, meeting_id, case_id, year, title, place, linked, end = row
    return Entry(
        fact_id=fact_id,
        day=day,
        kind=kind,
        detail=detail,
        amount=amount,
        meeting_id=meeting_id,
        case_number=format_number(year, case_id) if case_id is not None else "",
        title=title,
        place=place,
        linked=linked,
        end=end,
    )


_START = (date.max, 2**62)


def _cursor_of(entry: Entry) -> str:
    return base64.urlsafe_b64encode(f"{entry.day.isoformat()} {entry.fact_id}".encode()).decode()


def _cursor_read(cursor: str) -> tuple[date, int]:
    """(day, id) of the entry that the page before ended with; the start for a cursor that is none."""
    if not cursor or len(cursor) > 80:
        return _START
    try:
        day, pk = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        at, number = date.fromisoformat(day), int(pk)
    except (ValueError, UnicodeError, binascii.Error):
        return _START
    return (at, number) if 0 < number < 2**62 else _START
