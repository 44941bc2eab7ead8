"""What a code opens, and for whom: a resident, whoever looks after the place, whoever typed it wrongly."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of
from tingchao.desk.context import entries
from tingchao.desk.meetings.public import next_rows
from tingchao.desk.public_rows import known_rows
from tingchao.desk.views.places import arrivals, station_context
from tingchao.directory.actors import Actor
from tingchao.engine import policy
from tingchao.engine import selectors as engine
from tingchao.engine.made_known import known_of_station
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import roles_of
from tingchao.instruments.codes.selectors import Scan, ScannedCase, ScannedStation, code_resolve
from tingchao.instruments.codes.services import code_scanned
from tingchao.instruments.codes.signing import token_for

TO_DEPUTY = gettext_noop("跟代表说一件事")
OPENED = gettext_noop("您管这里，扫码打开了工作台。群众扫到的是站点的网页。")
LOOKS_AFTER = frozenset({Role.LIAISON, Role.COORDINATOR})
AS_RESIDENT = "public"
"""Asks for what a resident sees, whoever scans."""


@require_GET
def station(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a scanned code opens: its station, deputy, activity or matter; the desk for whoever looks after it.

    A forged, mistyped or ended code is refused with the reason and what to do.
    """
    today = localdate()
    scan = code_resolve(token, today=today)
    actor = actor_of(request)
    if scan.code_id and not actor.holds and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        code_scanned(code_id=scan.code_id, day=today)
    if scan.refused:
        return _refused(request, token, scan, 404)
    inside = "" if AS_RESIDENT in request.GET or not actor.holds else desk_of(actor, scan)
    if inside:
        messages.info(request, gettext(OPENED))
        return redirect(inside)
    if scan.case is not None:
        return _case(request, scan.case, scan.station)
    if scan.deputy is not None or scan.activity is not None:
        return _held(request, scan, token)
    place = scan.station
    assert place is not None
    return render(request, "public/station.html", station_context(place, place.region_name, f"?code={token}"))


@never_cache
@require_GET
def typed(request: HttpRequest) -> HttpResponseBase:
    """Where a code is typed that cannot be scanned. What was typed stays, with a hint at what is wrong with it."""
    code = request.GET.get("code", "")
    if not code:
        return render(request, "public/code.html", {"typed": ""})
    scan = code_resolve(code, today=localdate())
    if scan.refused:
        return _refused(request, code, scan, 422)
    return redirect("public:station", token_for(scan.code_id))


def _refused(request: HttpRequest, token: str, scan: Scan, status: int) -> HttpResponse:
    context = {
        "typed": token[:60],
        "reason": gettext(scan.refused),
        "again": scan.typed_amiss,
    }
    return render(request, "public/code.html", context, status=status)


def desk_of(actor: Actor, scan: Scan) -> str:
    """The address in the desk that a scan opens for whoever looks after it; empty for all others."""
    if scan.case is not None:
        case = engine.case_by_number(scan.case.year, scan.case.id)
        if case is not None and policy.may_see(roles_of(actor, case)):
            return reverse("desk:case", args=[scan.case.number])
    place = scan.station
    if place is None or scan.case is not None:
        return ""
    cares = any(hold.role in LOOKS_AFTER and place.region_id.startswith(hold.scope) for hold in actor.holds)
    return f"{reverse('desk:worklist')}?view=open&station={place.id}" if cares else ""


def _case(request: HttpRequest, case: ScannedCase, place: ScannedStation | None) -> HttpResponseBase:
    """The account of a matter made known; of any other only how far it is, since its text is not everybody's."""
    if case.public:
        return redirect("public:known_case", case.number)
    procedure = procedure_get(case.procedure)
    stage = procedure.stage(case.stage)
    segment = next(one for one in procedure.segments if one.key == stage.segment)
    context = {
        "number": case.number,
        "title": case.announced if case.closed_at is None else "",
        "step": gettext(segment.known_label or segment.label),
        "due_on": case.due_on,
        "closed": case.closed_at,
        "place": None if place is None else _place(place),
        "station_url": "" if place is None else reverse("public:station_page", args=[place.id]),
        "entries": entries("" if place is None else f"?station={place.id}"),
    }
    return render(request, "public/scanned_case.html", context)


def _held(request: HttpRequest, scan: Scan, token: str) -> HttpResponse:
    """The page of the deputy or of the activity that a code belongs to. At most one SQL statement beside the scan."""
    place = scan.station
    assert place is not None
    doors = entries(f"?code={token}")
    if scan.deputy is not None and doors:
        doors[0]["label"] = gettext(TO_DEPUTY)
    context = {
        "scan": scan,
        "place": _place(place),
        "entries": doors,
        "known": known_rows(known_of_station(place.id)),
        "arrive": [] if scan.activity is None else arrivals(next_rows(place.id, now()), f"?code={token}"),
    }
    template = "public/deputy.html" if scan.deputy is not None else "public/activity.html"
    return render(request, template, context)


def _place(place: ScannedStation) -> dict[str, Any]:
    return {
        "name": place.name,
        "kind_label": gettext(place.kind_label),
        "address": place.address,
        "hours": place.hours,
        "phone": place.phone,
        "region_name": place.region_name,
    }
