"""总站指导 as data: a note of the head station to a station, answered and followed up like any loop."""

from __future__ import annotations

from tingchao.core.procedure import Action, FactRule, Procedure, Rating
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.contact_stations import inputs
from tingchao.mechanisms.contact_stations.stages import GUIDANCE_SEGMENTS, GUIDANCE_STAGES, GUIDES

GUIDANCE = Procedure(
    key="guidance",
    label=gettext_noop("总站指导"),
    source=f"{GUIDES}（数智大脑）",
    segments=GUIDANCE_SEGMENTS,
    stages=GUIDANCE_STAGES,
    actions=(
        Action(
            "answer_guidance",
            gettext_noop("回话"),
            leaves=("advised",),
            reaches="heeding",
            roles=(Role.LIAISON, Role.COORDINATOR),
            inputs=(inputs.GUIDED, inputs.PHOTOS),
            style="primary",
            answers=True,
            facts=(FactRule("guidance.answered"),),
        ),
        Action(
            "enough",
            gettext_noop("可以了"),
            leaves=("heeding",),
            reaches="guided",
            roles=(Role.CLERK,),
            inputs=(inputs.NOTE,),
            style="primary",
            rating=Rating.GOOD,
            facts=(FactRule("guidance.closed"),),
        ),
        Action(
            "more_guidance",
            gettext_noop("还要再改"),
            leaves=("heeding",),
            reaches="advised",
            roles=(Role.CLERK,),
            inputs=(inputs.reason(gettext_noop("还差什么")),),
            rating=Rating.POOR,
            facts=(FactRule("guidance.sent_back"),),
        ),
        Action(
            "reopen_guidance",
            gettext_noop("重新打开"),
            leaves=("guided",),
            reaches="advised",
            roles=(Role.CLERK,),
            inputs=(inputs.reason(gettext_noop("为什么重新打开")),),
            facts=(FactRule("guidance.reopened"),),
        ),
    ),
    opening_said="",
    opening_facts=(FactRule("guidance.given"),),
    raiser=Role.CLERK,
)
