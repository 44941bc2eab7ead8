"""What the card beside a matter says of a core task, of an opinion on a draft, of a deliberation and its tasks."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext

from tingchao.core.roles import Role
from tingchao.desk.cards import Line
from tingchao.desk.templatetags.tide import day
from tingchao.engine.models import Case
from tingchao.instruments.meetings.models import Attendee
from tingchao.mechanisms.contact_stations.manifest import SEES_TASKS
from tingchao.mechanisms.contact_stations.procedure import (
    CORE_TASKS,
    DELIBERATION_TASKS,
    DELIBERATIONS,
    DRAFT_OPINIONS,
    GUIDANCE,
)
from tingchao.mechanisms.contact_stations.selectors import (
    article_of,
    deliberation_get,
    deliberation_judged_at,
    deliberation_of_task,
    opinion_of,
    task_of,
)
from tingchao.mechanisms.contact_stations.selectors.brain import guidance_about, guidance_of

READ = 100
"""Characters of a note and of its answer that stand beside a matter."""


def lines(case: Case, roles: Set[Role]) -> list[Line]:
    """What the matter belongs to: a set of tasks, an article, a deliberation. One SQL statement."""
    return LINES[case.procedure](case)


def _task(case: Case) -> list[Line]:
    task = task_of(case)
    if task is None:
        return []
    there = reverse("contact_stations:task_set", args=[task.task_set_id])
    return [Line(gettext("哪次布置"), task.task_set.title, link=there, link_label=gettext("看全部站点"))]


def _opinion(case: Case) -> list[Line]:
    opinion = opinion_of(case)
    if opinion is None:
        return []
    there = reverse("contact_stations:desk_draft", args=[opinion.draft_id])
    article = article_of(opinion)
    said = f"{article['label']} {article['text']}" if article else gettext("全文")
    until = gettext("征求意见到%(day)s") % {"day": day(opinion.draft.until)}
    return [
        Line(
            gettext("哪部草案"), opinion.draft.title, hint=until, link=there, link_label=gettext("看全部意见")
        ),
        Line(gettext("哪一条"), said[:600]),
    ]


def own_lines(case: Case, passcode: str) -> list[Line]:
    """What whoever gave an opinion reads of the article that it is on. One SQL statement, none for other matters."""
    opinion = opinion_of(case) if case.procedure == DRAFT_OPINIONS.key else None
    if opinion is None:
        return []
    there = reverse("contact_stations:draft", args=[opinion.draft_id])
    article = article_of(opinion)
    said = f"{article['label']} {article['text']}" if article else gettext("全文")
    return [
        Line(gettext("哪部草案"), opinion.draft.title, link=there, link_label=gettext("看草案")),
        Line(gettext("您说的是"), said[:600]),
    ]


# --- deliberations ----------------------------------------------------------------------------------------


def _deliberation(case: Case) -> list[Line]:
    row = deliberation_get(case.pk)
    if row is None:
        return []
    there = reverse("contact_stations:deliberation", args=[case.number])
    found = [
        Line(gettext("议事"), gettext("谁来、何时议、定了什么"), link=there, link_label=gettext("打开议事页"))
    ]
    if row.about is not None:
        url = reverse("desk:case", args=[row.about.number])
        found.append(Line(gettext("从哪件事来"), row.about.title, link=url, link_label=row.about.number))
    return found


def _decided(case: Case) -> list[Line]:
    row = deliberation_of_task(case)
    if row is None:
        return []
    url = reverse("contact_stations:deliberation", args=[row.case.number])
    return [Line(gettext("哪次议定的"), row.case.title, link=url, link_label=gettext("打开议事页"))]


def _guided(case: Case) -> list[Line]:
    row = guidance_of(case)
    if row is None:
        return []
    found = []
    if case.station is not None:
        there = reverse("contact_stations:brain", args=[case.station_id])
        found.append(Line(gettext("哪个站"), case.station.name, link=there, link_label=gettext("看站点情况")))
    if row.about is not None:
        url = reverse("desk:case", args=[row.about.number])
        found.append(Line(gettext("说的是哪件事"), row.about.title, link=url, link_label=row.about.number))
    return found


def about_lines(case: Case, roles: Set[Role]) -> list[Line]:
    """The head station's notes on a matter with what the station answered, for those who see the notes themselves. One
    SQL statement, none for others."""
    return [_note(one) for one in guidance_about(case)] if roles & set(SEES_TASKS) else []


def _note(one: Any) -> Line:
    case, told = one.case, []
    if one.answer:
        told.append(gettext("站里回话：%(words)s") % {"words": Truncator(one.answer).chars(READ)})
    if case.stage == "advised" and case.due_on is not None:
        again = gettext("还要再改，%(day)s前回话") if one.answer else gettext("等站里回话，%(day)s前")
        told.append(again % {"day": day(case.due_on)})
    return Line(
        gettext("总站指导"),
        Truncator(case.text).chars(READ),
        hint=" ".join(told),
        link=reverse("desk:case", args=[case.number]),
        link_label=gettext("看全文"),
    )


LINES: dict[str, Callable[[Case], list[Line]]] = {
    CORE_TASKS.key: _task,
    DRAFT_OPINIONS.key: _opinion,
    DELIBERATIONS.key: _deliberation,
    DELIBERATION_TASKS.key: _decided,
    GUIDANCE.key: _guided,
}


def mine_lines(one: Attendee, code: str) -> list[Line]:
    """What a resident who was at a gathering may do afterwards: rate what came of it. At most one SQL statement."""
    if one.signed_at is None or one.meeting.kind != "deliberation":
        return []
    row = deliberation_judged_at(one.meeting_id)
    if row is None:
        return []
    there = reverse("contact_stations:judge_mine", args=[one.pk, code])
    return [Line(gettext("有结果了"), row.case.title, link=there, link_label=gettext("看结果，评一评"))]
