"""Matters that have run their course already, written in bulk: a year that was kept elsewhere, a demonstration.

Each is lived step by step through the same decisions as by `engine.services`, with the alarms and lapses that the
sweep would have given on their days, and leaves the same rows, events and facts. Only the writing is done at once, by
COPY. Nobody is told of what is long over, so there are no notices. See docs/adr/0025-bulk-lives.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.finding import Mark, mark
from tingchao.core.procedure import InputKind
from tingchao.core.roles import Role
from tingchao.core.steps import Step
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.selectors import working_calendar
from tingchao.engine import effects, record
from tingchao.engine.lookups import KeptLookups, Lookups
from tingchao.engine.models import Assignment, Case, CaseWords
from tingchao.engine.opening import case_draft, opening_entry, opening_role
from tingchao.engine.services import lapse_decided, roles_of, step_decided
from tingchao.engine.shown import shown_values
from tingchao.engine.sweep import alarm_entry, lapses


@dataclass(frozen=True, slots=True)
class Deed:
    """One action that somebody takes at a moment, with what they type."""

    action: str
    actor: Actor
    at: datetime
    raw: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Life:
    """What becomes of one matter.

    `opening` are the arguments of `opening.case_draft` without the calendar, `beside` makes the row that only the
    mechanism needs. `deeds` is asked for one deed after the other and may look at the matter as it then stands; the
    times of its deeds must not go back.
    """

    opening: Mapping[str, Any]
    deeds: Callable[[Case], Iterator[Deed]]
    beside: Callable[[Case], models.Model] | None = None


@transaction.atomic
def cases_live(*, lives: Sequence[Life], until: datetime, lookups: Lookups | None = None) -> list[Case]:
    """Write matters with what happened to them up to `until`; those that were written, in the order given.

    One whose `submission` is known adds nothing. Raises whatever Refusal a step is refused with, and ValueError for
    deeds that go back in time or merge; then nothing is written.
    """
    with connection.cursor() as cursor:  # two at once take turns, so that none is written twice
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cases.live'))")
    fresh = _unknown(lives)
    calendar, asking = working_calendar(), lookups or KeptLookups()
    cases = [case_draft(**life.opening, calendar=calendar) for life in fresh]
    record.number_rows(cases)
    books = [
        _Book(case, life, asking, calendar, until).written() for case, life in zip(cases, fresh, strict=True)
    ]
    _write(books)
    return cases


def _unknown(lives: Sequence[Life]) -> list[Life]:
    keys = [life.opening.get("submission") for life in lives]
    named = [key for key in keys if key]
    if len(named) != len(set(named)):
        raise ValueError("two lives have one submission")
    known = set(Case.objects.filter(submission__in=named).values_list("submission", flat=True))
    return [life for life, key in zip(lives, keys, strict=True) if key not in known]


class _Book:
    """One matter's life as it is written down, before anything of it is in the database."""

    def __init__(
        self, case: Case, life: Life, lookups: Lookups, calendar: WorkingCalendar, until: datetime
    ) -> None:
        self.case, self.life = case, life
        self.lookups, self.calendar, self.until = lookups, calendar, until
        self.assignments: list[Assignment] = []
        self.entries: list[record.Entry] = []
        self.events: list[models.Model] = []
        self.last = case.opened_at

    def written(self) -> _Book:
        self._open()
        for deed in self.life.deeds(self.case):
            if deed.at > self.until:
                break
            if deed.at < self.last:
                raise ValueError(f"{deed.action} of {self.case.submission} goes back in time")
            self._pass(deed.at)
            self._take(deed)
        self._pass(self.until)
        return self

    def _open(self) -> None:
        procedure, actor = self.life.opening["procedure"], self.life.opening["actor"]
        case = self.case
        role = opening_role(procedure, actor, case.region_id, None)
        entry = opening_entry(case, procedure, actor=actor, role=role, now=case.opened_at)
        entry.beside = [] if self.life.beside is None else [self.life.beside(case)]
        self._keep(entry)

    def _pass(self, upto: datetime) -> None:
        """What the sweep does of itself until a moment: alarms, and stages whose time is over."""
        case = self.case
        while case.closed_at is None and case.wake_at is not None and case.wake_at <= upto:
            now = max(case.wake_at, self.last)
            if case.due_at is not None and now >= case.due_at and lapses(case):
                self._step(lapse_decided(case, now), SYSTEM, Role.SYSTEM, now)
            else:
                self._keep(alarm_entry(case, now, self.calendar))

    def _take(self, deed: Deed) -> None:
        running = [one for one in self.assignments if one.ended_at is None]
        playing = roles_of(deed.actor, self.case, running)
        step, role = step_decided(
            self.case, deed.action, deed.raw, playing, actor=deed.actor, now=deed.at, lookups=self.lookups
        )
        if any(item.kind is InputKind.CASE for item in step.action.inputs):
            raise ValueError(f"{deed.action} merges a matter, which is not done in bulk")
        self._step(step, deed.actor, role, deed.at)

    def _step(self, step: Step, actor: Actor, role: Role, now: datetime) -> None:
        case, before = self.case, self.case.stage
        shown = shown_values(step, self.lookups)
        effects.set_matter(case, step)
        ended, made = effects.given(case, step, now=now)
        for one in self.assignments:
            if one.ended_at is None and (ended is None or one.kind in ended):
                one.ended_at = now
        self.assignments += made
        effects.move_on(case, step, actor=actor, now=now)
        self._keep(
            effects.entry_of(
                case, step, before=before, shown=shown, actor=actor, role=role, now=now, pictured=False
            )
        )

    def _keep(self, entry: record.Entry) -> None:
        entry.notices = []
        self.events.append(record.chained(entry))
        self.entries.append(entry)
        self.last = entry.now

    def found_by(self) -> Iterator[CaseWords]:
        """What the matter is found by, with the marks that the database gives when it is assigned."""
        marks = {mark(Mark.BODY, one.body_id) for one in self.assignments if one.body_id is not None}
        marks |= {mark(Mark.DEPUTY, one.deputy_id) for one in self.assignments if one.deputy_id is not None}
        for words in self.entries[0].found_by:
            words.words = [*words.words, *sorted(marks - set(words.words))]
            yield words


def _write(books: Sequence[_Book]) -> None:
    """Each table by one COPY. Assignments come last, since a trigger looks for the words of their matters."""
    record.insert_many([book.case for book in books])
    record.insert_many([event for book in books for event in book.events])
    record.insert_many([fact for book in books for entry in book.entries for fact in entry.facts])
    for rows in _by_model(row for book in books for row in book.entries[0].beside):
        record.insert_many(rows)
    record.insert_many([words for book in books for words in book.found_by()])
    record.insert_many([one for book in books for one in book.assignments])


def _by_model(rows: Iterable[models.Model]) -> Iterable[list[models.Model]]:
    found: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row)
    return found.values()
