"""Normative documents 规范性文件: each with its versions, the papers filed with it, and what screening found in it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from tingchao.directory.models import Body, Region


class Document(models.Model):
    """One document as its maker issued it. Its history is the stream `document:<id>`."""

    class State(models.TextChoices):
        FILED = "filed", "审查中"
        IN_FORCE = "in_force", "有效"
        EXPIRED = "expired", "已失效"
        REPEALED = "repealed", "已废止"
        OUTSIDE = "outside", "不属备案范围"

    title = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)  # 文号
    maker = models.ForeignKey(Body, models.PROTECT, related_name="documents", db_index=False)
    region = models.ForeignKey(Region, models.PROTECT)
    published_on = models.DateField()
    valid_until = models.DateField(null=True)  # the last day on which it is in force, where it states one
    state = models.CharField(max_length=10, choices=State.choices, default=State.FILED)
    public = models.BooleanField(default=False)
    versions = models.PositiveSmallIntegerField(default=0)
    plain = models.TextField(blank=True)  # core.finding, of the latest version
    words = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number", "maker"], condition=~Q(number=""), name="document_once_a_number"
            )
        ]
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="document_words"),
            models.Index("maker", F("published_on").desc(), name="document_of_maker"),
            models.Index(
                F("published_on").desc(), F("id").desc(), condition=Q(public=True), name="document_public"
            ),
            models.Index(
                "valid_until",
                condition=Q(state="in_force", valid_until__isnull=False),
                name="document_period",
            ),
        ]

    @property
    def stream(self) -> str:
        """The key of its chain of events."""
        return f"document:{self.pk}"

    def state_on(self, day: date) -> str:
        """What it is on a day: its state, or "expired" as soon as its stated period is over, before a job notes it."""
        over = self.valid_until is not None and day > self.valid_until
        return "expired" if over and self.state == self.State.IN_FORCE else str(self.state)

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """The text of a document as filed, or as corrected afterwards, with the file that it was read from."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="texts")
    place = models.PositiveSmallIntegerField()  # 1 is the text as filed
    text = models.TextField()
    note = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=64, blank=True)  # digest of the original, engine.files
    file_name = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    screened_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "place"], name="version_once_a_place")
        ]
        indexes: ClassVar = [
            models.Index("id", condition=Q(screened_at__isnull=True), name="version_unscreened")
        ]


class Paper(models.Model):
    """What is filed with the text: report, explanation, legal bases, notice of publication, decision to repeal."""

    class Kind(models.TextChoices):
        REPORT = "report", "备案报告"
        EXPLANATION = "explanation", "起草说明"
        BASES = "bases", "主要法律依据"
        NOTICE = "notice", "公布载体"
        REPEAL = "repeal", "废止或修改决定"

    document = models.ForeignKey(Document, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField()
    filed_at = models.DateTimeField()


class Finding(models.Model):
    """Something that screening found in a version, and what the reviewer made of it."""

    class State(models.TextChoices):
        OPEN = "open", "待核"
        ACCEPTED = "accepted", "采纳"
        SET_ASIDE = "set_aside", "不采纳"

    version = models.ForeignKey(Version, models.PROTECT, related_name="findings")
    rule = models.CharField(max_length=80)
    article = models.CharField(max_length=200)
    start = models.PositiveIntegerField()  # offsets in characters into the version's text
    end = models.PositiveIntegerField()
    quote = models.TextField()
    confidence = models.CharField(max_length=10)
    explanation = models.TextField()
    question = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
