"""Matters like one that is open: said in the same words in the same township, so that they are seen to be the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from tingchao.core.finding import AGE_BITS, Mark, mark, scope_mark, telling
from tingchao.directory.actors import Actor
from tingchao.engine.models import Case
from tingchao.engine.search import sights_of
from tingchao.engine.selectors import LISTED, ListedCase

MOST = 5
LEAST_SHARED = 3
"""Fewer telling pairs in common say nothing."""

SHARE = 2
"""At least one in so many of the telling pairs must be in common."""

NEWEST = 300
"""So many of the newest matters of the township are compared."""

BLOCKS = 2
"""They are looked for in so many blocks of 2**AGE_BITS ids: that of the matter itself and the one before."""

_NEAR = """
SELECT near.case_id, near.plain FROM (
    SELECT w.case_id, w.plain FROM engine_casewords w
    WHERE w.words @> %s::int[] AND w.words && %s::int[] AND w.case_id <> %s
    ORDER BY w.case_id + 0 DESC LIMIT {newest}
) near JOIN engine_case c ON c.id = near.case_id WHERE {where}
"""
_CHOSEN = "SELECT id, place FROM unnest(%s::bigint[]) WITH ORDINALITY chosen (id, place)"


def cases_like(case: Case, *, actor: Actor) -> list[ListedCase]:
    """The matters most like this one in its township that the actor may see, open and closed, most alike first.

    Two SQL statements; fewer when nothing is like it, none when the text tells nothing or the actor sees nothing.
    """
    pairs, sights = telling(case.title, case.place, case.text), sights_of(actor)
    if len(pairs) < LEAST_SHARED or not sights:
        return []
    township = scope_mark(case.region_id[:9])
    ages = [mark(Mark.AGE, max(0, (case.pk >> AGE_BITS) - place)) for place in range(BLOCKS)]
    values: list[Any] = []
    for sight in sights:
        values += [[township, *sight.marks], ages, case.pk, *sight.values]
    near = " UNION ".join(_NEAR.format(newest=NEWEST, where=sight.where) for sight in sights)
    with connection.cursor() as cursor:
        cursor.execute(near, values)
        if not (chosen := _most_alike(pairs, cursor.fetchall())):
            return []
        cursor.execute(LISTED.format(parts=_CHOSEN, order="found.place", most=MOST), [chosen])
        return [ListedCase(*row) for row in cursor.fetchall()]


def _most_alike(pairs: Sequence[str], near: Iterable[tuple[int, str]]) -> list[int]:
    """The ids of the texts that hold enough of the pairs, those with the most first, the newer of two before."""
    scored = [(sum(pair in text for pair in pairs), pk) for pk, text in near]
    enough = max(LEAST_SHARED, len(pairs) // SHARE)
    return [pk for score, pk in sorted(scored, reverse=True) if score >= enough][:MOST]
