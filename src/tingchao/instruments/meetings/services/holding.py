"""What becomes of a gathering: agenda, that it was held, minutes with conclusions and files, matters from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import ModuleType
from typing import Any

from django.db import IntegrityError, transaction

from tingchao.core.ledger import JSON
from tingchao.core.privacy import masked
from tingchao.core.steps import Fault, Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.files import KeptFile
from tingchao.engine.links import code_for
from tingchao.engine.models import Case, Fact
from tingchao.engine.registry import procedure_get, room_of
from tingchao.engine.services import case_open
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, CaseMeeting, Meeting, MeetingFile
from tingchao.instruments.meetings.policy import (
    NOT_TAKING_PART,
    as_listener,
    listens,
    may_organise,
    organises,
    require_keeper,
    require_listener,
)
from tingchao.instruments.meetings.services.attending import own_row, results_close
from tingchao.instruments.meetings.services.topics import CALLED, topics_tell
from tingchao.instruments.meetings.writing import (
    ENDED,
    RECEIVED,
    append,
    fact,
    locked,
    organised,
    require_ahead,
)

MOST_ITEMS = 50
LONGEST_MINUTES = 20_000
MOST_RECEIVED = 100_000
MOST_FILES = 20

EMPTY_AGENDA = gettext_noop("议程是空的，请至少写一项；不用议程可以不填。")
LONG_AGENDA = gettext_noop("议程最多 50 项，请合并几项。")
NOT_BEGUN = gettext_noop("还没有开始，等开了再记。")
EMPTY_MINUTES = gettext_noop("纪要还没有写。写几句说了什么、定了什么。")
LONG_MINUTES = gettext_noop("纪要最多 2 万字，更长的请作为附件。")
OTHER_VERSION = gettext_noop("别人刚改过纪要，请先看看他写的，再把您的合进去；您写的还在。")
BAD_RECEIVED = gettext_noop("人数填 0 到 100000 之间的整数。")
FEWER = gettext_noop("已经一位一位记下了 %(n)s 人，总数不能比这少。")
BAD_OUTCOME = gettext_noop("请从给出的结果里选一个。")
MANY_FILES = gettext_noop("一场活动最多放 20 个附件。")
NO_PROCEDURE = gettext_noop("这类活动上说的事，这里还没有接着办的程序。")
EMPTY_WORD = gettext_noop("请写说了什么，几句话就可以。")
OTHER_PLACE = gettext_noop("这件事不在您管的范围里，不能和这场活动连起来。")

Items = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was written down of a gathering. `conclusions` are {"what", "who", "due"} with an ISO day or nothing."""

    text: str
    conclusions: Items = ()
    outcome: str = ""
    files: Sequence[KeptFile] = field(default_factory=tuple)


@transaction.atomic
def agenda_set(*, meeting_id: int, agenda: Items, actor: Actor, now: datetime) -> Meeting:
    """Write the agenda: {"what", "who", "minutes"} each. Raises Refusal "input" for an empty or endless one."""
    meeting, role = organised(meeting_id, actor)
    require_ahead(meeting)
    items = [one for one in map(_agenda_item, agenda) if one["what"]]
    if not items or len(items) > MOST_ITEMS:
        raise refused_inputs({"agenda": LONG_AGENDA if items else EMPTY_AGENDA})
    if items != meeting.agenda:
        meeting.agenda, meeting.changed_at = items, now
        meeting.save(update_fields=["agenda", "changed_at"])
        append(meeting, "agenda", actor=actor, role=role, now=now, data={"agenda": items})
    return meeting


def _agenda_item(one: Mapping[str, object]) -> dict[str, JSON]:
    minutes = str(one.get("minutes") or "")
    return {
        "what": _line(one.get("what"), 120),
        "who": _line(one.get("who"), 40),
        "minutes": int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 5 else 0,
    }


def _line(text: object, most: int) -> str:
    return " ".join(clean_text(text).split())[:most]


@transaction.atomic
def meeting_hold(
    *, meeting_id: int, actor: Actor, now: datetime, received: int | None = None, outcome: str = ""
) -> Meeting:
    """Record that a gathering took place: one fact for it, one for each who was excused or stayed away, and how many
    residents were received, where its kind asks that. Recorded twice, nothing happens.

    Who signed in has their fact already. Raises Refusal "not_here" before it begins, "input".
    """
    meeting, role = organised(meeting_id, actor)
    if meeting.state == Meeting.State.HELD:
        return meeting
    require_ahead(meeting)
    if now < meeting.starts_at:
        raise Refusal("not_here", NOT_BEGUN)
    kind = kind_get(meeting.kind)
    _require_result(meeting, received, outcome)
    meeting.state, meeting.held_at, meeting.changed_at = Meeting.State.HELD, now, now
    meeting.outcome = outcome or meeting.outcome
    held = fact(meeting, kind.held_fact, detail=str(meeting.mode))
    held.body_id = meeting.body_id
    facts = [held, *results_close(meeting)]
    facts += _others_received(meeting, received) if kind.receives else []
    meeting.save(update_fields=["state", "held_at", "changed_at", "outcome", "received"])
    data: dict[str, JSON] = {"received": meeting.received, "outcome": meeting.outcome}
    append(meeting, "hold", actor=actor, role=role, now=now, data=data, facts=facts)
    return meeting


