"""The stages of filing and review: who must act, by when, by which article, and who hears of it when it is late."""

from __future__ import annotations

from tingchao.core.limits import Limit, Unit
from tingchao.core.procedure import Period, Publicity, Segment, Stage
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop

TOWNSHIPS = "暂借湖州市的规定：乡镇（街道）规范性文件备案审查时限（2025）"
SUPERVISION = "《中华人民共和国各级人民代表大会常务委员会监督法》（2024）第五章"
BEIJING = "暂借北京市的规定：《北京市各级人民代表大会常务委员会规范性文件备案审查条例》（2024）"
ASKED = "征求意见函所定的答复日期，本级可以另定"
NOTICE = "未报备通知所定的答复日期，本级可以另定"
UP = (Role.LEADER, Role.COORDINATOR)

SEGMENTS = (
    Segment("file", gettext_noop("报"), gettext_noop("报备")),
    Segment("check", gettext_noop("登"), gettext_noop("登记")),
    Segment("review", gettext_noop("审"), gettext_noop("审查")),
    Segment("mend", gettext_noop("纠"), gettext_noop("纠正")),
    Segment("known", gettext_noop("公"), gettext_noop("公开")),
)


def _limit(amount: int, unit: Unit, source: str) -> Limit:
    return Limit(amount, unit, source)


def _clerk(key: str, label: str, segment: str, limit: Limit, *, rates: bool = False) -> Stage:
    return Stage(key, label, segment, label, duty=Role.CLERK, limit=limit, escalates_to=UP, rates=rates)


def _maker(key: str, label: str, segment: str, limit: Limit, *, rates: bool = False) -> Stage:
    """A stage in which the maker must act; the staff that wait for it hear when it is late."""
    later = (Role.CLERK, Role.LEADER)
    return Stage(key, label, segment, label, duty=Role.HANDLER, limit=limit, escalates_to=later, rates=rates)


WEIGHED = _limit(30, Unit.DAY, f"{BEIJING}第二十三条")
REPLIED = _limit(30, Unit.DAY, f"{BEIJING}第二十九条")
SUPPLEMENTED = _limit(5, Unit.WORKING_DAY, TOWNSHIPS)

PERIODS = (
    Period("filed_within", gettext_noop("乡镇街道公布后多久报备"), _limit(15, Unit.DAY, TOWNSHIPS)),
    Period(
        "organ_filed_within", gettext_noop("县级以上机关公布后多久报备"),
        _limit(30, Unit.DAY, f"{BEIJING}第十一条"),
    ),
    Period(
        "listed_within", gettext_noop("年度目录在年底后多久报送"),
        _limit(1, Unit.MONTH, f"{BEIJING}第十三条：每年一月底前报送上一年度发文目录"),
    ),
    Period("committee_within", gettext_noop("会同审查单位多久提出意见"), WEIGHED),
    Period("expert_within", gettext_noop("专家和征求意见的单位多久答复"), _limit(15, Unit.DAY, ASKED)),
)  # fmt: skip
"""Limits that are no stage's: they run before a matter is there, or beside it."""

STAGES = (
    _clerk("checking", gettext_noop("形式审查"), "file", _limit(3, Unit.WORKING_DAY, TOWNSHIPS)),
    _maker("supplementing", gettext_noop("暂缓登记，补充材料"), "file", SUPPLEMENTED),
    _maker("rewriting", gettext_noop("暂缓登记，改正文"), "file", SUPPLEMENTED),
    _clerk(
        "assigning", gettext_noop("已登记，待分送"), "check",
        _limit(5, Unit.WORKING_DAY, f"{BEIJING}第二十二条"),
    ),
    _clerk("reviewing", gettext_noop("审查研究"), "review", _limit(3, Unit.MONTH, f"{BEIJING}第二十三条")),
    _maker("talking", gettext_noop("沟通"), "mend", REPLIED),
    _clerk("weighing_talk", gettext_noop("研究沟通情况"), "mend", WEIGHED),
    _maker("lettered", gettext_noop("函询"), "mend", REPLIED),
    _clerk("weighing_letter", gettext_noop("研究函询答复"), "mend", WEIGHED),
    _maker("opinion", gettext_noop("书面审查意见"), "mend", REPLIED),
    _clerk("weighing_opinion", gettext_noop("研究对审查意见的反馈"), "mend", WEIGHED),
    _maker(
        "planned", gettext_noop("中止审查，按计划修改"), "mend",
        _limit(3, Unit.MONTH, f"{SUPERVISION}；制定机关提出书面处理计划的，中止审查"),
    ),
    _clerk("verifying", gettext_noop("核对纠正结果"), "mend", _limit(10, Unit.WORKING_DAY, SUPERVISION)),
    _clerk("motion", gettext_noop("提请撤销"), "mend", _limit(3, Unit.MONTH, f"{SUPERVISION}（第三十九条）")),
    _maker(
        "confirming", gettext_noop("请制定机关确认"), "review",
        _limit(10, Unit.WORKING_DAY, "审查结果书面告知制定机关，由其确认"), rates=True,
    ),
    _clerk("publishing", gettext_noop("待公开"), "known", _limit(10, Unit.WORKING_DAY, SUPERVISION)),
    Stage("made_known", gettext_noop("已公开"), "known", gettext_noop("已公开"), end=True),
    Stage(
        "filed_away", gettext_noop("已归档，不公开"), "known", gettext_noop("已归档"), end=True,
        publishes=Publicity.COUNT,
    ),
)  # fmt: skip

