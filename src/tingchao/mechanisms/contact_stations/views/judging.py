"""What those who took part in a deliberation think of its result: by account, or by a resident's secret page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.guards import waits, wrong_secret
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.work import STATUS
from tingchao.engine.selectors import history
from tingchao.instruments.meetings.selectors import meeting_get, resident_get
from tingchao.instruments.meetings.services import own_row
from tingchao.mechanisms.contact_stations.selectors import deliberation_judged_at, judgement_of
from tingchao.mechanisms.contact_stations.services.deliberations import result_judge
from tingchao.mechanisms.contact_stations.views.deliberations import RATINGS

NOTHING = gettext_noop("现在没有要评的结果；评过的结果已经记下了。")


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def judge(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """The result, and what I think of it, for deputies, bodies and staff who were there."""
    meeting = meeting_get(meeting_id)
    if meeting is None:
        raise Http404
    own = own_row(actor_of(request), meeting)
    if own is None or own.signed_at is None:
        raise PermissionDenied
    return _page(request, own, "contact_stations/judge.html", {"nav": desk_nav(request)})


@never_cache
@waits
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest, attendee_id: int, code: str) -> HttpResponseBase:
    """The same for a resident, by the secret of their own page of the gathering."""
    one = resident_get(attendee_id, code)
    if one is None or one.signed_at is None:
        wrong_secret(request, f"deliberation {attendee_id}", now())
        raise Http404
    return _page(request, one, "contact_stations/judge_mine.html", {})


def _page(request: HttpRequest, own: Any, template: str, more: dict[str, Any]) -> HttpResponseBase:
    row = deliberation_judged_at(own.meeting_id)
    error, faults = "", {}
    if request.method == "POST":
        try:
            return _judged(request, row, own)
        except Refusal as refusal:
            error, faults = gettext(refusal.message) % refusal.params, fault_words(refusal)
            status = STATUS.get(refusal.code, 422)
            return _shown(request, row, own, template, more | {"error": error, "errors": faults}, status)
    return _shown(request, row, own, template, more, 200)


def _judged(request: HttpRequest, row: Any, own: Any) -> HttpResponseBase:
    if row is None:
        raise Refusal("not_here", NOTHING)
    result_judge(
        case_id=row.case.pk,
        attendee=own,
        rating=request.POST.get("rating", ""),
        words=request.POST.get("words", ""),
        now=now(),
    )
    return redirect(f"{request.path}?done")


def _shown(
    request: HttpRequest, row: Any, own: Any, template: str, more: dict[str, Any], status: int
) -> HttpResponse:
    said = judgement_of(row, own) if row is not None else None
    chosen = request.POST.get("rating", said.rating if said else "")
    context = {
        "case": row.case if row is not None else None,
        "told": _told(row) if row is not None else "",
        "meeting": own.meeting,
        "said": said,
        "done": "done" in request.GET,
        "ratings": [{"key": key, "label": gettext(label), "on": key == chosen} for key, label in RATINGS],
        "words": request.POST.get("words", said.words if said else ""),
        **more,
    }
    return render(request, template, context, status=status)


def _told(row: Any) -> str:
    """The last words that were told to those who took part."""
    return next((event.said for event in reversed(history(row.case)) if event.said), "")
