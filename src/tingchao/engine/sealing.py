"""Daily seals over all events, and the audit that proves every chain and seal.

A seal is the Merkle root over the digests of one day's events in the order of their ids; published, it lets
anybody prove later that an event was there. Once a day is sealed the database takes no more events for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import DataError, connection, transaction
from django.db.models import Subquery

from tingchao.core.ledger import GENESIS, JSON, Link, link_fault, merkle_root
from tingchao.core.text import gettext_noop
from tingchao.engine.models import Case, Event, Seal, Stream
from tingchao.engine.record import hashed_fields, text_digest
from tingchao.engine.timing import local_day

CHUNK = 2000

CHANGED = gettext_noop("内容被改动过")
BROKEN = {"gap": gettext_noop("中间少了记录"), "previous": gettext_noop("和前一条接不上")}
CUT_OFF = gettext_noop("末尾的记录不见了，或者不是原来那条")

UNREADABLE = (DataError, ValueError, OverflowError, RecursionError)
"""What reading a row raises when it holds something that no step could have written."""


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


def seal_last() -> Seal | None:
    """The newest seal: its root stands for every event up to its day."""
    return Seal.objects.order_by("-day").first()


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
    broken = (
        _first_broken_chain(counted)
        or _first_wrong_head()
        or _first_changed_fact()
        or _first_broken_seal(counted)
    )
    return AuditReport(counted.events, counted.chains, counted.seals, broken)


@dataclass(slots=True)
class _Counted:
    events: int = 0
    chains: int = 0
    seals: int = 0


def _first_broken_chain(counted: _Counted) -> Break | None:
    """All events in one pass, ordered by chain and sequence."""
    try:
        return _first_fault(counted)
    except UNREADABLE:
        if unreadable := _first_unreadable():
            return unreadable
        raise


def _first_fault(counted: _Counted) -> Break | None:
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


def _first_unreadable() -> Break | None:
    """The first event that was changed into something that cannot even be read, e.g. a day after the year 9999."""
    places = Event.objects.order_by("stream", "sequence").values_list("stream", "sequence", "id")
    for stream, sequence, key in places.iterator(chunk_size=CHUNK):
        try:
            Event.objects.get(pk=key)
        except UNREADABLE:
            return Break(stream, f"{sequence} ({key})", CHANGED)
    return None


def _in_order() -> Iterator[Event]:
    return Event.objects.order_by("stream", "sequence").iterator(chunk_size=CHUNK)


def _fault(event: Event, expected: int, previous: str) -> str:
    """Why an event does not go on from the one before it, in words; empty when it does."""
    fields, day_fits = _as_written(event)
    reason = link_fault(expected, previous, Link(event.sequence, event.previous, event.digest, fields))
    if reason in BROKEN:
        return BROKEN[reason]
    if not _belongs(event):
        return gettext_noop("不属于这件事")
    return "" if day_fits and not reason else CHANGED


def _belongs(event: Event) -> bool:
    """Whether an event bears the case that its chain is named after, or none on a chain of no case."""
    if event.case_id is None:
        return not event.stream.startswith("case:")
    return event.stream == f"case:{event.case_id}"


def _as_written(event: Event) -> tuple[dict[str, JSON], bool]:
    """What the digest is taken over, and whether the day is that of the moment; nothing where no step wrote this."""
    try:
        return hashed_fields(event), event.day == local_day(event.at)
    except (TypeError, ValueError, OverflowError):
        return {}, False


def _first_wrong_head() -> Break | None:
    """A matter or stream whose last event is not the one it names, or left it at another stage."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH heads AS (SELECT 'case:' || id AS stream, events, head, stage FROM engine_case"
            " UNION ALL SELECT key, events, head, '' FROM engine_stream),"
            " last AS (SELECT DISTINCT ON (stream) stream, sequence, digest, after FROM engine_event"
            " ORDER BY stream, sequence DESC)"
            " SELECT coalesce(h.stream, l.stream), coalesce(h.events, l.sequence),"
            " h.events = l.sequence AND h.head = l.digest FROM heads h FULL JOIN last l USING (stream)"
            " WHERE (h.events, h.head, h.stage) IS DISTINCT FROM (l.sequence, l.digest, l.after)"
            " ORDER BY 1 LIMIT 1"
        )
        row = cursor.fetchone()
    if row is None:
        return _first_changed_text()
    stream, events, last_is_there = row
    return Break(stream, str(events), gettext_noop("环节和最后一条记录对不上") if last_is_there else CUT_OFF)


