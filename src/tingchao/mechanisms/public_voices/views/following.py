"""Matters already known nearby: shown before a voice is sent, and followed instead of being said again."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.procedure import Procedure, Stage
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk import present
from tingchao.desk.guards import sender
from tingchao.desk.templatetags.tide import day
from tingchao.directory.selectors import working_calendar
from tingchao.engine import selectors as engine
from tingchao.engine.nearby import share_code_holds, shared_title
from tingchao.engine.registry import procedure_get
from tingchao.engine.tallies import Allowance, tally_key, tally_take
from tingchao.mechanisms.public_voices.forms import alike_shown, region_of
from tingchao.mechanisms.public_voices.selectors import followers_of, follows
from tingchao.mechanisms.public_voices.services.following import follower_mark, voice_follow

BROWSER = "browser"
BROWSER_FOR = 365 * 86_400
FOLLOWS = Allowance(most=30, seconds=3600)
"""Matters that one address may begin to follow in an hour; a browser that keeps no cookie counts each time."""

TOO_MANY = gettext_noop("从这个网络跟着看的太多了，请过一会儿再点。")


@never_cache
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """What is known nearby and like the text being typed, as a piece of the page; nothing when there is nothing."""
    region = region_of(request)
    found = alike_shown(request.POST.get("text", ""), region) if region else []
    return render(request, "public_voices/alike.html", {"alike": found})


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, number: str, code: str) -> HttpResponseBase:
    """A matter as everybody nearby may see it, and following it with one press."""
    case = _shared(number, code)
    browser = _browser_of(request)
    if request.method == "GET":
        return _page(request, case, browser)
    browser = browser or secrets.token_urlsafe(16)
    try:
        _require_room(request)
        voice_follow(case_id=case.pk, browser=browser, now=now())
    except Refusal as refusal:
        return _page(request, case, browser, error=gettext(refusal.message), status=422)
    messages.success(request, gettext("记下了。这一页会写办到哪一步，可以收藏起来回来看。"))
    response = redirect("public_voices:follow", number=case.number, code=code)
    response.set_signed_cookie(
        BROWSER, browser, max_age=BROWSER_FOR, httponly=True, samesite="Lax", secure=settings.SECURE
    )
    return response


def _shared(number: str, code: str) -> Any:
    try:
        parsed = parse_number(number)
    except NumberError:
        raise Http404 from None
    case = engine.case_by_number(parsed.year, parsed.serial)
    if case is None or not share_code_holds(case, code):
        raise Http404
    return case


def _browser_of(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(BROWSER, default="", max_age=BROWSER_FOR))


def _require_room(request: HttpRequest) -> None:
    moment = now()
    if tally_take(key=tally_key("follow", sender(request), moment), allowance=FOLLOWS, now=moment) is None:
        raise Refusal("guard", TOO_MANY)


def _page(
    request: HttpRequest, case: Any, browser: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    today, title = localdate(), shared_title(case)
    procedure, events = procedure_get(case.procedure), engine.history(case)
    told = next(iter(messages.get_messages(request)), None)
    mine = bool(browser) and follows(case.pk, follower_mark(case.pk, browser))
    context = {
        "title": title or gettext("您跟着看的一件事"),
        "hidden": not title,
        "number": case.number,
        "station": case.station.name if case.station else case.region.name,
        "text": case.public_text if case.closed_at is not None and title else "",
        "headline": _headline(case, procedure.stage(case.stage), today),
        "marks": _marks(case, procedure, events, today),
        "followers": followers_of([case.pk]).get(case.pk, 0),
        "mine": mine,
        "message": error or (str(told) if told else ""),
        "message_kind": "error" if error else "ok",
    }
    return render(request, "public_voices/followed.html", context, status=status)


def _marks(case: Any, procedure: Procedure, events: list[Any], today: date) -> list[dict[str, Any]]:
    """The stage diagram with the stages' plain names: their public ones speak to whoever raised the matter."""
    made = present.marks(case, procedure, events, today=today, calendar=working_calendar(), public=True)
    return [
        mark | {"label": gettext(segment.label)}
        for mark, segment in zip(made, procedure.segments, strict=True)
    ]


def _headline(case: Any, stage: Stage, today: date) -> str:
    """Where the matter stands, to somebody who did not raise it: the stage's own line speaks to whoever did."""
    if case.closed_at is not None:
        return gettext("这件事办完了。")
    if case.duty == Role.REPORTER:
        return gettext("已经答复，正在请反映的人评一评。")
    if case.due_on is None:
        return gettext(stage.public_label)
    if today > case.due_on:
        return gettext("没有按时办完，已经上报催办。")
    return gettext("%(stage)s，%(day)s前有下一步。") % {
        "stage": gettext(stage.public_label),
        "day": day(case.due_on),
    }
