"""Putting right what is left of a gathering after its list was closed: of a deputy, and how many people were received.

For a ground, by facts that even out and add; what was recorded stays.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tingchao.core.attendance import Result, State
from tingchao.core.ledger import JSON
from tingchao.core.steps import Fault, Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy
from tingchao.engine.models import Fact
from tingchao.engine.notices import notice, to_deputy
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.services.holding import BAD_RECEIVED, FEWER, MOST_RECEIVED, NOT_BEGUN
from tingchao.instruments.meetings.services.inviting import require_in_office
from tingchao.instruments.meetings.services.receiving import heard_sum
from tingchao.instruments.meetings.writing import (
    ENDED,
    RECEIVED,
    about_meeting,
    append,
    attendance_fact,
    fact,
    organised,
    reason_plain,
    tell,
)

NO_GROUND = gettext_noop("请写凭什么改，比如签到表、照片、会议记录。")
NOT_CLOSED = gettext_noop("这场没有接待群众，或者还没有结束；还没结束的，先在活动的页面上结束、记下人数。")
NO_DEPUTY = gettext_noop("没有这位代表，请刷新页面再选。")

_STATES = {
    Result.ATTENDED: State.COMING,
    Result.EXCUSED: State.EXCUSED,
    Result.ABSENT: State.INVITED,
    None: State.LEFT,
}


@transaction.atomic
def attendance_correct(
    *,
    meeting_id: int,
    deputy_id: int,
    result: Result | None,
    ground: str,
    actor: Actor,
    now: datetime,
    way: str = "offline",
) -> Attendee:
    """Say what is really left of a deputy at a gathering that has begun; None: nothing, they were not expected.

    The list itself closes a week after the end; a correction may come later, and so names its ground. What was
    recorded is evened out by -1, what is right is added; said twice, it is there once. The deputy is told. Raises
    Refusal "gone", "forbidden", "not_here" before it began or when it was cancelled, "input".
    """
    meeting, role = organised(meeting_id, actor)
    ground = reason_plain(ground)
    _require(meeting, ground, now)
    one = _row(meeting, deputy_id, now)
    way = _way(meeting, way) if result is Result.ATTENDED else ""
    if one.pk is not None and one.result == (result or "") and one.way == way:
        return one
    was = one.result
    facts = [attendance_fact(meeting, one, was, amount=-1)] if was else []
    facts += _changed(meeting, one, result, way, now)
    data: dict[str, JSON] = {"attendee": one.pk, "was": was, "is": one.result, "way": way}
    told = [notice(to_deputy(deputy_id), "attendance_corrected", **about_meeting(meeting))]
    append(
        meeting, "correct", actor=actor, role=role, now=now, note=ground, data=data, facts=facts, told=told
    )
    return one


@transaction.atomic
def received_correct(*, meeting_id: int, received: int, ground: str, actor: Actor, now: datetime) -> Meeting:
    """Say how many residents were really received at a gathering that is closed; never fewer than were heard singly.

    A fact adds the difference, on the day of the gathering. The deputies who were there are told. Raises Refusal
    "gone", "forbidden", "not_here" where nobody is received or before it is closed, "input".
    """
    meeting, role = organised(meeting_id, actor)
    ground = reason_plain(ground)
    _require(meeting, ground, now)
    if not kind_get(meeting.kind).receives or meeting.held_at is None:
        raise Refusal("not_here", NOT_CLOSED)
    if not 0 <= received <= MOST_RECEIVED:
        raise refused_inputs({"received": BAD_RECEIVED})
    if received < (heard := heard_sum(meeting)):
        raise refused_inputs({"received": Fault(FEWER, {"n": str(heard)})})
    was = meeting.received or 0
    if received == was:
        return meeting
    meeting.received = received
    meeting.save(update_fields=["received"])
    came = meeting.attendees.filter(deputy__isnull=False, result=Result.ATTENDED).order_by("id")
    data: dict[str, JSON] = {"was": was, "is": received}
    append(
        meeting,
        "correct_received",
        actor=actor,
        role=role,
        now=now,
        note=ground,
        data=data,
        facts=[fact(meeting, RECEIVED, detail=meeting.kind, amount=received - was)],
        told=tell(came, meeting, "record_corrected"),
    )
    return meeting


def _require(meeting: Meeting, ground: str, now: datetime) -> None:
    if meeting.state == Meeting.State.CANCELLED:
        raise Refusal("not_here", ENDED[Meeting.State.CANCELLED])
    if now < meeting.starts_at:
        raise Refusal("not_here", NOT_BEGUN)
    if len(ground) < 2:
        raise refused_inputs({"ground": NO_GROUND})


def _row(meeting: Meeting, deputy_id: int, now: datetime) -> Attendee:
    """The deputy's row on the list, or a fresh one for somebody who was not on it."""
    one = meeting.attendees.filter(deputy_id=deputy_id).first()
    if one is not None:
        return one
    deputy = Deputy.objects.filter(pk=deputy_id).first()
    if deputy is None:
        raise refused_inputs({"deputy": NO_DEPUTY})
    require_in_office([deputy], meeting)
    part = Attendee.Part.DEPUTY
    return Attendee(
        meeting=meeting,
        part=part,
        name=deputy.name,
        deputy=deputy,
        expected=True,
        state=State.LEFT,
        since=now,
    )


def _way(meeting: Meeting, way: str) -> str:
    if meeting.mode == Meeting.Mode.HYBRID:
        return "online" if way == "online" else "offline"
    return str(meeting.mode)


def _changed(meeting: Meeting, one: Attendee, result: Result | None, way: str, now: datetime) -> list[Fact]:
    """Give the row its new result; the fact that it leaves."""
    came = result is Result.ATTENDED
    one.state, one.since, one.result, one.way = _STATES[result], now, str(result or ""), way
    one.signed_at, one.signed_by = (now, "list") if came else (None, "")
    one.save()
    return [attendance_fact(meeting, one, one.result)] if one.result else []
