"""Writing a step down: the event with its place in the chain, its facts, its notices and the matter's new state.

Everything goes in one statement, so that a step costs one round trip and is in the database whole or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils.timezone import localdate
from psycopg.types.json import Jsonb

from tingchao.core.ledger import GENESIS, JSON, link
from tingchao.directory.actors import Actor
from tingchao.engine.models import Attachment, Case, CaseWords, Event, Fact, Notice, Stream


@dataclass(slots=True)
class Entry:
    """What is to be recorded of one step. `case` already bears the state after it."""

    action: str
    actor: Actor
    role: str
    now: datetime
    case: Case | None = None
    stream: str = ""
    before: str = ""
    said: str = ""
    note: str = ""
    data: dict[str, JSON] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    beside: list[models.Model] = field(default_factory=list)
    """Rows of one model of the mechanism's own, written with the step."""
    found_by: list[CaseWords] = field(default_factory=list)
    """What a new matter is found by."""


def event_id(now: datetime) -> UUID:
    """A new id, ordered by time to the millisecond (UUID version 7, RFC 9562)."""
    stamp = int(now.timestamp() * 1000) & (1 << 48) - 1
    chance = int.from_bytes(os.urandom(10), "big")
    return UUID(int=stamp << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62 | chance & (1 << 62) - 1)


def text_digest(case: Case) -> str:
    """Digest of what was said when a matter was opened, so that the record shows whether it was changed since."""
    return link(GENESIS, {"title": case.title, "text": case.text, "place": case.place})


def hashed_fields(event: Event) -> dict[str, JSON]:
    """Every column of an event but the two that hold the chain; what the digest is taken over."""
    return {
        "id": str(event.id),
        "stream": event.stream,
        "sequence": event.sequence,
        "case": event.case_id,
        "action": event.action,
        "at": int(event.at.timestamp() * 1_000_000 + 0.5),
        "day": event.day.isoformat(),
        "actor": event.actor,
        "actor_name": event.actor_name,
        "role": event.role,
        "before": event.before,
        "after": event.after,
        "said": event.said,
        "note": event.note,
        "data": event.data,
    }


def _fact_fields(fact: Fact, day: date) -> list[JSON]:
    """A fact as its event vouches for it, so that a changed figure is found as a changed event is.

    A fact of a subject has a day of its own: a list of who came may be completed days later.
    """
    told: list[JSON] = [
        fact.kind,
        fact.detail,
        fact.amount,
        fact.body_id,
        fact.deputy_id,
        fact.region_id,
        fact.station_id,
    ]
    return [*told, fact.subject, (fact.day or day).isoformat()] if fact.subject else told


def event_after(entry: Entry, *, sequence: int, previous: str) -> Event:
    """The event of a step, linked to the digest before it; not yet in the database."""
    case = entry.case
    event = Event(
        id=event_id(entry.now),
        stream=entry.stream if case is None else f"case:{case.pk}",
        sequence=sequence,
        case=case,
        action=entry.action,
        at=entry.now,
        day=localdate(entry.now),
        actor=entry.actor.key,
        actor_name=entry.actor.name[:40],
        role=entry.role,
        before=entry.before,
        after="" if case is None else case.stage,
        said=entry.said,
        note=entry.note,
        data=entry.data
        if not entry.facts
        else {**entry.data, "facts": [_fact_fields(one, localdate(entry.now)) for one in entry.facts]},
        previous=previous,
    )
    event.digest = link(previous, hashed_fields(event))
    return event


def chained(entry: Entry) -> Event:
    """Link a step to its case's chain: the event, with the case's head and everything it leaves pointing at it."""
    case = entry.case
    if case is None:
        raise ValueError("a step without a case belongs to a stream")
    event = event_after(entry, sequence=case.events + 1, previous=case.head)
    case.events, case.head = event.sequence, event.digest
    _point_at(event, entry)
    return event


