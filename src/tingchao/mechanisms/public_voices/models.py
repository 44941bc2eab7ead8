"""What only a voice needs, one to one with its case."""

from __future__ import annotations

from django.db import models

from tingchao.engine.models import Case


class Voice(models.Model):
    """A voice 群众意见: how its reporter may be reached, what was said beside the text, which list had it."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="voice")
    phone = models.BinaryField(null=True)  # SM4-GCM, see directory.personal
    phone_shown = models.CharField(max_length=20, blank=True)  # masked
    consented_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=80, blank=True)  # id in the list it was imported from
    happened = models.CharField(max_length=10, blank=True)  # an ISO day, or rules.LASTING; empty: not said
    concerns = models.CharField(max_length=12, blank=True)  # key of rules.CONCERNS; empty: not said
    latitude = models.FloatField(null=True)  # WGS-84 degrees of the point shown on the map
    longitude = models.FloatField(null=True)
    said_at = models.DateTimeField(null=True)  # when it was said, where that was before it was entered
