"""Filings in the desk: the list, and filing a document."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.engine.timing import limit_for, period_for
from tingchao.engine.words import limit_words
from tingchao.instruments.documents import policy
from tingchao.instruments.documents.services import Written
from tingchao.mechanisms.filing_review.forms import (
    day_given,
    number_of,
    paper_fields,
    papers_given,
    text_given,
)
from tingchao.mechanisms.filing_review.manifest import SEES_FILINGS
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.rules import filed_within
from tingchao.mechanisms.filing_review.selectors import filings_page, makers_of
from tingchao.mechanisms.filing_review.services import filing_file

VIEWS = {
    "": gettext_noop("全部"),
    "open": gettext_noop("在办"),
    "late": gettext_noop("迟报"),
    "closed": gettext_noop("办结"),
}
NO_DAY = gettext_noop("请写上公布的日期。")
TYPED = ("title", "number", "text", "published_on", "valid_until", "maker")


def _require_seeing(request: HttpRequest) -> None:
    if not any(hold.role in SEES_FILINGS for hold in actor_of(request).holds):
        raise PermissionDenied


@never_cache
@require_GET
@staff
def filings(request: HttpRequest) -> HttpResponse:
    """The documents that were filed, the newest first. One SQL statement for the rows."""
    _require_seeing(request)
    actor, view = actor_of(request), request.GET.get("view", "")
    found, rest = filings_page(actor, view=view, after=number_of(request.GET.get("after", "")))
    here = reverse("filing_review:filings")
    context = {
        "nav": desk_nav(request),
        "rows": [_row(one) for one in found],
        "views": [
            {"label": gettext(label), "url": f"{here}?view={key}", "on": key == view}
            for key, label in VIEWS.items()
        ],
        "next_url": f"{here}?view={view}&after={rest}" if rest else "",
        "files": any(hold.role is Role.HANDLER for hold in actor.holds),
        "covers": bool(policy.scopes_seen(actor)),
    }
    return render(request, "filing_review/filings.html", context)


def _row(filing: Any) -> dict[str, Any]:
    case, document = filing.case, filing.document
    outcomes = {option.key: gettext(option.label) for option in FILING.outcomes}
    stage = FILING.stage(case.stage)
    return {
        "url": reverse("filing_review:filing", args=[document.pk]),
        "title": document.title,
        "number": document.number,
        "maker": document.maker.name,
        "day": document.published_on,
        "late_by": filing.late_by,
        "stage": gettext(stage.label),
        "closed": case.closed_at is not None,
        "outcome": outcomes.get(case.outcome, ""),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def new(request: HttpRequest) -> HttpResponseBase:
    """File a document for a body of one's own: pasted, or as a file."""
    makers = makers_of(actor_of(request))
    if not any(hold.role is Role.HANDLER for hold in actor_of(request).holds):
        raise PermissionDenied
    if request.method == "GET":
        return _new_form(request, makers)
    try:
        text, kept = text_given(request)
        published = day_given(request, "published_on")
        maker = next((one for one in makers if str(one.pk) == request.POST.get("maker")), None)
        if published is None or maker is None:
            faults = (
                {"published_on": NO_DAY} if published is None else {"maker": gettext_noop("请选制定机关。")}
            )
            raise refused_inputs(faults)
        written = Written(
            maker=maker,
            text=text,
            published_on=published,
            title=request.POST.get("title", ""),
            number=request.POST.get("number", ""),
            valid_until=day_given(request, "valid_until"),
            papers=papers_given(request),
            file=kept,
        )
        key = request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18)
        case = filing_file(written=written, submission=key, actor=actor_of(request), now=now())
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        return _new_form(request, makers, error=error, faults=fault_words(refusal))
    checked = limit_for(FILING.key, FILING.first, "")
    said = gettext("收到了，编号 %(number)s。%(limit)s告诉您是不是登记。")
    messages.success(
        request, said % {"number": case.number, "limit": limit_words(checked) if checked else ""}
    )
    return redirect("filing_review:filing", case.filing.document_id)


def _limits(makers: Iterable[Any]) -> list[dict[str, str]]:
    """How long after publication is filed, once for each level at which one files."""
    keys = dict.fromkeys(filed_within(one.region_id) for one in makers)
    periods = {key: (gettext(FILING.period(key).label), period_for(FILING, key)) for key in keys}
    return [
        {"label": label, "words": limit_words(limit), "source": limit.source}
        for label, limit in periods.values()
    ]


def _new_form(
    request: HttpRequest, makers: Any, *, error: str = "", faults: dict[str, str] | None = None
) -> HttpResponse:
    typed = {key: request.POST.get(key, "") for key in TYPED}
    context = {
        "nav": desk_nav(request),
        "values": typed,
        "papers": paper_fields(request),
        "makers": [{"key": one.pk, "name": one.name, "on": str(one.pk) == typed["maker"]} for one in makers],
        "key": request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
        "limits": _limits(makers),
        "error": error,
        "errors": faults or {},
    }
    return render(request, "filing_review/new.html", context, status=422 if error else 200)
