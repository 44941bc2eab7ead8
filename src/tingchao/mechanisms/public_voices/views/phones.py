"""The telephone number of whoever raised a voice: staff look at it with a reason, its owner takes it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.disclosure import reasons, said_of_looks
from tingchao.desk.forms import fault_words
from tingchao.desk.guards import own_case, waits
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.work import visible
from tingchao.directory.actors import reporter
from tingchao.engine.disclosure import LONGEST_NOTE, may_see_phone
from tingchao.engine.selectors import history
from tingchao.engine.services import roles_of
from tingchao.mechanisms.public_voices.selectors import voice_of
from tingchao.mechanisms.public_voices.services.phones import ERASES, voice_phone_erase, voice_phone_read


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def phone(request: HttpRequest, number: str) -> HttpResponseBase:
    """Why one wants to see the number; then the number, in this one answer, which is kept by nobody."""
    seen, actor = visible(request, number), actor_of(request)
    case = seen.case
    if case.closed_at is None and not may_see_phone(seen.roles, actor, case):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request, case)
    try:
        if request.POST.get("do") == "erase":
            voice_phone_erase(case_id=case.pk, actor=actor, now=now())
            messages.success(request, gettext("电话已经删掉。"))
            return redirect("desk:case", case.number)
        shown = voice_phone_read(
            case_id=case.pk,
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
            actor=actor,
            now=now(),
        )
    except Refusal as refusal:
        return _page(request, case, refusal=refusal)
    return _page(request, case, shown=shown)


_STATUS = {"closed": 409, "none": 409, "forbidden": 403, "too_many": 429}


def _page(
    request: HttpRequest, case: Any, *, shown: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    voice = voice_of(case)
    context = {
        "nav": desk_nav(request),
        "case": {"number": case.number, "title": case.title, "closed": case.closed_at is not None},
        "masked": "" if voice is None else voice.phone_shown,
        "shown": shown,
        "spaced": f"{shown[:3]} {shown[3:7]} {shown[7:]}" if len(shown) == 11 else shown,
        "reasons": reasons(request.POST.get("reason", "")),
        "note": request.POST.get("note", "")[: 2 * LONGEST_NOTE],
        "error": gettext(refusal.message) % refusal.params if refusal else "",
        "errors": fault_words(refusal) if refusal else {},
        "may_erase": bool(roles_of(actor_of(request), case) & ERASES),
    }
    status = _STATUS.get(refusal.code, 422) if refusal else 200
    return render(request, "public_voices/phone.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@waits
def mine(request: HttpRequest, number: str, passcode: str) -> HttpResponseBase:
    """One's own number: who looked at it and why, and taking it back."""
    case = own_case(request, number, passcode)
    if request.method == "POST":
        voice_phone_erase(case_id=case.pk, actor=reporter(case.pk), now=now())
        messages.success(request, gettext("您的电话已经删掉，我们这里没有了。事情照常办。"))
        return redirect("public:follow", case.number, passcode)
    voice = voice_of(case)
    context = {
        "number": case.number,
        "passcode": passcode,
        "masked": "" if voice is None else voice.phone_shown,
        "consented_at": None if voice is None else voice.consented_at,
        "looks": said_of_looks(history(case)),
    }
    return render(request, "public_voices/my_phone.html", context)