def _point_at(event: Event, entry: Entry) -> None:
    for fact in entry.facts:
        fact.event, fact.case = event, entry.case
        fact.day = fact.day if fact.subject and fact.day else event.day
    for order, notice in enumerate(entry.notices):
        notice.event, notice.case, notice.created_at = event, entry.case, event.at
        notice.key = f"{event.id}:{order}:{notice.template}"
        notice.try_at = event.at
    for attachment in entry.attachments:
        attachment.event = event


def append(entry: Entry, *, changed: Sequence[str] = ()) -> Event:
    """Record one step of a case that the caller has locked or made in this transaction. One SQL statement.

    `changed` names the attributes of the case that the step changed beside its chain.
    """
    event = chained(entry)
    inserts: list[Sequence[models.Model]] = [
        [event],
        entry.facts,
        entry.notices,
        entry.attachments,
        entry.beside,
        entry.found_by,
    ]
    _write(inserts, entry.case, ("events", "head", *changed))
    return event


def append_to_stream(entry: Entry, *, stream: str) -> Event:
    """Record a step that belongs to no case on the chain `stream`. Call it inside a transaction."""
    entry.stream = stream
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO engine_stream (key, events, head) VALUES (%s, 0, %s) ON CONFLICT (key) DO NOTHING",
            [stream, GENESIS],
        )
        cursor.execute("SELECT events, head FROM engine_stream WHERE key = %s FOR UPDATE", [stream])
        events, head = cursor.fetchone()
        event = event_after(entry, sequence=events + 1, previous=head)
        _point_at(event, entry)
        cursor.execute(
            "UPDATE engine_stream SET events = %s, head = %s WHERE key = %s",
            [event.sequence, event.digest, stream],
        )
    if len(entry.facts) + len(entry.notices) <= MANY:
        _write([[event], entry.facts, entry.notices], None, ())
    else:
        for rows in ([event], entry.facts, entry.notices):
            insert_many(rows)
    return event


Chains = Sequence[tuple[str, Sequence[Entry]]]
"""Keys of streams, each with the steps to be recorded on it in their order."""


def streams_begin(chains: Chains) -> None:
    """Write whole new chains by COPY. Call it inside a transaction.

    IntegrityError when one of the streams has begun before.
    """
    insert_many([Stream(key=key) for key, _ in chains])
    _write_chains(chains, {})


def streams_continue(chains: Chains) -> None:
    """Write further steps on chains that have begun, each named once, by COPY. Call it inside a transaction.

    ValueError when one of the streams has not begun.
    """
    keys = [key for key, _ in chains]
    rows = Stream.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    heads = {row.key: (row.events, row.head) for row in rows}
    if missing := set(keys) - set(heads):
        raise ValueError(f"no such streams: {', '.join(sorted(missing))}")
    _write_chains(chains, heads)


def _write_chains(chains: Chains, heads: Mapping[str, tuple[int, str]]) -> None:
    events: list[Event] = []
    ends: list[tuple[str, int, str]] = []
    for key, steps in chains:
        sequence, head = heads.get(key, (0, GENESIS))
        for sequence, entry in enumerate(steps, start=sequence + 1):  # noqa: B020 - goes on from where it stood
            entry.stream = key
            event = event_after(entry, sequence=sequence, previous=head)
            _point_at(event, entry)
            events.append(event)
            head = event.digest
        ends.append((key, sequence, head))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE engine_stream s SET events = v.events, head = v.head"
            " FROM unnest(%s::text[], %s::int[], %s::text[]) AS v(key, events, head) WHERE s.key = v.key",
            [list(column) for column in zip(*ends, strict=True)] if ends else [[], [], []],
        )
    entries = [entry for _, steps in chains for entry in steps]
    insert_many(events)
    insert_many([fact for entry in entries for fact in entry.facts])
    insert_many([notice for entry in entries for notice in entry.notices])


MANY = 500
"""Rows above which they are copied in: a statement takes 65,535 values and no more."""


