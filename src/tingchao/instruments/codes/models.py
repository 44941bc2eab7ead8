"""Signed codes 码 that are printed and scanned; the first form: a station's."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.directory.models import Station


class Code(models.Model):
    """One code that was given out. What is printed is its token; revoking the row ends it."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="codes")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station"], condition=Q(revoked_at__isnull=True), name="code_one_a_station"
            )
        ]
