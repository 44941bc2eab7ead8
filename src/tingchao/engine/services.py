"""Writes of the closed loop. Each is one call, one transaction, one event.

`now` and `actor` are handed in; the policy is asked first; what follows is decided in `core`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime

from django.db import models, transaction

from tingchao.core.ledger import JSON
from tingchao.core.limits import Limit
from tingchao.core.numbering import parse_number
from tingchao.core.procedure import InputKind, Procedure
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Standing, Step, decide, refused_inputs, require_ahead
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.selectors import working_calendar
from tingchao.engine import effects, merging, notices, policy, record, timing
from tingchao.engine.files import KeptFile, attachments_of, require_room
from tingchao.engine.lookups import ASKING, Lookups
from tingchao.engine.models import Assignment, Case
from tingchao.engine.opening import case_draft, opening_entry, opening_role
from tingchao.engine.registry import procedure_get, room_of
from tingchao.engine.shown import shown_values
from tingchao.engine.through import Through

GONE = gettext_noop("没有找到这件事，请核对编号。")
APART = gettext_noop("这一步有自己的页面，请从事项旁边的卡片进去办。")
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
    through: Through | None = None,
    limit: Limit | None = None,
    lead_id: int | None = None,
) -> Case:
    """Open a matter at the first stage of its procedure, with its first event, facts and notices.

    `limit` is the one of the first stage where whoever raises the matter names the last day. `beside` makes the row
    that only the mechanism needs, one to one with the case; `through` is the printed code by which it came.
    `lead_id` is the body that raises the matter, where its procedure is raised by bodies. IntegrityError when
    `submission` was used before.
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
        limit=limit,
    )
    role = opening_role(procedure, actor, region_code, lead_id)
    case.lead_id = lead_id
    record.insert(case)
    if lead_id is not None:
        Assignment.objects.create(case=case, kind=Assignment.Kind.LEAD, body_id=lead_id, assigned_at=now)
    entry = opening_entry(case, procedure, actor=actor, role=role, now=now)
    entry.attachments = attachments_of(case, files, audience="reporter")
    entry.data["files"] = [file.digest for file in files]
    entry.beside = [] if beside is None else [beside(case)]
    if through is not None:
        entry.data |= through.noted()
        entry.facts.append(through.fact(case))
        entry.notices += through.notices()
    record.append(entry)
    return case


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
    apart: bool = False,
) -> Case:
    """Take one action of the procedure on a matter.

    `raw` is what was typed; `seen` is `stage_token` of the matter as the actor saw it; `apart` is said by the service
    of a mechanism whose own page hands in what the action needs beside its inputs. Raises Refusal "gone", "moved_on",
    "not_here", "forbidden", "input", "apart" and leaves everything as it was.
    """
    main = merging.main_locked(action, raw)
    case = locked_case(case_id)
    if seen is not None and seen != stage_token(case):
        raise Refusal("moved_on", MOVED_ON)
    procedure = procedure_get(case.procedure)
    step, role = step_decided(case, action, raw, roles_of(actor, case), actor=actor, now=now, apart=apart)
    _require_main(case, main, procedure, step, actor)
    require_room(step.action, files)
    return _take(case, procedure, step, actor=actor, role=role, now=now, files=files, main=main)


def step_decided(
    case: Case,
    action: str,
    raw: Mapping[str, object],
    playing: Set[Role],
    *,
    actor: Actor,
    now: datetime,
    apart: bool = False,
    lookups: Lookups = ASKING,
) -> tuple[Step, Role]:
    """The step that an action takes, and the role of `playing` under which; raises the refusals of `case_act`."""
    roles = policy.roles_to_act(playing, actor, lead_id=case.lead_id)
    step = decide(procedure_get(case.procedure), standing_of(case), action, raw, roles, actor.key)
    if step.action.apart and not apart:
        raise Refusal("apart", APART)
    require_ahead(step.action, step.values, timing.local_day(now))
    _require_ready(case, step)
    effects.require_known(case, step, now, lookups)
    step = effects.resolved(case, step, now)
    return step, policy.require(roles, set(step.action.roles))


def _require_ready(case: Case, step: Step) -> None:
    """Raise Refusal "not_now" when the mechanism of a matter says (`step_fault` of its selectors) what is to be done
    first, e.g. hold the meeting whose result is to be told."""
    fault_of = getattr(room_of(case.procedure, "selectors"), "step_fault", None)
    if fault_of is not None and (fault := fault_of(case, step.action.key)):
        raise Refusal("not_now", fault)


def _require_main(case: Case, main: Case | None, procedure: Procedure, step: Step, actor: Actor) -> None:
    """Raise Refusal "input" when the matter that `step` merges into cannot be the main one."""
    item = next((one for one in step.action.inputs if one.kind is InputKind.CASE), None)
    if item is None:
        return
    number = parse_number(str(step.values[item.key]))
    found = main or Case.objects.filter(pk=number.serial, year=number.year).first()
    plays = frozenset() if found is None else roles_of(actor, found) & set(step.action.roles)
    if fault := merging.main_fault(case, main, number, procedure, plays):
        raise refused_inputs({item.key: fault})


