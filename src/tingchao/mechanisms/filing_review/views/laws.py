"""Laws whose texts are here, and two versions of one side by side."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.core.roles import Role
from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.instruments.documents.differing import compared
from tingchao.instruments.documents.lawtexts import KeptLaw, law_get, law_text, laws_kept
from tingchao.mechanisms.filing_review.manifest import SEES_FILINGS

READS_LAWS = frozenset({*SEES_FILINGS, Role.EXPERT})


def _require_reader(request: HttpRequest) -> None:
    if not any(hold.role in READS_LAWS for hold in actor_of(request).holds):
        raise PermissionDenied


@never_cache
@require_GET
@staff
def laws(request: HttpRequest) -> HttpResponse:
    """The laws whose texts are here; those with several versions can be compared."""
    _require_reader(request)
    query = " ".join(request.GET.get("q", "").split())[:60]
    context = {"nav": desk_nav(request), "laws": laws_kept(query), "q": query}
    return render(request, "filing_review/laws.html", context)


@never_cache
@require_GET
@staff
def compare(request: HttpRequest) -> HttpResponse:
    """Two versions of a law, article by article: the last two, or those that were chosen."""
    _require_reader(request)
    law = law_get(request.GET.get("law", "")[:120])
    if law is None or len(law.days) < 2:
        raise Http404
    earlier, later = _day(request, "a", law, law.days[-2]), _day(request, "b", law, law.days[-1])
    pairs = compared(law_text(law, earlier), law_text(law, later))
    context = {
        "nav": desk_nav(request),
        "law": law,
        "earlier": earlier,
        "later": later,
        "pairs": pairs,
        "changed": sum(not one.same and not one.renumbered for one in pairs),
        "renumbered": sum(one.renumbered for one in pairs),
    }
    return render(request, "filing_review/law.html", context)


def _day(request: HttpRequest, key: str, law: KeptLaw, usual: date) -> date:
    asked = request.GET.get(key, "")
    return next((day for day in law.days if day.isoformat() == asked), usual)
