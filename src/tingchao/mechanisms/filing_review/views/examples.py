"""The published cases, for everybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from tingchao.mechanisms.filing_review.selectors.casebook import published_get, published_page
from tingchao.mechanisms.filing_review.views.casebook import PARTS


@require_GET
def examples(request: HttpRequest) -> HttpResponse:
    """What was put right, and what others learn from it. One SQL statement."""
    typed = request.GET.get("after", "")
    after = min(int(typed), 100_000) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    found, rest = published_page(after=after)
    return render(request, "filing_review/examples.html", {"rows": found, "rest": rest})


@require_GET
def example(request: HttpRequest, example_id: int) -> HttpResponse:
    """One published case."""
    row = published_get(example_id)
    if row is None:
        raise Http404
    parts = [
        {"label": gettext(label), "text": getattr(row, key)}
        for key, (label, _) in PARTS.items()
        if key != "title" and getattr(row, key)
    ]
    return render(request, "filing_review/example_public.html", {"example": row, "parts": parts})
