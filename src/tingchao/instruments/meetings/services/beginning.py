"""A gathering of one's own that begins now, e.g. a deputy's round of calls on voters 走访选民."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tingchao.core.attendance import State
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.services.attending import people_sign
from tingchao.instruments.meetings.services.calling import Called, meeting_create
from tingchao.instruments.meetings.writing import append

ONLY_OWN = gettext_noop("这样的活动要由在任代表自己开始。")
OWN_PLACE = gettext_noop("走到哪里记到哪里")
OWN_LASTS = timedelta(hours=4)
"""How long a round of one's own is thought to last; it may be closed earlier and written up for a week."""


@transaction.atomic
def meeting_begin(
    *, kind: str, title: str, actor: Actor, now: datetime, submission: str | None = None
) -> Meeting:
    """Begin one of one's own now, e.g. a round of calls on voters; whoever begins it is there. Nobody else is told.

    Raises Refusal "forbidden" for whoever is no deputy in office or for a kind that one does not begin alone.
    """
    if actor.deputy_id is None or not kind_get(kind).own:
        raise Refusal("forbidden", ONLY_OWN)
    deputy = Deputy.objects.select_related("station").get(pk=actor.deputy_id)
    station = deputy.station if deputy.station is not None and deputy.station.active else None
    wanted = Called(
        kind=kind, title=title, starts_at=now, ends_at=now + OWN_LASTS, station=station, place=OWN_PLACE
    )
    meeting = meeting_create(
        called=wanted, actor=actor, now=now, region_code=deputy.region_id, submission=submission
    )
    if meeting.state != Meeting.State.PLANNED:
        return meeting  # sent twice
    meeting.state, meeting.announced_at = Meeting.State.ANNOUNCED, now
    meeting.save(update_fields=["state", "announced_at"])
    one = Attendee.objects.create(
        meeting=meeting,
        part=Attendee.Part.DEPUTY,
        name=actor.name[:40],
        deputy_id=actor.deputy_id,
        state=State.COMING,
        since=now,
        expected=True,
    )
    append(meeting, "announce", actor=actor, role=str(Role.DEPUTY), now=now, data={"ahead": 0, "late": ""})
    people_sign(meeting, [one], way="offline", by="self", actor=actor, role=str(Role.DEPUTY), now=now)
    return meeting
