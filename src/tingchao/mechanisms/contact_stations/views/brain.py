"""A station's own view 数智大脑 for its liaison and the head station: what waits, this week, guidance, daily checks."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.quartiles import STANDS
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.meetings.rows import list_rows
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.work import visible
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import region_by_code, working_calendar
from tingchao.engine.registry import procedure_get
from tingchao.engine.selectors import case_by_number
from tingchao.mechanisms.contact_stations.forms import head_place, head_places, head_scopes
from tingchao.mechanisms.contact_stations.rules import MOST_ITEMS
from tingchao.mechanisms.contact_stations.selectors import brain as reads
from tingchao.mechanisms.contact_stations.selectors import scopes_seen
from tingchao.mechanisms.contact_stations.services.guidance import (
    KEEPS_STATION,
    check_answer,
    check_list_set,
    guidance_give,
)

STATUS = {"forbidden": 403, "moved_on": 409}
NAMED = 3
"""Days without a check that are named; the strip shows all of them."""

NO_CASE = gettext_noop("没有找到这件事，请核对编号。")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def _scopes(request: HttpRequest) -> tuple[str, ...]:
    scopes = scopes_seen(actor_of(request))
    if not scopes:
        raise PermissionDenied
    return scopes


def _within(region_code: str, scopes: tuple[str, ...]) -> bool:
    return any(region_code.startswith(scope) for scope in scopes)


@never_cache
@require_GET
@staff
def network(request: HttpRequest) -> HttpResponseBase:
    """The stations that I look after, in the order in which they were put up; the only one opens at once."""
    scopes = _scopes(request)
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    rows, further = reads.network_page(scopes, now(), start)
    if len(rows) == 1 and not start and not further and "all" not in request.GET:
        return redirect("contact_stations:brain", rows[0].station.pk)
    context = {
        "nav": desk_nav(request),
        "rows": rows,
        "next_url": f"?after={further}" if further else "",
        "may_set": bool(head_scopes(actor_of(request))),
    }
    return render(request, "contact_stations/network.html", context)


# --- one station ------------------------------------------------------------------------------------------


def _station(request: HttpRequest, station_id: int) -> Any:
    """The station of that id; 403 where it is not theirs to see, 404 where there is none."""
    found = reads.station_seen(station_id, ("",))
    scopes = _scopes(request)
    if found is None:
        raise Http404
    if not _within(found.region_id, scopes):
        raise PermissionDenied
    return found


@never_cache
@require_GET
@staff
def brain(request: HttpRequest, station_id: int) -> HttpResponseBase:
    """What waits, what is late, this week's gatherings, guidance, today's check, where the station lies among all."""
    return _page(request, _station(request, station_id))


@require_POST
@staff
def brain_do(request: HttpRequest, station_id: int) -> HttpResponseBase:
    """Today's check, or a note of the head station. Refused, the page comes again with what was typed."""
    station, deed = _station(request, station_id), request.POST.get("do", "")
    try:
        if deed == "guide":
            _guide(request, station)
            messages.success(request, gettext("已经发给站里，到期前要回话。"))
        else:
            _check(request, station)
            messages.success(request, gettext("今天的检查记下了。今天以内还可以改。"))
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        status = STATUS.get(refusal.code, 422)
        return _page(request, station, deed, error=error, faults=fault_words(refusal), status=status)
    return redirect("contact_stations:brain", station.pk)


@require_POST
@staff
def guide_case(request: HttpRequest, number: str) -> HttpResponseBase:
    """From a matter to the page of its station, with the form for a note on it open."""
    case = visible(request, number).case
    if not any(case.region_id.startswith(scope) for scope in head_scopes(actor_of(request))):
        raise PermissionDenied
    if case.station_id is None or reads.station_seen(case.station_id, ("",)) is None:
        messages.error(request, gettext("这件事不归哪个站，不能给站里提。"))
        return redirect("desk:case", case.number)
    there = reverse("contact_stations:brain", args=[case.station_id])
    return redirect(f"{there}?about={case.number}#guide-title")


