"""Appeals in the desk: a deputy says what is wrong with their record, follows it, and rates the answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, actions_for
from tingchao.desk import present
from tingchao.desk.access import actor_of, staff
from tingchao.desk.files import served
from tingchao.desk.forms import (
    Choices,
    Retry,
    action_forms,
    fault_words,
    left_over,
    retry_after,
    sent_files,
    typed_values,
)
from tingchao.desk.meetings.rows import when_words
from tingchao.desk.navigation import desk_nav
from tingchao.directory.selectors import working_calendar
from tingchao.engine import care
from tingchao.engine import selectors as engine
from tingchao.engine.files import files_keep
from tingchao.engine.services import stage_token, standing_of
from tingchao.mechanisms.deputy_duty.cards import fact_words
from tingchao.mechanisms.deputy_duty.forms import records as forms
from tingchao.mechanisms.deputy_duty.procedure import DUTY_APPEALS
from tingchao.mechanisms.deputy_duty.selectors.appeals import appeal_by_number, meetings_to_choose
from tingchao.mechanisms.deputy_duty.selectors.records import entry_get
from tingchao.mechanisms.deputy_duty.services import appeal_act, appeal_open

STATUS = {"moved_on": 409, "not_here": 409, "closed": 409, "forbidden": 403, "gone": 404}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


# --- saying that something is wrong -----------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def new(request: HttpRequest) -> HttpResponseBase:
    """Say which entry is wrong, or what is missing, with evidence. Only about one's own record."""
    actor = actor_of(request)
    if actor.deputy_id is None:
        raise PermissionDenied
    if request.method == "GET":
        return _new_page(request)
    key = forms.key_typed(request.POST.get("idempotency_key", ""))
    try:
        case = appeal_open(
            deputy_id=actor.deputy_id,
            text=request.POST.get("text", ""),
            meeting_id=_number(request.POST.get("meeting", "")),
            fact_id=_number(request.POST.get("entry", "")),
            submission=f"appeal:{actor.deputy_id}:{key}" if key else None,
            files=files_keep(request.FILES.getlist("photos")),
            actor=actor,
            now=now(),
        )
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        return _new_page(
            request, error=error, faults=fault_words(refusal), status=STATUS.get(refusal.code, 422)
        )
    messages.success(request, gettext("申诉提上去了。核对完会答复您，您来评对了没有。"))
    return redirect("deputy_duty:appeal", case.number)


def _new_page(
    request: HttpRequest, *, error: str = "", faults: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    deputy_id = actor_of(request).deputy_id or 0
    given = request.POST if request.method == "POST" else request.GET
    fact_id, everything = _number(given.get("entry", "")), forms.chosen_for("")
    assert everything is not None
    entry = entry_get(deputy_id, fact_id, everything) if fact_id else None
    chosen = given.get("meeting", "")
    context = {
        "nav": desk_nav(request),
        "back_url": reverse("deputy_duty:record", args=[deputy_id]),
        "entry": forms.entry_row(entry, own=False, sees=False) if entry is not None else None,
        "meetings": [
            {"id": one.pk, "label": f"{when_words(one)} {one.title}", "on": str(one.pk) == chosen}
            for one in (meetings_to_choose(deputy_id) if entry is None else [])
        ],
        "text": request.POST.get("text", ""),
        "key": forms.key_typed(request.POST.get("idempotency_key", "")) or get_random_string(22),
        "error": error,
        "errors": faults or {},
    }
    return render(request, "deputy_duty/appeal_new.html", context, status=status)


# --- following and rating one's own -----------------------------------------------------------------------


def _own(request: HttpRequest, number: str) -> Any:
    appeal, deputy_id = appeal_by_number(number), actor_of(request).deputy_id
    if deputy_id is None:
        raise PermissionDenied
    if appeal is None or appeal.deputy_id != deputy_id:
        raise Http404
    return appeal


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def appeal(request: HttpRequest, number: str) -> HttpResponseBase:
    """One's own appeal: where it stands, what was answered, and whether it is right now."""
    row = _own(request, number)
    if request.method == "GET":
        return _appeal_page(request, row, Retry())
    key = request.POST.get("action", "")
    action = care.action_named(DUTY_APPEALS, key)
    typed = typed_values(action, request.POST, request.FILES) if action is not None else {}
    try:
        appeal_act(
            case_id=row.case_id,
            action=key,
            raw=typed,
            seen=request.POST.get("seq", ""),
            files=files_keep(sent_files(action, request.FILES)),
            actor=actor_of(request),
            now=now(),
        )
    except Refusal as refusal:
        status = STATUS.get(refusal.code, 422)
        retry = retry_after(refusal, key, typed)
        return _appeal_page(request, _own(request, number), retry, status=status)
    messages.success(request, gettext("记下了。"))
    return redirect("deputy_duty:appeal", number)


def _appeal_page(request: HttpRequest, row: Any, retry: Retry, *, status: int = 200) -> HttpResponse:
    case, today = row.case, localdate()
    events, files = engine.history(case), engine.attachments(case)
    file_url = reverse("deputy_duty:appeal_file", args=[case.number, "DIGEST"])
    offered = list(actions_for(DUTY_APPEALS, standing_of(case), {Role.REPORTER}))
    offered += [] if case.closed_at is not None else [care.ADD]
    told = next(iter(messages.get_messages(request)), None)
    context = {
        "nav": desk_nav(request),
        "record_url": reverse("deputy_duty:record", args=[row.deputy_id]),
        "case": case,
        "headline": present.headline(case, today=today),
        "marks": present.marks(
            case, DUTY_APPEALS, events, today=today, calendar=working_calendar(), public=False
        ),
        "said": present.said(DUTY_APPEALS, events, files, file_url),
        "photos": present.opening_photos(events, files, file_url),
        "about": row.meeting,
        "entry": fact_words(row.fact) if row.fact is not None else "",
        "when": when_words(row.meeting) if row.meeting is not None else "",
        "actions": action_forms(offered, Choices(case, today), retry),
        "left_over": left_over(care.action_named(DUTY_APPEALS, retry.action), offered, retry),
        "seq": stage_token(case),
        "act_url": request.path,
        "message": retry.error or (str(told) if told else ""),
        "message_kind": "error" if retry.error else "ok",
    }
    return render(request, "deputy_duty/appeal.html", context, status=status)


@require_GET
@staff
def file(request: HttpRequest, number: str, digest: str) -> HttpResponseBase:
    """A piece of evidence of one's own appeal, or a file that came with its answer."""
    row = engine.attachment_get(_own(request, number).case, digest)
    if row is None or row.audience == "staff":
        raise Http404
    return served(row)
