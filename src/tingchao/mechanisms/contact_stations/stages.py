"""The stages of core tasks, of opinions on drafts, of deliberations and of what these decide: who must act, by when,
and who hears of it when it is overdue."""

from __future__ import annotations

from tingchao.core.limits import Limit, Unit, working_days
from tingchao.core.procedure import Publicity, Segment, Stage
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop

HANDED_DOWN = "代表联络站总站布置任务时写明的期限"
CONFIRMS = "代表联络站核心任务：总站核实"
GUIDES = "代表联络站总站远程指导：五个工作日内回话"
DRAFTS = "《立法法》第四十条：征求意见的情况应当向社会通报"
DELIBERATES = "代表联络站议事制度（请民议事），时限参照 12345 便民热线"
DECIDED = "议事会议定时写明的日期"


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

GUIDANCE_SEGMENTS = (
    Segment("say", gettext_noop("指导"), gettext_noop("总站提了一条"), gettext_noop("总站提了一条")),
    Segment("look", gettext_noop("看"), gettext_noop("总站看回话"), gettext_noop("总站看了回话")),
)

GUIDANCE_STAGES = (
    Stage(
        "advised",
        gettext_noop("等站点回话"),
        "say",
        duty=Role.LIAISON,
        limit=working_days(5, GUIDES),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "heeding",
        gettext_noop("总站看回话"),
        "look",
        duty=Role.CLERK,
        limit=working_days(5, GUIDES),
        escalates_to=(Role.LEADER,),
        rates=True,
    ),
    Stage("guided", gettext_noop("已办结"), "look", end=True, publishes=Publicity.COUNT),
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

DELIBERATION_SEGMENTS = (
    Segment("raise", gettext_noop("提"), gettext_noop("有了议题"), gettext_noop("提出议题")),
    Segment("meet", gettext_noop("议"), gettext_noop("大家一起议"), gettext_noop("大家议过")),
    Segment("act", gettext_noop("办"), gettext_noop("照议定的办"), gettext_noop("照议定的办了")),
    Segment("rate", gettext_noop("评"), gettext_noop("请到会的人评"), gettext_noop("到会的人评过")),
    Segment("known", gettext_noop("知"), gettext_noop("让大家知道"), gettext_noop("告诉大家")),
)

DELIBERATION_STAGES = (
    Stage(
        "topic",
        gettext_noop("定谁来议"),
        "raise",
        gettext_noop("议题提出来了"),
        gettext_noop("议题收到了，%(day)s前定好请哪些人来议。"),
        duty=Role.LIAISON,
        limit=working_days(5, DELIBERATES),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "convening",
        gettext_noop("约时间、发通知"),
        "raise",
        gettext_noop("正在约大家的时间"),
        gettext_noop("参加的人定了，%(day)s前定好时间地点并公布。"),
        duty=Role.LIAISON,
        limit=working_days(5, DELIBERATES),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "deliberation",
        gettext_noop("开会议定"),
        "meet",
        gettext_noop("会约好了，大家一起议"),
        gettext_noop("议事的时间公布了，%(day)s前会有结论。"),
        duty=Role.LIAISON,
        limit=working_days(20, "代表联络站议事制度：提前 3 天公布，每月固定的议事日议"),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "following",
        gettext_noop("跟着办"),
        "act",
        gettext_noop("正照议定的办"),
        gettext_noop("议定的事有人在办，%(day)s前告诉大家办得怎样。"),
        duty=Role.LIAISON,
        limit=Limit(3, Unit.MONTH, "代表联络站议事制度：议定的事三个月内办结或者说明"),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "judging",
        gettext_noop("请到会的人评"),
        "rate",
        gettext_noop("请到会的人评一评"),
        gettext_noop("结果告诉大家了，请到会的人在%(day)s前评一评。"),
        duty=Role.REPORTER,
        limit=working_days(5, "五事工作法：邀民评事"),
        escalates_to=(Role.LIAISON,),
        rates=True,
    ),
    Stage(
        "writing",
        gettext_noop("写给大家看"),
        "known",
        gettext_noop("正在写议事结果"),
        gettext_noop("%(day)s前写好议事结果，在站点公开，不写姓名和电话。"),
        duty=Role.LIAISON,
        limit=working_days(5, "五事工作法：让民知事"),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "proofing",
        gettext_noop("换人把关"),
        "known",
        gettext_noop("正在核对议事结果"),
        gettext_noop("议事结果写好了，正由另一个人核对，%(day)s前公开。"),
        duty=Role.COORDINATOR,
        limit=working_days(2, "《个人信息保护法》第二十五条：公开前由另一人核对"),
        escalates_to=(Role.LEADER,),
    ),
    Stage(
        "deliberation_known",
        gettext_noop("已公开办结"),
        "known",
        gettext_noop("议完办完，已经公开"),
        gettext_noop("这件事%(ended)s。结果已经公开。"),
        end=True,
    ),
    Stage(
        "deliberation_kept",
        gettext_noop("已办结，不公开内容"),
        "known",
        gettext_noop("议完办完，内容不公开"),
        gettext_noop("这件事%(ended)s。内容不公开。"),
        end=True,
        publishes=Publicity.COUNT,
    ),
)

DECISION_SEGMENTS = (
    Segment("give", gettext_noop("交"), gettext_noop("交给单位"), gettext_noop("交给单位")),
    Segment("do", gettext_noop("办"), gettext_noop("单位在办"), gettext_noop("单位办了")),
    Segment("check", gettext_noop("核"), gettext_noop("站点核实"), gettext_noop("站点核实")),
)

DECISION_STAGES = (
    Stage(
        "giving",
        gettext_noop("交给单位"),
        "give",
        duty=Role.LIAISON,
        limit=Limit(1, Unit.MONTH, DECIDED),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
        keeps_clock=True,
    ),
    Stage(
        "carrying_out",
        gettext_noop("照议定的办"),
        "do",
        duty=Role.HANDLER,
        limit=Limit(1, Unit.MONTH, DECIDED),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
        keeps_clock=True,
    ),
    Stage(
        "settling",
        gettext_noop("协调定办"),
        "give",
        duty=Role.COORDINATOR,
        limit=Limit(1, Unit.MONTH, DECIDED),
        escalates_to=(Role.LEADER,),
        keeps_clock=True,
    ),
    Stage(
        "verifying",
        gettext_noop("站点核实"),
        "check",
        duty=Role.LIAISON,
        limit=working_days(5, DELIBERATES),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
        rates=True,
    ),
    Stage(
        "redoing",
        gettext_noop("补办"),
        "do",
        duty=Role.HANDLER,
        limit=working_days(10, DELIBERATES),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage("decision_closed", gettext_noop("已核实办结"), "check", end=True, publishes=Publicity.COUNT),
)
