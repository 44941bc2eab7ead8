"""Where notices go: my own targets, those of my body or station, all that I look after, and ending them by link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk import targets as shown
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import Retry, retry_after
from tingchao.desk.guards import waits, wrong_secret
from tingchao.desk.navigation import desk_nav
from tingchao.directory.places import place_get
from tingchao.directory.selectors import body_region
from tingchao.engine import target_selectors as read
from tingchao.engine import targets as engine
from tingchao.engine.targets import Owner


@never_cache
@require_GET
@staff
def mine(request: HttpRequest) -> HttpResponseBase:
    """My own targets, and those of the bodies I handle for and the stations I look after."""
    actor = actor_of(request)
    owners = read.owners_of(actor)
    names, found = read.names_of_owners(owners), read.targets_of(owners)
    groups = [
        {
            "title": shown.owner_words(owner, names),
            "rows": [shown.target_row(one) for one in found if _of(one, owner)],
            "add_url": f"{reverse('desk:notice_add')}?of={shown.owner_key(owner)}",
        }
        for owner in owners
    ]
    context = {"groups": groups, "keeps_others": read.keeps_others(actor), "nav": desk_nav(request)}
    return render(request, "desk/notices/mine.html", context)


def _of(target: Any, owner: Owner) -> bool:
    kept = engine.owner_of(target)
    return (kept.account_id, kept.body_id, kept.role, kept.scope) == (
        owner.account_id,
        owner.body_id,
        owner.role,
        owner.scope,
    )


@never_cache
@require_GET
@staff
def everything(request: HttpRequest) -> HttpResponseBase:
    """All targets of bodies and groups that the actor looks after, failing ones first; never their secrets."""
    actor = actor_of(request)
    if not read.keeps_others(actor):
        raise PermissionDenied
    found, missed = read.targets_within(actor), read.unheard_within(actor)
    names = _names(found, missed)
    rows = [
        {**shown.target_row(one), "whose": shown.owner_words(engine.owner_of(one), names)} for one in found
    ]
    failing = [row for row in rows if row["state"] == "late"]
    context = {
        "failing": failing,
        "unheard": [_unheard_row(one, names, may_add=engine.may_keep(actor, one.owner)) for one in missed],
        "rows": [row for row in rows if row["state"] != "late"],
        "cut": len(rows) == read.LISTED,
        "nav": desk_nav(request),
    }
    return render(request, "desk/notices/all.html", context)


def _names(targets: Sequence[Any], missed: Sequence[read.Unheard]) -> dict[tuple[str, str], str]:
    """What bodies and regions are called, as `shown.owner_words` asks for them. No SQL: all of it is at hand."""
    owners = [*map(engine.owner_of, targets), *(one.owner for one in missed)]
    places = {scope: place_get(f"{scope:0<12}") for scope in {one.scope for one in owners}}
    return {
        **{("body", str(one.body_id)): one.body.name for one in targets if one.body},
        **{("body", str(one.owner.body_id)): one.body_name for one in missed if one.body_name},
        **{("region", scope): place.name for scope, place in places.items() if place is not None},
    }


def _unheard_row(one: read.Unheard, names: Mapping[tuple[str, str], str], *, may_add: bool) -> dict[str, Any]:
    """Who missed notices, with the way to add a target for them where the actor may."""
    add_url = f"{reverse('desk:notice_add')}?of={shown.owner_key(one.owner)}"
    return {
        "whose": shown.owner_words(one.owner, names),
        "missed": ngettext("%(n)s 条没人收", "%(n)s 条没人收", one.notices) % {"n": one.notices},
        "last": one.last,
        "url": add_url if may_add else "",
    }


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def add(request: HttpRequest) -> HttpResponseBase:
    """Add a target: first how it is sent, then where to, when and what."""
    key = request.GET.get("of", "me")
    owner, kind = _owner(request, key), request.GET.get("kind", "")
    if kind not in shown.KINDS:
        return render(request, "desk/notices/kinds.html", _kinds(request, owner, key))
    if request.method == "GET":
        return _add_page(request, owner, kind, Retry())
    typed = shown.typed_target(request.POST, [field[0] for field in shown.FIELDS[kind]])
    try:
        made = engine.target_add(owner=owner, kind=kind, typed=typed, actor=actor_of(request), now=now())
    except Refusal as refusal:
        return _add_page(request, owner, kind, retry_after(refusal, "add", typed), status=422)
    messages.success(request, gettext("已添加。点“发一条试试”，看能不能收到。"))
    return redirect("desk:notice_target", made.pk)


def _owner(request: HttpRequest, key: str) -> Owner:
    """The owner that an address names, when the actor may keep its targets; 403 else, and for what names none."""
    actor, (kind, _, rest) = actor_of(request), key.partition("-")
    if key == "me":
        owner = Owner(account_id=actor.id)
    elif kind == "body" and rest.isascii() and rest.isdigit() and len(rest) < 19:
        owner = Owner(body_id=int(rest), body_region=body_region(int(rest)))
        if not owner.body_region:
            raise Http404
    elif kind in set(Role) and (not rest or (rest.isascii() and rest.isdigit() and len(rest) <= 12)):
        owner = Owner(role=kind, scope=rest)
    else:
        raise Http404
    if not engine.may_keep(actor, owner):
        raise PermissionDenied
    return owner


def _kinds(request: HttpRequest, owner: Owner, key: str) -> dict[str, Any]:
    here = reverse("desk:notice_add")
    doors = [
        {"label": gettext(label), "hint": gettext(hint), "icon": icon, "url": f"{here}?of={key}&kind={kind}"}
        for kind, (label, hint, icon) in shown.KINDS.items()
    ]
    return {"whose": _whose(owner), "doors": doors, "nav": desk_nav(request)}


def _whose(owner: Owner) -> str:
    return shown.owner_words(owner, read.names_of_owners([owner]))


def _add_page(
    request: HttpRequest, owner: Owner, kind: str, retry: Retry, *, status: int = 200
) -> HttpResponse:
    context = {
        "title": gettext(shown.KINDS[kind][0]),
        "whose": _whose(owner),
        "fields": shown.address_fields(kind, retry),
        "wishes": shown.wish_fields(None, retry),
        "error": retry.error,
        "here": request.get_full_path(),
        "nav": desk_nav(request),
    }
    return render(request, "desk/notices/add.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def target(request: HttpRequest, target_id: int) -> HttpResponseBase:
    """One target: how it stands, trying it, when and what it hears, what was sent last, removing it."""
    row = read.target_get(target_id)
    if row is None:
        raise Http404
    actor = actor_of(request)
    if not engine.may_keep(actor, engine.owner_of(row)):
        raise PermissionDenied
    if request.method == "GET":
        return _target_page(request, row, Retry())
    typed = shown.typed_target(request.POST, ())
    deed = request.POST.get("deed", "")
    try:
        return _DEEDS.get(deed, _unknown)(request, target_id, typed)
    except Refusal as refusal:
        retry = retry_after(refusal, deed, typed if deed == "save" else {})
        status = 404 if refusal.code == "gone" else 422
        return _target_page(request, read.target_get(target_id) or row, retry, status=status)


def _save(request: HttpRequest, target_id: int, typed: dict[str, Any]) -> HttpResponseBase:
    engine.target_change(target_id=target_id, typed=typed, actor=actor_of(request), now=now())
    messages.success(request, gettext("已保存。"))
    return redirect("desk:notice_target", target_id)


def _switch(request: HttpRequest, target_id: int, typed: dict[str, Any]) -> HttpResponseBase:
    on = request.POST.get("deed") == "on"
    engine.target_switch(target_id=target_id, active=on, actor=actor_of(request), now=now())
    messages.success(request, gettext("已启用，最近三天没送到的会补发。") if on else gettext("已停用。"))
    return redirect("desk:notice_target", target_id)


def _try(request: HttpRequest, target_id: int, typed: dict[str, Any]) -> HttpResponseBase:
    fault = engine.target_test(target_id=target_id, actor=actor_of(request), now=now())
    if fault is None:
        messages.success(request, gettext("发出去了，请看看收到没有。"))
    else:
        messages.error(request, gettext("。").join(shown.fault_words(str(fault))))
    return redirect("desk:notice_target", target_id)


def _remove(request: HttpRequest, target_id: int, typed: dict[str, Any]) -> HttpResponseBase:
    engine.target_remove(target_id=target_id, actor=actor_of(request), now=now())
    messages.success(request, gettext("已删掉。"))
    return redirect("desk:notices")


def _unknown(request: HttpRequest, target_id: int, typed: dict[str, Any]) -> HttpResponseBase:
    raise Refusal("unknown", gettext_noop("没有这个操作，请刷新页面再试。"))


_DEEDS = {"save": _save, "on": _switch, "off": _switch, "test": _try, "remove": _remove}


def _target_page(request: HttpRequest, row: Any, retry: Retry, *, status: int = 200) -> HttpResponse:
    names = {("body", str(row.body_id)): row.body.name} if row.body is not None else {}
    owner = engine.owner_of(row)
    if owner.scope:
        names = read.names_of_owners([owner])
    context = {
        "target": {**shown.target_row(row), "active": row.active, "off": row.off},
        "whose": shown.owner_words(owner, names),
        "wishes": shown.wish_fields(row, retry),
        "deliveries": shown.delivery_rows(
            read.deliveries_of(row.pk), reads=read.may_read_matters(actor_of(request), owner)
        ),
        "error": retry.error,
        "nav": desk_nav(request),
    }
    return render(request, "desk/notices/target.html", context, status=status)


# --- the public page that ends notices --------------------------------------------------------------------


@csrf_exempt  # the code in the address is the proof; mail programs send the form by themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "POST"])
@waits
def unsubscribe(request: HttpRequest, target_id: int, code: str) -> HttpResponse:
    """End the notices to where a message came from; a wrong link tells nothing."""
    if request.method == "POST":
        if not engine.target_unsubscribe(target_id=target_id, code=code, now=now()):
            return _no_such_link(request, target_id)
        return render(request, "public/unsubscribe.html", {"done": True})
    row = read.target_get(target_id)
    if row is None or not engine.unsubscribe_holds(row, code):
        return _no_such_link(request, target_id)
    return render(request, "public/unsubscribe.html", {"done": not row.active, "shown": row.shown})


def _no_such_link(request: HttpRequest, target_id: int) -> HttpResponse:
    """Counted as a guess. A right link always works: mail programs of many people share one address."""
    wrong_secret(request, f"target {target_id}", now())
    reason = gettext("这个退订链接不对，请从收到的通知里重新点开。")
    return render(request, "404.html", {"reason": reason}, status=404)
