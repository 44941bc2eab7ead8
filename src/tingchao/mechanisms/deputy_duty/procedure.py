"""履职记录申诉: a deputy says that their record is wrong; it is checked, corrected or explained, rated, closed."""

from __future__ import annotations

from tingchao.core.limits import working_days
from tingchao.core.procedure import Action, FactRule, Procedure, Publicity, Rating, Segment, Stage
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.deputy_duty import inputs

SOURCE = "《全国人民代表大会和地方各级人民代表大会代表法》（2025）关于代表履职服务保障和监督的规定"
"""Why a deputy's record is kept and why they may have it put right."""

RATED = (FactRule("duty.appeal_rated"),)
CHECKS = (Role.CLERK, Role.COORDINATOR)


def _content(key: str, label: str, said: str, rating: Rating, *, style: str = "plain") -> Action:
    return Action(
        key,
        label,
        leaves=("appeal_asking",),
        reaches="appeal_closed",
        roles=(Role.REPORTER,),
        style=style,
        said=said,
        rating=rating,
        facts=RATED,
    )


DUTY_APPEALS = Procedure(
    key="duty_appeals",
    label=gettext_noop("履职记录申诉"),
    source=SOURCE,
    segments=(
        Segment("check", gettext_noop("核"), gettext_noop("正在核对")),
        Segment("rate", gettext_noop("评"), gettext_noop("请您评一评")),
    ),
    stages=(
        Stage(
            "appeal_checking",
            gettext_noop("核对记录"),
            "check",
            gettext_noop("正在核对您的记录"),
            gettext_noop("您的申诉收到了，%(day)s前核对完告诉您。"),
            duty=Role.CLERK,
            limit=working_days(10, SOURCE),
            escalates_to=(Role.LEADER,),
        ),
        Stage(
            "appeal_asking",
            gettext_noop("请代表评"),
            "rate",
            gettext_noop("请您看看对了没有"),
            gettext_noop("已经答复您了，请在%(day)s前看看对了没有。"),
            duty=Role.REPORTER,
            limit=working_days(5, SOURCE),
            escalates_to=(Role.CLERK,),
            rates=True,
        ),
        Stage(
            "appeal_closed",
            gettext_noop("已办结"),
            "rate",
            gettext_noop("核对完了"),
            gettext_noop("您的申诉%(ended)s。"),
            end=True,
            publishes=Publicity.COUNT,
        ),
    ),
    actions=(
        Action(
            "correct",
            gettext_noop("已更正，答复代表"),
            leaves=("appeal_checking",),
            reaches="appeal_asking",
            roles=CHECKS,
            inputs=(inputs.DONE,),
            style="primary",
            said=gettext_noop("您的履职记录改好了"),
            answers=True,
            outcome="corrected",
            facts=(FactRule("duty.appeal_answered", of="outcome"),),
        ),
        Action(
            "keep_record",
            gettext_noop("记录无误，说明原因"),
            leaves=("appeal_checking",),
            reaches="appeal_asking",
            roles=CHECKS,
            inputs=(inputs.WHY_NOT,),
            said=gettext_noop("您的履职记录核对过了"),
            answers=True,
            outcome="kept_as_is",
            facts=(FactRule("duty.appeal_answered", of="outcome"),),
        ),
        _content("right", gettext_noop("对了"), gettext_noop("您说对了"), Rating.GOOD, style="primary"),
        _content("all_right", gettext_noop("可以接受"), gettext_noop("您说可以接受"), Rating.FAIR),
        Action(
            "still_wrong",
            gettext_noop("还不对"),
            leaves=("appeal_asking",),
            reaches="appeal_checking",
            roles=(Role.REPORTER,),
            inputs=(inputs.STILL_WRONG,),
            said=gettext_noop("您说还不对，退回再核"),
            rating=Rating.POOR,
            facts=RATED,
        ),
        Action(
            "appeal_lapse",
            gettext_noop("到期未评"),
            leaves=("appeal_asking",),
            reaches="appeal_closed",
            roles=(Role.SYSTEM,),
            said=gettext_noop("到期没有评，记为未评"),
            rating=Rating.UNRATED,
            on_due=True,
            facts=RATED,
        ),
    ),
    outcomes=inputs.OUTCOMES,
    opening_said=gettext_noop("您对履职记录提了申诉"),
    opening_facts=(FactRule("duty.appealed"),),
)
