"""Listening to one resident after the other: who waits, whose turn it is, who was heard and is counted as received.

Who came is counted when they were heard, once each; `meeting_hold` adds only those whom nobody wrote down.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from tingchao.core.attendance import State, code_fault, list_fault
from tingchao.core.ledger import JSON
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.models import Case, Fact
from tingchao.engine.timing import local_day
from tingchao.instruments.codes.selectors import code_resolve
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.policy import GONE, require_listener
from tingchao.instruments.meetings.services.attending import (
    NO_RESIDENTS,
    NOT_OPEN,
    RESIDENT,
    own_row,
    people_sign,
)
from tingchao.instruments.meetings.services.holding import word_tie
from tingchao.instruments.meetings.services.inviting import require_in_office
from tingchao.instruments.meetings.writing import ENDED, RECEIVED, append, fact, locked

MOST_PEOPLE = 200
"""People who come together: a household, or the neighbours of a whole house."""

NOBODY = gettext_noop("没有找到这个人，请回到等候的名单再选。")
TAKEN = gettext_noop("这位正在跟别人谈，请叫下一位。")
HEARD = gettext_noop("这位已经听过了。还有事说，可以再记一件。")
BAD_PEOPLE = gettext_noop("一起来的人数填 1 到 200 之间的整数。")
NO_LISTENER = gettext_noop("请从名单上选一位在听的代表。")
HAS_MATTER = gettext_noop("已经记成了一件事，不能撤回；写错了请在那件事里说明。")
NOT_OF_HERE = gettext_noop("这个码不是这一场的，请扫站点墙上的码，或者看看是不是走错了站。")
LONG_NAME = gettext_noop("称呼 20 个字以内就够，比如“王女士”。")


# --- coming -----------------------------------------------------------------------------------------------


@transaction.atomic
def resident_arrive(*, attendee_id: int, now: datetime) -> Attendee:
    """A resident who put themselves down says through their own link that they are here. Twice is once.

    Raises Refusal "not_here": too early, over, cancelled.
    """
    one = Attendee.objects.filter(pk=attendee_id, part=Attendee.Part.RESIDENT).first()
    if one is None:
        raise Refusal("gone", GONE)
    meeting = locked(one.meeting_id)
    one.refresh_from_db()
    if one.signed_at is not None:
        return one
    _require_running(meeting, now)
    return _arrive(meeting, one, by="self", actor=RESIDENT, role=str(one.part), now=now)


@transaction.atomic
def resident_check_in(*, meeting_id: int, token: str, name: str, submission: str, now: datetime) -> Attendee:
    """Put a resident in the queue who scanned the code of the station, or of the activity, where they stand.

    The same `submission` is one person. Raises Refusal "code" for a code that is forged, ended or of elsewhere,
    "not_here" too early, after the end or where nobody waits, "input".
    """
    known = Attendee.objects.filter(submission=submission).first()
    if known is not None:
        return known
    meeting = locked(meeting_id)
    if not meeting.public:
        raise Refusal("gone", GONE)
    if not meeting.residents:
        raise Refusal("not_here", NO_RESIDENTS)
    _require_running(meeting, now)
    _require_code_of(meeting, token, local_day(now))
    one = _put_down(meeting, name, 1, submission, now)
    return _arrive(meeting, one, by="code", actor=RESIDENT, role=str(one.part), now=now)


def _require_running(meeting: Meeting, now: datetime) -> None:
    if meeting.state != Meeting.State.ANNOUNCED:
        raise Refusal("not_here", ENDED.get(Meeting.State(meeting.state), NOT_OPEN))
    if fault := code_fault(meeting.starts_at, meeting.ends_at, now):
        raise Refusal("not_here", fault)


def _require_code_of(meeting: Meeting, token: str, today: date) -> None:
    """The code is genuine, in force and of this place: of the gathering's station, or its own activity code."""
    scan = code_resolve(token, today=today)
    if scan.refused:
        raise Refusal("code", scan.refused)
    here = scan.station is not None and scan.station.id == meeting.station_id and scan.case is None
    if not here or (scan.activity is not None and scan.activity.id != meeting.activity_id):
        raise Refusal("code", NOT_OF_HERE)


