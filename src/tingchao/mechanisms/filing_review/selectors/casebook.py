"""Reads of the casebook: what was written up, which names must not stand in it, what the records say for a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from tingchao.core.privacy.replacing import Replacer
from tingchao.core.screening.rules import rule_name
from tingchao.directory.actors import Actor
from tingchao.directory.models import Region
from tingchao.engine.models import Event
from tingchao.instruments.documents.models import Finding
from tingchao.instruments.documents.policy import scopes_seen
from tingchao.mechanisms.filing_review.models import Example, Filing
from tingchao.mechanisms.filing_review.rules import PUT_RIGHT

PAGE = 20
VIEWS = {
    "": ~Q(state=Example.State.WITHDRAWN),
    "written": Q(state=Example.State.WRITTEN),
    "offered": Q(offered_on__isnull=False, selected_on__isnull=True) & ~Q(state=Example.State.WITHDRAWN),
    "selected": Q(selected_on__isnull=False) & ~Q(state=Example.State.WITHDRAWN),
}

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


def _seen(actor: Actor) -> QuerySet[Example]:
    """The cases of the actor's scope, and those of elsewhere for whoever reviews anywhere."""
    scopes = scopes_seen(actor)
    inside = Q(filing__isnull=True) if scopes else Q(pk__in=[])
    for scope in scopes:
        inside |= Q(region__code__startswith=scope)
    rows = Example.objects.filter(inside).select_related("filing__case", "filing__document__maker")
    return rows.defer("filing__document__plain", "filing__document__words", "filing__case__text")


def examples_page(actor: Actor, *, view: str, after: int = 0) -> tuple[list[Example], int]:
    """A page of the casebook in one of VIEWS, the newest first, and the cursor of the next. One SQL statement."""
    rows = _seen(actor).filter(VIEWS.get(view, VIEWS[""]))
    found = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def example_get(example_id: int, actor: Actor) -> Example | None:
    """One case; None outside the actor's scope."""
    return None if example_id >= 2**63 else _seen(actor).filter(pk=example_id).first()


def writable(actor: Actor, *, most: int = 10) -> list[Filing]:
    """Corrections in the actor's scope that nobody has written up, the latest first. One SQL statement."""
    inside = Q(pk__in=[])
    for scope in scopes_seen(actor):
        inside |= Q(case__region__code__startswith=scope)
    written = Example.objects.filter(filing=OuterRef("pk")).exclude(state=Example.State.WITHDRAWN)
    rows = Filing.objects.filter(inside, case__outcome__in=PUT_RIGHT, case__closed_at__isnull=False)
    rows = rows.filter(~Exists(written)).select_related("case", "document__maker")
    rows = rows.defer("document__plain", "document__words", "case__text")
    return list(rows.order_by("-case__closed_at", "-pk")[:most])


def published_page(*, after: int = 0) -> tuple[list[Example], int]:
    """A page of what everybody may read, the latest first, and where the next begins. One SQL statement."""
    rows = Example.objects.filter(state=Example.State.PUBLISHED).order_by("-published_at", "-id")
    found = list(rows[after : after + PAGE + 1])
    return found[:PAGE], after + PAGE if len(found) > PAGE else 0


def published_get(example_id: int) -> Example | None:
    """A case that everybody may read."""
    if example_id >= 2**63:
        return None
    return Example.objects.filter(pk=example_id, state=Example.State.PUBLISHED).first()
