"""What a gathering has whose audience only watches, asks and reacts: its stream, questions, and counts of people.

Rows that the audience writes bear no foreign-key constraint to the event: such a constraint takes a lock on the one
row that everybody would share.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.engine.models import Case
from tingchao.instruments.meetings.models import Meeting


class Live(models.Model):
    """The live side 直播 of one gathering."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, primary_key=True, related_name="live")
    stream = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    peak = models.PositiveIntegerField(default=0)  # browsers there at once, at most
    online = models.PositiveIntegerField(null=True)  # browsers in all, once it is closed
    on_site = models.PositiveIntegerField(null=True)  # people in the room
    reactions = models.JSONField(default=dict)  # kind → how many, once it is closed

    class Meta:
        indexes: ClassVar = [models.Index("meeting", condition=Q(closed_at=None), name="live_open")]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Question(models.Model):
    """What somebody in the audience asks. Personal data is masked before it is kept."""

    class State(models.TextChoices):
        WAITING = "waiting", "待看"
        SHOWN = "shown", "已公开"
        CURRENT = "current", "正在答"
        ANSWERED = "answered", "答过了"
        HIDDEN = "hidden", "不公开"

    live = models.ForeignKey(
        Live, models.DO_NOTHING, related_name="questions", db_constraint=False, db_index=False
    )
    text = models.CharField(max_length=200)
    plain = models.CharField(max_length=400)  # core.finding.plain of it
    masked = models.BooleanField(default=False)  # something was masked
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    main = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="same", db_constraint=False)
    key = models.CharField(max_length=64)  # of the form, so that sent twice is one
    asked_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, blank=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="asked_live")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["live", "key"], name="question_once_a_key")]
        indexes: ClassVar = [models.Index("live", "state", "id", name="question_of_live")]

    def __str__(self) -> str:
        return self.text


class Seen(models.Model):
    """One browser at one event, by a token that is good for this event alone; deleted when it is closed."""

    live = models.ForeignKey(Live, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    token = models.CharField(max_length=32)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["live", "token"], name="seen_once")]
        indexes: ClassVar = [models.Index("live", "last_at", name="seen_lately")]


class Reacted(models.Model):
    """Reactions of one second in one process; only ever appended, and summed."""

    live = models.ForeignKey(Live, models.DO_NOTHING, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=8)
    amount = models.PositiveIntegerField()
    at = models.DateTimeField()
