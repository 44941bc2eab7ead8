"""The clock of a stage: stopped, started again, made longer by a decision, asked to be longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tingchao.core.limits import Clock, Pause
from tingchao.core.procedure import Action, Input, InputKind
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Value, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.selectors import working_calendar
from tingchao.engine import notices, policy, timing
from tingchao.engine.models import Case
from tingchao.engine.record import Entry
from tingchao.engine.tools.base import Scene, Tool, not_now, not_theirs, tool_action

LONGEST_PAUSE = timedelta(days=30)
"""Of one stage, all its pauses together: a stopped clock must not be a way round a limit."""

AMOUNT = Input(
    "amount",
    gettext_noop("延长几天"),
    kind=InputKind.LINE,
    most=2,
    hint=gettext_noop("按原期限的单位算，不超过原期限"),
)
WRONG_AMOUNT = gettext_noop("请填一个整数，不超过原来的期限。")

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
        AMOUNT,
        Input("note", gettext_noop("为什么延期"), least=4, most=500),
    ),
)
ASK_TIME = tool_action(
    "ask_time",
    gettext_noop("申请延期"),
    (Role.HANDLER,),
    AMOUNT,
    Input(
        "note", gettext_noop("为什么要延期"), least=4, most=500, hint=gettext_noop("由协调人决定，同意才算数")
    ),
)
REFUSE_TIME = tool_action(
    "refuse_time",
    gettext_noop("不同意延期"),
    tuple(policy.EXTENDS),
    Input("note", gettext_noop("为什么不同意"), least=4, most=500),
)


def _paused(scene: Scene) -> bool:
    return scene.case.paused_until is not None and scene.today < scene.case.paused_until


def _cannot_pause(scene: Scene) -> Refusal | None:
    clock = scene.case.running_clock()
    if clock is None or _paused(scene):
        return Refusal("clock", gettext_noop("现在已经停着表。"))
    if not _may_stop(scene.case, clock, scene.today):
        return Refusal("clock", gettext_noop("已经逾期，或者停表满了 30 天，不能再停。"))
    return None


def _pause(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    case, today, until = scene.case, scene.today, date.fromisoformat(str(values["until"]))
    clock = case.running_clock()
    assert clock is not None
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


def _cannot_resume(scene: Scene) -> Refusal | None:
    if scene.case.running_clock() is None or not _paused(scene):
        return Refusal("clock", gettext_noop("现在没有停表。"))
    return None


def _resume(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    case, clock = scene.case, scene.case.running_clock()
    assert clock is not None
    last = clock.pauses[-1]
    case.paused_until = None
    shorter = timing.with_pauses(clock, (*clock.pauses[:-1], Pause(last.start, max(last.start, scene.today))))
    timing.set_clock(case, shorter, calendar=working_calendar())
    return timing.CLOCK_FIELDS


def _cannot_extend(scene: Scene) -> Refusal | None:
    clock = scene.case.running_clock()
    if clock is None or not scene.procedure.extendable:
        return Refusal("clock", gettext_noop("这个环节不能延期。"))
    if clock.extended:
        return Refusal("clock", gettext_noop("这个环节已经延过一次，不能再延。"))
    if _paused(scene):
        return Refusal("clock", gettext_noop("现在停着表，重新计时以后才能延期。"))
    return None


def _extend(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    case, amount = scene.case, _amount(scene.case, values)
    clock = case.running_clock()
    assert clock is not None
    timing.set_clock(case, clock.extend(amount), calendar=working_calendar())
    assert case.due_on is not None
    entry.data["amount"] = amount
    entry.said = f"这件事要多办几天，{case.due_on.month}月{case.due_on.day}日前答复您。"
    entry.notices = [notices.notice(notices.TO_REPORTER, "extended")]
    if case.more_time is not None and case.lead_id is not None:
        entry.notices.append(notices.notice(notices.to_body(case.lead_id), "time_granted"))
    case.more_time = None
    return (*timing.CLOCK_FIELDS, "more_time")


def _amount(case: Case, values: Mapping[str, Value]) -> int:
    """By how much the limit is to become longer; Refusal "input" when it is no number up to the limit again."""
    clock, typed = case.running_clock(), str(values["amount"])
    assert clock is not None
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= clock.limit.amount):
        raise refused_inputs({"amount": WRONG_AMOUNT})
    return int(typed)


def _cannot_ask(scene: Scene) -> Refusal | None:
    if not scene.leads():
        return not_theirs()
    if not scene.acted_on:
        return not_now(gettext_noop("现在不是您单位在办，不用申请延期。"))
    if scene.case.more_time is not None:
        return not_now(gettext_noop("已经申请过，正等协调人决定。"))
    return _cannot_extend(scene)


def _ask(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    amount = _amount(scene.case, values)
    scene.case.more_time = {"amount": amount, "why": entry.note, "on": scene.today.isoformat()}
    entry.data["asked"] = amount
    entry.data["shown"] = [[AMOUNT.label, str(amount)]]
    entry.notices = [notices.notice(notices.to_role(Role.COORDINATOR, scene.case.region_id), "time_asked")]
    return ("more_time",)


def _nothing_asked(scene: Scene) -> Refusal | None:
    return None if scene.case.more_time is not None else not_now(gettext_noop("现在没有人申请延期。"))


def _refuse(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    scene.case.more_time = None
    if scene.case.lead_id is not None:
        entry.notices = [notices.notice(notices.to_body(scene.case.lead_id), "time_refused")]
    return ("more_time",)


CLOCKS = (
    Tool(PAUSE, _pause, _cannot_pause),
    Tool(RESUME, _resume, _cannot_resume),
    Tool(EXTEND, _extend, _cannot_extend),
    Tool(ASK_TIME, _ask, _cannot_ask),
    Tool(REFUSE_TIME, _refuse, _nothing_asked),
)
