"""Administration: the overview and the history of what was changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.desk.access import actor_of, staff
from tingchao.desk.administration.history import history_rows
from tingchao.desk.navigation import admin_doors, desk_nav
from tingchao.directory.policy import may_read_directory, scopes_read
from tingchao.engine.changes import changes_page

View = Callable[..., HttpResponseBase]


def reading(view: View) -> View:
    """Only for those who may look at the directory: administrators and auditors."""

    @never_cache
    @staff
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_read_directory(actor_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@reading
def home(request: HttpRequest) -> HttpResponse:
    """Every screen of administration with what it is for."""
    context = {"nav": desk_nav(request), "doors": admin_doors(request)}
    return render(request, "desk/admin/home.html", context)


@require_GET
@reading
def history(request: HttpRequest) -> HttpResponse:
    """Who changed what, newest first, within the reader's scope."""
    query = request.GET.get("q", "").strip()[:60]
    after = request.GET.get("after", "")
    page = changes_page(
        scopes=scopes_read(actor_of(request)),
        query=query,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0,
    )
    here = reverse("desk:admin_history")
    context = {
        "nav": desk_nav(request),
        "title": gettext("改动记录"),
        "timeline": history_rows(page.events),
        "q": query,
        "here": here,
        "next_url": f"{here}?{urlencode({'q': query, 'after': page.after})}" if page.after else "",
    }
    return render(request, "desk/admin/history.html", context)
