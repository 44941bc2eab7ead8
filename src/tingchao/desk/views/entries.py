"""Administration: lists of entries, one entry, what is done to it. One set of views for every kind."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of
from tingchao.desk.administration.beside import Beside, sections
from tingchao.desk.administration.deeds import DEEDS
from tingchao.desk.administration.forms import cleaned, drawn, told, typed_in, values_of
from tingchao.desk.administration.history import history_rows
from tingchao.desk.administration.kinds import KINDS, Field, Kind
from tingchao.desk.forms import Retry, retry_after
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.admin import reading
from tingchao.directory.listing import NAMED, SOURCES, entry_get, grants_of, listed, looked_up
from tingchao.directory.policy import scopes_kept, scopes_read, within
from tingchao.engine.accounts import may_keep_account
from tingchao.engine.changes import changes_of

WIDEST_QUERY = 60


@require_GET
@reading
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """The entries of a kind, 25 a page, searched by name or key."""
    about = KINDS[kind]
    actor = actor_of(request)
    query = request.GET.get("q", "").replace("\0", "").strip()[:WIDEST_QUERY]
    after = request.GET.get("after", "")
    page = listed(kind, scopes=scopes_read(actor), query=query, after=after)
    here = reverse("desk:admin_list", args=[kind])
    more = urlencode({"q": query, "after": page.after})
    context = {
        "nav": desk_nav(request),
        "kind": _shown(about),
        "rows": [_row(about, row) for row in page.rows],
        "q": query,
        "here": here,
        "new_url": reverse("desk:admin_new", args=[kind]) if scopes_kept(actor) else "",
        "next_url": f"{here}?{more}" if page.after else "",
        "later": bool(after),
    }
    return render(request, "desk/admin/list.html", context)


def _row(kind: Kind, row: Any) -> dict[str, Any]:
    return {
        "url": reverse("desk:admin_entry", args=[kind.key, row.pk]),
        "title": row.name,
        "facts": [fact for fact in kind.facts(row) if fact],
        "off": bool(kind.switched) and not getattr(row, kind.switched),
    }


def _shown(kind: Kind) -> dict[str, str]:
    words = {name: gettext(getattr(kind, name)) for name in ("label", "one", "hint", "search", "empty")}
    return words | {"key": kind.key, "icon": kind.icon}


@require_http_methods(["GET", "POST"])
@reading
def new(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The form for a new entry, and taking what it sends."""
    about, actor = KINDS[kind], actor_of(request)
    if not scopes_kept(actor):
        raise PermissionDenied
    if request.method == "GET":
        return _form(request, about, {"since": localdate().isoformat()}, Retry())
    typed = typed_in(about.fields, request.POST)
    try:
        values = cleaned(about.fields, typed, scopes=scopes_kept(actor))
        row = about.save("", values, actor=actor, now=now())
    except Refusal as refusal:
        return _form(request, about, typed, retry_after(refusal, "save", typed))
    if isinstance(row, tuple):  # an account, with the password that is shown now and never again
        return _secret(request, row[0], row[1])
    messages.success(request, gettext("“%(name)s”已经建好。") % {"name": row.name})
    return redirect("desk:admin_entry", kind, row.pk)


def _form(request: HttpRequest, kind: Kind, typed: dict[str, str], retry: Retry) -> HttpResponse:
    context = {
        "nav": desk_nav(request),
        "kind": _shown(kind),
        "list_url": reverse("desk:admin_list", args=[kind.key]),
        "fields": drawn(kind.fields, typed, retry.faults),
        "error": retry.error,
    }
    return render(request, "desk/admin/new.html", context, status=422 if retry.error else 200)


@require_http_methods(["GET", "POST"])
@reading
def entry(request: HttpRequest, kind: str, pk: str) -> HttpResponseBase:
    """One entry with its form and what belongs to it; auditors read."""
    about, row = KINDS[kind], _found(request, kind, pk)
    if request.method == "GET":
        return _entry_page(request, about, row, Retry())
    if not _may_change(request, kind, row):
        raise PermissionDenied
    fields = _lasting(about)
    typed = typed_in(fields, request.POST)
    try:
        values = cleaned(fields, typed, scopes=scopes_kept(actor_of(request)))
        about.save(str(row.pk), values, actor=actor_of(request), now=now())
    except Refusal as refusal:
        return _entry_page(request, about, row, retry_after(refusal, "save", typed))
    messages.success(request, gettext("已经保存。"))
    return redirect("desk:admin_entry", kind, row.pk)


