"""Finding matters by a part of their text of any length, newest first, among those that the actor may see.

One statement in three reaches, each asked only when those before it did not fill the page, so that it costs the same
however many matters there are: the newest WINDOW read one by one, which fills the page for every frequent word; the
index within the newest two blocks of 2**AGE_BITS ids; the index over all older ones, one block of 2**ERA_BITS ids at a
time, so that a word that was in every mouth years ago and is no more costs no sorting of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from tingchao.core.finding import (
    AGE_BITS,
    ERA_BITS,
    Mark,
    era_mark,
    grams,
    grams_sought,
    mark,
    plain_fields,
    scope_mark,
    terms,
)
from tingchao.core.privacy import masked
from tingchao.core.roles import BODY_ROLES, PERSONAL_ROLES
from tingchao.directory.actors import Actor, Hold
from tingchao.engine import policy
from tingchao.engine.models import Case, CaseWords
from tingchao.engine.selectors import LISTED, PAGE, ListedCase, Page

WINDOW = 400
"""So many of the newest matters are read one by one before the index is asked."""

SCOPE_LEVELS = (4, 6, 9, 12)
"""Lengths of the region prefixes by which a matter is marked: city, county, township, village."""


def words_of(case: Case) -> CaseWords:
    """What a matter is found by; the case has its id. Personal data in its text is masked: nobody is found by it."""
    text = plain_fields(case.title, masked(case.place), masked(case.text))
    marks = {scope_mark(case.region_id[:level]) for level in SCOPE_LEVELS}
    eras = {era_mark(case.region_id[:level], case.pk >> ERA_BITS) for level in (0, *SCOPE_LEVELS)}
    age = mark(Mark.AGE, case.pk >> AGE_BITS)
    return CaseWords(case=case, plain=text, words=list(grams(text) | marks | eras | {age}))


@dataclass(frozen=True, slots=True)
class Sight:
    """The matters that one hold of an actor lets them see: a region prefix that has marks ("" when there is none),
    marks they all bear beside, and the exact condition on c."""

    prefix: str
    marks: tuple[int, ...]
    where: str
    values: tuple[Any, ...]


def sights_of(actor: Actor) -> list[Sight]:
    """What an actor may see, as `engine.policy.may_see` has it for matters and everybody who ever had them."""
    return list(dict.fromkeys(sight for hold in actor.holds if (sight := _sight(actor, hold)) is not None))


def _sight(actor: Actor, hold: Hold) -> Sight | None:
    if hold.role in PERSONAL_ROLES:
        return _given_to("deputy_id", Mark.DEPUTY, actor.deputy_id, _within(""))
    sight = _within(hold.scope)
    if hold.role not in BODY_ROLES and hold.role not in policy.SEES_ALL_IN_SCOPE:
        return None
    if hold.role in BODY_ROLES or hold.body_id is not None:
        return _given_to("body_id", Mark.BODY, hold.body_id, sight)
    return sight


def _within(scope: str) -> Sight:
    prefix = scope if len(scope) in SCOPE_LEVELS else ""
    return Sight(prefix, (), "starts_with(c.region_id, %s)", (scope,)) if scope else Sight("", (), "true", ())


def _given_to(column: str, kind: Mark, key: int | None, within: Sight) -> Sight | None:
    if key is None:
        return None
    given = f"EXISTS (SELECT 1 FROM engine_assignment a WHERE a.case_id = c.id AND a.{column} = %s)"  # noqa: S608
    where, values = f"{within.where} AND {given}", (*within.values, key)
    return Sight(within.prefix, (mark(kind, key),), where, values)


# `age` is the id under a name that no index knows, so that the planner never walks through all ids in search of a
# page that it expects to be full soon; LIMIT 1 keeps the comparison of texts behind the sorting, one matter at a time
_CHECKED = """
JOIN LATERAL (SELECT 1 FROM engine_casewords w JOIN engine_case c ON c.id = w.case_id
    WHERE w.case_id = k.case_id AND {text} AND {where} LIMIT 1) seen ON true
