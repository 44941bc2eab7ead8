"""Reads of the closed loop. A list is one indexed query however many matters there are; nothing counts a big table."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from tingchao.core.roles import BODY_ROLES, PERSONAL_ROLES, Role
from tingchao.directory.actors import Actor, Hold
from tingchao.engine import policy
from tingchao.engine.models import Assignment, Attachment, Case, Event
from tingchao.engine.timing import local_day

PAGE = 25
COUNTED_TO = 100
"""Counts beside a list stop here and read "99+"."""

WAITED_FOR = (Role.HANDLER, Role.COORDINATOR, Role.REPORTER, Role.CLERK, Role.EXPERT)

VIEWS = ("mine", "overdue", "today", "waiting")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the cursor of the next, empty at the end."""

    rows: list[Case]
    after: str


def worklist(actor: Actor, *, view: str, now: datetime, after: str = "") -> Page:
    """One page of 25 matters by due time. `view` is one of VIEWS; `after` a cursor of the page before."""
    branches = [_after(branch, after) for branch in _branches(actor, view, now)]
    if not branches:
        return Page([], "")
    found = [branch.order_by("due_at", "id")[: PAGE + 1] for branch in branches]
    if len(found) == 1:
        rows = list(_with_names(found[0]))
    else:
        first, *others = (query.values_list("due_at", "id") for query in found)
        ids = [pk for _, pk in first.union(*others).order_by("due_at", "id")[: PAGE + 1]]
        rows = list(_with_names(Case.objects.filter(pk__in=ids).order_by("due_at", "id")))
    return Page(rows[:PAGE], _cursor(rows[PAGE - 1]) if len(rows) > PAGE else "")


def worklist_counts(actor: Actor, *, now: datetime, views: Sequence[str] = VIEWS) -> dict[str, int]:
    """How many matters each view holds, counted no further than COUNTED_TO. One statement."""
    counts: dict[str, int] = dict.fromkeys(views, 0)
    limited = [
        (view, branch.order_by()[:COUNTED_TO].values("id"))
        for view in views
        for branch in _branches(actor, view, now)
    ]
    for view, count in _count_all(limited):
        counts[view] = min(COUNTED_TO, counts[view] + count)
    return counts


def _count_all(limited: Iterable[tuple[str, QuerySet[Case, Any]]]) -> list[tuple[str, int]]:
    parts: list[str] = []
    values: list[Any] = []
    for view, query in limited:
        sql, bound = query.query.sql_with_params()
        parts.append(f"SELECT %s, count(*) FROM ({sql}) counted")  # noqa: S608 - built by the ORM
        values += [view, *bound]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return [(str(view), int(count)) for view, count in cursor.fetchall()]


def _branches(actor: Actor, view: str, now: datetime) -> list[QuerySet[Case]]:
    """The parts of a view, each of which one index gives in the order of due times."""
    holds = list(dict.fromkeys(actor.holds))
    if view == "waiting":
        parts = [
            _in_scope(hold.scope).filter(duty=str(duty))
            for hold in holds
            if hold.role in (Role.LIAISON, Role.COORDINATOR)
            for duty in WAITED_FOR
            if duty is not hold.role
        ]
    else:
        parts = [part for hold in holds if (part := _duty_of(actor, hold)) is not None]
    if view == "overdue":
        return [part.filter(due_at__lte=now) for part in parts]
    if view == "today":
        return [part.filter(due_on=local_day(now)) for part in parts]
    return parts


def _duty_of(actor: Actor, hold: Hold) -> QuerySet[Case] | None:
    """The open matters that wait for somebody holding this role."""
    if hold.role in BODY_ROLES:
        return Case.objects.filter(closed_at__isnull=True, lead_id=hold.body_id, duty=str(hold.role))
    if hold.role in PERSONAL_ROLES:
        if actor.deputy_id is None:
            return None
        followed = Assignment.objects.filter(deputy_id=actor.deputy_id, ended_at__isnull=True)
        return Case.objects.filter(closed_at__isnull=True, pk__in=followed.values("case_id"))
    if hold.role in policy.SEES_ALL_IN_SCOPE:
        return _in_scope(hold.scope).filter(duty=str(hold.role))
    return None


def _in_scope(scope: str) -> QuerySet[Case]:
    """Open matters within a region prefix, so written that the index of that level serves."""
    cases = Case.objects.filter(closed_at__isnull=True)
    if len(scope) in (4, 6, 9):
        return cases.alias(scope=Left("region_id", len(scope))).filter(scope=scope)
    return cases.filter(region_id=scope) if len(scope) == 12 else cases


def _with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related("station", "lead", "region").only(
        "procedure", "year", "title", "stage", "duty", "due_on", "due_at", "paused_until", "raised_by", "channel",
        "closed_at", "outcome", "satisfaction", "region_id", "station__name", "lead__name", "region__name",
    )  # fmt: skip


def _cursor(case: Case) -> str:
    assert case.due_at is not None
    return base64.urlsafe_b64encode(json.dumps([case.due_at.isoformat(), case.pk]).encode()).decode()


def _after(cases: QuerySet[Case], cursor: str) -> QuerySet[Case]:
    """The part of a list after a cursor; a cursor that is none is the start."""
    if not cursor:
        return cases
    try:
        due_text, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        due_at, pk = datetime.fromisoformat(due_text), int(pk)
    except (ValueError, TypeError, binascii.Error):
        return cases
    return cases.filter(due_at__gte=due_at).exclude(due_at=due_at, pk__lte=pk)


# --- one matter -------------------------------------------------------------------------------------------


def case_by_number(year: int, serial: int) -> Case | None:
    """The matter of that number with its names; None when there is none."""
    return _full().filter(pk=serial, year=year).first()


def _full() -> QuerySet[Case]:
    return Case.objects.select_related("region", "station", "lead")


def history(case: Case) -> list[Event]:
    """Every event of a matter, oldest first."""
    return list(Event.objects.filter(stream=f"case:{case.pk}").order_by("sequence"))


def attachments(case: Case) -> list[Attachment]:
    return list(Attachment.objects.filter(case=case).order_by("id"))


def attachment_get(case: Case, digest: str) -> Attachment | None:
    return Attachment.objects.filter(case=case, digest=digest).first()


def assignments_now(case: Case) -> list[Assignment]:
    """Whom the matter is assigned to now, lead first."""
    return list(
        Assignment.objects.filter(case=case, ended_at__isnull=True)
        .select_related("body", "deputy")
        .order_by("id")
    )


def cases_known(*, station_id: int | None = None, scope: str = "", most: int = 6) -> list[Case]:
    """The matters made known last, at one station or everywhere."""
    cases = Case.objects.filter(visibility=Case.Visibility.PUBLIC, closed_at__isnull=False)
    if station_id is not None:
        cases = cases.filter(station_id=station_id)
    if scope:
        cases = cases.filter(Q(region__code__startswith=scope))
    return list(cases.select_related("station").order_by("-closed_at")[:most])


def cases_in_progress(scope: str = "") -> QuerySet[Case]:
    return _in_scope(scope)