@transaction.atomic
def case_lapse(*, case_id: int, now: datetime) -> Case:
    """Take the action that the clock itself takes when a stage's time is over, e.g. no rating given."""
    case = locked_case(case_id)
    procedure = procedure_get(case.procedure)
    step = lapse_decided(case, now)
    return _take(case, procedure, step, actor=SYSTEM, role=Role.SYSTEM, now=now)


def lapse_decided(case: Case, now: datetime) -> Step:
    """The step that the clock itself takes; Refusal "not_here" where there is none, or it is too early."""
    procedure = procedure_get(case.procedure)
    lapsing = next((action for action in procedure.leaving(case.stage) if action.on_due), None)
    if lapsing is None or case.due_at is None or now < case.due_at:
        raise Refusal("not_here", gettext_noop("事项已到别的环节，这个操作现在用不上，请刷新页面看看。"))
    return decide(procedure, standing_of(case), lapsing.key, {}, frozenset({Role.SYSTEM}))


def _take(
    case: Case,
    procedure: Procedure,
    step: Step,
    *,
    actor: Actor,
    role: Role,
    now: datetime,
    files: Sequence[KeptFile] = (),
    main: Case | None = None,
) -> Case:
    before = case.stage
    shown = shown_values(step)
    effects.apply(case, step, now=now)
    effects.move_on(case, step, actor=actor, now=now)
    if main is not None:
        case.joined = main
    entry = effects.entry_of(
        case, step, before=before, shown=shown, actor=actor, role=role, now=now, files=files
    )
    entry.notices = effects.notices_of(case, step, entry.said)
    entry.attachments = effects.attached(case, step, files)
    record.append(entry, changed=_CHANGED)
    if main is not None:
        _repoint(case, main, actor=actor, role=role, now=now)
    words_pass_on(case, procedure, entry, answers=step.action.answers, files=files)
    _tell_mechanism(case, step, actor=actor, role=role, now=now)
    return case


def _tell_mechanism(case: Case, step: Step, *, actor: Actor, role: Role, now: datetime) -> None:
    """What a mechanism does in the same transaction once a step is taken (`step_taken` of its services), e.g. tells
    whoever raised the matter that a topic came from."""
    taken = getattr(room_of(case.procedure, "services"), "step_taken", None)
    if taken is not None:
        taken(case, step, actor=actor, role=str(role), now=now)


def _repoint(case: Case, main: Case, *, actor: Actor, role: Role, now: datetime) -> None:
    """What waited for a matter that is merged itself waits for its main matter."""
    for child in Case.objects.select_for_update(no_key=True).filter(joined=case).order_by("id"):
        child.joined = main
        data: dict[str, JSON] = {"main": main.number}
        moved = record.Entry("repointed", actor, str(role), now, child, before=child.stage, data=data)
        record.append(moved, changed=("joined",))


def words_pass_on(
    case: Case,
    procedure: Procedure,
    entry: record.Entry,
    *,
    answers: bool = False,
    files: Sequence[KeptFile] = (),
    extended: int = 0,
) -> None:
    """Give what was said to whoever raised a main matter to everybody whose matter was merged into it.

    An answer brings each of them to their own rating; any other word is one more event. `extended` is by how many
    units the main matter's limit became longer: theirs follows it.
    """
    if not entry.said or procedure.merging is None or entry.role == Role.REPORTER:
        return
    for child in merging.waiting_for(case, procedure):
        if answers:
            relay = procedure.action(procedure.merging.relay)
            told = {item.key: entry.said for item in relay.inputs}
            step = decide(procedure, standing_of(child), relay.key, told, frozenset({Role.SYSTEM}))
            _take(
                child, procedure, step, actor=entry.actor, role=Role(entry.role), now=entry.now, files=files
            )
            continue
        changed = timing.extended(child, extended, calendar=working_calendar())
        record.append(_told(child, case, entry, files), changed=changed)


def _told(child: Case, main: Case, entry: record.Entry, files: Sequence[KeptFile]) -> record.Entry:
    return record.Entry(
        action="passed_on",
        actor=entry.actor,
        role=entry.role,
        now=entry.now,
        case=child,
        before=child.stage,
        said=entry.said,
        data={"main": main.number, "files": [file.digest for file in files]},
        notices=[notices.notice(notices.TO_REPORTER, "progress")],
        attachments=attachments_of(child, files, audience="reporter"),
    )


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
    "joined",
)


# --- the matter as its actors see it ----------------------------------------------------------------------


def standing_of(case: Case) -> Standing:
    """What of a matter a decision looks at."""
    return Standing(
        stage=case.stage,
        tier=case.tier,
        returns=case.returns,
        led=case.lead_id is not None,
        outcome=case.outcome,
        brought_by=case.brought_by,
        merged=case.joined_id is not None,
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
