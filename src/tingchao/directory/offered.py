"""The places, stations and bodies that a list can be narrowed to, and the names of those it is narrowed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Offered:
    """One choice: `kind` is place, station or body; `key` what an address bears."""

    kind: str
    key: str
    name: str


_ALL = """
SELECT kind, key, name FROM (
    SELECT 'place' AS kind, left(code, 9) AS key, name, code FROM directory_region
    WHERE code LIKE '%%000' AND code NOT LIKE '%%000000'
    UNION ALL SELECT 'station', id::text, name, region_id FROM directory_station WHERE active
    UNION ALL SELECT 'body', id::text, name, region_id FROM directory_body WHERE active AND kind <> 'congress'
) offered WHERE {within} ORDER BY kind, code, key
"""
_SOME = """
SELECT 'place', %s, name FROM directory_region WHERE code = rpad(%s, 12, '0')
UNION ALL SELECT 'station', id::text, name FROM directory_station WHERE id = %s
UNION ALL SELECT 'body', id::text, name FROM directory_body WHERE id = %s
"""


def offered_within(scopes: Sequence[str]) -> list[Offered]:
    """Townships, stations and bodies within any of the region prefixes. One SQL statement."""
    within = " OR ".join(["starts_with(code, %s)"] * len(scopes)) or "false"
    with connection.cursor() as cursor:
        cursor.execute(_ALL.format(within=within), list(scopes))
        return [Offered(*row) for row in cursor.fetchall()]


def offered_named(*, place: str = "", station: int | None = None, body: int | None = None) -> list[Offered]:
    """The names of those of the three that are given and are there. One SQL statement, none when none is given."""
    if not place and station is None and body is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SOME, [place, place, station, body])
        return [Offered(*row) for row in cursor.fetchall()]
