"""A letter about a matter, and the answer to it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tingchao.directory.models import Body, Region
from tingchao.engine.models import Case


class Letter(models.Model):
    """One letter 函 to one body about one matter. Its history is the stream `letter:<id>`; it is never changed, only
    answered or withdrawn."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=12)
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)  # of whoever writes
    series = models.CharField(max_length=30)  # 发文机关代字
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    body = models.ForeignKey(Body, models.PROTECT, related_name="letters", db_index=False)
    title = models.CharField(max_length=80)
    text = models.TextField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=60)  # key of the actor, who hears of the answer
    signed = models.CharField(max_length=80)  # 发文机关署名
    reply_by = models.DateField(null=True)
    replied_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)
    replier = models.CharField(max_length=40, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("series", "year", "serial", name="letter_numbered_once"),
        ]
        indexes: ClassVar = [
            models.Index("body", F("issued_at").desc(), name="letter_to_body"),
            models.Index("region", F("issued_at").desc(), name="letter_from_region"),
            models.Index(
                "reply_by",
                condition=Q(replied_at=None, withdrawn_at=None, reply_by__isnull=False),
                name="letter_open",
            ),
        ]

    @property
    def stream(self) -> str:
        """The key of its chain of events."""
        return f"letter:{self.pk}"

    @property
    def number(self) -> str:
        """文号 as GB/T 9704-2012 7.2.5 has it: the year in full in 〔〕, the serial without a leading zero."""
        return f"{self.series}〔{self.year}〕{self.serial}号"

    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return self.reply_by is not None and self.replied_at is None and self.withdrawn_at is None

    def late_on(self, day: date) -> bool:
        """Whether the answer should have come before a day."""
        return self.waits() and self.reply_by is not None and self.reply_by < day

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
