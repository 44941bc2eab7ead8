"""听民说事, 请民议事, 帮民办事, 邀民评事, 让民知事: the five steps (五事工作法) as data."""

from __future__ import annotations

from tingchao.core.procedure import (
    Action,
    Branch,
    FactRule,
    Input,
    Merging,
    Procedure,
    Publicity,
    Rating,
)
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.public_voices import inputs
from tingchao.mechanisms.public_voices.inputs import (
    ANSWER,
    FOLLOW_UP,
    JOINT,
    LEAD,
    TIER,
    reason,
)
from tingchao.mechanisms.public_voices.stages import SEGMENTS, STAGES

HANDED_OVER = (FactRule("voice.assigned", "body"), FactRule("deputy.follow_up", "deputy"))
RATED = (FactRule("voice.rated"), FactRule("voice.closed", at="kept", of="outcome"))
MERGED_ENDS = ((Branch.MERGED, "kept"),)
"""What is made known of a merged matter stands in its main one's account."""

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
        branches=MERGED_ENDS,
        rating=rating,
        facts=RATED,
    )


FIVE_STEPS = Procedure(
    key="public_voices",
    label=gettext_noop("群众意见"),
    source="《全国人民代表大会和地方各级人民代表大会代表法》（2025）；五事工作法",
    segments=SEGMENTS,
    stages=STAGES,
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
            "theme",
            gettext_noop("作为小组专题交办"),
            leaves=("sorting", "deliberating"),
            reaches="acting",
            roles=BY_STATION,
            inputs=(
                LEAD,
                JOINT,
                inputs.THEME,
                TIER,
                Input("note", gettext_noop("专题做什么"), required=False),
            ),
            said=gettext_noop("代表小组作为专题来跟，交单位办"),
            facts=HANDED_OVER,
        ),
        Action(
            "deliberate",
            gettext_noop("请大家议一议"),
            leaves=("sorting",),
            reaches="deliberating",
            roles=BY_STATION,
            inputs=(
                inputs.TOPIC,
                TIER,
                inputs.HELD_ON,
                inputs.INVITED,
                inputs.SUPERVISORS,
                inputs.RESIDENTS,
            ),
            said=gettext_noop("请大家议一议"),
            when_often=True,
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
            roles=(*BY_STATION, Role.DEPUTY),
            inputs=(inputs.GROUND, inputs.INSTEAD),
            style="danger",
            said=gettext_noop("这件事不归这里办，告诉了您该去哪里"),
            answers=True,
            outcome="declined",
            facts=(FactRule("voice.declined"),),
        ),
        Action(
            "merge",
            gettext_noop("并入同一件事"),
            leaves=("sorting", "deliberating"),
            reaches="joined",
            roles=BY_STATION,
            inputs=(inputs.MAIN,),
            said=gettext_noop("和别人说的同一件事并在一起办"),
            facts=(FactRule("voice.merged"),),
        ),
        Action(
            "settle",
            gettext_noop("议定，交单位办"),
            leaves=("deliberating",),
            reaches="acting",
            roles=BY_STATION,
            inputs=(inputs.CONCLUSION, LEAD, JOINT, FOLLOW_UP),
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
            inputs=(inputs.RESULT, ANSWER, inputs.PHOTOS),
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
            inputs=(reason(gettext_noop("为什么不归本单位"), least=5, most=2000),),
            branches=((Branch.RETURNS_EXHAUSTED, "coordinating"),),
            style="danger",
            hands_back=True,
            facts=(FactRule("voice.handed_back"),),
        ),
        Action(
            "share",
            gettext_noop("随主件答复"),
            leaves=("joined",),
            reaches="rating",
            roles=(Role.SYSTEM,),
            inputs=(inputs.SAME_WORDS,),
            said=gettext_noop("同一件事有了答复"),
            answers=True,
            outcome="merged",
            facts=(FactRule("voice.answered"),),
        ),
        Action(
            "unmerge",
            gettext_noop("分开单独办"),
            leaves=("joined",),
            reaches="sorting",
            roles=BY_STATION,
            inputs=(reason(gettext_noop("为什么分开")),),
            said=gettext_noop("这件事改为单独办"),
        ),
        Action(
            "decide",
            gettext_noop("定由谁办"),
            leaves=("coordinating",),
            reaches="acting",
            roles=(Role.COORDINATOR,),
            inputs=(LEAD, JOINT, FOLLOW_UP, reason(gettext_noop("为什么由它办"), least=5, most=2000)),
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
            branches=MERGED_ENDS,
            rating=Rating.UNRATED,
            on_due=True,
            facts=RATED,
        ),
        Action(
            "draft",
            gettext_noop("写办理情况"),
            leaves=("publishing",),
            reaches="checking",
            roles=(Role.LIAISON,),
            inputs=inputs.ACCOUNT,
            style="primary",
        ),
        Action(
            "keep",
            gettext_noop("办结，不公开内容"),
            leaves=("publishing",),
            reaches="kept",
            roles=BY_STATION,
            inputs=(reason(gettext_noop("为什么不公开"), most=300),),
            said=gettext_noop("办完了，内容不公开"),
            facts=(FactRule("voice.closed", of="outcome"),),
        ),
        Action(
            "publish",
            gettext_noop("核对无误，公开"),
            leaves=("checking",),
            reaches="known",
            roles=BY_STATION,
            style="primary",
            said=gettext_noop("办理情况已经公开"),
            publishes=Publicity.ACCOUNT,
            second_person=True,
            facts=(FactRule("voice.closed", of="outcome"), FactRule("voice.made_known")),
        ),
        Action(
            "revise",
            gettext_noop("退回修改"),
            leaves=("checking",),
            reaches="publishing",
            roles=BY_STATION,
            inputs=(reason(gettext_noop("哪里要改")),),
            second_person=True,
        ),
        Action(
            "withdraw",
            gettext_noop("撤下公开"),
            leaves=("known",),
            reaches="kept",
            roles=BY_STATION,
            inputs=(reason(gettext_noop("为什么撤下")),),
            style="danger",
            said=gettext_noop("公开的内容撤下了"),
            facts=(FactRule("voice.withdrawn"),),
        ),
        Action(
            "hide",
            gettext_noop("不再公开这件事"),
            leaves=("known",),
            reaches="kept",
            roles=(Role.REPORTER,),
            said=gettext_noop("您要求不再公开，已经撤下"),
            facts=(FactRule("voice.withdrawn"),),
        ),
        Action(
            "reopen",
            gettext_noop("重新打开"),
            leaves=("known", "kept"),
            reaches="sorting",
            roles=BY_STATION,
            inputs=(reason(gettext_noop("为什么重新打开")),),
            said=gettext_noop("这件事重新打开了"),
            facts=(FactRule("voice.reopened"),),
        ),
    ),
    tiers=inputs.TIERS,
    outcomes=inputs.OUTCOMES,
    max_returns=2,
    often=3,
    merging=Merging(
        stage="joined", relay="share", into=("sorting", "deliberating", "acting", "coordinating")
    ),
    tool_facts={
        "visit": "deputy.visit",
        "deputy_rate": "deputy.rated",
        "name_deputies": "deputy.follow_up",
    },
    opening_facts=(FactRule("voice.heard"),),
)
