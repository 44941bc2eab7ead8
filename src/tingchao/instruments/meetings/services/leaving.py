"""Gatherings that lie ahead at a station which closes: each moves to the station that takes over, or is cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tingchao.core.attendance import State
from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.codes import scope_of
from tingchao.directory.models import Station
from tingchao.directory.policy import require_directory
from tingchao.engine.hanging import Hung
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.writing import append, locked, reason_plain, tell

OTHER_PLACE = gettext_noop("接手的站点不在同一个地方，或者已经关闭，请另选。")
STATES = (Meeting.State.PLANNED, Meeting.State.ANNOUNCED)


class Gatherings:
    """Keeps the gatherings of a station; see engine.hanging."""

    prefix = "meeting"

    def ahead(self, station_id: int, now: datetime, most: int) -> Sequence[Hung]:
        """Those that are not over; whoever looks after the place can still close the others."""
        rows = Meeting.objects.filter(station_id=station_id, state__in=STATES, ends_at__gt=now)
        return [Hung(one.stream, one.title, one.starts_at) for one in rows.order_by("starts_at", "id")[:most]]

    def settle(
        self, key: str, *, of: int, to: Station | None, reason: str, actor: Actor, now: datetime
    ) -> None:
        """Move one gathering, or call it off."""
        meeting_leave(
            meeting_id=int(key.partition(":")[2]), of=of, to=to, reason=reason, actor=actor, now=now
        )


@transaction.atomic
def meeting_leave(
    *, meeting_id: int, of: int, to: Station | None, reason: str, actor: Actor, now: datetime
) -> Meeting:
    """Take a gathering away from a station that closes. Whoever is on its list is told, and asked again if it moves.

    Raises Refusal "forbidden" for whoever does not keep the place, "input" for a station of elsewhere.
    """
    meeting = locked(meeting_id)
    require_directory(actor, meeting.region_id)
    if meeting.station_id != of or meeting.state not in STATES:
        return meeting  # it went already
    known, reason = meeting.state == Meeting.State.ANNOUNCED, reason_plain(reason)
    people = list(meeting.attendees.exclude(state=State.LEFT).order_by("id")) if known else []
    meeting.reason, meeting.changed_at, meeting.revision = reason, now, meeting.revision + 1
    role, data = str(Role.ADMINISTRATOR), {}
    if to is None:
        told = tell(people, meeting, "meeting_cancelled", why=reason)
        meeting.state = Meeting.State.CANCELLED
        action = "cancel"
    else:
        data = _moved_to(meeting, to)
        if known:
            asked_again = meeting.attendees.exclude(state=State.LEFT).filter(signed_at=None)
            asked_again.update(state=State.INVITED, since=now, reason="")
        told = tell(people, meeting, "meeting_moved", why=reason, was=meeting.starts_at.isoformat())
        action = "move"
    meeting.save()
    append(meeting, action, actor=actor, role=role, now=now, note=reason, data=data, told=told)
    return meeting


def _moved_to(meeting: Meeting, to: Station) -> dict[str, JSON]:
    """Put the gathering at another station of the same sub-district; what its record says of that."""
    if not to.active or scope_of(to.region_id)[:9] != scope_of(meeting.region_id)[:9]:
        raise Refusal("input", OTHER_PLACE)
    was: dict[str, JSON] = {"was_station": meeting.station_id, "was_place": meeting.place}
    meeting.station, meeting.region_id, meeting.place = to, to.region_id, ""
    return was | {"station": to.pk, "place": ""}
