"""The public side: home, a station, finding and following one's matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, actions_for
from tingchao.core.text import gettext_noop
from tingchao.desk import figures, loop, present
from tingchao.desk.asked import place_remembered
from tingchao.desk.cards import own_lines_of
from tingchao.desk.context import entries
from tingchao.desk.disclosure import kinds_in
from tingchao.desk.files import served
from tingchao.desk.forms import Choices, Retry, action_forms, left_over, retry_after, sent_files, typed_values
from tingchao.desk.guards import Guessed, own_case, slowed, waits
from tingchao.desk.meetings.public import topic_rows
from tingchao.desk.public_rows import known_rows, people_rows, station_rows
from tingchao.directory.actors import reporter
from tingchao.directory.places import deputies_of_place, stations_in
from tingchao.directory.selectors import working_calendar
from tingchao.engine import care
from tingchao.engine import selectors as engine
from tingchao.engine.files import files_keep
from tingchao.engine.links import passcode_for, passcode_spelled
from tingchao.engine.made_known import Asked, known_page
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import case_act, stage_token, standing_of
from tingchao.instruments.meetings.services.topics import CALLED

NOT_FOUND = gettext_noop("编号和查询口令对不上。请照着当时的页面再输一次。")
STATIONS_SHOWN = KNOWN_SHOWN = PEOPLE_SHOWN = 3
"""What the home shows of each; the rest is one tap away."""
FRESH = "fresh"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the doors, what was said from this phone; what was done in the reader's place, who is there."""
    today, here = localdate(), place_remembered(request)
    scope = here.scope if here is not None else ""
    mine = here is not None and here.is_township
    people = deputies_of_place(scope, today, most=PEOPLE_SHOWN + 1) if mine else []
    return render(
        request,
        "public/home.html",
        {
            "here": here,
            "mine": mine,
            "figures": figures.home_figures(today, scope),
            "since": date(today.year, 1, 1),
            "entries": entries(),
            "known": known_rows(known_page(Asked(scope=scope), most=KNOWN_SHOWN).rows),
            "stations": station_rows(stations_in(scope, most=STATIONS_SHOWN)) if mine else [],
            "people": people_rows(people[:PEOPLE_SHOWN]),
            "more_people": len(people) > PEOPLE_SHOWN,
        },
    )


@require_GET
def find(request: HttpRequest) -> HttpResponseBase:
    """Number and passcode lead to one's matter; a wrong pair tells nothing of either."""
    number, passcode = request.GET.get("number", ""), request.GET.get("passcode", "")
    error, status = "", 200
    if number or passcode:
        try:
            case = own_case(request, str(parse_number(number)), passcode)
            return redirect("public:follow", case.number, passcode_for(case))
        except NumberError as fault:
            error, status = gettext(fault.template) % fault.facts, 422
        except Http404:
            error, status = gettext(NOT_FOUND), 422
        except Guessed as guessed:
            return slowed(_find_page(request, guessed.words, 429), guessed)
    return _find_page(request, error, status)


