"""The closed loop: one matter, whom it was given to, each step of it, the facts it left, the notices it caused."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from tingchao.core.ledger import GENESIS
from tingchao.core.limits import Clock
from tingchao.core.numbering import format_number
from tingchao.core.quiet import MORNING, Plan, Rhythm
from tingchao.directory.models import Account, Body, Deputy, Group, Region, Station

OPEN = Q(closed_at__isnull=True)
LOOKED = Q(action__in=["phone_seen", "text_seen"])
"""Events of somebody having looked at what is kept masked; see engine.disclosure."""
CLOSED = Q(closed_at__isnull=False)
SHARED = Q(visibility="public") | ~Q(announced="")
"""Matters that people nearby may know: made known, or announced while they are under way."""
SIFTED = ("tier", "channel", "station", "lead", "stage")
"""What lists are narrowed by: behind the order in their indexes, so that only matters that fit are read."""


def _open(name: str, *led_by: str | Left, condition: Q = OPEN) -> models.Index:
    """The index of a list of open matters by due time."""
    return models.Index(*led_by, "due_at", "id", *_behind(led_by), condition=condition, name=name)


def _closed(name: str, *led_by: str | Left, condition: Q = CLOSED) -> models.Index:
    """The index of a list of closed matters, the newest first."""
    order = (F("closed_at").desc(), F("id").desc())
    return models.Index(*led_by, *order, "outcome", *_behind(led_by), condition=condition, name=name)


def _behind(led_by: tuple[str | Left, ...]) -> list[str]:
    return [name for name in SIFTED if name not in led_by]


def _open_of(name: str, column: str) -> models.Index:
    """The index of open matters narrowed by a column, for what only few of them or none have."""
    return models.Index(column, "due_at", "id", "duty", "region", condition=OPEN, name=name)


def _closed_of(name: str, column: str) -> models.Index:
    """The index of closed matters narrowed by a column, of one county; of a city its counties are skipped through."""
    order = (F("closed_at").desc(), F("id").desc())
    return models.Index(Left("region_id", 6), column, *order, condition=CLOSED, name=name)


class Case(models.Model):
    """One matter 事项 under way, whatever the mechanism. What only one mechanism needs stands in its own model."""

    class Visibility(models.TextChoices):
        PRIVATE = "private", "仅当事人和承办人"
        PUBLIC = "public", "公开"

    procedure = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    place = models.CharField(max_length=200, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    station = models.ForeignKey(Station, models.PROTECT, null=True, db_index=False)
    channel = models.CharField(max_length=20)
    raised_by = models.CharField(max_length=40)  # how the raiser is shown; never a full name of a resident
    simulated = models.BooleanField(default=False)

    stage = models.CharField(max_length=30)
    stage_since = models.DateTimeField()
    brought_by = models.CharField(max_length=40, blank=True)  # key of the actor who brought it into its stage
    tier = models.CharField(max_length=20, blank=True)
    duty = models.CharField(max_length=20, blank=True)  # role that must act now; empty when closed
    lead = models.ForeignKey(Body, models.PROTECT, null=True, related_name="led_cases", db_index=False)
    returns = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=20, blank=True)
    satisfaction = models.CharField(max_length=10, blank=True)

    clock = models.JSONField(null=True)  # core.limits.Clock of the present stage; null when closed
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)  # exclusive: 24:00 of due_on
    due_provisional = models.BooleanField(default=False)
    paused_until = models.DateField(null=True)  # the clock stands still before this day
    wake_at = models.DateTimeField(null=True)  # when the sweep must look at it next
    alarms = models.PositiveSmallIntegerField(default=0)  # given in the present stage
    more_time = models.JSONField(null=True)  # asked for by the body and not decided: amount, why, on
    supervised_at = models.DateTimeField(null=True)  # since when it is under supervision 督办

    joined = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", db_index=False
    )  # the main matter that this one was merged into

    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE)
    public_title = models.CharField(max_length=120, blank=True)
    public_text = models.TextField(blank=True)
    announced = models.CharField(
        max_length=60, blank=True
    )  # title under which people nearby see it while it is open; empty: they do not

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    events = models.PositiveIntegerField(default=0)  # length of its chain
    head = models.CharField(max_length=64, default=GENESIS)  # digest of its last event
    submission = models.CharField(max_length=80, null=True)  # idempotency key of what raised it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission"], name="case_once_a_submission")
        ]
        indexes: ClassVar = [
            _open("case_duty_city", "duty", Left("region_id", 4)),
            _open("case_duty_county", "duty", Left("region_id", 6)),
            _open("case_duty_town", "duty", Left("region_id", 9)),
            _open("case_duty_place", "duty", "region"),
            _open("case_lead", "lead", "duty", condition=OPEN & Q(lead__isnull=False)),
            _closed("case_closed"),
            _closed("case_closed_county", Left("region_id", 6)),
            _closed("case_closed_town", Left("region_id", 9)),
            _closed("case_closed_lead", "lead", condition=CLOSED & Q(lead__isnull=False)),
            _open_of("case_open_tier", "tier"),
            _open_of("case_open_channel", "channel"),
            _open_of("case_open_stage", "stage"),
            _closed_of("case_closed_tier", "tier"),
            _closed_of("case_closed_channel", "channel"),
            _closed_of("case_closed_stage", "stage"),
            _closed_of("case_closed_outcome", "outcome"),
            models.Index(
                "station",
                F("closed_at").desc(),
                F("id").desc(),
                condition=CLOSED & Q(station__isnull=False),
                name="case_closed_station",
            ),
            models.Index(
                "station", "due_at", "id", condition=OPEN & Q(station__isnull=False), name="case_open_station"
            ),
            models.Index("joined", condition=Q(joined__isnull=False), name="case_joined"),
            models.Index(
                "due_at", "id", condition=OPEN & Q(supervised_at__isnull=False), name="case_watched"
            ),
            models.Index("wake_at", condition=OPEN, name="case_wake"),
            models.Index("due_at", condition=OPEN & Q(due_provisional=True), name="case_provisional"),
            models.Index(F("closed_at").desc(), condition=Q(visibility="public"), name="case_known"),
            models.Index(
                Left("region_id", 6),
                F("closed_at").desc(),
                condition=Q(visibility="public"),
                name="case_known_county",
            ),
            models.Index(
                Left("region_id", 9),
                F("closed_at").desc(),
                condition=Q(visibility="public"),
                name="case_known_town",
            ),
            models.Index(
                "station", F("closed_at").desc(), condition=Q(visibility="public"), name="case_known_at"
            ),
            models.Index(Left("region_id", 9), F("id").desc(), condition=SHARED, name="case_shared"),
        ]

    @property
    def number(self) -> str:
        """The case number as people read it, e.g. 2026-0417-352-2."""
        return format_number(self.year, self.pk)

    def running_clock(self) -> Clock | None:
        """The clock of the present stage."""
        return None if self.clock is None else Clock.from_json(self.clock)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseWords(models.Model):
    """What a matter is found by: its text made plain, the grams of it and marks (core.finding).

    Written once when the matter is opened; a trigger adds a mark for each body and deputy that it is assigned to.
    Apart from the case, whose every step writes its row anew and would index all of its words again.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="found_by")
    plain = models.TextField()
    words = ArrayField(models.IntegerField())

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["words"], name="casewords_words", gin_pending_list_limit=512)]


