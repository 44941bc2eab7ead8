"""What only the stations keep: sets of core tasks, drafts that are put to the public, deliberations with what they
decided, and what belongs to which."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tingchao.directory.models import Account, Region, Station
from tingchao.engine.models import Case
from tingchao.instruments.meetings.models import Attendee, Meeting


class TaskSet(models.Model):
    """Core tasks 核心任务 that were handed down to many stations in one press; the worker opens them one by one."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队"
        DONE = "done", "布置完了"
        FAILED = "failed", "没有布置完"

    title = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    region = models.ForeignKey(Region, models.PROTECT)  # within which the stations lie
    items = models.JSONField()  # [{"key", "title", "text", "due"}]
    stations = ArrayField(models.BigIntegerField())
    done = models.PositiveIntegerField(
        default=0
    )  # of len(items) × len(stations), in the order of the stations
    opened = models.PositiveIntegerField(default=0)  # the others had been handed down before
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    fault = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(Account, models.PROTECT)
    asked_at = models.DateTimeField()

    @property
    def total(self) -> int:
        return len(self.items) * len(self.stations)


class CoreTask(models.Model):
    """Which task of which set a matter is."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="core_task")
    task_set = models.ForeignKey(TaskSet, models.PROTECT, related_name="tasks")
    item = models.CharField(max_length=12)


class Guidance(models.Model):
    """A note of the head station 总站指导: to a station, and on which of its matters, if on one."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="guidance")
    about = models.ForeignKey(Case, models.PROTECT, null=True, related_name="guided_by")


class CheckList(models.Model):
    """What the stations of a place look at every day 每日检查; without one, the list that ships."""

    region = models.OneToOneField(Region, models.PROTECT, primary_key=True)
    items = models.JSONField()  # ["按时开门", …]
    changed_at = models.DateTimeField()


class DailyCheck(models.Model):
    """What the liaison of a station saw on one day; its history is the stream `station:<id>`."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="checks", db_index=False)
    day = models.DateField()
    answers = models.JSONField()  # [{"item", "ok"}], in words, since the list may change
    note = models.CharField(max_length=200, blank=True)  # what is amiss
    by = models.CharField(max_length=40)
    checked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "day"], name="check_once_a_day")]

    @property
    def amiss(self) -> list[str]:
        return [one["item"] for one in self.answers if not one["ok"]]


class Draft(models.Model):
    """A draft or topic put to the public 征求意见, taken apart into articles."""

    class Kind(models.TextChoices):
        LEGISLATION = "legislation", "立法"
        OVERSIGHT = "oversight", "监督"

    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.LEGISLATION)
    issuer = models.CharField(max_length=60, blank=True)
    region = models.ForeignKey(Region, models.PROTECT)  # whose stations ask
    text = models.TextField()
    articles = models.JSONField()  # [{"key", "label", "chapter", "text"}]
    since = models.DateField()
    until = models.DateField()  # the last day
    summary = models.TextField(blank=True)  # what became of the opinions, for everybody
    replied_at = models.DateTimeField(null=True)
    submission = models.CharField(max_length=80, unique=True)

    class Meta:
        indexes: ClassVar = [models.Index("until", name="draft_until")]

    def __str__(self) -> str:
        return self.title


class DraftOpinion(models.Model):
    """On which article of which draft an opinion is; an empty article is the whole."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="draft_opinion")
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="opinions")
    article = models.CharField(max_length=8, blank=True)


class Deliberation(models.Model):
    """A topic that people deliberate 议事: the matter it came from, the gathering at which it is talked over."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="deliberation")
    about = models.ForeignKey(Case, models.PROTECT, null=True, related_name="deliberations")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, related_name="deliberations"
    )  # the latest one
    asked_at = models.DateTimeField(null=True)  # when those who took part were last asked what they think


class DeliberationTask(models.Model):
    """One task that a deliberation decided; the body and the day stand in the matter itself."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="deliberation_task")
    deliberation = models.ForeignKey(Deliberation, models.PROTECT, related_name="tasks")


class Judgement(models.Model):
    """What one of those who took part thinks of the result, each once for every result that was told."""

    deliberation = models.ForeignKey(Deliberation, models.PROTECT, related_name="judgements", db_index=False)
    attendee = models.ForeignKey(Attendee, models.PROTECT, related_name="+", db_index=False)
    result_at = models.DateTimeField()  # when the result that they rate was told
    rating = models.CharField(max_length=5)  # core.procedure.Rating
    words = models.CharField(max_length=300, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deliberation", "result_at", "attendee"], name="judgement_once_a_result"
            )
        ]
