"""Who looked at what is kept masked: for the auditor."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.core.roles import Role
from tingchao.desk import disclosure, present
from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.engine.disclosure import DAILY
from tingchao.engine.disclosure import looks as looks_page


@never_cache
@require_GET
@staff
def looks(request: HttpRequest) -> HttpResponseBase:
    """Every look at a telephone number or a whole text within the auditor's scope, newest first."""
    actor = actor_of(request)
    if not any(hold.role is Role.AUDITOR for hold in actor.holds):
        raise PermissionDenied
    rows, after = looks_page(actor, before=request.GET.get("after", ""))
    there = reverse("desk:case", args=[present.PLACEHOLDER])
    context = {
        "nav": desk_nav(request),
        "looks": disclosure.look_rows(rows, there),
        "daily": DAILY,
        "next_url": f"{request.path}?{urlencode({'after': after})}" if after else "",
    }
    return render(request, "desk/looks.html", context)
