"""核心任务 and 征求意见 as data: a task handed down by the head station, an opinion on an article of a draft."""

from __future__ import annotations

from tingchao.core.procedure import Action, FactRule, Procedure, Publicity, Rating
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.contact_stations import inputs
from tingchao.mechanisms.contact_stations.stages import (
    OPINION_SEGMENTS,
    OPINION_STAGES,
    TASK_SEGMENTS,
    TASK_STAGES,
)

BY_STATION = (Role.LIAISON, Role.COORDINATOR)
CONFIRMED = (FactRule("task.confirmed", of="outcome"),)

CORE_TASKS = Procedure(
    key="core_tasks",
    label=gettext_noop("核心任务"),
    source="代表联络站核心任务（余杭）；《全国人民代表大会和地方各级人民代表大会代表法》（2025）",
    segments=TASK_SEGMENTS,
    stages=TASK_STAGES,
    actions=(
        Action(
            "accept",
            gettext_noop("接单"),
            leaves=("handed",),
            reaches="doing",
            roles=BY_STATION,
            inputs=(inputs.DOER,),
            style="primary",
            facts=(FactRule("task.accepted"),),
        ),
        Action(
            "report",
            gettext_noop("报结果"),
            leaves=("handed", "doing", "mending"),
            reaches="confirming",
            roles=BY_STATION,
            inputs=(inputs.RESULT, inputs.DONE_WITH, inputs.PHOTOS),
            style="primary",
            answers=True,
            facts=(FactRule("task.reported"),),
        ),
        Action(
            "confirm",
            gettext_noop("确认完成"),
            leaves=("confirming",),
            reaches="task_closed",
            roles=(Role.CLERK,),
            inputs=(inputs.NOTE,),
            style="primary",
            rating=Rating.GOOD,
            facts=CONFIRMED,
        ),
        Action(
            "confirm_known",
            gettext_noop("确认，并在站点公开"),
            leaves=("confirming",),
            reaches="task_known",
            roles=(Role.CLERK,),
            inputs=inputs.KNOWN,
            rating=Rating.GOOD,
            publishes=Publicity.ACCOUNT,
            facts=(*CONFIRMED, FactRule("task.made_known")),
        ),
        Action(
            "send_back",
            gettext_noop("退回补做"),
            leaves=("confirming",),
            reaches="mending",
            roles=(Role.CLERK,),
            inputs=(inputs.reason(gettext_noop("还差什么")),),
            style="danger",
            rating=Rating.POOR,
            facts=(FactRule("task.sent_back"),),
        ),
        Action(
            "withdraw_task",
            gettext_noop("撤下公开"),
            leaves=("task_known",),
            reaches="task_closed",
            roles=(Role.CLERK, *BY_STATION),
            inputs=(inputs.reason(gettext_noop("为什么撤下")),),
            style="danger",
            facts=(FactRule("task.withdrawn"),),
        ),
        Action(
            "reopen_task",
            gettext_noop("重新打开"),
            leaves=("task_closed", "task_known"),
            reaches="mending",
            roles=(Role.CLERK,),
            inputs=(inputs.reason(gettext_noop("为什么重新打开")),),
            facts=(FactRule("task.reopened"),),
        ),
    ),
    outcomes=inputs.TASK_OUTCOMES,
    opening_said="",
    opening_facts=(FactRule("task.handed"),),
    raiser=Role.CLERK,
)

RATED = (FactRule("opinion.rated"),)


def _content(key: str, label: str, said: str, rating: Rating, *, style: str = "plain") -> Action:
    """A rating given with one tap."""
    return Action(
        key,
        label,
        leaves=("asking",),
        reaches="opinion_closed",
        roles=(Role.REPORTER,),
        style=style,
        said=said,
        rating=rating,
        facts=RATED,
    )


DRAFT_OPINIONS = Procedure(
    key="draft_opinions",
    label=gettext_noop("草案意见"),
    source="《立法法》第四十条；立法联系点、监督事项征求意见",
    segments=OPINION_SEGMENTS,
    stages=OPINION_STAGES,
    actions=(
        Action(
            "reply",
            gettext_noop("答复采纳情况"),
            leaves=("weighing",),
            reaches="asking",
            roles=(Role.CLERK,),
            inputs=(inputs.ADOPTED, inputs.ANSWER),
            style="primary",
            said=gettext_noop("对您的意见有了答复"),
            answers=True,
            facts=(FactRule("opinion.answered", of="outcome"),),
        ),
        _content("content", gettext_noop("满意"), gettext_noop("您评了满意"), Rating.GOOD, style="primary"),
        _content("fair", gettext_noop("基本满意"), gettext_noop("您评了基本满意"), Rating.FAIR),
        Action(
            "not_content",
            gettext_noop("不满意"),
            leaves=("asking",),
            reaches="weighing",
            roles=(Role.REPORTER,),
            inputs=(inputs.reason(gettext_noop("还有什么没说到"), least=2),),
            said=gettext_noop("您说还没说清楚，退回再研究"),
            rating=Rating.POOR,
            facts=RATED,
        ),
        Action(
            "unrated",
            gettext_noop("到期未评"),
            leaves=("asking",),
            reaches="opinion_closed",
            roles=(Role.SYSTEM,),
            said=gettext_noop("到期没有评，记为未评"),
            rating=Rating.UNRATED,
            on_due=True,
            facts=RATED,
        ),
        Action(
            "reopen_opinion",
            gettext_noop("重新研究"),
            leaves=("opinion_closed",),
            reaches="weighing",
            roles=(Role.CLERK,),
            inputs=(inputs.reason(gettext_noop("为什么重新研究")),),
            said=gettext_noop("您的意见重新研究"),
            facts=(FactRule("opinion.reopened"),),
        ),
    ),
    outcomes=inputs.OPINION_OUTCOMES,
    opening_said=gettext_noop("您对草案提了意见"),
    opening_facts=(FactRule("opinion.heard"),),
)
