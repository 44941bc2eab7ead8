"""A live event in the desk: what waits and what everybody reads for the moderator, and the big screen of the hall."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.meetings import rows
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.meetings import STATUS
from tingchao.engine.registry import procedures, room_of
from tingchao.instruments.live import services
from tingchao.instruments.live.rules import REACTIONS
from tingchao.instruments.live.selectors import (
    live_get,
    mains_of,
    people_of,
    questions_moderated,
    reactions_of,
)
from tingchao.instruments.live.snapshots import piece, read
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.policy import organises
from tingchao.instruments.meetings.selectors import meeting_get

NO_DEED = gettext_noop("没有这个操作，请从页面上点按钮。")
NO_NUMBER = gettext_noop("请填一个整数。")


@dataclass(frozen=True, slots=True)
class Retry:
    """What was refused: why, and what was typed."""

    error: str = ""
    faults: dict[str, str] = field(default_factory=dict)


def _mine(request: HttpRequest, meeting_id: int) -> Any:
    """The gathering that I organise and that may have a live side; 404 when there is none, 403 when it is not mine."""
    meeting = meeting_get(meeting_id)
    if meeting is None or not kind_get(meeting.kind).live:
        raise Http404
    if not organises(actor_of(request), meeting):
        raise PermissionDenied
    return meeting


@never_cache
@require_GET
@staff
def moderate(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """What waits, what everybody reads, and what may be done with each."""
    return _page(request, _mine(request, meeting_id), Retry())


def _page(request: HttpRequest, meeting: Any, retry: Retry, *, status: int = 200) -> HttpResponse:
    live = live_get(meeting.pk)
    told = next(iter(messages.get_messages(request)), None)
    context: dict[str, Any] = {
        "nav": desk_nav(request),
        "meeting": {"id": meeting.pk, "title": meeting.title, "when": rows.when_words(meeting)},
        "live": live,
        "announced": meeting.state == "announced",
        "typed": request.POST,
        "error": retry.error,
        "errors": retry.faults,
        "message": str(told) if told else "",
        "hosts": settings.LIVE_HOSTS,
        "do_url": reverse("desk:live_do", args=[meeting.pk]),
    }
    if live is not None:
        context |= _questions(live)
    return render(request, "desk/meetings/live.html", context, status=status)


def _questions(live: Any) -> dict[str, Any]:
    desk, people, reactions = questions_moderated(live.pk), people_of(live, now()), reactions_of(live)
    return {
        "waiting": [_row(one, desk.same) for one in desk.waiting],
        "shown": [_row(one, desk.same) for one in desk.shown],
        "counts": desk.counts,
        "people": people,
        "reactions": [
            {"label": gettext(label), "count": reactions.get(key, 0)} for key, label in REACTIONS.items()
        ],
        "mains": mains_of(live.pk),
        "procedures": _procedures(live.meeting.kind),
    }


def _row(one: Any, same: dict[int, list[Any]]) -> dict[str, Any]:
    return {
        "id": one.pk,
        "text": one.text,
        "state": one.state,
        "label": gettext(str(one.get_state_display())),
        "masked": one.masked,
        "asked_at": one.asked_at,
        "answered_by": one.answered_by,
        "same": same.get(one.pk, []),
        "case": one.case if one.case_id else None,
    }


def _procedures(kind: str) -> list[tuple[str, str]]:
    """By what a question may go on as a matter: the one of this kind of gathering first."""
    first = kind_get(kind).procedure
    open_to_words = [
        one
        for one in procedures()
        if one.raiser is Role.REPORTER and hasattr(room_of(one.key, "services"), "word_open")
    ]
    open_to_words.sort(key=lambda one: one.key != first)
    return [(one.key, gettext(one.label)) for one in open_to_words]


@require_POST
@staff
def do(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """Do one thing with the event or a question. Refused, the page comes again with the reason."""
    meeting = _mine(request, meeting_id)
    try:
        told = _do(request, meeting)
    except Refusal as refusal:
        retry = Retry(gettext(refusal.message) % refusal.params, fault_words(refusal))
        return _page(request, meeting, retry, status=STATUS.get(refusal.code, 422))
    messages.success(request, told)
    return redirect("desk:live", meeting.pk)


def _do(request: HttpRequest, meeting: Any) -> str:
    action, given = request.POST.get("action", ""), {"actor": actor_of(request), "now": now()}
    if action in OF_THE_EVENT:
        return OF_THE_EVENT[action](request, meeting, given)
    question = _number(request, "question")
    if question is None or action not in OF_A_QUESTION:
        raise refused_inputs({"action": NO_DEED})
    return OF_A_QUESTION[action](request, question, given)


def _number(request: HttpRequest, key: str) -> int | None:
    text = request.POST.get(key, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise refused_inputs({key: NO_NUMBER})
    return int(text)


Given = dict[str, Any]


def _open(request: HttpRequest, meeting: Any, given: Given) -> str:
    services.live_open(meeting_id=meeting.pk, stream=request.POST.get("stream", ""), **given)
    return gettext("开了。把公开页的二维码投到屏幕上，大家就能提问。")


def _stream(request: HttpRequest, meeting: Any, given: Given) -> str:
    services.live_stream(meeting_id=meeting.pk, stream=request.POST.get("stream", ""), **given)
    return gettext("直播地址换好了。")


def _close(request: HttpRequest, meeting: Any, given: Given) -> str:
    services.live_close(meeting_id=meeting.pk, on_site=_number(request, "on_site"), **given)
    return gettext("结束了，参与人数已经记下，不用再报。")


def _show(request: HttpRequest, question: int, given: Given) -> str:
    services.question_show(question_id=question, **given)
    return gettext("公开了，大家看得到。")


def _hide(request: HttpRequest, question: int, given: Given) -> str:
    services.question_hide(question_id=question, **given)
    return gettext("不公开。")


def _current(request: HttpRequest, question: int, given: Given) -> str:
    services.question_take_up(question_id=question, **given)
    return gettext("标成正在答。")


def _answered(request: HttpRequest, question: int, given: Given) -> str:
    services.question_answered(question_id=question, by=request.POST.get("by", ""), **given)
    return gettext("记下了是谁答的。")


def _group(request: HttpRequest, question: int, given: Given) -> str:
    main = _number(request, "main")
    if main is None:
        raise refused_inputs({"main": services.NO_OTHER})
    services.question_group(question_id=question, main_id=main, **given)
    return gettext("并到一起了。")


def _apart(request: HttpRequest, question: int, given: Given) -> str:
    services.question_group(question_id=question, main_id=None, **given)
    return gettext("分开了，单独排着。")


def _case(request: HttpRequest, question: int, given: Given) -> str:
    place, procedure = request.POST.get("place", ""), request.POST.get("procedure", "")
    known = {key for key, _ in _procedures(services.KIND)}
    if procedure and procedure not in known:
        raise refused_inputs({"procedure": NO_DEED})
    case = services.question_case(question_id=question, procedure=procedure, place=place, **given)
    return gettext("转成了一件事，编号 %(number)s。") % {"number": case.number}


OF_THE_EVENT = {"open": _open, "stream": _stream, "close": _close}
OF_A_QUESTION = {
    "show": _show,
    "hide": _hide,
    "current": _current,
    "answered": _answered,
    "group": _group,
    "apart": _apart,
    "case": _case,
}


@never_cache
@require_GET
@staff
def screen(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """What stands on the big screen of the hall: what is being answered, what was asked, how to take part."""
    meeting = _mine(request, meeting_id)
    snapshot = read(meeting.pk)
    if snapshot is None:
        return redirect("desk:live", meeting.pk)
    address = f"{settings.PUBLIC_ADDRESS}{reverse('public:live', args=[meeting.pk])}"
    html = piece(meeting.pk, snapshot.state["pieces"]["zh-hans"]) or b""
    context = {
        "state": snapshot.state,
        "shown": mark_safe(html.decode()),  # noqa: S308 - drawn by our own template
        "reactions": [
            {"key": key, "label": gettext(label), "count": snapshot.state["reactions"].get(key, 0)}
            for key, label in REACTIONS.items()
        ],
        "address": address.split("://", 1)[-1],
        "qr_svg": mark_safe(  # noqa: S308 - drawn by segno
            segno.make(address, error="m").svg_inline(scale=8, border=2, omitsize=True)
        ),
        "back_url": reverse("desk:live", args=[meeting.pk]),
    }
    return render(request, "desk/meetings/live_screen.html", context)
