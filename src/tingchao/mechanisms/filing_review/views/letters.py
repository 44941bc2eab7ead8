"""Receipts and letters as sheets to be printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.core.procedure import Procedure
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.present import shown_lines, step_label
from tingchao.directory.selectors import working_calendar
from tingchao.engine.timing import due_day
from tingchao.instruments.documents import policy
from tingchao.instruments.documents.selectors import document_get
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.selectors import (
    filing_of_document,
    letter_get,
    letters_of,
    receipt_get,
    sender_near,
)

TITLES = {
    "suspend": gettext_noop("补充材料通知"),
    "suspend_text": gettext_noop("修改正文通知"),
    "return_filing": gettext_noop("退回通知"),
    "talk": gettext_noop("沟通函"),
    "inquire": gettext_noop("函询函"),
    "opine": gettext_noop("书面审查意见"),
    "mend_again": gettext_noop("继续修改通知"),
    "set_term": gettext_noop("限期修改通知"),
    "reminded": gettext_noop("催办函"),
    "advised": gettext_noop("函告"),
}
"""What the letter of a step is called."""


def reply_by(procedure: Procedure, event: Any) -> date | None:
    """The day by which a letter is to be answered: its own, or else that of the stage it brought the matter to."""
    own = event.data.get("reply_by")
    if own:
        return date.fromisoformat(own)
    stage = procedure.stage(event.after)
    return due_day(procedure.key, stage, "", event.at, working_calendar())


def letter_rows(procedure: Procedure, document_id: int, events: Sequence[Any]) -> list[dict[str, Any]]:
    """The letters of a matter, each with its day for the answer and its sheet."""
    return [
        {
            "label": letter_title(procedure, event),
            "day": localdate(event.at),
            "reply_by": reply_by(procedure, event),
            "url": _letter_url(document_id, event),
        }
        for event in events
    ]


def _letter_url(document_id: int, event: Any) -> str:
    """A numbered letter has its page among the letters; every other is drawn from its event."""
    numbered = event.data.get("letter")
    if numbered:
        return reverse("desk:letter", args=[numbered])
    return reverse("filing_review:letter", args=[document_id, event.sequence])


def letter_title(procedure: Procedure, event: Any) -> str:
    """What a letter is called on its sheet."""
    return (
        gettext(TITLES[event.action])
        if event.action in TITLES
        else step_label(procedure, event.action, public=False)
    )


@never_cache
@require_GET
@staff
def letter(request: HttpRequest, document_id: int, sequence: int) -> HttpResponse:
    """One letter to the maker, as it was sent."""
    document = document_get(document_id)
    if document is None or not policy.may_see(actor_of(request), document):
        raise Http404
    filed = filing_of_document(document)
    event = letter_get(filed.pk, sequence) if filed is not None else None
    if filed is None or event is None:
        raise Http404
    place = 1 + [one.sequence for one in letters_of(filed.pk)].index(event.sequence)
    sender = sender_near(document.region_id)
    context = {
        "back_url": reverse("filing_review:filing", args=[document.pk]),
        "title": letter_title(FILING, event),
        "number": gettext("事项 %(number)s，第 %(n)s 件函") % {"number": filed.case.number, "n": place},
        "sender": sender,
        "addressee": document.maker.name,
        "lines": [
            gettext("关于《%(title)s》%(number)s")
            % {"title": document.title, "number": f"（{document.number}）" if document.number else ""},
            *shown_lines(event),
        ],
        "text": "\n".join(filter(None, (event.said, event.note))),
        "day": localdate(event.at),
        "reply_by": reply_by(FILING, event),
        "by": event.actor_name,
    }
    return render(request, "filing_review/letter.html", context)


@never_cache
@require_GET
@staff
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """A receipt: number, day, what was received."""
    found = receipt_get(receipt_id)
    if found is None or not policy.may_see(actor_of(request), found[1].document):
        raise Http404
    given, filed = found
    document = filed.document
    context = {
        "back_url": reverse("filing_review:filing", args=[document.pk]),
        "title": gettext(str(given.get_kind_display())),
        "sender": sender_near(document.region_id),
        "number": given.number,
        "addressee": document.maker.name,
        "document": document,
        "received": [gettext(line) for line in given.received],
        "day": localdate(given.made_at),
        "late_by": filed.late_by,
        "registered": given.kind == "registered",
    }
    return render(request, "filing_review/receipt.html", context)
