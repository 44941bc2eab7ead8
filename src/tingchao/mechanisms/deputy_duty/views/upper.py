"""Taking over activities of upper levels in the desk: template, dry run row by row, then the whole list or nothing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.steps import Refusal, clean_text
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.directory.places import Place, home_place, place_get, places_below
from tingchao.instruments.rosters.keeping import roster_forget, roster_keep, roster_kept
from tingchao.instruments.rosters.reading import MOST_BYTES, Fault, template_bytes, workbook_read
from tingchao.mechanisms.deputy_duty.selectors.records import keeping_scopes
from tingchao.mechanisms.deputy_duty.services.upper import (
    COLUMNS,
    EXAMPLES,
    NEEDED,
    SHEET,
    Report,
    upper_load,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 500
"""Rows of a report shown at once."""


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def upper(request: HttpRequest) -> HttpResponseBase:
    """The form; what a list that was sent would add, row by row; and taking it."""
    if not keeping_scopes(actor_of(request)):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request)
    try:
        return _take(request) if "token" in request.POST else _try(request)
    except Fault as fault:
        return _page(request, error=str(fault))
    except Refusal as refusal:
        return _page(request, error=gettext(refusal.message) % refusal.params)


def _places(request: HttpRequest) -> list[Place]:
    """The places for which somebody may take a list over: what they look after, and what lies right below."""
    home, scopes = home_place(), keeping_scopes(actor_of(request))
    if home is None:
        return []
    found: dict[str, Place] = {}
    for scope in scopes:
        top = home if home.scope.startswith(scope) else place_get(f"{scope:0<12}")
        for one in (top, *(places_below(top.code) if top is not None else ())):
            if one is not None:
                found.setdefault(one.code, one)
    return sorted(found.values(), key=lambda one: one.code)


def _place(request: HttpRequest) -> Place:
    code = request.POST.get("place", "")
    found = next((one for one in _places(request) if one.code == code), None)
    if found is None:
        raise Fault(gettext_noop("请选给哪个地方的代表导入。"))
    return found


def _try(request: HttpRequest) -> HttpResponse:
    upload, place = request.FILES.get("file"), _place(request)
    if upload is None:
        raise Fault(gettext_noop("请选一个 .xlsx 文件。"))
    if (upload.size or 0) > MOST_BYTES:
        raise Fault(gettext_noop("文件太大，最多 20 MB。请去掉图片，或者分几个文件。"))
    content = upload.read()
    actor, at = actor_of(request), now()
    book = workbook_read(content, columns=COLUMNS, needed=NEEDED)
    report = upper_load(book=book, region_code=place.code, actor=actor, now=at, dry_run=True)
    token = "" if report.faults or report.nothing_new else roster_keep(content=content, actor=actor, now=at)
    return _page(request, report=report, token=token, file_name=upload.name or "")


def _take(request: HttpRequest) -> HttpResponse:
    token, actor, place = request.POST["token"], actor_of(request), _place(request)
    content = roster_kept(token=token, actor=actor)
    if content is None:
        raise Fault(gettext_noop("试收的文件只留一小时，请再传一次。"))
    name = clean_text(request.POST.get("file_name", ""))[:80]
    book = workbook_read(content, columns=COLUMNS, needed=NEEDED)
    report = upper_load(book=book, region_code=place.code, actor=actor, now=now(), file_name=name)
    if not report.faults:
        roster_forget(token=token)
    return _page(request, report=report, taken=not report.faults, file_name=name)


def _page(
    request: HttpRequest,
    *,
    report: Report | None = None,
    token: str = "",
    taken: bool = False,
    file_name: str = "",
    error: str = "",
) -> HttpResponse:
    chosen = request.POST.get("place", "")
    context: dict[str, Any] = {
        "nav": desk_nav(request),
        "places": [
            {"code": one.code, "name": one.name, "on": one.code == chosen} for one in _places(request)
        ],
        "place": chosen,
        "columns": [(column, column in NEEDED[SHEET]) for column in COLUMNS[SHEET]],
        "error": error,
        "token": token,
        "taken": taken,
        "file_name": file_name,
        "report": report,
        "rows": report.rows[:SHOWN] if report is not None else [],
        "faults": report.faults[:SHOWN] if report is not None else [],
        "more": max(0, len(report.faults or report.rows) - SHOWN) if report is not None else 0,
    }
    status = 422 if error or (report is not None and report.faults) else 200
    return render(request, "deputy_duty/upper.html", context, status=status)


@require_GET
@staff
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to be filled in."""
    if not keeping_scopes(actor_of(request)):
        raise PermissionDenied
    answer = HttpResponse(template_bytes(columns=COLUMNS, examples=EXAMPLES), content_type=XLSX)
    answer["Content-Disposition"] = "attachment; filename*=UTF-8''%E4%B8%8A%E7%BA%A7%E6%B4%BB%E5%8A%A8.xlsx"
    return answer
