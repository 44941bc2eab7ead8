"""The ways in which figures are read: sums of facts, rows of a table, a share of one in another, so much for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tingchao.instruments.figures.declared import Measured, Record, Source, Window

_WITHIN = (
    " FROM engine_fact f{join} WHERE f.kind = ANY(%(kinds)s) AND f.day >= %(since)s AND f.day < %(until)s"
    " AND f.region_id LIKE %(scope)s{detail}"
)
_OF_DEPUTIES = " JOIN directory_deputy d ON d.id = f.deputy_id AND d.kind = 'deputy'"


@dataclass(frozen=True, slots=True)
class Facts:
    """The sum of the amounts of facts of some kinds; a mistake that was evened out by -1 counts for nothing.

    `details` are the beginnings that a fact's detail may have, `spelled` those of its kind, a dot and its detail;
    without any, every fact counts. `of_deputies` leaves out facts of council members, and of nobody.
    """

    kinds: tuple[str, ...]
    details: tuple[str, ...] = ()
    spelled: tuple[str, ...] = ()
    of_deputies: bool = False

    def measure(self, window: Window) -> Measured:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT coalesce(sum(f.amount), 0)::bigint, count(*){self._where()}", self._bound(window)
            )
            value, records = cursor.fetchone()
        return Measured(value, records)

    def records(self, window: Window, *, after: int, most: int) -> list[Record]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f.id, f.day, f.kind, f.amount, coalesce('case:' || f.case_id, f.subject)"
                f"{self._where()} AND f.id > %(after)s ORDER BY f.id LIMIT %(most)s",
                self._bound(window) | {"after": after, "most": most},
            )
            return [Record(*row) for row in cursor.fetchall()]

    def _where(self) -> str:
        return _WITHIN.format(
            join=_OF_DEPUTIES if self.of_deputies else "",
            detail=(" AND f.detail LIKE ANY(%(details)s)" if self.details else "")
            + (" AND f.kind || '.' || f.detail LIKE ANY(%(spelled)s)" if self.spelled else ""),
        )

    def _bound(self, window: Window) -> dict[str, Any]:
        return {
            "kinds": list(self.kinds),
            "details": [f"{one}%" for one in self.details],
            "spelled": [f"{one}%" for one in self.spelled],
            "since": window.since,
            "until": window.until,
            "scope": f"{window.scope}%",
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows of a table there are. `query` narrows them to a window; `distinct` counts the values of a column.

    `text` says how a row is called where the records are listed.
    """

    query: Callable[[Window], QuerySet[Any]]
    distinct: str = ""
    text: Callable[[Any], str] = str

    def measure(self, window: Window) -> Measured:
        rows = self.query(window)
        count = rows.count()
        value = rows.order_by().values(self.distinct).distinct().count() if self.distinct else count
        return Measured(value, count)

    def records(self, window: Window, *, after: int, most: int) -> list[Record]:
        rows = list(self.query(window).order_by("pk")[after : after + most])
        return [
            Record(number, None, self.text(row), subject=f"{row._meta.model_name}:{row.pk}")
            for number, row in enumerate(rows, start=after + 1)
        ]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a hundred: `part` of `whole`; behind it stand the records of the whole. 0 where there is none."""

    part: Source
    whole: Source

    def measure(self, window: Window) -> Measured:
        part, whole = self.part.measure(window), self.whole.measure(window)
        value = round(100 * part.value / whole.value, 1) if whole.value else 0
        return Measured(value, whole.records)

    def records(self, window: Window, *, after: int, most: int) -> list[Record]:
        return self.whole.records(window, after=after, most=most)


@dataclass(frozen=True, slots=True)
class Each:
    """So much for each: the sum of `of` shared out among `among`, to one decimal; 0 where there is nobody."""

    of: Source
    among: Source

    def measure(self, window: Window) -> Measured:
        found, among = self.of.measure(window), self.among.measure(window)
        return Measured(round(found.value / among.value, 1) if among.value else 0, found.records)

    def records(self, window: Window, *, after: int, most: int) -> list[Record]:
        return self.of.records(window, after=after, most=most)
