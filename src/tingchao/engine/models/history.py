"""Each step of a matter in its chain, its files, the facts it left and their sums, the seals over all chains."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.core.ledger import GENESIS
from tingchao.directory.models import Body, Deputy, Region, Station
from tingchao.engine.models.matters import Case

LOOKED = Q(action__in=["phone_seen", "text_seen"])
"""Events of somebody having looked at what is kept masked; see engine.disclosure."""


class Stream(models.Model):
    """The head of a chain of events that belongs to no case, e.g. "calendar"."""

    key = models.CharField(max_length=40, primary_key=True)
    events = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default=GENESIS)


class Event(models.Model):
    """One step 记录, appended in the transaction that made it and chained by hash to the one before.

    The database refuses to change or delete a row. `stream` is "case:<id>" or the key of a Stream.
    """

    id = models.UUIDField(primary_key=True)
    stream = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="history", db_index=False)
    action = models.CharField(max_length=40)
    at = models.DateTimeField()
    day = models.DateField()  # of `at` in the installation's zone; a sealed day takes no more events
    actor = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    before = models.CharField(max_length=30, blank=True)  # stage
    after = models.CharField(max_length=30, blank=True)  # stage
    said = models.TextField(blank=True)  # to whoever raised the matter
    note = models.TextField(blank=True)  # among staff
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "sequence"], name="event_once")]
        indexes: ClassVar = [
            models.Index("day", "id", name="event_day"),
            models.Index("id", condition=LOOKED, name="event_looked"),
            models.Index("actor", "day", condition=LOOKED, name="event_looked_by"),
        ]


class Attachment(models.Model):
    """A file kept outside the database under its digest; a photograph is re-encoded and bears no EXIF."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    event = models.ForeignKey(Event, models.PROTECT, related_name="attachments")
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)  # media type
    name = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField()
    audience = models.CharField(max_length=10)  # core.procedure.Audience
    shown = models.CharField(max_length=6, blank=True)  # in the public account: "before", "after", or not


class Fact(models.Model):
    """Who did what, where, when, on which case or other thing, and how much. Written only with an event.

    `subject` names what it happened on when that is no case, e.g. "meeting:12": the key of that thing's chain.
    Then `day` is the day it happened, which may lie before the day of its event; else it is the event's.
    """

    kind = models.CharField(max_length=40)
    event = models.ForeignKey(Event, models.PROTECT, related_name="facts", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, db_index=False)
    day = models.DateField()
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    station = models.ForeignKey(Station, models.PROTECT, null=True, db_index=False)
    body = models.ForeignKey(Body, models.PROTECT, null=True, db_index=False)
    deputy = models.ForeignKey(Deputy, models.PROTECT, null=True, db_index=False)
    detail = models.CharField(max_length=40, blank=True)  # e.g. the channel, the rating
    amount = models.IntegerField(default=1)
    subject = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index("subject", "id", condition=~Q(subject=""), name="fact_subject"),
            models.Index("kind", "day", name="fact_kind_day"),
            models.Index("deputy", "day", condition=Q(deputy__isnull=False), name="fact_deputy_day"),
            models.Index("body", "day", condition=Q(body__isnull=False), name="fact_body_day"),
        ]


class FactDay(models.Model):
    """Facts of one kind, place and day, added up as far as the watermark `Rollup.fact_id`."""

    kind = models.CharField(max_length=40)
    detail = models.CharField(max_length=40, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    day = models.DateField()
    records = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "day", "region", "detail"], name="factday_once")
        ]
        indexes: ClassVar = [models.Index("kind", "detail", name="factday_detail")]


class StationDay(models.Model):
    """Facts of one kind, station and day, added up as far as the same watermark."""

    station = models.ForeignKey(Station, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=40)
    day = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "kind", "day"], include=["amount"], name="stationday_once"
            )
        ]


class Rollup(models.Model):
    """How far facts have been added up."""

    fact_id = models.BigIntegerField(default=0)


class Seal(models.Model):
    """The Merkle root over the digests of all events of one day, in the order of their ids."""

    day = models.DateField(primary_key=True)
    events = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)  # root of the seal before
    sealed_at = models.DateTimeField()
