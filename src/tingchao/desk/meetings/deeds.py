"""What an organiser may do with a gathering: each with its form and the service that it calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext

from tingchao.core.gatherings import MeetingKind, announced_late
from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.steps import refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.meetings.fields import Ask, Typed, lines_of, number_of, part, times_asked, times_of
from tingchao.desk.meetings.inviting import invite_asks, invited_of
from tingchao.directory.actors import Actor
from tingchao.engine.files import KeptFile
from tingchao.engine.selectors import case_by_number
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.policy import listens
from tingchao.instruments.meetings.services import (
    Minutes,
    Word,
    agenda_set,
    attendees_invite,
    case_tie,
    meeting_announce,
    meeting_cancel,
    meeting_change,
    meeting_code_make,
    meeting_hold,
    meeting_move,
    minutes_write,
    word_take,
)
from tingchao.instruments.meetings.writing import days_ahead

NO_CASE = gettext_noop("没有找到这件事，请核对编号。")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent: who, when, what was typed, with which files, under which key."""

    actor: Actor
    now: datetime
    typed: Typed
    seen: str = ""
    submission: str | None = None
    files: Sequence[KeptFile] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do. `offered` says when; a `tool` stands in the second row."""

    key: str
    label: str
    asks: Callable[[Meeting, datetime], list[Ask]]
    do: Callable[[Meeting, Sent], object]
    offered: Callable[[Meeting, datetime], bool]
    done: str = gettext_noop("已记下。")
    style: str = ""
    tool: bool = False


def _ahead(meeting: Meeting, now: datetime) -> bool:
    return meeting.state in (Meeting.State.PLANNED, Meeting.State.ANNOUNCED)


def _before(meeting: Meeting, now: datetime) -> bool:
    return _ahead(meeting, now) and now < meeting.starts_at


def _begun(meeting: Meeting, now: datetime) -> bool:
    return meeting.state != Meeting.State.CANCELLED and meeting.starts_at <= now


# --- what each asks for -----------------------------------------------------------------------------------


def _reason(label: str, hint: str = "") -> Ask:
    return Ask("reason", label, required=True, most=200, hint=hint)


def _announce(meeting: Meeting, now: datetime) -> list[Ask]:
    kind = kind_get(meeting.kind)
    if not announced_late(kind, days_ahead(meeting.starts_at, now)):
        return []
    hint = gettext("按规定要提前 %(n)s 天公布（%(source)s）。原因会留在记录里。")
    told = hint % {"n": kind.notice_days, "source": kind.source}
    return [_reason(gettext_noop("为什么来不及提前公布"), told)]


def _move(meeting: Meeting, now: datetime) -> list[Ask]:
    known = meeting.state == Meeting.State.ANNOUNCED
    why = [_reason(gettext_noop("为什么改"), gettext_noop("名单上的人都会看到，并请他们重新回话"))]
    place = Ask("place", gettext_noop("地点"), most=120, value=meeting.place)
    return [*times_asked(meeting.starts_at, meeting.ends_at), place, *(why if known else [])]


def _cancel(meeting: Meeting, now: datetime) -> list[Ask]:
    return [_reason(gettext_noop("为什么取消"), gettext_noop("名单上的人都会看到"))]


def _change(meeting: Meeting, now: datetime) -> list[Ask]:
    kind = kind_get(meeting.kind)
    asks = [
        Ask("title", gettext_noop("名称"), required=True, most=60, value=meeting.title),
        Ask("about", gettext_noop("说明"), "text", most=4000, value=meeting.about),
        Ask("local_name", gettext_noop("当地叫法"), most=20, value=meeting.local_name),
        Ask("online_at", gettext_noop("线上会议号或网址"), most=300, value=meeting.online_at),
        Ask(
            "places",
            gettext_noop("名额"),
            hint=gettext_noop("不限就留空；满了以后报名的人排候补"),
            value=meeting.places or "",
        ),
    ]
    if kind.public and kind.residents:
        shown = "residents" if meeting.residents else "public" if meeting.public else "staff"
        options = (
            ("residents", gettext("所有人，群众可以报名"), ""),
            ("public", gettext("所有人，不用报名"), ""),
            ("staff", gettext("不公开"), ""),
        )
        asks.append(Ask("shown", gettext_noop("谁能看"), "choice", options=options, value=shown))
    return asks


def _agenda(meeting: Meeting, now: datetime) -> list[Ask]:
    lines = "\n".join(
        "｜".join(filter(None, (one["what"], one["who"], str(one["minutes"] or ""))))
        for one in meeting.agenda
    )
    hint = gettext_noop("一行一项：做什么｜谁｜几分钟，后两样可以不写")
    return [Ask("agenda", gettext_noop("议程"), "text", True, hint=hint, value=lines)]


def _outcome(kind: MeetingKind, value: str) -> list[Ask]:
    options = tuple((key, gettext(label), "") for key, label in kind.outcomes)
    return [Ask("outcome", gettext_noop("结果"), "choice", options=options, value=value)] if options else []


def _hold(meeting: Meeting, now: datetime) -> list[Ask]:
    kind = kind_get(meeting.kind)
    counted = gettext("已经一位一位记下 %(n)s 人；还来过别人就把总数改大") % {"n": meeting.received or 0}
    hint = counted if meeting.received else gettext_noop("只在这里记一次，别处不用再报")
    received = Ask("received", gettext_noop("接待了几位群众"), hint=hint, value=meeting.received or "")
    return [*([received] if kind.receives else []), *_outcome(kind, meeting.outcome)]


def _minutes(meeting: Meeting, now: datetime) -> list[Ask]:
    lines = "\n".join(
        "｜".join(filter(None, (one["what"], one["who"], one["due"]))) for one in meeting.conclusions
    )
    hint = gettext_noop("一行一条：做什么｜谁来做｜哪天前（像 2026-12-01），后两样可以不写")
    return [
        Ask("minutes", gettext_noop("纪要"), "text", True, most=20_000, value=meeting.minutes),
        Ask("conclusions", gettext_noop("结论"), "text", hint=hint, value=lines),
        *_outcome(kind_get(meeting.kind), meeting.outcome),
        Ask("photos", gettext_noop("附件"), "files", hint=gettext_noop("照片或 PDF，最多 20 个")),
    ]


def _word(meeting: Meeting, now: datetime) -> list[Ask]:
    hint = gettext_noop("谁说的不用写姓名和电话；记下就成为一件事，有编号、有期限")
    return [
        Ask("text", gettext_noop("说了什么"), "text", True, most=2000, hint=hint),
        Ask("place", gettext_noop("在哪里"), most=100),
        Ask("photos", gettext_noop("照片"), "files"),
    ]


def _tie(meeting: Meeting, now: datetime) -> list[Ask]:
    return [Ask("number", gettext_noop("事项编号"), required=True, most=40)]


def _nothing(meeting: Meeting, now: datetime) -> list[Ask]:
    return []


# --- what each does ---------------------------------------------------------------------------------------


def _do_announce(meeting: Meeting, sent: Sent) -> object:
    reason = str(sent.typed.get("reason") or "")
    return meeting_announce(meeting_id=meeting.pk, reason=reason, actor=sent.actor, now=sent.now)


def _do_move(meeting: Meeting, sent: Sent) -> object:
    starts, ends = times_of(sent.typed)
    return meeting_move(
        meeting_id=meeting.pk,
        starts_at=starts,
        ends_at=ends,
        place=str(sent.typed.get("place") or ""),
        reason=str(sent.typed.get("reason") or ""),
        actor=sent.actor,
        now=sent.now,
    )


def _do_cancel(meeting: Meeting, sent: Sent) -> object:
    reason = str(sent.typed.get("reason") or "")
    return meeting_cancel(meeting_id=meeting.pk, reason=reason, actor=sent.actor, now=sent.now)


def _do_change(meeting: Meeting, sent: Sent) -> object:
    values: dict[str, object] = {
        key: sent.typed.get(key, "") for key in ("title", "about", "local_name", "online_at")
    }
    values["places"] = number_of(sent.typed, "places")
    if shown := sent.typed.get("shown"):
        values |= {"public": shown != "staff", "residents": shown == "residents"}
    return meeting_change(meeting_id=meeting.pk, values=values, actor=sent.actor, now=sent.now)


def _do_invite(meeting: Meeting, sent: Sent) -> object:
    invited = invited_of(meeting, sent.typed, sent.actor)
    return attendees_invite(meeting_id=meeting.pk, invited=invited, actor=sent.actor, now=sent.now)


def _do_agenda(meeting: Meeting, sent: Sent) -> object:
    items = [
        {"what": part(row, 0), "who": part(row, 1), "minutes": part(row, 2)}
        for row in lines_of(sent.typed.get("agenda"))
    ]
    return agenda_set(meeting_id=meeting.pk, agenda=items, actor=sent.actor, now=sent.now)


def _do_hold(meeting: Meeting, sent: Sent) -> object:
    return meeting_hold(
        meeting_id=meeting.pk,
        received=number_of(sent.typed, "received"),
        outcome=str(sent.typed.get("outcome") or ""),
        actor=sent.actor,
        now=sent.now,
    )


def _do_minutes(meeting: Meeting, sent: Sent) -> object:
    conclusions = [
        {"what": part(row, 0), "who": part(row, 1), "due": part(row, 2)}
        for row in lines_of(sent.typed.get("conclusions"))
    ]
    minutes = Minutes(
        str(sent.typed.get("minutes") or ""), conclusions, str(sent.typed.get("outcome") or ""), sent.files
    )
    seen = int(sent.seen) if sent.seen.isascii() and sent.seen.isdigit() and len(sent.seen) < 9 else -1
    return minutes_write(meeting_id=meeting.pk, minutes=minutes, seen=seen, actor=sent.actor, now=sent.now)


def _do_word(meeting: Meeting, sent: Sent) -> object:
    word = Word(str(sent.typed.get("text") or ""), str(sent.typed.get("place") or ""), files=sent.files)
    return word_take(
        meeting_id=meeting.pk, word=word, actor=sent.actor, now=sent.now, submission=sent.submission
    )


def _do_code(meeting: Meeting, sent: Sent) -> object:
    return meeting_code_make(meeting_id=meeting.pk, actor=sent.actor, now=sent.now)


def _do_tie(meeting: Meeting, sent: Sent) -> object:
    try:
        number = parse_number(str(sent.typed.get("number") or ""))
    except NumberError:
        raise refused_inputs({"number": NO_CASE}) from None
    case = case_by_number(number.year, number.serial)
    if case is None:
        raise refused_inputs({"number": NO_CASE})
    return case_tie(meeting_id=meeting.pk, case=case, actor=sent.actor, now=sent.now)


ANNOUNCED = gettext_noop("已公布，名单上的人都会收到通知。")

DEEDS: dict[str, Deed] = {
    one.key: one
    for one in (
        Deed(
            "announce",
            gettext_noop("公布"),
            _announce,
            _do_announce,
            lambda meeting, now: meeting.state == Meeting.State.PLANNED,
            ANNOUNCED,
            "primary",
        ),
        Deed(
            "invite",
            gettext_noop("请人参加"),
            invite_asks,
            _do_invite,
            _ahead,
            gettext_noop("已加到名单上。"),
        ),
        Deed(
            "hold",
            gettext_noop("记“已经开了”"),
            _hold,
            _do_hold,
            lambda m, now: _ahead(m, now) and _begun(m, now),
            style="primary",
        ),
        Deed("word", gettext_noop("记一件说的事"), _word, _do_word, _begun),
        Deed("minutes", gettext_noop("写纪要"), _minutes, _do_minutes, _begun, gettext_noop("纪要已存好。")),
        Deed("agenda", gettext_noop("写议程"), _agenda, _do_agenda, _ahead, tool=True),
        Deed("move", gettext_noop("改时间地点"), _move, _do_move, _ahead, tool=True),
        Deed("change", gettext_noop("改内容"), _change, _do_change, _ahead, tool=True),
        Deed(
            "code",
            gettext_noop("发活动码"),
            _nothing,
            _do_code,
            lambda m, now: _ahead(m, now) and m.station_id is not None and m.activity_id is None,
            gettext_noop("活动码已发，会后一周内群众扫码还能接着说。"),
            tool=True,
        ),
        Deed(
            "tie", gettext_noop("连一件事"), _tie, _do_tie, lambda m, now: m.state != "cancelled", tool=True
        ),
        Deed("cancel", gettext_noop("取消活动"), _cancel, _do_cancel, _ahead, style="danger", tool=True),
    )
}
"""Every deed by its key, in the order in which they are offered."""

OF_THOSE_WHO_LISTEN = ("word",)
"""Offered also to every deputy on the list, whatever grants they hold at the place."""

OF_THOSE_ON_DUTY = ("word", "minutes")
"""Offered also to whoever has a duty there, e.g. the deputy who receives."""


def offered(meeting: Meeting, now: datetime, *, organises: bool, own: Attendee | None) -> list[Deed]:
    """The deeds of somebody: all as an organiser, those of listening as the one on turn or on duty."""
    theirs = set(OF_THOSE_WHO_LISTEN if listens(own) else ())
    theirs |= set(OF_THOSE_ON_DUTY if own is not None and own.duty else ())
    return [
        deed for deed in DEEDS.values() if (organises or deed.key in theirs) and deed.offered(meeting, now)
    ]
