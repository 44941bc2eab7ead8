"""Filings that were dealt with elsewhere, taken over in bulk: the same rows, events and facts, and nobody is told.

Each step is decided by the procedure as if it were taken now; one that the procedure does not allow is refused, and
then nothing of the whole is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.procedure import Publicity
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Step, decide
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import working_calendar
from tingchao.engine import effects, policy, record, timing
from tingchao.engine.models import Assignment, Case, Event
from tingchao.engine.opening import case_draft, opening_entry
from tingchao.engine.services import standing_of
from tingchao.engine.shown import shown_values, texts_for
from tingchao.engine.timing import local_day
from tingchao.instruments.documents.models import Document
from tingchao.instruments.documents.past import Move, PastDocument, Settled, documents_take_over
from tingchao.instruments.documents.services import Written
from tingchao.mechanisms.filing_review.models import Filing, Receipt, Sending
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.rules import filed_within, late_by
from tingchao.mechanisms.filing_review.services.filings import NO_MAKER, lines_of, state_after
from tingchao.mechanisms.filing_review.services.receipts import receipts_draft
from tingchao.mechanisms.filing_review.services.sending import received_entry, sending_draft


@dataclass(frozen=True, slots=True)
class Done:
    """One step that was taken: the procedure's action, what was typed, by whom, when."""

    action: str
    raw: Mapping[str, object]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class SentOn:
    """That it was sent on to the province, who asked for it, and the number on the receipt."""

    receipt: str
    actor: Actor
    at: datetime


@dataclass(slots=True)
class Past:
    """A filing with its steps. `submission` names it wherever it was kept, so that it is taken over once.

    `moves` are what happened to the document meanwhile: texts that followed, decisions about findings.
    """

    written: Written
    submission: str
    actor: Actor
    at: datetime
    steps: Sequence[Done] = ()
    moves: Sequence[Move] = ()
    sent: SentOn | None = None
    simulated: bool = False


@dataclass(slots=True)
class _Matter:
    """A matter as it is put together."""

    past: Past
    case: Case
    document: Document
    given: list[Assignment] = field(default_factory=list)
    entries: list[record.Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sending: Sending | None = None

    def keep(self, entry: record.Entry) -> None:
        """Link a step to the chain; its notices are left out, since what they tell is over."""
        entry.notices = []
        self.events.append(record.chained(entry))
        self.entries.append(entry)


@transaction.atomic
def filings_take_over(*, pasts: Sequence[Past]) -> int:
    """Write filings that were dealt with elsewhere; how many were not known before. Refusal as the services give it."""
    with connection.cursor() as cursor:  # two imports at once take turns
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('filings.take_over'))")
    named = [one.submission for one in pasts]
    known = set(Case.objects.filter(submission__in=named).values_list("submission", flat=True))
    fresh = list({one.submission: one for one in pasts if one.submission not in known}.values())
    calendar = working_calendar()
    documents = documents_take_over([_document(one) for one in fresh])
    cases = [_draft(one, document, calendar) for one, document in zip(fresh, documents, strict=True)]
    record.number_rows(cases)
    matters = [
        _Matter(one, case, document) for one, case, document in zip(fresh, cases, documents, strict=True)
    ]
    for matter in matters:
        _live(matter, calendar)
    _write(matters, calendar)
    return len(matters)


def _document(past: Past) -> PastDocument:
    """The document's part of the story: what the matter came to is put on it by the job that services have for it."""
    moves = list(past.moves)
    outcome = ""
    for done in past.steps:
        action = FILING.action(done.action)
        outcome = str(done.raw.get("effect") or "") or action.outcome or outcome
        if FILING.stage(action.reaches).end and not FILING.stage(action.leaves[0]).end:
            state = state_after(outcome)
            moves.append(Settled(str(state), state != Document.State.OUTSIDE, done.at))
    return PastDocument(past.written, past.actor, past.at, sorted(moves, key=lambda move: move.at))


def _draft(past: Past, document: Document, calendar: WorkingCalendar) -> Case:
    maker = past.written.maker
    if not policy.roles_for_body(past.actor, document.region_id, maker.pk):
        raise Refusal("forbidden", NO_MAKER)
    case = case_draft(
        procedure=FILING,
        title=document.title,
        text=f"{document.title}\n{document.number}",
        region_code=document.region_id,
        channel="desk",
        raised_by=maker.name[:40],
        actor=past.actor,
        now=past.at,
        submission=past.submission,
        simulated=past.simulated,
        calendar=calendar,
    )
    case.lead_id = maker.pk
    return case


