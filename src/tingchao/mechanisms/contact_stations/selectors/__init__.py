"""Reads of core tasks, drafts and deliberations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Case as When
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models import When as Then

from tingchao.directory.actors import Actor
from tingchao.directory.models import Station
from tingchao.directory.selectors import stations_within
from tingchao.engine.models import Assignment, Case
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.mechanisms.contact_stations.manifest import SEES_TASKS
from tingchao.mechanisms.contact_stations.models import (
    CoreTask,
    Deliberation,
    DeliberationTask,
    Draft,
    DraftOpinion,
    Judgement,
    TaskSet,
)
from tingchao.mechanisms.contact_stations.procedure import DELIBERATIONS
from tingchao.mechanisms.contact_stations.rules import Article, Item, step_fault_of, submission_of

PAGE = 25
OPEN_STAGES = ("handed", "doing", "mending")
ENDS = ("task_known", "task_closed")


def scopes_seen(actor: Actor) -> tuple[str, ...]:
    """The region prefixes within which somebody sees tasks and drafts; () nowhere."""
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in SEES_TASKS))


def within(column: str, scopes: Iterable[str]) -> Q:
    """Rows whose region lies in one of the prefixes."""
    found = Q(pk__in=[])
    for scope in scopes:
        found |= Q(**{f"{column}__startswith": scope})
    return found


def _touches(column: str, scopes: Iterable[str]) -> Q:
    """Rows whose region lies in one of the prefixes or above one of them."""
    found = within(column, scopes)
    for scope in scopes:
        found |= Q(
            **{f"{column}__in": [f"{scope[:level]:0<12}" for level in (2, 4, 6, 9) if level <= len(scope)]}
        )
    return found


# --- core tasks -------------------------------------------------------------------------------------------


def stations_asked(scope: str, kinds: Iterable[str]) -> list[Station]:
    """The stations in use of some kinds within a region prefix, in the order of their places."""
    rows = stations_within((scope,)).filter(kind__in=list(kinds))
    return list(rows.order_by("region_id", "id"))


def handed_before(items: Iterable[Item], stations: Iterable[Station], year: int) -> int:
    """How many of these tasks the stations were handed before."""
    stations = list(stations)
    keys = [submission_of(year, item.key, station.pk) for item in items for station in stations]
    return Case.objects.filter(submission__in=keys).count()


def task_sets(scopes: tuple[str, ...]) -> list[TaskSet]:
    """The sets that reach into these region prefixes, the newest first. One SQL statement."""
    rows = TaskSet.objects.filter(_touches("region__code", scopes)) if "" not in scopes else TaskSet.objects
    return list(rows.select_related("region").order_by("-id")[:PAGE])


def task_set_get(set_id: int, scopes: tuple[str, ...]) -> TaskSet | None:
    """One set that reaches into these region prefixes; None when there is none."""
    rows = TaskSet.objects.filter(pk=set_id) if set_id < 2**63 else TaskSet.objects.none()
    if "" not in scopes:
        rows = rows.filter(_touches("region__code", scopes))
    return rows.select_related("region").first()


@dataclass(slots=True)
class Progress:
    """How far tasks are: closed, waiting to be confirmed, with the station, and of all open ones those overdue."""

    closed: int = 0
    confirming: int = 0
    doing: int = 0
    late: int = 0

    @property
    def all(self) -> int:
        return self.closed + self.confirming + self.doing

    def add(self, stage: str, count: int, late: int) -> None:
        """Count matters at a stage."""
        if stage in ENDS:
            self.closed += count
        elif stage == "confirming":
            self.confirming += count
        else:
            self.doing += count
        self.late += late


def progress_of(
    set_ids: Iterable[int], scopes: tuple[str, ...], now: datetime
) -> dict[int, dict[str, Progress]]:
    """Set id → item key → how far its tasks are within region prefixes. One SQL statement."""
    rows = CoreTask.objects.filter(task_set__in=list(set_ids))
    if "" not in scopes:
        rows = rows.filter(within("case__region__code", scopes))
    counted = rows.values_list("task_set_id", "item", "case__stage").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(case__due_at__lte=now))
    )
    found: dict[int, dict[str, Progress]] = {}
    for set_id, item, stage, count, late in counted:
        found.setdefault(set_id, {}).setdefault(item, Progress()).add(stage, count, late)
    return found


def task_of(case: Case) -> CoreTask | None:
    """Which task a matter is; None when it is none."""
    return CoreTask.objects.select_related("task_set").filter(pk=case.pk).first()


# --- drafts -----------------------------------------------------------------------------------------------


def drafts_shown(today: date, *, most: int = 40) -> list[Draft]:
    """Drafts that are open for opinions, then those that were, the latest first; without their text."""
    open_now = When(Then(until__gte=today, replied_at=None, then=Value(0)), default=Value(1))
    rows = Draft.objects.select_related("region").defer("text", "articles")
    return list(rows.annotate(over=open_now).order_by("over", F("until").desc(), "-id")[:most])


def drafts_near(scopes: tuple[str, ...]) -> list[Draft]:
    """The drafts that concern somebody with these region prefixes, the newest first."""
    rows = Draft.objects.select_related("region").defer("text", "articles")
    if "" not in scopes:
        rows = rows.filter(_touches("region__code", scopes))
    return list(rows.order_by("-id")[:PAGE])


def draft_get(draft_id: int) -> Draft | None:
    return Draft.objects.select_related("region").filter(pk=draft_id).first() if draft_id < 2**63 else None


def articles_kept(draft: Draft) -> list[Article]:
    """The articles of a draft."""
    return [Article(**row) for row in draft.articles]


@dataclass(slots=True)
class Tally:
    """Opinions on one article: all, answered, and by outcome."""

    all: int = 0
    waiting: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def adopted(self) -> int:
        return self.outcomes.get("adopted", 0) + self.outcomes.get("adopted_partly", 0)


def tallies_of(draft_ids: Iterable[int]) -> dict[int, dict[str, Tally]]:
    """Draft id → article key → its opinions. One SQL statement."""
    rows = (
        DraftOpinion.objects.filter(draft__in=list(draft_ids))
        .values_list("draft_id", "article", "case__outcome", "case__stage")
        .annotate(n=Count("pk"))
    )
    found: dict[int, dict[str, Tally]] = {}
    for draft_id, article, outcome, stage, count in rows:
        tally = found.setdefault(draft_id, {}).setdefault(article, Tally())
        tally.all += count
        if stage == "weighing":
            tally.waiting += count
        elif outcome:
            tally.outcomes[outcome] = tally.outcomes.get(outcome, 0) + count
    return found


def opinions_page(
    draft_id: int, *, article: str | None = None, after: int = 0
) -> tuple[list[DraftOpinion], int]:
    """One page of the opinions on a draft, in the order of their coming, and the cursor of the next (0: none)."""
    rows: QuerySet[DraftOpinion] = DraftOpinion.objects.select_related("case", "case__station").filter(
        draft_id=draft_id, pk__gt=after
    )
    if article is not None:
        rows = rows.filter(article=article)
    found = list(rows.order_by("pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def opinion_of(case: Case) -> DraftOpinion | None:
    """On which draft an opinion is; None when the matter is none."""
    return DraftOpinion.objects.select_related("draft").filter(pk=case.pk).first()


def article_of(opinion: DraftOpinion) -> dict[str, Any] | None:
    """The article that an opinion is on; None when it is on the whole."""
    return next((row for row in opinion.draft.articles if row["key"] == opinion.article), None)


# --- deliberations ----------------------------------------------------------------------------------------


def deliberation_get(case_id: int) -> Deliberation | None:
    """One deliberation with its matter, where it came from and its gathering. One SQL statement."""
    near = ("case__region", "case__station", "about", "meeting__station", "meeting__region")
    return Deliberation.objects.select_related(*near).filter(pk=case_id).first()


def deliberations_page(scopes: tuple[str, ...], *, after: int = 0) -> tuple[list[Deliberation], int]:
    """One page of the deliberations within region prefixes, the newest first, each with `tasks_all` and `tasks_open`;
    and the cursor of the next (0: none). One SQL statement."""
    rows = Deliberation.objects.select_related("case__region", "case__station", "meeting")
    if "" not in scopes:
        rows = rows.filter(within("case__region__code", scopes))
    if after:
        rows = rows.filter(pk__lt=after)
    counted = rows.annotate(
        tasks_all=Count("tasks"), tasks_open=Count("tasks", filter=Q(tasks__case__closed_at=None))
    )
    found: list[Deliberation] = [*counted.order_by("-pk")[: PAGE + 1]]
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def decided_of(deliberation: Deliberation) -> list[DeliberationTask]:
    """The tasks that it decided, in their order. One SQL statement."""
    return list(deliberation.tasks.select_related("case__lead").order_by("pk"))


def deliberation_of_task(case: Case) -> Deliberation | None:
    """The deliberation that decided a task; None when the matter is none."""
    row = DeliberationTask.objects.select_related("deliberation__case").filter(pk=case.pk).first()
    return None if row is None else row.deliberation


def deliberation_about(case_id: int) -> Deliberation | None:
    """The deliberation under way of a matter; None when there is none."""
    return Deliberation.objects.select_related("case").filter(about=case_id, case__closed_at=None).first()


def asked_to_come(case: Case) -> list[Assignment]:
    """Whom the matter's present assignments ask: deputies who deliberate, bodies concerned."""
    kinds = (Assignment.Kind.DELIBERATE, Assignment.Kind.JOINT)
    rows = case.assignments.filter(kind__in=kinds, ended_at=None).select_related("deputy", "body")
    return list(rows.order_by("id"))


