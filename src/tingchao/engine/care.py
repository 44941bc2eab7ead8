"""What may be done to a matter without moving it to another stage: a note, urging, stopping the clock, more time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime, timedelta

from django.db import transaction

from tingchao.core.limits import Clock, Pause
from tingchao.core.procedure import Action, Audience, Input, InputKind, Procedure
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Value, clean_inputs, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import working_calendar
from tingchao.engine import notices, policy, record, timing
from tingchao.engine.files import KeptFile, attachments_of, require_room
from tingchao.engine.models import Case
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import locked_case, roles_of, words_pass_on

LONGEST_PAUSE = timedelta(days=30)
"""Of one stage, all its pauses together: a stopped clock must not be a way round a limit."""

NOTE = Action(
    key="note",
    label=gettext_noop("内部留言"),
    leaves=(),
    reaches="",
    roles=tuple(policy.NOTES),
    inputs=(Input("note", gettext_noop("留言"), most=1000, hint=gettext_noop("只有办这件事的人看得到")),),
)
TELL = Action(
    key="tell",
    label=gettext_noop("告诉反映人进展"),
    leaves=(),
    reaches="",
    roles=(Role.HANDLER, Role.LIAISON, Role.COORDINATOR),
    inputs=(Input("said", gettext_noop("进展"), least=5, most=1000, audience=Audience.REPORTER),),
)
URGE = Action(
    key="urge",
    label=gettext_noop("催办"),
    leaves=(),
    reaches="",
    roles=tuple(policy.URGES),
    inputs=(Input("note", gettext_noop("催什么"), most=500),),
)
PAUSE = Action(
    key="pause",
    label=gettext_noop("停表"),
    leaves=(),
    reaches="",
    roles=tuple(policy.STOPS_CLOCKS),
    inputs=(
        Input(
            "until",
            gettext_noop("停到哪天"),
            kind=InputKind.DATE,
            hint=gettext_noop("加起来最多停 30 天，到这天重新计时"),
        ),
        Input("note", gettext_noop("为什么停"), least=4, most=500),
    ),
)
RESUME = Action(
    key="resume",
    label=gettext_noop("重新计时"),
    leaves=(),
    reaches="",
    roles=tuple(policy.STOPS_CLOCKS),
    inputs=(Input("note", gettext_noop("说明"), required=False, most=500),),
)
EXTEND = Action(
    key="extend",
    label=gettext_noop("批准延期"),
    leaves=(),
    reaches="",
    roles=tuple(policy.EXTENDS),
    inputs=(
        Input(
            "amount",
            gettext_noop("延长几天"),
            kind=InputKind.LINE,
            most=2,
            hint=gettext_noop("按原期限的单位算，不超过原期限"),
        ),
        Input("note", gettext_noop("为什么延期"), least=4, most=500),
    ),
)
ADD = Action(
    key="add",
    label=gettext_noop("补充一句或一张照片"),
    leaves=(),
    reaches="",
    roles=(Role.REPORTER,),
    inputs=(
        Input("said", gettext_noop("补充什么"), most=1000, audience=Audience.REPORTER),
        Input("photos", gettext_noop("照片"), kind=InputKind.FILES, required=False, most=6),
    ),
)
TOOLS: dict[str, Action] = {tool.key: tool for tool in (NOTE, TELL, URGE, PAUSE, RESUME, EXTEND, ADD)}


def action_named(procedure: Procedure, key: str) -> Action | None:
    """The tool or the action of the procedure that a form names; None for what neither has."""
    return TOOLS.get(key) or next((one for one in procedure.actions if one.key == key), None)


Doing = Callable[[Case, Mapping[str, Value], record.Entry], Sequence[str]]
"""What a tool does to the locked matter and the entry; returns the names of the attributes it changed."""


def tools_for(case: Case, procedure: Procedure, roles: Set[Role], today: date) -> tuple[Action, ...]:
    """The tools that somebody playing `roles` may use on the matter now."""
    if case.closed_at is not None:
        return (NOTE,) if roles & set(NOTE.roles) else ()
    paused = case.paused_until is not None and today < case.paused_until
    clock = case.running_clock()
    hidden = {RESUME.key if not paused else PAUSE.key, ADD.key}
    if clock is None or not _may_stop(case, clock, today):
        hidden.add(PAUSE.key)
    if clock is None or clock.extended or paused or not procedure.extendable:
        hidden.add(EXTEND.key)
    return tuple(tool for tool in TOOLS.values() if tool.key not in hidden and roles & set(tool.roles))


@transaction.atomic
def case_tend(
    *,
    case_id: int,
    tool: str,
    raw: Mapping[str, object],
    actor: Actor,
    now: datetime,
    files: Sequence[KeptFile] = (),
) -> Case:
    """Use one of TOOLS on a matter. Raises Refusal "gone", "unknown", "forbidden", "input", "closed", "clock"."""
    if tool not in TOOLS:
        raise Refusal("unknown", gettext_noop("没有这个操作，请刷新页面再试。"))
    case = locked_case(case_id)
    action = TOOLS[tool]
    role = policy.require(roles_of(actor, case), set(action.roles))
    if case.closed_at is not None and tool != NOTE.key:
        raise Refusal("closed", gettext_noop("这件事已经办结，要接着办请先重新打开。"))
    values = clean_inputs(action, raw)
    require_room(action, files)
    entry = record.Entry(
        action=tool,
        actor=actor,
        role=str(role),
        now=now,
        case=case,
        before=case.stage,
        said=str(values.get("said") or ""),
        note=str(values.get("note") or ""),
        attachments=attachments_of(case, files, audience="reporter" if "said" in values else "staff"),
    )
    entry.data["files"] = [file.digest for file in files]
    changed = _DOES[tool](case, values, entry)
    record.append(entry, changed=changed)
    more = entry.data.get("amount")
    words_pass_on(
        case,
        procedure_get(case.procedure),
        entry,
        files=files,
        extended=more if isinstance(more, int) else 0,
    )
    if changed:
        case.assignments.filter(ended_at__isnull=True).update(due_on=case.due_on)
    return case


def _note(case: Case, values: Mapping[str, Value], entry: record.Entry) -> Sequence[str]:
    return ()


def _tell(case: Case, values: Mapping[str, Value], entry: record.Entry) -> Sequence[str]:
    entry.notices = [notices.notice(notices.TO_REPORTER, "progress")]
    return ()


def _add(case: Case, values: Mapping[str, Value], entry: record.Entry) -> Sequence[str]:
    stage = procedure_get(case.procedure).stage(case.stage)
    if stage.duty is not Role.REPORTER:
        entry.notices = notices.to_duty_holder(case, stage, "added")
    return ()


def _urge(case: Case, values: Mapping[str, Value], entry: record.Entry) -> Sequence[str]:
    stage = procedure_get(case.procedure).stage(case.stage)
    entry.notices = notices.to_duty_holder(case, stage, "urged")
    return ()


def _pause(case: Case, values: Mapping[str, Value], entry: record.Entry) -> Sequence[str]:
    today, until = timing.local_day(entry.now), date.fromisoformat(str(values["until"]))
    clock = case.running_clock()
    if clock is None or (case.paused_until is not None and today < case.paused_until):
        raise Refusal("clock", gettext_noop("现在已经停着表。"))
    if not _may_stop(case, clock, today):
        raise Refusal("clock", gettext_noop("已经逾期，或者停表满了 30 天，不能再停。"))
    if not today < until <= today + LONGEST_PAUSE - _stopped(clock):
        raise refused_inputs(
            {"until": gettext_noop("请选明天以后的一天，一个环节里停表加起来不超过 30 天。")}
        )
    case.paused_until = until
    timing.set_clock(case, clock.paused(today, until), calendar=working_calendar())
    entry.data["until"] = until.isoformat()
    return timing.CLOCK_FIELDS


def _may_stop(case: Case, clock: Clock, today: date) -> bool:
    """Whether the clock of this stage may be stopped (again): not once it is overdue, nor past LONGEST_PAUSE."""
    return case.due_on is not None and today <= case.due_on and _stopped(clock) < LONGEST_PAUSE


def _stopped(clock: Clock) -> timedelta:
    """How long the clock of this stage has stood still, or is to stand still."""
    return sum((pause.end - pause.start for pause in clock.pauses), timedelta())


def _resume(case: Case, values: Mapping[str, Value], entry: record.Entry) -> Sequence[str]:
    today = timing.local_day(entry.now)
    clock = case.running_clock()
    if clock is None or case.paused_until is None or today >= case.paused_until:
        raise Refusal("clock", gettext_noop("现在没有停表。"))
    last = clock.pauses[-1]
    case.paused_until = None
    shorter = timing.with_pauses(clock, (*clock.pauses[:-1], Pause(last.start, max(last.start, today))))
    timing.set_clock(case, shorter, calendar=working_calendar())
    return timing.CLOCK_FIELDS


def _extend(case: Case, values: Mapping[str, Value], entry: record.Entry) -> Sequence[str]:
    clock = case.running_clock()
    amount = str(values["amount"])
    if clock is None or not procedure_get(case.procedure).extendable:
        raise Refusal("clock", gettext_noop("这个环节不能延期。"))
    if clock.extended:
        raise Refusal("clock", gettext_noop("这个环节已经延过一次，不能再延。"))
    if not (amount.isascii() and amount.isdigit() and 1 <= int(amount) <= clock.limit.amount):
        raise refused_inputs({"amount": gettext_noop("请填一个整数，不超过原来的期限。")})
    timing.set_clock(case, clock.extend(int(amount)), calendar=working_calendar())
    entry.data["amount"] = int(amount)
    assert case.due_on is not None
    entry.said = f"这件事要多办几天，{case.due_on.month}月{case.due_on.day}日前答复您。"
    entry.notices = [notices.notice(notices.TO_REPORTER, "extended")]
    return timing.CLOCK_FIELDS


_DOES: dict[str, Doing] = {
    NOTE.key: _note,
    TELL.key: _tell,
    ADD.key: _add,
    URGE.key: _urge,
    PAUSE.key: _pause,
    RESUME.key: _resume,
    EXTEND.key: _extend,
}
