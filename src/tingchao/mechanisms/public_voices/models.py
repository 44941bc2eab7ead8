"""What only a voice needs, one to one with its case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.directory.models import Deputy
from tingchao.engine.models import Case


class VoterContact(models.Model):
    """A voter 选民 whom a deputy keeps in touch with, on the list of one year 联系选民名册 (代表法（2025） art. 5).

    Only the deputy reads the number. A copy from last year is a draft until the deputy confirms it.
    """

    deputy = models.ForeignKey(Deputy, models.PROTECT, db_index=False, related_name="voters")
    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    phone = models.BinaryField(null=True)  # SM4-GCM, see directory.personal
    phone_shown = models.CharField(max_length=20, blank=True)  # masked
    phone_mark = models.CharField(max_length=12, blank=True)  # tells the same number again, not which it is
    address = models.CharField(max_length=80, blank=True)  # down to the community, never to the household
    note = models.CharField(max_length=200, blank=True)
    consented_on = models.DateField(null=True)  # to being called
    draft = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)
    called_on = models.DateField(null=True)  # when the deputy last spoke with them this year

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deputy", "year", "name", "phone_mark"],
                condition=Q(ended_on__isnull=True),
                name="voter_once_a_year",
            )
        ]
        indexes: ClassVar = [models.Index("deputy", "year", "id", name="voter_list")]


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
    followers = models.PositiveIntegerField(default=0)  # browsers that follow it, beside its reporter
    said_at = models.DateTimeField(null=True)  # when it was said, where that was before it was entered
    voter = models.ForeignKey(
        VoterContact, models.SET_NULL, null=True
    )  # of a deputy's list, whose voice it is


class Follower(models.Model):
    """A browser that follows a matter. `mark` is a keyed digest that differs from matter to matter."""

    voice = models.ForeignKey(Voice, models.CASCADE, db_index=False)
    mark = models.CharField(max_length=24)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["voice", "mark"], name="follower_once")]
