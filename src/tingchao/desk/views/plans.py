"""A year's turns at the stations: proposed, looked at month by month, changed by hand, accepted."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.meetings import planning
from tingchao.desk.meetings.fields import drawn, typed_in
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.meetings import STATUS
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.plans import plan_get, plans_page
from tingchao.instruments.meetings.policy import may_organise, organising_scopes
from tingchao.instruments.meetings.services import plan_accept, plan_propose, turn_set


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def plans(request: HttpRequest) -> HttpResponseBase:
    """The plans of my stations, and the form that proposes one."""
    actor = actor_of(request)
    scopes = organising_scopes(actor, kind_get("reception"))
    if not scopes:
        raise PermissionDenied
    asks = planning.asks(scopes, localdate())
    if request.method == "GET":
        return _plans_page(request, scopes, drawn(asks))
    typed = typed_in(asks, request.POST)
    try:
        station, asked = planning.asked_of(typed)
        made, changed = plan_propose(station=station, asked=asked, actor=actor, now=now())
    except Refusal as refusal:
        fields, status = drawn(asks, typed, fault_words(refusal)), STATUS.get(refusal.code, 422)
        error = gettext(refusal.message) % refusal.params
        return _plans_page(request, scopes, fields, error=error, status=status)
    messages.success(request, planning.changed_words(changed))
    return redirect("desk:plan", made.pk)


def _plans_page(
    request: HttpRequest,
    scopes: tuple[str, ...],
    fields: list[dict[str, Any]],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    after = request.GET.get("after", "")
    known = after.isascii() and after.isdigit() and len(after) < 19
    found, further = plans_page(scopes, after=int(after) if known else 0)
    context = {
        "nav": desk_nav(request),
        "plans": [planning.plan_row(one) for one in found],
        "next_url": f"?{urlencode({'after': further})}" if further else "",
        "fields": fields,
        "error": error,
        "open": bool(error) or not found,
    }
    return render(request, "desk/meetings/plans.html", context, status=status)


def _plan(request: HttpRequest, plan_id: int) -> Any:
    """A plan that the actor may change; 404 when there is none, 403 when it is another's."""
    found = plan_get(plan_id)
    if found is None:
        raise Http404
    if not may_organise(actor_of(request), kind_get(found.kind), found.station.region_id):
        raise PermissionDenied
    return found


@never_cache
@require_GET
@staff
def plan(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """The year at one station: each month with its day and who is on turn, what clashes, who has how many."""
    return _plan_page(request, _plan(request, plan_id))


def _plan_page(request: HttpRequest, row: Any, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "nav": desk_nav(request),
        **planning.page_context(row, localdate()),
        "do_url": reverse("desk:plan_do", args=[row.pk]),
        "error": error,
    }
    return render(request, "desk/meetings/plan.html", context, status=status)


@require_POST
@staff
def plan_do(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Move, add or take away a turn; propose again; accept."""
    row = _plan(request, plan_id)
    try:
        told = _do(request, row, request.POST.get("action", ""))
    except Refusal as refusal:
        faults = " ".join(fault_words(refusal).values())
        error = faults or gettext(refusal.message) % refusal.params
        return _plan_page(request, _plan(request, plan_id), error=error, status=STATUS.get(refusal.code, 422))
    messages.success(request, told)
    return redirect("desk:plan", row.pk)


def _do(request: HttpRequest, row: Any, action: str) -> str:
    actor, moment = actor_of(request), now()
    if action == "accept":
        return _accepted_words(plan_accept(plan_id=row.pk, actor=actor, now=moment))
    if action == "propose":
        asked = planning.as_asked(row)
        _, changed = plan_propose(station=row.station, asked=asked, actor=actor, now=moment)
        return planning.changed_words(changed)
    if action not in ("set", "drop"):
        raise refused_inputs({"action": gettext_noop("没有这个操作，请从页面上点按钮。")})
    deputy = request.POST.get("deputy", "")
    turn_set(
        plan_id=row.pk,
        deputy_id=int(deputy) if deputy.isascii() and deputy.isdigit() and len(deputy) < 19 else 0,
        day=None if action == "drop" else _day(request, "day"),
        instead_of=_day(request, "was") if request.POST.get("was") else None,
        actor=actor,
        now=moment,
    )
    return gettext("改好了。再排一次时，这一处不会变。")


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise refused_inputs({"day": gettext_noop("请选一个日期。")}) from None


def _accepted_words(accepted: Any) -> str:
    """What accepting did, so that nobody has to look for it."""
    told = [
        ngettext("安排了 %(n)s 场", "安排了 %(n)s 场", accepted.created) % {"n": accepted.created},
        ngettext("请了 %(n)s 人次", "请了 %(n)s 人次", accepted.invited) % {"n": accepted.invited},
    ]
    if accepted.removed:
        told.append(
            ngettext("去掉 %(n)s 人次", "去掉 %(n)s 人次", accepted.removed) % {"n": accepted.removed}
        )
    if accepted.late:
        late = ngettext(
            "有 %(n)s 场离得太近，要写明原因才能公布",
            "有 %(n)s 场离得太近，要写明原因才能公布",
            accepted.late,
        )
        told.append(late % {"n": accepted.late})
    return gettext("，").join(told) + gettext("。")
