"""Who is on the list of a gathering: invited, taken off again, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from tingchao.core.attendance import State
from tingchao.core.ledger import JSON
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor, valid_on
from tingchao.directory.models import Account, Body, Deputy
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.seats import waiting_move_up
from tingchao.instruments.meetings.writing import (
    BATCH,
    append,
    day_of,
    organised,
    require_ahead,
    tell,
)

MOST_NAMES = 200
"""People who are invited by name alone at once."""

OUT_OF_OFFICE = gettext_noop("%(names)s在活动当天不在任，不能以代表身份邀请或签到。")


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom to invite: rows of the directory, and (part, name) of people who are in none."""

    deputies: Sequence[Deputy] = ()
    bodies: Sequence[Body] = ()
    accounts: Sequence[Account] = ()
    named: Sequence[tuple[str, str]] = ()
    duty: str = ""

    def rows(self, meeting: Meeting, now: datetime) -> Iterator[Attendee]:
        """One row each, not yet in the database."""
        part = Attendee.Part
        for deputy in self.deputies:
            yield self._row(meeting, now, part.DEPUTY, deputy.name, deputy=deputy)
        for body in self.bodies:
            yield self._row(meeting, now, part.BODY, body.name[:40], body=body)
        for account in self.accounts:
            if account.deputy_id is None:
                yield self._row(meeting, now, part.STAFF, account.name, account=account)
        for kind, name in self.named:
            yield self._row(meeting, now, part(kind), name)

    def _row(self, meeting: Meeting, now: datetime, part: str, name: str, **who: object) -> Attendee:
        return Attendee(
            meeting=meeting,
            part=part,
            name=name,
            duty=self.duty[:20],
            expected=part != Attendee.Part.RESIDENT,
            state=State.INVITED,
            since=now,
            **who,
        )


@transaction.atomic
def attendees_invite(*, meeting_id: int, invited: Invited, actor: Actor, now: datetime) -> int:
    """Put people on the list of a gathering; how many were not on it before. Invited twice, nobody is there twice.

    They are told at once when it is announced already, else when it is. Each event names at most BATCH of them.
    Raises Refusal "input" for deputies who are not in office on its day, or too many names.
    """
    meeting, role = organised(meeting_id, actor)
    require_ahead(meeting)
    require_in_office(invited.deputies, meeting)
    named = tuple((part, " ".join(clean_text(name).split())[:40]) for part, name in invited.named)
    if len(named) > MOST_NAMES or any(part not in Attendee.Part.values for part, _ in named):
        raise refused_inputs({"names": gettext_noop("一次最多写 200 个名字，请分几次加。")})
    wanted = Invited(
        invited.deputies, invited.bodies, invited.accounts, [one for one in named if one[1]], invited.duty
    )
    fresh = _not_there_yet(meeting, wanted.rows(meeting, now))
    for batch in batched(fresh):
        _keep(batch)
        told = tell(batch, meeting, "meeting_invited") if meeting.state == Meeting.State.ANNOUNCED else []
        data: dict[str, JSON] = {"attendees": [one.pk for one in batch], "names": [one.name for one in batch]}
        append(meeting, "invite", actor=actor, role=role, now=now, data=data, told=told)
    return len(fresh)


def require_in_office(deputies: Iterable[Deputy], meeting: Meeting) -> None:
    """Raise Refusal "input" naming those who are not in office on the day of the gathering."""
    day = day_of(meeting)
    gone = [one.name for one in deputies if not valid_on(one.since, one.until, day)]
    if gone:
        raise Refusal("input", OUT_OF_OFFICE, {"names": "、".join(gone[:5])})


def _not_there_yet(meeting: Meeting, rows: Iterable[Attendee]) -> list[Attendee]:
    """Those who are not on the list; whoever gave up their place and is invited again is asked again."""
    known = {_who(one): one for one in meeting.attendees.all()}
    fresh: dict[object, Attendee] = {}
    for row in rows:
        key, there = _who(row), known.get(_who(row))
        if there is None:
            fresh[key] = row
        elif there.state == State.LEFT:
            there.state, there.since, there.expected, there.duty = (
                row.state,
                row.since,
                row.expected,
                row.duty,
            )
            fresh[key] = there
    return list(fresh.values())


def _keep(rows: Sequence[Attendee]) -> None:
    """Write new rows, and those of people who are asked again."""
    Attendee.objects.bulk_create([one for one in rows if one.pk is None])
    Attendee.objects.bulk_update(
        [one for one in rows if one.pk is not None], ["state", "since", "expected", "duty"]
    )


@transaction.atomic
def attendees_remove(*, meeting_id: int, attendee_ids: Sequence[int], actor: Actor, now: datetime) -> int:
    """Take people off the list who need not come any more; they are told once it was announced. How many."""
    meeting, role = organised(meeting_id, actor)
    require_ahead(meeting)
    rows = list(meeting.attendees.filter(pk__in=attendee_ids, signed_at=None).exclude(state=State.LEFT))
    for batch in batched(rows):
        Attendee.objects.filter(pk__in=[one.pk for one in batch]).update(
            state=State.LEFT, since=now, expected=False
        )
        told = tell(batch, meeting, "meeting_off") if meeting.state == Meeting.State.ANNOUNCED else []
        data: dict[str, JSON] = {"attendees": [one.pk for one in batch]}
        append(meeting, "remove", actor=actor, role=role, now=now, data=data, told=told)
    waiting_move_up(meeting, actor=actor, role=role, now=now)
    return len(rows)


def _who(one: Attendee) -> object:
    if one.deputy_id or one.account_id or one.body_id:
        return (one.deputy_id, one.account_id, one.body_id)
    return (one.part, one.name)


def batched(rows: Sequence[Attendee]) -> Iterator[list[Attendee]]:
    """Rows in parts that one event can name."""
    them = iter(rows)
    while batch := list(islice(them, BATCH)):
        yield batch
