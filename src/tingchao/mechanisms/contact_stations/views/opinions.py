"""Drafts for everybody: what is open, the text article by article, and saying something about one."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.steps import Refusal
from tingchao.desk.filing import filing_require, tells_guard
from tingchao.desk.forms import fault_words
from tingchao.desk.guards import remember_filed
from tingchao.directory.actors import reporter
from tingchao.directory.selectors import station_get
from tingchao.engine.links import passcode_for
from tingchao.mechanisms.contact_stations.rules import LONGEST_OPINION
from tingchao.mechanisms.contact_stations.selectors import articles_kept, draft_get, drafts_shown, tallies_of
from tingchao.mechanisms.contact_stations.services.drafts import opinion_file
from tingchao.mechanisms.contact_stations.views.drafts import summed


@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """The drafts that are open, then those whose opinions were answered. Two SQL statements."""
    found, today = drafts_shown(localdate()), localdate()
    tallies = tallies_of([row.pk for row in found])
    rows = [
        {
            "url": _with_station(request, reverse("contact_stations:draft", args=[row.pk])),
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
    return render(request, "contact_stations/drafts.html", {"rows": rows})


def _with_station(request: HttpRequest, url: str) -> str:
    """The address with the station from which somebody came, so that the opinion is heard there."""
    station = request.GET.get("station", "")
    return f"{url}?station={station}" if _is_key(station) else url


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@require_GET
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One draft, article by article, each with how many said something and what was adopted."""
    row = draft_get(draft_id)
    if row is None:
        raise Http404
    tallies = tallies_of([row.pk]).get(row.pk, {})
    say = _with_station(request, reverse("contact_stations:draft_say", args=[row.pk]))
    articles: list[dict[str, Any]] = []
    chapter = ""
    for one in articles_kept(row):
        heading = one.chapter if one.chapter != chapter else ""
        chapter = one.chapter
        more = f"{'&' if '?' in say else '?'}article={one.key}"
        articles.append(
            {"article": one, "heading": heading, "tally": tallies.get(one.key), "say": say + more}
        )
    context = {
        "draft": row,
        "kind": row.get_kind_display(),
        "open": row.replied_at is None and localdate() <= row.until,
        "articles": articles,
        "whole": summed(tallies),
        "say": say,
    }
    return render(request, "contact_stations/draft.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@tells_guard
def say(request: HttpRequest, draft_id: int) -> HttpResponseBase:
    """Saying something about one article, or about the whole. Sent twice, it is one opinion."""
    row = draft_get(draft_id)
    if row is None:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    station = given.get("station", "")
    if request.method == "GET":
        return _say_form(request, row)
    try:
        filing_require(request)
        case = opinion_file(
            draft=row,
            article=given.get("article", "")[:8],
            text=given.get("text", ""),
            station=station_get(int(station)) if _is_key(station) and int(station) < 2**31 else None,
            channel="web",
            submission=given.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
            actor=reporter(0),
            now=now(),
        )
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        return _say_form(request, row, error=error, faults=fault_words(refusal))
    followed = reverse("public:follow", args=[case.number, passcode_for(case)])
    return remember_filed(redirect(f"{followed}?fresh"), case)


def _say_form(
    request: HttpRequest, row: Any, *, error: str = "", faults: dict[str, str] | None = None
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.get("article", "")
    articles = articles_kept(row)
    context = {
        "draft": row,
        "open": row.replied_at is None and localdate() <= row.until,
        "articles": [{"key": one.key, "label": one.label, "on": one.key == chosen} for one in articles],
        "article": next((one for one in articles if one.key == chosen), None),
        "text": given.get("text", ""),
        "station": given.get("station", "")[:19],
        "key": given.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
        "most": LONGEST_OPINION,
        "error": error,
        "errors": faults or {},
    }
    return render(request, "contact_stations/draft_say.html", context, status=422 if error else 200)