def _live(matter: _Matter, calendar: WorkingCalendar) -> None:
    case, past = matter.case, matter.past
    matter.given.append(
        Assignment(case=case, kind=Assignment.Kind.LEAD, body_id=case.lead_id, assigned_at=past.at)
    )
    matter.keep(opening_entry(case, FILING, actor=past.actor, role=Role.HANDLER, now=past.at))
    for done in past.steps:
        _send(matter, done.at)
        _step(matter, done, calendar)
    _send(matter, None)


def _send(matter: _Matter, before: datetime | None) -> None:
    """Note that it was sent on, once that is due: before a step of that time, or at the end."""
    sent = matter.past.sent
    if sent is None or matter.sending is not None or (before is not None and before < sent.at):
        return
    matter.sending = sending_draft(matter.case, edition=1, actor=sent.actor, now=sent.at)
    matter.sending.state, matter.sending.try_at = Sending.State.RECEIVED, None
    matter.sending.sent_at = matter.sending.received_at = sent.at
    matter.sending.receipt = sent.receipt
    matter.keep(received_entry(matter.case, matter.sending, sent.at))


def _step(matter: _Matter, done: Done, calendar: WorkingCalendar) -> None:
    case = matter.case
    bodies = {one.body_id for one in matter.given if one.body_id is not None and one.ended_at is None}
    roles = policy.roles_on(
        done.actor, case_id=case.pk, region_code=case.region_id, bodies=bodies, deputies=set()
    )
    roles = policy.roles_to_act(roles, done.actor, lead_id=case.lead_id)
    step = decide(FILING, standing_of(case), done.action, done.raw, roles, done.actor.key)
    role = policy.require(roles, set(step.action.roles))
    before = case.stage
    shown, public = shown_values(step), effects.published(case, step, ())
    _apply(matter, step, done.at, calendar)
    case.returns, case.outcome = step.returns, step.outcome
    timing.enter_stage(case, step.stage, now=done.at, calendar=calendar)
    case.brought_by = done.actor.key
    said, note = texts_for(step)
    matter.keep(
        record.Entry(
            action=step.action.key,
            actor=done.actor,
            role=str(role),
            now=done.at,
            case=case,
            before=before,
            said=said,
            note=note,
            data={"shown": shown, "public": public, "files": []},
            facts=effects.facts_of(case, step),
        )
    )


def _apply(matter: _Matter, step: Step, at: datetime, calendar: WorkingCalendar) -> None:
    """What a step of this procedure does beside the stage (`engine.effects.apply`), without asking the database."""
    case = matter.case
    if step.rating is not None:
        case.satisfaction = str(step.rating)
    elif step.action.answers:
        case.satisfaction = ""
    for item in step.action.inputs:
        if item.sets in effects.PUBLIC:
            setattr(case, item.sets, step.values.get(item.key) or "")
    if step.publishes is not None:
        known = step.publishes is Publicity.ACCOUNT
        case.visibility = Case.Visibility.PUBLIC if known else Case.Visibility.PRIVATE
    due_on = timing.due_day(case.procedure, step.stage, step.tier, at, calendar)
    matter.given += [
        Assignment(case=case, kind=Assignment.Kind.JOINT, body_id=key, assigned_at=at, due_on=due_on)
        for key in effects.bodies_named(step)
    ]
    if step.stage.end:
        for one in matter.given:
            one.ended_at = one.ended_at or at


def _write(matters: Sequence[_Matter], calendar: WorkingCalendar) -> None:
    record.insert_many([matter.case for matter in matters])
    record.insert_many([row for matter in matters for row in matter.given])
    record.insert_many([_filing(matter, calendar) for matter in matters])
    record.insert_many(receipts_draft([one for matter in matters for one in _receipts(matter)]))
    record.insert_many([matter.sending for matter in matters if matter.sending is not None])
    record.insert_many([event for matter in matters for event in matter.events])
    entries = [entry for matter in matters for entry in matter.entries]
    record.insert_many([fact for entry in entries for fact in entry.facts])
    record.insert_many([row for entry in entries for row in entry.found_by])


def _receipts(matter: _Matter) -> list[tuple[Case, str, list[str], datetime]]:
    """The receipts that were due: for what was filed, and for each time it was registered."""
    past = matter.past
    lines = lines_of(kind for kind, said in past.written.papers.items() if said.strip())
    given: list[tuple[Case, str, list[str], datetime]] = [(matter.case, Receipt.Kind.FILED, lines, past.at)]
    given += [
        (matter.case, Receipt.Kind.REGISTERED, lines, done.at)
        for done in past.steps
        if done.action == "register"
    ]
    return given


def _filing(matter: _Matter, calendar: WorkingCalendar) -> Filing:
    document = matter.document
    last = timing.period_end(FILING, filed_within(document.region_id), document.published_on, calendar)
    return Filing(
        case=matter.case,
        document=document,
        late_by=late_by(last, local_day(matter.past.at)),
        settled=matter.case.closed_at is not None,
    )
