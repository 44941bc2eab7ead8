"""What goes on to the province: what may, what is on its way, what did not arrive and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.engine.files import file_path
from tingchao.instruments.documents import policy
from tingchao.instruments.documents.selectors import document_get
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.selectors import filing_of_document
from tingchao.mechanisms.filing_review.selectors.sending import (
    MANY,
    ready_page,
    sending_get,
    sendings_page,
    waiting_counts,
)
from tingchao.mechanisms.filing_review.services.carrying.carrier import FAULTS
from tingchao.mechanisms.filing_review.services.sending import (
    package_rebuilt,
    sending_again,
    sending_ask,
    sendings_ask,
)

VIEWS = {
    "": gettext_noop("可以报送"),
    "waiting": gettext_noop("正在送"),
    "failed": gettext_noop("没送成"),
    "received": gettext_noop("省里已收"),
}
STATES = {
    "waiting": (gettext_noop("正在送"), "plain"),
    "sent": (gettext_noop("送到了，等回执"), "soon"),
    "received": (gettext_noop("省里已收"), "done"),
    "failed": (gettext_noop("没送成"), "late"),
}
CHANNELS = {"folder": gettext_noop("文件夹"), "sftp": "SFTP", "http": "HTTP"}


def _require_seeing(request: HttpRequest) -> None:
    if not policy.scopes_seen(actor_of(request)):
        raise PermissionDenied


def _sends(request: HttpRequest) -> bool:
    return any(hold.role is Role.CLERK for hold in actor_of(request).holds)


def cursor(text: str) -> int:
    """A cursor from an address; 0 for whatever is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@never_cache
@require_GET
@staff
def sendings(request: HttpRequest) -> HttpResponse:
    """The filings that may be sent on, or the sendings in one state. Three SQL statements."""
    _require_seeing(request)
    actor, view = actor_of(request), request.GET.get("view", "")
    view = view if view in VIEWS else ""
    after, here = cursor(request.GET.get("after", "")), reverse("filing_review:sendings")
    if view:
        found, rest = sendings_page(actor, view=view, after=after)
        rows = [_sending_row(one) for one in found]
    else:
        ready, rest = ready_page(actor, after=after)
        rows = [_ready_row(one) for one in ready]
    waiting = waiting_counts(actor)
    counted = {"": waiting["ready"], "failed": waiting["failed"]}
    context = {
        "nav": desk_nav(request),
        "rows": rows,
        "view": view,
        "sends": _sends(request),
        "ready": waiting["ready"],
        "views": [
            {
                "label": gettext(label),
                "url": f"{here}?view={key}",
                "on": key == view,
                "n": _capped(counted, key),
            }
            for key, label in VIEWS.items()
        ],
        "next_url": f"{here}?view={view}&after={rest}" if rest else "",
    }
    return render(request, "filing_review/sendings.html", context)


def _capped(counted: dict[str, int], key: str) -> str:
    count = counted.get(key, 0)
    return f"{MANY - 1}+" if count >= MANY else str(count or "")


def _ready_row(filing: Any) -> dict[str, Any]:
    document, case = filing.document, filing.case
    outcomes = {option.key: gettext(option.label) for option in FILING.outcomes}
    return {
        "url": reverse("filing_review:filing", args=[document.pk]),
        "title": document.title,
        "maker": document.maker.name,
        "number": document.number,
        "tag": "plain",
        "state": outcomes.get(case.outcome, ""),
        "ask": reverse("filing_review:sending_ask", args=[document.pk]),
    }


def _sending_row(sending: Any) -> dict[str, Any]:
    label, tag = STATES[sending.state]
    document = sending.filing.document
    return {
        "url": reverse("filing_review:sending", args=[sending.pk]),
        "title": document.title,
        "maker": document.maker.name,
        "number": document.number,
        "tag": tag,
        "state": gettext(label),
        "day": sending.received_at or sending.asked_at,
        "fault": fault_told(sending.fault)[0],
        "receipt": sending.receipt,
    }


