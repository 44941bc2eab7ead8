"""A deputy's list of voters: looked at, added to, copied from last year, read from a file, taken along."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.mechanisms.public_voices.selectors import voter_years, voters_near, voters_of
from tingchao.mechanisms.public_voices.services import voters as service
from tingchao.mechanisms.public_voices.services.voters_file import LARGEST, sheet_bytes, sheet_rows

FIELDS = ("name", "phone", "address", "note", "consented_on")
SHOWN_FAULTS = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

View = Callable[..., HttpResponseBase]


def _typed(request: HttpRequest) -> service.Typed:
    return service.Typed(**{key: request.POST.get(key, "") for key in FIELDS})


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def voters(request: HttpRequest) -> HttpResponseBase:
    """The deputy's own list with a form to add to it."""
    actor = actor_of(request)
    if actor.deputy_id is None:
        raise PermissionDenied
    if request.method == "GET":
        return _list(request)
    try:
        voter = service.voter_add(typed=_typed(request), actor=actor, now=now())
    except Refusal as refusal:
        return _list(request, refusal=refusal, typed=request.POST)
    messages.success(request, gettext("%(name)s已加进名册。") % {"name": voter.name})
    return redirect("public_voices:voters")


@never_cache
@require_GET
@staff
def near(request: HttpRequest) -> HttpResponseBase:
    """How many voters the deputies near a liaison's station are in touch with, and their names."""
    scopes = [hold.scope for hold in actor_of(request).holds if hold.role is Role.LIAISON]
    if not scopes:
        raise PermissionDenied
    year = localdate().year
    context = {"nav": desk_nav(request), "year": year, "deputies": voters_near(scopes, year)}
    return render(request, "public_voices/voters_near.html", context)


def _list(
    request: HttpRequest,
    *,
    refusal: Refusal | None = None,
    typed: Any = None,
    report: service.ImportReport | None = None,
) -> HttpResponse:
    deputy = service.deputy_of(actor_of(request))
    this_year, years = localdate().year, voter_years(deputy)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in years else this_year
    rows = voters_of(deputy, year)
    running = [row for row in rows if row.ended_on is None]
    context = {
        "nav": desk_nav(request),
        "year": year,
        "this_year": year == this_year,
        "years": [one for one in sorted({this_year, *years}, reverse=True) if one != year],
        "rows": running,
        "ended": [row for row in rows if row.ended_on is not None],
        "to_call": sum(row.called_on is None for row in running),
        "drafts": sum(row.draft for row in running),
        "may_copy": year == this_year and not rows and this_year - 1 in years,
        "report": report,
        "shown_faults": [(number, gettext(why)) for number, why in report.faults[:SHOWN_FAULTS]]
        if report
        else [],
        **_form(refusal, typed),
    }
    return render(request, "public_voices/voters.html", context, status=422 if refusal else 200)


def _form(refusal: Refusal | None, typed: Any) -> dict[str, Any]:
    return {
        "values": {key: (typed or {}).get(key, "") for key in FIELDS},
        "errors": fault_words(refusal) if refusal else {},
        "error": gettext(refusal.message) % refusal.params if refusal else "",
        "open": bool(typed),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def voter(request: HttpRequest, voter_id: int) -> HttpResponseBase:
    """One voter of one's own list: changed, no longer in touch, or erased wholly."""
    actor = actor_of(request)
    try:
        row = service.voter_get(actor, voter_id, now())
    except Refusal:  # of another deputy, no longer in touch, or none: nothing is told of which
        raise PermissionDenied from None
    if request.method == "GET":
        values = {
            "name": row.name,
            "phone": service.voter_phone(row),
            "address": row.address,
            "note": row.note,
            "consented_on": row.consented_on.isoformat() if row.consented_on else "",
        }
        return _one(request, row, None, values)
    try:
        told = _does(request, voter_id, row.name)
    except Refusal as refusal:
        return _one(request, row, refusal, request.POST)
    messages.success(request, told)
    return redirect("public_voices:voters")


def _does(request: HttpRequest, voter_id: int, name: str) -> str:
    actor, moment = actor_of(request), now()
    if request.POST.get("do") == "end":
        service.voter_end(voter_id=voter_id, actor=actor, now=moment)
        return gettext("%(name)s不再联系，电话、住址和备注已删掉。") % {"name": name}
    if request.POST.get("do") == "erase":
        service.voter_erase(voter_id=voter_id, actor=actor, now=moment)
        return gettext("已从名册里删掉。")
    service.voter_change(voter_id=voter_id, typed=_typed(request), actor=actor, now=moment)
    return gettext("%(name)s的信息改好了。") % {"name": name}


def _one(request: HttpRequest, row: Any, refusal: Refusal | None, typed: Any) -> HttpResponse:
    context = {"nav": desk_nav(request), "name": row.name, "draft": row.draft, **_form(refusal, typed)}
    return render(request, "public_voices/voter.html", context, status=422 if refusal else 200)


def own_list(view: View) -> View:
    """Only by POST, and only for a deputy in office."""

    @never_cache
    @require_POST
    @staff
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if actor_of(request).deputy_id is None:
            raise PermissionDenied
        return view(request)

    return guarded


@own_list
def copy(request: HttpRequest) -> HttpResponseBase:
    """Last year's list as drafts of this year's."""
    try:
        count = service.voters_copy(actor=actor_of(request), now=now())
    except Refusal as refusal:
        return _list(request, refusal=refusal)
    told = ngettext("从去年抄来 %(n)s 人，请看一遍再确认。", "从去年抄来 %(n)s 人，请看一遍再确认。", count)
    messages.success(request, told % {"n": count})
    return redirect("public_voices:voters")


@own_list
def confirm(request: HttpRequest) -> HttpResponseBase:
    """Every draft as it stands."""
    count = service.voters_confirm(actor=actor_of(request), now=now())
    messages.success(request, ngettext("确认了 %(n)s 人。", "确认了 %(n)s 人。", count) % {"n": count})
    return redirect("public_voices:voters")


@own_list
def load(request: HttpRequest) -> HttpResponseBase:
    """The rows of a spreadsheet; those at fault are named and the others are taken."""
    upload = request.FILES.get("file")
    try:
        if upload is None:
            return redirect("public_voices:voters")
        rows = sheet_rows(BytesIO(upload.read(LARGEST + 1)))
        report = service.voters_import(rows=rows, actor=actor_of(request), now=now())
    except Refusal as refusal:
        return _list(request, refusal=refusal)
    return _list(request, report=report)


@own_list
def take(request: HttpRequest) -> HttpResponseBase:
    """The list of a year as a spreadsheet, or an empty one to fill in."""
    asked = request.POST.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else localdate().year
    rows = (
        []
        if request.POST.get("empty")
        else service.voters_export(actor=actor_of(request), now=now(), year=year)
    )
    answer = HttpResponse(sheet_bytes(rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="voters-{year}.xlsx"'
    return answer
