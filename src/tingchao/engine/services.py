"""Writes of the closed loop. Each is one call, one transaction, one event.

`now` and `actor` are handed in; the policy is asked first; what follows is decided in `core`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import models, transaction

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.ledger import GENESIS, JSON
from tingchao.core.procedure import FactRule, InputKind, Procedure, Publicity
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Standing, Step, decide, ids_of, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.selectors import bodies_for, deputies_for, working_calendar
from tingchao.engine import notices, policy, record, timing
from tingchao.engine.files import KeptFile, attachments_of, require_room
from tingchao.engine.models import Assignment, Case, Fact, Notice
from tingchao.engine.registry import procedure_get
from tingchao.engine.search import words_of
from tingchao.engine.shown import shown_values, texts_for

GONE = gettext_noop("没有找到这件事，请核对编号。")
PUBLIC = ("public_title", "public_text")
MOVED_ON = gettext_noop("这件事刚刚有了新进展，请先看看再办；您写的内容还在。")


@transaction.atomic
def case_open(
    *,
    procedure: Procedure,
    title: str,
    text: str,
    region_code: str,
    channel: str,
    raised_by: str,
    actor: Actor,
    now: datetime,
    place: str = "",
    station_id: int | None = None,
    submission: str | None = None,
    simulated: bool = False,
    files: Sequence[KeptFile] = (),
    beside: Callable[[Case], models.Model] | None = None,
) -> Case:
    """Open a matter at the first stage of its procedure, with its first event, facts and notices.

    `beside` makes the row that only the mechanism needs, one to one with the case. IntegrityError when `submission`
    was used before.
    """
    case = case_draft(
        procedure=procedure,
        title=title,
        text=text,
        region_code=region_code,
        channel=channel,
        raised_by=raised_by,
        now=now,
        place=place,
        station_id=station_id,
        submission=submission,
        simulated=simulated,
        calendar=working_calendar(),
    )
    role = policy.require(policy.roles_to_open(actor, region_code), policy.OPENS)
    record.insert(case)
    entry = opening_entry(case, procedure, actor=actor, role=role, now=now)
    entry.attachments = attachments_of(case, files, audience="reporter")
    entry.data["files"] = [file.digest for file in files]
    entry.beside = [] if beside is None else [beside(case)]
    record.append(entry)
    return case


def case_draft(
    *,
    procedure: Procedure,
    title: str,
    text: str,
    region_code: str,
    channel: str,
    raised_by: str,
    now: datetime,
    calendar: WorkingCalendar,
    place: str = "",
    station_id: int | None = None,
    submission: str | None = None,
    simulated: bool = False,
) -> Case:
    """A matter at the first stage of its procedure, not yet in the database."""
    case = Case(
        procedure=procedure.key,
        year=timing.local_day(now).year,
        title=title,
        text=text,
        place=place,
        region_id=region_code,
        station_id=station_id,
        channel=channel,
        raised_by=raised_by,
        submission=submission,
        simulated=simulated,
        opened_at=now,
        head=GENESIS,
    )
    timing.enter_stage(case, procedure.first, now=now, calendar=calendar)
    return case


def opening_entry(
    case: Case, procedure: Procedure, *, actor: Actor, role: Role, now: datetime
) -> record.Entry:
    """What is recorded when a matter is opened, by whichever path."""
    return record.Entry(
        action="open",
        actor=actor,
        role=str(role),
        now=now,
        case=case,
        data={"channel": case.channel, "text": record.text_digest(case), "files": []},
        facts=[_fact(rule, case, detail=case.channel) for rule in procedure.opening_facts],
        notices=notices.to_duty_holder(case, procedure.first, "arrived"),
        found_by=[words_of(case)],
    )


@transaction.atomic
def case_act(
    *,
    case_id: int,
    action: str,
    raw: Mapping[str, object],
    actor: Actor,
    now: datetime,
    seen: str | None = None,
    files: Sequence[KeptFile] = (),
) -> Case:
    """Take one action of the procedure on a matter.

    `raw` is what was typed; `seen` is `stage_token` of the matter as the actor saw it. Raises Refusal "gone",
    "moved_on", "not_here", "forbidden", "input" and leaves everything as it was.
    """
    case = locked_case(case_id)
    if seen is not None and seen != stage_token(case):
        raise Refusal("moved_on", MOVED_ON)
    procedure = procedure_get(case.procedure)
    roles = policy.roles_to_act(roles_of(actor, case), actor, lead_id=case.lead_id)
    standing = standing_of(case)
    step = decide(procedure, standing, action, raw, roles)
    _require_known(case, step, now)
    require_room(step.action, files)
    return _take(
        case,
        procedure,
        step,
        actor=actor,
        role=policy.require(roles, set(step.action.roles)),
        now=now,
        files=files,
    )


@transaction.atomic
def case_lapse(*, case_id: int, now: datetime) -> Case:
    """Take the action that the clock itself takes when a stage's time is over, e.g. no rating given."""
    case = locked_case(case_id)
    procedure = procedure_get(case.procedure)
    lapsing = next((action for action in procedure.leaving(case.stage) if action.on_due), None)
    if lapsing is None or case.due_at is None or now < case.due_at:
        raise Refusal("not_here", gettext_noop("事项已到别的环节，这个操作现在用不上，请刷新页面看看。"))
    standing = standing_of(case)
    step = decide(procedure, standing, lapsing.key, {}, frozenset({Role.SYSTEM}))
    return _take(case, procedure, step, actor=SYSTEM, role=Role.SYSTEM, now=now)