def _others_received(meeting: Meeting, received: int | None) -> list[Fact]:
    """The fact of those received whom nobody wrote down one by one: `received` is everybody."""
    if received is None:
        return []
    others = received - (meeting.received or 0)
    meeting.received = received
    return [fact(meeting, RECEIVED, detail=meeting.kind, amount=others)] if others else []


def _require_result(meeting: Meeting, received: int | None, outcome: str) -> None:
    faults: dict[str, str] = {}
    if received is not None and not 0 <= received <= MOST_RECEIVED:
        faults["received"] = BAD_RECEIVED
    elif received is not None and received < (meeting.received or 0):
        faults["received"] = Fault(FEWER, {"n": str(meeting.received)})
    if outcome and outcome not in dict(kind_get(meeting.kind).outcomes):
        faults["outcome"] = BAD_OUTCOME
    if faults:
        raise refused_inputs(faults)


@transaction.atomic
def minutes_write(*, meeting_id: int, minutes: Minutes, seen: int, actor: Actor, now: datetime) -> Meeting:
    """Write the minutes 议事纪要, with conclusions and files. `seen` is the version that the writer started from.

    Two who write at once: the second one's text is refused with "moved_on" and nothing is lost. May be written by
    organisers and by whoever takes part for them (a duty on the list). What is not yet closed is held by it.
    """
    meeting = locked(meeting_id)
    role = _writer(meeting, actor)
    if meeting.state == Meeting.State.CANCELLED:
        raise Refusal("not_here", ENDED[Meeting.State.CANCELLED])
    if now < meeting.starts_at:
        raise Refusal("not_here", NOT_BEGUN)
    if seen != meeting.minutes_version:
        raise Refusal("moved_on", OTHER_VERSION)
    text, conclusions = _cleaned(meeting, minutes)
    meeting.minutes, meeting.conclusions = text, conclusions
    meeting.outcome = minutes.outcome or meeting.outcome
    meeting.minutes_version, meeting.changed_at = meeting.minutes_version + 1, now
    meeting.save(update_fields=["minutes", "conclusions", "outcome", "minutes_version", "changed_at"])
    added = _files_add(meeting, minutes.files, now)
    data: dict[str, JSON] = {
        "minutes": text,
        "conclusions": conclusions,
        "outcome": meeting.outcome,
        "version": meeting.minutes_version,
        "files": [one.digest for one in added],
    }
    append(meeting, "minutes", actor=actor, role=role, now=now, data=data)
    return meeting


def _writer(meeting: Meeting, actor: Actor) -> str:
    if organises(actor, meeting):
        return str(require_keeper(actor, meeting))
    one = own_row(actor, meeting)
    if one is None or not one.duty:
        raise Refusal("forbidden", NOT_TAKING_PART)
    return str(one.part)


def _cleaned(meeting: Meeting, minutes: Minutes) -> tuple[str, list[dict[str, JSON]]]:
    text = clean_text(minutes.text)
    conclusions = [one for one in map(_conclusion, minutes.conclusions) if one["what"]]
    faults = {}
    if not text or len(text) > LONGEST_MINUTES:
        faults["minutes"] = LONG_MINUTES if text else EMPTY_MINUTES
    if len(conclusions) > MOST_ITEMS:
        faults["conclusions"] = gettext_noop("结论最多 50 条，请合并几条。")
    if minutes.outcome and minutes.outcome not in dict(kind_get(meeting.kind).outcomes):
        faults["outcome"] = BAD_OUTCOME
    if meeting.files.count() + len(minutes.files) > MOST_FILES:
        faults["files"] = MANY_FILES
    if faults:
        raise refused_inputs(faults)
    return text, conclusions


def _conclusion(one: Mapping[str, object]) -> dict[str, JSON]:
    return {
        "what": _line(one.get("what"), 200),
        "who": _line(one.get("who"), 40),
        "due": _day(one.get("due")),
    }


def _day(typed: object) -> str:
    try:
        return date.fromisoformat(str(typed or "")).isoformat()
    except ValueError:
        return ""


def _files_add(meeting: Meeting, files: Sequence[KeptFile], now: datetime) -> list[MeetingFile]:
    known = set(meeting.files.values_list("digest", flat=True))
    fresh = {kept.digest: kept for kept in files if kept.digest not in known}
    return MeetingFile.objects.bulk_create(
        MeetingFile(
            meeting=meeting,
            digest=kept.digest,
            kind=kept.kind,
            name=kept.name,
            size=kept.size,
            added_at=now,
        )
        for kept in fresh.values()
    )


