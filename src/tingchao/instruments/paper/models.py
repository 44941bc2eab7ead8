"""What is being printed: long runs are made piece by piece by the worker and wait to be fetched."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tingchao.directory.models import Account


class Printing(models.Model):
    """One run 打印任务 of sheets of one kind, asked for by an account. Its file lies in the folder of prints."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队"
        RUNNING = "running", "正在做"
        DONE = "done", "做好了"
        FAILED = "failed", "没有做成"

    sheet = models.CharField(max_length=60)  # key of paper.sheets
    title = models.CharField(max_length=120)
    keys = ArrayField(models.BigIntegerField())  # of what each sheet is made for, in their order
    done = models.PositiveIntegerField(default=0)  # keys that have been made
    pages = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    fault = models.CharField(max_length=200, blank=True)  # Chinese source text: why it failed
    asked_by = models.ForeignKey(Account, models.CASCADE, related_name="printings")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("id", condition=Q(state__in=["waiting", "running"]), name="printing_open")
        ]

    @property
    def total(self) -> int:
        return len(self.keys)
