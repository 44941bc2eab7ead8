"""Saying something: one page, text alone is enough."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.guards import remember_filed
from tingchao.desk.navigation import desk_nav
from tingchao.directory.actors import Actor, reporter
from tingchao.directory.selectors import station_get, stations_by_district, stations_open
from tingchao.engine.files import files_keep
from tingchao.engine.links import passcode_for, passcode_spelled
from tingchao.engine.words import limit_words
from tingchao.instruments.codes.selectors import code_resolve
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS
from tingchao.mechanisms.public_voices.rules import LONGEST, MOST_PHOTOS
from tingchao.mechanisms.public_voices.services import voice_file

FIELDS = ("text", "place", "phone")
RECORDED = {
    "telephone": gettext_noop("来电"),
    "visit": gettext_noop("来访"),
    "paper": gettext_noop("来信"),
}
"""Ways in which a voice comes to a station and is typed in there."""
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@never_cache
@require_http_methods(["GET", "POST"])
def say(request: HttpRequest) -> HttpResponseBase:
    """The form, and taking what it sends. Refused, it comes again with what was typed; sent twice, it is one matter."""
    data = request.POST if request.method == "POST" else request.GET
    code = data.get("code", "")[:40]
    scan = code_resolve(code) if code else None
    if scan is not None and scan.station is None:
        return render(request, "404.html", {"reason": gettext(scan.refused)}, status=404)
    station = scan.station if scan is not None else None
    if request.method == "GET":
        return _form(request, station, code, {})
    try:
        return _file(request, station, code)
    except Refusal as refusal:
        faults = fault_words(refusal)
        if refusal.code == "file":
            faults["photos"] = gettext(refusal.message) % refusal.params
        return _form(
            request, station, code, faults, error=gettext(refusal.message) % refusal.params, status=422
        )


def _file(request: HttpRequest, station: Any, code: str) -> HttpResponseBase:
    case = _filed(request, station or _chosen(request), channel="code" if code else "web", actor=reporter(0))
    followed = reverse("public:follow", args=[case.number, passcode_for(case)])
    return remember_filed(redirect(f"{followed}?fresh"), case)


def _filed(request: HttpRequest, place: Any, *, channel: str, actor: Actor) -> Any:
    """The voice that a form sends, heard at `place`."""
    photos = request.FILES.getlist("photos")
    if len(photos) > MOST_PHOTOS:
        raise Refusal("file", gettext_noop("最多传 6 张照片，请去掉几张。"))
    key = request.POST.get("idempotency_key", "")
    return voice_file(
        text=request.POST.get("text", ""),
        place=request.POST.get("place", ""),
        phone=request.POST.get("phone", ""),
        consent=bool(request.POST.get("consent")),
        region_code=place.region_id,
        station_id=place.id,
        channel=channel,
        actor=actor,
        now=now(),
        submission=f"form:{key}" if _KEY.fullmatch(key) else None,
        files=files_keep(photos),
    )


def _chosen(request: HttpRequest) -> Any:
    """The station that was chosen from the list; it says who hears the voice."""
    chosen = request.POST.get("station", "")
    station = station_get(int(chosen)) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
    if station is None:
        raise refused_inputs({"station": gettext_noop("请从名单里选一个离您近的站点。")})
    return station


def _limit(stage: str) -> str:
    limit = FIVE_STEPS.stage(stage).limit
    return "" if limit is None else limit_words(limit)


def _next_steps() -> list[dict[str, str]]:
    """What happens after sending, and by when, as the procedure has it."""
    sorting, acting = (_limit(key) for key in ("sorting", "acting"))
    return [
        {"label": gettext("马上给您编号和查询口令"), "when": gettext("不用注册，凭它随时回来看")},
        {"label": gettext("代表和联络员看过，告诉您交给谁办"), "when": sorting},
        {
            "label": gettext("承办单位答复您，请您评一评"),
            "when": gettext("一般%(limit)s，到期没有答复会自动上报") % {"limit": acting},
        },
    ]


def _form(
    request: HttpRequest,
    station: Any,
    code: str,
    errors: dict[str, str],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    values: dict[str, Any] = {key: request.POST.get(key, "") for key in FIELDS}
    values["consent"] = bool(request.POST.get("consent"))
    values["station"] = request.POST.get("station", "")
    offered = [] if station else stations_by_district()
    context = {
        "station": station,
        "stations": offered,
        "values": values,
        "errors": errors,
        "error": error,
        "key": request.POST.get("idempotency_key") or secrets.token_urlsafe(18),
        "code": code,
        "limits": {"text": LONGEST, "photos": MOST_PHOTOS},
        "next_steps": _next_steps(),
    }
    return render(request, "public_voices/say.html", context, status=status)


# --- typed in by a liaison --------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def record(request: HttpRequest) -> HttpResponseBase:
    """A telephone call, a visit or a letter, typed in by whoever looks after the station that it came to."""
    actor = actor_of(request)
    offered = _stations_of(actor)
    if not offered:
        raise PermissionDenied
    if request.method == "GET":
        return _record_form(request, offered, {})
    try:
        channel = request.POST.get("channel", "")
        place = _one_of(offered, request.POST.get("station", ""))
        if channel not in RECORDED:
            raise refused_inputs({"channel": gettext_noop("请选是怎么来的。")})
        case = _filed(request, place, channel=channel, actor=actor)
    except Refusal as refusal:
        faults = fault_words(refusal)
        return _record_form(request, offered, faults, error=gettext(refusal.message) % refusal.params)
    told = gettext("已记下。请告诉来人：编号 %(number)s，查询口令 %(code)s。")
    messages.success(request, told % {"number": case.number, "code": passcode_spelled(case)})
    return redirect("desk:case", case.number)


def _stations_of(actor: Actor) -> list[Any]:
    """The stations that an actor may hear voices for."""
    scopes = [hold.scope for hold in actor.holds if hold.role in (Role.LIAISON, Role.COORDINATOR)]
    return list(dict.fromkeys(station for scope in scopes for station in stations_open(scope)))


def _one_of(offered: list[Any], chosen: str) -> Any:
    station = next((one for one in offered if str(one.pk) == chosen), None)
    if station is None:
        raise refused_inputs({"station": gettext_noop("请从名单里选一个站点。")})
    return station


def _record_form(
    request: HttpRequest, offered: list[Any], errors: dict[str, str], *, error: str = ""
) -> HttpResponse:
    typed = request.POST
    chosen = typed.get("station") or str(offered[0].pk)
    values: dict[str, Any] = {key: typed.get(key, "") for key in FIELDS} | {
        "consent": bool(typed.get("consent"))
    }
    context = {
        "nav": desk_nav(request),
        "stations": [{"id": one.pk, "name": one.name, "on": str(one.pk) == chosen} for one in offered],
        "channels": [
            {"key": key, "label": gettext(label), "on": key == typed.get("channel", "telephone")}
            for key, label in RECORDED.items()
        ],
        "values": values,
        "errors": errors,
        "error": error,
        "key": typed.get("idempotency_key") or secrets.token_urlsafe(18),
        "limits": {"text": LONGEST, "photos": MOST_PHOTOS},
    }
    return render(request, "public_voices/record.html", context, status=422 if error else 200)
