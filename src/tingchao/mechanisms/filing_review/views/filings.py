"""Filings in the desk: the list, filing a document, its text beside what was found in it, who has filed."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.engine.registry import procedure_get
from tingchao.instruments.documents import policy
from tingchao.instruments.documents.differing import compared
from tingchao.instruments.documents.selectors import (
    document_get,
    finding_document,
    findings_of,
    papers_of,
    versions_of,
)
from tingchao.instruments.documents.services import Written, finding_decide
from tingchao.mechanisms.filing_review.forms import (
    CONFIDENCE,
    day_given,
    paper_fields,
    papers_given,
    pieces,
    text_given,
)
from tingchao.mechanisms.filing_review.manifest import SEES_FILINGS
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.rules import REFILED_BY
from tingchao.mechanisms.filing_review.selectors import (
    consultations_of,
    coverage,
    experts_near,
    filing_of_document,
    filings_page,
    makers_of,
    townships_within,
)
from tingchao.mechanisms.filing_review.services import expert_ask, filing_file, text_refile

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


def _cursor(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@never_cache
@require_GET
@staff
def filings(request: HttpRequest) -> HttpResponse:
    """The documents that were filed, the newest first. One SQL statement for the rows."""
    _require_seeing(request)
    actor, view = actor_of(request), request.GET.get("view", "")
    found, rest = filings_page(actor, view=view, after=_cursor(request.GET.get("after", "")))
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
    stage = procedure_get(case.procedure).stage(case.stage)
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
    messages.success(
        request, gettext("收到了，编号 %(number)s。3 个工作日内告诉您是不是登记。") % {"number": case.number}
    )
    return redirect("desk:case", case.number)


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
        "error": error,
        "errors": faults or {},
    }
    return render(request, "filing_review/new.html", context, status=422 if error else 200)


@never_cache
@require_GET
@staff
def filing(request: HttpRequest, document_id: int) -> HttpResponse:
    """A document: the text on the left, what was found in it on the right."""
    return _page(request, document_id)


def _document(request: HttpRequest, document_id: int) -> Any:
    """The document, where the actor may read it; 404 tells nobody else that it is there."""
    document = document_get(document_id)
    if document is None or not policy.may_see(actor_of(request), document):
        raise Http404
    return document


def _page(
    request: HttpRequest,
    document_id: int,
    *,
    error: str = "",
    faults: dict[str, str] | None = None,
    at: int = 0,
) -> HttpResponse:
    document, actor = _document(request, document_id), actor_of(request)
    versions = versions_of(document)
    place = _cursor(request.GET.get("version", "")) or versions[0].place
    version = next((one for one in versions if one.place == place), versions[0])
    sees = policy.sees_findings(actor, document)
    findings = findings_of(version) if sees else []
    filed = filing_of_document(document)
    case = filed.case if filed is not None else None
    reviews = policy.reviews(actor, document)
    context = {
        "nav": desk_nav(request),
        "document": document,
        "version": version,
        "versions": [
            {"place": one.place, "note": one.note, "at": one.made_at, "on": one.pk == version.pk}
            for one in versions
        ],
        "pieces": pieces(version.text, findings),
        "findings": [_finding(number, one, at) for number, one in enumerate(findings, start=1)],
        "sees": sees,
        "decides": reviews,
        "open_left": sum(one.state == "open" for one in findings),
        "papers": papers_of(document),
        "case": case,
        "case_url": reverse("desk:case", args=[case.number]) if case is not None else "",
        "stage": gettext(FILING.stage(case.stage).label) if case is not None else "",
        "state": document.state_on(localdate()),
        "refiles": case is not None
        and case.stage in REFILED_BY
        and document.maker_id in policy.bodies_of(actor),
        "experts": experts_near(document.region_id, localdate()) if reviews else [],
        "consultations": consultations_of(case.pk) if sees and case is not None else [],
        "typed": {key: request.POST.get(key, "") for key in ("reason", "text", "note", "question")},
        "error": error,
        "errors": faults or {},
    }
    return render(request, "filing_review/filing.html", context, status=422 if error else 200)


def _finding(number: int, one: Any, at: int) -> dict[str, Any]:
    return {
        "n": number,
        "pk": one.pk,
        "quote": one.quote,
        "article": one.article,
        "explanation": one.explanation,
        "question": one.question,
        "confidence": gettext(CONFIDENCE.get(one.confidence, one.confidence)),
        "hard": one.confidence in ("certain", "likely"),
        "state": one.state,
        "state_label": gettext(str(one.get_state_display())),
        "reason": one.reason,
        "by": one.decided_by,
        "at_fault": one.pk == at,
    }


@require_POST
@staff
def finding(request: HttpRequest, finding_id: int) -> HttpResponseBase:
    """Accept a finding or set it aside with a reason."""
    document_id = finding_document(finding_id)
    if document_id is None:
        raise Http404
    document = _document(request, document_id)
    if not policy.reviews(actor_of(request), document):
        raise PermissionDenied
    try:
        finding_decide(
            finding_id=finding_id,
            accept=request.POST.get("do") == "accept",
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=now(),
        )
    except Refusal as refusal:
        words = fault_words(refusal)
        return _page(request, document_id, error=gettext(refusal.message), faults=words, at=finding_id)
    return redirect(f"{reverse('filing_review:filing', args=[document_id])}#found-{finding_id}")


@require_POST
@staff
def refile(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The maker hands in a supplemented or corrected text."""
    filed = filing_of_document(_document(request, document_id))
    if filed is None:
        raise Http404
    try:
        text, kept = text_given(request)
        note = request.POST.get("note", "")
        text_refile(case_id=filed.pk, text=text, note=note, file=kept, actor=actor_of(request), now=now())
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise PermissionDenied from None
        error = gettext(refusal.message) % refusal.params
        return _page(request, document_id, error=error, faults=fault_words(refusal))
    messages.success(request, gettext("收到了，新的正文和原来的连在一起。"))
    return redirect("filing_review:filing", document_id)