REQUEST_SEGMENTS = (
    Segment("say", gettext_noop("提"), gettext_noop("您提了建议")),
    Segment("study", gettext_noop("审"), gettext_noop("正在审查")),
    Segment("answer", gettext_noop("答"), gettext_noop("答复您")),
)

REQUEST_STAGES = (
    Stage(
        "deciding", gettext_noop("是否启动审查"), "say", gettext_noop("正在看您的建议"),
        gettext_noop("正在看您的建议，%(day)s前告诉您审不审、为什么。"), duty=Role.CLERK,
        limit=_limit(10, Unit.DAY, f"{BEIJING}第二十七条"), escalates_to=UP,
    ),
    Stage(
        "studying", gettext_noop("审查"), "study", gettext_noop("正在审查这份文件"),
        gettext_noop("正在审查这份文件，%(day)s前把结果告诉您。"), duty=Role.CLERK,
        limit=_limit(3, Unit.MONTH, f"{BEIJING}第二十三条"), escalates_to=UP,
    ),
    Stage(
        "asking", gettext_noop("请建议人评"), "answer", gettext_noop("请您评一评"),
        gettext_noop("已经答复您了，请在%(day)s前评一评。不满意可以退回再研究。"), duty=Role.REPORTER,
        limit=_limit(10, Unit.WORKING_DAY, "审查建议的反馈"), escalates_to=(Role.CLERK,), rates=True,
    ),
    Stage(
        "request_closed", gettext_noop("已答复"), "answer", gettext_noop("已经答复您"),
        gettext_noop("您的建议%(ended)s。内容不公开。"), end=True, publishes=Publicity.COUNT,
    ),
)  # fmt: skip

DEMAND_SEGMENTS = (
    Segment("demand", gettext_noop("提"), gettext_noop("提出要求")),
    Segment("study", gettext_noop("审"), gettext_noop("正在审查")),
    Segment("answer", gettext_noop("馈"), gettext_noop("反馈结果")),
)

DEMAND_STAGES = (
    _clerk(
        "demand_received", gettext_noop("接收登记审查要求"), "demand",
        _limit(5, Unit.WORKING_DAY, f"{BEIJING}第二十四条"),
    ),
    _clerk("demand_studying", gettext_noop("审查研究"), "study", _limit(3, Unit.MONTH, f"{BEIJING}第二十三条")),
    _maker(
        "demand_asking", gettext_noop("请提出机关确认"), "answer",
        _limit(10, Unit.WORKING_DAY, f"{BEIJING}第三十四条"), rates=True,
    ),
    Stage(
        "demand_closed", gettext_noop("已反馈"), "answer", gettext_noop("已反馈"), end=True,
        publishes=Publicity.COUNT,
    ),
)  # fmt: skip

CHASE_SEGMENTS = (
    Segment("notify", gettext_noop("催"), gettext_noop("发出通知")),
    Segment("weigh", gettext_noop("核"), gettext_noop("核对答复")),
    Segment("done", gettext_noop("结"), gettext_noop("办结")),
)

CHASE_STAGES = (
    _clerk("to_notify", gettext_noop("待发通知"), "notify", _limit(3, Unit.WORKING_DAY, NOTICE)),
    _maker("notified", gettext_noop("未报备通知，等制定机关"), "notify", _limit(10, Unit.WORKING_DAY, NOTICE)),
    _clerk(
        "weighing_reply", gettext_noop("核对答复"), "weigh", _limit(5, Unit.WORKING_DAY, NOTICE), rates=True
    ),
    Stage(
        "chase_closed", gettext_noop("已办结"), "done", gettext_noop("已办结"), end=True,
        publishes=Publicity.COUNT,
    ),
)  # fmt: skip
