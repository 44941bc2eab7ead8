"""What the package of a filing holds: its texts and papers, what was found and said in the review, its receipts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

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


def parts_of(filing: Filing) -> list[Part]:
    """Every file of a filing's package but the manifest. Seven SQL statements."""
    events = list(Event.objects.filter(case=filing.case_id).order_by("sequence"))
    return [
        *_texts(filing),
        *_papers(filing),
        data_part("opinions/findings.json", "findings", "审查发现的问题", _findings(filing)),
        data_part("opinions/review.json", "review", "审查经过和往来文书", _review(events)),
        data_part("opinions/experts.json", "experts", "专家和有关单位的意见", _experts(filing)),
        data_part("receipts/registration.json", "receipt", "备案登记回执", _registration(filing, events)),
    ]


def _texts(filing: Filing) -> Iterator[Part]:
    for version in filing.document.texts.order_by("place"):
        label = "报备文本" if version.place == 1 else f"第 {version.place} 稿"
        yield text_part(f"documents/{version.place}.txt", "text", label, version.text)
        if version.file:
            ending = PurePosixPath(version.file_name).suffix[:10].lower()
            content = file_path(version.file).read_bytes()
            yield Part(f"documents/{version.place}-original{ending}", "original", f"{label}原件", content)


def _papers(filing: Filing) -> Iterator[Part]:
    for number, paper in enumerate(filing.document.papers.order_by("id"), start=1):
        yield text_part(f"papers/{number}-{paper.kind}.txt", paper.kind, paper.get_kind_display(), paper.text)


def _findings(filing: Filing) -> JSON:
    """What the reviewers took up; what they set aside stays in the house."""
    rows = Finding.objects.filter(version__document=filing.document_id, state=Finding.State.ACCEPTED)
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


def _review(events: list[Event]) -> JSON:
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
        for event in events
        if event.action in LABELS
    ]


def _experts(filing: Filing) -> JSON:
    rows = Consultation.objects.filter(case=filing.case_id, replied_at__isnull=False).order_by("id")
    return [
        {"question": one.question, "opinion": one.opinion, "on": _moment(one.replied_at)}
        for one in rows.select_related("version")
        if one.replied_at is not None
    ]


def _registration(filing: Filing, events: list[Event]) -> JSON:
    """That it was registered, and the head of its chain of records, by which what was sent can be checked later."""
    registered = next((event for event in events if event.action == "register"), None)
    return {
        "number": filing.case.number,
        "registered_at": None if registered is None else _moment(registered.at),
        "receipts": [
            {"kind": one.kind, "number": one.number, "at": _moment(one.made_at)}
            for one in Receipt.objects.filter(case=filing.case_id).order_by("made_at", "id")
        ],
        "records": len(events),
        "records_head": events[-1].digest,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
