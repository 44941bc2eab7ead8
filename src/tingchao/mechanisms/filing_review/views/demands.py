"""An organ's request 审查要求 that a document be reviewed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.mechanisms.filing_review.forms import Again, again, ask
from tingchao.mechanisms.filing_review.rules import LONGEST, may_demand
from tingchao.mechanisms.filing_review.selectors import makers_of
from tingchao.mechanisms.filing_review.services import demand_file


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def demand(request: HttpRequest) -> HttpResponseBase:
    """The form; sent, it leads to the matter in which the request is reviewed."""
    actor = actor_of(request)
    if not any(hold.role is Role.HANDLER for hold in actor.holds):
        raise PermissionDenied
    organs = [one for one in makers_of(actor) if may_demand(one.kind, one.name)]
    if request.method == "GET":
        return _form(request, organs, Again())
    organ = next((one for one in organs if str(one.pk) == request.POST.get("organ")), None)
    if organ is None:
        return _form(
            request, organs, again(request, "demand", {"organ": gettext("请选提出要求的机关。")}), fault=True
        )
    try:
        case = demand_file(
            organ=organ,
            named=request.POST.get("named", ""),
            text=request.POST.get("text", ""),
            submission=request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
            actor=actor,
            now=now(),
        )
    except Refusal as refusal:
        return _form(request, organs, again(request, "demand", fault_words(refusal)), fault=True)
    return redirect("desk:case", case.number)


def _form(request: HttpRequest, organs: Sequence[Any], typed: Again, *, fault: bool = False) -> HttpResponse:
    offered = [(str(one.pk), one.name, "") for one in organs]
    first = [offered[0][0]] if len(offered) == 1 else []
    context = {
        "nav": desk_nav(request),
        "organs": organs,
        "fields": (
            ask(typed, "organ", gettext("哪个机关提出"), "choice", options=offered, on=first),
            ask(
                typed, "named", gettext("要审查哪份文件"), "line", most=120,
                hint=gettext("写文号，或者完整的标题。"), value=request.GET.get("named", "")[:120],
            ),
            ask(typed, "text", gettext("哪一条、为什么要审查"), most=LONGEST),
        ),
        "key": request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
        "error": gettext("有几处要改一下，您写的都还在。") if fault else "",
    }  # fmt: skip
    return render(request, "filing_review/demand.html", context, status=422 if fault else 200)
