"""A telephone call, a visit, a letter or a reception, typed in by a liaison or by the deputy who listened."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import station_of_deputy, stations_open
from tingchao.engine.links import passcode_spelled
from tingchao.mechanisms.public_voices.forms import photos_sent, submission_of
from tingchao.mechanisms.public_voices.inputs import GROUNDS
from tingchao.mechanisms.public_voices.rules import LONGEST, MOST_PHOTOS
from tingchao.mechanisms.public_voices.selectors import voters_of
from tingchao.mechanisms.public_voices.services.conversations import (
    TAKEN,
    Said,
    at_station,
    conversation_record,
)

RECORDED = {
    "telephone": gettext_noop("来电"),
    "visit": gettext_noop("来访"),
    "paper": gettext_noop("来信"),
    "reception": gettext_noop("接待"),
    "call_on": gettext_noop("走访"),
}
"""Ways in which a voice comes to a station or a deputy and is typed in there."""

TYPED = ("text", "place", "phone", "voter", "answer", "ground", "instead")


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def record(request: HttpRequest) -> HttpResponseBase:
    """What somebody said to the station or to a deputy, with what became of it on the spot, in one form."""
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
        case = conversation_record(
            said=_said(request, channel),
            where=at_station(place, actor),
            actor=actor,
            now=now(),
            submission=submission_of(request),
            files=photos_sent(request),
        )
    except Refusal as refusal:
        faults = fault_words(refusal)
        return _record_form(request, offered, faults, error=gettext(refusal.message) % refusal.params)
    told = gettext("已记下。请告诉来人：编号 %(number)s，查询口令 %(code)s。")
    messages.success(request, told % {"number": case.number, "code": passcode_spelled(case)})
    return redirect("desk:case", case.number)


def _stations_of(actor: Actor) -> list[Any]:
    """The stations that an actor may hear voices for, a deputy's own before the others."""
    hears = {Role.LIAISON, Role.COORDINATOR} | ({Role.DEPUTY} if actor.deputy_id is not None else set())
    scopes = [hold.scope for hold in actor.holds if hold.role in hears]
    found = list(dict.fromkeys(station for scope in scopes for station in stations_open(scope)))
    own = station_of_deputy(actor.deputy_id) if actor.deputy_id is not None else None
    return sorted(found, key=lambda station: station.pk != own)


def _said(request: HttpRequest, channel: str) -> Said:
    typed = request.POST
    return Said(
        channel=channel,
        consent=bool(typed.get("consent")),
        outcome=typed.get("outcome", TAKEN),
        **{key: typed.get(key, "") for key in TYPED},
    )


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
    values: dict[str, Any] = {key: typed.get(key, "") for key in TYPED} | {
        "consent": bool(typed.get("consent")),
        "outcome": typed.get("outcome", TAKEN),
    }
    deputy = actor_of(request).deputy_id
    context = {
        "nav": desk_nav(request),
        "stations": [{"id": one.pk, "name": one.name, "on": str(one.pk) == chosen} for one in offered],
        "channels": [
            {"key": key, "label": gettext(label), "on": key == typed.get("channel", "telephone")}
            for key, label in RECORDED.items()
        ],
        "values": values,
        "grounds": [
            {"key": one.key, "label": gettext(one.label), "on": one.key == values["ground"]}
            for one in GROUNDS
        ],
        "voters": [
            {"id": one.pk, "name": one.name, "phone": one.phone_shown, "on": str(one.pk) == values["voter"]}
            for one in (voters_of(deputy, localdate().year) if deputy is not None else [])
            if one.ended_on is None
        ],
        "errors": errors,
        "error": error,
        "key": typed.get("idempotency_key") or secrets.token_urlsafe(18),
        "limits": {"text": LONGEST, "photos": MOST_PHOTOS},
    }
    return render(request, "public_voices/record.html", context, status=422 if error else 200)
