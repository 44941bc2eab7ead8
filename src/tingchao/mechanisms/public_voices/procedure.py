"""听民说事, 请民议事, 帮民办事, 邀民评事, 让民知事: the five steps (五事工作法) as data."""

from __future__ import annotations

from tingchao.core.limits import Limit, Unit
from tingchao.core.procedure import (
    Action,
    Audience,
    Branch,
    FactRule,
    Input,
    InputKind,
    Option,
    Procedure,
    Publicity,
    Rating,
    Segment,
    Stage,
)
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop

PRACTICE = "代表联络站群众意见办理，参照 12345 便民热线办理时限"


def _working_days(amount: int, source: str = PRACTICE) -> Limit:
    return Limit(amount, Unit.WORKING_DAY, source)


TIERS = (
    Option("urgent", gettext_noop("急事")), Option("ordinary", gettext_noop("一般")),
    Option("small", gettext_noop("小事")), Option("hard", gettext_noop("难事")),
)  # fmt: skip

OUTCOMES = (
    Option("done", gettext_noop("已解决")), Option("planned", gettext_noop("已列入计划")),
    Option("impossible", gettext_noop("目前办不了")), Option("answered", gettext_noop("当场答复")),
    Option("explained", gettext_noop("议后说明")), Option("declined", gettext_noop("不予受理")),
)  # fmt: skip

GROUNDS = (
    Option("lawsuit", gettext_noop("已经或应当打官司")), Option("review", gettext_noop("应当申请行政复议")),
    Option("arbitration", gettext_noop("应当申请仲裁")), Option("petition", gettext_noop("已进入信访程序")),
    Option("internal", gettext_noop("单位内部事务")), Option("private", gettext_noop("民间纠纷，可申请人民调解")),
)  # fmt: skip

