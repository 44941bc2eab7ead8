"""Gatherings that are over and were kept elsewhere: taken over in bulk with who came, never typed one by one.

They leave the same rows, events and facts as gatherings that were called, signed in to and held here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from tingchao.core.attendance import Result, State
from tingchao.core.ledger import JSON
from tingchao.directory.actors import Actor
from tingchao.engine import record
from tingchao.engine.models import Fact
from tingchao.engine.timing import local_day
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, CaseMeeting, Meeting
from tingchao.instruments.meetings.policy import require_organiser
from tingchao.instruments.meetings.writing import RECEIVED, attendance_fact, fact

AUDIENCE = "meeting.audience"
"""Kind of fact: people who took part in a gathering on the spot or by looking on, counted once with it."""

_STATES = {Result.ATTENDED: State.COMING, Result.EXCUSED: State.EXCUSED, Result.ABSENT: State.INVITED}


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who was expected: a deputy, a body, or a name alone; what is left of them, and how they took part."""

    name: str
    part: str = Attendee.Part.DEPUTY
    deputy_id: int | None = None
    body_id: int | None = None
    result: Result = Result.ATTENDED
    way: str = "offline"
    reason: str = ""


@dataclass(slots=True)
class Past:
    """A gathering that is over. `submission` names it wherever it was kept, so that it is taken over once."""

    kind: str
    title: str
    region_code: str
    starts_at: datetime
    ends_at: datetime
    submission: str
    station_id: int | None = None
    body_id: int | None = None
    place: str = ""
    mode: str = Meeting.Mode.OFFLINE
    public: bool = False
    comers: Sequence[Comer] = ()
    received: int | None = None
    audience: int | None = None
    outcome: str = ""
    minutes: str = ""
    conclusions: Sequence[dict[str, JSON]] = ()
    local_name: str = ""
    facts: Sequence[Fact] = ()
    """What else it left; subject, day, region and station are filled in."""
    cases: Sequence[int] = field(default_factory=tuple)
    """Matters that came of it."""
    ground: str = ""
    """By what it is known, where somebody adds it afterwards."""


def pasts_known(submissions: Iterable[str]) -> dict[str, int]:
    """Submission → id of the gathering that was taken over under it."""
    rows = Meeting.objects.filter(submission__in=list(submissions))
    return {str(key): pk for key, pk in rows.values_list("submission", "pk")}


@transaction.atomic
def meetings_take_over(*, pasts: Sequence[Past], actor: Actor, now: datetime | None = None) -> int:
    """Write gatherings that are over; how many were not known before. One that was taken over adds nothing.

    They are recorded at `now`, or each when it ended. Raises Refusal "forbidden" where the actor organises none.
    """
    with connection.cursor() as cursor:  # two imports at once take turns
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('meetings.take_over'))")
    known = pasts_known(one.submission for one in pasts)
    fresh = list({one.submission: one for one in pasts if one.submission not in known}.values())
    roles = {
        key: str(require_organiser(actor, kind_get(key[0]), key[1]))
        for key in {(one.kind, one.region_code) for one in fresh}
    }
    meetings = [_meeting(one, actor, now or one.ends_at) for one in fresh]
    record.number_rows(meetings)
    record.insert_many(meetings)
    people = [_attendees(one, meeting) for one, meeting in zip(fresh, meetings, strict=True)]
    record.insert_many([row for rows in people for row in rows])
    record.insert_many(
        [
            CaseMeeting(case_id=case, meeting=meeting)
            for one, meeting in zip(fresh, meetings, strict=True)
            for case in one.cases
        ]
    )
    record.streams_begin(
        [
            (meeting.stream, _steps(one, meeting, rows, actor, roles[one.kind, one.region_code]))
            for one, meeting, rows in zip(fresh, meetings, people, strict=True)
        ]
    )
    return len(fresh)


def _meeting(one: Past, actor: Actor, moment: datetime) -> Meeting:
    account = actor if actor.kind == "account" else None
    return Meeting(
        kind=one.kind,
        title=one.title[:60],
        region_id=one.region_code,
        station_id=one.station_id,
        body_id=one.body_id,
        place=one.place[:120],
        mode=one.mode,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        state=Meeting.State.HELD,
        public=one.public and kind_get(one.kind).public,
        announced_at=one.starts_at if one.public else None,
        held_at=moment,
        changed_at=moment,
        created_at=moment,
        organiser=account.key if account else "",
        organiser_name=account.name[:40] if account else "",
        received=one.received,
        outcome=one.outcome,
        minutes=one.minutes,
        conclusions=list(one.conclusions),
        local_name=one.local_name[:20],
        minutes_version=1 if one.minutes else 0,
        submission=one.submission,
    )


def _attendees(one: Past, meeting: Meeting) -> list[Attendee]:
    return [
        Attendee(
            meeting=meeting,
            part=comer.part,
            name=comer.name[:40],
            deputy_id=comer.deputy_id,
            body_id=comer.body_id,
            expected=True,
            state=_STATES[comer.result],
            since=meeting.created_at,
            reason=comer.reason,
            signed_at=one.starts_at if comer.result is Result.ATTENDED else None,
            signed_by="list" if comer.result is Result.ATTENDED else "",
            way=comer.way if comer.result is Result.ATTENDED else "",
            result=str(comer.result),
        )
        for comer in one.comers
    ]


def _steps(
    one: Past, meeting: Meeting, people: Sequence[Attendee], actor: Actor, role: str
) -> list[record.Entry]:
    came = [row for row in people if row.result == Result.ATTENDED]
    away = [row for row in people if row.result != Result.ATTENDED]
    told: dict[str, JSON] = {
        "kind": one.kind,
        "title": meeting.title,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "mode": str(one.mode),
        "source": one.submission,
    }
    signed: dict[str, JSON] = {"names": [row.name for row in came], "by": "list"}
    closing: dict[str, JSON] = {"received": one.received, "outcome": one.outcome, "cases": list(one.cases)}
    written: dict[str, JSON] = {
        "minutes": one.minutes,
        "conclusions": list(one.conclusions),
        "outcome": one.outcome,
        "version": 1,
        "files": [],
    }
    steps: list[tuple[str, dict[str, JSON], list[Fact]]] = [
        ("take_over", told, []),
        ("sign_in", signed, [attendance_fact(meeting, row, row.result) for row in came]),
        (
            "hold",
            closing,
            [*_held(one, meeting), *(attendance_fact(meeting, row, row.result) for row in away)],
        ),
        *([("minutes", written, [])] if one.minutes else []),
    ]
    return [
        record.Entry(
            action=f"meeting.{action}",
            actor=actor,
            role=role,
            now=meeting.created_at,
            note=one.ground if action == "take_over" else "",
            data=data,
            facts=facts,
        )
        for action, data, facts in steps
        if facts or action != "sign_in"
    ]


def _held(one: Past, meeting: Meeting) -> list[Fact]:
    held = fact(meeting, kind_get(one.kind).held_fact, detail=str(one.mode))
    held.body_id = one.body_id
    facts = [held]
    if one.received is not None:
        facts.append(fact(meeting, RECEIVED, detail=one.kind, amount=one.received))
    if one.audience is not None:
        facts.append(fact(meeting, AUDIENCE, detail=one.kind, amount=one.audience))
    for more in one.facts:
        more.subject, more.day = meeting.stream, local_day(meeting.starts_at)
        more.region_id, more.station_id = meeting.region_id, meeting.station_id
        facts.append(more)
    return facts
