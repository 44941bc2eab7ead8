"""A day before a gathering whoever is to come is reminded, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tingchao.core.attendance import State
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.writing import append, locked, tell

AHEAD = timedelta(hours=26)
"""How long before the beginning; the job runs every hour, and quiet hours may put a notice off."""


def meetings_remind(*, now: datetime) -> int:
    """Remind those who come, or have not answered, of what begins soon. Returns of how many gatherings."""
    soon = Meeting.objects.filter(
        state=Meeting.State.ANNOUNCED, ends_at__gt=now, starts_at__gt=now, starts_at__lte=now + AHEAD
    )
    due = list(soon.filter(reminded_at=None).order_by("starts_at", "id").values_list("pk", flat=True))
    return sum(_remind(meeting_id, now) for meeting_id in due)


@transaction.atomic
def _remind(meeting_id: int, now: datetime) -> int:
    meeting = locked(meeting_id)
    if meeting.reminded_at is not None or meeting.state != Meeting.State.ANNOUNCED:
        return 0
    meeting.reminded_at = now
    meeting.save(update_fields=["reminded_at"])
    people = meeting.attendees.filter(state__in=[State.COMING, State.INVITED]).order_by("id")
    told = tell(people, meeting, "meeting_soon")
    append(meeting, "remind", actor=SYSTEM, role=str(Role.SYSTEM), now=now, told=told)
    return 1
