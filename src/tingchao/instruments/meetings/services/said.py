"""Matters that came of gatherings, tied to them in bulk: the same rows and events as by `word_take` and `case_tie`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tingchao.core.ledger import JSON
from tingchao.core.steps import Refusal
from tingchao.directory.actors import Actor
from tingchao.engine import record
from tingchao.engine.models import Case
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import CaseMeeting, Meeting
from tingchao.instruments.meetings.policy import GONE, may_organise, require_organiser
from tingchao.instruments.meetings.services.holding import OTHER_PLACE
from tingchao.instruments.meetings.writing import ENDED


@dataclass(frozen=True, slots=True)
class Tied:
    """A matter of a gathering, tied at a moment: said there, or what was deliberated."""

    meeting_id: int
    case: Case
    at: datetime
    tie: str = CaseMeeting.Tie.SAID


@transaction.atomic
def cases_tie(*, ties: Sequence[Tied], actor: Actor) -> int:
    """Tie matters to gatherings; how many were not tied before. Raises Refusal "gone", "forbidden", "not_here"."""
    with connection.cursor() as cursor:  # two at once take turns
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('meetings.cases_tie'))")
    known = set(
        CaseMeeting.objects.filter(case__in=[one.case.pk for one in ties]).values_list(
            "case_id", "meeting_id"
        )
    )
    wanted = {(one.case.pk, one.meeting_id): one for one in ties}
    fresh = [one for key, one in wanted.items() if key not in known]
    meetings = Meeting.objects.in_bulk({one.meeting_id for one in fresh})
    chains: dict[str, list[record.Entry]] = {}
    for one in sorted(fresh, key=lambda tied: tied.at):
        meeting = meetings.get(one.meeting_id)
        if meeting is None:
            raise Refusal("gone", GONE)
        chains.setdefault(meeting.stream, []).append(_entry(one, meeting, actor))
    record.insert_many([CaseMeeting(case=one.case, meeting_id=one.meeting_id, tie=one.tie) for one in fresh])
    record.streams_continue(list(chains.items()))
    return len(fresh)


def _entry(one: Tied, meeting: Meeting, actor: Actor) -> record.Entry:
    kind = kind_get(meeting.kind)
    role = require_organiser(actor, kind, meeting.region_id)
    if not may_organise(actor, kind, one.case.region_id):
        raise Refusal("forbidden", OTHER_PLACE)
    if meeting.state == Meeting.State.CANCELLED:
        raise Refusal("not_here", ENDED[Meeting.State.CANCELLED])
    said = one.tie == CaseMeeting.Tie.SAID
    data: dict[str, JSON] = {"case": one.case.pk, "number": one.case.number}
    return record.Entry(
        action="meeting.word" if said else "meeting.tie",
        actor=actor,
        role=str(role),
        now=one.at,
        data=data if said else data | {"tie": str(one.tie)},
    )