class Assignment(models.Model):
    """A matter given to a body (lead 主办, joint 会办) or to a deputy (follow-up 督办), each with its own limit."""

    class Kind(models.TextChoices):
        LEAD = "lead", "主办"
        JOINT = "joint", "会办"
        FOLLOW_UP = "follow_up", "督办"
        DELIBERATE = "deliberate", "议事"

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    body = models.ForeignKey(Body, models.PROTECT, null=True)
    deputy = models.ForeignKey(Deputy, models.PROTECT, null=True)
    assigned_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    group = models.ForeignKey(Group, models.PROTECT, null=True, db_index=False)  # as whose theme 专题
    task = models.TextField(blank=True)  # the part of the matter that a joint body was given
    replied_at = models.DateTimeField(
        null=True
    )  # when the joint body gave its opinion, the deputy their rating
    rating = models.CharField(max_length=10, blank=True)  # the deputy's: good, fair, poor
    words = models.TextField(blank=True)  # the opinion, or why the deputy rated so

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(body__isnull=False, deputy__isnull=True)
                | Q(body__isnull=True, deputy__isnull=False),
                name="assignment_to_one",
            )
        ]
        indexes: ClassVar = [
            models.Index("deputy", "case", condition=Q(ended_at__isnull=True), name="assignment_deputy_now"),
            models.Index("body", "case", condition=Q(ended_at__isnull=True), name="assignment_body_now"),
        ]