def _write(inserts: Iterable[Sequence[models.Model]], case: Case | None, changed: Sequence[str]) -> None:
    parts: list[str] = []
    values: list[Any] = []
    for number, rows in enumerate(rows for rows in inserts if rows):
        sql, bound = _insert_several(rows) if isinstance(rows[0], SEVERAL) else _insert(rows)
        parts.append(f"w{number} AS ({sql})")
        values += bound
    last = "SELECT 1"
    if case is not None:
        columns = _case_columns(tuple(changed))
        sets = ", ".join(f"{column.name} = %s" for column in columns)
        last = f"UPDATE engine_case SET {sets} WHERE id = %s"  # noqa: S608 - columns of our own model
        values += [column.bound(case) for column in columns]
        values.append(case.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {last}", values)


def insert(row: models.Model) -> None:
    """Insert one row whose key the database gives, and set the key. One SQL statement."""
    sql, values = _insert([row])
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING id", values)
        (row.pk,) = cursor.fetchone()


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert many rows of one model by COPY, several times as fast as by statements."""
    if not rows:
        return
    columns = _columns(type(rows[0]), rows[0].pk is not None)
    names = ", ".join(f'"{column.name}"' for column in columns)  # a column may be called "end"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {rows[0]._meta.db_table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([column.bound(row) for column in columns])


def number_rows(rows: Sequence[models.Model]) -> None:
    """Give new rows of one model their ids, so that what is written beside them can name them. One SQL statement."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [rows[0]._meta.db_table, len(rows)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk


def append_many(entries: Sequence[Entry], *, opening: bool = False) -> None:
    """Record one step each of many cases.

    With `opening` the cases are new, have their ids and are written too; otherwise the caller has locked them and
    writes their new heads.
    """
    events = [chained(entry) for entry in entries]
    if opening:
        insert_many([entry.case for entry in entries if entry.case is not None])
    insert_many(events)
    insert_many([fact for entry in entries for fact in entry.facts])
    insert_many([notice for entry in entries for notice in entry.notices])
    insert_many([row for entry in entries for row in entry.beside])
    insert_many([row for entry in entries for row in entry.found_by])


SEVERAL = (Fact, Notice)
"""What one step leaves several of. They are written from one JSON value, so that the statement is the same however many
there are and has few enough parameters for psycopg to keep it parsed: a twelfth of the cost of a step."""


def _insert_several(rows: Sequence[models.Model]) -> tuple[str, list[Any]]:
    """`INSERT INTO … SELECT …` for any number of rows of one model; the key is given by the database."""
    columns = _columns(type(rows[0]), rows[0].pk is not None)
    names, table = ", ".join(column.name for column in columns), rows[0]._meta.db_table
    sql = f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s)"  # noqa: S608
    told = [{column.name: getattr(row, column.attribute) for column in columns} for row in rows]
    return sql, [json.dumps(told, ensure_ascii=False, default=str)]


def _insert(rows: Sequence[models.Model]) -> tuple[str, list[Any]]:
    """`INSERT INTO … VALUES …` for rows of one model; a key that the database gives is left out."""
    columns = _columns(type(rows[0]), rows[0].pk is not None)
    names = ", ".join(column.name for column in columns)
    one = f"({', '.join(['%s'] * len(columns))})"
    table = rows[0]._meta.db_table
    sql = f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * len(rows))}"  # noqa: S608
    return sql, [column.bound(row) for row in rows for column in columns]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a model: psycopg knows how to write every Python value of ours but JSON."""

    name: str
    attribute: str
    json: bool

    def bound(self, row: models.Model) -> Any:
        value = getattr(row, self.attribute)
        return Jsonb(value) if self.json and value is not None else value


@cache
def _columns(model: type[models.Model], with_key: bool) -> tuple[_Column, ...]:
    return tuple(
        _Column(str(field.column), field.attname, isinstance(field, models.JSONField))
        for field in model._meta.concrete_fields
        if with_key or not field.primary_key
    )


@cache
def _case_columns(names: tuple[str, ...]) -> tuple[_Column, ...]:
    known = {column.attribute: column for column in _columns(Case, True)}
    return tuple(known.get(name) or known[f"{name}_id"] for name in names)
