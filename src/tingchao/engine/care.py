"""What may be done to a matter without moving it to another stage, and who may do it when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from tingchao.core.procedure import Action, Procedure
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_inputs, require_ahead
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine import policy, record, timing
from tingchao.engine.files import KeptFile, attachments_of, require_room
from tingchao.engine.models import Assignment, Case
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import locked_case, roles_of, words_pass_on
from tingchao.engine.tools.base import AFTERWARDS, Scene, Tool
from tingchao.engine.tools.clock import CLOCKS
from tingchao.engine.tools.near import NEAR
from tingchao.engine.tools.parts import PARTS
from tingchao.engine.tools.talk import ADD, TALK
from tingchao.engine.tools.watch import WATCH

__all__ = ["ADD", "TOOLS", "action_named", "case_tend", "tools_for"]

_TOOLS: dict[str, Tool] = {tool.action.key: tool for tool in (*TALK, *CLOCKS, *PARTS, *WATCH, *NEAR)}

TOOLS: dict[str, Action] = {key: tool.action for key, tool in _TOOLS.items()}
"""Key → what it is called and asks for."""


def action_named(procedure: Procedure, key: str) -> Action | None:
    """The tool or the action of the procedure that a form names; None for what neither has."""
    return TOOLS.get(key) or next((one for one in procedure.actions if one.key == key), None)


def tools_for(
    case: Case,
    procedure: Procedure,
    roles: frozenset[Role],
    today: date,
    *,
    actor: Actor,
    running: Sequence[Assignment],
    at_end: Sequence[Assignment] = (),
) -> tuple[Action, ...]:
    """The tools that somebody playing `roles` may use on the matter now; `running` are its present assignments,
    `at_end` those that it had when it closed."""
    scene = Scene(case, procedure, roles, today, actor, running)
    late = Scene(case, procedure, roles_of(actor, case, at_end), today, actor, at_end) if at_end else scene
    return tuple(
        tool.action for tool in _TOOLS.values() if _offered(tool, late if tool.afterwards else scene)
    )


def _offered(tool: Tool, scene: Scene) -> bool:
    return bool(scene.roles & set(tool.action.roles)) and not tool.inside and _refused(tool, scene) is None


def _refused(tool: Tool, scene: Scene) -> Refusal | None:
    closed = scene.case.closed_at
    late = closed is not None and tool.afterwards and scene.today <= timing.local_day(closed + AFTERWARDS)
    if closed is not None and not (tool.closed or late):
        return Refusal("closed", gettext_noop("这件事已经办结，要接着办请先重新打开。"))
    return tool.why_not(scene)


def _holding(case: Case, tool: Tool) -> list[Assignment]:
    """The assignments that count for a tool: the present ones, or those at the end for one that comes afterwards."""
    if case.closed_at is not None and tool.afterwards:
        return list(Assignment.objects.filter(case=case, ended_at=case.closed_at))
    return list(Assignment.objects.filter(case=case, ended_at__isnull=True))


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
    """Use one of TOOLS on a matter.

    Raises Refusal "gone", "unknown", "forbidden", "closed", "clock", "not_now", "input", "file".
    """
    if tool not in _TOOLS:
        raise Refusal("unknown", gettext_noop("没有这个操作，请刷新页面再试。"))
    case, used = locked_case(case_id), _TOOLS[tool]
    running = _holding(case, used)
    roles, procedure = roles_of(actor, case, running), procedure_get(case.procedure)
    role = policy.require(roles, set(used.action.roles))
    scene = Scene(case, procedure, roles, timing.local_day(now), actor, running)
    if refused := _refused(used, scene):
        raise refused
    values = clean_inputs(used.action, raw)
    require_ahead(used.action, values, scene.today)
    require_room(used.action, files)
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
    changed = used.does(scene, values, entry)
    record.append(entry, changed=changed)
    more = entry.data.get("amount")
    words_pass_on(case, procedure, entry, files=files, extended=more if isinstance(more, int) else 0)
    if "due_on" in changed:
        _put_off(case)
    return case


def _put_off(case: Case) -> None:
    """Everybody who has the matter has it as long as the matter itself, but for a part with a day of its own."""
    running = case.assignments.filter(ended_at__isnull=True)
    running.exclude(kind=Assignment.Kind.JOINT, task__gt="").update(due_on=case.due_on)
