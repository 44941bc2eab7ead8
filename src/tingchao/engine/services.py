"""Writes of the closed loop. Each is one call, one transaction, one event.

`now` and `actor` are handed in; the policy is asked first; what follows is decided in `core`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import models, transaction

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.ledger import GENESIS
from tingchao.core.procedure import Procedure
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Standing, Step, decide
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.selectors import working_calendar
from tingchao.engine import effects, notices, policy, record, timing
from tingchao.engine.files import KeptFile, attachments_of, require_room
from tingchao.engine.models import Assignment, Case
from tingchao.engine.registry import procedure_get
from tingchao.engine.search import words_of
from tingchao.engine.shown import shown_values, texts_for

GONE = gettext_noop("没有找到这件事，请核对编号。")
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
        actor=actor,
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
    actor: Actor,
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
        brought_by=actor.key,
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
        facts=[effects.fact_of(rule, case, detail=case.channel) for rule in procedure.opening_facts],
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
    step = decide(procedure, standing, action, raw, roles, actor.key)
    effects.require_known(case, step, now)
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
    effects.apply(case, step, now=now)
    case.tier, case.returns, case.outcome = step.tier, step.returns, step.outcome
    timing.enter_stage(case, step.stage, now=now, calendar=working_calendar())
    case.brought_by = actor.key
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
        data={
            "shown": shown,
            "public": effects.published(case, step, files),
            "files": [file.digest for file in files],
        },
        facts=effects.facts_of(case, step),
        notices=effects.notices_of(case, step, said),
        attachments=effects.attached(case, step, files),
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
    "brought_by",
)


# --- the matter as its actors see it ----------------------------------------------------------------------


def standing_of(case: Case) -> Standing:
    """What of a matter a decision looks at."""
    return Standing(
        case.stage, case.tier, case.returns, case.lead_id is not None, case.outcome, case.brought_by
    )


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
