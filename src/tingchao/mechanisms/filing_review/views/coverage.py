"""Which townships have filed what they issued: on a map, and in a table where none is left out."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.instruments.documents import policy
from tingchao.mechanisms.filing_review.forms import number_of
from tingchao.mechanisms.filing_review.selectors import coverage

GRADES = (100, 75, 50, 25)
"""Shares from which on the map takes a darker shade."""


@never_cache
@require_GET
@staff
def covered(request: HttpRequest) -> HttpResponse:
    """Every township with what it filed of a year and of the year before, county by county."""
    scopes = policy.scopes_seen(actor_of(request))
    if not scopes:
        raise PermissionDenied
    typed = number_of(request.GET.get("year", ""))
    year = typed if 2000 < typed < 2200 else localdate().year
    rows = coverage(scopes, year)
    here = reverse("filing_review:coverage")
    context = {
        "nav": desk_nav(request),
        "rows": [
            {
                "code": one.code, "name": one.name, "townships": one.townships, "filed_by": one.filed_by,
                "documents": one.documents, "before": one.before, "late": one.late, "missing": one.missing,
                "towns": one.towns, "own": one.own, "grade": sum(one.share >= grade for grade in GRADES),
            }
            for one in rows
        ],
        "year": year,
        "last_year": year - 1,
        "townships": sum(one.townships for one in rows),
        "filed_by": sum(one.filed_by for one in rows),
        "documents": sum(one.documents for one in rows),
        "late": sum(one.late for one in rows),
        "earlier": f"{here}?year={year - 1}",
        "later": f"{here}?year={year + 1}" if year < localdate().year else "",
        "alone": rows[0].code if len(rows) == 1 else "",
    }  # fmt: skip
    return render(request, "filing_review/coverage.html", context)
