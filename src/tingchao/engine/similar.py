"""Matters like one that is open: said in the same words in the same township, so that they are seen to be the same."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tingchao.core.finding import scope_mark, telling
from tingchao.directory.actors import Actor
from tingchao.engine.models import Case
from tingchao.engine.search import sights_of
from tingchao.engine.selectors import LISTED, ListedCase

MOST = 5
LEAST_SHARED = 3
"""Fewer telling grams in common say nothing."""

SHARE = 2
"""At least one in so many of the telling grams must be in common."""

NEWEST = 200
"""So many of the newest matters that share a gram are compared."""

_PART = """
(SELECT near.case_id AS id, near.shared FROM (
    SELECT w.case_id, (SELECT count(*) FROM unnest(w.words) word WHERE word = ANY(%s::int[])) AS shared
    FROM engine_casewords w WHERE w.words @> %s::int[] AND w.words && %s::int[] AND w.case_id <> %s
    ORDER BY w.case_id + 0 DESC LIMIT {newest}
) near JOIN engine_case c ON c.id = near.case_id
WHERE near.shared >= %s AND {where} ORDER BY near.shared DESC, near.case_id DESC LIMIT {most})
"""


def cases_like(case: Case, *, actor: Actor) -> list[ListedCase]:
    """The matters most like this one in its township that the actor may see, open and closed, most alike first.

    One SQL statement; none when the text tells nothing or the actor may see nothing.
    """
    sought, sights = telling(case.title, case.place, case.text), sights_of(actor)
    least = max(LEAST_SHARED, len(sought) // SHARE)
    if len(sought) < least or not sights:
        return []
    township = scope_mark(case.region_id[:9])
    values: list[Any] = []
    for sight in sights:
        values += [sought, [township, *sight.marks], sought, case.pk, least, *sight.values]
    parts = " UNION ".join(_PART.format(newest=NEWEST, most=MOST, where=sight.where) for sight in sights)
    with connection.cursor() as cursor:
        cursor.execute(LISTED.format(parts=parts, order="found.shared DESC, c.id DESC", most=MOST), values)
        return [ListedCase(*row) for row in cursor.fetchall()]
