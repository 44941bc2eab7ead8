"""Drafts in the desk: putting one to the public, opinions by article, telling everybody what became of them."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.directory.selectors import region_by_code
from tingchao.engine.registry import procedure_get
from tingchao.mechanisms.contact_stations.forms import head_place, head_places, head_scopes
from tingchao.mechanisms.contact_stations.procedure import DRAFT_OPINIONS
from tingchao.mechanisms.contact_stations.selectors import (
    Tally,
    articles_kept,
    draft_get,
    drafts_near,
    opinions_page,
    scopes_seen,
    tallies_of,
)
from tingchao.mechanisms.contact_stations.services.drafts import draft_open
from tingchao.mechanisms.contact_stations.services.drafts import draft_reply as reply_write

TYPED = ("title", "kind", "issuer", "text", "until", "place")


def _seen(request: HttpRequest) -> tuple[str, ...]:
    scopes = scopes_seen(actor_of(request))
    if not scopes:
        raise PermissionDenied
    return scopes


def summed(articles: dict[str, Tally]) -> Tally:
    """All opinions on a draft together."""
    whole = Tally()
    for one in articles.values():
        whole.all += one.all
        whole.waiting += one.waiting
        for key, count in one.outcomes.items():
            whole.outcomes[key] = whole.outcomes.get(key, 0) + count
    return whole


@never_cache
@require_GET
@staff
def drafts(request: HttpRequest) -> HttpResponse:
    """The drafts that are or were put to the public near me."""
    found = drafts_near(_seen(request))
    tallies = tallies_of([row.pk for row in found])
    today = localdate()
    rows = [
        {
            "url": reverse("contact_stations:desk_draft", args=[row.pk]),
            "title": row.title,
            "kind": row.get_kind_display(),
            "place": row.region.name,
            "until": row.until,
            "open": row.replied_at is None and today <= row.until,
            "replied": row.replied_at is not None,
            "tally": summed(tallies.get(row.pk, {})),
        }
        for row in found
    ]
    context = {"nav": desk_nav(request), "rows": rows, "may_open": bool(head_scopes(actor_of(request)))}
    return render(request, "contact_stations/desk_drafts.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def new(request: HttpRequest) -> HttpResponseBase:
    """Put a draft to the public; its text is taken apart into articles."""
    actor = actor_of(request)
    if not head_scopes(actor):
        raise PermissionDenied
    if request.method == "GET":
        return _new_form(request)
    until = None
    with suppress(ValueError):
        until = date.fromisoformat(request.POST.get("until", ""))
    try:
        place = head_place(actor, request.POST.get("place", ""))
        made = draft_open(
            title=request.POST.get("title", ""),
            kind=request.POST.get("kind", ""),
            issuer=request.POST.get("issuer", ""),
            text=request.POST.get("text", ""),
            region=region_by_code(place.code),  # type: ignore[arg-type]
            until=until,
            submission=request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
            actor=actor,
            now=now(),
        )
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        return _new_form(request, error=error, faults=fault_words(refusal))
    told = gettext("已经开始征求意见，正文拆成 %(n)s 条，请核对。")
    messages.success(request, told % {"n": len(made.articles)})
    return redirect("contact_stations:desk_draft", made.pk)


def _new_form(request: HttpRequest, *, error: str = "", faults: dict[str, str] | None = None) -> HttpResponse:
    typed = {key: request.POST.get(key, "") for key in TYPED}
    context = {
        "nav": desk_nav(request),
        "values": typed,
        "kinds": [
            {"key": "legislation", "label": gettext("立法"), "on": typed["kind"] != "oversight"},
            {"key": "oversight", "label": gettext("监督"), "on": typed["kind"] == "oversight"},
        ],
        "places": [
            {"code": one.code, "name": one.name, "on": one.code == typed["place"]}
            for one in head_places(actor_of(request))
        ],
        "key": request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
        "error": error,
        "errors": faults or {},
    }
    return render(request, "contact_stations/draft_new.html", context, status=422 if error else 200)


@never_cache
@require_GET
@staff
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One draft: its articles with how many opinions each has, the opinions of one article or of all."""
    return _draft_page(request, draft_id)


def _draft_page(
    request: HttpRequest, draft_id: int, *, error: str = "", faults: dict[str, str] | None = None
) -> HttpResponse:
    scopes, row = _seen(request), draft_get(draft_id)
    if row is None or not _concerns(row.region_id, scopes):
        raise Http404
    tallies = tallies_of([row.pk]).get(row.pk, {})
    article = request.GET.get("article")
    after = request.GET.get("after", "")
    known = after.isascii() and after.isdigit() and len(after) < 19
    found, rest = opinions_page(row.pk, article=article, after=int(after) if known else 0)
    labels = {one.key: one.label for one in articles_kept(row)} | {"": gettext("全文")}
    here = reverse("contact_stations:desk_draft", args=[row.pk])
    whole = summed(tallies)
    context = {
        "nav": desk_nav(request),
        "draft": row,
        "kind": row.get_kind_display(),
        "public_url": reverse("contact_stations:draft", args=[row.pk]),
        "over": localdate() > row.until,
        "whole": whole,
        "articles": [
            {"url": f"{here}?article={key}", "label": label, "tally": tallies[key], "on": key == article}
            for key, label in labels.items()
            if key in tallies
        ],
        "here": here,
        "article": article,
        "opinions": [_opinion_row(one, labels) for one in found],
        "next_url": f"{here}?{f'article={article}&' if article is not None else ''}after={rest}"
        if rest
        else "",
        "may_reply": row.replied_at is None
        and row.region_id.startswith(head_scopes(actor_of(request)) or ("x",)),
        "summary": request.POST.get("summary", ""),
        "error": error,
        "errors": faults or {},
    }
    return render(request, "contact_stations/desk_draft.html", context, status=422 if error else 200)


def _concerns(region_code: str, scopes: tuple[str, ...]) -> bool:
    """Whether a draft of a region is for somebody with these prefixes: it lies in one, or one lies in it."""
    own = region_code.rstrip("0")
    return any(region_code.startswith(scope) or scope.startswith(own) for scope in scopes)


def _opinion_row(opinion: Any, labels: dict[str, str]) -> dict[str, Any]:
    case = opinion.case
    outcomes = {option.key: gettext(option.label) for option in DRAFT_OPINIONS.outcomes}
    stage = procedure_get(case.procedure).stage(case.stage)
    return {
        "url": reverse("desk:case", args=[case.number]),
        "number": case.number,
        "label": labels.get(opinion.article, ""),
        "text": case.text,
        "station": case.station.name if case.station else "",
        "when": case.opened_at,
        "waits": case.stage == "weighing",
        "outcome": outcomes.get(case.outcome, gettext(stage.label)),
        "done": DRAFT_OPINIONS.is_done(case.outcome),
    }


@require_POST
@staff
def reply(request: HttpRequest, draft_id: int) -> HttpResponseBase:
    """Tell everybody what became of the opinions."""
    row = draft_get(draft_id)
    if row is None:
        raise Http404
    try:
        reply_write(
            draft_id=row.pk, summary=request.POST.get("summary", ""), actor=actor_of(request), now=now()
        )
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise PermissionDenied from None
        error = gettext(refusal.message) % refusal.params
        return _draft_page(request, draft_id, error=error, faults=fault_words(refusal))
    messages.success(request, gettext("总的答复已经公布在草案的网页上。"))
    return redirect("contact_stations:desk_draft", row.pk)
