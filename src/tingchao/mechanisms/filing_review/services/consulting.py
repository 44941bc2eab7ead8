"""Who is asked about a document, how it is looked at, and letters that remind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Body
from tingchao.directory.selectors import bodies_for, working_calendar
from tingchao.engine import notices, record
from tingchao.engine.models import Case, Fact
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import case_act, locked_case, roles_of
from tingchao.engine.timing import local_day, period_end
from tingchao.instruments.documents.models import Version
from tingchao.instruments.documents.services import latest
from tingchao.instruments.letters.services import Drafted, letter_issue
from tingchao.instruments.meetings.services import Called, case_tie, meeting_create
from tingchao.mechanisms.filing_review.inputs import METHODS
from tingchao.mechanisms.filing_review.models import Consultation, Filing, Inquiry
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.rules import REMINDED_AT, is_legislative
from tingchao.mechanisms.filing_review.selectors import experts_near

NO_EXPERT = gettext_noop("请从名单里选一位专家或者一个单位。")
ASKED_BEFORE = gettext_noop("这一稿已经送过。")
NO_QUESTION = gettext_noop("请写清想请对方看什么，5 个字以上。")
NO_OPINION = gettext_noop("请写下意见，10 个字以上。")
SAID_BEFORE = gettext_noop("意见已经交过了。")
NOT_SENT = gettext_noop("没有送给您的这份材料。")
CLERKS_ONLY = gettext_noop("这一步由这里的人大工作人员来办。")
NO_METHOD = gettext_noop("请选一种审查方式。")
NO_INQUIRY_DAY = gettext_noop("请写上哪一天；座谈论证以外的，不能晚于今天。")
NO_NOTE = gettext_noop("请写清看了什么、怎么样，5 个字以上。")
NOT_REMINDED = gettext_noop("现在不是等制定机关的时候，不用催办。")
NO_LETTER = gettext_noop("请写清楚，10 个字以上。")
NO_REPLY_DAY = gettext_noop("请选一个今天以后的答复日期。")
COMMITTEE_ASKS = gettext_noop("请就这份文件提出书面审查意见。")


def _require_clerk(actor: Actor, case: Case) -> None:
    if Role.CLERK not in roles_of(actor, case):
        raise Refusal("forbidden", CLERKS_ONLY)


@transaction.atomic
def filing_assign(
    *, case_id: int, raw: dict[str, object], committees: Sequence[int], actor: Actor, now: datetime,
    seen: str | None = None,
) -> Case:  # fmt: skip
    """Send a registered document to the committees that have its subject, the legislative affairs commission jointly.

    Each gets the text with what screening found, and a day for its opinion.
    """
    case = locked_case(case_id)
    known = bodies_for(case.region_id, organs=True)
    joint = known.filter(kind=Body.Kind.CONGRESS).values_list("pk", "name")
    own = [pk for pk, name in joint if is_legislative(name)]
    chosen = list(dict.fromkeys([*committees, *own]))
    given = {**raw, "committees": [str(pk) for pk in chosen]}
    case = case_act(case_id=case_id, action="assign", raw=given, actor=actor, now=now, seen=seen, apart=True)
    version = latest(Filing.objects.select_related("document").get(pk=case.pk).document)
    for body in chosen:
        if not Consultation.objects.filter(version=version, body=body).exists():
            _send(
                case, version, Asked(body=body, kind=Consultation.Kind.COMMITTEE), COMMITTEE_ASKS, actor, now
            )
    return case


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked: an expert's account, or a body; `due_on` where whoever asks names another day."""

    kind: str = Consultation.Kind.EXPERT
    expert: int | None = None
    body: int | None = None
    due_on: date | None = None


def expert_ask(
    *, case_id: int, expert_id: int, question: str, actor: Actor, now: datetime, due_on: date | None = None
) -> Consultation:
    """Send the latest version to an expert with a question. They see this version and the question, nothing else."""
    asked = Asked(expert=expert_id, due_on=due_on)
    return opinion_ask(case_id=case_id, asked=asked, question=question, actor=actor, now=now)


