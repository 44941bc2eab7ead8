"""The desk's lists: my matters by due time, and those that a search finds."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.lists import list_of, query_of
from tingchao.desk.navigation import counted, desk_nav
from tingchao.desk.sifting import sift_fields
from tingchao.directory.saved_views import LONGEST_QUERY, view_delete, view_save
from tingchao.engine import selectors as engine
from tingchao.engine.sifting import sift_from


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


@require_POST
@staff
def view_keep(request: HttpRequest) -> HttpResponseBase:
    """Keep the list as it is narrowed under a name; refused, the list says why."""
    query = request.POST.get("query", "")
    kept = urlencode(view_address(query))
    try:
        view = view_save(name=request.POST.get("name", ""), query=kept, actor=actor_of(request))
        messages.success(request, gettext("存好了，在菜单“我的视图”里。"))
        kept = view.query
    except Refusal as refusal:
        messages.error(request, gettext(next(iter(refusal.fields.values()), refusal.message)))
    return redirect(f"{reverse('desk:worklist')}?{kept}")


@require_POST
@staff
def view_drop(request: HttpRequest) -> HttpResponseBase:
    """Keep a view no longer; the list stays as it is narrowed."""
    view_delete(name=request.POST.get("name", ""), actor=actor_of(request))
    messages.success(request, gettext("视图删掉了，事情都还在。"))
    return redirect(f"{reverse('desk:worklist')}?{urlencode(view_address(request.POST.get('query', '')))}")


def view_address(query: str) -> dict[str, str]:
    """What the address of a narrowed list bears, made anew from what a form says; nothing else gets into it."""
    typed = dict(parse_qsl(query[:LONGEST_QUERY]))
    view = typed.get("view", "mine")
    return {"view": view if view in engine.LISTS else "mine", **sift_fields(sift_from(typed))}
