"""What an expert or a body was sent: the list, and one text with its question. Nothing else of the matter is shown; a
committee that reviews jointly sees beside it what screening found."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.instruments.documents.selectors import findings_of
from tingchao.mechanisms.filing_review.forms import CONFIDENCE, pieces
from tingchao.mechanisms.filing_review.selectors import consultation_get, consultations_for
from tingchao.mechanisms.filing_review.services import expert_reply


def _require_asked(request: HttpRequest) -> None:
    if not any(hold.role in (Role.EXPERT, Role.HANDLER) for hold in actor_of(request).holds):
        raise PermissionDenied


@never_cache
@require_GET
@staff
def consultations(request: HttpRequest) -> HttpResponse:
    """What I was sent, what waits for me first. One SQL statement for the rows."""
    _require_asked(request)
    rows = consultations_for(actor_of(request))
    context = {"nav": desk_nav(request), "rows": rows, "today": localdate()}
    return render(request, "filing_review/consultations.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def consultation(request: HttpRequest, consultation_id: int) -> HttpResponseBase:
    """One text that I was sent, and my opinion on it."""
    _require_asked(request)
    asked = consultation_get(consultation_id, actor_of(request))
    if asked is None:
        raise Http404
    error, faults = "", {}
    if request.method == "POST":
        try:
            opinion = request.POST.get("opinion", "")
            expert_reply(consultation_id=asked.pk, opinion=opinion, actor=actor_of(request), now=now())
        except Refusal as refusal:
            error, faults = gettext(refusal.message), fault_words(refusal)
        else:
            messages.success(request, gettext("您的意见送到了，谢谢您。"))
            return redirect("filing_review:consultations")
    findings = findings_of(asked.version) if asked.kind == "committee" else []
    context = {
        "nav": desk_nav(request),
        "asked": asked,
        "pieces": pieces(asked.version.text, findings),
        "findings": [
            {"n": number, "quote": one.quote, "article": one.article, "explanation": one.explanation,
             "confidence": gettext(CONFIDENCE.get(one.confidence, one.confidence))}
            for number, one in enumerate(findings, start=1)
        ],
        "opinion": request.POST.get("opinion", ""),
        "late": localdate() > asked.due_on,
        "error": error,
        "errors": faults,
    }  # fmt: skip
    return render(request, "filing_review/consultation.html", context, status=422 if error else 200)
