"""Signed codes 码 that are printed and scanned: a station's, a deputy's, an activity's."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.directory.models import Deputy, Station


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


def _alone(holder: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[holder], condition=Q(revoked_at__isnull=True), name=f"code_one_a_{holder}"
    )


class Code(models.Model):
    """One code that was given out, for one holder. What is printed is its token; revoking the row ends it."""

    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="codes")
    deputy = models.ForeignKey(Deputy, models.PROTECT, null=True, related_name="codes")
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="codes")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            _alone("station"),
            _alone("deputy"),
            _alone("activity"),
            models.CheckConstraint(
                condition=Q(station__isnull=False, deputy__isnull=True, activity__isnull=True)
                | Q(station__isnull=True, deputy__isnull=False, activity__isnull=True)
                | Q(station__isnull=True, deputy__isnull=True, activity__isnull=False),
                name="code_of_one_holder",
            ),
        ]