@transaction.atomic
def opinion_ask(*, case_id: int, asked: Asked, question: str, actor: Actor, now: datetime) -> Consultation:
    """Send the latest version to an expert or a body, e.g. the Party committee's office, with a question and a day."""
    case = locked_case(case_id)
    _require_clerk(actor, case)
    question = clean_text(question)
    if not _known(case, asked, local_day(now)):
        raise refused_inputs({"expert": NO_EXPERT})
    if len(question) < 5:
        raise refused_inputs({"question": NO_QUESTION})
    version = latest(Filing.objects.select_related("document").get(pk=case.pk).document)
    if Consultation.objects.filter(version=version, expert=asked.expert, body=asked.body).exists():
        raise refused_inputs({"expert": ASKED_BEFORE})
    return _send(case, version, asked, question[:2000], actor, now)


def _known(case: Case, asked: Asked, today: date) -> bool:
    if asked.body is not None:
        return (
            asked.body != case.lead_id
            and bodies_for(case.region_id, organs=True).filter(pk=asked.body).exists()
        )
    return asked.expert in {one.pk for one in experts_near(case.region_id, today)}


def _send(
    case: Case, version: Version, asked: Asked, question: str, actor: Actor, now: datetime
) -> Consultation:
    today = local_day(now)
    period = "committee_within" if asked.kind == Consultation.Kind.COMMITTEE else "expert_within"
    due_on = (
        max(asked.due_on, today) if asked.due_on else period_end(FILING, period, today, working_calendar())
    )
    made = Consultation.objects.create(
        case=case, version=version, kind=asked.kind, expert_id=asked.expert, body_id=asked.body,
        question=question, asked_at=now, due_on=due_on,
    )  # fmt: skip
    whom = notices.to_body(asked.body) if asked.body else notices.to_account(asked.expert or 0)
    data: dict[str, JSON] = {
        "kind": str(asked.kind), "expert": asked.expert, "body": asked.body, "version": version.place,
        "due": due_on.isoformat(),
    }  # fmt: skip
    link: list[JSON] = ["filing_review:consultation", str(made.pk)]
    entry = record.Entry(
        "expert_asked", actor, str(Role.CLERK), now, case, before=case.stage, note=question, data=data,
        facts=[
            Fact(kind="filing.expert_asked", region_id=case.region_id, body_id=asked.body, detail=str(asked.kind))
        ],
        notices=[notices.notice(whom, "consulted", link=link)],
    )  # fmt: skip
    record.append(entry)
    return made


@transaction.atomic
def expert_reply(*, consultation_id: int, opinion: str, actor: Actor, now: datetime) -> Consultation:
    """The opinion of whoever was asked, an expert or somebody of the body; given once, late or not."""
    asked = Consultation.objects.select_for_update().filter(pk=consultation_id).first()
    role = None if asked is None else _asked_as(asked, actor)
    if asked is None or role is None:
        raise Refusal("gone", NOT_SENT)
    if asked.replied_at is not None:
        raise Refusal("not_here", SAID_BEFORE)
    opinion = clean_text(opinion)[:10_000]
    if len(opinion) < 10:
        raise refused_inputs({"opinion": NO_OPINION})
    asked.opinion, asked.replied_at, asked.replied_by = opinion, now, actor.name[:40]
    asked.save(update_fields=["opinion", "replied_at", "replied_by"])
    case = locked_case(asked.case_id)
    fact = Fact(
        kind="filing.expert_said", region_id=case.region_id, body_id=asked.body_id, detail=str(asked.kind)
    )
    entry = record.Entry(
        "expert_said", actor, str(role), now, case, before=case.stage, note=opinion,
        data={"late": local_day(now) > asked.due_on, "consultation": asked.pk}, facts=[fact],
        notices=[notices.notice(notices.to_role(Role.CLERK, case.region_id), "consulted_said")],
    )  # fmt: skip
    record.append(entry)
    return asked


