"""Printing a whole network: what, for where, how far it is, and the file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.directory.places import place_get, places_below
from tingchao.directory.selectors import region_name
from tingchao.instruments.codes.listing import network_keys, without_code
from tingchao.instruments.codes.policy import scopes_of_codes
from tingchao.instruments.codes.sheets import LABELS, NETWORKS, SHEETS, key_of
from tingchao.instruments.paper.selectors import file_of, printing_get, printings_of
from tingchao.instruments.paper.services import printing_ask

WHAT = {"station": gettext_noop("站点"), "deputy": gettext_noop("代表")}
NO_PLACE = gettext_noop("请从名单里选一个地方。")
NO_SHEET = gettext_noop("请选要印什么。")
STATES = {
    "waiting": ("plain", gettext_noop("排队")),
    "running": ("soon", gettext_noop("正在做")),
    "done": ("done", gettext_noop("做好了")),
    "failed": ("late", gettext_noop("没有做成")),
}


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def ask(request: HttpRequest) -> HttpResponseBase:
    """Choose what to print and for where; the page says how many there are before anything is made."""
    scopes = scopes_of_codes(actor_of(request))
    if not scopes:
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.get("what", "station.poster")
    try:
        kind, sheet = _chosen(chosen)
        scope = _scope(given.get("place", ""), scopes)
        keys = network_keys(kind, scopes=(scope,), today=localdate())
        if request.method == "POST":
            title = f"{region_name(f'{scope:0<12}') if scope else gettext('全部')} · {_words(kind, sheet)}"
            run = printing_ask(
                sheet=key_of(kind, sheet), keys=keys, title=title, actor=actor_of(request), now=now()
            )
            return redirect("desk:printing", run.pk)
    except Refusal as refusal:
        faults = {key: gettext(fault) for key, fault in refusal.fields.items()}
        return _ask_page(request, scopes, chosen, faults=faults, error=gettext(refusal.message), status=422)
    return _ask_page(request, scopes, chosen, counted=(len(keys), without_code(kind, keys)), scope=scope)


def _chosen(what: str) -> tuple[str, str]:
    kind, _, sheet = what.partition(".")
    if kind not in NETWORKS or sheet not in SHEETS[kind]:
        raise refused_inputs({"what": NO_SHEET})
    return kind, sheet


def _scope(code: str, scopes: tuple[str, ...]) -> str:
    """The region prefix that was asked for, the actor's own when none was."""
    own = {f"{scope:0<12}": scope for scope in scopes}
    if not code or code in own:
        return own.get(code, scopes[0])
    place = place_get(code)
    if place is None or not place.scope.startswith(scopes):
        raise refused_inputs({"place": NO_PLACE})
    return place.scope


def _words(kind: str, sheet: str) -> str:
    return gettext("%(who)s%(sheet)s") % {"who": gettext(WHAT[kind]), "sheet": gettext(LABELS[sheet])}


def _ask_page(
    request: HttpRequest,
    scopes: tuple[str, ...],
    chosen: str,
    *,
    counted: tuple[int, int] = (0, 0),
    scope: str = "",
    faults: dict[str, str] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "nav": desk_nav(request),
        "choices": [
            {"key": f"{kind}.{sheet}", "label": _words(kind, sheet), "on": chosen == f"{kind}.{sheet}"}
            for kind in NETWORKS
            for sheet in SHEETS[kind]
        ],
        "places": _places(scopes, scope),
        "n": counted[0],
        "fresh": counted[1],
        "errors": faults or {},
        "error": error,
    }
    return render(request, "desk/prints/ask.html", context, status=status)


def _places(scopes: tuple[str, ...], chosen: str) -> list[dict[str, Any]]:
    """The actor's places and those right below them."""
    found: dict[str, str] = {}
    for scope in scopes:
        code = f"{scope:0<12}"
        here = place_get(code)
        found[code] = here.name if here else gettext("全部")
        found |= {one.code: f"　{one.name}" for one in (places_below(code) if here else [])}
    return [{"code": code, "name": name, "on": code == f"{chosen:0<12}"} for code, name in found.items()]


@never_cache
@require_GET
@staff
def mine(request: HttpRequest) -> HttpResponse:
    """What I asked to be printed, the newest first."""
    rows = [_row(run) for run in printings_of(actor_of(request))]
    return render(request, "desk/prints/mine.html", {"nav": desk_nav(request), "rows": rows})


def _row(run: Any) -> dict[str, Any]:
    state, label = STATES[run.state]
    return {
        "url": reverse("desk:printing", args=[run.pk]),
        "file_url": reverse("desk:print_file", args=[run.pk]) if run.state == "done" else "",
        "title": run.title,
        "state": state,
        "label": gettext(label),
        "done": run.done,
        "total": run.total,
        "pages": run.pages,
        "asked_at": run.asked_at,
        "fault": gettext(run.fault) if run.fault else "",
        "open": run.state in ("waiting", "running"),
    }


@never_cache
@require_GET
@staff
def printing(request: HttpRequest, printing_id: int) -> HttpResponse:
    """How far one print is; it may be left, the list has it."""
    run = printing_get(printing_id, actor_of(request))
    if run is None:
        raise Http404
    return render(request, "desk/prints/one.html", {"nav": desk_nav(request), "run": _row(run)})


@never_cache
@require_GET
@staff
def download(request: HttpRequest, printing_id: int) -> HttpResponseBase:
    """The finished PDF."""
    run = printing_get(printing_id, actor_of(request))
    if run is None or run.state != "done" or not file_of(run).exists():
        raise Http404
    name = f"{run.title.replace(' · ', '-')}.pdf"
    return FileResponse(file_of(run).open("rb"), content_type="application/pdf", filename=name)
