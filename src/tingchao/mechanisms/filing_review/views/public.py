"""For everybody: documents in force with full-text search, one document, and suggesting that it be reviewed."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.steps import Refusal
from tingchao.desk.filing import filing_require, tells_guard
from tingchao.desk.forms import fault_words
from tingchao.desk.guards import remember_filed
from tingchao.directory.actors import reporter
from tingchao.engine.links import passcode_for
from tingchao.instruments.documents import selectors
from tingchao.mechanisms.filing_review.forms import kind_label
from tingchao.mechanisms.filing_review.rules import LONGEST
from tingchao.mechanisms.filing_review.services import suggestion_file

STATES = {"in_force": "done", "expired": "plain", "repealed": "late"}


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Documents in force, the latest first, or those that hold the words looked for. One SQL statement."""
    query, everything = request.GET.get("q", "")[:60], request.GET.get("all") == "1"
    typed = request.GET.get("after", "")
    after = min(int(typed), 100_000) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    today = localdate()
    found, rest = selectors.catalogue(query, today, after=after, in_force=not everything)
    here = reverse("filing_review:catalogue")
    given = {"q": query, **({"all": "1"} if everything else {})}
    context = {
        "query": query,
        "everything": everything,
        "rows": [_row(one, today) for one in found],
        "next_url": f"{here}?{urlencode({**given, 'after': rest})}" if rest else "",
    }
    return render(request, "filing_review/catalogue.html", context)


def _row(document: Any, today: Any) -> dict[str, Any]:
    state = document.state_on(today)
    return {
        "url": reverse("filing_review:document", args=[document.pk]),
        "title": document.title,
        "number": document.number,
        "maker": document.maker.name,
        "day": document.published_on,
        "state": state_label(state),
        "tag": STATES.get(state, "plain"),
    }


def state_label(state: str) -> str:
    """What a state is called: 有效, 已失效, 已废止."""
    labels = {"in_force": gettext("有效"), "expired": gettext("已失效"), "repealed": gettext("已废止")}
    return labels.get(state, "")


def _public(document_id: int) -> Any:
    document = selectors.document_get(document_id)
    if document is None or not document.public:
        raise Http404
    return document


@require_GET
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """The text as it stands now, with the texts before it."""
    row = _public(document_id)
    versions = selectors.versions_of(row)
    typed = request.GET.get("version", "")
    version = next((one for one in versions if str(one.place) == typed), versions[0])
    state = row.state_on(localdate())
    context = {
        "document": row,
        "kind": kind_label(row),
        "version": version,
        "versions": versions,
        "state": state_label(state),
        "tag": STATES.get(state, "plain"),
    }
    return render(request, "filing_review/document.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@tells_guard
def suggest(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Suggesting that a document be reviewed. Sent twice, it is one suggestion."""
    row = _public(document_id)
    if request.method == "GET":
        return _form(request, row)
    try:
        filing_require(request)
        case = suggestion_file(
            document=row,
            text=request.POST.get("text", ""),
            submission=request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
            actor=reporter(0),
            now=now(),
        )
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        return _form(request, row, error=error, faults=fault_words(refusal))
    followed = reverse("public:follow", args=[case.number, passcode_for(case)])
    return remember_filed(redirect(f"{followed}?fresh"), case)


def _form(
    request: HttpRequest, row: Any, *, error: str = "", faults: dict[str, str] | None = None
) -> HttpResponse:
    context = {
        "document": row,
        "text": request.POST.get("text", ""),
        "key": request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
        "most": LONGEST,
        "error": error,
        "errors": faults or {},
    }
    return render(request, "filing_review/suggest.html", context, status=422 if error else 200)
