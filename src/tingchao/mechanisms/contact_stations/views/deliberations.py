"""Deliberations in the desk: the topics, a new one, one with its people, gathering, tasks and ratings."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
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

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.meetings import rows as meeting_rows
from tingchao.desk.meetings.fields import drawn, faults_of, typed_in
from tingchao.desk.navigation import desk_nav
from tingchao.desk.present import ended_label, marks
from tingchao.desk.views.work import STATUS, visible
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import bodies_for, station_get, stations_within, working_calendar
from tingchao.engine import selectors as engine
from tingchao.engine.registry import procedure_get
from tingchao.mechanisms.contact_stations.forms import (
    call_asks,
    convened_of,
    decided_chosen,
    decided_offered,
    decided_typed,
)
from tingchao.mechanisms.contact_stations.selectors import (
    asked_to_come,
    decided_of,
    deliberation_get,
    deliberations_page,
    scopes_seen,
    votes_of,
    who_came,
)
from tingchao.mechanisms.contact_stations.services.deliberations import (
    deliberation_call,
    deliberation_of_case,
    deliberation_raise,
    deliberation_settle,
    deliberation_tasks_add,
)

NO_STATION = gettext_noop("请从名单里选一个站点。")
NO_DEED = gettext_noop("没有这个操作，请从页面上点按钮。")
BY_STATION = (Role.LIAISON, Role.COORDINATOR)
RATINGS = (
    ("good", gettext_noop("满意")),
    ("fair", gettext_noop("基本满意")),
    ("poor", gettext_noop("不满意")),
)


def _raising_scopes(actor: Actor) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in BY_STATION))


@never_cache
@require_GET
@staff
def deliberations(request: HttpRequest) -> HttpResponseBase:
    """The topics within my scope, the newest first, each with where it stands."""
    scopes = scopes_seen(actor_of(request))
    if not scopes:
        raise PermissionDenied
    after = request.GET.get("after", "")
    rows, further = deliberations_page(scopes, after=int(after) if _is_key(after) else 0)
    context = {
        "nav": desk_nav(request),
        "rows": [_row(row) for row in rows],
        "next_url": f"?after={further}" if further else "",
        "may_raise": bool(_raising_scopes(actor_of(request))),
    }
    return render(request, "contact_stations/deliberations.html", context)


def _row(row: Any) -> dict[str, Any]:
    case = row.case
    ended, state = ended_label(case) if case.closed_at else ("", "")
    return {
        "url": reverse("contact_stations:deliberation", args=[case.number]),
        "title": case.title,
        "place": case.station.name if case.station else case.region.name,
        "stage": ended or gettext(procedure_get(case.procedure).stage(case.stage).label),
        "state": state or "plain",
        "when": meeting_rows.when_words(row.meeting) if row.meeting else "",
        "tasks": row.tasks_all,
        "done": row.tasks_all - row.tasks_open,
        "due": case.due_on,
    }


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


# --- a topic ----------------------------------------------------------------------------------------------


@require_POST
@staff
def of_case(request: HttpRequest, number: str) -> HttpResponseBase:
    """Make a topic of a matter with one press, and go on to who takes part."""
    seen = visible(request, number)
    try:
        made = deliberation_of_case(case_id=seen.case.pk, actor=actor_of(request), now=now())
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise PermissionDenied from None
        messages.error(request, gettext(refusal.message))
        return redirect("desk:case", seen.case.number)
    messages.success(request, gettext("议题提好了，和原来的事连在一起。接下来定请谁来议。"))
    return redirect("contact_stations:deliberation", made.number)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def new(request: HttpRequest) -> HttpResponseBase:
    """A topic of one's own."""
    scopes = _raising_scopes(actor_of(request))
    if not scopes:
        raise PermissionDenied
    if request.method == "GET":
        return _new_page(request, scopes)
    try:
        chosen = request.POST.get("station", "")
        station = station_get(int(chosen)) if _is_key(chosen) else None
        if station is None:
            raise refused_inputs({"station": NO_STATION})
        made = deliberation_raise(
            title=request.POST.get("title", ""),
            text=request.POST.get("text", ""),
            station=station,
            actor=actor_of(request),
            now=now(),
            submission=f"topic:{request.POST.get('idempotency_key', '')[:60] or secrets.token_urlsafe(18)}",
        )
    except Refusal as refusal:
        error, faults = gettext(refusal.message) % refusal.params, fault_words(refusal)
        status = STATUS.get(refusal.code, 422)
        return _new_page(request, scopes, error=error, faults=faults, status=status)
    return redirect("contact_stations:deliberation", made.number)


