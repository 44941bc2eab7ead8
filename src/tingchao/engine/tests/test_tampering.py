"""Whoever changes the record behind the system's back is found out, and the database itself refuses most of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from tingchao.core.ledger import link
from tingchao.directory.actors import SYSTEM
from tingchao.engine import record
from tingchao.engine.care import case_tend
from tingchao.engine.models import Case, Event, Seal
from tingchao.engine.record import hashed_fields
from tingchao.engine.sealing import audit, chain_verify, days_seal
from tingchao.engine.tests.loop import brought, opened

DAYS = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22))


@dataclass
class Kept:
    """Matters of three sealed days, and one opened on the day after, which is not sealed."""

    known: Case
    acting: Case
    third: Case
    fresh: Case
    now: datetime

    def chain(self) -> list[Event]:
        """The events of the matter that went round the whole loop."""
        return list(Event.objects.filter(case=self.known).order_by("sequence"))


@pytest.fixture
def kept(town: SimpleNamespace, handed: dict[str, Any], now: datetime) -> Kept:
    known = brought(town, handed, now, "known")
    acting = brought(town, handed, now + timedelta(days=1), "acting")
    with transaction.atomic():
        entry = record.Entry(action="calendar.load", actor=SYSTEM, role="system", now=now + timedelta(days=1))
        record.append_to_stream(entry, stream="calendar")
    third = opened(town, now + timedelta(days=2))
    fresh = opened(town, now + timedelta(days=3))
    assert days_seal(now=now + timedelta(days=3)) == len(DAYS)
    report = audit()
    assert (report.chains, report.seals, report.broken) == (5, 3, None)
    assert report.events == known.events + acting.events + third.events + fresh.events + 1
    return Kept(known, acting, third, fresh, now)


@contextmanager
def behind_the_back() -> Iterator[Any]:
    """As somebody who owns the database and switches its refusals off; undone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        transaction.set_rollback(True)


def found(chain: str, *events: Event) -> bool:
    """Whether the audit names that chain, or one of those events."""
    broken = audit().broken
    assert broken is not None, "the audit says that everything holds"
    assert broken.why
    return broken.where == chain or any(str(event.pk) in broken.event for event in events)


# --- one event changed ------------------------------------------------------------------------------------

CHANGES: dict[type[models.Field[Any, Any]], tuple[str, ...]] = {
    models.UUIDField: ("gen_random_uuid()",),
    models.CharField: ("'0' || substr({column} || 'x', 2, 30)",),
    models.TextField: ("{column} || '。'",),
    models.PositiveIntegerField: ("{column} + 100",),
    models.ForeignKey: ("(SELECT max(id) FROM engine_case)", "NULL"),
    models.DateTimeField: (
        "{column} + interval '1 microsecond'",
        "{column} - interval '1 year'",
        "'infinity'",
        "'0044-03-15 BC'",
    ),
    models.DateField: ("{column} + 1", "'-infinity'", "'infinity'"),
    models.JSONField: (
        """{column} || '{{"more": 1}}'""",
        """{column} || '{{"more": 1.5}}'""",
        "{column} - 'files' - 'text' - 'channel'",
        "'[]'",
        "'7'",
        "'null'",
        "'\"words\"'",
    ),
}
"""For each kind of column, what it is changed into. A column of a new kind must be given its change here."""


def changes_of(model: type[models.Model]) -> list[tuple[str, str]]:
    """(column, what it is set to) for every column that a model has."""
    return [
        (str(field.column), change.format(column=field.column))
        for field in model._meta.concrete_fields
        for change in CHANGES[type(field)]
    ]


@pytest.mark.parametrize(("column", "change"), changes_of(Event))
def test_no_column_of_an_event_can_be_changed_unseen(kept: Kept, column: str, change: str) -> None:
    chain = kept.chain()
    for event in (chain[0], chain[2], chain[-1]):
        with behind_the_back() as cursor:
            cursor.execute(f"UPDATE engine_event SET {column} = {change} WHERE id = %s", [event.pk])
            assert cursor.rowcount == 1
            assert found(event.stream, event), (column, event.sequence)
    assert audit().broken is None