# --- what people say becomes a matter ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said at a gathering. `procedure` is by which it goes on; empty: the one of the kind."""

    text: str
    place: str = ""
    procedure: str = ""
    files: Sequence[KeptFile] = field(default_factory=tuple)


@transaction.atomic
def word_take(
    *, meeting_id: int, word: Word, actor: Actor, now: datetime, submission: str | None = None
) -> Case:
    """Make a matter of what somebody said, tied to the gathering. The same `submission` is one matter.

    A mechanism that keeps more of a matter than the case says how in `word_open` of its services; for any other the
    case is opened as it is. By organisers and by whoever takes part for them.
    """
    meeting = locked(meeting_id)
    own = own_row(actor, meeting)
    role = require_listener(actor, meeting, own)
    if meeting.state == Meeting.State.CANCELLED:
        raise Refusal("not_here", ENDED[Meeting.State.CANCELLED])
    if now < meeting.starts_at:
        raise Refusal("not_here", NOT_BEGUN)
    text = clean_text(word.text)
    if not text:
        raise refused_inputs({"text": EMPTY_WORD})
    key = word.procedure or kind_get(meeting.kind).procedure
    heard_by = own.deputy_id if own is not None and listens(own) else None
    opener = as_listener(actor, meeting)
    case = _opened(meeting, key, word, text, heard_by=heard_by, actor=opener, now=now, submission=submission)
    word_tie(meeting, case, actor=actor, role=role, now=now)
    return case


def word_tie(
    meeting: Meeting,
    case: Case,
    *,
    actor: Actor,
    role: str,
    now: datetime,
    said_by: Attendee | None = None,
) -> None:
    """Tie a matter to the locked gathering at which it was said; once."""
    _, made = CaseMeeting.objects.get_or_create(case=case, meeting=meeting, defaults={"attendee": said_by})
    if not made:
        return
    data: dict[str, JSON] = {"case": case.pk, "number": case.number}
    append(meeting, "word", actor=actor, role=role, now=now, data=data)


def _opened(
    meeting: Meeting,
    key: str,
    word: Word,
    text: str,
    *,
    heard_by: int | None,
    actor: Actor,
    now: datetime,
    submission: str | None,
) -> Case:
    try:
        procedure = procedure_get(key)
    except KeyError:
        raise Refusal("not_here", NO_PROCEDURE) from None
    asked: dict[str, Any] = {
        "text": text,
        "place": _line(word.place, 200),
        "region_code": meeting.region_id,
        "station_id": meeting.station_id,
        "channel": kind_get(meeting.kind).channel,
        "actor": actor,
        "now": now,
        "submission": submission,
        "files": word.files,
    }
    room: ModuleType | None = room_of(key, "services")
    opener = getattr(room, "word_open", None)
    if opener is not None:
        made: Case = opener(**asked, heard_by=heard_by, gathering=meeting.kind)
        return made
    first = text.split("\n")[0][:40]
    try:
        with transaction.atomic():
            return case_open(
                procedure=procedure, title=masked(first), raised_by=gettext_noop("匿名"), **asked
            )
    except IntegrityError:
        known = Case.objects.filter(submission=submission).first()
        if known is None:
            raise
        return known


@transaction.atomic
def case_tie(
    *,
    meeting_id: int,
    case: Case,
    actor: Actor,
    now: datetime,
    tie: str = CaseMeeting.Tie.TOPIC,
    tells: bool = True,
) -> CaseMeeting:
    """Tie a matter that is there to a gathering, e.g. the one it is called to deliberate. Tied twice, it is once.

    Whoever raised the topic of a deliberation that is announced is told when and where it is, unless its own loop
    `tells` them.
    """
    meeting, role = organised(meeting_id, actor)
    if not may_organise(actor, kind_get(meeting.kind), case.region_id):
        raise Refusal("forbidden", OTHER_PLACE)
    tied, made = CaseMeeting.objects.get_or_create(case=case, meeting=meeting, defaults={"tie": tie})
    if made:
        data: dict[str, JSON] = {"case": case.pk, "number": case.number, "tie": tie}
        append(meeting, "tie", actor=actor, role=role, now=now, data=data)
        if tells and tie == CaseMeeting.Tie.TOPIC and meeting.state == Meeting.State.ANNOUNCED:
            topics_tell(meeting, [case], CALLED, actor=actor, role=role, now=now)
    return tied


def resident_code(one: Attendee) -> str:
    """The secret of a resident's own page; computed, so that nothing is stored that could leak."""
    return code_for(f"attendee:{one.pk}:{int(one.meeting.created_at.timestamp())}", 10)
