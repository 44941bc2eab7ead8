"""One matter, what it is found by, whom it was given to, and how many there are of each."""

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
from tingchao.directory.models import Body, Deputy, Group, Region, Station

OPEN = Q(closed_at__isnull=True)
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
