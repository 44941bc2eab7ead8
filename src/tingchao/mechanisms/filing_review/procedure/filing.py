"""备案审查 as data: every document filed, every one reviewed, every error put right."""

from __future__ import annotations

from tingchao.core.procedure import Action, FactRule, Input, Procedure, Publicity, Rating
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.filing_review import inputs
from tingchao.mechanisms.filing_review.inputs import NOTE, told, words
from tingchao.mechanisms.filing_review.stages import PERIODS, SEGMENTS, STAGES, SUPERVISION

NOTED = {
    "expert_asked": gettext_noop("征求意见"),
    "expert_said": gettext_noop("提出意见"),
    "opinion_due": gettext_noop("提醒答复意见"),
    "opinion_late": gettext_noop("意见过了日期"),
    "inquiry": gettext_noop("审查方式"),
    "reminded": gettext_noop("发催办函"),
    "advised": gettext_noop("发函告"),
    "send_on": gettext_noop("交办报送省里"),
    "sent_on": gettext_noop("省里已接收"),
    "send_failed": gettext_noop("没有送到省里"),
    "send_again": gettext_noop("再送一次"),
}
"""What is left on a matter beside its actions."""

CLERK, MAKER = (Role.CLERK,), (Role.HANDLER,)
REVIEWED = (FactRule("filing.reviewed", of="outcome"),)


def _by_clerk(
    key: str,
    label: str,
    leaves: tuple[str, ...],
    reaches: str,
    *asked: Input,
    fact: str = "",
    style: str = "plain",
    apart: bool = False,
) -> Action:
    facts = (FactRule(fact),) if fact else ()
    return Action(key, label, leaves, reaches, CLERK, inputs=asked, style=style, facts=facts, apart=apart)


def _by_maker(
    key: str,
    label: str,
    leaves: tuple[str, ...],
    reaches: str,
    *asked: Input,
    fact: str = "",
    style: str = "plain",
    apart: bool = False,
) -> Action:
    facts = (FactRule(fact, "body"),) if fact else ()
    return Action(key, label, leaves, reaches, MAKER, inputs=asked, style=style, facts=facts, apart=apart)


def _ends(
    key: str,
    label: str,
    leaves: tuple[str, ...],
    asked: tuple[Input, ...],
    *,
    outcome: str = "",
    facts: tuple[FactRule, ...] = REVIEWED,
    style: str = "plain",
) -> Action:
    """The review ends with words to the maker, who confirms them or objects."""
    return Action(
        key,
        label,
        leaves,
        "confirming",
        CLERK,
        inputs=asked,
        style=style,
        answers=True,
        outcome=outcome,
        facts=facts,
    )


def _raised(key: str, label: str, leaves: tuple[str, ...], reaches: str) -> Action:
    """A step up: what the maker is asked, in writing, with the ground in law."""
    asked = (inputs.GROUND, words("letter", gettext_noop("问题和依据"), least=10))
    return _by_clerk(key, label, leaves, reaches, *asked, fact=f"filing.{key}")


def _explained(key: str, leaves: str, reaches: str) -> Action:
    return _by_maker(
        key, gettext_noop("书面说明"), (leaves,), reaches, words("reply", gettext_noop("说明"), least=10),
        fact="filing.replied",
    )  # fmt: skip


MENDS = ("talking", "lettered", "opinion", "planned")
"""The stages in which the maker may hand in what was put right."""

CLIMBING = (
    _raised("talk", gettext_noop("先沟通"), ("reviewing",), "talking"),
    _raised("inquire", gettext_noop("发函询"), ("reviewing", "talking", "weighing_talk"), "lettered"),
    _raised(
        "opine",
        gettext_noop("提书面审查意见"),
        ("reviewing", "lettered", "weighing_letter", "verifying"),
        "opinion",
    ),
    _raised("move", gettext_noop("提请撤销"), ("opinion", "weighing_opinion", "planned"), "motion"),
)
"""沟通 → 函询 → 书面审查意见 → 议案: a step up is open from the one below it, answered or not."""

