"""What only deputies' records keep: whose record an appeal is about."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tingchao.directory.models import Deputy
from tingchao.engine.models import Case
from tingchao.instruments.meetings.models import Meeting


class Appeal(models.Model):
    """Whose record a matter of the procedure duty_appeals is about, and which gathering, where it is one."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="duty_appeal")
    deputy = models.ForeignKey(Deputy, models.PROTECT, db_index=False, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index("deputy", "case", name="appeal_of_deputy")]
