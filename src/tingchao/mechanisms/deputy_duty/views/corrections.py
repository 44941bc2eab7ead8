"""Putting a record right while an appeal is checked: a clerk says what was found, where it arose, on what ground."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.meetings.fields import faults_of, number_of, typed_in
from tingchao.desk.meetings.rows import when_words
from tingchao.desk.navigation import desk_nav
from tingchao.mechanisms.deputy_duty.cards import fact_words
from tingchao.mechanisms.deputy_duty.forms import corrections as forms
from tingchao.mechanisms.deputy_duty.rules import (
    ATTENDANCE,
    CREDIT,
    GATHERING,
    HEARD_BY,
    LISTED,
    PEOPLE_RECEIVED,
)
from tingchao.mechanisms.deputy_duty.selectors.appeals import appeal_by_number
from tingchao.mechanisms.deputy_duty.selectors.records import keeping_scopes
from tingchao.mechanisms.deputy_duty.services import (
    appeal_correct,
    appeal_credit,
    appeal_gathering,
    appeal_heard,
    appeal_received,
)
from tingchao.mechanisms.deputy_duty.services.corrections import ways_of

STATUS = {"not_here": 409, "forbidden": 403, "gone": 404}
NO_NUMBER = gettext_noop("请填一个整数。")

Typed = Mapping[str, Any]


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def correct(request: HttpRequest, number: str) -> HttpResponseBase:
    """What was found: each way of putting it right is a form of its own; only those that this appeal has."""
    actor = actor_of(request)
    scopes = keeping_scopes(actor)
    row = appeal_by_number(number) if scopes else None
    if not scopes:
        raise PermissionDenied
    if row is None:
        raise Http404
    if not row.case.region_id.startswith(scopes):
        raise PermissionDenied
    ways = ways_of(row)
    if request.method == "GET":
        return _page(request, row)
    way = request.POST.get("way", ways[0])
    typed = typed_in(forms.asks_of(way, row, actor), request.POST) if way in ways else {}
    try:
        _do(way, {"case_id": row.case_id, "actor": actor, "now": now()}, typed)
    except Refusal as refusal:
        return _refused(request, row, way, typed, refusal)
    messages.success(request, gettext("改好了，档案和各项数字跟着改了。现在可以答复代表。"))
    return redirect("desk:case", row.case.number)


def _do(way: str, how: dict[str, Any], typed: Typed) -> None:
    DEEDS[way](how | {"ground": str(typed.get("ground", ""))}, typed) if way in DEEDS else _unknown()


def _unknown() -> None:
    raise Refusal("not_here", gettext_noop("没有这个操作，请刷新页面再试。"))


def _whole(typed: Typed, key: str) -> int:
    found = number_of(typed, key)
    if found is None:
        raise refused_inputs({key: NO_NUMBER})
    return found


def _attendance(how: dict[str, Any], typed: Typed) -> object:
    return appeal_correct(**how, result=str(typed.get("result", "")))


def _listed(how: dict[str, Any], typed: Typed) -> object:
    chosen = str(typed.get("meeting", ""))
    meeting = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0
    return appeal_correct(**how, result=str(typed.get("result", "")), meeting_id=meeting)


def _received(how: dict[str, Any], typed: Typed) -> object:
    return appeal_received(**how, received=_whole(typed, "received"))


def _credit(how: dict[str, Any], typed: Typed) -> object:
    amount = _whole(typed, "amount") if "amount" in typed else None
    return appeal_credit(**how, deputy=str(typed.get("deputy", "")), amount=amount)


def _gathering(how: dict[str, Any], typed: Typed) -> object:
    return appeal_gathering(**how, missed=forms.missed_of(typed))


def _heard(how: dict[str, Any], typed: Typed) -> object:
    return appeal_heard(**how, number=str(typed.get("number", "")))


DEEDS: Mapping[str, Callable[[dict[str, Any], Typed], object]] = {
    ATTENDANCE: _attendance,
    LISTED: _listed,
    PEOPLE_RECEIVED: _received,
    CREDIT: _credit,
    GATHERING: _gathering,
    HEARD_BY: _heard,
}


def _refused(request: HttpRequest, row: Any, way: str, typed: Typed, refusal: Refusal) -> HttpResponse:
    error = gettext(refusal.message) % refusal.params
    faults = faults_of(fault_words(refusal))
    status = STATUS.get(refusal.code, 422)
    return _page(request, row, way, typed=typed, error=error, faults=faults, status=status)


def _page(
    request: HttpRequest,
    row: Any,
    chosen: str = "",
    *,
    typed: Typed | None = None,
    error: str = "",
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "nav": desk_nav(request),
        "appeal": row,
        "case_url": reverse("desk:case", args=[row.case.number]),
        "about": _about(row),
        "not_closed": row.meeting is not None and row.meeting.held_at is None,
        "forms": [
            forms.form_of(
                way, row, actor, typed if way == chosen else None, faults if way == chosen else None
            )
            for way in ways_of(row)
        ],
        "error": error,
    }
    return render(request, "deputy_duty/appeal_correct.html", context, status=status)


def _about(row: Any) -> str:
    """Of what the appeal is: the gathering, or the deed of the entry."""
    if row.meeting is not None:
        return f"{when_words(row.meeting)} · {row.meeting.title}"
    return fact_words(row.fact) if row.fact is not None else ""
