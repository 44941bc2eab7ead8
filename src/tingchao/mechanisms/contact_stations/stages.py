"""The stages of core tasks and of opinions on drafts: who must act, by when, and who hears of it when it is overdue."""

from __future__ import annotations

from tingchao.core.limits import Limit, Unit, working_days
from tingchao.core.procedure import Publicity, Segment, Stage
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop

HANDED_DOWN = "代表联络站总站布置任务时写明的期限"
CONFIRMS = "代表联络站核心任务：总站核实"
DRAFTS = "《立法法》第四十条：征求意见的情况应当向社会通报"


TASK_SEGMENTS = (
    Segment("take", gettext_noop("接"), gettext_noop("站点接下任务"), gettext_noop("站点接下任务")),
    Segment("do", gettext_noop("做"), gettext_noop("站点在做"), gettext_noop("站点做了")),
    Segment("check", gettext_noop("核"), gettext_noop("总站核实"), gettext_noop("总站核实")),
    Segment("known", gettext_noop("知"), gettext_noop("让大家知道"), gettext_noop("告诉大家")),
)

TASK_STAGES = (
    Stage(
        "handed",
        gettext_noop("待接单"),
        "take",
        duty=Role.LIAISON,
        limit=Limit(1, Unit.MONTH, HANDED_DOWN),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "doing",
        gettext_noop("在做"),
        "do",
        duty=Role.LIAISON,
        limit=Limit(1, Unit.MONTH, HANDED_DOWN),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
        keeps_clock=True,
    ),
    Stage(
        "confirming",
        gettext_noop("总站核实"),
        "check",
        duty=Role.CLERK,
        limit=working_days(5, CONFIRMS),
        escalates_to=(Role.LEADER,),
        rates=True,
    ),
    Stage(
        "mending",
        gettext_noop("补做"),
        "do",
        duty=Role.LIAISON,
        limit=working_days(5, CONFIRMS),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage("task_known", gettext_noop("已确认，公开"), "known", end=True),
    Stage("task_closed", gettext_noop("已确认"), "known", end=True, publishes=Publicity.COUNT),
)

OPINION_SEGMENTS = (
    Segment("hear", gettext_noop("听"), gettext_noop("您说了"), gettext_noop("有人提了意见")),
    Segment("weigh", gettext_noop("研究"), gettext_noop("逐条研究"), gettext_noop("逐条研究")),
    Segment("rate", gettext_noop("评"), gettext_noop("请您评一评"), gettext_noop("当事人评价")),
)

OPINION_STAGES = (
    Stage(
        "weighing",
        gettext_noop("研究答复"),
        "weigh",
        gettext_noop("意见收到了，正在逐条研究"),
        gettext_noop("您的意见收到了，%(day)s前逐条答复采纳了没有、为什么。"),
        duty=Role.CLERK,
        limit=working_days(20, DRAFTS),
        escalates_to=(Role.LEADER,),
    ),
    Stage(
        "asking",
        gettext_noop("请提意见的人评"),
        "rate",
        gettext_noop("请您评一评"),
        gettext_noop("已经答复您了，请在%(day)s前评一评。不满意可以退回再研究。"),
        duty=Role.REPORTER,
        limit=working_days(5, DRAFTS),
        escalates_to=(Role.CLERK,),
        rates=True,
    ),
    Stage(
        "opinion_closed",
        gettext_noop("已答复办结"),
        "rate",
        gettext_noop("答复完了"),
        gettext_noop("您的意见%(ended)s。"),
        end=True,
        publishes=Publicity.COUNT,
    ),
)
