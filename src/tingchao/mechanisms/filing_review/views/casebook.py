"""The casebook in the desk: writing a correction up, checking it, publishing, offering, what the province took in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
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
from tingchao.desk.navigation import desk_nav
from tingchao.instruments.documents import policy
from tingchao.instruments.documents.selectors import document_get
from tingchao.mechanisms.filing_review.forms import day_given
from tingchao.mechanisms.filing_review.rules import EXAMPLE_FIELDS
from tingchao.mechanisms.filing_review.selectors import filing_of_document
from tingchao.mechanisms.filing_review.selectors.casebook import (
    example_draft,
    example_get,
    examples_page,
    writable,
)
from tingchao.mechanisms.filing_review.services import casebook as book
from tingchao.mechanisms.filing_review.views.sendings import cursor

VIEWS = {
    "": gettext_noop("全部"),
    "written": gettext_noop("等人核"),
    "offered": gettext_noop("报了省里，等结果"),
    "selected": gettext_noop("选入省里的"),
}
STATES = {
    "written": (gettext_noop("等另一位同事核"), "soon"),
    "checked": (gettext_noop("核过了"), "plain"),
    "published": (gettext_noop("已公开"), "done"),
    "withdrawn": (gettext_noop("已撤下"), "late"),
}
PARTS = {
    "title": (gettext_noop("标题"), gettext_noop("不写是哪里的，例如“街道停车办法设定罚款案”")),
    "problem": (gettext_noop("文件哪里有问题"), gettext_noop("引原文，单位、地名、人名用甲、乙代替")),
    "ground": (gettext_noop("违反哪一条"), ""),
    "handling": (gettext_noop("怎样审查、怎样纠正"), ""),
    "lesson": (gettext_noop("给别处的提醒"), ""),
}
NO_DAY = gettext_noop("请写上选入的日期。")


def _require_seeing(request: HttpRequest) -> None:
    if not policy.scopes_seen(actor_of(request)):
        raise PermissionDenied


def _writes(request: HttpRequest) -> bool:
    return any(hold.role is Role.CLERK for hold in actor_of(request).holds)


def _require_writing(request: HttpRequest) -> None:
    if not _writes(request):
        raise PermissionDenied


@never_cache
@require_GET
@staff
def casebook(request: HttpRequest) -> HttpResponse:
    """The cases, and the corrections that might be written up. Two SQL statements."""
    _require_seeing(request)
    actor, view = actor_of(request), request.GET.get("view", "")
    view = view if view in VIEWS else ""
    here = reverse("filing_review:casebook")
    found, rest = examples_page(actor, view=view, after=cursor(request.GET.get("after", "")))
    context = {
        "nav": desk_nav(request),
        "rows": [_row(one) for one in found],
        "views": [
            {"label": gettext(label), "url": f"{here}?view={key}", "on": key == view}
            for key, label in VIEWS.items()
        ],
        "writes": _writes(request),
        "writable": writable(actor) if _writes(request) else [],
        "next_url": f"{here}?view={view}&after={rest}" if rest else "",
    }
    return render(request, "filing_review/casebook.html", context)


def _row(example: Any) -> dict[str, Any]:
    label, tag = STATES[example.state]
    return {
        "url": reverse("filing_review:example", args=[example.pk]),
        "title": example.title,
        "origin": example.filing.document.maker.name if example.filing_id else example.origin,
        "own": bool(example.filing_id),
        "state": gettext(label),
        "tag": tag,
        "offered": example.offered_on,
        "selected": example.selected_on,
        "book": example.book,
    }


def _example(request: HttpRequest, example_id: int) -> Any:
    found = example_get(example_id, actor_of(request))
    if found is None:
        raise Http404
    return found


@never_cache
@require_GET
@staff
def example(request: HttpRequest, example_id: int) -> HttpResponse:
    """One case, and what may be done with it now."""
    _require_seeing(request)
    return _page(request, _example(request, example_id))


def _page(
    request: HttpRequest, row: Any, *, error: str = "", faults: Mapping[str, str] | None = None
) -> HttpResponse:
    actor, state = actor_of(request), row.state
    checked = state in ("checked", "published")
    may = {
        "check": state == "written" and row.written_by != actor.key,
        "wait": state == "written" and row.written_by == actor.key,
        "publish": state == "checked",
        "offer": checked and row.filing_id and row.offered_on is None,
        "select": checked and row.offered_on is not None and row.selected_on is None,
        "edit": state in ("written", "checked"),
        "withdraw": state != "withdrawn",
    }
    context = {
        "nav": desk_nav(request),
        "example": row,
        "row": _row(row),
        "parts": [
            {"label": gettext(label), "text": getattr(row, key)}
            for key, (label, _) in PARTS.items()
            if key != "title"
        ],
        "may": may if _writes(request) else {},
        "document": row.filing.document if row.filing_id else None,
        "typed": request.POST,
        "today": localdate(),
        "error": error,
        "errors": faults or {},
    }
    return render(request, "filing_review/example.html", context, status=422 if error else 200)


@never_cache
@require_POST
@staff
def do(request: HttpRequest, example_id: int) -> HttpResponseBase:
    """Check, publish, offer, select or withdraw a case."""
    _require_writing(request)
    row = _example(request, example_id)
    work = _works(request, row.pk).get(request.POST.get("do", ""))
    if work is None:
        return redirect("filing_review:example", row.pk)
    try:
        messages.success(request, work())
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise PermissionDenied from None
        error = gettext(refusal.message) % refusal.params
        return _page(request, _example(request, example_id), error=error, faults=fault_words(refusal))
    return redirect("filing_review:example", row.pk)


def _works(request: HttpRequest, key: int) -> dict[str, Callable[[], str]]:
    given: dict[str, Any] = {"example_id": key, "actor": actor_of(request), "now": now()}

    def said(service: Callable[..., object], words: str, **more: Any) -> Callable[[], str]:
        def work() -> str:
            service(**given, **more)
            return gettext(words)

        return work

    def select() -> str:
        day = day_given(request, "day")
        if day is None:
            raise refused_inputs({"day": NO_DAY})
        book.example_select(**given, book=request.POST.get("book", ""), day=day)
        return gettext("记下了，算进选入省里的案例。")

    return {
        "check": said(book.example_check, gettext_noop("核过了，可以公开、可以报省里。")),
        "publish": said(book.example_publish, gettext_noop("公开了，大家都能看到。")),
        "offer": said(book.example_offer, gettext_noop("记下了：已报省里作候选。")),
        "select": select,
        "withdraw": said(
            book.example_withdraw, gettext_noop("撤下了。"), reason=request.POST.get("reason", "")
        ),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def write(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Write a correction up, beginning with what the records say."""
    _require_writing(request)
    document = document_get(document_id)
    filing = None if document is None else filing_of_document(document)
    if document is None or filing is None or not policy.reviews(actor_of(request), document):
        raise Http404
    case_id = filing.pk
    filing.document = document
    if request.method == "GET":
        return _form(request, example_draft(filing), document=document)

    def work(written: book.Written) -> Any:
        return book.example_write(case_id=case_id, written=written, actor=actor_of(request), now=now())

    return _taken(request, work, document=document)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def edit(request: HttpRequest, example_id: int) -> HttpResponseBase:
    """Change a case; a second person has to check it again."""
    _require_writing(request)
    row = _example(request, example_id)
    if request.method == "GET":
        return _form(request, {key: getattr(row, key) for key in EXAMPLE_FIELDS}, example=row)

    def work(written: book.Written) -> Any:
        return book.example_rewrite(example_id=row.pk, written=written, actor=actor_of(request), now=now())

    return _taken(request, work, example=row)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def known(request: HttpRequest) -> HttpResponseBase:
    """Enter a case of another place that the province's book holds."""
    _require_writing(request)
    if request.method == "GET":
        return _form(request, {}, elsewhere=True)

    def work(written: book.Written) -> Any:
        day: date | None = day_given(request, "day")
        if day is None:
            raise refused_inputs({"day": NO_DAY})
        return book.example_known(
            origin=request.POST.get("origin", ""),
            written=written,
            book=request.POST.get("book", ""),
            day=day,
            actor=actor_of(request),
            now=now(),
        )

    return _taken(request, work, elsewhere=True)


