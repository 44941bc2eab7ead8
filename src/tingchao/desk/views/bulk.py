"""The desk: the same done with several matters, after a look at what will be done and what not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.core.procedure import Action
from tingchao.core.steps import Refusal, clean_inputs
from tingchao.desk.access import actor_of, staff
from tingchao.desk.bulk import (
    action_for_many,
    choices_for,
    hidden_fields,
    ids_chosen,
    line_of,
    offered,
    too_many,
    typed_lines,
)
from tingchao.desk.forms import Retry, action_forms, retry_after, typed_values
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.lists import view_address
from tingchao.engine.bulk import case_do, case_try, cases_visible


@never_cache
@require_GET
@staff
def choose(request: HttpRequest) -> HttpResponseBase:
    """The matters that were chosen on a list, and what may be done with them."""
    return _choosing(request, request.GET.getlist("case"), request.GET.get("back", ""), Retry())


@require_POST
@staff
def preview(request: HttpRequest) -> HttpResponseBase:
    """What will be done and what not, and why; nothing is done yet."""
    numbers = request.POST.get("seq", "").split(",")
    back = request.GET.get("back", "")
    ids = ids_chosen(numbers)
    cases = cases_visible(ids, actor_of(request)) if not too_many(ids) else []
    action = _action(request, cases)
    if action is None:
        return _choosing(request, numbers, back, Retry(), status=422)
    typed = typed_values(action, request.POST, request.FILES)
    try:
        clean_inputs(action, typed)
    except Refusal as refusal:
        return _choosing(request, numbers, back, retry_after(refusal, action.key, typed), status=422)
    moment, actor = now(), actor_of(request)
    lines = [
        line_of(
            one.case,
            case_try(case_id=one.case.pk, action=action.key, raw=typed, actor=actor, now=moment),
        )
        for one in cases
    ]
    said = typed_lines(action, typed, choices_for(cases, localdate()))
    hidden = hidden_fields(action, request.POST)
    return _shown(request, action, lines, back, done=False, hidden=hidden, said=said)


@require_POST
@staff
def do(request: HttpRequest) -> HttpResponseBase:
    """Do it, each matter by itself, and say what became of each."""
    actor, moment = actor_of(request), now()
    seen = dict(pair.split(":", 1) for pair in request.POST.getlist("seen") if ":" in pair)
    ids = [int(key) for key in seen if key.isascii() and key.isdigit() and len(key) < 19]
    cases = cases_visible(ids, actor) if not too_many(ids) else []
    action = action_for_many(cases, request.POST.get("action", ""))
    if action is None:
        return _choosing(request, [one.case.number for one in cases], "", Retry(), status=422)
    typed = typed_values(action, request.POST, request.FILES)
    lines = [
        line_of(
            one.case,
            case_do(
                case_id=one.case.pk,
                version=version_of(seen[str(one.case.pk)]),
                action=action.key,
                raw=typed,
                actor=actor,
                now=moment,
            ),
        )
        for one in cases
    ]
    return _shown(request, action, lines, request.POST.get("back", ""), done=True)


def version_of(text: str) -> int:
    """How many records of a matter a form has seen; none that there is for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _action(request: HttpRequest, cases: list[Any]) -> Action | None:
    """The action that a form names, as long as it may be taken on one of these matters now."""
    key = request.POST.get("action", "")
    found = offered(cases, actor_of(request), localdate())
    return next((one.action for one in found if one.action.key == key), None)


def _choosing(
    request: HttpRequest, numbers: list[str], back: str, retry: Retry, *, status: int = 200
) -> HttpResponse:
    ids, today, actor = ids_chosen(numbers), localdate(), actor_of(request)
    fault = too_many(ids)
    cases = [] if fault else cases_visible(ids, actor)
    found = offered(cases, actor, today)
    context = {
        "lines": [line_of(one.case, None) for one in cases],
        "fault": fault or (gettext("这些事不在您的范围里。") if not cases else ""),
        "actions": _forms(found, cases, retry) if cases else [],
        "act_url": f"{reverse('desk:bulk_preview')}?{urlencode({'back': back})}",
        "seq": ",".join(one.case.number for one in cases),
        **_frame(request, back),
    }
    return render(request, "desk/bulk.html", context, status=422 if context["fault"] else status)


def _forms(found: list[Any], cases: list[Any], retry: Retry) -> list[dict[str, Any]]:
    forms = action_forms([one.action for one in found], choices_for(cases, localdate()), retry)
    for form, one in zip(forms, found, strict=True):
        if one.matters < len(cases):
            form["label"] = gettext("%(action)s（%(n)s 件可以）") % {
                "action": form["label"],
                "n": one.matters,
            }
    return forms


def _shown(
    request: HttpRequest,
    action: Action,
    lines: list[dict[str, Any]],
    back: str,
    *,
    done: bool,
    hidden: list[tuple[str, str]] | None = None,
    said: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    context = {
        "action": {"key": action.key, "label": gettext(action.label)},
        "will": [line for line in lines if not line["why"]],
        "will_not": [line for line in lines if line["why"]],
        "done": done,
        "hidden": hidden or [],
        "said": said or [],
        **_frame(request, back),
    }
    return render(request, "desk/bulk_preview.html", context)


def _frame(request: HttpRequest, back: str) -> dict[str, Any]:
    query = urlencode(view_address(back))
    return {
        "back": query,
        "back_url": f"{reverse('desk:worklist')}?{query}",
        "nav": desk_nav(request),
    }
