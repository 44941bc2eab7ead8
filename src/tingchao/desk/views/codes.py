"""Codes in the desk: who has one, giving out and ending them, and the sheets to print."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.desk.templatetags.tide import day as day_words
from tingchao.desk.templatetags.tide import short_day
from tingchao.directory.selectors import station_get, stations_within
from tingchao.instruments.codes.listing import KINDS, Listed, code_of, holder_get, holders_page
from tingchao.instruments.codes.policy import may_keep_codes, scopes_of_codes
from tingchao.instruments.codes.services import (
    activity_create,
    code_end,
    code_issue,
    code_revoke,
    place_of_holder,
)
from tingchao.instruments.codes.sheets import LABELS, SHEETS, sheet_row, template_of
from tingchao.instruments.paper.compiler import pdf_made, pictures_made

TABS = {
    "station": gettext_noop("站点码"),
    "deputy": gettext_noop("代表码"),
    "activity": gettext_noop("活动码"),
    "case": gettext_noop("事项码"),
}
EMPTY = {
    "station": gettext_noop("您管的范围里有站点以后，会出现在这里。"),
    "deputy": gettext_noop("代表进站以后，会出现在这里，可以给每位代表发一个码。"),
    "activity": gettext_noop("办活动前建一个，现场没说完的，群众扫码接着说。"),
    "case": gettext_noop("在一件事的页面上点“这件事的码”，印出来贴在现场，路过的人扫一扫就知道办到哪了。"),
}
WRITES = {
    "issue": (code_issue, gettext_noop("已发码，可以打印了。")),
    "renew": (code_revoke, gettext_noop("旧码已经作废，新码可以打印了；请把旧海报撤下来。")),
    "end": (code_end, gettext_noop("码已经停用，再扫会告诉群众去哪里说。")),
}
UNKNOWN = gettext_noop("没有这个操作，请从名单里点按钮。")


@never_cache
@require_GET
@staff
def codes(request: HttpRequest) -> HttpResponseBase:
    """The holders of one kind within my scope: their code, voices that came by it, what may be done."""
    kind = request.GET.get("kind", "station")
    kind = kind if kind in KINDS else "station"
    scopes = _scopes(request, kind)
    query, after = request.GET.get("q", "").strip()[:60], request.GET.get("after", "")
    known = after.isascii() and after.isdigit() and len(after) < 19
    page = holders_page(kind, scopes=scopes, today=localdate(), query=query, after=int(after) if known else 0)
    here = reverse("desk:codes")
    context = {
        "nav": desk_nav(request),
        "here": here,
        "kind": kind,
        "q": query,
        "tabs": [
            {"label": gettext(label), "url": f"{here}?kind={key}", "on": key == kind}
            for key, label in TABS.items()
            if scopes_of_codes(actor_of(request), key)
        ],
        "rows": [_row(kind, row) for row in page.rows],
        "empty": gettext(EMPTY[kind]),
        "sought": gettext("编号") if kind == "case" else gettext("找名称"),
        "next_url": f"{here}?{urlencode({'kind': kind, 'q': query, 'after': page.after})}"
        if page.after
        else "",
    }
    return render(request, "desk/codes.html", context)


def _scopes(request: HttpRequest, kind: str = "") -> tuple[str, ...]:
    scopes = scopes_of_codes(actor_of(request), kind)
    if not scopes:
        raise PermissionDenied
    return scopes


def _row(kind: str, row: Listed) -> dict[str, Any]:
    holder, over = row.holder, kind == "activity" and row.holder.until <= localdate()
    ended = gettext("%(day)s停用") % {"day": short_day(row.ended_at)} if row.ended_at else ""
    return {
        "name": _name(kind, holder),
        "where": _where(kind, holder),
        "token": "" if over else row.token,
        "state": gettext("活动已结束")
        if over
        else gettext("在用")
        if row.token
        else ended or gettext("没有码"),
        "given": row.given_at,
        "voices": row.voices,
        "scans": row.scans,
        "stray": row.stray,
        "open": not over and (kind != "deputy" or holder.station is not None),
        "change_url": reverse("desk:code_change", args=[kind, holder.pk]),
        "sheets": [
            {"label": gettext(LABELS[sheet]), "url": _sheet_url(kind, holder.pk, sheet)}
            for sheet in SHEETS[kind]
        ],
    }


def _sheet_url(kind: str, holder_id: int, sheet: str) -> str:
    return reverse("desk:code_sheet", args=[kind, holder_id, sheet, "pdf"])


def _name(kind: str, holder: Any) -> str:
    return str(holder.number if kind == "case" else holder)


def _where(kind: str, holder: Any) -> str:
    if kind == "station":
        return f"{holder.region.name} · {holder.get_kind_display()}"
    if kind == "deputy":
        return holder.station.name if holder.station is not None else gettext("还没有进站")
    if kind == "case":
        return str(holder.title)
    return f"{holder.station.name} · {day_words(holder.day)}"


@require_POST
@staff
def change(request: HttpRequest, kind: str, holder_id: int) -> HttpResponseBase:
    """Give out, renew or end one code."""
    holder = _holder(request, kind, holder_id)
    write, told = WRITES.get(request.POST.get("do", ""), (None, ""))
    try:
        if write is None:
            raise refused_inputs({"do": UNKNOWN})
        write(**{kind: holder}, actor=actor_of(request), now=now())
        messages.success(request, gettext(told))
    except Refusal as refusal:
        messages.error(request, gettext(refusal.fields.get("do") or refusal.message) % refusal.params)
    return redirect(
        f"{reverse('desk:codes')}?{urlencode({'kind': kind, 'q': holder.number if kind == 'case' else str(holder)})}"
    )


def _holder(request: HttpRequest, kind: str, holder_id: int) -> Any:
    """The holder of that id; 404 when there is none, 403 when another keeps its code."""
    holder = holder_get(kind, holder_id) if kind in KINDS and holder_id < 2**63 else None
    if holder is None:
        raise Http404
    if not may_keep_codes(actor_of(request), place_of_holder(holder), kind):
        raise PermissionDenied
    return holder


# --- a new activity ---------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def activity_new(request: HttpRequest) -> HttpResponseBase:
    """Enter an activity; its code is there at once."""
    scopes = _scopes(request)
    if request.method == "GET":
        return _activity_form(request, scopes, {})
    try:
        activity = activity_create(
            title=request.POST.get("title", ""),
            station=_station(request, scopes),
            day=_day(request, "day"),
            last=_day(request, "last"),
            actor=actor_of(request),
            now=now(),
        )
    except Refusal as refusal:
        faults = {key: gettext(fault) for key, fault in refusal.fields.items()}
        return _activity_form(request, scopes, faults, error=gettext(refusal.message), status=422)
    messages.success(request, gettext("活动建好了，码可以打印了。"))
    return redirect(f"{reverse('desk:codes')}?{urlencode({'kind': 'activity', 'q': activity.title})}")


def _station(request: HttpRequest, scopes: tuple[str, ...]) -> Any:
    chosen = request.POST.get("station", "")
    known = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    station = station_get(int(chosen)) if known else None
    if station is None or not station.region_id.startswith(scopes):
        raise refused_inputs({"station": gettext_noop("请从名单里选一个站点。")})
    return station


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise refused_inputs({name: gettext_noop("请选一个日期。")}) from None


def _activity_form(
    request: HttpRequest,
    scopes: tuple[str, ...],
    errors: dict[str, str],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    typed = {key: request.POST.get(key, "")[:200] for key in ("title", "station", "day", "last")}
    context = {
        "nav": desk_nav(request),
        "here": f"{reverse('desk:codes')}?kind=activity",
        "stations": [
            {"id": one.pk, "name": one.name, "on": str(one.pk) == typed["station"]}
            for one in stations_within(scopes)
        ],
        "values": typed,
        "errors": errors,
        "error": error,
    }
    return render(request, "desk/activity.html", context, status=status)


# --- to print ---------------------------------------------------------------------------------------------


@require_GET
@staff
def sheet(request: HttpRequest, kind: str, holder_id: int, sheet: str, form: str) -> HttpResponseBase:
    """One sheet of a code as PDF, or as a picture to look at: a poster, a desk card or a badge."""
    holder = _holder(request, kind, holder_id)
    token = code_of(kind, holder)
    if not token or sheet not in SHEETS[kind] or form not in ("pdf", "png"):
        raise Http404
    return paper(sheet, sheet_row(holder, token), form, name=f"{TABS[kind]}-{_name(kind, holder)}")


def paper(sheet: str, row: dict[str, Any], form: str, *, name: str) -> HttpResponse:
    """One sheet, shown in the browser."""
    given = {"rows": [row]}
    if form == "png":
        return HttpResponse(pictures_made(template_of(sheet), given)[0], content_type="image/png")
    answer = HttpResponse(pdf_made(template_of(sheet), given), content_type="application/pdf")
    shown = content_disposition_header(as_attachment=False, filename=f"{name}.pdf")
    answer["Content-Disposition"] = shown or "inline"
    return answer