def _guide(request: HttpRequest, station: Any) -> None:
    typed, key = request.POST, request.POST.get("idempotency_key", "")
    guidance_give(
        station=station,
        text=typed.get("text", ""),
        due=typed.get("due", ""),
        about=_about(typed.get("about", "")),
        actor=actor_of(request),
        now=now(),
        submission=f"form:{key}" if _KEY.fullmatch(key) else None,
    )


def _about(typed: str) -> Any:
    """The matter that was typed; None when none was."""
    if not typed.strip():
        return None
    try:
        number = parse_number(typed)
    except NumberError:
        raise refused_inputs({"about": NO_CASE}) from None
    found = case_by_number(number.year, number.serial)
    if found is None:
        raise refused_inputs({"about": NO_CASE})
    return found


def _check(request: HttpRequest, station: Any) -> None:
    items = reads.check_items(station.region_id)
    said = {"ok": True, "amiss": False}
    answers = {item: said.get(request.POST.get(f"item-{n}", "")) for n, item in enumerate(items)}
    if request.POST.get("items") != _items_key(items):
        answers = {}
    note = request.POST.get("note", "")
    check_answer(station=station, answers=answers, note=note, actor=actor_of(request), now=now())


def _items_key(items: list[str]) -> str:
    return "|".join(items)


