"""Calling a gathering: making it, changing it, announcing, moving and cancelling it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from tingchao.core.attendance import State
from tingchao.core.gatherings import LATE, MeetingKind, announced_late, times_fault
from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.steps import Fault, Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Body, Station
from tingchao.instruments.codes.services import activity_create
from tingchao.instruments.meetings.kinds import kind_get, kinds
from tingchao.instruments.meetings.models import Attendee, Meeting, Plan
from tingchao.instruments.meetings.policy import home_region, may_organise, require_organiser
from tingchao.instruments.meetings.seats import waiting_move_up
from tingchao.instruments.meetings.services.topics import (
    CALLED,
    CANCELLED,
    MOVED,
    topics_locked,
    topics_tell,
)
from tingchao.instruments.meetings.writing import (
    append,
    day_of,
    days_ahead,
    organised,
    reason_plain,
    require_ahead,
    tell,
)

NO_KIND = gettext_noop("请选活动的种类。")
NO_TITLE = gettext_noop("请写活动的名称，2 到 60 个字。")
LONG_PLACE = gettext_noop("地点写得太长了，120 个字以内就够。")
NO_PLACE = gettext_noop("请选站点，或者写明地点；只在线上开的，请选线上。")
NO_ADDRESS = gettext_noop("线上参加的人需要会议号或网址，请填上。")
LONG_ADDRESS = gettext_noop("太长了，最多 300 个字符。")
BAD_PLACES = gettext_noop("名额填 1 到 100000 之间的整数；不限就留空。")
STATION_CLOSED = gettext_noop("这个站点已经关闭，请另选一个。")
NO_REASON = gettext_noop("请写明原因，大家会看到。")
SAME_TIME = gettext_noop("时间和地点都没有变。")
BEGUN = gettext_noop("已经开始了，不能再改时间或取消。")
MOST_PLACES = 100_000
CODE_DAYS = 7
"""Days after a gathering during which its activity code still takes what people want to say."""


@dataclass(frozen=True, slots=True)
class Called:
    """What is asked for of a gathering; `faults` says what is wrong with it. See models.Meeting for each field."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    station: Station | None = None
    place: str = ""
    mode: str = Meeting.Mode.OFFLINE
    online_at: str = ""
    about: str = ""
    local_name: str = ""
    body: Body | None = None
    places: int | None = None
    public: bool | None = None
    residents: bool | None = None

    def faults(self, now: datetime) -> dict[str, str]:
        """What is wrong, by field; empty when nothing is."""
        kind = kinds().get(self.kind)
        if kind is None:
            return {"kind": NO_KIND}
        found = times_fault(kind, self.starts_at, self.ends_at, now)
        if not 2 <= len(_line(self.title)) <= 60:
            found["title"] = NO_TITLE
        if self.places is not None and not 1 <= self.places <= MOST_PLACES:
            found["places"] = BAD_PLACES
        if self.station is not None and not self.station.active:
            found["station"] = STATION_CLOSED
        return found | self._where_faults()

    def _where_faults(self) -> dict[str, str]:
        found = {}
        if self.mode != Meeting.Mode.ONLINE and self.station is None and not _line(self.place):
            found["place"] = NO_PLACE
        if len(_line(self.place)) > 120:
            found["place"] = LONG_PLACE
        if self.mode != Meeting.Mode.OFFLINE and not _line(self.online_at):
            found["online_at"] = NO_ADDRESS
        if len(_line(self.online_at)) > 300:
            found["online_at"] = LONG_ADDRESS
        return found

    def kept(self, kind: MeetingKind) -> dict[str, object]:
        """The columns that it fills."""
        public = kind.public and (self.public is not False)
        return {
            "kind": kind.key,
            "title": _line(self.title),
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "station": self.station,
            "place": _line(self.place),
            "mode": self.mode if self.mode in Meeting.Mode.values else Meeting.Mode.OFFLINE,
            "online_at": _line(self.online_at),
            "about": clean_text(self.about)[:4000],
            "local_name": _line(self.local_name)[:20],
            "body": self.body,
            "places": self.places,
            "public": public,
            "residents": public and kind.residents and (self.residents is not False),
        }


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


