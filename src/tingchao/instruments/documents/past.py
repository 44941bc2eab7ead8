"""Documents whose story was lived elsewhere, taken over in bulk with the events that services leave.

Each step is written at its own time, and nobody is told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tingchao.core.ledger import JSON
from tingchao.core.screening.findings import Finding as Found
from tingchao.core.steps import clean_text
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.engine import record
from tingchao.engine.timing import local_day
from tingchao.instruments.documents import services
from tingchao.instruments.documents.models import Document, Finding, Paper, Version
from tingchao.instruments.documents.screening import issuer_of, screened
from tingchao.instruments.documents.services import Written


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text that followed the first one."""

    text: str
    note: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """What the reviewer made of the findings of the text as it was then.

    Those that are certain or likely are accepted or set aside, with the reason; the merely possible are set aside
    with `possible`.
    """

    accept: bool
    reason: str
    possible: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What the document is from then on, by the clock."""

    state: str
    public: bool
    at: datetime


Move = Rewritten | Judged | Settled


@dataclass(slots=True)
class PastDocument:
    """A document as it was handed in, and what happened to it in the order of time."""

    written: Written
    actor: Actor
    at: datetime
    moves: Sequence[Move] = ()


@dataclass(slots=True)
class _Story:
    """One document as it is put together: each text with the findings in it, and the papers."""

    past: PastDocument
    document: Document
    texts: list[tuple[Version, list[Found], list[Finding]]] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)

    def write(self, text: str, note: str, at: datetime) -> None:
        file = self.past.written.file if not self.texts else None
        version = services.version_draft(self.document, clean_text(text), clean_text(note), file, at)
        issuer = issuer_of(self.document.maker.kind)
        found = screened(version.text, self.document.published_on, issuer)
        self.texts.append((version, found, services.findings_draft(version, found)))


def documents_take_over(pasts: Iterable[PastDocument]) -> list[Document]:
    """Write documents with their texts, papers, findings and chains. Call it inside a transaction.

    Raises Refusal "input" for one that could not have been entered; IntegrityError for a number known before.
    """
    stories = [_begun(past) for past in pasts]
    versions = [version for story in stories for version, _, _ in story.texts]
    findings = [row for story in stories for _, _, rows in story.texts for row in rows]
    for rows in ([story.document for story in stories], versions, findings):
        record.number_rows(rows)
    papers = [paper for story in stories for paper in story.papers]
    for version in versions:
        version.document_id = version.document.pk
    for paper in papers:
        paper.document_id = paper.document.pk
    for finding in findings:
        finding.version_id = finding.version.pk
    chains = [(story.document.stream, _steps(story)) for story in stories]
    record.insert_many([story.document for story in stories])
    record.insert_many(versions)
    record.insert_many(papers)
    record.insert_many(findings)
    record.streams_begin(chains)
    return [story.document for story in stories]


def _begun(past: PastDocument) -> _Story:
    document = services.document_draft(past.written, local_day(past.at))
    story = _Story(past, document)
    story.write(past.written.text, "", past.at)
    story.papers = services.papers_draft(document, past.written.papers, past.at)
    for move in past.moves:
        if isinstance(move, Rewritten):
            story.write(move.text, move.note, move.at)
    return story


def _steps(story: _Story) -> list[record.Entry]:
    """The chain of a document; the rows bear what its last step made of them."""
    past, place = story.past, 0
    first = services.text_digest(story.texts[0][0].text)
    steps = [services.entry_of("entered", past.actor, past.at, text=first), _screened(story, 0, past.at)]
    for move in past.moves:
        if isinstance(move, Rewritten):
            place += 1
            version = story.texts[place][0]
            told = services.text_digest(version.text)
            steps.append(services.entry_of("version", move.actor, move.at, place=version.place, text=told))
            steps.append(_screened(story, place, move.at))
        elif isinstance(move, Judged):
            steps += [_judged(row, move) for row in story.texts[place][2]]
        else:
            story.document.state, story.document.public = move.state, move.public
            steps.append(services.entry_of("state", SYSTEM, move.at, state=move.state, public=move.public))
    return steps


def _screened(story: _Story, place: int, at: datetime) -> record.Entry:
    version, found, _ = story.texts[place]
    version.screened_at = at
    told = services.told_of(found)
    return services.entry_of("screened", SYSTEM, at, place=version.place, findings=told)


def _judged(row: Finding, move: Judged) -> record.Entry:
    accept = move.accept and row.confidence != "possible"
    row.state = Finding.State.ACCEPTED if accept else Finding.State.SET_ASIDE
    row.reason = "" if accept else move.possible if row.confidence == "possible" else move.reason
    row.decided_by, row.decided_at = move.actor.name[:40], move.at
    told: dict[str, JSON] = {
        "finding": row.pk,
        "rule": row.rule,
        "state": str(row.state),
        "reason": row.reason,
    }
    return services.entry_of("finding", move.actor, move.at, **told)
