"""Who else spoke about documents in the demonstration: an expert who was asked, residents who suggested a review."""

from __future__ import annotations

from datetime import datetime, timedelta

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold, reporter
from tingchao.directory.models import Account
from tingchao.engine.models import Case
from tingchao.engine.services import case_act
from tingchao.instruments.documents.models import Document
from tingchao.mechanisms.filing_review.models import Consultation
from tingchao.mechanisms.filing_review.services import expert_ask, expert_reply, suggestion_file

HOUR = timedelta(hours=1)
QUESTION = "请您看看：这一稿里有没有超出乡镇街道权限的内容？依据的法律、法规用得对不对？"
OPINIONS = (
    "通读了全文，没有看到设定处罚、许可、收费的内容。依据部分建议写全称。",
    "有一条给群众增加了义务，上位法里没有这样的规定，建议删去或者改成倡导。",
    "程序和依据没有问题。有效期写明了，期满前要评估是否继续执行。",
)
ANSWER = "审查过了，现在的文本里没有取消补贴的规定，您的补贴不受影响。"
SUGGESTED = (
    ("这份文件要求先到街道办手续，别处都不用，请看看合不合法。", ()),
    ("我觉得收这笔费没有道理，请人大审查一下有没有依据。", (("take_up", {"note": "先看收费依据"}),)),
    (
        "通知里说不参加的要取消补贴，这样可以吗？请审查。",
        (
            ("take_up", {"note": ""}),
            ("feed_back", {"result": "no_problem", "answer": ANSWER}),
        ),
    ),
)  # fmt: skip


def opinions_build(clerk: Actor, now: datetime) -> None:
    """Ask the expert about what is under review, and let three residents suggest a review."""
    expert = Account.objects.filter(username="zhuanjia").first()
    if expert is not None:
        _asked(
            Actor("account", expert.pk, expert.name, (Hold(Role.EXPERT, clerk.holds[0].scope),)), clerk, now
        )
    _suggested(clerk, now)


def _asked(expert: Actor, clerk: Actor, now: datetime) -> None:
    rows = Case.objects.filter(
        procedure="normative_filing", stage="reviewing", stage_since__lt=now - 6 * HOUR
    )
    for number, case in enumerate(rows.order_by("stage_since")[:6]):
        asked: Consultation = expert_ask(
            case_id=case.pk, expert_id=expert.id or 0, question=QUESTION, actor=clerk, now=now - 5 * HOUR
        )
        if number < len(OPINIONS):
            expert_reply(consultation_id=asked.pk, opinion=OPINIONS[number], actor=expert, now=now - 3 * HOUR)


def _suggested(clerk: Actor, now: datetime) -> None:
    documents = Document.objects.filter(public=True, state="in_force").order_by("-published_on", "-id")
    for number, (text, steps) in enumerate(SUGGESTED):
        moment = now - timedelta(days=4 + number)
        case = suggestion_file(
            document=documents[number], text=text, submission=f"demo-suggestion-{number}", actor=reporter(0),
            now=moment, simulated=True,
        )  # fmt: skip
        for action, raw in steps:
            moment += 20 * HOUR
            case_act(case_id=case.pk, action=action, raw=raw, actor=clerk, now=moment)