def who_came(meeting: Meeting | None) -> int:
    """How many were at a gathering."""
    return 0 if meeting is None else meeting.attendees.filter(signed_at__isnull=False).count()


def votes_of(deliberation: Deliberation) -> dict[str, int]:
    """Rating → how many gave it to the result that was told last. One SQL statement."""
    rows = deliberation.judgements.filter(result_at=deliberation.case.stage_since)
    return dict(rows.values_list("rating").annotate(n=Count("pk")))


def words_given(deliberation: Deliberation, most: int = 50) -> list[str]:
    """What those said who rated the last result."""
    rows = deliberation.judgements.filter(result_at=deliberation.case.stage_since).exclude(words="")
    return list(rows.order_by("id").values_list("words", flat=True)[:most])


def judgement_of(deliberation: Deliberation, attendee: Attendee) -> Judgement | None:
    """What one of those who came said of the last result; None when they have not."""
    rows = deliberation.judgements.filter(result_at=deliberation.case.stage_since, attendee=attendee)
    return rows.first()


def deliberation_judged_at(meeting_id: int) -> Deliberation | None:
    """The deliberation whose result those who were at a gathering rate now; None when there is none."""
    rows = Deliberation.objects.select_related("case", "meeting").filter(meeting=meeting_id)
    return rows.filter(case__stage="judging").first()