def test_every_column_but_the_chain_itself_is_hashed() -> None:
    columns = {field.name for field in Event._meta.concrete_fields}
    event = Event(
        id=Event._meta.pk.to_python("0" * 32), at=datetime.fromisoformat("2026-11-20T01:00Z"), day=DAYS[0]
    )
    assert set(hashed_fields(event)) == columns - {"previous", "digest"}


@pytest.mark.parametrize(
    ("column", "change"),
    [one for one in changes_of(Event) if "infinity" not in one[1] and "BC" not in one[1]],
)
def test_the_page_of_a_matter_shows_that_its_chain_is_broken(kept: Kept, column: str, change: str) -> None:
    event = kept.chain()[2]
    with behind_the_back() as cursor:
        cursor.execute(f"UPDATE engine_event SET {column} = {change} WHERE id = %s", [event.pk])
        broken = chain_verify(kept.known, kept.chain())
    assert broken is not None and broken.why
    assert chain_verify(kept.known, kept.chain()) is None


# --- events taken out, put in, exchanged ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "condition"),
    [
        ("第一条", "sequence = 1"),
        ("中间一条", "sequence = 3"),
        ("最后一条", "sequence = (SELECT max(sequence) FROM engine_event WHERE case_id = %(case)s)"),
        ("后面几条", "sequence > 2"),
        ("全部", "true"),
    ],
)
def test_an_event_that_was_taken_out_is_missed(kept: Kept, what: str, condition: str) -> None:
    chain = kept.chain()
    with behind_the_back() as cursor:
        where = f"case_id = %(case)s AND {condition}"
        cursor.execute(f"DELETE FROM engine_event WHERE {where}", {"case": kept.known.pk})
        assert found(f"case:{kept.known.pk}"), what
        assert chain_verify(kept.known, kept.chain()) is not None
    assert len(chain) == kept.known.events


def test_a_matter_taken_out_with_all_that_belongs_to_it_is_missed_in_the_seal(kept: Kept) -> None:
    with behind_the_back() as cursor:
        for table, column in (("fact", "case_id"), ("event", "case_id"), ("case", "id")):
            cursor.execute(f"DELETE FROM engine_{table} WHERE {column} = %s", [kept.known.pk])
        assert found("seal:2026-11-20")


def forged(after: Event, **changes: Any) -> Event:
    """An event that goes on from another one as a real one would."""
    event = Event.objects.get(pk=after.pk)
    event.pk = record.event_id(after.at)
    event.sequence, event.previous = after.sequence + 1, after.digest
    for name, value in changes.items():
        setattr(event, name, value)
    event.digest = link(event.previous, hashed_fields(event))
    return event


@pytest.mark.parametrize(
    ("what", "changes", "chain"),
    [
        ("接在最后", {}, "case:%(case)s"),
        ("接在最后，不写属于哪件事", {"case_id": None}, "case:%(case)s"),
        (
            "接在不存在的链上",
            {"stream": "other", "case_id": None, "sequence": 1, "previous": "0" * 64},
            "other",
        ),
        ("链名和事项不一样", {"stream": "other", "sequence": 1, "previous": "0" * 64}, "other"),
        (
            "事项还没有的链",
            {"stream": "case:0", "case_id": None, "sequence": 1, "previous": "0" * 64},
            "case:0",
        ),
    ],
)
def test_a_forged_event_is_found(kept: Kept, what: str, changes: dict[str, Any], chain: str) -> None:
    event = forged(kept.chain()[-1], **changes)
    with behind_the_back():
        event.save(force_insert=True)
        assert found(chain % {"case": kept.known.pk}, event), what


def test_a_forged_event_with_its_head_is_found_by_the_seal_of_its_day(kept: Kept) -> None:
    event = forged(kept.chain()[-1], data={})
    with behind_the_back() as cursor:
        event.save(force_insert=True)
        cursor.execute(
            "UPDATE engine_case SET events = %s, head = %s WHERE id = %s",
            [event.sequence, event.digest, kept.known.pk],
        )
        assert found("seal:2026-11-20")


