"""Who else has a part in a matter: joint bodies with a task of their own, deputies asked later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from tingchao.core.procedure import FactRule, Input, InputKind
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Value, ids_of, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.selectors import bodies_for, deputies_for
from tingchao.engine import effects, notices
from tingchao.engine.models import Assignment
from tingchao.engine.record import Entry
from tingchao.engine.tools.base import Scene, Tool, not_now, not_theirs, tool_action

MOST_DEPUTIES, FEWEST_DEPUTIES = 3, 2

SPLIT = tool_action(
    "split",
    gettext_noop("分给会办单位"),
    (Role.LIAISON, Role.COORDINATOR),
    Input("body", gettext_noop("会办单位"), kind=InputKind.BODY),
    Input(
        "note",
        gettext_noop("请它办哪一部分"),
        least=4,
        most=500,
        hint=gettext_noop("会办意见交给主办单位，答复只由主办单位出一份"),
    ),
    Input(
        "until",
        gettext_noop("哪天前交意见"),
        kind=InputKind.DATE,
        required=False,
        hint=gettext_noop("不填就是主办的到期日"),
    ),
)
OPINION = tool_action(
    "opinion",
    gettext_noop("交会办意见"),
    (Role.HANDLER,),
    Input(
        "note",
        gettext_noop("会办意见"),
        least=4,
        most=2000,
        hint=gettext_noop("主办单位看得到，由它统一答复"),
    ),
    Input("photos", gettext_noop("照片"), kind=InputKind.FILES, required=False, most=6),
)
NAME_DEPUTIES = tool_action(
    "name_deputies",
    gettext_noop("补请督办代表"),
    (Role.LIAISON, Role.COORDINATOR),
    Input("deputies", gettext_noop("督办代表"), kind=InputKind.DEPUTIES, least=1, most=MOST_DEPUTIES),
)


def _cannot_split(scene: Scene) -> Refusal | None:
    return None if scene.acted_on else not_now(gettext_noop("有主办单位在办的时候，才能分给会办单位。"))


def _split(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    case, (body_id,) = scene.case, ids_of(values["body"])
    body = bodies_for(case.region_id).filter(pk=body_id).first()
    if body is None:
        raise refused_inputs({"body": effects.NO_SUCH_BODY})
    if body_id == case.lead_id:
        raise refused_inputs({"body": gettext_noop("它就是主办单位，请另选一个。")})
    until = _until(scene, values)
    part = {"task": entry.note, "due_on": until, "replied_at": None, "words": ""}
    running = [one for one in scene.of_kind("joint") if one.body_id == body_id]
    if running:
        Assignment.objects.filter(pk=running[0].pk).update(**part)
    else:
        Assignment.objects.create(case=case, kind="joint", body=body, assigned_at=entry.now, **part)
    entry.data["shown"] = [["会办单位", body.name], ["哪天前交意见", str(until or "")]]
    entry.notices = [notices.notice(notices.to_body(body_id), "joint")]
    return ()


def _until(scene: Scene, values: Mapping[str, Value]) -> date | None:
    """The last day for a part; Refusal "input" when it is over, or later than the whole is due."""
    due, typed = scene.case.due_on, str(values["until"] or "")
    if not typed:
        return due
    until = date.fromisoformat(typed)
    if until < scene.today or (due is not None and scene.today <= due < until):
        raise refused_inputs({"until": gettext_noop("请选今天到主办到期日之间的一天。")})
    return until


def _cannot_reply(scene: Scene) -> Refusal | None:
    joint = scene.joint()
    if joint is None:
        return not_theirs()
    return None if joint.replied_at is None else not_now(gettext_noop("贵单位的会办意见已经交过了。"))


def _reply(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    joint = scene.joint()
    assert joint is not None
    Assignment.objects.filter(pk=joint.pk).update(replied_at=entry.now, words=entry.note)
    if scene.case.lead_id is not None:
        entry.notices = [notices.notice(notices.to_body(scene.case.lead_id), "opinion")]
    return ()


def _cannot_name(scene: Scene) -> Refusal | None:
    if not scene.acted_on:
        return not_now(gettext_noop("有单位在办的时候，才请代表督办。"))
    if len(scene.of_kind("follow_up")) >= FEWEST_DEPUTIES:
        return not_now(gettext_noop("督办代表够了。"))
    return None


def _name(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    case, there = scene.case, {one.deputy_id for one in scene.of_kind("follow_up")}
    fresh = [key for key in ids_of(values["deputies"]) if key not in there]
    names = dict(deputies_for(case.region_id, scene.today).filter(pk__in=fresh).values_list("pk", "name"))
    if len(names) != len(fresh) or not fresh:
        raise refused_inputs({"deputies": effects.NO_SUCH_DEPUTY})
    if len(there) + len(fresh) > MOST_DEPUTIES:
        raise refused_inputs({"deputies": gettext_noop("督办代表最多 3 位，请减少。")})
    follow_up(scene, fresh, entry.now)
    entry.data["shown"] = [["督办代表", "、".join(names[key] for key in fresh)]]
    entry.notices = [notices.notice(notices.to_deputy(key), "follow_up") for key in fresh]
    if kind := scene.procedure.tool_facts.get(NAME_DEPUTIES.key):
        rule = FactRule(kind, "deputy")
        entry.facts = [effects.fact_of(rule, case, detail=case.outcome, deputy_id=key) for key in fresh]
    return ()


def follow_up(scene: Scene, deputies: Sequence[int], now: datetime) -> None:
    """Have these deputies follow a matter up from now on."""
    Assignment.objects.bulk_create(
        Assignment(
            case=scene.case, kind="follow_up", deputy_id=key, assigned_at=now, due_on=scene.case.due_on
        )
        for key in deputies
    )


PARTS = (
    Tool(SPLIT, _split, _cannot_split),
    Tool(OPINION, _reply, _cannot_reply),
    Tool(NAME_DEPUTIES, _name, _cannot_name),
)