@never_cache
@require_GET
@staff
def compare(request: HttpRequest, document_id: int) -> HttpResponse:
    """Two versions side by side, article by article."""
    document = _document(request, document_id)
    versions = versions_of(document)
    if len(versions) < 2:
        raise Http404
    later, earlier = versions[0], versions[-1]
    pairs = compared(earlier.text, later.text)
    context = {
        "nav": desk_nav(request),
        "document": document,
        "earlier": earlier,
        "later": later,
        "pairs": pairs,
        "changed": sum(not one.same for one in pairs),
    }
    return render(request, "filing_review/compare.html", context)


@require_POST
@staff
def ask(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Send the latest version to an expert."""
    filed = filing_of_document(_document(request, document_id))
    if filed is None:
        raise Http404
    try:
        expert_ask(
            case_id=filed.pk,
            expert_id=_cursor(request.POST.get("expert", "")),
            question=request.POST.get("question", ""),
            due_on=day_given(request, "due_on"),
            actor=actor_of(request),
            now=now(),
        )
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise PermissionDenied from None
        return _page(request, document_id, error=gettext(refusal.message), faults=fault_words(refusal))
    messages.success(request, gettext("送出了。专家只看得到这一稿正文和您的问题。"))
    return redirect("filing_review:filing", document_id)


@never_cache
@require_GET
@staff
def covered(request: HttpRequest) -> HttpResponse:
    """Which townships have filed anything that they issued this year, county by county."""
    scopes = policy.scopes_seen(actor_of(request))
    if not scopes:
        raise PermissionDenied
    typed = _cursor(request.GET.get("year", ""))
    year = typed if 2000 < typed < 2200 else localdate().year
    rows = coverage(townships_within(scopes), year)
    here = reverse("filing_review:coverage")
    context = {
        "nav": desk_nav(request),
        "rows": rows,
        "year": year,
        "townships": sum(one.townships for one in rows),
        "filed_by": sum(one.filed_by for one in rows),
        "documents": sum(one.documents for one in rows),
        "late": sum(one.late for one in rows),
        "earlier": f"{here}?year={year - 1}",
        "later": f"{here}?year={year + 1}" if year < localdate().year else "",
    }
    return render(request, "filing_review/coverage.html", context)
