"""What the package of a filing holds: its texts and papers, what was found and said in the review, its receipts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.db.models import QuerySet

from tingchao.core.ledger import JSON
from tingchao.directory.selectors import site
from tingchao.engine.files import file_path
from tingchao.engine.models import Event
from tingchao.engine.timing import ZONE
from tingchao.instruments.documents.models import Finding
from tingchao.instruments.documents.screening import issuer_of
from tingchao.mechanisms.filing_review.models import Consultation, Filing, Receipt, Sending
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.services.packing import Part, data_part, text_part

LABELS = {action.key: action.label for action in FILING.actions}


def about_of(filing: Filing, sending: Sending) -> dict[str, JSON]:
    """What the manifest says of a filing. `filing` comes with its case, its document, the maker and the region."""
    case, document = filing.case, filing.document
    outcomes = {option.key: option.label for option in FILING.outcomes}
    return {
        "edition": sending.edition,
        "sender": {"name": site().name, "region": site().region_code},
        "filing": {
            "number": case.number,
            "filed_at": _moment(case.opened_at),
            "late_by_days": filing.late_by,
            "outcome": case.outcome,
            "outcome_label": outcomes.get(case.outcome, ""),
        },
        "document": {
            "title": document.title,
            "number": document.number,
            "maker": document.maker.name,
            "maker_kind": document.maker.kind,
            "issuer": str(issuer_of(document.maker.kind)),
            "region": document.region_id,
            "place": document.region.name,
            "published_on": document.published_on.isoformat(),
            "valid_until": None if document.valid_until is None else document.valid_until.isoformat(),
            "versions": document.versions,
        },
    }


class Records:
    """What is recorded of a filing; with `before` as it stood at that time."""

    def __init__(self, filing: Filing, before: datetime | None) -> None:
        self.filing, self._before = filing, before
        self.events = list(self.until(Event.objects.filter(case=filing.case_id), "at").order_by("sequence"))

    def until(self, rows: QuerySet[Any], when: str) -> QuerySet[Any]:
        """The rows of what had happened by then; `when` is the attribute that says when it did."""
        return rows if self._before is None else rows.filter(**{f"{when}__lt": self._before})


def parts_of(filing: Filing, before: datetime | None = None) -> list[Part]:
    """Every file of a filing's package but the manifest, of what was recorded `before` a time. Seven SQL statements."""
    known = Records(filing, before)
    return [
        *_texts(known),
        *_papers(known),
        data_part("opinions/findings.json", "findings", "审查发现的问题", _findings(known)),
        data_part("opinions/review.json", "review", "审查经过和往来文书", _review(known)),
        data_part("opinions/experts.json", "experts", "专家和有关单位的意见", _experts(known)),
        data_part("receipts/registration.json", "receipt", "备案登记回执", _registration(known)),
    ]


def _texts(known: Records) -> Iterator[Part]:
    for version in known.until(known.filing.document.texts.order_by("place"), "made_at"):
        label = "报备文本" if version.place == 1 else f"第 {version.place} 稿"
        yield text_part(f"documents/{version.place}.txt", "text", label, version.text)
        if version.file:
            ending = PurePosixPath(version.file_name).suffix[:10].lower()
            content = file_path(version.file).read_bytes()
            yield Part(f"documents/{version.place}-original{ending}", "original", f"{label}原件", content)


def _papers(known: Records) -> Iterator[Part]:
    rows = known.until(known.filing.document.papers.order_by("id"), "filed_at")
    for number, paper in enumerate(rows, start=1):
        yield text_part(f"papers/{number}-{paper.kind}.txt", paper.kind, paper.get_kind_display(), paper.text)


def _findings(known: Records) -> JSON:
    """What the reviewers took up; what they set aside stays in the house."""
    taken_up = Finding.objects.filter(
        version__document=known.filing.document_id, state=Finding.State.ACCEPTED
    )
    rows = known.until(taken_up, "decided_at")
    return [
        {
            "version": one.version.place,
            "rule": one.rule,
            "article": one.article,
            "quote": one.quote,
            "start": one.start,
            "end": one.end,
            "explanation": one.explanation,
        }
        for one in rows.select_related("version").order_by("version__place", "start", "id")
    ]


def _review(known: Records) -> JSON:
    """The steps of the review with what was written in them; who took each is told by role, not by name."""
    return [
        {
            "at": _moment(event.at),
            "step": event.action,
            "label": LABELS[event.action],
            "role": event.role,
            "chosen": event.data.get("shown", []),
            "to_maker": event.said,
            "among_staff": event.note,
        }
        for event in known.events
        if event.action in LABELS
    ]


def _experts(known: Records) -> JSON:
    replied = Consultation.objects.filter(case=known.filing.case_id, replied_at__isnull=False)
    rows = known.until(replied.order_by("id"), "replied_at")
    return [
        {"question": one.question, "opinion": one.opinion, "on": _moment(one.replied_at)}
        for one in rows.select_related("version")
        if one.replied_at is not None
    ]


def _registration(known: Records) -> JSON:
    """That it was registered, and the head of its chain of records, by which what was sent can be checked later."""
    registered = next((event for event in known.events if event.action == "register"), None)
    receipts = known.until(Receipt.objects.filter(case=known.filing.case_id), "made_at")
    return {
        "number": known.filing.case.number,
        "registered_at": None if registered is None else _moment(registered.at),
        "receipts": [
            {"kind": one.kind, "number": one.number, "at": _moment(one.made_at)}
            for one in receipts.order_by("made_at", "id")
        ],
        "records": len(known.events),
        "records_head": known.events[-1].digest,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