def _take(
    case: Case,
    procedure: Procedure,
    step: Step,
    *,
    actor: Actor,
    role: Role,
    now: datetime,
    files: Sequence[KeptFile] = (),
) -> Case:
    before = case.stage
    shown = shown_values(step)
    _apply(case, step, now=now)
    case.tier, case.returns, case.outcome = step.tier, step.returns, step.outcome
    timing.enter_stage(case, step.stage, now=now, calendar=working_calendar())
    said, note = texts_for(step)
    entry = record.Entry(
        action=step.action.key,
        actor=actor,
        role=str(role),
        now=now,
        case=case,
        before=before,
        said=said,
        note=note,
        data={"shown": shown, "public": _public(step), "files": [file.digest for file in files]},
        facts=_facts(case, step),
        notices=_notices(case, step, said),
        attachments=attachments_of(case, files, audience="reporter" if step.action.answers else "staff"),
    )
    record.append(entry, changed=_CHANGED)
    return case


_CHANGED = (
    *timing.STAGE_FIELDS,
    "tier",
    "returns",
    "outcome",
    "satisfaction",
    "lead",
    "visibility",
    "public_title",
    "public_text",
)


def _apply(case: Case, step: Step, *, now: datetime) -> None:
    """What an action does to the matter beside its stage: assignments, rating, public account."""
    if step.rating is not None:
        case.satisfaction = str(step.rating)
    elif step.action.answers:
        case.satisfaction = ""
    for item in step.action.inputs:
        if item.sets in PUBLIC:
            setattr(case, item.sets, step.values.get(item.key) or "")
    if step.publishes is not None:
        public = step.publishes is Publicity.ACCOUNT
        case.visibility = Case.Visibility.PUBLIC if public else Case.Visibility.PRIVATE
    elif case.closed_at is not None:
        case.visibility = Case.Visibility.PRIVATE  # reopened: what was known is under work again
        case.lead_id = None  # every assignment ended with the matter
    _assign(case, step, now=now)


def _public(step: Step) -> dict[str, JSON]:
    """What an action makes public, word for word, so that the record shows what was published and when."""
    return {
        item.sets: str(step.values.get(item.key) or "") for item in step.action.inputs if item.sets in PUBLIC
    }


def _assign(case: Case, step: Step, *, now: datetime) -> None:
    due_on = timing.due_day(step.stage, step.tier, now, working_calendar())
    ended: list[str] = []
    made: list[Assignment] = []
    kinds = {InputKind.BODY: "lead", InputKind.BODIES: "joint", InputKind.DEPUTIES: "follow_up"}
    for item in step.action.inputs:
        kind = kinds.get(item.kind)
        if kind is None:
            continue
        ended.append(kind)
        value = step.values.get(item.key)
        ids = (
            [value] if isinstance(value, int) else [entry for entry in value or [] if isinstance(entry, int)]
        )
        if kind == "lead":
            case.lead_id = ids[0] if ids else None
        made += [
            Assignment(
                case=case,
                kind=kind,
                assigned_at=now,
                due_on=due_on,
                **({"deputy_id": key} if kind == "follow_up" else {"body_id": key}),
            )
            for key in ids
        ]
    if step.action.hands_back:
        ended += ["lead", "joint"]
        case.lead_id = None
    if ended or step.stage.end:
        running = case.assignments.filter(ended_at__isnull=True)
        (running if step.stage.end else running.filter(kind__in=ended)).update(ended_at=now)
    if made:
        Assignment.objects.bulk_create(made)


