"""What only deputies' duty keeps: whose record an appeal is about, and facts of taking part added up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tingchao.directory.models import Deputy
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
