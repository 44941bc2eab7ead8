"""审查建议 and 审查要求 as data: what anybody suggests is answered, what an organ asks for is reviewed."""

from __future__ import annotations

from tingchao.core.procedure import Action, FactRule, Procedure, Rating
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.filing_review import inputs
from tingchao.mechanisms.filing_review.inputs import ANSWER, NOTE, told, words
from tingchao.mechanisms.filing_review.stages import (
    DEMAND_SEGMENTS,
    DEMAND_STAGES,
    REQUEST_SEGMENTS,
    REQUEST_STAGES,
    SUPERVISION,
)

CLERK, MAKER = (Role.CLERK,), (Role.HANDLER,)

RATED = (FactRule("review_request.rated"),)


def _content(key: str, label: str, said: str, rating: Rating, *, style: str = "plain") -> Action:
    return Action(
        key,
        label,
        ("asking",),
        "request_closed",
        (Role.REPORTER,),
        style=style,
        said=said,
        rating=rating,
        facts=RATED,
    )


REQUESTS = Procedure(
    key="review_requests",
    label=gettext_noop("审查建议"),
    source="《中华人民共和国立法法》（2023）第一百一十条；《监督法》第五章",
    segments=REQUEST_SEGMENTS,
    stages=REQUEST_STAGES,
    actions=(
        Action(
            "take_up", gettext_noop("启动审查"), ("deciding",), "studying", CLERK, inputs=(NOTE,), style="primary",
            said=gettext_noop("您的建议受理了，正在审查"), facts=(FactRule("review_request.taken_up"),),
        ),
        Action(
            "decline_review", gettext_noop("不启动审查"), ("deciding",), "asking", CLERK, inputs=(ANSWER,),
            said=gettext_noop("没有启动审查，告诉了您原因"), answers=True, outcome="not_taken_up",
            facts=(FactRule("review_request.answered", of="outcome"),),
        ),
        Action(
            "feed_back", gettext_noop("答复审查结果"), ("studying",), "asking", CLERK,
            inputs=(inputs.RESULT, ANSWER), style="primary", said=gettext_noop("审查有了结果"), answers=True,
            facts=(FactRule("review_request.answered", of="outcome"),),
        ),
        _content("request_good", gettext_noop("满意"), gettext_noop("您评了满意"), Rating.GOOD, style="primary"),
        _content("request_fair", gettext_noop("基本满意"), gettext_noop("您评了基本满意"), Rating.FAIR),
        Action(
            "request_poor", gettext_noop("不满意"), ("asking",), "studying", (Role.REPORTER,),
            inputs=(words("missing", gettext_noop("还有什么没说到"), least=2),),
            said=gettext_noop("您说还没说清楚，退回再研究"), rating=Rating.POOR, facts=RATED,
        ),
        Action(
            "request_unrated", gettext_noop("到期未评"), ("asking",), "request_closed", (Role.SYSTEM,),
            said=gettext_noop("到期没有评，记为未评"), rating=Rating.UNRATED, on_due=True, facts=RATED,
        ),
    ),
    outcomes=inputs.REQUEST_OUTCOMES,
    opening_said=gettext_noop("您提了审查建议"),
    opening_facts=(FactRule("review_request.heard"),),
)  # fmt: skip

DEMAND_RATED = (FactRule("review_request.rated"),)

DEMANDS = Procedure(
    key="review_demands",
    label=gettext_noop("审查要求"),
    source=f"《中华人民共和国立法法》（2023）第一百一十条；{SUPERVISION}",
    segments=DEMAND_SEGMENTS,
    stages=DEMAND_STAGES,
    actions=(
        Action(
            "take_up_demand", gettext_noop("登记，启动审查"), ("demand_received",), "demand_studying", CLERK,
            inputs=(NOTE,), style="primary", facts=(FactRule("review_request.taken_up"),),
        ),
        Action(
            "feed_back_demand", gettext_noop("反馈审查结果"), ("demand_studying",), "demand_asking", CLERK,
            inputs=(inputs.RESULT, told("answer", gettext_noop("给提出机关的反馈"))), style="primary", answers=True,
            facts=(FactRule("review_request.answered", of="outcome"),),
        ),
        Action(
            "demand_good", gettext_noop("确认收到，无异议"), ("demand_asking",), "demand_closed", MAKER,
            style="primary", rating=Rating.GOOD, facts=DEMAND_RATED,
        ),
        Action(
            "demand_poor", gettext_noop("有异议，请再研究"), ("demand_asking",), "demand_studying", MAKER,
            inputs=(words("missing", gettext_noop("哪里没有说清"), least=2),), rating=Rating.POOR,
            facts=DEMAND_RATED,
        ),
        Action(
            "demand_unrated", gettext_noop("到期未确认"), ("demand_asking",), "demand_closed", (Role.SYSTEM,),
            rating=Rating.UNRATED, on_due=True, facts=DEMAND_RATED,
        ),
    ),
    outcomes=inputs.REQUEST_OUTCOMES[:2],
    opening_said="",
    opening_facts=(FactRule("review_request.demanded"),),
    raiser=Role.HANDLER,
)  # fmt: skip
"""An organ's request must be taken up: there is no step that declines it."""