@transaction.atomic
def meeting_create(
    *,
    called: Called,
    actor: Actor,
    now: datetime,
    region_code: str = "",
    submission: str | None = None,
    plan: Plan | None = None,
) -> Meeting:
    """Call a gathering; nobody knows of it before it is announced. The same `submission` gives the same one.

    Without a station it belongs to `region_code`, or to the region that the organiser looks after. Raises Refusal
    "input" with every field at fault, "forbidden" outside the organiser's scope.
    """
    if faults := called.faults(now):
        raise refused_inputs(faults)
    kind = kind_get(called.kind)
    station = called.station
    region = station.region_id if station is not None else region_code or home_region(actor, kind)
    role = _caller(actor, kind, region)
    organiser = actor if actor.kind == "account" else None
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(
                **called.kept(kind),
                region_id=region,
                organiser=organiser.key if organiser else "",
                organiser_name=organiser.name[:40] if organiser else "",
                created_at=now,
                changed_at=now,
                submission=submission,
                plan=plan,
            )
    except IntegrityError:
        known = Meeting.objects.filter(submission=submission).first() if submission else None
        if known is None:
            raise
        return known
    append(meeting, "create", actor=actor, role=str(role), now=now, data=_told(meeting))
    return meeting


def _caller(actor: Actor, kind: MeetingKind, region: str) -> Role:
    """The role under which one is called: a deputy's for themselves where the kind is `own`, else an organiser's."""
    if kind.own and actor.deputy_id is not None and not may_organise(actor, kind, region):
        return Role.DEPUTY
    return require_organiser(actor, kind, region)


CHANGES = ("title", "local_name", "about", "online_at", "places", "residents", "public", "body")
"""What of a gathering is changed without asking anybody again; time and place are moved by `meeting_move`."""


@transaction.atomic
def meeting_change(*, meeting_id: int, values: Mapping[str, object], actor: Actor, now: datetime) -> Meeting:
    """Change what of CHANGES is given. More places let the waiting list move up. Raises Refusal "input"."""
    meeting, role = organised(meeting_id, actor)
    require_ahead(meeting)
    before = _told(meeting)
    called = _called(meeting, {key: value for key, value in values.items() if key in CHANGES})
    faults = {key: fault for key, fault in called.faults(now).items() if key in CHANGES}
    if faults:
        raise refused_inputs(faults)
    for key, value in called.kept(kind_get(meeting.kind)).items():
        setattr(meeting, key, value)
    changes: dict[str, JSON] = {
        key: [before[key], value] for key, value in _told(meeting).items() if value != before[key]
    }
    if changes:
        meeting.changed_at = now
        meeting.save()
        append(meeting, "change", actor=actor, role=role, now=now, data={"changes": changes})
        waiting_move_up(meeting, actor=actor, role=role, now=now)
    return meeting


def _called(meeting: Meeting, values: Mapping[str, object]) -> Called:
    names = Called.__dataclass_fields__
    given = {name: getattr(meeting, name) for name in names} | {
        name: value for name, value in values.items() if name in names
    }
    return Called(**given)


def _told(meeting: Meeting) -> dict[str, JSON]:
    """What the record says of a gathering."""
    return {
        "kind": meeting.kind,
        "title": meeting.title,
        "local_name": meeting.local_name,
        "about": meeting.about,
        "starts": meeting.starts_at.isoformat(),
        "ends": meeting.ends_at.isoformat(),
        "station": meeting.station_id,
        "place": meeting.place,
        "mode": str(meeting.mode),
        "online_at": meeting.online_at,
        "body": meeting.body_id,
        "places": meeting.places,
        "public": meeting.public,
        "residents": meeting.residents,
    }


@transaction.atomic
def meeting_announce(*, meeting_id: int, actor: Actor, now: datetime, reason: str = "") -> Meeting:
    """Announce a gathering: those invited are told, and a public one stands on its station's page.

    Announced later than its kind asks (MeetingKind.notice_days, e.g. receptions three days ahead) it needs a reason.
    Announced twice, nothing happens.
    """
    topics = topics_locked(meeting_id)
    meeting, role = organised(meeting_id, actor)
    require_ahead(meeting)
    if meeting.state == Meeting.State.ANNOUNCED:
        return meeting
    reason = reason_plain(reason)
    kind, ahead = kind_get(meeting.kind), days_ahead(meeting.starts_at, now)
    if announced_late(kind, ahead) and not reason:
        raise refused_inputs({"reason": Fault(LATE, {"n": str(kind.notice_days)})})
    meeting.state, meeting.announced_at, meeting.changed_at = Meeting.State.ANNOUNCED, now, now
    meeting.late_reason = reason if announced_late(kind, ahead) else ""
    meeting.save(update_fields=["state", "announced_at", "changed_at", "late_reason"])
    told = tell(_asked(meeting), meeting, "meeting_invited")
    data: dict[str, JSON] = {"ahead": ahead, "late": meeting.late_reason}
    append(
        meeting, "announce", actor=actor, role=role, now=now, note=meeting.late_reason, data=data, told=told
    )
    topics_tell(meeting, topics, CALLED, actor=actor, role=role, now=now)
    return meeting


