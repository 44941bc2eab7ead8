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
from tingchao.engine.models import Case
from tingchao.mechanisms.deputy_duty.manifest import KEEPS_RECORDS
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
        found.append(Line(gettext("哪一条"), f"{day(appeal.fact.day)} {_deed(appeal.fact.kind)}"))
    if appeal.meeting is None:
        return found
    there = reverse("desk:meeting", args=[appeal.meeting_id])
    found.append(
        Line(gettext("哪场活动"), when_words(appeal.meeting), link=there, link_label=appeal.meeting.title)
    )
    standing = standing_on_list(appeal)
    now_is = gettext(RESULTS.get(f"meeting.{standing.result}.", "")) if standing.result else gettext("没有记")
    way = gettext(WAYS.get(standing.way, ""))
    open_now = case.stage == DUTY_APPEALS.first.key and bool(roles & set(KEEPS_RECORDS))
    found.append(
        Line(
            gettext("名单现在写的"),
            gettext("%(result)s（%(way)s）") % {"result": now_is, "way": way} if way else now_is,
            hint=gettext("查实了就在名单上改，档案和参与率会跟着改。") if open_now else "",
            link=reverse("deputy_duty:appeal_correct", args=[case.number]) if open_now else "",
            link_label=gettext("更正名单") if open_now else "",
        )
    )
    return found


def _deed(kind: str) -> str:
    prefix = prefix_of(kind)
    return gettext(RESULTS[prefix] if prefix else WORDS.get(kind, kind))


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
