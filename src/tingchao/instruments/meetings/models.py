"""Gatherings of every kind, who comes to them, the matters that came of them, and a year's plan of turns."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from tingchao.core.attendance import LABELS, State
from tingchao.directory.models import Account, Body, Deputy, Region, Station
from tingchao.engine.models import Case
from tingchao.instruments.codes.models import Activity

SHOWN = Q(public=True, state__in=["announced", "held"])
"""Gatherings that anybody may know of."""


class Plan(models.Model):
    """The turns of one year at one station 年度接待计划: proposed, changed by hand, then accepted."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=20)  # of core.gatherings
    year = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    nth = models.PositiveSmallIntegerField()  # which of the month, 5 is the last
    begins = models.TimeField()
    ends = models.TimeField()
    least = models.PositiveSmallIntegerField()  # turns of each deputy in the year
    room = models.PositiveSmallIntegerField(null=True)  # deputies a day, at most
    accepted_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "kind", "year"], name="plan_once_a_year")
        ]
        indexes: ClassVar = [models.Index(F("year").desc(), F("id").desc(), name="plan_newest")]

    def __str__(self) -> str:
        return f"{self.station} {self.year}"


class Meeting(models.Model):
    """One gathering 会议活动, of whatever kind. Its history is the stream `meeting:<id>`."""

    class State(models.TextChoices):
        PLANNED = "planned", "已安排，未公布"
        ANNOUNCED = "announced", "已公布"
        HELD = "held", "已开过"
        CANCELLED = "cancelled", "已取消"

    class Mode(models.TextChoices):
        OFFLINE = "offline", "现场"
        ONLINE = "online", "线上"
        HYBRID = "hybrid", "现场和线上"

    kind = models.CharField(max_length=20)  # of core.gatherings
    title = models.CharField(max_length=60)
    local_name = models.CharField(max_length=20, blank=True)  # what it is called in its place
    about = models.TextField(blank=True)
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    station = models.ForeignKey(Station, models.PROTECT, null=True, db_index=False, related_name="meetings")
    body = models.ForeignKey(Body, models.PROTECT, null=True, db_index=False)  # the body it concerns
    place = models.CharField(max_length=120, blank=True)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.OFFLINE)
    online_at = models.CharField(
        max_length=300, blank=True
    )  # an address or a number, for those who take part
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    public = models.BooleanField(default=False)
    residents = models.BooleanField(default=False)  # may put themselves down on its public page
    places = models.PositiveIntegerField(null=True)
    announced_at = models.DateTimeField(null=True)
    late_reason = models.CharField(max_length=200, blank=True)  # why it was announced later than asked
    held_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was last moved, or cancelled
    revision = models.PositiveIntegerField(
        default=0
    )  # SEQUENCE of RFC 5545: how often it was moved or cancelled
    changed_at = models.DateTimeField()
    created_at = models.DateTimeField()
    organiser = models.CharField(
        max_length=40, blank=True
    )  # key of the actor who called it, e.g. "account:7"
    organiser_name = models.CharField(max_length=40, blank=True)

    agenda = models.JSONField(default=list)  # [{"what", "who", "minutes"}]
    minutes = models.TextField(blank=True)  # 议事纪要
    conclusions = models.JSONField(default=list)  # [{"what", "who", "due"}]
    outcome = models.CharField(max_length=20, blank=True)
    minutes_version = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(null=True)  # residents; recorded once

    activity = models.OneToOneField(Activity, models.PROTECT, null=True, related_name="meeting")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, db_index=False, related_name="meetings")
    submission = models.CharField(max_length=80, null=True)  # of what made it, so that sent twice is one

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission"], name="meeting_once_a_submission"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
        ]
        indexes: ClassVar = [
            models.Index("starts_at", "id", name="meeting_by_time"),
            models.Index(Left("region_id", 4), "starts_at", "id", name="meeting_city"),
            models.Index(Left("region_id", 6), "starts_at", "id", name="meeting_county"),
            models.Index(Left("region_id", 9), "starts_at", "id", name="meeting_town"),
            # of one kind: where it is rare, or nowhere, no list walks through all the others
            models.Index("kind", "starts_at", "id", name="meeting_kind"),
            models.Index("kind", Left("region_id", 4), "starts_at", "id", name="meeting_kind_city"),
            models.Index("kind", Left("region_id", 6), "starts_at", "id", name="meeting_kind_county"),
            models.Index("kind", Left("region_id", 9), "starts_at", "id", name="meeting_kind_town"),
            models.Index("station", "starts_at", "id", name="meeting_at_station"),
            models.Index(
                "station", "starts_at", condition=SHOWN & Q(station__isnull=False), name="meeting_public"
            ),
            models.Index("plan", condition=Q(plan__isnull=False), name="meeting_of_plan"),
            models.Index("organiser", "starts_at", condition=~Q(organiser=""), name="meeting_organiser"),
            models.Index("ends_at", condition=Q(state="announced"), name="meeting_not_closed"),
        ]

    @property
    def stream(self) -> str:
        """The key of its chain of events, and of its facts' subject."""
        return f"meeting:{self.pk}"

    def __str__(self) -> str:
        return self.title


