"""Gatherings that anybody may know of: the page of one, putting oneself down, calendars."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.cards import mine_lines_of
from tingchao.desk.context import entries
from tingchao.desk.forms import fault_words
from tingchao.desk.guards import sender, waits, wrong_secret
from tingchao.desk.meetings import rows
from tingchao.desk.meetings.public import public_context
from tingchao.desk.meetings.watched import watch_context
from tingchao.desk.views.meetings import STATUS, station_named, submission_of
from tingchao.engine.tallies import Allowance, tally_key, tally_take
from tingchao.instruments.meetings.feeds import account_calendar, station_calendar
from tingchao.instruments.meetings.selectors import public_meeting_get, queue_before, resident_get, waits_at
from tingchao.instruments.meetings.services import (
    resident_answer,
    resident_arrive,
    resident_check_in,
    resident_code,
    resident_sign_up,
)
from tingchao.instruments.meetings.watching import version_of, watch_right

OWN = "meeting_own"
"""The cookie of a gathering's page by which a phone finds the row again that was put down with it; nothing else."""

SIGN_UPS = Allowance(20, 3600)
"""Names that one network may put down in an hour: a family, a dance group, and no machine."""

TOO_MANY = gettext_noop("从这个网络报名的人太多了，请过一会儿再试，或者到时直接来。")


@require_http_methods(["GET", "POST"])
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """When and where, who receives, and the way to put oneself down where residents may."""
    row = public_meeting_get(meeting_id)
    if row is None:
        raise Http404
    if request.method == "GET":
        return _page(request, row)
    moment = now()
    try:
        _require_room(request, moment)
        key = submission_of(request) or f"none:{secrets.token_urlsafe(18)}"
        one = resident_sign_up(
            meeting_id=row.pk, name=request.POST.get("name", ""), submission=key, now=moment
        )
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        faults = fault_words(refusal)
        return _page(request, row, error=error, faults=faults, status=STATUS.get(refusal.code, 422))
    return _to_own_page(one)


def _to_own_page(one: Any) -> HttpResponse:
    """To the resident's own page of a gathering, which the same phone finds again until the day after it."""
    answer = redirect("public:meeting_mine", one.meeting_id, one.pk, resident_code(one))
    path, ends = reverse("public:meeting", args=[one.meeting_id]), one.meeting.ends_at + timedelta(days=1)
    answer.set_cookie(
        OWN, f"{one.pk}.{resident_code(one)}", expires=ends, path=path, samesite="Lax", httponly=True
    )
    return answer


def _own(request: HttpRequest, meeting_id: int) -> Any:
    """The resident whose phone this is, where they put themselves down with it; None otherwise."""
    key, _, code = request.COOKIES.get(OWN, "").partition(".")
    known = key.isascii() and key.isdigit() and len(key) < 19
    one = resident_get(int(key), code) if known else None
    return one if one is not None and one.meeting_id == meeting_id else None


@never_cache
@require_http_methods(["GET", "POST"])
def arrive(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """A resident who scanned the code of the station or activity says "I am here" and waits for their turn.

    Whoever put themselves down with the same phone comes to their own page, so that they wait once only.
    """
    row, code = public_meeting_get(meeting_id), request.GET.get("code", "")[:40]
    if row is None or not row.residents:
        raise Http404
    own, error, fault, status = _own(request, meeting_id), "", "", 200
    if own is not None and own.state != "left":
        return redirect("public:meeting_mine", meeting_id, own.pk, resident_code(own))
    if request.method == "POST":
        moment = now()
        try:
            _require_room(request, moment)
            key = submission_of(request) or f"none:{secrets.token_urlsafe(18)}"
            typed = request.POST.get("name", "")
            return _to_own_page(
                resident_check_in(meeting_id=row.pk, token=code, name=typed, submission=key, now=moment)
            )
        except Refusal as refusal:
            error, fault = gettext(refusal.message) % refusal.params, fault_words(refusal).get("name", "")
            status = STATUS.get(refusal.code, 422)
    context = public_context(row, now()) | {
        "error": error,
        "fault": fault,
        "code": code,
        "name": request.POST.get("name", "")[:20],
        "key": request.POST.get("idempotency_key") or secrets.token_urlsafe(18),
    }
    return render(request, "public/meeting_arrive.html", context, status=status)


def _require_room(request: HttpRequest, moment: Any) -> None:
    key = tally_key("meeting", sender(request), moment)
    if tally_take(key=key, allowance=SIGN_UPS, now=moment) is None:
        raise Refusal("too_many", TOO_MANY)


def _page(
    request: HttpRequest,
    row: Any,
    *,
    error: str = "",
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = public_context(row, now()) | {
        "entries": entries(f"?station={row.station_id}" if row.station_id else ""),
        "error": error,
        "fault": (faults or {}).get("name", ""),
        "name": request.POST.get("name", "")[:20],
        "key": request.POST.get("idempotency_key") or secrets.token_urlsafe(18),
    }
    return render(request, "public/meeting.html", context, status=status)


@never_cache
@waits
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest, meeting_id: int, attendee_id: int, code: str) -> HttpResponseBase:
    """A resident's own page of a gathering: whether they have a place, and saying that they cannot come."""
    one = resident_get(attendee_id, code)
    if one is None or one.meeting_id != meeting_id:
        wrong_secret(request, f"meeting {meeting_id}", now())
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "arrive":
                one = resident_arrive(attendee_id=one.pk, now=now())
            else:
                one = resident_answer(attendee_id=one.pk, coming=request.POST.get("do") == "come", now=now())
            return redirect("public:meeting_mine", meeting_id, one.pk, code)
        except Refusal as refusal:
            error = gettext(refusal.message) % refusal.params
    watch = watch_context(
        one.meeting, now()
    )  # before the rest is read: what changes meanwhile is asked for again
    context = public_context(one.meeting, now()) | {
        "watch": watch,
        "own": one,
        "beyond": mine_lines_of(one, code),
        "own_state": str(one.state),
        "own_words": rows.standing_words(one),
        "before": max(0, waits_at(one) - 1),
        "queue_before": queue_before(one),
        "error": error,
    }
    return render(request, "public/meeting_mine.html", context, status=409 if error else 200)


@require_GET
def news(request: HttpRequest, meeting_id: int, code: str) -> HttpResponseBase:
    """The version of a gathering, asked for every few seconds by pages that show it. One SQL statement."""
    version = version_of(meeting_id, now()) if watch_right(meeting_id, code) else ""
    if not version:
        raise Http404
    tag = f'"{version}"'
    same = tag in request.headers.get("If-None-Match", "")
    response = HttpResponseNotModified() if same else HttpResponse(version, content_type="text/plain")
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return response


# --- calendars --------------------------------------------------------------------------------------------


@waits
@require_GET
def calendar(request: HttpRequest, account_id: int, secret: str) -> HttpResponseBase:
    """An account's calendar behind its secret address."""
    made = account_calendar(account_id, secret, now())
    if made is None:
        wrong_secret(request, f"calendar {account_id}", now())
        raise Http404
    return _calendar(made, "tingchao.ics", private=True)


@require_GET
def of_station(request: HttpRequest, station_id: int) -> HttpResponseBase:
    """What is announced at a station, as a calendar."""
    station = station_named(station_id)
    return _calendar(station_calendar(station.pk, station.name, now()), f"station-{station.pk}.ics")


def _calendar(made: bytes, name: str, *, private: bool = False) -> HttpResponse:
    response = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{re.sub("[^a-z0-9.-]", "", name)}"'
    response["Cache-Control"] = "private, max-age=300" if private else "public, max-age=900"
    return response
