"""Signed codes 码 that are printed and scanned: a station's, a deputy's, an activity's, a matter's."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.directory.models import Deputy, Station
from tingchao.engine.models import Case


class Activity(models.Model):
    """Something that takes place at a station 活动 on `day` and is spoken about through its code before `until`."""

    title = models.CharField(max_length=60)
    station = models.ForeignKey(Station, models.PROTECT, related_name="activities")
    day = models.DateField()
    until = models.DateField()  # first day on which its code opens nothing any more

    class Meta:
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.title


HOLDERS = ("station", "deputy", "activity", "case")
"""The columns of whose code it is; one of them is filled."""


def _alone(holder: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[holder], condition=Q(revoked_at__isnull=True), name=f"code_one_a_{holder}"
    )


def _of_one_holder() -> Q:
    found = Q()
    for holder in HOLDERS:
        found |= Q(**{f"{other}__isnull": other != holder for other in HOLDERS})
    return found


class Code(models.Model):
    """One code that was given out, for one holder. What is printed is its token; revoking the row ends it."""

    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="codes")
    deputy = models.ForeignKey(Deputy, models.PROTECT, null=True, related_name="codes")
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="codes")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="codes")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            *map(_alone, HOLDERS),
            models.CheckConstraint(condition=_of_one_holder(), name="code_of_one_holder"),
        ]


class ScanDay(models.Model):
    """How often a code was scanned on a day 扫码次数; nothing of who scanned it, from where or with what."""

    code = models.ForeignKey(Code, models.CASCADE, related_name="scan_days", db_index=False)
    day = models.DateField()
    scans = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "day"], name="scanday_once")]
