"""One resident heard at a gathering: the matter that comes of it, its outcome on the spot, that they were received.

Legal source: 代表法（2025） (contact with voters); 《信访工作条例》第三十一条 (where else to go).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tingchao.directory.actors import Actor
from tingchao.engine.files import KeptFile
from tingchao.engine.models import Case
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.policy import as_listener
from tingchao.instruments.meetings.services import resident_add, resident_hear
from tingchao.mechanisms.public_voices.services.conversations import Said, Where, conversation_record
from tingchao.mechanisms.public_voices.services.voters import voter_called, voter_get

NOTHING = "nothing"
"""What became of it when somebody only asked, or was only greeted: they were received, and there is no matter."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is written down of one turn: what was said, how many came, and who listened where another writes."""

    said: Said
    people: int = 1
    listener_id: int | None = None


@transaction.atomic
def resident_record(
    *,
    meeting: Meeting,
    attendee_id: int,
    heard: Heard,
    actor: Actor,
    now: datetime,
    submission: str | None = None,
    files: Sequence[KeptFile] = (),
) -> Case | None:
    """Write down one turn of a reception or a walk: the matter with its outcome, and that they were received. All or
    nothing; the same `submission` is one matter, and one resident is counted once however many matters they bring.

    Raises Refusal "forbidden" for whoever neither organises nor listens there, "not_here", "gone", "input".
    """
    who = _Turn(meeting.pk, attendee_id, heard)
    one = who.hear(actor, now)  # asks whether the actor may, before anything else
    said = heard.said
    if said.outcome == NOTHING:
        if said.voter:
            voter_called(voter=voter_get(actor, said.voter, now), now=now)
        return None
    where = Where(
        meeting.region_id,
        meeting.station_id,
        _listener_of(one, heard, actor, meeting),
        gathering=meeting.kind,
    )
    case = conversation_record(
        said=said,
        where=where,
        actor=as_listener(actor, meeting),
        now=now,
        submission=submission,
        files=files,
    )
    who.hear(actor, now, case)
    return case


@dataclass(frozen=True, slots=True)
class _Turn:
    meeting_id: int
    attendee_id: int
    heard: Heard

    def hear(self, actor: Actor, now: datetime, case: Case | None = None) -> Attendee:
        return resident_hear(
            meeting_id=self.meeting_id,
            attendee_id=self.attendee_id,
            people=self.heard.people,
            listener_id=self.heard.listener_id,
            case=case,
            actor=actor,
            now=now,
        )


def _listener_of(one: Attendee, heard: Heard, actor: Actor, meeting: Meeting) -> int | None:
    """The deputy who follows the matter: whoever listens themselves, or the one whom somebody else names."""
    mine = actor.deputy_id
    if mine is not None and meeting.attendees.filter(deputy_id=mine).exists():
        return mine
    return heard.listener_id or one.listener_id


@transaction.atomic
def household_record(
    *,
    meeting: Meeting,
    heard: Heard,
    actor: Actor,
    now: datetime,
    submission: str,
    files: Sequence[KeptFile] = (),
) -> Case | None:
    """Write down one household of a walk 走访, or anybody who was not in the queue: put down and heard in one step.

    A voter of a list is not named among those who were received: their name can go (个人信息保护法 art. 47).
    """
    one = resident_add(
        meeting_id=meeting.pk,
        actor=actor,
        now=now,
        people=heard.people,
        submission=f"{submission}:who",
    )
    return resident_record(
        meeting=meeting,
        attendee_id=one.pk,
        heard=heard,
        actor=actor,
        now=now,
        submission=submission,
        files=files,
    )


def channel_of(meeting: Meeting) -> str:
    """The channel of a matter that was said at a gathering."""
    return kind_get(meeting.kind).channel
