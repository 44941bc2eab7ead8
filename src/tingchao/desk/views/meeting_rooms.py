"""Round a gathering: signing in on one's own phone, the code on the big screen, the sheet on paper, files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.files import handed_out
from tingchao.desk.meetings import rows
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.meetings import STATUS, visible
from tingchao.directory.selectors import site
from tingchao.engine.files import file_path
from tingchao.instruments.meetings.policy import organises
from tingchao.instruments.meetings.selectors import attendees_whole, code_shown, counts_of, file_get
from tingchao.instruments.meetings.services import (
    attendance_sign_in,
    not_on_the_list,
    own_row,
    tries_require,
)

BLANK_ROWS = 8
"""Empty lines on the sheet, for whoever comes without being on the list."""


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def sign_in(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """Sign oneself in: the scanned code stands there already, one tap does it; or six digits are typed."""
    row, actor = visible(request, meeting_id), actor_of(request)
    if own_row(actor, row) is None:
        why = not_on_the_list(actor, row)
        return _sign_in_page(request, row, "", error=gettext(why.message), status=403)
    if request.method == "GET":
        return _sign_in_page(request, row, request.GET.get("code", "")[:20])
    code, moment = request.POST.get("code", "")[:40], now()
    try:
        tries_require(actor=actor, meeting_id=row.pk, now=moment)
        way = request.POST.get("way", "offline")
        attendance_sign_in(meeting_id=row.pk, code=code, way=way, actor=actor, now=moment)
    except Refusal as refusal:
        error, status = gettext(refusal.message) % refusal.params, STATUS.get(refusal.code, 422)
        return _sign_in_page(request, row, code, error=error, status=status)
    messages.success(request, gettext("签到好了，不用再填表。"))
    return redirect("desk:meeting", row.pk)


def _sign_in_page(
    request: HttpRequest, row: Any, code: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    own = own_row(actor_of(request), row)
    context = {
        "nav": desk_nav(request),
        "meeting": row,
        "when": rows.when_words(row),
        "where": rows.where_words(row),
        "listed": own is not None,
        "signed": own.signed_at if own is not None else None,
        "code": code,
        "hybrid": row.mode == "hybrid",
        "error": error,
    }
    return render(request, "desk/meetings/sign_in.html", context, status=status)


@never_cache
@require_GET
@staff
def screen(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """The code for everybody to see, on the organiser's screen; it renews itself."""
    row = _kept(request, meeting_id)
    shown = code_shown(row, now(), url=reverse("desk:meeting_in", args=[row.pk]))
    counts = counts_of(row)
    context = {
        "meeting": row,
        "site": site(),
        "when": rows.when_words(row),
        "code": f"{shown.code[:3]} {shown.code[3:]}" if shown.code else "",
        "why_not": gettext(shown.why_not) if shown.why_not else "",
        "qr_svg": mark_safe(shown.qr_svg),  # noqa: S308 - drawn by segno from an address of ours
        "renews": min(shown.seconds or 30, 5),
        "signed": counts.signed,
        "all": counts.all,
        "back_url": reverse("desk:meeting", args=[row.pk]),
    }
    return render(request, "desk/meetings/screen.html", context)


def _kept(request: HttpRequest, meeting_id: int) -> Any:
    """A gathering that the actor organises."""
    row = visible(request, meeting_id)
    if not organises(actor_of(request), row):
        raise PermissionDenied
    return row


@never_cache
@require_GET
@staff
def sheet(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """The agenda and the list to sign, on A4."""
    row = _kept(request, meeting_id)
    context = {
        "site": site(),
        "meeting": row,
        "kind": rows.kind_label(row),
        "when": rows.when_words(row),
        "where": rows.where_words(row),
        "people": rows.people_rows(attendees_whole(row)),
        "blank": range(BLANK_ROWS),
        "back_url": reverse("desk:meeting", args=[row.pk]),
    }
    return render(request, "desk/meetings/sheet.html", context)


@require_GET
@staff
def file(request: HttpRequest, meeting_id: int, digest: str) -> HttpResponseBase:
    """A file of the minutes, for whoever may see the gathering."""
    kept = file_get(visible(request, meeting_id), digest)
    path = file_path(kept.digest) if kept is not None else None
    if kept is None or path is None or not path.is_file():
        raise Http404
    return handed_out(path, kind=kept.kind, name=kept.name)
