"""Reads of gatherings: one of them with all that hangs on it, and what anybody may know."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from tingchao.core.activity_codes import code_in, seconds_left, window_of
from tingchao.core.attendance import LIST_LATE, State, code_fault
from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy
from tingchao.engine.models import Case, Event, Stream
from tingchao.engine.registry import procedure_get
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.codes.drawing import qr_svg
from tingchao.instruments.meetings.models import SHOWN, Attendee, CaseMeeting, Meeting, MeetingFile
from tingchao.instruments.meetings.policy import organising_near
from tingchao.instruments.meetings.services.attending import code_key
from tingchao.instruments.meetings.services.holding import resident_code

ATTENDEES = 50
"""People of a list on one page."""


def meeting_get(meeting_id: int) -> Meeting | None:
    """One gathering with its station, region and body; None when there is none. One SQL statement."""
    if not 0 < meeting_id < 2**63:
        return None
    near = ("station__region", "region", "body", "activity", "plan")
    return Meeting.objects.select_related(*near).filter(pk=meeting_id).first()


def meeting_of_activity(activity_id: int) -> Meeting | None:
    """The gathering whose printed activity code that is, so that a deputy who scans it is led to signing in."""
    return Meeting.objects.filter(activity_id=activity_id).first()


def history_of(meeting: Meeting) -> list[Event]:
    """Every event of a gathering in order; `engine.sealing.stream_verify` checks them."""
    return list(Event.objects.filter(stream=meeting.stream).order_by("sequence"))


def history_page(meeting: Meeting, most: int = 60) -> list[Event]:
    """The last events of a gathering, in order."""
    return list(Event.objects.filter(stream=meeting.stream).order_by("-sequence")[:most])[::-1]


def events_counted(meeting: Meeting) -> int:
    """How many events a gathering has, without counting them."""
    return Stream.objects.filter(pk=meeting.stream).values_list("events", flat=True).first() or 0


# --- who comes --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the list stand where."""

    invited: int = 0
    coming: int = 0
    waiting: int = 0
    excused: int = 0
    signed: int = 0
    online: int = 0
    absent: int = 0

    @property
    def all(self) -> int:
        return self.invited + self.coming + self.waiting + self.excused


def counts_of(meeting: Meeting) -> Counts:
    """The counts of one list, however long. One SQL statement."""
    told = {state: Count("id", filter=Q(state=state)) for state in (*State,) if state != State.LEFT}
    found = meeting.attendees.aggregate(
        signed=Count("id", filter=Q(signed_at__isnull=False)),
        online=Count("id", filter=Q(way="online")),
        absent=Count("id", filter=Q(result="absent")),
        **{str(key): value for key, value in told.items()},
    )
    return Counts(**found)


def attendees_page(meeting: Meeting, *, after: int = 0, state: str = "") -> tuple[list[Attendee], int]:
    """50 people of a list by the order in which they came on it, and the cursor of the next page, 0 at the end."""
    rows = meeting.attendees.exclude(state=State.LEFT).filter(pk__gt=after)
    if state:
        rows = rows.filter(state=state)
    found = list(rows.select_related("deputy", "body").order_by("id")[: ATTENDEES + 1])
    return found[:ATTENDEES], found[ATTENDEES - 1].pk if len(found) > ATTENDEES else 0


def attendees_whole(meeting: Meeting, most: int = 2000) -> list[Attendee]:
    """Everybody on a list, as it is printed."""
    rows = meeting.attendees.exclude(state__in=[State.LEFT, State.EXCUSED])
    return list(rows.select_related("deputy", "body").order_by("id")[:most])


def waiting_list(meeting: Meeting) -> list[Attendee]:
    """Who waits for a place, in the order in which they will get one."""
    return list(meeting.attendees.filter(state=State.WAITING).order_by("since", "id")[:ATTENDEES])


def waits_at(one: Attendee) -> int:
    """The place on the waiting list, the next to move up being 1; 0 for who does not wait."""
    if one.state != State.WAITING:
        return 0
    before = Attendee.objects.filter(meeting=one.meeting_id, state=State.WAITING).filter(
        Q(since__lt=one.since) | Q(since=one.since, pk__lt=one.pk)
    )
    return before.count() + 1


def queue_before(one: Attendee) -> int:
    """How many residents who are here will be called before this one."""
    if one.queued_at is None or one.turn_at is not None:
        return 0
    ahead = Attendee.objects.filter(meeting=one.meeting_id, part=Attendee.Part.RESIDENT, turn_at=None)
    earlier = Q(queued_at__lt=one.queued_at) | Q(queued_at=one.queued_at, pk__lt=one.pk)
    return ahead.filter(earlier, heard_at=None).count()


