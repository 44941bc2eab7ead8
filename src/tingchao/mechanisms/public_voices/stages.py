"""The stages of the five steps with whoever must act, by when, and who hears of it when it is overdue."""

from __future__ import annotations

from tingchao.core.limits import Limit, Unit
from tingchao.core.procedure import Publicity, Segment, Stage
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop

PRACTICE = "代表联络站群众意见办理，参照 12345 便民热线办理时限"


def working_days(amount: int, source: str = PRACTICE) -> Limit:
    return Limit(amount, Unit.WORKING_DAY, source)


SEGMENTS = (
    Segment("hear", gettext_noop("听"), gettext_noop("您说了，代表在看"), gettext_noop("有人说了，代表听了")),
    Segment("deliberate", gettext_noop("议"), gettext_noop("大家议一议"), gettext_noop("大家议过")),
    Segment("act", gettext_noop("办"), gettext_noop("正在办"), gettext_noop("单位办理")),
    Segment("rate", gettext_noop("评"), gettext_noop("请您评一评"), gettext_noop("当事人评价")),
    Segment("known", gettext_noop("知"), gettext_noop("办完让大家知道"), gettext_noop("告诉大家")),
)

STAGES = (
    Stage(
        "sorting",
        gettext_noop("分类受理"),
        "hear",
        gettext_noop("代表和联络员正在看"),
        gettext_noop("代表和联络员正在看，%(day)s前告诉您交给谁办。"),
        duty=Role.LIAISON,
        limit=working_days(2),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "deliberating",
        gettext_noop("议一议"),
        "deliberate",
        gettext_noop("正在请大家商量"),
        gettext_noop("正在请代表和街坊一起商量，%(day)s前告诉您结果。"),
        duty=Role.LIAISON,
        limit=working_days(5),
        tier_limits={
            "urgent": working_days(1),
            "hard": working_days(10),
            "small": working_days(25, "五事工作法：小事在每月固定的议事日议，时限到得了下一个议事日"),
        },
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "acting",
        gettext_noop("办理"),
        "act",
        gettext_noop("正在办"),
        gettext_noop("%(lead)s已接单，%(day)s前给您答复。到期没有答复会自动上报。"),
        duty=Role.HANDLER,
        limit=working_days(5, "参照 12345 便民热线：一般事项 5 个工作日"),
        tier_limits={
            "urgent": working_days(1, "一三五限时办理：简单急事 1 个工作日"),
            "hard": working_days(15, "疑难事项，站点议定"),
        },
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "coordinating",
        gettext_noop("协调定办"),
        "act",
        gettext_noop("正在确定由谁来办"),
        gettext_noop("正在确定由哪个单位来办，%(day)s前告诉您。"),
        duty=Role.COORDINATOR,
        limit=working_days(2),
        escalates_to=(Role.LEADER,),
    ),
    Stage(
        "joined",
        gettext_noop("并案等主件"),
        "act",
        gettext_noop("和同一件事并在一起办"),
        gettext_noop("您说的和别人说的是同一件事，正并在一起办，%(day)s前告诉您结果。"),
        duty=Role.LIAISON,
        limit=working_days(20, "并案随主件答复：疑难事项 15 个工作日，议事 5 个工作日"),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "rating",
        gettext_noop("请反映人评"),
        "rate",
        gettext_noop("请您评一评"),
        gettext_noop("已经答复您了，请在%(day)s前评一评。不满意可以退回重办。"),
        duty=Role.REPORTER,
        limit=working_days(5, "五事工作法：邀民评事"),
        escalates_to=(Role.LIAISON,),
        rates=True,
    ),
    Stage(
        "publishing",
        gettext_noop("让大家知道"),
        "known",
        gettext_noop("正在写办理情况"),
        gettext_noop("谢谢您。我们会在%(day)s前把办理情况写给大家看，不写您的姓名和电话。"),
        duty=Role.LIAISON,
        limit=working_days(5, "五事工作法：让民知事"),
        escalates_to=(Role.COORDINATOR, Role.LEADER),
    ),
    Stage(
        "checking",
        gettext_noop("换人把关"),
        "known",
        gettext_noop("正在核对办理情况"),
        gettext_noop("办理情况写好了，正由另一个人核对，%(day)s前公开，不写您的姓名和电话。"),
        duty=Role.COORDINATOR,
        limit=working_days(2, "《个人信息保护法》第二十五条：公开前由另一人核对"),
        escalates_to=(Role.LEADER,),
    ),
    Stage(
        "known",
        gettext_noop("已公开办结"),
        "known",
        gettext_noop("办完了，已经公开"),
        gettext_noop("这件事%(ended)s。办理情况已经公开。"),
        end=True,
    ),
    Stage(
        "kept",
        gettext_noop("已办结，不公开内容"),
        "known",
        gettext_noop("办完了，内容不公开"),
        gettext_noop("这件事%(ended)s。内容不公开。"),
        end=True,
        publishes=Publicity.COUNT,
    ),
)
