"""The desk: the worklist, one matter, acting on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.privacy import doubtful_in
from tingchao.core.procedure import Action, Procedure
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, actions_for
from tingchao.desk import loop, present
from tingchao.desk.access import actor_of, staff
from tingchao.desk.cards import about_lines_of, lines_of
from tingchao.desk.disclosure import masked_page, reads_whole
from tingchao.desk.files import served
from tingchao.desk.forms import (
    Choices,
    Retry,
    action_forms,
    first_when_often,
    in_order,
    left_over,
    retry_after,
    sent_files,
    typed_values,
)
from tingchao.desk.labels import CHANNELS
from tingchao.desk.letters import letter_lines
from tingchao.desk.lists import list_of
from tingchao.desk.meetings.page import case_lines
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.codes import paper
from tingchao.directory.policy import may_keep_directory
from tingchao.directory.selectors import station_get, working_calendar
from tingchao.engine import care, policy
from tingchao.engine import selectors as engine
from tingchao.engine.disclosure import TEXT, case_disclose
from tingchao.engine.files import files_keep
from tingchao.engine.registry import manifest_of, manifests, procedure_get
from tingchao.engine.sealing import chain_verify
from tingchao.engine.services import case_act, roles_of, stage_token, standing_of
from tingchao.engine.similar import cases_like
from tingchao.instruments.codes.policy import may_keep_codes
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.codes.sheets import sheet_row
from tingchao.instruments.letters.policy import may_write

# --- one matter -------------------------------------------------------------------------------------------


STATUS = {
    "moved_on": 409,
    "not_here": 409,
    "closed": 409,
    "not_now": 409,
    "forbidden": 403,
    "second_person": 403,
}
"""The answer to a refused step by the refusal's code; anything else is 422."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A matter that the actor may see, who has it (or had it when it closed), and the roles that the actor plays.

    `ever` are the roles with those that an assignment gave which ended; `board` is every assignment there was.
    """

    case: Any
    assigned: list[Any]
    roles: frozenset[Role]
    ever: frozenset[Role]
    board: list[Any]


def visible(request: HttpRequest, number: str) -> Seen:
    """The matter of that number; 404 when there is none, 403 when it is not theirs."""
    try:
        parsed = parse_number(number)
    except NumberError:
        raise Http404 from None
    case = engine.case_by_number(parsed.year, parsed.serial)
    if case is None:
        raise Http404
    ever = engine.assignments(case)
    actor = actor_of(request)
    roles_ever = roles_of(actor, case, ever)
    if not policy.may_see(roles_ever):  # who once had it may look back on it
        raise PermissionDenied
    now_assigned = [one for one in ever if one.ended_at is None]
    shown = (
        now_assigned if case.closed_at is None else [one for one in ever if one.ended_at == case.closed_at]
    )
    return Seen(case, shown, roles_of(actor, case, now_assigned), roles_ever, ever)


@never_cache
@require_GET
@staff
def case(request: HttpRequest, number: str) -> HttpResponseBase:
    """One matter: what it is, where it stands, what happened, what may be done."""
    return _case_page(request, visible(request, number), Retry())


@require_POST
@staff
def act(request: HttpRequest, number: str) -> HttpResponseBase:
    """Take an action or use a tool. Refused, the page comes again with the reason and what was typed."""
    row = visible(request, number).case
    key = request.POST.get("action", "")
    procedure = procedure_get(row.procedure)
    action = care.action_named(procedure, key)
    typed = typed_values(action, request.POST, request.FILES) if action is not None else {}
    try:
        _do(request, row.pk, action, typed)
    except Refusal as refusal:
        status = STATUS.get(refusal.code, 422)
        return _case_page(request, visible(request, number), retry_after(refusal, key, typed), status=status)
    messages.success(request, gettext("已记下。"))
    return redirect("desk:case", row.number)


@never_cache
@require_POST
@staff
def whole(request: HttpRequest, number: str) -> HttpResponseBase:
    """The text of a matter as it was said, in this one answer, for somebody who gives a reason."""
    seen = visible(request, number)
    try:
        case_disclose(
            case_id=seen.case.pk,
            what=TEXT,
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
            actor=actor_of(request),
            now=now(),
        )
    except Refusal as refusal:
        status = {"forbidden": 403, "too_many": 429}.get(refusal.code, 422)
        return _case_page(request, seen, retry_after(refusal, "", {}), status=status)
    return _case_page(request, visible(request, number), Retry(), whole=True)


def _do(request: HttpRequest, case_id: int, action: Action | None, typed: dict[str, Any]) -> None:
    key, actor = action.key if action is not None else "", actor_of(request)
    files = files_keep(sent_files(action, request.FILES))
    if key in care.TOOLS:
        care.case_tend(case_id=case_id, tool=key, raw=typed, actor=actor, now=now(), files=files)
        return
    seen = request.POST.get("seq", "")
    case_act(case_id=case_id, action=key, raw=typed, actor=actor, now=now(), seen=seen, files=files)


def _code_url(request: HttpRequest, row: Any) -> str:
    """Where the code of a matter is given out and printed; empty for those who keep none."""
    may = may_keep_codes(actor_of(request), row.region_id, "case")
    return f"{reverse('desk:codes')}?kind=case&q={row.number}" if may else ""


def _begins(row: Any, procedure: Procedure, roles: frozenset[Role]) -> list[dict[str, str]]:
    """What other mechanisms let somebody begin from a matter."""
    if row.closed_at is not None or procedure.raiser is not Role.REPORTER:
        return []
    return [
        {"label": gettext(one.label), "url": reverse(one.url_name, args=[row.number])}
        for manifest in manifests()
        if procedure not in manifest.procedures
        for one in manifest.case_entries
        if roles & set(one.roles)
    ]


def _case_page(
    request: HttpRequest, seen: Seen, retry: Retry, *, status: int = 200, whole: bool = False
) -> HttpResponse:
    row, roles = seen.case, seen.roles
    today, calendar = localdate(), working_calendar()
    procedure = procedure_get(row.procedure)
    events, files = engine.history(row), engine.attachments(row)
    file_url = reverse("desk:file", args=[row.number, "DIGEST"])
    standing = standing_of(row)
    acting = policy.roles_to_act(roles, actor_of(request), lead_id=row.lead_id)
    alike = cases_like(row, actor=actor_of(request))
    often = loop.often(row, procedure, alike, now())
    choices = Choices(row, today, files, file_url, often=bool(often))
    may = actions_for(procedure, standing, acting, actor_of(request).key)
    doable = in_order(first_when_often(may) if often else may)
    counts = engine.worklist_counts(actor_of(request), now=now())
    running = [one for one in seen.board if one.ended_at is None]
    tools = care.tools_for(
        row, procedure, roles, today, actor=actor_of(request), running=running, at_end=seen.assigned
    )
    offered = (*doable, *tools)
    told = next(iter(messages.get_messages(request)), None)
    context = {
        "case": _as_said(row, procedure, roles),
        "marks": present.marks(row, procedure, events, today=today, calendar=calendar, public=False),
        "actions": loop.with_still_out(action_forms(doable, choices, retry), doable, seen.assigned),
        "waits": loop.waits_for_another(procedure, standing, acting, actor_of(request).key),
        "joined": loop.joined(row, engine.joined_to(row), reverse("desk:case", args=[present.PLACEHOLDER])),
        "board": loop.board(seen.board, today=today, calendar=calendar),
        "supervised": row.supervised_at,
        "asked": loop.asked(row),
        "account": loop.account(row, procedure, files, file_url),
        "tools": action_forms(tools, choices, retry),
        "left_over": left_over(care.action_named(procedure, retry.action), offered, retry),
        "act_url": reverse("desk:act", args=[row.number]),
        "seq": stage_token(row),
        "details": [
            *present.details(row, procedure, seen.assigned, today=today, calendar=calendar),
            *lines_of(row, roles),
            *case_lines(row),
            *letter_lines(row, actor_of(request), roles),
            *about_lines_of(row, roles),
        ],
        "letter_url": reverse("desk:letter_new", args=[row.number]) if may_write(roles) else "",
        "code_url": _code_url(request, row),
        "begins": _begins(row, procedure, roles),
        "public_doubts": [] if row.closed_at else doubtful_in(f"{row.public_title}\n{row.public_text}"),
        "photos": present.opening_photos(events, files, file_url),
        "timeline": present.timeline(procedure, events, files, file_url),
        **_chain(row, events),
        "message": retry.error or (str(told) if told else ""),
        "message_kind": "error" if retry.error else "ok",
        "similar": present.rows(
            alike,
            url=reverse("desk:case", args=[present.PLACEHOLDER]),
            today=today,
            calendar=calendar,
        ),
        "often": often,
        "can_merge": any(one.key == "merge" for one in doable),
        "worklist": list_of(request, counts, on=row.pk),
        "nav": desk_nav(request, counts),
    }
    if not whole and not reads_whole(roles):
        context = masked_page(context, seen.ever)
    return render(request, "desk/case.html", context, status=status)


def _as_said(row: Any, procedure: Procedure, roles: frozenset[Role]) -> dict[str, Any]:
    """What was said, where and when, as the head of the page has it."""
    return {
        "number": row.number,
        "procedure_label": gettext(manifest_of(row.procedure).label),
        "region_name": row.region.name,
        "title": row.title,
        "text": row.text,
        "place": row.place,
        "station_name": row.station.name if row.station else "",
        "channel_label": gettext(CHANNELS.get(row.channel, row.channel)),
        "opened_at": row.opened_at,
        "closed_label": gettext(procedure.stage(row.stage).label) if row.closed_at else "",
        "simulated": row.simulated,
        "record": reads_whole(roles),
    }


def _chain(row: Any, events: list[Any]) -> dict[str, Any]:
    """Whether the matter's records hold together, verified as the page is made."""
    broken = chain_verify(row, events)
    if broken is None:
        return {
            "chain_ok_label": ngettext("%(n)s 条记录，环环相扣", "%(n)s 条记录，环环相扣", len(events))
            % {"n": len(events)},
            "chain_broken": False,
        }
    why = {"event": broken.event, "why": gettext(broken.why)}
    return {"chain_ok_label": gettext("记录链在第 %(event)s 条断了：%(why)s") % why, "chain_broken": True}


@require_GET
@staff
def attachment(request: HttpRequest, number: str, digest: str) -> HttpResponseBase:
    """A file of a matter that the actor may see."""
    row = visible(request, number).case
    file = engine.attachment_get(row, digest)
    if file is None:
        raise Http404
    return served(file)


# --- a station's poster -----------------------------------------------------------------------------------


@require_GET
@staff
def poster(request: HttpRequest, station_id: int) -> HttpResponseBase:
    """The A4 poster with a station's code, for whoever looks after it."""
    station = station_get(station_id)
    token = None if station is None else token_of(station_id)
    if station is None or token is None:
        raise Http404
    actor = actor_of(request)
    looks_after = any(
        hold.role in policy.SEES_ALL_IN_SCOPE and station.region_id.startswith(hold.scope)
        for hold in actor.holds
    )
    if not looks_after and not may_keep_directory(actor, station.region_id):
        raise PermissionDenied
    form = "png" if "picture" in request.GET else "pdf"
    return paper("poster", sheet_row(station, token), form, name=station.name)


@require_GET
def parts(request: HttpRequest) -> HttpResponseBase:
    """Every part of the skin on one page; only with DEBUG."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "desk/parts.html")