@transaction.atomic
def resident_add(
    *,
    meeting_id: int,
    actor: Actor,
    now: datetime,
    name: str = "",
    people: int = 1,
    submission: str | None = None,
) -> Attendee:
    """Put somebody in the queue who came without signing up; a name is not needed. The same `submission` is one."""
    known = Attendee.objects.filter(submission=submission).first() if submission else None
    if known is not None:
        return known
    meeting, role, _ = _listening(meeting_id, actor, now)
    one = _put_down(meeting, name, people, submission, now)
    return _arrive(meeting, one, by="list", actor=actor, role=role, now=now)


def _put_down(meeting: Meeting, name: str, people: int, submission: str | None, now: datetime) -> Attendee:
    name = " ".join(clean_text(name).split())
    faults = {"name": LONG_NAME if len(name) > 20 else "", "people": people_fault(people)}
    if any(faults.values()):
        raise refused_inputs({key: fault for key, fault in faults.items() if fault})
    return Attendee(
        meeting=meeting,
        part=Attendee.Part.RESIDENT,
        name=name,
        state=State.COMING,
        since=now,
        people=people,
        submission=submission,
    )


def people_fault(people: int) -> str:
    """What is wrong with how many came together; empty when nothing is."""
    return "" if 1 <= people <= MOST_PEOPLE else BAD_PEOPLE


def _arrive(meeting: Meeting, one: Attendee, *, by: str, actor: Actor, role: str, now: datetime) -> Attendee:
    """Sign a resident in and put them at the end of the queue."""
    one.state, one.queued_at = State.COMING, now
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError:
        return Attendee.objects.get(submission=one.submission)
    if one.signed_at is None:
        people_sign(meeting, [one], way="offline", by=by, actor=actor, role=role, now=now)
    return one


# --- whose turn it is -------------------------------------------------------------------------------------


def _listening(meeting_id: int, actor: Actor, now: datetime) -> tuple[Meeting, str, Attendee | None]:
    """The gathering, locked, with the role and the row of whoever listens there, while that is possible."""
    meeting = locked(meeting_id)
    own = own_row(actor, meeting)
    role = require_listener(actor, meeting, own)
    if meeting.state == Meeting.State.CANCELLED:
        raise Refusal("not_here", ENDED[Meeting.State.CANCELLED])
    if fault := list_fault(meeting.starts_at, meeting.ends_at, now):
        raise Refusal("not_here", fault)
    return meeting, role, own


def _resident(meeting: Meeting, attendee_id: int) -> Attendee:
    one = meeting.attendees.filter(pk=attendee_id, part=Attendee.Part.RESIDENT).first()
    if one is None:
        raise Refusal("gone", NOBODY)
    return one


@transaction.atomic
def resident_call(*, meeting_id: int, attendee_id: int, actor: Actor, now: datetime) -> Attendee:
    """It is this resident's turn: nobody else calls them. Who is called is here, and signed in.

    Raises Refusal "not_here" when somebody else listens to them already.
    """
    meeting, role, own = _listening(meeting_id, actor, now)
    one = _resident(meeting, attendee_id)
    listener = own.deputy_id if own is not None else None
    if one.heard_at is not None:
        return one
    if one.turn_at is not None:
        if one.listener_id not in (None, listener):
            raise Refusal("not_here", TAKEN)
        return one
    if one.signed_at is None:
        _arrive(meeting, one, by="list", actor=actor, role=role, now=now)
    one.turn_at, one.listener_id = now, listener
    one.save(update_fields=["turn_at", "listener"])
    append(meeting, "call", actor=actor, role=role, now=now, data={"attendees": [one.pk]})
    return one