def _asked_as(asked: Consultation, actor: Actor) -> Role | None:
    """The role under which somebody answers what was sent; None when it was not sent to them."""
    if asked.expert_id is not None and asked.expert_id == actor.id:
        return next((hold.role for hold in actor.holds if hold.role is Role.EXPERT), None)
    mine = (hold.role for hold in actor.holds if hold.role is Role.HANDLER and hold.body_id == asked.body_id)
    return next(mine, None) if asked.body_id is not None else None


# --- how it is looked at ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Looked:
    """One way in which a document was, or is going to be, looked at; a symposium is a gathering to be called."""

    method: str
    day: date | None
    note: str
    called: Called | None = None


@transaction.atomic
def inquiry_note(*, case_id: int, looked: Looked, actor: Actor, now: datetime) -> Inquiry:
    """Record how a document was looked at; a symposium is called as a gathering and tied to the matter."""
    case = locked_case(case_id)
    _require_clerk(actor, case)
    note = clean_text(looked.note)[:2000]
    faults, day = _inquiry_faults(looked, note, local_day(now)), looked.day
    if faults or day is None:
        raise refused_inputs(faults)
    meeting = None
    if looked.called is not None:
        meeting = meeting_create(called=looked.called, actor=actor, now=now, region_code=case.region_id)
        case_tie(meeting_id=meeting.pk, case=case, actor=actor, now=now)
    made = Inquiry.objects.create(
        case=case,
        method=looked.method,
        day=day,
        note=note,
        meeting=meeting,
        by=actor.name[:40],
        made_at=now,
    )
    data: dict[str, JSON] = {
        "method": looked.method, "day": str(looked.day), "meeting": None if meeting is None else meeting.pk
    }  # fmt: skip
    entry = record.Entry(
        "inquiry", actor, str(Role.CLERK), now, case, before=case.stage, note=note, data=data,
        facts=[Fact(kind="filing.inquiry", region_id=case.region_id, detail=looked.method)],
    )  # fmt: skip
    record.append(entry)
    return made


def _inquiry_faults(looked: Looked, note: str, today: date) -> dict[str, str]:
    faults = {}
    if looked.method not in {option.key for option in METHODS}:
        faults["method"] = NO_METHOD
    if looked.day is None or (looked.method != "symposium" and looked.day > today):
        faults["day"] = NO_INQUIRY_DAY
    if len(note) < 5:
        faults["note"] = NO_NOTE
    return faults


@transaction.atomic
def reminder_send(
    *, case_id: int, letter: str, reply_by: date | None, actor: Actor, now: datetime, advice: bool = False
) -> Case:
    """A reminder 催办函 to the maker whose turn it is, or a letter of advice 函告 where a text is only ambiguous.

    It is a numbered letter, which the maker answers by its day, and a step of the matter.
    """
    case = locked_case(case_id)
    _require_clerk(actor, case)
    if case.lead_id is None or (not advice and case.stage not in REMINDED_AT):
        raise Refusal("not_here", NOT_REMINDED)
    letter, faults = clean_text(letter)[:2000], {}
    if len(letter) < 10:
        faults["letter"] = NO_LETTER
    if reply_by is None or reply_by <= local_day(now):
        faults["reply_by"] = NO_REPLY_DAY
    if faults or reply_by is None:
        raise refused_inputs(faults)
    action = "advised" if advice and "advised" in procedure_get(case.procedure).noted else "reminded"
    drafted = Drafted(
        kind="advise" if action == "advised" else "urge", body=str(case.lead_id), title=case.title[:60], text=letter,
        reply_by=reply_by.isoformat(),
    )  # fmt: skip
    sent = letter_issue(case_id=case.pk, drafted=drafted, actor=actor, now=now)
    entry = record.Entry(
        action, actor, str(Role.CLERK), now, case, before=case.stage, note=letter,
        data={"reply_by": reply_by.isoformat(), "letter": sent.pk, "number": sent.number},
        facts=[Fact(kind="filing.reminded", region_id=case.region_id, body_id=case.lead_id, detail=action)],
    )  # fmt: skip
    record.append(entry)
    return case