def _page(
    request: HttpRequest,
    station: Any,
    deed: str = "",
    *,
    error: str = "",
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, moment, today = actor_of(request), now(), localdate()
    context = {
        "nav": desk_nav(request),
        "station": station,
        "kind_label": station.get_kind_display(),
        "waiting": _waiting(station, moment),
        "meetings": list_rows(reads.week_at(station.pk, moment), moment),
        "guidance": [_note(one, moment) for one in reads.guidance_at(station.pk)],
        "check": _check_shown(request if deed == "check" else None, station, actor, today, faults or {}),
        "compared": [_compared(one) for one in reads.compared_with_all(station, today)],
        "days": reads.COMPARED_DAYS,
        "guides": any(station.region_id.startswith(scope) for scope in head_scopes(actor)),
        "deed": deed,
        "error": error,
        "errors": faults or {},
        "typed": request.POST or {"about": request.GET.get("about", "")[:40]},
        "guiding": deed == "guide" or "about" in request.GET,
        "key": request.POST.get("idempotency_key") or secrets.token_urlsafe(18),
    }
    return render(request, "contact_stations/brain.html", context, status=status)


def _waiting(station: Any, moment: datetime) -> dict[str, Any]:
    found = reads.waiting_at(station.pk, moment)
    return {
        "count": found.count,
        "late": found.late,
        "url": f"{reverse('desk:worklist')}?view=open&station={station.pk}",
        "rows": [_line(case, moment) for case in found.first],
    }


def _line(case: Any, moment: datetime) -> dict[str, Any]:
    return {
        "url": reverse("desk:case", args=[case.number]),
        "title": case.title,
        "stage": gettext(procedure_get(case.procedure).stage(case.stage).label),
        "lead": case.lead.name if case.lead_id else "",
        "due": case.due_on,
        "late": case.due_at is not None and case.due_at <= moment,
    }


def _note(case: Any, moment: datetime) -> dict[str, Any]:
    return {
        "url": reverse("desk:case", args=[case.number]),
        "title": case.title,
        "stage": gettext(procedure_get(case.procedure).stage(case.stage).label),
        "due": None if case.closed_at else case.due_on,
        "late": case.closed_at is None and case.due_at is not None and case.due_at <= moment,
        "closed": case.closed_at,
    }


def _check_shown(
    request: HttpRequest | None, station: Any, actor: Actor, today: date, faults: Mapping[str, str]
) -> dict[str, Any]:
    """Today's check as it was answered or typed, and a strip of the last working days: seen, not counted up."""
    days = _working_days(today)
    found = reads.checks_since(station.pk, min(days[0], today))
    of_today, items = found.get(today), reads.check_items(station.region_id)
    kept = {one["item"]: "ok" if one["ok"] else "amiss" for one in of_today.answers} if of_today else {}
    typed = request.POST if request is not None else {}
    missing = [day for day in days if day not in found and day < today]
    keeps = any(
        hold.role in KEEPS_STATION and station.region_id.startswith(hold.scope) for hold in actor.holds
    )
    return {
        "keeps": keeps,
        "items": [
            {
                "n": n,
                "label": item,
                "value": typed.get(f"item-{n}", "") or kept.get(item, ""),
                "error": faults.get(item, ""),
            }
            for n, item in enumerate(items)
        ],
        "key": _items_key(items),
        "note": typed.get("note", of_today.note if of_today else ""),
        "today": of_today,
        "strip": [_day(day, found.get(day), today) for day in days],
        "missing": missing[: -NAMED - 1 : -1],
        "missing_days": len(missing),
    }


def _working_days(today: date) -> list[date]:
    """The last working days, today among them if it is one, the oldest first."""
    calendar, days, day = working_calendar(), list[date](), today
    while len(days) < reads.STRIP:
        if calendar.is_working_day(day):
            days.append(day)
        day -= timedelta(days=1)
    return days[::-1]


def _day(day: date, check: Any, today: date) -> dict[str, Any]:
    if check is None:
        state, words = ("today", gettext("今天还没记")) if day == today else ("none", gettext("没有记"))
    elif check.amiss:
        state, words = "amiss", gettext("有不对的：%(what)s") % {"what": gettext("、").join(check.amiss)}
    else:
        state, words = "ok", gettext("都好")
    return {"day": day, "state": state, "words": words}


def _compared(one: reads.Compared) -> dict[str, Any]:
    """One measure with its drawing: places from 0 to 100 along a line from nothing to the most."""
    most = max(one.spread.high, 1)
    spread = one.spread

    def place(value: float) -> float:
        return round(4 + 92 * value / most, 1)

    return {
        "label": gettext(one.measure.label),
        "unit": gettext(one.measure.unit),
        "own": one.own,
        "count": spread.count,
        "median": _plain(spread.median),
        "quarter": _plain(spread.quarter),
        "three": _plain(spread.three_quarters),
        "nobody": spread.high == 0,
        "words": gettext(STANDS[one.stand]),
        "x": {
            "low": place(spread.low),
            "quarter": place(spread.quarter),
            "width": round(max(0.8, place(spread.three_quarters) - place(spread.quarter)), 1),
            "median": place(spread.median),
            "high": place(spread.high),
            "own": place(one.own),
        },
    }


def _plain(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


# --- what is looked at every day --------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def check_list(request: HttpRequest) -> HttpResponseBase:
    """What the stations of a place look at every day, one thing a line; the head station says."""
    actor = actor_of(request)
    if not head_scopes(actor):
        raise PermissionDenied
    error, status = "", 200
    try:
        place = head_place(actor, request.POST.get("place", "") or request.GET.get("place", ""))
        if request.method == "POST":
            lines = request.POST.get("items", "")[:2000].splitlines()
            region: Any = region_by_code(place.code)
            check_list_set(region=region, items=lines, actor=actor, now=now())
            messages.success(
                request, gettext("记下了，%(place)s的站点从现在起按这个检查。") % {"place": place.name}
            )
            return redirect("contact_stations:network")
    except Refusal as refusal:
        error, status = "".join(fault_words(refusal).values()) or gettext(refusal.message), 422
    places = head_places(actor)
    chosen = next((one.code for one in places if one.code == request.POST.get("place")), places[0].code)
    context = {
        "nav": desk_nav(request),
        "places": [{"code": one.code, "name": one.name, "on": one.code == chosen} for one in places],
        "items": request.POST.get("items") or "\n".join(reads.check_items(chosen)),
        "most": MOST_ITEMS,
        "error": error,
    }
    return render(request, "contact_stations/check_list.html", context, status=status)
