"""Places and the waiting list of a gathering whose row is locked."""

from __future__ import annotations

from datetime import datetime

from tingchao.core.attendance import State, moving_up, seat
from tingchao.directory.actors import Actor
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.writing import append, tell


def seat_for(meeting: Meeting) -> State:
    """What the next one to come gets."""
    return seat(meeting.places, _taken(meeting))


def _taken(meeting: Meeting) -> int:
    return 0 if meeting.places is None else meeting.attendees.filter(state=State.COMING).count()


def waiting_move_up(meeting: Meeting, *, actor: Actor, role: str, now: datetime) -> list[Attendee]:
    """Give free places to whoever waits longest, record it and tell each of them."""
    waiting = {one.pk: one for one in meeting.attendees.filter(state=State.WAITING).order_by("since", "id")}
    if not waiting:
        return []
    moved = [waiting[pk] for pk in moving_up(list(waiting), meeting.places, _taken(meeting))]
    if moved:
        Attendee.objects.filter(pk__in=[one.pk for one in moved]).update(state=State.COMING, since=now)
        told = tell(moved, meeting, "meeting_moved_up")
        data = {"attendees": [one.pk for one in moved]}
        append(meeting, "moved_up", actor=actor, role=role, now=now, data=data, told=told)
    return moved