class Stream(models.Model):
    """The head of a chain of events that belongs to no case, e.g. "calendar"."""

    key = models.CharField(max_length=40, primary_key=True)
    events = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default=GENESIS)


class Event(models.Model):
    """One step 记录, appended in the transaction that made it and chained by hash to the one before.

    The database refuses to change or delete a row. `stream` is "case:<id>" or the key of a Stream.
    """

    id = models.UUIDField(primary_key=True)
    stream = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="history", db_index=False)
    action = models.CharField(max_length=40)
    at = models.DateTimeField()
    day = models.DateField()  # of `at` in the installation's zone; a sealed day takes no more events
    actor = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    before = models.CharField(max_length=30, blank=True)  # stage
    after = models.CharField(max_length=30, blank=True)  # stage
    said = models.TextField(blank=True)  # to whoever raised the matter
    note = models.TextField(blank=True)  # among staff
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "sequence"], name="event_once")]
        indexes: ClassVar = [
            models.Index("day", "id", name="event_day"),
            models.Index("id", condition=LOOKED, name="event_looked"),
            models.Index("actor", "day", condition=LOOKED, name="event_looked_by"),
        ]


class Fact(models.Model):
    """Who did what, where, when, on which case or other thing, and how much. Written only with an event.

    `subject` names what it happened on when that is no case, e.g. "meeting:12": the key of that thing's chain.
    Then `day` is the day it happened, which may lie before the day of its event; else it is the event's.
    """

    kind = models.CharField(max_length=40)
    event = models.ForeignKey(Event, models.PROTECT, related_name="facts", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, db_index=False)
    day = models.DateField()
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    station = models.ForeignKey(Station, models.PROTECT, null=True, db_index=False)
    body = models.ForeignKey(Body, models.PROTECT, null=True, db_index=False)
    deputy = models.ForeignKey(Deputy, models.PROTECT, null=True, db_index=False)
    detail = models.CharField(max_length=40, blank=True)  # e.g. the channel, the rating
    amount = models.IntegerField(default=1)
    subject = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index("subject", "id", condition=~Q(subject=""), name="fact_subject"),
            models.Index("kind", "day", name="fact_kind_day"),
            models.Index("deputy", "day", condition=Q(deputy__isnull=False), name="fact_deputy_day"),
            models.Index("body", "day", condition=Q(body__isnull=False), name="fact_body_day"),
        ]


class FactDay(models.Model):
    """Facts of one kind, place and day, added up as far as the watermark `Rollup.fact_id`."""

    kind = models.CharField(max_length=40)
    detail = models.CharField(max_length=40, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    day = models.DateField()
    records = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "day", "region", "detail"], name="factday_once")
        ]
        indexes: ClassVar = [models.Index("kind", "detail", name="factday_detail")]


class Rollup(models.Model):
    """How far facts have been added up."""

    fact_id = models.BigIntegerField(default=0)


class Notice(models.Model):
    """A message to be delivered 通知: an outbox row written with its event, sent by a worker at least once.

    `key` is stable: whoever receives the same key twice has received one notice.
    """

    key = models.CharField(max_length=120)
    event = models.ForeignKey(Event, models.PROTECT, related_name="notices", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, db_index=False)
    recipient = models.CharField(
        max_length=60
    )  # reporter, account:7, body:3, deputy:9, role:coordinator@330182
    template = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True)  # null once delivered or given up
    tries = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key"], name="notice_once")]
        indexes: ClassVar = [models.Index("try_at", condition=Q(try_at__isnull=False), name="notice_waiting")]


