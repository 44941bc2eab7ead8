"""Watching over a matter: supervision from above, deputies' visits and ratings, and what the body says to a rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tingchao.core.procedure import Audience, FactRule, Input, InputKind, Option
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Value, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.engine import effects, notices, policy
from tingchao.engine.models import Assignment, Notice
from tingchao.engine.record import Entry
from tingchao.engine.tools.base import Scene, Tool, not_now, not_theirs, tool_action

GRADES = (
    Option("good", gettext_noop("满意")),
    Option("fair", gettext_noop("基本满意")),
    Option("poor", gettext_noop("不满意")),
)

SUPERVISE = tool_action(
    "supervise",
    gettext_noop("列为督办"),
    tuple(policy.SUPERVISES),
    Input("note", gettext_noop("督办要求"), least=4, most=500),
)
LIFT = tool_action(
    "lift",
    gettext_noop("解除督办"),
    tuple(policy.SUPERVISES),
    Input("note", gettext_noop("为什么解除"), least=2, most=500),
)
VISIT = tool_action(
    "visit",
    gettext_noop("记走访调研"),
    (Role.DEPUTY,),
    Input("on", gettext_noop("哪天去的"), kind=InputKind.DATE),
    Input("note", gettext_noop("看到了什么"), least=5, most=2000),
    Input("photos", gettext_noop("照片"), kind=InputKind.FILES, required=False, most=6),
)
DEPUTY_RATE = tool_action(
    "deputy_rate",
    gettext_noop("代表评价"),
    (Role.DEPUTY,),
    Input("rating", gettext_noop("办得怎么样"), kind=InputKind.CHOICE, options=GRADES),
    Input("said", gettext_noop("为什么这样评"), least=2, most=500, audience=Audience.REPORTER),
)
REPLY_RATING = tool_action(
    "reply_rating",
    gettext_noop("回应评价"),
    (Role.HANDLER,),
    Input("said", gettext_noop("对评价的回应"), least=5, most=1000, audience=Audience.REPORTER),
)


def _supervised_already(scene: Scene) -> Refusal | None:
    return None if scene.case.supervised_at is None else not_now(gettext_noop("这件事已经在督办。"))


def _supervise(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    case = scene.case
    case.supervised_at = entry.now
    entry.notices = _staff_on_duty(scene, "supervised")
    if case.lead_id is not None and scene.stage.duty is not Role.HANDLER:
        entry.notices.append(notices.notice(notices.to_body(case.lead_id), "supervised"))
    return ("supervised_at",)


def _staff_on_duty(scene: Scene, template: str) -> list[Notice]:
    """The notice to whoever must act; whoever raised the matter is not pressed to rate it."""
    waits = scene.stage.duty is Role.REPORTER
    return [] if waits else notices.to_duty_holder(scene.case, scene.stage, template)


def _not_supervised(scene: Scene) -> Refusal | None:
    return not_now(gettext_noop("这件事没有在督办。")) if scene.case.supervised_at is None else None


def _lift(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    scene.case.supervised_at = None
    entry.notices = _staff_on_duty(scene, "lifted")
    return ("supervised_at",)


def _cannot_visit(scene: Scene) -> Refusal | None:
    if VISIT.key not in scene.procedure.tool_facts:
        return not_now(gettext_noop("这类事不记走访。"))
    return None if scene.follow_up() is not None else not_theirs()


def _visit(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    on = date.fromisoformat(str(values["on"]))
    if not scene.case.opened_at.date() <= on <= scene.today:
        raise refused_inputs({"on": gettext_noop("请选反映那天到今天之间的一天。")})
    entry.data["shown"] = [["哪天去的", on.isoformat()]]
    _fact(scene, VISIT.key, entry, detail="")
    return ()


def _cannot_rate(scene: Scene) -> Refusal | None:
    mine = scene.follow_up()
    if mine is None:
        return not_theirs()
    if DEPUTY_RATE.key not in scene.procedure.tool_facts or not scene.answered:
        return not_now(gettext_noop("单位答复以后，才请督办代表评价。"))
    return not_now(gettext_noop("您已经评过了。")) if mine.rating else None


def _rate(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    mine, rating = scene.follow_up(), str(values["rating"])
    assert mine is not None
    Assignment.objects.filter(pk=mine.pk).update(rating=rating, words=entry.said, replied_at=entry.now)
    grade = next(option.label for option in GRADES if option.key == rating)
    entry.said = f"{grade}。{entry.said}"
    _fact(scene, DEPUTY_RATE.key, entry, detail=rating)
    entry.notices = [notices.notice(notices.TO_REPORTER, "progress")]
    if scene.case.lead_id is not None:
        entry.notices.append(notices.notice(notices.to_body(scene.case.lead_id), "deputy_rated"))
    return ()


def _fact(scene: Scene, tool: str, entry: Entry, *, detail: str) -> None:
    rule = FactRule(scene.procedure.tool_facts[tool], "deputy")
    entry.facts = [effects.fact_of(rule, scene.case, detail=detail, deputy_id=scene.actor.deputy_id)]


def _nothing_rated(scene: Scene) -> Refusal | None:
    if not scene.leads():
        return not_theirs()
    rated = scene.case.satisfaction in {option.key for option in GRADES}
    if rated or any(one.rating for one in scene.of_kind("follow_up")):
        return None
    return not_now(gettext_noop("还没有人评价。"))


def _reply(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    entry.notices = [notices.notice(notices.TO_REPORTER, "progress")]
    return ()


WATCH = (
    Tool(SUPERVISE, _supervise, _supervised_already),
    Tool(LIFT, _lift, _not_supervised),
    Tool(VISIT, _visit, _cannot_visit),
    Tool(DEPUTY_RATE, _rate, _cannot_rate, afterwards=True),
    Tool(REPLY_RATING, _reply, _nothing_rated, afterwards=True),
)
