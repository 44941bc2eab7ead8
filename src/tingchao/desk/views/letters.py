"""Letters in the desk: those that are mine to answer or that my place wrote, one of them, a new one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import Retry, retry_after
from tingchao.desk.letters import letter_page, letter_row
from tingchao.desk.navigation import LETTERS, desk_nav
from tingchao.desk.views.work import visible
from tingchao.engine.selectors import assignments
from tingchao.engine.services import roles_of
from tingchao.instruments.letters.kinds import KINDS
from tingchao.instruments.letters.policy import may_read, may_write
from tingchao.instruments.letters.selectors import addressees_of, letter_get, letters_for
from tingchao.instruments.letters.services import Drafted, letter_answer, letter_issue, letter_withdraw
from tingchao.instruments.letters.sheets import TEMPLATE, letter_data
from tingchao.instruments.paper.compiler import pdf_made

FIELDS = ("kind", "body", "title", "text", "reply_by")
LONGEST_TYPED = 10_000
STATUS = {"forbidden": 403, "not_here": 409, "gone": 404}


@never_cache
@require_GET
@staff
def letters(request: HttpRequest) -> HttpResponseBase:
    """The letters to my body and those that my place wrote, the newest first; if asked only those that wait."""
    actor = actor_of(request)
    if not {hold.role for hold in actor.holds} & set(LETTERS.roles):
        raise PermissionDenied
    waiting, here = request.GET.get("view") == "waiting", reverse("desk:letters")
    page = letters_for(actor, waiting=waiting, after=request.GET.get("after", ""))
    fields = {"view": "waiting"} if waiting else {}
    context = {
        "nav": desk_nav(request),
        "tabs": [
            {"label": gettext("全部"), "url": here, "on": not waiting},
            {"label": gettext("等答复"), "url": f"{here}?view=waiting", "on": waiting},
        ],
        "rows": [letter_row(one, localdate()) for one in page.rows],
        "waiting": waiting,
        "next_url": f"{here}?{urlencode({**fields, 'after': page.after})}" if page.after else "",
    }
    return render(request, "desk/letters.html", context)


def _readable(request: HttpRequest, letter_id: int) -> tuple[Any, frozenset[Role]]:
    """A letter and the roles that the reader plays on its matter; 404 when there is none, 403 when it is not theirs."""
    found = letter_get(letter_id) if letter_id < 2**63 else None
    if found is None:
        raise Http404
    roles = roles_of(actor_of(request), found.case, assignments(found.case))
    if not may_read(actor_of(request), found, roles):
        raise PermissionDenied
    return found, roles


@never_cache
@require_GET
@staff
def letter(request: HttpRequest, letter_id: int) -> HttpResponseBase:
    """One letter, where it stands, and the form to answer it for those whom it was sent to."""
    return _page(request, letter_id, Retry())


def _page(request: HttpRequest, letter_id: int, retry: Retry, *, status: int = 200) -> HttpResponse:
    found, roles = _readable(request, letter_id)
    told = next(iter(messages.get_messages(request)), None)
    context = {
        "nav": desk_nav(request),
        "letter": letter_page(found, actor_of(request), roles, localdate()),
        "message": retry.error or (str(told) if told else ""),
        "message_kind": "error" if retry.error else "ok",
        "retry": retry,
    }
    return render(request, "desk/letter.html", context, status=status)


@require_POST
@staff
def answer(request: HttpRequest, letter_id: int) -> HttpResponseBase:
    """Answer a letter. Refused, the page comes again with the reason and what was typed."""
    _readable(request, letter_id)
    text = request.POST.get("text", "")
    try:
        letter_answer(letter_id=letter_id, text=text, actor=actor_of(request), now=now())
    except Refusal as refusal:
        retry = retry_after(refusal, "answer", {"text": text[: 2 * LONGEST_TYPED]})
        return _page(request, letter_id, retry, status=STATUS.get(refusal.code, 422))
    messages.success(request, gettext("答复已经送到发函的人。"))
    return redirect("desk:letter", letter_id)


@require_POST
@staff
def withdraw(request: HttpRequest, letter_id: int) -> HttpResponseBase:
    """Withdraw a letter that nobody has answered."""
    _readable(request, letter_id)
    reason = request.POST.get("reason", "")
    try:
        letter_withdraw(letter_id=letter_id, reason=reason, actor=actor_of(request), now=now())
    except Refusal as refusal:
        retry = retry_after(refusal, "withdraw", {"reason": reason[:300]})
        return _page(request, letter_id, retry, status=STATUS.get(refusal.code, 422))
    messages.success(request, gettext("已经撤回，并告诉了对方。"))
    return redirect("desk:letter", letter_id)


@require_GET
@staff
def sheet(request: HttpRequest, letter_id: int) -> HttpResponseBase:
    """The letter as PDF, in the form that the standard for official papers gives letters."""
    found, _ = _readable(request, letter_id)
    answered = HttpResponse(pdf_made(TEMPLATE, letter_data(found)), content_type="application/pdf")
    shown = content_disposition_header(as_attachment=False, filename=f"{found.number}.pdf")
    answered["Content-Disposition"] = shown or "inline"
    return answered


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def new(request: HttpRequest, number: str) -> HttpResponseBase:
    """Write a letter about a matter."""
    seen = visible(request, number)
    if not may_write(seen.roles):
        raise PermissionDenied
    if request.method == "GET":
        return _form(request, seen.case, Retry(typed={"body": str(seen.case.lead_id or "")}))
    typed: dict[str, Any] = {key: request.POST.get(key, "")[: 2 * LONGEST_TYPED] for key in FIELDS}
    try:
        made = letter_issue(
            case_id=seen.case.pk, drafted=Drafted(**typed), actor=actor_of(request), now=now()
        )
    except Refusal as refusal:
        return _form(
            request,
            seen.case,
            retry_after(refusal, "new", typed),
            status=STATUS.get(refusal.code, 422),
        )
    messages.success(request, gettext("函已经发出，对方收到了通知。"))
    return redirect("desk:letter", made.pk)


def _form(request: HttpRequest, case: Any, retry: Retry, *, status: int = 200) -> HttpResponse:
    chosen = retry.typed.get("kind") or KINDS[0].key
    context = {
        "nav": desk_nav(request),
        "case": {
            "number": case.number,
            "title": case.title,
            "url": reverse("desk:case", args=[case.number]),
        },
        "kinds": [
            {
                "key": one.key,
                "label": gettext(one.label),
                "hint": gettext(one.hint),
                "on": one.key == chosen,
            }
            for one in KINDS
        ],
        "bodies": [
            {"id": str(pk), "name": name, "region": region, "on": str(pk) == retry.typed.get("body")}
            for pk, name, region in addressees_of(case).values_list("pk", "name", "region__name")
        ],
        "retry": retry,
    }
    return render(request, "desk/letter_new.html", context, status=status)