def resident_get(attendee_id: int, code: str) -> Attendee | None:
    """The resident whose secret link that is; None for a wrong one."""
    one = None
    if 0 < attendee_id < 2**63:
        near = ("meeting__station", "meeting__region")
        found = Attendee.objects.select_related(*near).filter(pk=attendee_id, part=Attendee.Part.RESIDENT)
        one = found.first()
    right = resident_code(one) if one is not None else "-"
    return one if hmac.compare_digest(right.encode(), code.encode("utf-8", "replace")) else None


MOST_WAITING = 300
"""Residents of one gathering that its room shows."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The residents of a gathering: being listened to, waiting here, signed up and not here yet, heard (last first)."""

    now: list[Attendee]
    waiting: list[Attendee]
    expected: list[Attendee]
    heard: list[Attendee]


def queue_of(meeting: Meeting) -> Queue:
    """Everybody who came to be heard, or said they would, in the order of their turns. Two SQL statements."""
    rows = meeting.attendees.filter(part=Attendee.Part.RESIDENT).exclude(state=State.LEFT)
    near = rows.select_related("listener").prefetch_related("cases__case")
    found = list(near.order_by("queued_at", "since", "id")[:MOST_WAITING])
    open_now = [one for one in found if one.heard_at is None]
    heard = sorted(
        (one for one in found if one.heard_at), key=lambda one: (one.heard_at, one.pk), reverse=True
    )
    return Queue(
        now=[one for one in open_now if one.turn_at],
        waiting=[one for one in open_now if one.signed_at and not one.turn_at],
        expected=[one for one in open_now if not one.signed_at and not one.turn_at],
        heard=heard,
    )


def listeners_of(meeting: Meeting) -> list[Attendee]:
    """The deputies on a list who may have listened."""
    rows = meeting.attendees.filter(part=Attendee.Part.DEPUTY, deputy__isnull=False)
    return list(rows.exclude(state__in=[State.LEFT, State.EXCUSED]).order_by("id")[:50])


def hearing_near(actor: Actor, kind_keys: Iterable[str], now: datetime) -> list[Meeting]:
    """Gatherings of these kinds that one listens at or organises today or that were not closed in the last week."""
    start = datetime.combine(local_day(now), time(), ZONE)
    rows = Meeting.objects.filter(
        kind__in=list(kind_keys),
        state__in=[Meeting.State.ANNOUNCED, Meeting.State.HELD],
        starts_at__gte=start - LIST_LATE,
        starts_at__lt=start + timedelta(days=1),
    )
    mine = Q(organiser=actor.key)
    for scope in organising_near(actor):
        mine |= Q(region__code__startswith=scope)
    if actor.deputy_id is not None:
        on = Attendee.objects.filter(deputy_id=actor.deputy_id).exclude(state__in=[State.LEFT, State.EXCUSED])
        mine |= Q(pk__in=on.values("meeting_id"))
    recent = rows.filter(mine).filter(Q(starts_at__gte=start) | Q(state=Meeting.State.ANNOUNCED))
    return list(recent.select_related("station").order_by("-starts_at", "-id")[:25])


# --- the code on the screen -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What the organiser's screen shows now: the six digits, for how many seconds, the QR code, or why none."""

    code: str = ""
    seconds: int = 0
    qr_svg: str = ""
    why_not: str = ""


def code_shown(meeting: Meeting, now: datetime, *, url: str) -> ShownCode:
    """The code of this minute; `url` is where it signs in, e.g. "/desk/meetings/12/in/"."""
    if fault := code_fault(meeting.starts_at, meeting.ends_at, now):
        return ShownCode(why_not=fault)
    code = code_in(code_key(), meeting.stream, window_of(now))
    return ShownCode(code, seconds_left(now), qr_svg(f"{settings.PUBLIC_ADDRESS}{url}?code={code}"))


# --- what came of it --------------------------------------------------------------------------------------


def cases_of(meeting: Meeting) -> list[CaseMeeting]:
    """The matters tied to a gathering, in the order in which they were. One SQL statement."""
    near = ("case__region", "case__station", "case__lead")
    return list(meeting.cases.select_related(*near).order_by("id")[:200])