class Turn(models.Model):
    """One deputy on one day of a plan. `fixed` ones were set by hand and stay when the plan is proposed again."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="turns")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="turns", db_index=False)
    day = models.DateField()
    fixed = models.BooleanField(default=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="turns")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "deputy", "day"], name="turn_once_a_day")
        ]
        indexes: ClassVar = [models.Index("deputy", "day", name="turn_of_deputy")]


class Attendee(models.Model):
    """Somebody at a gathering: invited by name or put down by themselves; an account, deputy, body, or a name alone."""

    class Part(models.TextChoices):
        DEPUTY = "deputy", "代表"
        BODY = "body", "单位"
        EXPERT = "expert", "专家"
        STAFF = "staff", "工作人员"
        RESIDENT = "resident", "群众"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees", db_index=False)
    part = models.CharField(max_length=8, choices=Part.choices)
    name = models.CharField(max_length=40)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    deputy = models.ForeignKey(Deputy, models.PROTECT, null=True, related_name="+", db_index=False)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", db_index=False)
    duty = models.CharField(max_length=20, blank=True)  # what they do there, e.g. 接待, 主持
    expected = models.BooleanField(default=False)  # invited by name; staying away leaves "absent"
    state = models.CharField(max_length=8, choices=[(str(key), label) for key, label in LABELS.items()])
    since = models.DateTimeField()  # of the state: the order of the waiting list
    reason = models.CharField(max_length=200, blank=True)  # of leave
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=4, blank=True)  # "code" or "list"
    way = models.CharField(max_length=8, blank=True)  # "offline" or "online", once signed in
    result = models.CharField(max_length=8, blank=True)  # core.attendance.Result that stands in the facts
    submission = models.CharField(max_length=80, null=True)
    people = models.PositiveSmallIntegerField(default=1)  # who came together, e.g. a household
    queued_at = models.DateTimeField(
        null=True
    )  # when a resident came, or was put back: the order of the queue
    turn_at = models.DateTimeField(null=True)  # since when they are being listened to
    heard_at = models.DateTimeField(null=True)  # when that was recorded; counted as received since
    listener = models.ForeignKey(Deputy, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "account"], name="attendee_account_once"),
            models.UniqueConstraint(fields=["meeting", "deputy"], name="attendee_deputy_once"),
            models.UniqueConstraint(fields=["meeting", "body"], name="attendee_body_once"),
            models.UniqueConstraint(fields=["submission"], name="attendee_once_a_submission"),
        ]
        indexes: ClassVar = [
            models.Index("meeting", "state", "since", "id", name="attendee_list"),
            models.Index("deputy", "meeting", condition=Q(deputy__isnull=False), name="attendee_deputy"),
            models.Index("account", "meeting", condition=Q(account__isnull=False), name="attendee_account"),
            models.Index("body", "meeting", condition=Q(body__isnull=False), name="attendee_body"),
            models.Index("meeting", "queued_at", condition=Q(part="resident"), name="attendee_queue"),
        ]

    @property
    def waits(self) -> bool:
        return self.state == State.WAITING

    def __str__(self) -> str:
        return self.name


class CaseMeeting(models.Model):
    """A matter that came of what was said at a gathering, or that one was called for."""

    class Tie(models.TextChoices):
        SAID = "said", "会上提出"
        TOPIC = "topic", "议的就是这件事"
        LOOP = "loop", "议这场的全程"
        TASK = "task", "会上议定的任务"

    PROBLEMS: ClassVar = (Tie.SAID, Tie.TOPIC)
    """Ties of problems that people have; the others are the work on them, which no figure counts as a problem."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="meetings", db_index=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="cases", db_index=False)
    attendee = models.ForeignKey(  # who said it, where they stood in the queue
        Attendee, models.SET_NULL, null=True, related_name="cases", db_index=False
    )
    tie = models.CharField(max_length=6, choices=Tie.choices, default=Tie.SAID)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "meeting"], name="case_meeting_once")
        ]
        indexes: ClassVar = [models.Index("meeting", "case", name="case_meeting")]


class MeetingFile(models.Model):
    """A file of the minutes, kept outside the database under its digest like an attachment of a matter."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="files")
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "digest"], name="meeting_file_once")
        ]


class Feed(models.Model):
    """The secret address of an account's calendar; a new one makes the old one invalid."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="+")
    made_at = models.DateTimeField()
