"""What only deputies' records keep: whose record an appeal is about."""

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
