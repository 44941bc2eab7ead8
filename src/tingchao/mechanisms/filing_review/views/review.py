"""A document in the desk: its text beside what was found in it, what may be done, and two of its versions compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.instruments.documents import policy
from tingchao.instruments.documents.differing import compared
from tingchao.instruments.documents.selectors import (
    document_get,
    finding_document,
    findings_of,
    papers_of,
    versions_of,
)
from tingchao.instruments.documents.services import finding_decide
from tingchao.mechanisms.filing_review.forms import CONFIDENCE, Again, kind_label, number_of, pieces
from tingchao.mechanisms.filing_review.inputs import METHODS
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.selectors import (
    consultations_of,
    filing_of_document,
    inquiries_of,
    letters_of,
    receipts_of,
)
from tingchao.mechanisms.filing_review.views.letters import letter_rows
from tingchao.mechanisms.filing_review.views.workbench import PAPERS, forms_for


def document_seen(request: HttpRequest, document_id: int) -> Any:
    """The document, where the actor may read it; 404 tells nobody else that it is there."""
    document = document_get(document_id)
    if document is None or not policy.may_see(actor_of(request), document):
        raise Http404
    return document


@never_cache
@require_GET
@staff
def filing(request: HttpRequest, document_id: int) -> HttpResponse:
    """A document: the text on the left, what was found in it on the right, what may be done below."""
    return page(request, document_seen(request, document_id))


def page(
    request: HttpRequest, document: Any, *, error: str = "", again: Again | None = None, at: int = 0
) -> HttpResponse:
    """The page of a document; with `error` a form or a decision about the finding `at` is shown again."""
    actor, again = actor_of(request), again or Again()
    versions, papers = versions_of(document), papers_of(document)
    place = number_of(request.GET.get("version", "")) or versions[0].place
    version = next((one for one in versions if one.place == place), versions[0])
    sees = policy.sees_findings(actor, document)
    filed = filing_of_document(document)
    case = filed.case if filed is not None else None
    context = {
        "nav": desk_nav(request),
        "document": document,
        "kind": kind_label(document),
        "version": version,
        "versions": [
            {"place": one.place, "note": one.note, "at": one.made_at, "on": one.pk == version.pk} for one in versions
        ],
        **_findings(version, sees, again if at else Again(), at),
        "sees": sees,
        "decides": policy.reviews(actor, document),
        "papers": papers,
        "case": case,
        "forms": forms_for(document, case, actor, again),
        "state": document.state_on(localdate()),
        "late_by": 0 if filed is None else filed.late_by,
        "error": error,
        **(_of_case(case, document, sees, papers) if case is not None else {}),
    }  # fmt: skip
    return render(request, "filing_review/filing.html", context, status=422 if error else 200)


def _findings(version: Any, sees: bool, again: Again, at: int) -> Mapping[str, Any]:
    findings = findings_of(version) if sees else []
    return {
        "pieces": pieces(version.text, findings),
        "findings": [_finding(number, one, at) for number, one in enumerate(findings, start=1)],
        "open_left": sum(one.state == "open" for one in findings),
        "typed_reason": again.typed.get("reason", ""),
        "reason_fault": again.faults.get("reason", ""),
    }


def _of_case(case: Any, document: Any, sees: bool, papers: Sequence[Any]) -> dict[str, Any]:
    there = {one.kind for one in papers}
    methods = {option.key: gettext(option.label) for option in METHODS}
    return {
        "case_url": reverse("desk:case", args=[case.number]),
        "stage": gettext(FILING.stage(case.stage).label),
        "checklist": [{"label": gettext(label), "there": key in there} for key, label in PAPERS]
        if case.stage == "checking"
        else [],
        "receipts": receipts_of(case.pk),
        "letters": letter_rows(FILING, document.pk, letters_of(case.pk)),
        "consultations": consultations_of(case.pk) if sees else [],
        "inquiries": [
            {
                "method": methods.get(one.method, ""),
                "day": one.day,
                "note": one.note,
                "by": one.by,
                "meeting": one.meeting,
            }
            for one in (inquiries_of(case.pk) if sees else [])
        ],
    }


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
    """Accept a finding or set it aside with a reason; on to the next one that is open."""
    document_id = finding_document(finding_id)
    if document_id is None:
        raise Http404
    document = document_seen(request, document_id)
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
        typed = Again("finding", {"reason": request.POST.get("reason", "")}, {}, words)
        return page(request, document, error=gettext(refusal.message), again=typed, at=finding_id)
    here = reverse("filing_review:filing", args=[document_id])
    place = number_of(request.POST.get("version", ""))
    return redirect(f"{here}{f'?version={place}' if place else ''}#found-{finding_id}")


@never_cache
@require_GET
@staff
def compare(request: HttpRequest, document_id: int) -> HttpResponse:
    """Two versions side by side, article by article: the first and the last, or those that were chosen."""
    document = document_seen(request, document_id)
    versions = {one.place: one for one in versions_of(document)}
    if len(versions) < 2:
        raise Http404
    earlier = versions.get(number_of(request.GET.get("a", "")), versions[min(versions)])
    later = versions.get(number_of(request.GET.get("b", "")), versions[max(versions)])
    pairs = compared(earlier.text, later.text)
    context = {
        "nav": desk_nav(request),
        "document": document,
        "earlier": earlier,
        "later": later,
        "places": sorted(versions),
        "pairs": pairs,
        "changed": sum(not one.same for one in pairs),
    }
    return render(request, "filing_review/compare.html", context)
