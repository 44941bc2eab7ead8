"""The record of a matter as a file to take away: every event, and for sealed days the way to the day's root."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tingchao.core.evidence import record_file
from tingchao.core.ledger import JSON, Link, merkle_proof
from tingchao.engine.models import Case, Event, Seal
from tingchao.engine.record import hashed_fields


def case_record(case: Case, events: Sequence[Event]) -> dict[str, JSON]:
    """What `core.evidence.record_check` takes. `events` are all of the matter's, in their order."""
    links = [Link(one.sequence, one.previous, one.digest, hashed_fields(one)) for one in events]
    return record_file(case.number, links, _proofs(events))


def _proofs(events: Sequence[Event]) -> dict[int, dict[str, JSON]]:
    """Sequence → day, root and path of every event whose day is sealed."""
    roots = dict(Seal.objects.filter(day__in={one.day for one in events}).values_list("day", "root"))
    leaves = {day: _leaves(day) for day in roots}
    return {
        one.sequence: {
            "day": one.day.isoformat(),
            "root": roots[one.day],
            "path": merkle_proof(leaves[one.day], leaves[one.day].index(one.digest)),
        }
        for one in events
        if one.day in roots and one.digest in leaves[one.day]
    }


def _leaves(day: date) -> list[str]:
    return list(Event.objects.filter(day=day).order_by("id").values_list("digest", flat=True))