def _find_page(request: HttpRequest, error: str, status: int) -> HttpResponse:
    typed = {key: request.GET.get(key, "")[:60] for key in ("number", "passcode")}
    return render(request, "public/find.html", {"find_error": error, "find_value": typed}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@waits
def follow(request: HttpRequest, number: str, passcode: str) -> HttpResponseBase:
    """One's own matter: where it stands, what was said, and what one may do now."""
    case = own_case(request, number, passcode)
    if request.method == "GET":
        return _follow_page(request, case, Retry())
    key = request.POST.get("action", "")
    procedure = procedure_get(case.procedure)
    action = care.action_named(procedure, key)
    typed = typed_values(action, request.POST, request.FILES) if action is not None else {}
    try:
        files = files_keep(sent_files(action, request.FILES))
        if key in care.TOOLS:
            care.case_tend(
                case_id=case.pk, tool=key, raw=typed, actor=reporter(case.pk), now=now(), files=files
            )
        else:
            seen = request.POST.get("seq", "")
            case_act(
                case_id=case.pk,
                action=key,
                raw=typed,
                actor=reporter(case.pk),
                now=now(),
                seen=seen,
                files=files,
            )
    except Refusal as refusal:
        status = 409 if refusal.code in ("moved_on", "not_here", "closed") else 422
        return _follow_page(
            request, own_case(request, number, passcode), retry_after(refusal, key, typed), status=status
        )
    messages.success(request, gettext("收到了，谢谢您。"))
    return redirect("public:follow", case.number, passcode)


def _follow_page(request: HttpRequest, case: Any, retry: Retry, *, status: int = 200) -> HttpResponse:
    today = localdate()
    events, files = engine.history(case), engine.attachments(case)
    code = passcode_for(case)
    file_url = reverse("public:file", args=[case.number, code, "DIGEST"])
    procedure = procedure_get(case.procedure)
    offered = _actions(case, procedure)
    told = next(iter(messages.get_messages(request)), None)
    return render(
        request,
        "public/follow.html",
        {
            "matter": {
                "number": case.number,
                "title": case.title,
                "text": case.text,
                "place": case.place,
                "station_name": case.station.name if case.station else case.region.name,
                "opened_at": case.opened_at,
                "photos": present.opening_photos(events, files, file_url),
            },
            "headline": present.headline(case, today=today),
            "marks": present.marks(
                case, procedure, events, today=today, calendar=working_calendar(), public=True
            ),
            "said": present.said(procedure, events, files, file_url),
            "actions": action_forms(offered, Choices(case, today), retry),
            "left_over": left_over(care.action_named(procedure, retry.action), offered, retry),
            "seq": stage_token(case),
            "act_url": request.path,
            "fresh": FRESH in request.GET,
            "passcode": passcode_spelled(case),
            "link": settings.PUBLIC_ADDRESS + reverse("public:follow", args=[case.number, code]),
            "message": retry.error or (str(told) if told else ""),
            "message_kind": "error" if retry.error else "ok",
            "public_account": _account(case, files),
            "own_lines": own_lines_of(case, code),
            "talked_over": _talked_over(case, events),
            "hidden_kinds": kinds_in(case.text) if FRESH in request.GET else "",
        },
        status=status,
    )


def _talked_over(case: Any, events: Sequence[Any]) -> list[dict[str, Any]]:
    """The deliberations about it; asked for only where its history says that one was called."""
    return topic_rows(case, now()) if any(one.action == CALLED for one in events) else []


def _actions(case: Any, procedure: Any) -> list[Any]:
    standing = standing_of(case)
    offered = list(actions_for(procedure, standing, {Role.REPORTER}))
    return offered if case.closed_at is not None else [*offered, care.ADD]


def _account(case: Any, files: Sequence[Any]) -> dict[str, Any] | None:
    if case.visibility != "public":
        return None
    return {
        "title": case.public_title,
        "text": case.public_text,
        "pictures": loop.pictures(files, reverse("public:picture", args=[case.number, "DIGEST"])),
    }


@require_GET
def picture(request: HttpRequest, number: str, digest: str) -> HttpResponseBase:
    """A photograph in the public account of a matter that is public now; anything else is not there."""
    try:
        parsed = parse_number(number)
    except NumberError:
        raise Http404 from None
    row = engine.picture_shown(parsed.year, parsed.serial, digest)
    if row is None:
        raise Http404
    return served(row)


@require_GET
@waits
def attachment(request: HttpRequest, number: str, passcode: str, digest: str) -> HttpResponseBase:
    """A file of one's own matter that is meant for whoever raised it."""
    case = own_case(request, number, passcode)
    row = engine.attachment_get(case, digest)
    if row is None or row.audience == "staff":
        raise Http404
    return served(row)
