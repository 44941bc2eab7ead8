"""What somebody says for themselves, and the organiser's list."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from tingchao.core.attendance import State
from tingchao.core.text import gettext_noop
from tingchao.desk.meetings.deeds import Deed
from tingchao.desk.meetings.fields import Ask
from tingchao.directory.actors import Actor
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.services import (
    attendance_answer,
    attendance_mark,
    attendance_unmark,
    attendees_remove,
)

ANSWERS = {
    State.COMING: gettext_noop("记好了，到时见。"),
    State.WAITING: gettext_noop("名额满了，您排在候补里；有位子会通知您。"),
    State.EXCUSED: gettext_noop("请假记好了，组织的人会看到。"),
    State.LEFT: gettext_noop("已取消。"),
}
LISTS = {"mark": attendance_mark, "unmark": attendance_unmark, "remove": attendees_remove}


def attend_deeds(meeting: Meeting, own: Attendee | None, now: datetime) -> list[Deed]:
    """What the reader may say of themselves: that they come, or that they cannot."""
    if meeting.state != Meeting.State.ANNOUNCED or now > meeting.ends_at:
        return []
    if own is not None and own.signed_at is not None:
        return []
    found = []
    on = own is not None and own.state in (State.COMING, State.WAITING)
    if not on:
        label = gettext_noop("我参加") if own is not None else gettext_noop("报名参加")
        found.append(_deed("come", label, [], "primary"))
    if own is not None and own.state not in (State.EXCUSED, State.LEFT) and now < meeting.starts_at:
        reason = Ask("reason", gettext_noop("为什么来不了"), required=own.expected, most=200)
        label = gettext_noop("来不了，请假") if own.expected else gettext_noop("取消报名")
        found.append(_deed("leave", label, [reason] if own.expected else [], ""))
    return found


def _deed(key: str, label: str, asks: list[Ask], style: str) -> Deed:
    return Deed(
        key,
        label,
        lambda meeting, now: asks,
        lambda meeting, sent: None,
        lambda meeting, now: True,
        style=style,
    )


def own_do(meeting: Meeting, key: str, reason: str, *, actor: Actor, now: datetime) -> str:
    """Come or stay away; what to tell."""
    one = attendance_answer(meeting_id=meeting.pk, coming=key == "come", reason=reason, actor=actor, now=now)
    return gettext(ANSWERS[State(one.state)])


def list_do(meeting: Meeting, key: str, post: QueryDict, *, actor: Actor, now: datetime) -> str:
    """Sign in, take back or take off the list those who were ticked; what to tell."""
    chosen = [
        int(one) for one in post.getlist("attendee") if one.isascii() and one.isdigit() and len(one) < 19
    ]
    count = LISTS[key](meeting_id=meeting.pk, attendee_ids=chosen, actor=actor, now=now)
    return ngettext("已记下 %(n)s 人。", "已记下 %(n)s 人。", count) % {"n": count}