def _asked(meeting: Meeting) -> Iterable[Attendee]:
    return meeting.attendees.exclude(state=State.LEFT).order_by("id")


@transaction.atomic
def meeting_move(
    *,
    meeting_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
    place: str | None = None,
) -> Meeting:
    """Move a gathering to another time or place.

    Once it is announced everybody on its list is told why and asked again whether they come, and calendars get the new
    time under the old entry. Raises Refusal "input" for wrong times or without a reason, "not_here" once it began.
    """
    topics = topics_locked(meeting_id)
    meeting, role = organised(meeting_id, actor)
    _require_not_begun(meeting, now)
    known, reason = meeting.state == Meeting.State.ANNOUNCED, reason_plain(reason)
    was: dict[str, JSON] = {"was": meeting.starts_at.isoformat(), "was_place": meeting.place}
    values = {"starts_at": starts_at, "ends_at": ends_at, "place": meeting.place if place is None else place}
    called = _called(meeting, values)
    faults = called.faults(now)
    if known and not reason:
        faults["reason"] = NO_REASON
    if (starts_at, ends_at, _line(called.place)) == (meeting.starts_at, meeting.ends_at, meeting.place):
        faults["starts"] = SAME_TIME
    if faults:
        raise refused_inputs(faults)
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, _line(called.place)
    meeting.reason, meeting.changed_at, meeting.reminded_at = reason, now, None
    if known:
        meeting.revision += 1
    meeting.save()
    people = list(_asked(meeting)) if known else []
    if known:
        asked_again = meeting.attendees.exclude(state=State.LEFT)
        asked_again.update(state=State.INVITED, since=now, reason="")
    told = tell(people, meeting, "meeting_moved", why=reason, was=was["was"])
    data = was | {"starts": starts_at.isoformat(), "ends": ends_at.isoformat(), "place": meeting.place}
    append(meeting, "move", actor=actor, role=role, now=now, note=reason, data=data, told=told)
    if known:
        topics_tell(meeting, topics, MOVED, actor=actor, role=role, now=now, why=reason)
    return meeting


@transaction.atomic
def meeting_cancel(*, meeting_id: int, reason: str, actor: Actor, now: datetime) -> Meeting:
    """Cancel a gathering: everybody on its list is told why. Cancelled twice, nothing happens."""
    topics = topics_locked(meeting_id)
    meeting, role = organised(meeting_id, actor)
    if meeting.state == Meeting.State.CANCELLED:
        return meeting
    _require_not_begun(meeting, now)
    reason = reason_plain(reason)
    if not reason:
        raise refused_inputs({"reason": NO_REASON})
    known = meeting.state == Meeting.State.ANNOUNCED
    meeting.state, meeting.reason, meeting.changed_at = Meeting.State.CANCELLED, reason, now
    meeting.revision += 1
    meeting.save(update_fields=["state", "reason", "changed_at", "revision"])
    told = tell(_asked(meeting), meeting, "meeting_cancelled", why=reason) if known else []
    append(meeting, "cancel", actor=actor, role=role, now=now, note=reason, told=told)
    if known:
        topics_tell(meeting, topics, CANCELLED, actor=actor, role=role, now=now, why=reason)
    return meeting


def _require_not_begun(meeting: Meeting, now: datetime) -> None:
    require_ahead(meeting)
    if (
        meeting.state == Meeting.State.ANNOUNCED
        and meeting.starts_at <= now
        and meeting.attendees.exclude(signed_at=None).exists()
    ):
        raise Refusal("not_here", BEGUN)


@transaction.atomic
def meeting_code_make(*, meeting_id: int, actor: Actor, now: datetime) -> Meeting:
    """Give a gathering at a station a printed activity code, by which people say what they did not get to say.

    It is good for a week after the gathering. Made twice, it is one. Raises Refusal "input" without a station.
    """
    meeting, role = organised(meeting_id, actor)
    require_ahead(meeting)
    if meeting.activity_id is not None:
        return meeting
    if meeting.station is None:
        raise Refusal("input", gettext_noop("活动码贴在站点，这场活动没有选站点。"))
    meeting.activity = activity_create(
        title=meeting.title,
        station=meeting.station,
        day=day_of(meeting),
        last=day_of(meeting) + timedelta(days=CODE_DAYS),
        actor=actor,
        now=now,
    )
    meeting.save(update_fields=["activity"])
    append(meeting, "code", actor=actor, role=role, now=now, data={"activity": meeting.activity.pk})
    return meeting
