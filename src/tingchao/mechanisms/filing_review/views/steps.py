"""Steps that a document's page takes: each is one form sent, refused with what was typed, or done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.instruments.meetings.services import Called
from tingchao.mechanisms.filing_review.forms import again, day_given, number_of, papers_given, text_given
from tingchao.mechanisms.filing_review.selectors import filing_of_document
from tingchao.mechanisms.filing_review.services import (
    Asked,
    Looked,
    Refiled,
    filing_assign,
    filing_refile,
    filing_register,
    filing_reopen,
    filing_repeal,
    inquiry_note,
    opinion_ask,
    reminder_send,
)
from tingchao.mechanisms.filing_review.views.review import document_seen, page

SYMPOSIUM_HOURS = 2
NO_TIME = gettext_noop("座谈论证要写几点开始。")

Done = Callable[[Any], str]
"""Takes the step on a filing; what is said once it is done."""


def _taken(request: HttpRequest, document_id: int, form: str, step: Done) -> HttpResponseBase:
    document = document_seen(request, document_id)
    filed = filing_of_document(document)
    if filed is None:
        raise Http404
    try:
        said = step(filed)
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise PermissionDenied from None
        error = gettext(refusal.message) % refusal.params
        return page(request, document, error=error, again=again(request, form, fault_words(refusal)))
    messages.success(request, said)
    return redirect("filing_review:filing", document_id)


@require_POST
@staff
def register(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Register a filing; the maker gets its receipt."""

    def step(filed: Any) -> str:
        note = request.POST.get("note", "")
        receipt = filing_register(case_id=filed.pk, note=note, actor=actor_of(request), now=now())
        return gettext("登记了，回执号 %(number)s。") % {"number": receipt.number}

    return _taken(request, document_id, "register", step)


@require_POST
@staff
def assign(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Send a registered document to committees."""

    def step(filed: Any) -> str:
        raw: dict[str, object] = {
            key: request.POST.get(key, "") for key in ("subject", "way", "method", "note")
        }
        chosen = [number_of(one) for one in request.POST.getlist("committees")]
        filing_assign(case_id=filed.pk, raw=raw, committees=chosen, actor=actor_of(request), now=now())
        return gettext("分送了，各单位会收到通知。")

    return _taken(request, document_id, "assign", step)


@require_POST
@staff
def refile(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The maker hands in what was asked for."""

    def step(filed: Any) -> str:
        text, kept = text_given(request)
        given = Refiled(text, request.POST.get("note", ""), papers_given(request), kept)
        filing_refile(case_id=filed.pk, given=given, actor=actor_of(request), now=now())
        return gettext("收到了，和原来报的连在一起。")

    return _taken(request, document_id, "refile", step)


@require_POST
@staff
def reopen(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Review a document again."""

    def step(filed: Any) -> str:
        way, reason = request.POST.get("way", ""), request.POST.get("reason", "")
        filing_reopen(case_id=filed.pk, way=way, reason=reason, actor=actor_of(request), now=now())
        return gettext("开始再次审查，这期间文件照旧有效。")

    return _taken(request, document_id, "reopen", step)


@require_POST
@staff
def repeal(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The maker reports that it repealed the document."""

    def step(filed: Any) -> str:
        decision, on = request.POST.get("decision", ""), request.POST.get("on", "")
        filing_repeal(case_id=filed.pk, decision=decision, on=on, actor=actor_of(request), now=now())
        return gettext("收到了，人大核对以后告诉您结果。")

    return _taken(request, document_id, "repeal", step)


@require_POST
@staff
def ask(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Send the latest version to an expert or a body."""

    def step(filed: Any) -> str:
        kind, _, key = request.POST.get("expert", "").partition(":")
        who = number_of(key)
        due_on = day_given(request, "due_on")
        asked = (
            Asked("office", body=who, due_on=due_on) if kind == "body" else Asked(expert=who, due_on=due_on)
        )
        question = request.POST.get("question", "")
        opinion_ask(case_id=filed.pk, asked=asked, question=question, actor=actor_of(request), now=now())
        return gettext("送出了。对方只看得到这一稿正文和您的问题。")

    return _taken(request, document_id, "ask", step)


@require_POST
@staff
def inquiry(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Record how a document was looked at; a symposium is called with it."""

    def step(filed: Any) -> str:
        method, day = request.POST.get("method", ""), day_given(request, "day")
        note = request.POST.get("note", "")
        called = (
            _called(request, filed.case.title, day) if method == "symposium" and day is not None else None
        )
        looked = Looked(method, day, note, called)
        inquiry_note(case_id=filed.pk, looked=looked, actor=actor_of(request), now=now())
        return gettext("排进会议活动了，去那里请人。") if called else gettext("记下来了。")

    return _taken(request, document_id, "inquiry", step)


def _called(request: HttpRequest, title: str, day: date) -> Called:
    begins = None
    with suppress(ValueError):
        begins = time.fromisoformat(request.POST.get("begins", ""))
    if begins is None:
        raise Refusal("input", gettext_noop("有几处要改一下，您写的都还在。"), fields={"begins": NO_TIME})
    starts = datetime.combine(day, begins, get_current_timezone())
    return Called(
        kind="symposium",
        title=(gettext("座谈论证：") + title)[:60],
        starts_at=starts,
        ends_at=starts + timedelta(hours=SYMPOSIUM_HOURS),
        place=request.POST.get("place", ""),
        about=request.POST.get("note", ""),
    )


@require_POST
@staff
def remind(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Send the maker a reminder, or a letter of advice."""
    advice = request.GET.get("kind") == "advise"

    def step(filed: Any) -> str:
        reminder_send(
            case_id=filed.pk,
            letter=request.POST.get("letter", ""),
            reply_by=day_given(request, "reply_by"),
            advice=advice,
            actor=actor_of(request),
            now=now(),
        )
        return gettext("发出了，制定机关会收到通知。")

    return _taken(request, document_id, "advise" if advice else "remind", step)
