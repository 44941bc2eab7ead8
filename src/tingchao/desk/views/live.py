"""A live event as its audience has it: the page, the files that it polls, asking, reacting. Only asking takes SQL."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tingchao.core.steps import Refusal
from tingchao.desk.filing import Bound, filing_require, tells_guard
from tingchao.desk.forms import fault_words
from tingchao.desk.meetings import rows
from tingchao.instruments.live.rules import MOST, REACTIONS, token_kept
from tingchao.instruments.live.services import presence_note, question_put, reaction_give
from tingchao.instruments.live.snapshots import Snapshot, piece, read
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.selectors import public_meeting_get

COOKIE = "live"
DAY = 86_400
STATE_FOR = 2
"""Seconds for which caches may keep the state: so long is the delay that a CDN adds."""

PIECE_FOR = 365 * DAY
FROM_ONE_NETWORK = Bound("live", before=30, most=300)
"""Questions an hour from one network: a hall has one address. After the first of them a proof is asked for."""

STATUS = {"not_here": 409}


@never_cache
@require_GET
def page(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """The stream, what was asked, what may be done. From the snapshot: no SQL once the event was opened."""
    snapshot = read(meeting_id)
    if snapshot is None:
        return _not_yet(request, meeting_id)
    return _page(request, snapshot)


def _not_yet(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The page before the event is opened."""
    row = public_meeting_get(meeting_id)
    if row is None or not kind_get(row.kind).live:
        raise Http404
    context = {"title": row.title, "when": rows.when_words(row), "meeting_id": row.pk}
    return render(request, "public/live_soon.html", context)


def _page(
    request: HttpRequest,
    snapshot: Snapshot,
    *,
    error: str = "",
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    state, live_id = snapshot.state, int(snapshot.state["event"])
    language = get_language() or "zh-hans"
    html = piece(live_id, state["pieces"].get(language, state["pieces"]["zh-hans"])) or b""
    token, fresh = _token(request, live_id)
    if state["open"]:
        presence_note(live_id=live_id, token=token, now=now())
    context = {
        "state": state,
        "shown": mark_safe(html.decode()),  # noqa: S308 - drawn by our own template, which escapes what was asked
        "reactions": _reactions(state),
        "most": MOST,
        "text": request.POST.get("text", "")[: MOST * 4],
        "key": request.POST.get("idempotency_key", "")[:64] or secrets.token_urlsafe(18),
        "error": error,
        "errors": faults or {},
        "guarded": hasattr(request, "filing_check"),
        "asked": "asked" in request.GET,
        "language": language,
    }
    response = render(request, "public/live.html", context, status=status)
    if fresh:
        response.set_cookie(
            COOKIE, token, max_age=DAY, path=f"/live/{live_id}/", httponly=True, samesite="Strict"
        )
    return response


def _reactions(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": gettext(label), "count": state["reactions"].get(key, 0)}
        for key, label in REACTIONS.items()
    ]


def _token(request: HttpRequest, live_id: int) -> tuple[str, bool]:
    """The browser's token for this event, and whether it is a new one."""
    token = request.COOKIES.get(COOKIE, "")
    try:
        token_kept(live_id, token)
    except ValueError:
        return secrets.token_urlsafe(18), True
    return token, False


# --- the files --------------------------------------------------------------------------------------------


@require_GET
def state(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """The state as it was last written. No SQL."""
    snapshot = read(meeting_id)
    if snapshot is None:
        raise Http404
    same = snapshot.tag in request.headers.get("If-None-Match", "")
    response: HttpResponseBase = (
        HttpResponseNotModified() if same else HttpResponse(snapshot.raw, content_type="application/json")
    )
    response["ETag"] = snapshot.tag
    response["Cache-Control"] = f"public, max-age={STATE_FOR}"
    return response


@require_GET
def part(request: HttpRequest, meeting_id: int, name: str) -> HttpResponseBase:
    """One piece of HTML, which never changes. No SQL."""
    html = piece(meeting_id, name)
    if html is None:
        raise Http404
    response = HttpResponse(html, content_type="text/html; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={PIECE_FOR}, immutable"
    return response


# --- what the audience does -------------------------------------------------------------------------------


@never_cache
@require_POST
@tells_guard
def ask(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """Put a question. Sent twice it is one; from where many come a proof is asked for."""
    snapshot = read(meeting_id)
    if snapshot is None:
        raise Http404
    try:
        filing_require(request, FROM_ONE_NETWORK)
        question_put(
            live_id=meeting_id,
            text=request.POST.get("text", ""),
            key=request.POST.get("idempotency_key", ""),
            now=now(),
        )
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        status = STATUS.get(refusal.code, 422)
        return _page(request, snapshot, error=error, faults=fault_words(refusal), status=status)
    response = redirect("public:live", meeting_id)
    response["Location"] += "?asked#ask"
    return response


@csrf_exempt  # nothing of anybody's is changed, and pages from a CDN bear no token
@require_POST
def react(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """One reaction, counted in memory. No SQL."""
    try:
        reaction_give(
            live_id=meeting_id,
            kind=request.POST.get("kind", ""),
            token=request.COOKIES.get(COOKIE, ""),
            now=now(),
        )
    except Refusal as refusal:
        words = gettext(refusal.message)
        return HttpResponse(
            words, status=STATUS.get(refusal.code, 400), content_type="text/plain; charset=utf-8"
        )
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    response = redirect("public:live", meeting_id)
    response["Location"] += "#reactions"
    return response


@csrf_exempt
@require_POST
def here(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """A browser says that it is still there. No SQL."""
    try:
        presence_note(live_id=meeting_id, token=request.COOKIES.get(COOKIE, ""), now=now())
    except Refusal as refusal:
        return HttpResponse(status=STATUS.get(refusal.code, 400))
    return HttpResponse(status=204)