def fault_told(fault: str) -> tuple[str, str]:
    """(what went wrong and what to do, what the other side said) of a sending that is not going well."""
    code, _, detail = fault.partition(":")
    return (gettext(FAULTS[code][0]), detail) if code in FAULTS else ("", "")


def _sending(request: HttpRequest, sending_id: int) -> Any:
    found = sending_get(sending_id, actor_of(request))
    if found is None:
        raise Http404
    return found


@never_cache
@require_GET
@staff
def sending(request: HttpRequest, sending_id: int) -> HttpResponse:
    """One edition of a package: where it is, what went wrong, what to do, its receipt."""
    _require_seeing(request)
    row = _sending(request, sending_id)
    label, tag = STATES[row.state]
    told, detail = fault_told(row.fault)
    context = {
        "nav": desk_nav(request),
        "sending": row,
        "document": row.filing.document,
        "document_url": reverse("filing_review:filing", args=[row.filing.document_id]),
        "case_url": reverse("desk:case", args=[row.filing.case.number]),
        "number": row.filing.case.number,
        "state": gettext(label),
        "tag": tag,
        "told": told,
        "detail": detail,
        "channel": gettext(CHANNELS.get(row.channel, "")),
        "again": _sends(request) and bool(row.fault) and row.state != "received",
        "kilobytes": -(-row.size // 1024),
        "rebuilt": _rebuilt(row),
    }
    return render(request, "filing_review/sending.html", context)


def _rebuilt(row: Any) -> bool:
    """Whether it was sent on elsewhere, so that no package of it was kept here."""
    return row.state == "received" and not row.digest


@never_cache
@require_GET
@staff
def package(request: HttpRequest, sending_id: int) -> HttpResponseBase:
    """The package as it was sent; of a sending that was taken over, as it can be made from what is recorded."""
    _require_seeing(request)
    row = _sending(request, sending_id)
    if _rebuilt(row):
        made = package_rebuilt(row)
        headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
        return HttpResponse(made.content, content_type="application/zip", headers=headers)
    if not row.digest or not file_path(row.digest).is_file():
        raise Http404
    file = file_path(row.digest).open("rb")
    return FileResponse(file, as_attachment=True, filename=f"{row.key}.zip", content_type="application/zip")


def _done(request: HttpRequest, work: Callable[[], str]) -> None:
    """Do something and say so, or say why not."""
    try:
        messages.success(request, work())
    except Refusal as refusal:
        if refusal.code in ("gone", "forbidden"):
            raise (Http404 if refusal.code == "gone" else PermissionDenied) from None
        messages.error(request, gettext(refusal.message) % refusal.params)


@never_cache
@require_POST
@staff
def ask(request: HttpRequest, document_id: int) -> HttpResponse:
    """Send one reviewed filing on."""
    _require_seeing(request)
    document = document_get(document_id)
    filing = None if document is None else filing_of_document(document)
    if document is None or filing is None or not policy.sees_findings(actor_of(request), document):
        raise Http404
    case_id = filing.pk

    def work() -> str:
        sending_ask(case_id=case_id, actor=actor_of(request), now=now())
        return gettext("已经交给报送程序，一分钟内送出；送没送到这里看得到。")

    _done(request, work)
    return redirect("filing_review:sendings")


@never_cache
@require_POST
@staff
def ask_all(request: HttpRequest) -> HttpResponse:
    """Send on every filing that was reviewed and never sent."""
    _require_seeing(request)

    def work() -> str:
        n = sendings_ask(actor=actor_of(request), now=now())
        return ngettext("%(n)s 件交给了报送程序。", "%(n)s 件交给了报送程序。", n) % {"n": n}

    _done(request, work)
    return redirect(f"{reverse('filing_review:sendings')}?view=waiting")


@never_cache
@require_POST
@staff
def again(request: HttpRequest, sending_id: int) -> HttpResponse:
    """Try once more to send a package that did not arrive."""
    _require_seeing(request)
    _sending(request, sending_id)

    def work() -> str:
        sending_again(sending_id=sending_id, actor=actor_of(request), now=now())
        return gettext("马上再送一次。还是同一个包，省里不会收到两份。")

    _done(request, work)
    return redirect("filing_review:sending", sending_id)