def _new_page(
    request: HttpRequest,
    scopes: tuple[str, ...],
    *,
    error: str = "",
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen = request.POST.get("station", "")
    context = {
        "nav": desk_nav(request),
        "stations": [
            {"id": one.pk, "name": one.name, "on": str(one.pk) == chosen}
            for one in stations_within(scopes)[:200]
        ],
        "values": request.POST,
        "error": error,
        "errors": faults or {},
        "key": request.POST.get("idempotency_key", "")[:60] or secrets.token_urlsafe(18),
    }
    return render(request, "contact_stations/deliberation_new.html", context, status=status)


# --- one deliberation -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retry:
    """A form that was refused: which, what was typed, and why."""

    key: str = ""
    typed: dict[str, Any] | None = None
    rows: list[dict[str, str]] = field(default_factory=list)
    error: str = ""
    faults: dict[str, str] = field(default_factory=dict)


@never_cache
@require_GET
@staff
def deliberation(request: HttpRequest, number: str) -> HttpResponseBase:
    """One deliberation: who takes part, its gathering, what was decided, what those who came think."""
    return _page(request, visible(request, number), Retry())


@require_POST
@staff
def do(request: HttpRequest, number: str) -> HttpResponseBase:
    """Call the gathering, or write down what was decided. Refused, the page comes again with what was typed."""
    seen = visible(request, number)
    key = request.POST.get("action", "")
    typed: dict[str, Any] = typed_in(call_asks(seen.case), request.POST) | {
        "conclusion": request.POST.get("conclusion", "")
    }
    rows = decided_typed(request.POST)
    try:
        _do(request, seen.case, key, typed, rows)
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        retry = Retry(key, typed, rows, error, faults_of(fault_words(refusal)))
        status = STATUS.get(refusal.code, 422)
        return _page(request, visible(request, number), retry, status=status)
    messages.success(request, gettext("已记下。"))
    return redirect("contact_stations:deliberation", seen.case.number)


def _do(request: HttpRequest, case: Any, key: str, typed: dict[str, Any], rows: list[dict[str, str]]) -> None:
    actor, moment = actor_of(request), now()
    if key == "call":
        deliberation_call(case_id=case.pk, convened=convened_of(typed), actor=actor, now=moment)
    elif key == "settle":
        decided = decided_chosen(rows, localdate())
        conclusion = str(typed["conclusion"])
        deliberation_settle(case_id=case.pk, conclusion=conclusion, decided=decided, actor=actor, now=moment)
    elif key == "tasks":
        decided = decided_chosen(rows, localdate())
        deliberation_tasks_add(case_id=case.pk, decided=decided, actor=actor, now=moment)
    else:
        raise refused_inputs({"action": NO_DEED})


def _page(request: HttpRequest, seen: Any, retry: Retry, *, status: int = 200) -> HttpResponse:
    row = deliberation_get(seen.case.pk)
    if row is None:
        raise Http404
    case, meeting = row.case, row.meeting
    ended, state = ended_label(case) if case.closed_at else ("", "")
    acts = bool(seen.roles & set(BY_STATION))
    told = next(iter(messages.get_messages(request)), None)
    context = {
        "nav": desk_nav(request),
        "case": case,
        "case_url": reverse("desk:case", args=[case.number]),
        "about_url": reverse("desk:case", args=[row.about.number]) if row.about else "",
        "about": row.about,
        "stage": ended or gettext(procedure_get(case.procedure).stage(case.stage).label),
        "stage_key": case.stage,
        "marks": _marks(case),
        "state": state or "plain",
        "people": _people(case),
        "meeting": _meeting(meeting),
        "decided": [_decided(one) for one in decided_of(row)],
        "votes": _votes(row),
        "came": who_came(meeting) if case.stage == "judging" else 0,
        "acts": acts,
        **_forms(case, meeting, retry, acts),
        "message": str(told) if told else "",
        "error": retry.error,
        "do_url": reverse("contact_stations:deliberation_do", args=[case.number]),
    }
    return render(request, "contact_stations/deliberation.html", context, status=status)


def _marks(case: Any) -> list[dict[str, Any]]:
    """The line of stages, as on the page of the matter."""
    procedure, events = procedure_get(case.procedure), engine.history(case)
    return marks(case, procedure, events, today=localdate(), calendar=working_calendar(), public=False)


def _people(case: Any) -> list[dict[str, str]]:
    return [
        {
            "name": one.deputy.name if one.deputy else one.body.name if one.body else "",
            "part": gettext("代表") if one.deputy else gettext("单位"),
        }
        for one in asked_to_come(case)
    ]


def _meeting(meeting: Any) -> dict[str, Any] | None:
    if meeting is None:
        return None
    label, colour = meeting_rows.state_of(meeting, now())
    return {
        "url": reverse("desk:meeting", args=[meeting.pk]),
        "title": meeting.title,
        "kind": meeting_rows.kind_label(meeting),
        "when": meeting_rows.when_words(meeting),
        "where": meeting_rows.where_words(meeting),
        "state": label,
        "colour": colour,
        "minutes": meeting.minutes,
        "held": meeting.held_at,
    }


def _decided(one: Any) -> dict[str, Any]:
    case = one.case
    label, state = ended_label(case) if case.closed_at else ("", "")
    return {
        "url": reverse("desk:case", args=[case.number]),
        "title": case.text,
        "body": case.lead.name if case.lead else "",
        "due": case.due_on,
        "stage": label or gettext(procedure_get(case.procedure).stage(case.stage).label),
        "state": state or ("late" if case.due_at and case.due_at <= now() else "plain"),
    }


def _votes(row: Any) -> list[dict[str, Any]]:
    if row.case.stage != "judging":
        return []
    found = votes_of(row)
    return [{"label": gettext(label), "count": found.get(key, 0)} for key, label in RATINGS]


def _forms(case: Any, meeting: Any, retry: Retry, acts: bool) -> dict[str, Any]:
    """The forms of this stage, for those who may send them."""
    found: dict[str, Any] = {"call": None, "tasks": None}
    if not acts:
        return found
    if case.stage == "convening":
        asks = call_asks(case)
        found["call"] = drawn(asks, retry.typed if retry.key == "call" else None, retry.faults)
    if case.stage in ("deliberation", "following"):
        offered = decided_offered(meeting.conclusions if meeting and case.stage == "deliberation" else ())
        rows = retry.rows or offered
        found["tasks"] = {
            "settles": case.stage == "deliberation",
            "rows": [
                row | {"n": number, "fault": retry.faults.get(f"row-{number}", "")}
                for number, row in enumerate(rows)
            ],
            "bodies": [(str(one.pk), one.name) for one in bodies_for(case.region_id)],
            "conclusion": (retry.typed or {}).get("conclusion", ""),
            "faults": retry.faults,
        }
    return found
