"""What only deputies' duty keeps: whose record an appeal is about, facts of taking part added up, stories."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.directory.models import Deputy, Region, Station
from tingchao.engine.models import Case, Fact
from tingchao.instruments.meetings.models import Meeting


class Appeal(models.Model):
    """Whose record a matter of the procedure duty_appeals is about, and which entry of it or gathering.

    `fact` is the last fact of the entry that is said to be wrong; none where something is missing.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="duty_appeal")
    deputy = models.ForeignKey(Deputy, models.PROTECT, db_index=False, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, db_index=False, related_name="+")

    fact = models.ForeignKey(Fact, models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index("deputy", "case", name="appeal_of_deputy")]


class PartSum(models.Model):
    """Facts of coming to gatherings, and of gatherings held, added up as far as the watermark `PartMark.fact_id`.

    By place and level of deputies, never by person. `scope` is a region prefix of 2, 4, 6 or 9 digits, `period` a
    year, a quarter or a month ("2026", "2026-Q3", "2026-08"); `level` is empty for gatherings held.
    """

    scope = models.CharField(max_length=9)
    period = models.CharField(max_length=7)
    level = models.CharField(max_length=10, blank=True)  # directory.models.Deputy.Level
    kind = models.CharField(max_length=40)  # of the facts
    detail = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "scope", "level", "kind", "detail"], name="partsum_once"
            )
        ]


class PartMark(models.Model):
    """The one row that says up to which fact `PartSum` has added."""

    fact_id = models.BigIntegerField(default=0)


class Story(models.Model):
    """A story of a deputy 代表故事 about deeds on their record; its history is the stream `story:<id>`.

    Nothing is public before the deputy agreed to these very words and a second person looked at them.
    """

    class State(models.TextChoices):
        WRITTEN = "written", "等代表同意"
        AGREED = "agreed", "等第二个人把关"
        KNOWN = "known", "已公开"
        WITHDRAWN = "withdrawn", "已撤下"

    deputy = models.ForeignKey(Deputy, models.PROTECT, db_index=False, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    station = models.ForeignKey(Station, models.PROTECT, null=True, db_index=False, related_name="+")
    title = models.CharField(max_length=60)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITTEN)
    version = models.PositiveIntegerField(default=1)  # of the words; another one needs another consent
    writer = models.CharField(max_length=40)  # key of the actor who wrote these words
    writer_name = models.CharField(max_length=40)
    written_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    known_at = models.DateTimeField(null=True)
    checker_name = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was withdrawn
    submission = models.CharField(max_length=80, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission"], name="story_once_a_submission")
        ]
        indexes: ClassVar = [
            models.Index("known_at", "id", condition=Q(state="known"), name="story_known"),
            models.Index("deputy", "id", name="story_of_deputy"),
        ]

    @property
    def stream(self) -> str:
        """The key of its chain of events."""
        return f"story:{self.pk}"

    def __str__(self) -> str:
        return self.title


class StoryTie(models.Model):
    """A deed on the record that a story tells of, by the last fact of its entry."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="ties", db_index=False)
    fact = models.ForeignKey(Fact, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["story", "fact"], name="story_tie_once")]