@dataclass(frozen=True, slots=True)
class CameOf:
    """How the matters stand that were said at a gathering; each stands in one of the four."""

    heard: int = 0
    running: int = 0
    done: int = 0
    explained: int = 0  # closed or answered without what was asked for having been done
    joined: int = 0  # merged into another matter

    @property
    def known(self) -> bool:
        return self.heard > 0


def came_of(cases: Iterable[Case]) -> CameOf:
    """How matters stand, counted from themselves."""
    counts = Counter(_end_of(case) for case in cases)
    return CameOf(counts.total(), counts["running"], counts["done"], counts["explained"], counts["joined"])


def _end_of(case: Case) -> str:
    if case.joined_id is not None or case.outcome == "merged":
        return "joined"
    if case.closed_at is None:
        return "running"
    outcomes = {one.key: one.done for one in procedure_get(case.procedure).outcomes}
    return "done" if outcomes.get(case.outcome, True) else "explained"


def meetings_of_case(case: Case) -> list[CaseMeeting]:
    """The gatherings that a matter came up at. One SQL statement."""
    return list(
        CaseMeeting.objects.select_related("meeting__station").filter(case=case).order_by("meeting_id")
    )


def files_of(meeting: Meeting) -> list[MeetingFile]:
    return list(meeting.files.order_by("id"))


def file_get(meeting: Meeting, digest: str) -> MeetingFile | None:
    return meeting.files.filter(digest=digest).first()


# --- what anybody may know --------------------------------------------------------------------------------


def public_meetings(station_id: int, now: datetime, most: int = 6) -> list[Meeting]:
    """What is announced at a station and not over, the next one first. One SQL statement."""
    return list(_shown().filter(station_id=station_id, ends_at__gte=now).order_by("starts_at", "id")[:most])


def public_meeting_get(meeting_id: int) -> Meeting | None:
    """A gathering that anybody may know of."""
    return _shown().filter(pk=meeting_id).first() if 0 < meeting_id < 2**63 else None


def next_public(station_ids: Iterable[int], now: datetime, *, kind: str = "reception") -> dict[int, Meeting]:
    """Station id → its next announced gathering of a kind. One SQL statement for any number of stations."""
    rows = _shown().filter(station_id__in=list(station_ids), kind=kind, ends_at__gte=now)
    rows = rows.order_by("station_id", "starts_at", "id").distinct("station_id")
    return {row.station_id: row for row in rows if row.station_id is not None}


def hosts_of(meeting_ids: Iterable[int]) -> dict[int, list[Attendee]]:
    """Gathering id → whoever receives or leads there: those with a duty, and deputies who were invited."""
    rows = Attendee.objects.filter(meeting_id__in=list(meeting_ids)).exclude(
        state__in=[State.LEFT, State.EXCUSED]
    )
    rows = rows.filter(~Q(duty="") | Q(part=Attendee.Part.DEPUTY, expected=True)).order_by("id")
    found: dict[int, list[Attendee]] = {}
    for row in rows.select_related("deputy"):
        found.setdefault(row.meeting_id, []).append(row)
    return found


def _shown() -> QuerySet[Meeting]:
    return Meeting.objects.filter(SHOWN).select_related("station__region", "region", "body")


def next_of_deputy(deputy_id: int, now: datetime) -> Meeting | None:
    """The next announced reception of a deputy that anybody may know of, for the wall."""
    on = Attendee.objects.filter(deputy_id=deputy_id).exclude(state__in=[State.LEFT, State.EXCUSED])
    rows = _shown().filter(pk__in=on.values("meeting_id"), kind="reception", ends_at__gte=now)
    return rows.order_by("starts_at", "id").first()


def next_of_deputies(ids: Iterable[int], now: datetime) -> dict[int, Meeting]:
    """Deputy id → their next announced reception, for a whole wall. One SQL statement."""
    on = Attendee.objects.filter(deputy_id__in=list(ids)).exclude(state__in=[State.LEFT, State.EXCUSED])
    rows = on.filter(meeting__in=_shown().filter(kind="reception", ends_at__gte=now).values("pk"))
    rows = rows.order_by("deputy_id", "meeting__starts_at", "meeting_id").distinct("deputy_id")
    return {
        row.deputy_id: row.meeting
        for row in rows.select_related("meeting__station")
        if row.deputy_id is not None
    }


# --- whom one may invite ----------------------------------------------------------------------------------


def deputies_named(ids: Iterable[int]) -> list[Deputy]:
    return list(Deputy.objects.filter(pk__in=list(ids)).order_by("id"))
