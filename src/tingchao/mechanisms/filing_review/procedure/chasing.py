"""未报备通知 as data: what a maker ought to have filed, or listed, is asked for in writing until it is there."""

from __future__ import annotations

from tingchao.core.procedure import Action, FactRule, Procedure, Rating
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.filing_review import inputs
from tingchao.mechanisms.filing_review.inputs import NOTE, told, words
from tingchao.mechanisms.filing_review.stages import CHASE_SEGMENTS, CHASE_STAGES, SUPERVISION

CHASED = (FactRule("filing.chase_closed", of="outcome"),)

CHASES = Procedure(
    key="filing_chases",
    label=gettext_noop("未报备通知"),
    source=SUPERVISION,
    segments=CHASE_SEGMENTS,
    stages=CHASE_STAGES,
    actions=(
        Action(
            "notify", gettext_noop("发未报备通知"), ("to_notify",), "notified", (Role.CLERK,),
            inputs=(inputs.NOTIFIED, words("letter", gettext_noop("通知内容"), least=10)), style="primary", apart=True,
            facts=(FactRule("filing.chased", "body"),),
        ),
        Action(
            "comply", gettext_noop("补报了"), ("notified",), "weighing_reply", (Role.HANDLER,),
            inputs=(told("reply", gettext_noop("补报情况"), least=2),), answers=True, outcome="filed", apart=True,
            facts=(FactRule("filing.chase_answered", "body"),),
        ),
        Action(
            "explain_chase", gettext_noop("说明情况"), ("notified",), "weighing_reply", (Role.HANDLER,),
            inputs=(inputs.EXPLAINS,), answers=True, outcome="explained", style="primary",
            facts=(FactRule("filing.chase_answered", "body"),),
        ),
        Action(
            "accept_reply", gettext_noop("认可，办结"), ("weighing_reply",), "chase_closed", (Role.CLERK,),
            inputs=(NOTE,), style="primary", rating=Rating.GOOD, facts=CHASED,
        ),
        Action(
            "insist", gettext_noop("不认可，再发通知"), ("weighing_reply",), "notified", (Role.CLERK,),
            inputs=(words("why", gettext_noop("为什么还要报")),), rating=Rating.POOR,
            facts=(FactRule("filing.chased", "body"),),
        ),
    ),
    outcomes=inputs.CHASE_OUTCOMES,
    opening_said="",
    raiser=Role.CLERK,
    noted={"reminded": gettext_noop("发催办函")},
)  # fmt: skip