@require_POST
@reading
def deed(request: HttpRequest, kind: str, pk: str, key: str) -> HttpResponseBase:
    """Do something to an entry that its form does not: a code, a member, a right, a password."""
    wanted, row = DEEDS.get((kind, key)), _found(request, kind, pk)
    if wanted is None:
        raise Http404
    if not scopes_kept(actor_of(request)):
        raise PermissionDenied
    typed = typed_in(wanted.fields, request.POST)
    who = {"actor": actor_of(request), "now": now()}
    try:
        values = cleaned(wanted.fields, typed, scopes=scopes_kept(actor_of(request)))
        result = wanted.does(row, values, request.POST, **who)
    except Refusal as refusal:
        return _entry_page(request, KINDS[kind], row, retry_after(refusal, key, typed))
    if wanted.secret:
        return _secret(request, row, result)
    messages.success(request, gettext(wanted.done))
    return redirect("desk:admin_entry", kind, row.pk)


def _found(request: HttpRequest, kind: str, pk: str) -> Any:
    """The entry, within what the reader may see; 404 when there is none, 403 when it is elsewhere."""
    row = entry_get(kind, pk, scopes=scopes_read(actor_of(request)))
    if row is None and entry_get(kind, pk, scopes=("",)) is not None:
        raise PermissionDenied
    if row is None:
        raise Http404
    return row


def _lasting(kind: Kind) -> tuple[Field, ...]:
    """The fields that stay with an entry after it was made."""
    return tuple(field for field in kind.fields if not (field.first or field.fixed))


def _may_change(request: HttpRequest, kind: str, row: Any) -> bool:
    actor = actor_of(request)
    if kind == "accounts":
        return bool(scopes_kept(actor)) and may_keep_account(actor, [one.scope for one in grants_of(row.pk)])
    return within(str(getattr(row, SOURCES[kind].region)), scopes_kept(actor))


def _entry_page(request: HttpRequest, kind: Kind, row: Any, retry: Retry) -> HttpResponse:
    may = _may_change(request, kind.key, row)
    typed = retry.typed if retry.action == "save" else values_of(kind.fields, row)
    faults = retry.faults if retry.action == "save" else {}
    about = Beside(kind.key, row, now=now(), today=localdate(), may=may, retry=retry)
    context = {
        "nav": desk_nav(request),
        "kind": _shown(kind),
        "title": row.name,
        "off": bool(kind.switched) and not getattr(row, kind.switched),
        "may": may,
        "list_url": reverse("desk:admin_list", args=[kind.key]),
        "fields": drawn(_lasting(kind), typed, faults) if may else [],
        "details": told((field for field in kind.fields if field.fixed or not may), row),
        "error": retry.error,
        "error_here": retry.action == "save",
        "sections": sections(about),
        "timeline": history_rows(changes_of(SOURCES[kind.key].model._meta.model_name or "", row.pk)),
        "history_url": f"{reverse('desk:admin_history')}?{urlencode({'q': row.name})}",
    }
    return render(request, "desk/admin/entry.html", context, status=422 if retry.error else 200)


def _secret(request: HttpRequest, row: Any, password: str) -> HttpResponse:
    """The page that shows a new password, once."""
    context = {
        "nav": desk_nav(request),
        "row": row,
        "password": password,
        "entry_url": reverse("desk:admin_entry", args=["accounts", row.pk]),
    }
    return render(request, "desk/admin/password.html", context)


@require_GET
@reading
def lookup(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The entries that a field may name, for its suggestions."""
    scopes = scopes_kept(actor_of(request))
    if not scopes:
        raise PermissionDenied
    if kind not in NAMED:
        raise Http404
    query = request.GET.get("q", "").replace("\0", "").strip()[:WIDEST_QUERY]
    found = looked_up(kind, query, scopes=scopes)
    return JsonResponse({"found": [{"value": one.label, "note": one.note} for one in found]})
