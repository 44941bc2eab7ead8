"""Gatherings as screens show them: lines of a list, the head of a page, people, history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tingchao.core.attendance import LABELS, RESULT_LABELS, Result, State
from tingchao.core.roles import ROLE_LABELS
from tingchao.core.text import gettext_noop
from tingchao.desk.templatetags.tide import clock, day, daytime
from tingchao.engine.models import Event
from tingchao.engine.timing import local_day
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.selectors import Counts
from tingchao.instruments.meetings.writing import where

Given = dict[str, Any]

RUNNING = gettext_noop("正在进行")
STATES = {
    "planned": (gettext_noop("还没公布"), "plain"),
    "announced": (gettext_noop("已公布"), ""),
    "held": (gettext_noop("已开过"), "done"),
    "cancelled": (gettext_noop("已取消"), "late"),
}
TO_CLOSE = gettext_noop("等着记结果")

STEPS = {
    "meeting.create": gettext_noop("安排了这场活动"),
    "meeting.take_over": gettext_noop("从名单导入了这场活动"),
    "meeting.change": gettext_noop("改了内容"),
    "meeting.announce": gettext_noop("公布了"),
    "meeting.move": gettext_noop("改了时间或地点"),
    "meeting.cancel": gettext_noop("取消了"),
    "meeting.invite": gettext_noop("请了人"),
    "meeting.remove": gettext_noop("从名单上去掉了人"),
    "meeting.answer": gettext_noop("回了话"),
    "meeting.moved_up": gettext_noop("候补转为参加"),
    "meeting.sign_in": gettext_noop("签到"),
    "meeting.call": gettext_noop("叫了下一位"),
    "meeting.put_back": gettext_noop("请回去再等等"),
    "meeting.hear": gettext_noop("听了一位"),
    "meeting.unmark": gettext_noop("撤销了误记的签到"),
    "meeting.correct": gettext_noop("更正了到会记录"),
    "meeting.correct_received": gettext_noop("更正了接待的人数"),
    "credit_corrected": gettext_noop("更正了一位代表的记录"),
    "meeting.remind": gettext_noop("提醒了要来的人"),
    "meeting.agenda": gettext_noop("写了议程"),
    "meeting.hold": gettext_noop("记了“已经开了”"),
    "meeting.minutes": gettext_noop("写了纪要"),
    "meeting.word": gettext_noop("把会上说的转成一件事"),
    "meeting.tie": gettext_noop("和一件事连起来"),
    "meeting.code": gettext_noop("发了活动码"),
    "meeting.result": gettext_noop("把结果告诉到会的人，请他们评"),
    "meeting.live_open": gettext_noop("开了直播互动"),
    "meeting.live_stream": gettext_noop("换了直播地址"),
    "meeting.live_close": gettext_noop("结束了直播互动"),
    "meeting.live_show": gettext_noop("公开了一个问题"),
    "meeting.live_hide": gettext_noop("没有公开一个问题"),
    "meeting.live_current": gettext_noop("请人答一个问题"),
    "meeting.live_answered": gettext_noop("答了一个问题"),
    "meeting.live_group": gettext_noop("把同样的问题并在一起，或者分开"),
    "meeting.judged": gettext_noop("评了结果"),
}
SIGNED_BY = {"code": gettext_noop("扫码"), "self": gettext_noop("自己签到"), "list": gettext_noop("名单")}
PARTS = {**{str(role): label for role, label in ROLE_LABELS.items()}, **dict(Attendee.Part.choices)}


def state_of(meeting: Meeting, now: datetime) -> tuple[str, str]:
    """(words, colour) of where a gathering stands."""
    if meeting.state == Meeting.State.ANNOUNCED and meeting.starts_at <= now:
        return (gettext(RUNNING), "done") if now <= meeting.ends_at else (gettext(TO_CLOSE), "soon")
    label, colour = STATES[meeting.state]
    return gettext(label), colour


def when_words(meeting: Meeting) -> str:
    """11月25日（周三）9:00–11:00; with the second day where it ends on another."""
    one_day = local_day(meeting.starts_at) == local_day(meeting.ends_at)
    end = clock(meeting.ends_at) if one_day else daytime(meeting.ends_at)
    return f"{day(meeting.starts_at)} {clock(meeting.starts_at)}–{end}"


def where_words(meeting: Meeting) -> str:
    """The place, and the station where both are known."""
    place = gettext(where(meeting))
    if meeting.station is not None and meeting.mode != Meeting.Mode.ONLINE and meeting.place:
        return f"{meeting.station.name} · {place}"
    return place


def kind_label(meeting: Meeting) -> str:
    """What it is called: its local name where it has one."""
    try:
        label = gettext(kind_get(meeting.kind).label)
    except KeyError:  # the mechanism that added the kind is not installed any more
        label = meeting.kind
    return f"{label} · {meeting.local_name}" if meeting.local_name else label


def list_rows(meetings: Iterable[Meeting], now: datetime) -> list[Given]:
    """The lines of a list, each with whether it begins another day than the one before."""
    rows: list[Given] = []
    last = None
    for meeting in meetings:
        label, colour = state_of(meeting, now)
        today = local_day(meeting.starts_at)
        rows.append(
            {
                "day": meeting.starts_at if today != last else None,
                "url": reverse("desk:meeting", args=[meeting.pk]),
                "title": meeting.title,
                "kind": kind_label(meeting),
                "time": f"{clock(meeting.starts_at)}–{clock(meeting.ends_at)}",
                "where": where_words(meeting),
                "state": label,
                "colour": colour,
            }
        )
        last = today
    return rows


def details(meeting: Meeting, counts: Counts) -> list[Given]:
    """The card beside: when, where, who called it, how many come."""
    told = [
        (gettext("时间"), when_words(meeting), ""),
        (gettext("地点"), where_words(meeting), ""),
        (gettext("方式"), gettext(str(meeting.get_mode_display())), meeting.online_at),
        (gettext("单位"), meeting.body.name if meeting.body else "", ""),
        (gettext("谁能看"), _public_words(meeting), ""),
        (gettext("公布"), day(meeting.announced_at), meeting.late_reason),
        (gettext("名额"), _places_words(meeting, counts), ""),
        (gettext("到会"), _signed_words(counts), ""),
        (gettext("接待群众"), _people_words(meeting.received), ""),
        (gettext("结果"), outcome_label(meeting), ""),
        (gettext("组织"), meeting.organiser_name, ""),
    ]
    return [{"label": label, "value": value, "hint": hint} for label, value, hint in told if value]


def _public_words(meeting: Meeting) -> str:
    if kind_get(meeting.kind).hidden:
        return gettext("只有组织的人和参加的人")
    if not meeting.public:
        return gettext("本级工作人员和参加的人")
    return gettext("所有人，群众可以报名") if meeting.residents else gettext("所有人")


def _places_words(meeting: Meeting, counts: Counts) -> str:
    if meeting.places is None:
        return ""
    told = {"coming": counts.coming, "places": meeting.places}
    return gettext("%(coming)s / %(places)s") % told


def _signed_words(counts: Counts) -> str:
    if not counts.signed:
        return ""
    told = _people_words(counts.signed)
    return f"{told}（{gettext('线上 %(n)s') % {'n': counts.online}}）" if counts.online else told


def _people_words(count: int | None) -> str:
    return "" if count is None else ngettext("%(n)s 人", "%(n)s 人", count) % {"n": count}


def outcome_label(meeting: Meeting) -> str:
    """How it ended, in words; empty when nothing was said of that."""
    try:
        label = dict(kind_get(meeting.kind).outcomes).get(meeting.outcome, "")
    except KeyError:
        label = ""
    return gettext(label) if label else ""


def people_rows(people: Sequence[Attendee]) -> list[Given]:
    """The list of who comes."""
    return [
        {
            "id": one.pk,
            "name": one.name or gettext("没留称呼"),
            "part": gettext(str(one.get_part_display())),
            "duty": gettext(one.duty) if one.duty else "",
            "state": standing_words(one),
            "colour": _colour(one),
            "reason": one.reason,
            "signed": one.signed_at,
            "by": _by_words(one),
        }
        for one in people
    ]


def standing_words(one: Attendee) -> str:
    """Where somebody stands: what became of them, else what they said."""
    if one.signed_at is not None:
        return gettext(RESULT_LABELS[Result.ATTENDED])
    if one.result:
        return gettext(RESULT_LABELS[Result(one.result)])
    return gettext(LABELS[State(one.state)])


def _colour(one: Attendee) -> str:
    if one.signed_at is not None:
        return "done"
    if one.result == Result.ABSENT:
        return "late"
    return "" if one.state == State.COMING else "plain"


def _by_words(one: Attendee) -> str:
    if one.signed_at is None:
        return ""
    how = gettext(SIGNED_BY.get(one.signed_by, SIGNED_BY["list"]))
    way = gettext("线上") if one.way == "online" else ""
    return " · ".join(filter(None, (clock(one.signed_at), how, way)))


def timeline(events: Sequence[Event]) -> list[Given]:
    """What happened, newest first."""
    return [
        {
            "when": event.at,
            "who": gettext(event.actor_name),
            "role_label": gettext(str(PARTS.get(event.role, event.role))),
            "what": _step_words(event),
            "note": event.note,
            "seq": event.sequence,
            "digest": event.digest[:12],
        }
        for event in reversed(events)
    ]


def _step_words(event: Event) -> str:
    label = gettext(STEPS.get(event.action, event.action))
    people = event.data.get("attendees")
    if isinstance(people, list):
        count = ngettext("%(n)s 人", "%(n)s 人", len(people)) % {"n": len(people)}
        return f"{label}（{count}）"
    return label
