"""Writes of documents: entering one, a corrected text, its papers, decisions about findings, its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from tingchao.core.finding import grams, plain_fields
from tingchao.core.ledger import GENESIS, JSON, link
from tingchao.core.screening.findings import Finding as Found
from tingchao.core.screening.structure import parse
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.models import Body
from tingchao.engine import record
from tingchao.engine.files import KeptFile
from tingchao.engine.timing import local_day
from tingchao.instruments.documents import policy
from tingchao.instruments.documents.models import Document, Finding, Paper, Version
from tingchao.instruments.documents.screening import issuer_of, screened

LONGEST = 200_000
"""Characters of one document."""

NO_TEXT = gettext_noop("请把正文贴进来，或者交能选中文字的文件。")
TOO_LONG = gettext_noop("正文超过 20 万字，请核对是不是贴错了。")
NO_TITLE = gettext_noop("没有从正文里认出标题，请写上标题。")
AHEAD = gettext_noop("公布日期在今天以后，公布以后再报备。")
FILED_BEFORE = gettext_noop("这个文号已经报备过，不用再报；改了正文请在原件上补充。")
JOINT = gettext_noop("这个文号已经由%(maker)s报备。联合发文由主办单位报一次就可以。")
SAME = gettext_noop("正文和上一稿一字不差，请交改过的正文。")
WHY = gettext_noop("不采纳要写明理由，5 个字以上。")
GONE = gettext_noop("没有找到这份文件，请回到列表看看。")
NOT_YOURS = gettext_noop("核对审查意见由这里的人大工作人员来办。")


@dataclass(frozen=True, slots=True)
class Written:
    """A document as it is handed in. An empty title or number is taken from the text."""

    maker: Body
    text: str
    published_on: date
    title: str = ""
    number: str = ""
    valid_until: date | None = None
    papers: Mapping[str, str] = field(default_factory=dict)
    file: KeptFile | None = None


@transaction.atomic
def document_enter(*, written: Written, actor: Actor, now: datetime) -> Document:
    """Keep a document with its first version and papers. Refusal "input" names what is missing or known already."""
    document = document_draft(written, local_day(now))
    _require_new(document.number, written.maker)
    text = clean_text(written.text)
    version = version_draft(document, text, "", written.file, now)
    document.save()
    version.save()
    Paper.objects.bulk_create(papers_draft(document, written.papers, now))
    _note(document, "entered", actor, now, text=text_digest(text))
    return document


def document_draft(written: Written, today: date) -> Document:
    """A document as handed in, not yet in the database and without its text. Refusal "input" as `document_enter`."""
    text = clean_text(written.text)
    title, number = _named(written, text)
    _require_sound(text, title, written, today)
    return Document(
        title=title,
        number=number,
        maker=written.maker,
        region_id=written.maker.region_id,
        published_on=written.published_on,
        valid_until=written.valid_until or _valid_until(text, written.published_on),
    )


def papers_draft(document: Document, papers: Mapping[str, str], now: datetime) -> list[Paper]:
    """The papers filed with a document, those of a known kind that say something."""
    return [
        Paper(document=document, kind=kind, text=clean_text(said), filed_at=now)
        for kind, said in papers.items()
        if kind in Paper.Kind.values and clean_text(said)
    ]


def _named(written: Written, text: str) -> tuple[str, str]:
    head = parse(text[:8000]).head
    title = " ".join(clean_text(written.title).split())
    if not title and head.title is not None:
        title = "".join(text[head.title.start : head.title.end].split())
    number = "".join(clean_text(written.number).split())
    if not number and head.number is not None:
        number = "".join(text[head.number.span.start : head.number.span.end].split())
    return title[:120], number[:60]


def _require_sound(text: str, title: str, written: Written, today: date) -> None:
    faults = {}
    if len(text) < 20:
        faults["text"] = NO_TEXT
    elif len(text) > LONGEST:
        faults["text"] = TOO_LONG
    elif not title:
        faults["title"] = NO_TITLE
    if written.published_on > today:
        faults["published_on"] = AHEAD
    if faults:
        raise refused_inputs(faults)


def _require_new(number: str, maker: Body) -> None:
    if not number:
        return
    known = Document.objects.select_related("maker").filter(number=number).first()
    if known is None:
        return
    if known.maker_id == maker.pk:
        raise Refusal("input", FILED_BEFORE, fields={"number": FILED_BEFORE})
    raise Refusal("input", JOINT, {"maker": known.maker.name})


def _valid_until(text: str, published: date) -> date | None:
    """The last day of a stated period: 有效期至…, or 有效期N年 from when it takes effect."""
    for one in parse(text).provisions:
        if one.what == "validity" and one.value is not None:
            return one.value
        if one.what == "validity" and one.years:
            return date(published.year + int(one.years), published.month, min(published.day, 28))
    return None


def version_draft(document: Document, text: str, note: str, file: KeptFile | None, now: datetime) -> Version:
    """The next text of a document, not yet in the database; the document is found by it from now on."""
    document.versions += 1
    document.plain = plain_fields(document.title, document.number, text)
    document.words = sorted(grams(document.plain))
    return Version(
        document=document,
        place=document.versions,
        text=text,
        note=note[:200],
        file="" if file is None else file.digest,
        file_name="" if file is None else file.name,
        made_at=now,
    )


def text_digest(text: str) -> str:
    """The digest under which events name a text."""
    return link(GENESIS, {"text": text})


def entry_of(action: str, actor: Actor, now: datetime, **data: JSON) -> record.Entry:
    """A step in the chain of a document."""
    role = min((str(hold.role) for hold in actor.holds), default="")
    return record.Entry(action=f"document.{action}", actor=actor, role=role, now=now, data=dict(data))


def _note(document: Document, action: str, actor: Actor, now: datetime, **data: JSON) -> None:
    record.append_to_stream(entry_of(action, actor, now, **data), stream=document.stream)


@transaction.atomic
def version_add(
    *, document_id: int, text: str, note: str, actor: Actor, now: datetime, file: KeptFile | None = None
) -> Version:
    """A supplemented or corrected text, linked to those before it. It is screened again by `version_screen`."""
    document = Document.objects.select_for_update(no_key=True).get(pk=document_id)
    text = clean_text(text)
    if len(text) < 20:
        raise refused_inputs({"text": NO_TEXT})
    if latest(document).text == text:
        raise refused_inputs({"text": SAME})
    made = version_draft(document, text[:LONGEST], clean_text(note), file, now)
    document.save(update_fields=["versions", "plain", "words"])
    made.save()
    _note(document, "version", actor, now, place=made.place, text=text_digest(text))
    return made


@transaction.atomic
def papers_add(*, document: Document, papers: Mapping[str, str], actor: Actor, now: datetime) -> list[str]:
    """Keep papers that came after the text; the kinds that were really there."""
    given = {kind: clean_text(papers.get(kind, "")) for kind in Paper.Kind.values}
    given = {kind: said for kind, said in given.items() if said}
    Paper.objects.bulk_create(
        Paper(document=document, kind=kind, text=said[:LONGEST], filed_at=now) for kind, said in given.items()
    )
    for kind, said in given.items():
        _note(document, "paper", actor, now, paper=kind, text=text_digest(said))
    return list(given)


def latest(document: Document) -> Version:
    """The newest version."""
    return Version.objects.filter(document=document).order_by("-place")[0]


@transaction.atomic
def version_screen(*, version: Version, actor: Actor, now: datetime, found: list[Found] | None = None) -> int:
    """Screen a version once and keep what was found; how many findings it has."""
    rows = Version.objects.select_for_update(of=("self",)).select_related("document__maker")
    version = rows.get(pk=version.pk)
    if version.screened_at is not None:
        return version.findings.count()
    document = version.document
    version.screened_at = now
    version.save(update_fields=["screened_at"])
    issuer = issuer_of(document.maker.kind)
    findings = screened(version.text, document.published_on, issuer) if found is None else found
    Finding.objects.bulk_create(findings_draft(version, findings))
    _note(document, "screened", actor, now, place=version.place, findings=told_of(findings))
    return len(findings)


def findings_draft(version: Version, findings: Iterable[Found]) -> list[Finding]:
    """What was found in a text, as rows."""
    return [
        Finding(
            version=version,
            rule=one.rule[:80],
            article=one.article[:200],
            start=one.start,
            end=one.end,
            quote=one.quote[:2000],
            confidence=str(one.confidence),
            explanation=one.explanation,
            question=one.question,
        )
        for one in findings
    ]


def told_of(findings: Iterable[Found]) -> list[JSON]:
    """What was found in a text, as its event tells it."""
    return [[one.rule, one.start, one.end, str(one.confidence)] for one in findings]


def versions_screen(*, actor: Actor, now: datetime, most: int = 20) -> int:
    """Screen what waits for it, the oldest first; how many there were. Each is a transaction of its own."""
    waiting = list(Version.objects.filter(screened_at__isnull=True).order_by("id")[:most])
    for version in waiting:
        version_screen(version=version, actor=actor, now=now)
    return len(waiting)


@transaction.atomic
def finding_decide(*, finding_id: int, accept: bool, reason: str, actor: Actor, now: datetime) -> Finding:
    """Accept a finding, or set it aside with a reason. Who decided, when and why is an event."""
    rows = Finding.objects.select_for_update(of=("self",)).select_related("version__document")
    finding = rows.filter(pk=finding_id).first()
    if finding is None:
        raise Refusal("gone", GONE)
    if not policy.reviews(actor, finding.version.document):
        raise Refusal("forbidden", NOT_YOURS)
    reason = clean_text(reason)[:500]
    if not accept and len(reason) < 5:
        raise refused_inputs({"reason": WHY})
    finding.state = Finding.State.ACCEPTED if accept else Finding.State.SET_ASIDE
    finding.reason, finding.decided_by, finding.decided_at = reason, actor.name[:40], now
    finding.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    data: dict[str, JSON] = {"finding": finding.pk, "rule": finding.rule, "state": str(finding.state)}
    _note(finding.version.document, "finding", actor, now, reason=reason, **data)
    return finding


@transaction.atomic
def document_state(*, document_id: int, state: str, public: bool, actor: Actor, now: datetime) -> Document:
    """What a document is now: in force, repealed, not to be filed; and whether everybody may find it."""
    document = Document.objects.select_for_update(no_key=True).get(pk=document_id)
    document.state, document.public = Document.State(state), public
    document.save(update_fields=["state", "public"])
    _note(document, "state", actor, now, state=state, public=public)
    return document


@transaction.atomic
def documents_expire(*, now: datetime, most: int = 200) -> int:
    """Note of documents whose stated period is over that they are in force no more. How many there were."""
    over = Document.objects.select_for_update(no_key=True, skip_locked=True).filter(
        state=Document.State.IN_FORCE, valid_until__lt=local_day(now)
    )
    ended = list(over.only("state", "valid_until").order_by("valid_until", "id")[:most])
    for document in ended:
        document.state = Document.State.EXPIRED
        document.save(update_fields=["state"])
        until = document.valid_until.isoformat() if document.valid_until else ""
        _note(document, "expired", SYSTEM, now, valid_until=until)
    return len(ended)
