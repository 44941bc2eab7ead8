"""What every write of a gathering shares: the locked row, its event with facts and notices, who is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from tingchao.core.attendance import Result
from tingchao.core.ledger import JSON
from tingchao.core.steps import Refusal, clean_text
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine import notices, record
from tingchao.engine.models import Fact, Notice
from tingchao.engine.timing import local_day
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.policy import GONE, require_keeper

RECEIVED = "meeting.received"
"""Kind of fact: residents received at a gathering, its amount how many, its detail the kind of gathering."""

BATCH = 1000
"""People whom one event names at most."""

LONGEST_REASON = 200

ENDED = {
    Meeting.State.HELD: gettext_noop("这场已经开过了，不能再改。"),
    Meeting.State.CANCELLED: gettext_noop("这场已经取消了。"),
}


def locked(meeting_id: int) -> Meeting:
    """The gathering, locked for this transaction; Refusal "gone" when there is none."""
    found = Meeting.objects.select_for_update(no_key=True).filter(pk=meeting_id).first()
    if found is None:
        raise Refusal("gone", GONE)
    return found


def organised(meeting_id: int, actor: Actor) -> tuple[Meeting, str]:
    """The gathering, locked, with the role under which the actor changes it."""
    meeting = locked(meeting_id)
    return meeting, str(require_keeper(actor, meeting))


def require_ahead(meeting: Meeting) -> None:
    """Raise Refusal "not_here" when a gathering was held or cancelled."""
    if meeting.state in ENDED:
        raise Refusal("not_here", ENDED[Meeting.State(meeting.state)])


def append(
    meeting: Meeting,
    action: str,
    *,
    actor: Actor,
    role: str,
    now: datetime,
    note: str = "",
    data: Mapping[str, JSON] | None = None,
    facts: Sequence[Fact] = (),
    told: Iterable[Notice] = (),
) -> None:
    """Record one step of a gathering on its own chain."""
    entry = record.Entry(
        action=f"meeting.{action}",
        actor=actor,
        role=role,
        now=now,
        note=note,
        data=dict(data or {}),
        facts=list(facts),
        notices=list(told),
    )
    record.append_to_stream(entry, stream=meeting.stream)


def fact(meeting: Meeting, kind: str, *, detail: str = "", amount: int = 1) -> Fact:
    """A fact of a gathering, on the day it begins."""
    return Fact(
        kind=kind,
        subject=meeting.stream,
        day=local_day(meeting.starts_at),
        region_id=meeting.region_id,
        station_id=meeting.station_id,
        detail=detail,
        amount=amount,
    )


def attendance_fact(meeting: Meeting, one: Attendee, result: str, *, amount: int = 1) -> Fact:
    """What is left of one person; an amount of -1 takes back what was recorded by mistake."""
    detail = f"{one.part}.{one.way}" if result == Result.ATTENDED else str(one.part)
    made = fact(meeting, kind_get(meeting.kind).attendance_fact(str(result)), detail=detail, amount=amount)
    made.deputy_id, made.body_id = one.deputy_id, one.body_id
    return made


def tell(people: Iterable[Attendee], meeting: Meeting, template: str, **data: JSON) -> list[Notice]:
    """A notice to everybody of `people` who can be reached: accounts, deputies, bodies."""
    about = about_meeting(meeting) | data
    return [notices.notice(address, template, **about) for one in people for address in addresses_of(one)]


def addresses_of(one: Attendee) -> list[str]:
    """Where somebody is told; nowhere when they are a name alone."""
    if one.deputy_id is not None:
        return [notices.to_deputy(one.deputy_id)]
    if one.account_id is not None:
        return [notices.to_account(one.account_id)]
    return [] if one.body_id is None else [notices.to_body(one.body_id)]


def about_meeting(meeting: Meeting) -> dict[str, JSON]:
    """What every notice says of a gathering, and the way to it."""
    return {
        "title": meeting.title,
        "when": meeting.starts_at.isoformat(),
        "place": where(meeting),
        "link": ["desk:meeting", meeting.pk],
    }


def where(meeting: Meeting) -> str:
    """Where it takes place, in words."""
    if meeting.mode == Meeting.Mode.ONLINE:
        return gettext_noop("线上")
    return meeting.place or (
        meeting.station.name if meeting.station is not None else gettext_noop("地点另定")
    )


def to_organiser(meeting: Meeting, template: str, **data: JSON) -> list[Notice]:
    """A notice to whoever called a gathering; to nobody when a plan did."""
    if not meeting.organiser:
        return []
    return [notices.notice(meeting.organiser, template, **(about_meeting(meeting) | data))]


def reason_plain(reason: str) -> str:
    """A reason as it is kept: one line of at most 200 characters."""
    return " ".join(clean_text(reason).split())[:LONGEST_REASON]


def days_ahead(starts_at: datetime, now: datetime) -> int:
    """Whole days from today to the day on which something begins."""
    return (local_day(starts_at) - local_day(now)).days


def day_of(meeting: Meeting) -> date:
    """The day on which a gathering begins."""
    return local_day(meeting.starts_at)
