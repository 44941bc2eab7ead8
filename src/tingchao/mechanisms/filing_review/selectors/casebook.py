"""Reads of the casebook: what was written up, which names must not stand in it, what the records say for a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tingchao.core.privacy.replacing import Replacer
from tingchao.core.screening.rules import rule_name
from tingchao.directory.models import Region
from tingchao.engine.models import Event
from tingchao.instruments.documents.models import Finding
from tingchao.mechanisms.filing_review.models import Filing

STEPS = {
    "talk": "先同制定机关沟通",
    "inquire": "向制定机关发出函询",
    "opine": "提出书面审查意见",
    "move": "提请常委会审议撤销议案",
    "set_term": "责令限期修改",
    "plan": "制定机关提出修改计划",
    "correct": "制定机关报来改正情况",
    "annul": "常委会会议决定撤销",
}
"""What was done, in the words of a case; other steps are left out."""

ENDS = {
    "corrected": "经核对，问题条款已经修改到位，修改后的文本已经公布。",
    "repealed": "经核对，文件已经废止，不再执行。",
    "annulled": "撤销决定已经公布，文件停止执行。",
}


def names_to_hide(filing: Filing | None) -> list[str]:
    """The places of a filing up to the county, the smallest first; of a case of elsewhere we know none.

    The city and the province stay: their names are part of the laws that a case quotes.
    """
    if filing is None:
        return []
    code = filing.document.region_id
    codes = list(dict.fromkeys([code, f"{code[:9]}000", f"{code[:6]}000000"]))
    names = dict(Region.objects.filter(pk__in=codes).values_list("pk", "name"))
    return [names[one] for one in codes if one in names and not one.endswith("00000000")]


def names_left(text: str, hidden: Iterable[str]) -> list[str]:
    """Names that still stand in a text and must not."""
    return Replacer(list(hidden)).left_in(text)


def example_draft(filing: Filing) -> dict[str, str]:
    """What the records say of a correction, by the parts of a case, without names; the lesson is for a person."""
    other = Replacer(names_to_hide(filing))
    document = filing.document
    first = document.texts.order_by("place")[0]
    found = list(first.findings.filter(state=Finding.State.ACCEPTED).order_by("start", "id"))
    name = _name(document.title)
    about = rule_name(found[0].rule) if found else "不合法"
    parts = {
        "title": f"{name}{about}案"[:60],
        "problem": f"{document.maker.name}印发的《{name}》规定：{_clauses(first.text, found)}",
        "ground": "\n".join(dict.fromkeys(f"{one.article}：{one.explanation}" for one in found)),
        "handling": _handling(filing),
        "lesson": "",
    }
    return {key: other.replaced(text) for key, text in parts.items()}


def _name(title: str) -> str:
    inner = re.search("《(.+?)》", title)
    return inner[1] if inner else title.partition("关于")[2] or title


def _clauses(text: str, found: Iterable[Finding]) -> str:
    """The lines of the text in which something was found, each once."""
    lines: dict[str, None] = {}
    for one in found:
        begin = text.rfind("\n", 0, one.start) + 1
        end = text.find("\n", one.end)
        lines[text[begin : end if end > 0 else len(text)].strip()] = None
    return "".join(f"“{line}”" for line in lines)


def _handling(filing: Filing) -> str:
    rows = Event.objects.filter(case=filing.case_id, action__in=list(STEPS)).order_by("sequence")
    steps = [STEPS[action] + (f"（{note}）" if action in ("correct", "plan") else "")
             for action, note in rows.values_list("action", "note")]  # fmt: skip
    return f"人大常委会备案审查工作机构审查后，{'；'.join(steps)}。{ENDS.get(filing.case.outcome, '')}"