@transaction.atomic
def resident_put_back(*, meeting_id: int, attendee_id: int, actor: Actor, now: datetime) -> Attendee:
    """Who was called and did not come, or wants to wait, goes to the end of the queue. What was let go by mistake
    comes back with its count evened out. Raises Refusal "not_here" once a matter was made of it."""
    meeting, role, _ = _listening(meeting_id, actor, now)
    one = _resident(meeting, attendee_id)
    if one.cases.exists():
        raise Refusal("not_here", HAS_MATTER)
    facts = []
    if one.heard_at is not None and meeting.held_at is None:
        meeting.received = (meeting.received or 0) - one.people
        meeting.save(update_fields=["received"])
        facts = [_received(meeting, one, -one.people)]
    one.turn_at, one.heard_at, one.listener_id, one.queued_at = None, None, None, now
    one.save(update_fields=["turn_at", "heard_at", "listener", "queued_at"])
    data: dict[str, JSON] = {"attendees": [one.pk]}
    append(meeting, "put_back", actor=actor, role=role, now=now, data=data, facts=facts)
    return one


# --- heard ------------------------------------------------------------------------------------------------


@transaction.atomic
def resident_hear(
    *,
    meeting_id: int,
    attendee_id: int,
    actor: Actor,
    now: datetime,
    people: int = 1,
    listener_id: int | None = None,
    case: Case | None = None,
) -> Attendee:
    """Record that a resident was heard: counted as received once, with the matter that came of it, if one did.

    `people` came together. `listener_id` is the deputy on the list who listened, where somebody else writes it down.
    Called by the mechanism in the transaction that opens the matter. Raises Refusal "input", "not_here", "gone".
    """
    meeting, role, own = _listening(meeting_id, actor, now)
    one = _resident(meeting, attendee_id)
    if fault := people_fault(people):
        raise refused_inputs({"people": fault})
    deputy = _listener(meeting, own, listener_id)
    if one.signed_at is None:
        _arrive(meeting, one, by="list", actor=actor, role=role, now=now)
    if deputy is not None and deputy.signed_at is None:
        people_sign(meeting, [deputy], way="offline", by="list", actor=actor, role=role, now=now)
    heard_by = deputy.deputy_id if deputy is not None else None
    _count(meeting, one, people, heard_by, actor=actor, role=role, now=now)
    if case is not None:
        word_tie(meeting, case, actor=actor, role=role, now=now, said_by=one)
    return one


def _listener(meeting: Meeting, own: Attendee | None, listener_id: int | None) -> Attendee | None:
    """The deputy on the list who listens: whoever writes it down themselves, or the one they name."""
    if own is not None and own.deputy_id is not None:
        return own
    if listener_id is None:
        return None
    named = meeting.attendees.exclude(state__in=[State.LEFT, State.EXCUSED]).filter(deputy_id=listener_id)
    found = named.select_related("deputy").first()
    if found is None or found.deputy is None:
        raise refused_inputs({"listener": NO_LISTENER})
    require_in_office([found.deputy], meeting)
    return found


def _count(
    meeting: Meeting,
    one: Attendee,
    people: int,
    listener_id: int | None,
    *,
    actor: Actor,
    role: str,
    now: datetime,
) -> None:
    """Count those who came together, as far as they are not counted yet. After the closing its total covers them."""
    if one.heard_at is not None and people == one.people:
        return
    fresh = one.heard_at is None
    one.people = people
    one.turn_at, one.heard_at = one.turn_at or now, one.heard_at or now
    one.listener_id = listener_id if fresh else one.listener_id
    one.save(update_fields=["people", "turn_at", "heard_at", "listener"])
    one_by_one = heard_sum(meeting)
    total = one_by_one if meeting.held_at is None else max(meeting.received or 0, one_by_one)
    more = total - (meeting.received or 0) if kind_get(meeting.kind).receives else 0
    if more:
        meeting.received = total
        meeting.save(update_fields=["received"])
    data: dict[str, JSON] = {"attendees": [one.pk], "people": people}
    facts = [_received(meeting, one, more)] if more else []
    append(meeting, "hear", actor=actor, role=role, now=now, data=data, facts=facts)


def heard_sum(meeting: Meeting) -> int:
    """How many people were heard one by one, whole households among them."""
    found = meeting.attendees.filter(heard_at__isnull=False).aggregate(sum=Sum("people"))
    return int(found["sum"] or 0)


def _received(meeting: Meeting, one: Attendee, amount: int) -> Fact:
    made = fact(meeting, RECEIVED, detail=meeting.kind, amount=amount)
    made.deputy_id = one.listener_id
    return made
