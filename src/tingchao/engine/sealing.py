"""Daily seals over all events, and the audit that proves every chain and seal.

A seal is the Merkle root over the digests of one day's events in the order of their ids; published, it lets
anybody prove later that an event was there. Once a day is sealed the database takes no more events for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from tingchao.core.ledger import GENESIS, link, merkle_root
from tingchao.core.text import gettext_noop
from tingchao.engine.models import Case, Event, Seal
from tingchao.engine.record import hashed_fields, text_digest
from tingchao.engine.timing import local_day

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the record does not hold: which chain or seal, which event, and why."""

    where: str
    event: str
    why: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit looked at and the first break it met, None when everything holds."""

    events: int
    chains: int
    seals: int
    broken: Break | None


def days_seal(*, now: datetime) -> int:
    """Seal every day before today that has events and no seal yet. Returns how many were sealed."""
    sealed = 0
    today = local_day(now)
    while day := _first_unsealed(today):
        _seal(day, now)
        sealed += 1
    return sealed


def _first_unsealed(today: date) -> date | None:
    last = Seal.objects.order_by("-day").values_list("day", flat=True).first()
    events = Event.objects.filter(day__lt=today)
    if last is not None:
        events = events.filter(day__gt=last)
    return events.order_by("day").values_list("day", flat=True).first()


@transaction.atomic
def _seal(day: date, now: datetime) -> None:
    with connection.cursor() as cursor:
        # waits for every writer under way, so that no event of that day can still be on its way
        cursor.execute("LOCK TABLE engine_event IN SHARE MODE")
    digests = _digests(day)
    before = Seal.objects.order_by("-day").first()
    Seal.objects.create(
        day=day,
        events=len(digests),
        root=merkle_root(digests),
        previous=GENESIS if before is None else before.root,
        sealed_at=now,
    )


def _digests(day: date) -> list[str]:
    return list(Event.objects.filter(day=day).order_by("id").values_list("digest", flat=True))


def audit() -> AuditReport:
    """Walk every chain and every seal. Stops at the first break."""
    counted = _Counted()
    broken = _first_broken_chain(counted) or _first_wrong_head() or _first_broken_seal(counted)
    return AuditReport(counted.events, counted.chains, counted.seals, broken)


@dataclass(slots=True)
class _Counted:
    events: int = 0
    chains: int = 0
    seals: int = 0


def _first_broken_chain(counted: _Counted) -> Break | None:
    """All events in one pass, ordered by chain and sequence."""
    stream, expected, previous = "", 1, GENESIS
    for event in _in_order():
        if event.stream != stream:
            stream, expected, previous = event.stream, 1, GENESIS
            counted.chains += 1
        counted.events += 1
        if why := _fault(event, expected, previous):
            return Break(stream, f"{event.sequence} ({event.id})", why)
        expected, previous = expected + 1, event.digest
    return None


def _in_order() -> Iterator[Event]:
    return Event.objects.order_by("stream", "sequence").iterator(chunk_size=CHUNK)


def _fault(event: Event, expected: int, previous: str) -> str:
    if event.sequence != expected:
        return gettext_noop("中间少了记录")
    if event.previous != previous:
        return gettext_noop("和前一条接不上")
    if event.stream != (f"case:{event.case_id}" if event.case_id else event.stream):
        return gettext_noop("不属于这件事")
    if event.day != local_day(event.at) or event.digest != link(previous, hashed_fields(event)):
        return gettext_noop("内容被改动过")
    return ""


def _first_wrong_head() -> Break | None:
    """A matter or stream whose last event is not the one it names: events were cut off at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH heads AS (SELECT 'case:' || id AS stream, events, head FROM engine_case"
            " UNION ALL SELECT key, events, head FROM engine_stream),"
            " last AS (SELECT DISTINCT ON (stream) stream, sequence, digest FROM engine_event"
            " ORDER BY stream, sequence DESC)"
            " SELECT coalesce(h.stream, l.stream), coalesce(h.events, l.sequence) FROM heads h"
            " FULL JOIN last l USING (stream)"
            " WHERE h.events IS DISTINCT FROM l.sequence OR h.head IS DISTINCT FROM l.digest"
            " ORDER BY 1 LIMIT 1"
        )
        row = cursor.fetchone()
    if row is not None:
        return Break(row[0], str(row[1]), gettext_noop("末尾的记录不见了，或者不是原来那条"))
    return _first_changed_text()


def _first_changed_text() -> Break | None:
    """A matter whose text is not the one that was recorded when it was opened."""
    opened = Event.objects.filter(action="open", sequence=1, case__isnull=False).select_related("case")
    for event in opened.order_by("stream").iterator(chunk_size=CHUNK):
        assert isinstance(event.case, Case)
        if event.data.get("text") != text_digest(event.case):
            return Break(event.stream, f"1 ({event.id})", gettext_noop("反映的内容被改动过"))
    return None


def _first_broken_seal(counted: _Counted) -> Break | None:
    previous = GENESIS
    for seal in Seal.objects.order_by("day"):
        counted.seals += 1
        digests = _digests(seal.day)
        if seal.previous != previous or seal.events != len(digests) or seal.root != merkle_root(digests):
            return Break(f"seal:{seal.day.isoformat()}", "", gettext_noop("当天的封存对不上"))
        previous = seal.root
    return None


def chain_verify(case: Case, events: Iterable[Event]) -> Break | None:
    """The first break in one matter's own chain, `events` in their order; None when it holds up to its head."""
    expected, previous = 1, GENESIS
    for event in events:
        if why := _fault(event, expected, previous):
            return Break(event.stream, f"{event.sequence} ({event.id})", why)
        expected, previous = expected + 1, event.digest
    if (case.events, case.head) != (expected - 1, previous):
        return Break(f"case:{case.pk}", str(case.events), gettext_noop("末尾的记录不见了，或者不是原来那条"))
    return None