LEAD = Input("lead", gettext_noop("主办单位"), kind=InputKind.BODY)
JOINT = Input("joint", gettext_noop("会办单位"), kind=InputKind.BODIES, required=False, most=5)
FOLLOW_UP = Input(
    "deputies",
    gettext_noop("督办代表"),
    kind=InputKind.DEPUTIES,
    least=2,
    most=3,
    hint=gettext_noop("请 2 到 3 位代表全程跟着"),
    source="五事工作法：帮民办事",
)
TIER = Input("tier", gettext_noop("轻重缓急"), kind=InputKind.CHOICE, options=TIERS, sets="tier")
ANSWER = Input(
    "answer",
    gettext_noop("给反映人的答复"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("用大白话写清做了什么、接下来什么时候"),
)


HANDED_OVER = (FactRule("voice.assigned", "body"), FactRule("deputy.follow_up", "deputy"))
BY_STATION = (Role.LIAISON, Role.COORDINATOR)


def _answered(
    key: str, label: str, stage: str, said: str, outcome: str, also: tuple[Role, ...] = ()
) -> Action:
    """An answer given by the station itself, with no body acting."""
    return Action(
        key,
        label,
        leaves=(stage,),
        reaches="rating",
        roles=(*BY_STATION, *also),
        inputs=(ANSWER,),
        said=said,
        answers=True,
        outcome=outcome,
        facts=(FactRule("voice.answered"),),
    )


def _satisfied(key: str, label: str, said: str, rating: Rating) -> Action:
    """A rating given with one tap, after which only making known is left."""
    return Action(
        key,
        label,
        leaves=("rating",),
        reaches="publishing",
        roles=(Role.REPORTER,),
        style="primary" if rating is Rating.GOOD else "plain",
        said=said,
        rating=rating,
        facts=(FactRule("voice.rated"),),
    )


FIVE_STEPS = Procedure(
    key="public_voices",
    label=gettext_noop("群众意见"),
    source="《全国人民代表大会和地方各级人民代表大会代表法》（2025）；五事工作法",
    segments=(
        Segment("hear", gettext_noop("听"), gettext_noop("您说了，代表在看")),
        Segment("deliberate", gettext_noop("议"), gettext_noop("大家议一议")),
        Segment("act", gettext_noop("办"), gettext_noop("正在办")),
        Segment("rate", gettext_noop("评"), gettext_noop("请您评一评")),
        Segment("known", gettext_noop("知"), gettext_noop("办完让大家知道")),
    ),
    stages=(
        Stage(
            "sorting",
            gettext_noop("分类受理"),
            "hear",
            gettext_noop("代表和联络员正在看"),
            gettext_noop("代表和联络员正在看，%(day)s前告诉您交给谁办。"),
            duty=Role.LIAISON,
            limit=_working_days(2),
            escalates_to=(Role.COORDINATOR, Role.LEADER),
        ),
        Stage(
            "deliberating",
            gettext_noop("议一议"),
            "deliberate",
            gettext_noop("正在请大家商量"),
            gettext_noop("正在请代表和街坊一起商量，%(day)s前告诉您结果。"),
            duty=Role.LIAISON,
            limit=_working_days(5),
            tier_limits={"urgent": _working_days(1), "hard": _working_days(10)},
            escalates_to=(Role.COORDINATOR, Role.LEADER),
        ),
        Stage(
            "acting",
            gettext_noop("办理"),
            "act",
            gettext_noop("正在办"),
            gettext_noop("%(lead)s已接单，%(day)s前给您答复。到期没有答复会自动上报。"),
            duty=Role.HANDLER,
            limit=_working_days(5, "参照 12345 便民热线：一般事项 5 个工作日"),
            tier_limits={
                "urgent": _working_days(1, "一三五限时办理：简单急事 1 个工作日"),
                "hard": _working_days(15, "疑难事项，站点议定"),
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
            limit=_working_days(2),
            escalates_to=(Role.LEADER,),
        ),
        Stage(
            "rating",
            gettext_noop("请反映人评"),
            "rate",
            gettext_noop("请您评一评"),
            gettext_noop("已经答复您了，请在%(day)s前评一评。不满意可以退回重办。"),
            duty=Role.REPORTER,
            limit=_working_days(5, "五事工作法：邀民评事"),
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
            limit=_working_days(5, "五事工作法：让民知事"),
            escalates_to=(Role.COORDINATOR, Role.LEADER),
        ),
        Stage(
            "known",
            gettext_noop("已公开办结"),
            "known",
            gettext_noop("办完了，已经公开"),
            gettext_noop("这件事办完了，办理情况已经公开。"),
            end=True,
        ),
        Stage(
            "kept",
            gettext_noop("已办结，不公开内容"),
            "known",
            gettext_noop("办完了，内容不公开"),
            gettext_noop("这件事办完了，内容不公开。"),
            end=True,
        ),
    ),
    actions=(
        Action(
            "assign",
            gettext_noop("交单位办"),
            leaves=("sorting",),
            reaches="acting",
            roles=BY_STATION,
            inputs=(LEAD, JOINT, FOLLOW_UP, TIER, Input("note", gettext_noop("交办说明"), required=False)),
            style="primary",
            said=gettext_noop("代表看过，交单位办"),
            facts=HANDED_OVER,
        ),
        Action(
            "deliberate",
            gettext_noop("请大家议一议"),
            leaves=("sorting",),
            reaches="deliberating",
            roles=BY_STATION,
            inputs=(
                Input("topic", gettext_noop("议什么"), kind=InputKind.LINE, least=2, most=60),
                TIER,
                Input("held_on", gettext_noop("哪天议"), kind=InputKind.DATE, required=False),
                Input(
                    "note",
                    gettext_noop("请谁来议"),
                    required=False,
                    hint=gettext_noop("代表、居民、专业监督小组"),
                ),
            ),
            said=gettext_noop("请大家议一议"),
            facts=(FactRule("voice.deliberated"),),
        ),
        _answered(
            "answer_now",
            gettext_noop("当场答复"),
            "sorting",
            gettext_noop("当场答复了您"),
            "answered",
            (Role.DEPUTY,),
        ),
        Action(
            "decline",
            gettext_noop("不予受理"),
            leaves=("sorting",),
            reaches="rating",
            roles=BY_STATION,
            inputs=(
                Input(
                    "ground",
                    gettext_noop("为什么不受理"),
                    kind=InputKind.CHOICE,
                    options=GROUNDS,
                    source="《信访工作条例》第三十一条",
                ),
                Input("instead", gettext_noop("告诉反映人该去哪里"), least=10, audience=Audience.REPORTER),
            ),
            style="danger",
            said=gettext_noop("这件事不归这里办，告诉了您该去哪里"),
            answers=True,
            outcome="declined",
            facts=(FactRule("voice.declined"),),
        ),
        Action(
            "settle",
            gettext_noop("议定，交单位办"),
            leaves=("deliberating",),
            reaches="acting",
            roles=BY_STATION,
            inputs=(
                Input("conclusion", gettext_noop("议定了什么"), least=5, audience=Audience.REPORTER),
                LEAD,
                JOINT,
                FOLLOW_UP,
            ),
            style="primary",
            said=gettext_noop("商量好了，交单位办"),
            facts=HANDED_OVER,
        ),
        _answered(
            "explain", gettext_noop("议后说明"), "deliberating", gettext_noop("商量后给了您说明"), "explained"
        ),
        Action(
            "answer",
            gettext_noop("答复办理结果"),
            leaves=("acting",),
            reaches="rating",
            roles=(Role.HANDLER,),
            inputs=(
                Input(
                    "result",
                    gettext_noop("办得怎么样"),
                    kind=InputKind.CHOICE,
                    options=OUTCOMES[:3],
                    sets="outcome",
                ),
                ANSWER,
                Input("photos", gettext_noop("办理后的照片"), kind=InputKind.FILES, required=False, most=6),
            ),
            style="primary",
            said=gettext_noop("单位答复了您"),
            answers=True,
            facts=(FactRule("voice.answered", "body"),),
        ),
        Action(
            "hand_back",
            gettext_noop("退回，不归本单位"),
            leaves=("acting",),
            reaches="sorting",
            roles=(Role.HANDLER,),
            inputs=(Input("reason", gettext_noop("为什么不归本单位"), least=5),),
            branches=((Branch.RETURNS_EXHAUSTED, "coordinating"),),
            style="danger",
            hands_back=True,
            facts=(FactRule("voice.handed_back"),),
        ),
        Action(
            "decide",
            gettext_noop("定由谁办"),
            leaves=("coordinating",),
            reaches="acting",
            roles=(Role.COORDINATOR,),
            inputs=(LEAD, JOINT, FOLLOW_UP, Input("reason", gettext_noop("为什么由它办"), least=5)),
            style="primary",
            said=gettext_noop("确定了由谁来办"),
            decides_returns=True,
            facts=HANDED_OVER,
        ),
        _satisfied("rate_good", gettext_noop("满意"), gettext_noop("您评了满意"), Rating.GOOD),
        _satisfied("rate_fair", gettext_noop("基本满意"), gettext_noop("您评了基本满意"), Rating.FAIR),
        Action(
            "rate_poor",
            gettext_noop("不满意"),
            leaves=("rating",),
            reaches="acting",
            roles=(Role.REPORTER,),
            inputs=(Input("missing", gettext_noop("还差什么"), least=2, most=500),),
            branches=((Branch.NO_LEAD, "sorting"),),
            said=gettext_noop("您说还没办好，退回重办"),
            rating=Rating.POOR,
            facts=(FactRule("voice.rated"),),
        ),
        Action(
            "lapse",
            gettext_noop("到期未评"),
            leaves=("rating",),
            reaches="publishing",
            roles=(Role.SYSTEM,),
            said=gettext_noop("到期没有评，记为未评"),
            rating=Rating.UNRATED,
            on_due=True,
            facts=(FactRule("voice.rated"),),
        ),
        Action(
            "publish",
            gettext_noop("公开办理情况"),
            leaves=("publishing",),
            reaches="known",
            roles=BY_STATION,
            inputs=(
                Input(
                    "public_title",
                    gettext_noop("公开的标题"),
                    kind=InputKind.LINE,
                    least=4,
                    most=60,
                    audience=Audience.PUBLIC,
                    sets="public_title",
                ),
                Input(
                    "public_text",
                    gettext_noop("公开的内容"),
                    least=10,
                    audience=Audience.PUBLIC,
                    sets="public_text",
                    hint=gettext_noop("不写姓名、电话、门牌号"),
                    source="《个人信息保护法》第二十五条",
                ),
            ),
            style="primary",
            said=gettext_noop("办理情况已经公开"),
            publishes=Publicity.ACCOUNT,
            facts=(FactRule("voice.closed"), FactRule("voice.made_known")),
        ),
        Action(
            "keep",
            gettext_noop("办结，不公开内容"),
            leaves=("publishing",),
            reaches="kept",
            roles=BY_STATION,
            inputs=(Input("reason", gettext_noop("为什么不公开"), least=4, most=300),),
            said=gettext_noop("办完了，内容不公开"),
            publishes=Publicity.COUNT,
            facts=(FactRule("voice.closed"),),
        ),
        Action(
            "reopen",
            gettext_noop("重新打开"),
            leaves=("known", "kept"),
            reaches="sorting",
            roles=BY_STATION,
            inputs=(Input("reason", gettext_noop("为什么重新打开"), least=4, most=500),),
            said=gettext_noop("这件事重新打开了"),
            facts=(FactRule("voice.reopened"),),
        ),
    ),
    tiers=TIERS,
    outcomes=OUTCOMES,
    max_returns=2,
    opening_facts=(FactRule("voice.heard"),),
)