def _taken(request: HttpRequest, work: Callable[[book.Written], Any], **shown: Any) -> HttpResponseBase:
    typed = {key: request.POST.get(key, "") for key in EXAMPLE_FIELDS}
    try:
        made = work(book.Written(**typed))
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise PermissionDenied from None
        error = gettext(refusal.message) % refusal.params
        return _form(request, typed, error=error, faults=fault_words(refusal), **shown)
    messages.success(request, gettext("写好了，请另一位同事核一核有没有漏掉的名字。"))
    return redirect("filing_review:example", made.pk)


def _form(
    request: HttpRequest,
    values: Mapping[str, str],
    *,
    error: str = "",
    faults: Mapping[str, str] | None = None,
    **shown: Any,
) -> HttpResponse:
    wrong = faults or {}
    context = {
        "nav": desk_nav(request),
        "fields": [
            {
                "key": key,
                "label": gettext(label),
                "hint": gettext(hint) if hint else "",
                "value": values.get(key, ""),
                "error": wrong.get(key, ""),
                "line": key == "title",
                "optional": key == "lesson",
            }
            for key, (label, hint) in PARTS.items()
        ],
        "typed": request.POST,
        "error": error,
        "errors": wrong,
        **shown,
    }
    return render(request, "filing_review/example_form.html", context, status=422 if error else 200)