def _facts(case: Case, step: Step) -> list[Fact]:
    facts: list[Fact] = []
    detail = str(step.rating or step.action.outcome or step.outcome)
    deputies = _ids(step, InputKind.DEPUTIES)
    for rule in step.action.facts:
        if rule.per == "deputy":
            facts += [_fact(rule, case, detail=detail, deputy_id=key) for key in deputies]
        elif rule.per == "body":
            facts.append(_fact(rule, case, detail=detail, body_id=case.lead_id))
        else:
            facts.append(_fact(rule, case, detail=detail))
    return facts


def _fact(
    rule: FactRule, case: Case, *, detail: str, body_id: int | None = None, deputy_id: int | None = None
) -> Fact:
    return Fact(
        kind=rule.kind,
        region_id=case.region_id,
        station_id=case.station_id,
        detail=detail,
        body_id=body_id,
        deputy_id=deputy_id,
    )


def _notices(case: Case, step: Step, said: str) -> list[Notice]:
    told = (
        [notices.notice(notices.TO_REPORTER, "moved", stage=step.stage.key)]
        if said or step.action.said
        else []
    )
    if step.stage.duty is Role.REPORTER:
        told = []  # the request to rate says it all
    told += notices.to_duty_holder(case, step.stage, "your_turn")
    told += [notices.notice(notices.to_deputy(key), "follow_up") for key in _ids(step, InputKind.DEPUTIES)]
    told += [notices.notice(notices.to_body(key), "joint") for key in _ids(step, InputKind.BODIES)]
    return told


def _ids(step: Step, kind: InputKind) -> list[int]:
    return [
        key for item in step.action.inputs if item.kind is kind for key in ids_of(step.values.get(item.key))
    ]


def _require_known(case: Case, step: Step, now: datetime) -> None:
    """Raise Refusal "input" when a body or deputy named is not one that this matter may go to."""
    faults: dict[str, str] = {}
    for item in step.action.inputs:
        wanted = ids_of(step.values.get(item.key))
        if not wanted:
            continue
        if item.kind is InputKind.DEPUTIES:
            offered = deputies_for(case.region_id, timing.local_day(now)).filter(pk__in=wanted).count()
            fault = gettext_noop("有的代表已不在任，请另选。")
        else:
            offered = bodies_for(case.region_id).filter(pk__in=wanted).count()
            fault = gettext_noop("这个单位现在不能承办，请另选一个。")
        if offered != len(wanted):
            faults[item.key] = fault
    if faults:
        raise refused_inputs(faults)


# --- the matter as its actors see it ----------------------------------------------------------------------


def standing_of(case: Case) -> Standing:
    """What of a matter a decision looks at."""
    return Standing(case.stage, case.tier, case.returns, case.lead_id is not None, case.outcome)


def stage_token(case: Case) -> str:
    """What a form carries so that it never acts on a matter that has moved on."""
    return f"{case.stage}@{int(case.stage_since.timestamp() * 1_000_000)}"


def locked_case(case_id: int) -> Case:
    """The matter, locked for this transaction; Refusal "gone" when there is none."""
    case = Case.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    if case is None:
        raise Refusal("gone", GONE)
    return case


def roles_of(actor: Actor, case: Case, assigned: Iterable[Assignment] | None = None) -> frozenset[Role]:
    """The roles that an actor plays on a matter now; its present assignments are read unless they are given."""
    if actor.kind == "reporter":
        running: list[Assignment] = []
    elif assigned is None:
        running = list(Assignment.objects.filter(case=case, ended_at__isnull=True))
    else:
        running = list(assigned)
    return policy.roles_on(
        actor,
        case_id=case.pk,
        region_code=case.region_id,
        bodies={one.body_id for one in running if one.body_id is not None},
        deputies={one.deputy_id for one in running if one.deputy_id is not None},
    )