@pytest.mark.parametrize(
    "columns", ["said, note, data", "actor, actor_name, role", "at, day", "previous, digest"]
)
def test_two_events_whose_contents_were_exchanged_are_found(kept: Kept, columns: str) -> None:
    one, other = kept.chain()[1:3]
    sets = ", ".join(f"{column.strip()} = o.{column.strip()}" for column in columns.split(","))
    with behind_the_back() as cursor:
        cursor.execute(
            f"UPDATE engine_event e SET {sets} FROM engine_event o"
            " WHERE (e.id, o.id) IN ((%(one)s, %(other)s), (%(other)s, %(one)s))",
            {"one": one.pk, "other": other.pk},
        )
        assert cursor.rowcount == 2
        assert found(f"case:{kept.known.pk}", one, other)


def test_two_events_that_changed_places_are_found(kept: Kept) -> None:
    one, other = kept.chain()[1:3]
    with behind_the_back() as cursor:
        for event, sequence in ((one, 99), (other, one.sequence), (one, other.sequence)):
            cursor.execute("UPDATE engine_event SET sequence = %s WHERE id = %s", [sequence, event.pk])
        assert found(f"case:{kept.known.pk}", one, other)


# --- a whole chain written anew ---------------------------------------------------------------------------


def write_anew(case: Case, *, note: str, at: int) -> None:
    """Change one event and work out every digest after it, and the head, as the system itself would."""
    events = list(Event.objects.filter(case=case).order_by("sequence"))
    previous = events[0].previous
    with connection.cursor() as cursor:
        for event in events:
            event.note = note if event.sequence == at else event.note
            event.previous, event.digest = previous, link(previous, hashed_fields(event))
            previous = event.digest
            cursor.execute(
                "UPDATE engine_event SET note = %s, previous = %s, digest = %s WHERE id = %s",
                [event.note, event.previous, event.digest, event.pk],
            )
        cursor.execute("UPDATE engine_case SET head = %s WHERE id = %s", [previous, case.pk])


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_a_chain_written_anew_is_found_by_the_seal_of_its_day(kept: Kept, sequence: int) -> None:
    with behind_the_back():
        write_anew(kept.known, note="没有这回事", at=sequence)
        case = Case.objects.get(pk=kept.known.pk)
        assert chain_verify(case, kept.chain()) is None
        broken = audit().broken
    assert broken is not None and broken.where == "seal:2026-11-20"


def test_until_its_day_is_sealed_a_chain_written_anew_cannot_be_told_from_a_real_one(kept: Kept) -> None:
    with behind_the_back():
        write_anew(kept.fresh, note="没有这回事", at=1)
        assert audit().broken is None


# --- seals ------------------------------------------------------------------------------------------------

SEAL_CHANGES = {
    "day": ("day + 100", "'infinity'"),
    "events": ("events + 1", "events - 1"),
    "root": ("previous", "upper(root)"),
    "previous": ("root",),
    "sealed_at": ("sealed_at - interval '4 days'", "'infinity'"),
}


@pytest.mark.parametrize("column", [str(field.column) for field in Seal._meta.concrete_fields])
@pytest.mark.parametrize("day", DAYS)
def test_no_column_of_a_seal_can_be_changed_unseen(kept: Kept, day: date, column: str) -> None:
    for change in SEAL_CHANGES[column]:
        with behind_the_back() as cursor:
            cursor.execute(f"UPDATE engine_seal SET {column} = {change} WHERE day = %s", [day])
            broken = audit().broken
            assert broken is not None and broken.where.startswith("seal"), change


