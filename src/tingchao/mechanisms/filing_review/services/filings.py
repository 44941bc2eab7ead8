"""Writes of filing and review."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from tingchao.core.privacy import masked
from tingchao.core.roles import Role
from tingchao.core.screening.findings import Finding as Found
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.engine import notices, record
from tingchao.engine.files import KeptFile
from tingchao.engine.models import Case, Fact
from tingchao.engine.services import case_act, case_open, locked_case, roles_of
from tingchao.engine.timing import local_day
from tingchao.instruments.documents.models import Document
from tingchao.instruments.documents.services import (
    Written,
    document_enter,
    document_state,
    latest,
    version_add,
    version_screen,
)
from tingchao.mechanisms.filing_review.models import Consultation, Filing, ReviewRequest
from tingchao.mechanisms.filing_review.procedure import FILING, REQUESTS
from tingchao.mechanisms.filing_review.rules import (
    EXPERT_DAYS,
    REFILED_BY,
    late_by,
    suggestion_fault,
)
from tingchao.mechanisms.filing_review.selectors import experts_near

NO_MAKER = gettext_noop("报备要用制定机关自己的账号，请找本单位的经办人。")
NO_ROOM = gettext_noop("现在不用交新的正文；要改的话，等人大的函件到了再交。")
NO_EXPERT = gettext_noop("请从名单里选一位专家。")
ASKED_BEFORE = gettext_noop("这一稿已经送过这位专家。")
NO_QUESTION = gettext_noop("请写清想请专家看什么，5 个字以上。")
NO_OPINION = gettext_noop("请写下您的意见，10 个字以上。")
SAID_BEFORE = gettext_noop("您的意见已经交过了。")
NOT_SENT = gettext_noop("没有送给您的这份材料。")
CLERKS_ONLY = gettext_noop("送专家由这里的人大工作人员来办。")


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
    """File a document from its maker's own account; it is screened as it arrives. The same submission is one filing."""
    known = Case.objects.filter(submission=submission).first() if submission else None
    if known is not None:
        return known
    if not any(hold.role is Role.HANDLER and hold.body_id == written.maker.pk for hold in actor.holds):
        raise Refusal("forbidden", NO_MAKER)
    document = document_enter(written=written, actor=actor, now=now)
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
        beside=lambda case: Filing(
            case=case, document=document, late_by=late_by(document.published_on, local_day(now))
        ),
    )
    version_screen(version=latest(document), actor=SYSTEM, now=now, found=found)
    return case


@transaction.atomic
def text_refile(
    *, case_id: int, text: str, note: str, actor: Actor, now: datetime, file: KeptFile | None = None
) -> Case:
    """A supplemented or corrected text from the maker: linked to the first, screened again, back to whoever waits."""
    case = locked_case(case_id)
    action = REFILED_BY.get(case.stage)
    if action is None:
        raise Refusal("not_here", NO_ROOM)
    if Role.HANDLER not in roles_of(actor, case):
        raise Refusal("forbidden", NO_MAKER)
    document = Filing.objects.get(pk=case.pk).document
    version = version_add(document_id=document.pk, text=text, note=note, actor=actor, now=now, file=file)
    version_screen(version=version, actor=SYSTEM, now=now)
    asked = FILING.action(action).inputs[0].key
    return case_act(case_id=case.pk, action=action, raw={asked: note}, actor=actor, now=now)


@transaction.atomic
def expert_ask(
    *, case_id: int, expert_id: int, question: str, actor: Actor, now: datetime, due_on: date | None = None
) -> Consultation:
    """Send the latest version to an expert with a question. They see this version and the question, nothing else."""
    case = locked_case(case_id)
    if Role.CLERK not in roles_of(actor, case):
        raise Refusal("forbidden", CLERKS_ONLY)
    question, today = clean_text(question), local_day(now)
    if expert_id not in {one.pk for one in experts_near(case.region_id, today)}:
        raise refused_inputs({"expert": NO_EXPERT})
    if len(question) < 5:
        raise refused_inputs({"question": NO_QUESTION})
    version = latest(Filing.objects.get(pk=case.pk).document)
    if Consultation.objects.filter(version=version, expert=expert_id).exists():
        raise refused_inputs({"expert": ASKED_BEFORE})
    made = Consultation.objects.create(
        case=case,
        version=version,
        expert_id=expert_id,
        question=question[:2000],
        asked_at=now,
        due_on=max(due_on or today, today) if due_on else today + timedelta(days=EXPERT_DAYS),
    )
    entry = record.Entry(
        "expert_asked", actor, str(Role.CLERK), now, case, before=case.stage, note=question[:2000],
        data={"expert": expert_id, "version": version.place, "due": made.due_on.isoformat()},
        facts=[Fact(kind="filing.expert_asked", region_id=case.region_id)],
        notices=[notices.notice(notices.to_account(expert_id), "your_turn", stage=case.stage)],
    )  # fmt: skip
    record.append(entry)
    return made


@transaction.atomic
def expert_reply(*, consultation_id: int, opinion: str, actor: Actor, now: datetime) -> Consultation:
    """The expert's opinion on what they were sent; given once, late or not."""
    rows = Consultation.objects.select_for_update().filter(pk=consultation_id, expert=actor.id)
    asked = rows.first() if any(hold.role is Role.EXPERT for hold in actor.holds) else None
    if asked is None:
        raise Refusal("gone", NOT_SENT)
    if asked.replied_at is not None:
        raise Refusal("not_here", SAID_BEFORE)
    opinion = clean_text(opinion)[:10_000]
    if len(opinion) < 10:
        raise refused_inputs({"opinion": NO_OPINION})
    asked.opinion, asked.replied_at = opinion, now
    asked.save(update_fields=["opinion", "replied_at"])
    case = locked_case(asked.case_id)
    entry = record.Entry(
        "expert_said", actor, str(Role.EXPERT), now, case, before=case.stage, note=opinion,
        data={"late": local_day(now) > asked.due_on},
        facts=[Fact(kind="filing.expert_said", region_id=case.region_id)],
        notices=[notices.notice(notices.to_role(Role.CLERK, case.region_id), "your_turn", stage=case.stage)],
    )  # fmt: skip
    record.append(entry)
    return asked


def suggestion_file(
    *, document: Document, text: str, submission: str, actor: Actor, now: datetime, simulated: bool = False
) -> Case:
    """Anybody's suggestion that a public document be reviewed. The same submission twice is one."""
    text = clean_text(text)
    if fault := suggestion_fault(text):
        raise refused_inputs({"text": fault})
    try:
        with transaction.atomic():
            return case_open(
                procedure=REQUESTS,
                title=masked(gettext_noop("审查建议：") + document.title)[:120],
                text=text,
                region_code=document.region_id,
                channel="web",
                raised_by=gettext_noop("匿名"),
                actor=actor,
                now=now,
                submission=submission,
                simulated=simulated,
                beside=lambda case: ReviewRequest(case=case, document=document),
            )
    except IntegrityError:
        known = Case.objects.filter(submission=submission).first()
        if known is None:
            raise
        return known


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
