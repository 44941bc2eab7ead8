"""Core tasks in the desk: the sets, how far each task is, and handing a set down to the whole network."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.steps import Refusal, refused_inputs
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.directory.selectors import region_by_code
from tingchao.mechanisms.contact_stations.forms import (
    USUAL_KINDS,
    head_place,
    head_places,
    head_scopes,
    items_chosen,
    kinds_offered,
    rows_offered,
    rows_typed,
)
from tingchao.mechanisms.contact_stations.selectors import (
    Progress,
    handed_before,
    progress_of,
    scopes_seen,
    stations_asked,
    task_set_get,
)
from tingchao.mechanisms.contact_stations.selectors import (
    task_sets as sets_near,
)
from tingchao.mechanisms.contact_stations.services.tasks import NOWHERE, tasks_hand_down


def _seen(request: HttpRequest) -> tuple[str, ...]:
    scopes = scopes_seen(actor_of(request))
    if not scopes:
        raise PermissionDenied
    return scopes


@never_cache
@require_GET
@staff
def task_sets(request: HttpRequest) -> HttpResponse:
    """The sets that reach me, each with how far it is among the stations that I look after."""
    scopes = _seen(request)
    found = sets_near(scopes)
    progress = progress_of([row.pk for row in found], scopes, now())
    rows = [_set_row(row, _summed(progress.get(row.pk, {}))) for row in found]
    context = {"nav": desk_nav(request), "rows": rows, "may_hand": bool(head_scopes(actor_of(request)))}
    return render(request, "contact_stations/task_sets.html", context)


def _summed(items: dict[str, Progress]) -> Progress:
    whole = Progress()
    for one in items.values():
        whole.closed += one.closed
        whole.confirming += one.confirming
        whole.doing += one.doing
        whole.late += one.late
    return whole


def _set_row(row: Any, progress: Progress) -> dict[str, Any]:
    return {
        "url": reverse("contact_stations:task_set", args=[row.pk]),
        "title": row.title,
        "year": row.year,
        "place": row.region.name,
        "tasks": len(row.items),
        "stations": len(row.stations),
        "total": row.total,
        "done": row.done,
        "known": row.done - row.opened,
        "opened": row.opened,
        "waiting": row.state == "waiting",
        "fault": gettext(row.fault) if row.fault else "",
        "asked_at": row.asked_at,
        "progress": progress,
    }


@never_cache
@require_GET
@staff
def task_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """One set: of each task how many stations are done, waiting to be confirmed, at it, late."""
    scopes = _seen(request)
    row = task_set_get(set_id, scopes)
    if row is None:
        raise Http404
    progress = progress_of([row.pk], scopes, now()).get(row.pk, {})
    context = {
        "nav": desk_nav(request),
        "set": _set_row(row, _summed(progress)),
        "items": [
            {
                "title": one["title"],
                "due": date.fromisoformat(one["due"]),
                "progress": progress.get(one["key"], Progress()),
            }
            for one in row.items
        ],
        "list_url": f"{reverse('desk:worklist')}?view=open",
    }
    return render(request, "contact_stations/task_set.html", context)


# --- handing down -----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def hand_down(request: HttpRequest) -> HttpResponseBase:
    """Choose tasks, days and stations; see how many that makes; hand them down in one press."""
    if not head_scopes(actor_of(request)):
        raise PermissionDenied
    today = localdate()
    if request.method == "GET":
        rows, kinds = rows_offered(today), list(USUAL_KINDS)
        return _form(request, rows, kinds, title=gettext("%(year)s 年核心任务") % {"year": today.year})
    rows, kinds = rows_typed(request.POST), request.POST.getlist("kind")
    title = request.POST.get("title", "")[:200]
    try:
        items = items_chosen(rows, today)
        place = head_place(actor_of(request), request.POST.get("place", ""))
        stations = stations_asked(place.scope, kinds)
        if not stations:
            raise refused_inputs({"place": NOWHERE})
        if request.POST.get("do") != "hand":
            known = handed_before(items, stations, today.year)
            preview = {"tasks": len(items), "stations": len(stations), "known": known}
            preview["fresh"] = len(items) * len(stations) - known
            return _form(request, rows, kinds, title=title, preview=preview)
        made = tasks_hand_down(
            title=title,
            year=today.year,
            region=region_by_code(place.code),  # type: ignore[arg-type]
            items=items,
            stations=stations,
            actor=actor_of(request),
            now=now(),
        )
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        return _form(request, rows, kinds, title=title, error=error, faults=fault_words(refusal))
    return redirect("contact_stations:task_set", made.pk)


def _form(
    request: HttpRequest,
    rows: list[dict[str, Any]],
    kinds: list[str],
    *,
    title: str,
    preview: dict[str, int] | None = None,
    error: str = "",
    faults: dict[str, str] | None = None,
) -> HttpResponse:
    faults = faults or {}
    chosen = request.POST.get("place", "")
    context = {
        "nav": desk_nav(request),
        "title": title,
        "rows": [
            row | {"n": number, "fault": faults.get(f"row-{number}", "")} for number, row in enumerate(rows)
        ],
        "kinds": kinds_offered(kinds),
        "places": [
            {"code": one.code, "name": one.name, "on": one.code == chosen}
            for one in head_places(actor_of(request))
        ],
        "preview": preview,
        "error": error,
        "errors": faults,
    }
    return render(request, "contact_stations/hand_down.html", context, status=422 if error else 200)