def waiting_to_ask(most: int = 20) -> list[int]:
    """Deliberations whose result was told and whose people were not asked yet."""
    rows = Deliberation.objects.filter(case__stage="judging", meeting__isnull=False)
    rows = rows.filter(Q(asked_at=None) | Q(asked_at__lt=F("case__stage_since")))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:most])


def judged_until(moment: datetime, most: int = 50) -> list[int]:
    """Deliberations that somebody rated and whose time to do so is over at `moment`."""
    given = Judgement.objects.filter(deliberation=OuterRef("pk"), result_at=OuterRef("case__stage_since"))
    rows = Deliberation.objects.filter(case__stage="judging", case__due_at__lte=moment).filter(Exists(given))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:most])


def step_fault(case: Case, action: str) -> str:
    """Why a step of a deliberation cannot be taken yet; empty when it can, and for every other matter."""
    if case.procedure != DELIBERATIONS.key or action not in GUARDED:
        return ""
    rows = Deliberation.objects.select_related("meeting").annotate(
        tasks_all=Count("tasks"), tasks_open=Count("tasks", filter=Q(tasks__case__closed_at=None))
    )
    row = rows.get(pk=case.pk)
    meeting = row.meeting
    shown = (Meeting.State.ANNOUNCED, Meeting.State.HELD)
    called = meeting is not None and meeting.state in shown and meeting.created_at >= case.stage_since
    held = meeting is not None and meeting.state == Meeting.State.HELD and bool(meeting.minutes)
    return step_fault_of(action, called=called, held=held, tasks=row.tasks_all, still_open=row.tasks_open)


GUARDED = ("call", "settle", "explain", "go_on", "finish")