"""
_PART = (
    "(SELECT k.case_id FROM (SELECT w.case_id, w.case_id + 0 AS age FROM engine_casewords w WHERE {reach}"  # noqa: S608
    " ORDER BY age DESC) k" + _CHECKED + " ORDER BY k.age DESC LIMIT {most})"
)
_NEWEST = "w.case_id < (SELECT top FROM edge) AND w.case_id >= (SELECT top FROM edge) - {window} AND {text}"
_RECENT = (
    "w.words @> %s::int[] AND w.words && ARRAY[(SELECT mark FROM edge), (SELECT mark FROM edge) - 1]"
    " AND w.case_id + 0 < (SELECT top FROM edge) - {window} AND (SELECT count(*) FROM newest) < {most}"
)
# the eras come one after the other, the newest first, and LIMIT ends it with the one that fills the page; an era is
# asked for in a condition of its own, so that the index leaps to it instead of reading every row of the rarest gram
_OLDER = (
    "(SELECT k.case_id FROM (SELECT era FROM generate_series((SELECT era FROM edge), 0, -1) era"  # noqa: S608
    " WHERE (SELECT count(*) FROM newest) + (SELECT count(*) FROM recent) < {most}) eras"
    " CROSS JOIN LATERAL (SELECT w.case_id FROM engine_casewords w WHERE w.words @> %s::int[]"
    " AND w.words @> ARRAY[%s + eras.era] AND w.case_id + 0 < (SELECT older FROM edge)"
    " ORDER BY w.case_id + 0 DESC) k" + _CHECKED + " LIMIT {most})"
)
_REACHES = """
WITH edge AS MATERIALIZED (
    SELECT top, (block + {first})::int AS mark, (block - 1) << {bits} AS older,
        (((block - 1) << {bits}) - 1 >> {era_bits})::int AS era
    FROM (SELECT top, (top - 1) >> {bits} AS block FROM (
        SELECT least(%s::bigint, (SELECT max(case_id) + 1 FROM engine_casewords)) AS top) newest_of_all) blocks
), newest AS MATERIALIZED ({newest}), recent AS MATERIALIZED ({recent}), older AS MATERIALIZED ({older})
"""
_FOUND = "SELECT case_id AS id FROM newest UNION SELECT case_id FROM recent UNION SELECT case_id FROM older"
_LATEST = 2**62


def found(actor: Actor, *, query: str, after: str = "", most: int = PAGE) -> Page:
    """The newest matters that hold every word of `query` and that the actor may see; `after` is a cursor.

    One SQL statement; none when there is nothing to look for or nothing that the actor may see.
    """
    words, sights = terms(query), sights_of(actor)
    if not words or not sights:
        return Page([], "")
    sql, values = _statement(words, sights, before=_before(after), most=most + 1)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = [ListedCase(*row) for row in cursor.fetchall()]
    return Page(rows[:most], str(rows[most - 1].pk) if len(rows) > most else "")


def _before(after: str) -> int:
    """The id that a cursor names; a cursor that is none is the start."""
    return int(after) if after.isascii() and after.isdigit() and len(after) < 19 else _LATEST


def _statement(words: list[str], sights: list[Sight], *, before: int, most: int) -> tuple[str, list[Any]]:
    text = " AND ".join(["strpos(w.plain, %s) > 0"] * len(words))
    fixed = {"window": WINDOW, "most": most, "text": text}
    sought = grams_sought(words)
    reaches: dict[str, str] = {}
    values: list[Any] = [before]
    for name, part in (
        ("newest", _PART.replace("{reach}", _NEWEST)),
        ("recent", _PART.replace("{reach}", _RECENT)),
        ("older", _OLDER),
    ):
        reaches[name] = " UNION ".join(part.format(where=sight.where, **fixed) for sight in sights)
        for sight in sights:
            values += [*_asked(name, words, sought, sight), *words, *sight.values]
    bits = {"bits": AGE_BITS, "era_bits": ERA_BITS, "first": mark(Mark.AGE, 0)}
    with_reaches = _REACHES.format(**bits, **reaches)
    return with_reaches + LISTED.format(parts=_FOUND, order="c.id DESC", most=most), values


def _asked(reach: str, words: list[str], sought: list[int], sight: Sight) -> list[Any]:
    """What a reach asks of the rows: of the newest the words, of the others grams and marks."""
    if reach == "newest":
        return list(words)
    if reach == "older":
        return [[*sought, *sight.marks], era_mark(sight.prefix, 0)]
    scope = [scope_mark(sight.prefix)] if sight.prefix else []
    return [[*sought, *scope, *sight.marks]]