class NoticeTarget(models.Model):
    """Where an account, a body, or everybody who holds a role within a scope wants notices 收信处.

    The address is encrypted (directory.personal); `shown` is what may be read of it.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", "邮件"
        DINGTALK = "dingtalk", "钉钉群机器人"
        WECOM = "wecom", "企业微信群机器人"
        WEBHOOK = "webhook", "网址推送"
        OTHER = "other", "其他"

    class Off(models.TextChoices):
        BY_HAND = "by_hand", "已停用"
        FAILED = "failed", "总送不到，自动停了"
        UNSUBSCRIBED = "unsubscribed", "已退订"

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="targets")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="targets")
    role = models.CharField(max_length=20, blank=True)
    scope = models.CharField(max_length=12, blank=True)  # region code prefix, with `role` only

    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.BinaryField()
    shown = models.CharField(max_length=120)
    label = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)
    off = models.CharField(max_length=12, choices=Off.choices, blank=True)  # why it is not active

    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    days_off_quiet = models.BooleanField(default=False)
    rhythm = models.CharField(max_length=8, default=Rhythm.AT_ONCE)
    collect_at = models.TimeField(default=MORNING)
    weekday = models.PositiveSmallIntegerField(default=0)  # Monday is 0
    unwanted = models.JSONField(default=list)  # templates that are not sent here
    urgent_at_once = models.BooleanField(default=True)

    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    resting_until = models.DateTimeField(null=True)  # after a failure nothing is sent before
    last_error = models.CharField(
        max_length=120, blank=True
    )  # a fault of engine.sender, spelled "code:detail"
    last_error_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, body__isnull=True, role="", scope="")
                | Q(account__isnull=True, body__isnull=False, role="", scope="")
                | (Q(account__isnull=True, body__isnull=True) & ~Q(role="")),
                name="target_of_one",
            )
        ]
        indexes: ClassVar = [
            models.Index("scope", "role", condition=~Q(role=""), name="target_group"),
            models.Index("id", condition=Q(failures__gt=0) | Q(off="failed"), name="target_failing"),
        ]

    @property
    def plan(self) -> Plan:
        """When it wants to hear."""
        return Plan(
            self.quiet_from,
            self.quiet_to,
            self.days_off_quiet,
            Rhythm(self.rhythm),
            self.collect_at,
            self.weekday,
        )


class Delivery(models.Model):
    """One notice on its way to one target; without a target to whoever raised the matter.

    `message` is given when it is first sent, to all that goes in the same message, and never changes: the same message
    has the same key however often it is tried.
    """

    key = models.CharField(max_length=140)
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    target = models.ForeignKey(NoticeTarget, models.CASCADE, null=True, db_index=False)
    created_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True)  # null once delivered or given up
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=40, blank=True)
    delivered_at = models.DateTimeField(null=True)
    settled = models.BooleanField(default=False)  # left out, since the matter had moved on
    error = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key"], name="delivery_once")]
        indexes: ClassVar = [
            models.Index("try_at", condition=Q(try_at__isnull=False), name="delivery_waiting"),
            models.Index("target", "id", condition=Q(try_at__isnull=False), name="delivery_due"),
            models.Index("target", F("id").desc(), name="delivery_of_target"),
        ]


class Seal(models.Model):
    """The Merkle root over the digests of all events of one day, in the order of their ids."""

    day = models.DateField(primary_key=True)
    events = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)  # root of the seal before
    sealed_at = models.DateTimeField()


class Attachment(models.Model):
    """A file kept outside the database under its digest; a photograph is re-encoded and bears no EXIF."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    event = models.ForeignKey(Event, models.PROTECT, related_name="attachments")
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)  # media type
    name = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField()
    audience = models.CharField(max_length=10)  # core.procedure.Audience
    shown = models.CharField(max_length=6, blank=True)  # in the public account: "before", "after", or not


class Tally(models.Model):
    """How often something was done under one key in a window that began at `since`; see engine.tallies.

    The key is a digest: neither the address nor what was done can be read from it.
    """

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)  # when the window is over at the latest

    class Meta:
        verbose_name_plural = "tallies"