@pytest.mark.parametrize("day", DAYS[:-1])
def test_a_seal_that_was_taken_out_is_missed(kept: Kept, day: date) -> None:
    following = DAYS[DAYS.index(day) + 1]
    with behind_the_back() as cursor:
        cursor.execute(
            "UPDATE engine_seal SET previous = (SELECT previous FROM engine_seal WHERE day = %s) WHERE day = %s",
            [day, following],
        )
        cursor.execute("DELETE FROM engine_seal WHERE day = %s", [day])
        broken = audit().broken
        assert broken is not None and broken.where == f"seal:{day.isoformat()}"


# --- the matter itself ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "路灯很亮"),
        ("text", "府前路三盏路灯都亮了。"),
        ("place", "别的路"),
        ("stage", "sorting"),
        ("head", "0" * 64),
        ("events", 1),
    ],
)
def test_a_matter_that_was_changed_is_found(kept: Kept, column: str, value: object) -> None:
    with behind_the_back() as cursor:
        cursor.execute(f"UPDATE engine_case SET {column} = %s WHERE id = %s", [value, kept.known.pk])
        assert found(f"case:{kept.known.pk}", *kept.chain())


@pytest.mark.parametrize(("column", "value"), [("head", "0" * 64), ("events", 2)])
def test_the_head_of_a_chain_of_no_matter_is_watched_too(kept: Kept, column: str, value: object) -> None:
    with behind_the_back() as cursor:
        cursor.execute(f"UPDATE engine_stream SET {column} = %s", [value])
        assert found("calendar")


# --- what the database refuses by itself ------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE engine_event SET note = 'x'",
        "UPDATE engine_event SET note = note",
        "DELETE FROM engine_event",
        "TRUNCATE engine_event CASCADE",
        "UPDATE engine_seal SET events = 0",
        "DELETE FROM engine_seal",
        "TRUNCATE engine_seal",
        "TRUNCATE engine_case CASCADE",
    ],
)
def test_the_database_refuses_to_change_history(kept: Kept, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert audit().broken is None


def test_the_database_takes_no_event_for_a_sealed_day(kept: Kept, town: SimpleNamespace) -> None:
    before = Event.objects.count()
    for late in (kept.now, kept.now + timedelta(days=2, hours=14)):
        with pytest.raises(DatabaseError, match="sealed"):
            case_tend(
                case_id=kept.fresh.pk, tool="note", raw={"note": "补记一条"}, actor=town.liaison, now=late
            )
    assert (Event.objects.count(), audit().broken) == (before, None)
    case_tend(
        case_id=kept.fresh.pk,
        tool="note",
        raw={"note": "今天记"},
        actor=town.liaison,
        now=kept.now + timedelta(days=3),
    )
    assert (Event.objects.count(), audit().broken) == (before + 1, None)


FACT_CHANGES = [
    # what was done to a figure's record, SQL
    ("another amount", "UPDATE engine_fact SET amount = 7 WHERE id = (SELECT min(id) FROM engine_fact)"),
    ("another kind", "UPDATE engine_fact SET kind = 'x' WHERE id = (SELECT min(id) FROM engine_fact)"),
    ("another day", "UPDATE engine_fact SET day = day - 1 WHERE id = (SELECT min(id) FROM engine_fact)"),
    ("another detail", "UPDATE engine_fact SET detail = 'good' WHERE id = (SELECT min(id) FROM engine_fact)"),
    ("tied to no case", "UPDATE engine_fact SET case_id = NULL WHERE id = (SELECT min(id) FROM engine_fact)"),
    ("taken away", "DELETE FROM engine_fact WHERE id = (SELECT min(id) FROM engine_fact)"),
    (
        "one more",
        "INSERT INTO engine_fact (kind, event_id, case_id, day, region_id, station_id, detail, amount)"
        " SELECT kind, event_id, case_id, day, region_id, station_id, detail, amount FROM engine_fact LIMIT 1",
    ),
]


@pytest.mark.parametrize(("what", "sql"), FACT_CHANGES)
def test_a_changed_figure_is_found(what, sql, town, now):
    case = opened(town, now)
    assert audit().broken is None
    with connection.cursor() as cursor:
        cursor.execute(sql)
    broken = audit().broken
    assert broken is not None and broken.where == f"case:{case.pk}"
