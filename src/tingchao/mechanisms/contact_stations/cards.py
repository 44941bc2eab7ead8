"""What the card beside a matter says of a core task or of an opinion on a draft."""

from __future__ import annotations

from collections.abc import Set

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.roles import Role
from tingchao.desk.cards import Line
from tingchao.desk.templatetags.tide import day
from tingchao.engine.models import Case
from tingchao.mechanisms.contact_stations.procedure import CORE_TASKS
from tingchao.mechanisms.contact_stations.selectors import article_of, opinion_of, task_of


def lines(case: Case, roles: Set[Role]) -> list[Line]:
    """The set that a task belongs to, or the article that an opinion is on. One SQL statement."""
    return _task(case) if case.procedure == CORE_TASKS.key else _opinion(case)


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
    opinion = opinion_of(case) if case.procedure != CORE_TASKS.key else None
    if opinion is None:
        return []
    there = reverse("contact_stations:draft", args=[opinion.draft_id])
    article = article_of(opinion)
    said = f"{article['label']} {article['text']}" if article else gettext("全文")
    return [
        Line(gettext("哪部草案"), opinion.draft.title, link=there, link_label=gettext("看草案")),
        Line(gettext("您说的是"), said[:600]),
    ]
