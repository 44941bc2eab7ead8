"""What may be done about a document now, as forms: form check, distribution, supplements, letters, opinions."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from tingchao.core.procedure import Input
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.timing import period_for
from tingchao.engine.words import limit_words
from tingchao.instruments.documents import policy
from tingchao.mechanisms.filing_review import inputs
from tingchao.mechanisms.filing_review.forms import Again, Form, ask
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.rules import (
    JUSTICE,
    REFILED_BY,
    REMINDED_AT,
    REPEALED_FROM,
    TEXT_NEEDED,
    is_legislative,
)
from tingchao.mechanisms.filing_review.selectors import committees_near, experts_near, offices_near

PAPERS = (
    ("report", gettext_noop("备案报告")),
    ("explanation", gettext_noop("起草说明")),
    ("bases", gettext_noop("主要法律依据")),
    ("notice", gettext_noop("公布载体")),
)
"""What has to come with the text, as the form check goes through it."""


def forms_for(document: Any, case: Any, actor: Actor, again: Again) -> list[Form]:
    """The forms of the page, the step that is due first."""
    if case is None:
        return []
    if case.closed_at is not None:
        return [_reopening(document, again), _sending(document)] if policy.reviews(actor, document) else []
    if policy.reviews(actor, document):
        return _for_clerk(document, case, again)
    return _for_maker(document, case, again) if document.maker_id in policy.bodies_of(actor) else []


def _options(item: Input) -> list[tuple[str, str, str]]:
    return [(option.key, gettext(option.label), "") for option in item.options]


def _for_clerk(document: Any, case: Any, again: Again) -> list[Form]:
    found = [_assigning(document, again)] if case.stage == "assigning" else []
    if case.stage == "checking":
        found.append(_registering(document, again))
    if case.stage in REMINDED_AT:
        found.append(_letter(document, again, "remind", gettext("发催办函"), gettext("催什么")))
    if case.stage not in ("checking", "supplementing", "rewriting"):
        found += [_opinions(document, again), _looking(document, again)]
        hint = gettext("文件没有错、只是有歧义，提醒制定机关注意的，发函告。")
        found.append(_letter(document, again, "advise", gettext("发函告"), gettext("提醒什么"), hint))
    return found


def _sending(document: Any) -> Form:
    return Form(
        "send", gettext("报送省里"), reverse("filing_review:sending_ask", args=[document.pk]), gettext("交去报送"), (),
        hint=gettext("审查有了结果的，连同意见、函件打成一个包报送；送过又没有变化的，不会再送。"),
    )  # fmt: skip


def _reopening(document: Any, again: Again) -> Form:
    mine = again.of("reopen")
    fields = (
        ask(mine, "way", gettext(inputs.WAY.label), "choice", options=_options(inputs.WAY), on=("request",)),
        ask(mine, "reason", gettext("为什么再审查"), most=2000),
    )
    return Form(
        "reopen", gettext("再次审查"), reverse("filing_review:reopen", args=[document.pk]), gettext("开始审查"), fields,
        hint=gettext("有人提了审查建议、审查要求，或者做专项审查、接到移送，从这里再审。"), open=bool(mine.form),
    )  # fmt: skip


def _registering(document: Any, again: Again) -> Form:
    mine = again.of("register")
    note = ask(mine, "note", gettext("说明"), required=False, most=1000)
    return Form(
        "register", gettext("登记"), reverse("filing_review:register", args=[document.pk]),
        gettext("登记，给回执"), (note,), open=True, primary=True,
        hint=gettext("材料齐、格式对，就登记。缺材料、正文不对或者不属备案范围的，点“去办这一步”。"),
    )  # fmt: skip


def _assigning(document: Any, again: Again) -> Form:
    mine = again.of("assign")
    committees = committees_near(document.region_id)
    offered = [(str(one.pk), one.name, "") for one in committees]
    own = [str(one.pk) for one in committees if is_legislative(one.name)]
    limit = period_for(FILING, "committee_within")
    own_field = ("law",) if document.maker.kind in JUSTICE else ()
    fields = (
        ask(mine, "subject", gettext(inputs.SUBJECT.label), "choice", options=_options(inputs.SUBJECT), on=own_field),
        ask(mine, "way", gettext(inputs.WAY.label), "choice", options=_options(inputs.WAY), on=("own",)),
        ask(mine, "method", gettext(inputs.METHOD.label), "choice", options=_options(inputs.METHOD), on=("paper",)),
        ask(
            mine, "committees", gettext(inputs.COMMITTEES.label), "bodies", required=False, options=offered, on=own,
            hint=gettext("法制工作机构同步审查，总在里面。各单位 %(limit)s提出意见。")
            % {"limit": limit_words(limit)},
            source=limit.source,
        ),
        ask(mine, "note", gettext("说明"), required=False, most=1000),
    )  # fmt: skip
    return Form(
        "assign", gettext("分送审查"), reverse("filing_review:assign", args=[document.pk]),
        gettext("分送"), fields, open=True, primary=True,
    )  # fmt: skip


def _opinions(document: Any, again: Again) -> Form:
    mine = again.of("ask")
    people = [
        (f"account:{one.pk}", one.name, gettext("专家"))
        for one in experts_near(document.region_id, localdate())
    ]
    bodies = [(f"body:{one.pk}", one.name, "") for one in offices_near(document.region_id, document.maker_id)]
    limit = period_for(FILING, "expert_within")
    fields = (
        ask(mine, "expert", gettext("征求谁的意见"), "choice", options=[*people, *bodies]),
        ask(mine, "question", gettext("想请对方看什么"), most=2000),
        ask(
            mine, "due_on", gettext("哪天前答复"), "date", required=False, source=limit.source,
            hint=gettext("不填就是 %(limit)s。") % {"limit": limit_words(limit)},
        ),
    )  # fmt: skip
    return Form(
        "ask", gettext("征求意见"), reverse("filing_review:ask_expert", args=[document.pk]), gettext("送出"), fields,
        hint=gettext("专家、党委办公室、政府法制机构都从这里征求。对方只看得到这一稿正文和您的问题。"),
        open=bool(mine.form),
    )  # fmt: skip


def _looking(document: Any, again: Again) -> Form:
    mine = again.of("inquiry")
    fields = (
        ask(mine, "method", gettext("用了什么方式"), "choice", options=_options(inputs.METHOD)),
        ask(mine, "day", gettext("哪一天"), "date"),
        ask(mine, "note", gettext("看了什么、怎么样"), most=2000),
        ask(
            mine,
            "begins",
            gettext("座谈几点开始"),
            "time",
            required=False,
            hint=gettext("只有座谈论证要填。"),
        ),
        ask(mine, "place", gettext("座谈在哪里开"), "line", required=False, most=120),
    )
    return Form(
        "inquiry", gettext("记审查方式"), reverse("filing_review:inquiry", args=[document.pk]),
        gettext("记下来"), fields,
        hint=gettext("座谈论证会同时排进会议活动，和这件事连在一起，在那里请人、签到、记纪要。"),
        open=bool(mine.form),
    )  # fmt: skip


def _letter(document: Any, again: Again, key: str, title: str, asks: str, hint: str = "") -> Form:
    mine = again.of(key)
    fields = (
        ask(mine, "letter", asks, most=2000),
        ask(mine, "reply_by", gettext("请哪天前答复"), "date"),
    )
    return Form(
        key, title, reverse("filing_review:remind", args=[document.pk]) + f"?kind={key}", gettext("发出"), fields,
        hint=hint, open=bool(mine.form),
    )  # fmt: skip


def _for_maker(document: Any, case: Any, again: Again) -> list[Form]:
    found = []
    if case.stage in REFILED_BY:
        found.append(_refiling(document, case, again))
    if case.stage in REPEALED_FROM:
        found.append(_repealing(document, again))
    return found


def _refiling(document: Any, case: Any, again: Again) -> Form:
    mine, needed = again.of("refile"), case.stage in TEXT_NEEDED
    fields: tuple[dict[str, Any], ...] = (
        ask(
            mine,
            "file",
            gettext("改过的正文（文件）"),
            "files",
            required=False,
            hint=gettext("Word、PDF 或者文本。"),
        ),
        ask(mine, "text", gettext("改过的正文（贴在这里也行）"), required=False),
        ask(mine, "note", gettext("改了、补了什么"), most=200),
    )
    if not needed:
        fields += tuple(ask(mine, key, gettext(label), required=False, most=20_000) for key, label in PAPERS)
    title = gettext("交改过的正文") if needed else gettext("补材料")
    hint = (
        gettext("要改的是正文，只写说明交不上去。")
        if needed
        else gettext("缺什么补什么；正文也改了的，一起交。")
    )
    return Form(
        "refile", title, reverse("filing_review:refile", args=[document.pk]), gettext("交上去"), fields,
        hint=hint, open=True, primary=True,
    )  # fmt: skip


def _repealing(document: Any, again: Again) -> Form:
    mine = again.of("repeal")
    fields = (
        ask(mine, "on", gettext("哪天废止的"), "date"),
        ask(mine, "decision", gettext("废止决定的内容"), most=20_000),
    )
    return Form(
        "repeal", gettext("这份文件已经废止"), reverse("filing_review:repeal", args=[document.pk]),
        gettext("报废止决定"), fields, open=bool(mine.form),
    )  # fmt: skip