FILING = Procedure(
    key="normative_filing",
    label=gettext_noop("规范性文件备案审查"),
    source=SUPERVISION,
    segments=SEGMENTS,
    stages=STAGES,
    actions=(
        _by_clerk(
            "register", gettext_noop("登记"), ("checking",), "assigning", NOTE,
            fact="filing.registered", style="primary", apart=True,
        ),
        _by_clerk(
            "suspend", gettext_noop("暂缓登记，限期补材料"), ("checking",), "supplementing",
            words("missing", gettext_noop("缺什么、怎么补")), fact="filing.suspended",
        ),
        _by_clerk(
            "suspend_text", gettext_noop("暂缓登记，限期改正文"), ("checking",), "rewriting",
            words("missing", gettext_noop("正文哪里不对、怎么改")), fact="filing.suspended",
        ),
        _ends(
            "return_filing", gettext_noop("退回，不属备案范围"), ("checking",),
            (told("why", gettext_noop("为什么退回")),), outcome="returned",
            facts=(FactRule("filing.returned"),), style="danger",
        ),
        _by_maker(
            "supplement", gettext_noop("补充好了，再报"), ("supplementing",), "checking",
            words("note", gettext_noop("补了什么"), least=2), fact="filing.supplemented", style="primary", apart=True,
        ),
        _by_maker(
            "rewrite", gettext_noop("正文改好了，再报"), ("rewriting",), "checking",
            words("note", gettext_noop("改了哪里"), least=2), fact="filing.supplemented", style="primary", apart=True,
        ),
        _by_clerk(
            "assign", gettext_noop("分送审查"), ("assigning",), "reviewing", inputs.SUBJECT, inputs.WAY,
            inputs.METHOD, inputs.COMMITTEES, NOTE, fact="filing.assigned", style="primary", apart=True,
        ),
        _ends(
            "no_problem", gettext_noop("审查无问题"), ("reviewing",),
            (told("answer", gettext_noop("告知制定机关")),), outcome="clean", style="primary",
        ),
        _ends(
            "accept_explanation", gettext_noop("说明成立"),
            ("weighing_talk", "weighing_letter", "weighing_opinion"),
            (told("answer", gettext_noop("告知制定机关")),), outcome="explained",
        ),
        *CLIMBING,
        _explained("explain_talk", "talking", "weighing_talk"),
        _explained("explain_letter", "lettered", "weighing_letter"),
        _explained("explain_opinion", "opinion", "weighing_opinion"),
        _by_maker(
            "plan", gettext_noop("提出修改计划"), ("lettered", "opinion"), "planned", inputs.PLAN_DAY,
            words("plan", gettext_noop("怎么改")), fact="filing.interrupted",
        ),
        _by_maker(
            "correct", gettext_noop("已改正，报改正情况"), MENDS, "verifying",
            words("done", gettext_noop("改了哪几条"), least=2), fact="filing.corrected", style="primary", apart=True,
        ),
        _by_maker(
            "repeal", gettext_noop("已废止，报废止决定"), MENDS, "verifying", inputs.REPEALED_ON,
            words("decision", gettext_noop("废止决定"), least=10), fact="filing.corrected", apart=True,
        ),
        _by_clerk(
            "mend_again", gettext_noop("没有改到位，退回再改"), ("verifying",), "planned",
            words("left", gettext_noop("还差哪几处")), fact="filing.term_set",
        ),
        _ends(
            "effect", gettext_noop("纠正到位"), ("verifying",),
            (inputs.EFFECT, told("answer", gettext_noop("告知制定机关"))), style="primary",
            facts=(*REVIEWED, FactRule("filing.put_right", of="outcome")),
        ),
        _ends(
            "annul", gettext_noop("常委会决定撤销"), ("motion",), (told("answer", gettext_noop("决定的内容")),),
            outcome="annulled", facts=(*REVIEWED, FactRule("filing.put_right", of="outcome")), style="danger",
        ),
        _by_clerk(
            "set_term", gettext_noop("责令限期修改"), ("motion",), "planned",
            words("term", gettext_noop("限期和要求")), fact="filing.term_set",
        ),
        Action(
            "confirm", gettext_noop("确认收到，无异议"), ("confirming",), "publishing", MAKER, style="primary",
            rating=Rating.GOOD, facts=(FactRule("filing.confirmed"),),
        ),
        Action(
            "object", gettext_noop("有异议，请复核"), ("confirming",), "reviewing", MAKER,
            inputs=(words("objection", gettext_noop("哪里不同意")),), rating=Rating.POOR,
            facts=(FactRule("filing.confirmed"),),
        ),
        Action(
            "silent", gettext_noop("到期未确认"), ("confirming",), "publishing", (Role.SYSTEM,),
            rating=Rating.UNRATED, on_due=True, facts=(FactRule("filing.confirmed"),),
        ),
        Action(
            "make_known", gettext_noop("公开审查情况"), ("publishing",), "made_known", CLERK,
            inputs=inputs.ACCOUNT, style="primary", publishes=Publicity.ACCOUNT,
            facts=(FactRule("filing.closed", of="outcome"),),
        ),
        Action(
            "file_away", gettext_noop("归档，不公开审查情况"), ("publishing",), "filed_away", CLERK,
            inputs=(words("reason", gettext_noop("为什么不公开")),),
            facts=(FactRule("filing.closed", of="outcome"),),
        ),
        _by_clerk(
            "review_again", gettext_noop("再次审查"), ("made_known", "filed_away"), "reviewing", inputs.AGAIN,
            inputs.WAY, words("reason", gettext_noop("为什么再审查")), fact="filing.reopened", apart=True,
        ),
        _by_clerk(
            "take_down", gettext_noop("撤下公开"), ("made_known",), "filed_away",
            words("reason", gettext_noop("为什么撤下")), style="danger",
        ),
    ),
    outcomes=inputs.OUTCOMES,
    opening_said="",
    opening_facts=(FactRule("filing.filed"),),
    raiser=Role.HANDLER,
    periods=PERIODS,
    noted=NOTED,
)  # fmt: skip