def _first_changed_text() -> Break | None:
    """A matter whose text is not the one that was recorded when it was opened."""
    opened = Event.objects.filter(sequence=1, case__isnull=False).order_by("stream")
    texts = opened.values_list("stream", "id", "data", "case__title", "case__text", "case__place")
    for stream, key, data, title, text, place in texts.iterator(chunk_size=CHUNK):
        recorded = data.get("text") if isinstance(data, dict) else None
        if recorded != text_digest(Case(title=title, text=text, place=place)):
            return Break(stream, f"1 ({key})", gettext_noop("反映的内容被改动过"))
    return None


def _first_changed_fact() -> Break | None:
    """An event whose facts are not those it was written with: one changed, missing, or slipped in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH left_behind AS (SELECT event_id, jsonb_agg(jsonb_build_array(kind, detail, amount, body_id,"
            " deputy_id, region_id, station_id) || CASE subject WHEN '' THEN '[]'"
            " ELSE to_jsonb(ARRAY[subject, day::text]) END ORDER BY id) AS facts,"
            " min(CASE subject WHEN '' THEN day END) AS first, max(CASE subject WHEN '' THEN day END) AS last,"
            " bool_and(case_id IS NOT NULL) AS tied, min(case_id) AS least, max(case_id) AS most"
            " FROM engine_fact GROUP BY event_id)"
            " SELECT coalesce(e.stream, 'facts'), coalesce(e.sequence || ' (' || e.id || ')', f.event_id::text)"
            " FROM engine_event e"
            " FULL JOIN left_behind f ON f.event_id = e.id"
            " WHERE coalesce(e.data -> 'facts', '[]') IS DISTINCT FROM coalesce(f.facts, '[]')"
            " OR f.facts IS NOT NULL AND (f.first <> e.day OR f.last <> e.day"
            " OR (f.least, f.most, f.tied) IS DISTINCT FROM (e.case_id, e.case_id, e.case_id IS NOT NULL))"
            " ORDER BY 1, 2 LIMIT 1"
        )
        row = cursor.fetchone()
    return None if row is None else Break(row[0], row[1], gettext_noop("留下的数据被改动过"))


def _first_broken_seal(counted: _Counted) -> Break | None:
    previous, at = GENESIS, datetime.min.replace(tzinfo=UTC)
    try:
        for seal in Seal.objects.order_by("day"):
            counted.seals += 1
            if why := _seal_fault(seal, previous, at):
                return Break(_seal_name(seal.day), "", why)
            previous, at = seal.root, seal.sealed_at
    except UNREADABLE:
        return Break("seal", "", CHANGED)
    return _first_missing_seal()


def _seal_fault(seal: Seal, previous: str, at: datetime) -> str:
    digests = _digests(seal.day)
    if (seal.previous, seal.events, seal.root) != (previous, len(digests), merkle_root(digests)):
        return gettext_noop("当天的封存对不上")
    if seal.sealed_at < at or local_day(seal.sealed_at) <= seal.day:
        return gettext_noop("封存的时间对不上")
    return ""


def _first_missing_seal() -> Break | None:
    """A day before the last sealed one that has events and no seal: days are sealed in order, none left out."""
    days = Seal.objects.values("day")
    last = Seal.objects.order_by("-day").values("day")[:1]
    passed_over = Event.objects.filter(day__lt=Subquery(last)).exclude(day__in=days)
    day = passed_over.order_by("day").values_list("day", flat=True).first()
    return None if day is None else Break(_seal_name(day), "", gettext_noop("这一天没有封存"))


def _seal_name(day: date) -> str:
    return f"seal:{day.isoformat()}"


def stream_verify(key: str, events: Iterable[Event]) -> Break | None:
    """The first break in the chain of what is no case, `events` in their order; None when it holds up to its head."""
    expected, previous = 1, GENESIS
    for event in events:
        if why := _fault(event, expected, previous):
            return Break(event.stream, f"{event.sequence} ({event.id})", why)
        expected, previous = expected + 1, event.digest
    head = Stream.objects.filter(pk=key).values_list("events", "head").first()
    return (
        None if (head or (0, GENESIS)) == (expected - 1, previous) else Break(key, str(expected - 1), CUT_OFF)
    )


def chain_verify(case: Case, events: Iterable[Event]) -> Break | None:
    """The first break in one matter's own chain, `events` in their order; None when it holds up to its head."""
    expected, previous = 1, GENESIS
    for event in events:
        if why := _fault(event, expected, previous):
            return Break(event.stream, f"{event.sequence} ({event.id})", why)
        expected, previous = expected + 1, event.digest
    if (case.events, case.head) != (expected - 1, previous):
        return Break(f"case:{case.pk}", str(case.events), CUT_OFF)
    return None
