"""Filing a document, its form check, supplements and corrections, and what its review came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from tingchao.core.roles import Role
from tingchao.core.screening.findings import Finding as Found
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.selectors import working_calendar
from tingchao.engine.files import KeptFile
from tingchao.engine.models import Case
from tingchao.engine.services import case_act, case_open, locked_case, roles_of
from tingchao.engine.timing import local_day, period_end
from tingchao.instruments.documents.models import Document, Paper
from tingchao.instruments.documents.services import (
    Written,
    document_enter,
    document_state,
    latest,
    papers_add,
    version_add,
    version_screen,
)
from tingchao.mechanisms.filing_review.models import Filing, Receipt
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.rules import (
    REFILED_BY,
    REPEALED_FROM,
    TEXT_NEEDED,
    filed_within,
    late_by,
)
from tingchao.mechanisms.filing_review.services.lists import listed_match
from tingchao.mechanisms.filing_review.services.receipts import receipt_give

NO_MAKER = gettext_noop("报备要用制定机关自己的账号，请找本单位的经办人。")
NO_ROOM = gettext_noop("现在不用交新的正文；要改的话，等人大的函件到了再交。")
NEEDS_TEXT = gettext_noop("这次要改的是正文，请交改过的正文。")
NEEDS_SOMETHING = gettext_noop("请把缺的材料补上，或者交改过的正文。")
NO_DECISION = gettext_noop("请写上废止决定的内容，10 个字以上。")


@transaction.atomic
def filing_file(
    *,
    written: Written,
    submission: str | None,
    actor: Actor,
    now: datetime,
    simulated: bool = False,
    found: list[Found] | None = None,
) -> Case:
    """File a document from its maker's own account. The same submission is one filing.

    The maker gets a receipt. The worker screens the text; `found` are findings that are known already.
    """
    known = Case.objects.filter(submission=submission).first() if submission else None
    if known is not None:
        return known
    if not any(hold.role is Role.HANDLER and hold.body_id == written.maker.pk for hold in actor.holds):
        raise Refusal("forbidden", NO_MAKER)
    document = document_enter(written=written, actor=actor, now=now)
    period = filed_within(document.region_id)
    last = period_end(FILING, period, document.published_on, working_calendar())
    case = case_open(
        procedure=FILING,
        title=document.title,
        text=f"{document.title}\n{document.number}",
        region_code=document.region_id,
        channel="desk",
        raised_by=document.maker.name[:40],
        actor=actor,
        now=now,
        submission=submission,
        simulated=simulated,
        lead_id=document.maker_id,
        beside=lambda case: Filing(case=case, document=document, late_by=late_by(last, local_day(now))),
    )
    receipt_give(case=case, kind=Receipt.Kind.FILED, received=_received(document), now=now)
    listed_match(document=document, actor=actor, now=now)
    if found is not None:
        version_screen(version=latest(document), actor=SYSTEM, now=now, found=found)
    return case


def _received(document: Document) -> list[str]:
    """What came with a filing, line by line."""
    return lines_of(document.papers.order_by("id").values_list("kind", flat=True))


def lines_of(kinds: Iterable[str]) -> list[str]:
    """The text and the papers that came with it, each kind once, as a receipt lists them."""
    known = dict.fromkeys(kind for kind in kinds if kind in Paper.Kind.values)
    return [gettext_noop("正文"), *(str(Paper.Kind(kind).label) for kind in known)]


@transaction.atomic
def filing_register(
    *, case_id: int, note: str, actor: Actor, now: datetime, seen: str | None = None
) -> Receipt:
    """Register a filing whose form is right; the maker gets the receipt with its number."""
    case = case_act(
        case_id=case_id, action="register", raw={"note": note}, actor=actor, now=now, seen=seen, apart=True
    )
    document = Filing.objects.select_related("document").get(pk=case.pk).document
    return receipt_give(case=case, kind=Receipt.Kind.REGISTERED, received=_received(document), now=now)


@dataclass(frozen=True, slots=True)
class Refiled:
    """What a maker hands in when it was asked to: a new text, papers that were missing, or both."""

    text: str = ""
    note: str = ""
    papers: Mapping[str, str] = field(default_factory=dict)
    file: KeptFile | None = None


def text_refile(
    *, case_id: int, text: str, note: str, actor: Actor, now: datetime, file: KeptFile | None = None
) -> Case:
    """A supplemented or corrected text from the maker: linked to the first, screened again, back to whoever waits."""
    given = Refiled(text=text, note=note, file=file)
    return filing_refile(case_id=case_id, given=given, actor=actor, now=now)


@transaction.atomic
def filing_refile(*, case_id: int, given: Refiled, actor: Actor, now: datetime) -> Case:
    """What was asked for from the maker. Where the text was what is wrong, only another text will do."""
    case = locked_case(case_id)
    action = _room_for(case, actor, REFILED_BY.get(case.stage))
    document = Filing.objects.get(pk=case.pk).document
    text = clean_text(given.text)
    if not text and case.stage in TEXT_NEEDED:
        raise refused_inputs({"text": NEEDS_TEXT})
    if text:
        version_add(
            document_id=document.pk, text=text, note=given.note, actor=actor, now=now, file=given.file
        )
    added = papers_add(document=document, papers=given.papers, actor=actor, now=now)
    if not text and not added:
        raise refused_inputs({"text": NEEDS_SOMETHING})
    asked = FILING.action(action).inputs[0].key
    raw = {asked: given.note}
    case = case_act(case_id=case.pk, action=action, raw=raw, actor=actor, now=now, apart=True)
    if case.stage == "checking":
        lines = [
            *([gettext_noop("改过的正文")] if text else []),
            *(str(Paper.Kind(kind).label) for kind in added),
        ]
        receipt_give(case=case, kind=Receipt.Kind.FILED, received=lines, now=now)
    return case


def _room_for(case: Case, actor: Actor, action: str | None) -> str:
    if action is None:
        raise Refusal("not_here", NO_ROOM)
    if Role.HANDLER not in roles_of(actor, case):
        raise Refusal("forbidden", NO_MAKER)
    return action


@transaction.atomic
def filing_repeal(*, case_id: int, decision: str, on: str, actor: Actor, now: datetime) -> Case:
    """The maker repealed the document: its decision is kept with it, for the staff to check."""
    case = locked_case(case_id)
    _room_for(case, actor, "repeal" if case.stage in REPEALED_FROM else None)
    if len(clean_text(decision)) < 10:
        raise refused_inputs({"decision": NO_DECISION})
    document = Filing.objects.get(pk=case.pk).document
    papers_add(document=document, papers={Paper.Kind.REPEAL: decision}, actor=actor, now=now)
    raw = {"on": on, "decision": decision[:2000]}
    return case_act(case_id=case.pk, action="repeal", raw=raw, actor=actor, now=now, apart=True)


@transaction.atomic
def filing_reopen(*, case_id: int, way: str, reason: str, actor: Actor, now: datetime) -> Case:
    """Review a document again that was reviewed before: on request, in a special review, or because it was sent here.

    It stays what it is, in force and public, until the review has come to something.
    """
    filing = Filing.objects.select_for_update(of=("self",)).select_related("document").get(pk=case_id)
    raw = {"maker": str(filing.document.maker_id), "way": way, "reason": reason}
    case = case_act(case_id=case_id, action="review_again", raw=raw, actor=actor, now=now, apart=True)
    filing.settled = False
    filing.save(update_fields=["settled"])
    return case


GONE_BY = {
    "repealed": Document.State.REPEALED,
    "annulled": Document.State.REPEALED,
    "returned": Document.State.OUTSIDE,
}
"""Outcomes after which a document is in force no more, or never was one to be filed."""


def state_after(outcome: str) -> Document.State:
    """What a document is once its review has ended so."""
    return GONE_BY.get(outcome, Document.State.IN_FORCE)


@transaction.atomic
def filings_settle(*, now: datetime, most: int = 200) -> int:
    """Let documents bear what their review came to, once it has ended: in force and public, repealed, or outside."""
    rows = Filing.objects.select_for_update(skip_locked=True, of=("self",)).select_related("case")
    ended = list(rows.filter(settled=False, case__closed_at__isnull=False)[:most])
    for filing in ended:
        state = state_after(filing.case.outcome)
        document_state(
            document_id=filing.document_id,
            state=state,
            public=state != Document.State.OUTSIDE,
            actor=SYSTEM,
            now=now,
        )
        filing.settled = True
        filing.save(update_fields=["settled"])
    return len(ended)
