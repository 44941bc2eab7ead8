"""What the card beside an appeal says: whose record, which entry, what the list says now, where it is put right."""

from __future__ import annotations

from collections.abc import Set
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.roles import Role
from tingchao.desk.cards import Line
from tingchao.desk.meetings.rows import when_words
from tingchao.desk.templatetags.tide import day
from tingchao.engine.models import Case, Fact
from tingchao.mechanisms.deputy_duty.manifest import KEEPS_RECORDS
from tingchao.mechanisms.deputy_duty.models import Appeal
from tingchao.mechanisms.deputy_duty.procedure import DUTY_APPEALS
from tingchao.mechanisms.deputy_duty.rules import ENDS, RESULTS, WAYS, WORDS, prefix_of
from tingchao.mechanisms.deputy_duty.selectors.appeals import appeal_of, standing_on_list
from tingchao.mechanisms.deputy_duty.selectors.records import Window, public_numbers


def lines(case: Case, roles: Set[Role]) -> list[Line]:
    """The record, the entry, the gathering with what its list says now. Two SQL statements at most."""
    appeal = appeal_of(case)
    if appeal is None:
        return []
    record = reverse("deputy_duty:record", args=[appeal.deputy_id])
    found = [Line(gettext("谁的档案"), appeal.deputy.name, link=record, link_label=gettext("看档案"))]
    if appeal.fact is not None:
        found.append(Line(gettext("哪一条"), fact_words(appeal.fact)))
    open_now = case.stage == DUTY_APPEALS.first.key and bool(roles & set(KEEPS_RECORDS))
    return [*found, *_meeting(appeal), *([_correcting(case)] if open_now else [])]


def fact_words(fact: Fact) -> str:
    """The day and the deed of a fact in words, e.g. 11月27日（周五） 接待时听到一件事."""
    prefix = prefix_of(fact.kind)
    return f"{day(fact.day)} {gettext(RESULTS[prefix] if prefix else WORDS.get(fact.kind, fact.kind))}"


def _meeting(appeal: Appeal) -> list[Line]:
    """The gathering, and what its list says now of the deputy."""
    if appeal.meeting is None:
        return []
    there = reverse("desk:meeting", args=[appeal.meeting_id])
    standing = standing_on_list(appeal)
    now_is = gettext(RESULTS.get(f"meeting.{standing.result}.", "")) if standing.result else gettext("没有记")
    way = gettext(WAYS.get(standing.way, ""))
    told = gettext("%(result)s（%(way)s）") % {"result": now_is, "way": way} if way else now_is
    return [
        Line(gettext("哪场活动"), when_words(appeal.meeting), link=there, link_label=appeal.meeting.title),
        Line(gettext("名单现在写的"), told),
    ]


def _correcting(case: Case) -> Line:
    return Line(
        gettext("查实了"),
        gettext("先更正，再答复代表"),
        hint=gettext("改了以后，档案、参与率和各项数字会跟着改。"),
        link=reverse("deputy_duty:appeal_correct", args=[case.number]),
        link_label=gettext("更正记录"),
    )


def deputy_lines(deputy_id: int, today: date) -> list[Line]:
    """What everybody reads of a deputy's year: what was done, of no one else, and nothing to compare it with."""
    window = Window(deputy_id, date(today.year, 1, 1), date(today.year + 1, 1, 1))
    found = public_numbers(window)
    ends = [(gettext(label), found[key]) for key, label in ENDS.items() if found.get(key)]
    told = gettext("、").join(f"{label} {count}" for label, count in ends)
    return [
        _counted(gettext("接待选民"), found.get("receptions", 0), gettext("%(n)s 次")),
        _counted(gettext("听到的意见"), found.get("brought", 0), gettext("%(n)s 件")),
        _counted(gettext("跟进的事"), sum(count for _, count in ends), gettext("%(n)s 件"), hint=told),
        _stories(deputy_id, found.get("stories", 0)),
    ]


def _counted(label: str, count: int, words: str, *, hint: str = "") -> Line:
    """A line that is left out when there is nothing to count."""
    return Line(label, words % {"n": count} if count > 0 else "", hint=hint)


def _stories(deputy_id: int, count: int) -> Line:
    there = f"{reverse('deputy_duty:stories')}?{urlencode({'deputy': deputy_id})}"
    told = gettext("%(n)s 篇") % {"n": count} if count else ""
    return Line(gettext("故事"), told, link=there, link_label=gettext("看故事"))
