"""The desk's lists: my matters by due time, and those that a search finds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.core.numbering import NumberError, parse_number
from tingchao.desk.access import actor_of, staff
from tingchao.desk.lists import list_of, query_of
from tingchao.desk.navigation import counted, desk_nav
from tingchao.engine import selectors as engine


@never_cache
@require_GET
@staff
def worklist(request: HttpRequest) -> HttpResponseBase:
    """My matters by due time, or those that hold the words searched for; a number leads straight to its page."""
    if query := query_of(request):
        try:
            return redirect("desk:case", str(parse_number(query)))
        except NumberError:
            pass  # words, or a number that the list says is wrong
    counts = engine.worklist_counts(actor_of(request), now=now())
    return render(
        request,
        "desk/worklist.html",
        {
            "worklist": list_of(request, counts),
            "overview": {key: counted(counts[key]) for key in ("overdue", "today", "waiting")},
            "nav": desk_nav(request, counts),
        },
    )
