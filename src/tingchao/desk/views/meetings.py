"""Gatherings in the desk: the lists, a new one, the page of one and what may be done there."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.meetings import calling, rows
from tingchao.desk.meetings.attending import attend_deeds, list_do, own_do
from tingchao.desk.meetings.deeds import DEEDS, Deed, Sent, offered
from tingchao.desk.meetings.fields import drawn, faults_of, typed_in
from tingchao.desk.meetings.page import page_context
from tingchao.desk.navigation import desk_nav
from tingchao.directory.selectors import station_get
from tingchao.engine.files import files_keep
from tingchao.engine.links import passcode_spelled
from tingchao.instruments.meetings.feeds import feed_renew, feed_secret
from tingchao.instruments.meetings.kinds import kinds
from tingchao.instruments.meetings.listing import VIEWS, Sift, meetings_page
from tingchao.instruments.meetings.policy import kinds_for, may_see, organises
from tingchao.instruments.meetings.selectors import meeting_get
from tingchao.instruments.meetings.services import own_row

TABS = {
    "week": gettext_noop("本周"),
    "mine": gettext_noop("我的"),
    "planned": gettext_noop("接下来"),
    "past": gettext_noop("以前的"),
}
EMPTY = {
    "week": gettext_noop("这一周没有安排。有了安排，会按日子排在这里。"),
    "mine": gettext_noop("请您参加的、您组织的，会出现在这里。"),
    "planned": gettext_noop("还没有安排。安排好的接待、议事、学习会出现在这里。"),
    "past": gettext_noop("开过的会出现在这里，谁到了、说了什么都能查。"),
}
STATUS = {"moved_on": 409, "not_here": 409, "forbidden": 403, "gone": 404, "too_many": 429}
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@never_cache
@require_GET
@staff
def meetings(request: HttpRequest) -> HttpResponseBase:
    """One view of the gatherings that I may see, narrowed by kind and station."""
    actor, moment = actor_of(request), now()
    view = request.GET.get("view", "week")
    view = view if view in VIEWS else "week"
    sift = _sift(request)
    page = meetings_page(actor=actor, view=view, now=moment, sift=sift, after=request.GET.get("after", ""))
    here, kept = reverse("desk:meetings"), _kept(sift)
    context = {
        "nav": desk_nav(request),
        "view": view,
        "tabs": [
            {"label": gettext(label), "url": f"{here}?{urlencode({'view': key, **kept})}", "on": key == view}
            for key, label in TABS.items()
        ],
        "kinds": [
            {"key": one.key, "label": gettext(one.label), "on": one.key == sift.kind}
            for one in kinds().values()
        ],
        "sifted": bool(kept),
        "rows": rows.list_rows(page.rows, moment),
        "empty": gettext(EMPTY[view]),
        "next_url": f"{here}?{urlencode({'view': view, **kept, 'after': page.after})}" if page.after else "",
        "may_call": bool(kinds_for(actor)),
    }
    return render(request, "desk/meetings/list.html", context)


def _sift(request: HttpRequest) -> Sift:
    kind, station = request.GET.get("kind", ""), request.GET.get("station", "")
    known = station.isascii() and station.isdigit() and len(station) < 19
    return Sift(kind if kind in kinds() else "", int(station) if known else None)


def _kept(sift: Sift) -> dict[str, str]:
    kept = {"kind": sift.kind, "station": str(sift.station_id or "")}
    return {key: value for key, value in kept.items() if value}


# --- a new one --------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def meeting_new(request: HttpRequest) -> HttpResponseBase:
    """Call a gathering: its kind, where, when, who. It is announced afterwards, once it is right."""
    actor = actor_of(request)
    if not kinds_for(actor):
        raise PermissionDenied
    asks = calling.asks(actor, kind=request.GET.get("kind", ""), station=request.GET.get("station", ""))
    if request.method == "GET":
        return _new_page(request, drawn(asks))
    typed = typed_in(asks, request.POST)
    try:
        meeting = calling.called(typed, actor=actor, now=now(), submission=submission_of(request))
    except Refusal as refusal:
        fields = drawn(asks, typed, faults_of(fault_words(refusal)))
        error = gettext(refusal.message) % refusal.params
        return _new_page(request, fields, error=error, status=STATUS.get(refusal.code, 422))
    messages.success(request, gettext("安排好了。看一遍，没问题就公布。"))
    return redirect("desk:meeting", meeting.pk)


def _new_page(
    request: HttpRequest, fields: list[dict[str, Any]], *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "nav": desk_nav(request),
        "fields": fields,
        "error": error,
        "key": request.POST.get("idempotency_key") or secrets.token_urlsafe(18),
    }
    return render(request, "desk/meetings/new.html", context, status=status)


def submission_of(request: HttpRequest) -> str | None:
    """The idempotency key of a form; None when it bears no proper one."""
    key = request.POST.get("idempotency_key", "")
    return f"form:{key}" if _KEY.fullmatch(key) else None


# --- one gathering ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retry:
    """A form that was refused: which deed, what was typed, and why."""

    key: str = ""
    typed: dict[str, Any] | None = None
    error: str = ""
    faults: dict[str, str] | None = None


def visible(request: HttpRequest, meeting_id: int) -> Any:
    """The gathering of that id; 404 when there is none, 403 when it is not theirs to see."""
    meeting = meeting_get(meeting_id)
    if meeting is None:
        raise Http404
    actor = actor_of(request)
    if not may_see(actor, meeting, attends=own_row(actor, meeting) is not None):
        raise PermissionDenied
    return meeting


@never_cache
@require_GET
@staff
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """What, when, where, who comes, what is to be done, what came of it, and its history."""
    return _page(request, visible(request, meeting_id), Retry())


def _page(request: HttpRequest, row: Any, retry: Retry, *, status: int = 200) -> HttpResponse:
    actor, moment = actor_of(request), now()
    own, keeps = own_row(actor, row), organises(actor, row)
    deeds = offered(row, moment, organises=keeps, own=own)
    context = {
        "nav": desk_nav(request),
        **page_context(
            row,
            actor=actor,
            own=own,
            keeps=keeps,
            now=moment,
            after=_number(request.GET.get("after")),
            verify="verify" in request.GET,
        ),
        "actions": _forms(row, [one for one in deeds if not one.tool], retry),
        "tools": _forms(row, [one for one in deeds if one.tool], retry),
        "own_actions": _forms(row, attend_deeds(row, own, moment), retry),
        "act_url": reverse("desk:meeting_do", args=[row.pk]),
        "seq": f"{row.minutes_version}:{secrets.token_urlsafe(18)}",
        "error": retry.error,
    }
    return render(request, "desk/meetings/meeting.html", context, status=status)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _forms(row: Any, deeds: list[Deed], retry: Retry) -> list[dict[str, Any]]:
    """The deeds as the part "actions" takes them."""
    return [_form(row, deed, retry if retry.key == deed.key else Retry()) for deed in deeds]


def _form(row: Any, deed: Deed, retry: Retry) -> dict[str, Any]:
    return {
        "key": deed.key,
        "label": gettext(deed.label),
        "style": deed.style,
        "open": bool(retry.key),
        "error": retry.error,
        "fields": drawn(deed.asks(row, now()), retry.typed, retry.faults),
    }


@require_POST
@staff
def meeting_do(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """Do one thing with a gathering. Refused, the page comes again with the reason and what was typed."""
    row = visible(request, meeting_id)
    key = request.POST.get("action", "")
    deed = DEEDS.get(key)
    typed = typed_in(deed.asks(row, now()), request.POST) if deed is not None else dict(request.POST.items())
    try:
        told = _do(request, row, key, typed)
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        retry = Retry(key, typed, error, faults_of(fault_words(refusal)))
        return _page(request, visible(request, meeting_id), retry, status=STATUS.get(refusal.code, 422))
    messages.success(request, told)
    return redirect("desk:meeting", row.pk)


def _do(request: HttpRequest, row: Any, key: str, typed: dict[str, Any]) -> str:
    actor, moment = actor_of(request), now()
    if key in ("mark", "unmark", "remove"):
        return list_do(row, key, request.POST, actor=actor, now=moment)
    if key in ("come", "leave"):
        return own_do(row, key, str(typed.get("reason", "")), actor=actor, now=moment)
    deed = DEEDS.get(key)
    if deed is None:
        raise refused_inputs({"action": gettext_noop("没有这个操作，请从页面上点按钮。")})
    seen, _, token = request.POST.get("seq", "").partition(":")
    submission = f"meeting:{row.pk}:{token}" if _KEY.fullmatch(token) else None
    files = files_keep(request.FILES.getlist("photos"))
    made = deed.do(row, Sent(actor, moment, typed, seen, submission, files))
    if key == "word":
        told = gettext("已记下。请告诉来人：编号 %(number)s，查询口令 %(code)s。")
        case: Any = made
        return told % {"number": case.number, "code": passcode_spelled(case)}
    return gettext(deed.done)


# --- the calendar that one subscribes to ------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def calendar(request: HttpRequest) -> HttpResponseBase:
    """My calendar's secret address, and how to put it into a phone; a new one ends the old."""
    actor = actor_of(request)
    if request.method == "POST":
        feed_renew(actor=actor, now=now())
        messages.success(request, gettext("地址换好了，原来的地址不能用了。"))
        return redirect("desk:calendar")
    secret = feed_secret(actor.id or 0)
    url = request.build_absolute_uri(reverse("public:calendar", args=[actor.id, secret])) if secret else ""
    context = {"nav": desk_nav(request), "url": url, "webcal": re.sub(r"^https?:", "webcal:", url)}
    return render(request, "desk/meetings/calendar.html", context)


def station_named(station_id: int) -> Any:
    """An open station; 404 when there is none."""
    found = station_get(station_id) if station_id < 2**63 else None
    if found is None:
        raise Http404
    return found
