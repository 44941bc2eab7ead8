"""What only filing and review keeps: which document a matter is about, receipts, who was asked, how it was looked at,
requests for review, the yearly lists with what is missing from the filings, what was sent on to the province, and
corrections written up for the casebook."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.directory.models import Account, Body, Region
from tingchao.engine.models import Case
from tingchao.instruments.documents.models import Document, Version
from tingchao.instruments.meetings.models import Meeting


class Filing(models.Model):
    """The document that a matter of filing and review is about."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="filing")
    document = models.OneToOneField(Document, models.PROTECT, related_name="filing")
    late_by = models.PositiveSmallIntegerField(
        default=0
    )  # days after the last one on which it was to be filed
    settled = models.BooleanField(default=False)  # the document bears what the review came to

    class Meta:
        indexes: ClassVar = [models.Index("case", condition=Q(settled=False), name="filing_unsettled")]


class Receipt(models.Model):
    """What the maker is given in return 回执: under which number, when, for what."""

    class Kind(models.TextChoices):
        FILED = "filed", "收文回执"
        REGISTERED = "registered", "备案登记回执"

    case = models.ForeignKey(Case, models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    received = models.JSONField(default=list)  # what it was given for, line by line

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "year", "serial"], name="receipt_once_a_number")
        ]

    @property
    def number(self) -> str:
        """备收〔2026〕12号, and 备登〔2026〕12号 for what was registered."""
        mark = "备登" if self.kind == self.Kind.REGISTERED else "备收"
        return f"{mark}〔{self.year}〕{self.serial}号"


class ReviewRequest(models.Model):
    """A request 审查要求 or suggestion 审查建议 that a document be reviewed."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="review_request")
    document = models.ForeignKey(Document, models.PROTECT, related_name="requests")


class Consultation(models.Model):
    """One version of a document sent to one expert, or to one body, with a question. They see this and nothing else; a
    committee of the congress sees beside it what screening found."""

    class Kind(models.TextChoices):
        EXPERT = "expert", "专家"
        COMMITTEE = "committee", "会同审查"
        OFFICE = "office", "征求意见"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EXPERT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="consultations")
    version = models.ForeignKey(Version, models.PROTECT)
    expert = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="consultations", db_index=False
    )
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="consultations", db_index=False)
    question = models.TextField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    opinion = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.CharField(max_length=40, blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)  # 1 before its day was over, 2 after

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "expert"], name="consultation_once_a_version"),
            models.UniqueConstraint(fields=["version", "body"], name="consultation_once_a_body"),
            models.CheckConstraint(
                condition=Q(expert__isnull=True) ^ Q(body__isnull=True), name="consultation_of_one"
            ),
        ]
        indexes: ClassVar = [
            models.Index("expert", models.F("id").desc(), name="consultation_expert"),
            models.Index("body", models.F("id").desc(), name="consultation_body"),
            models.Index("due_on", condition=Q(replied_at__isnull=True), name="consultation_waiting"),
        ]


class Sending(models.Model):
    """A filing on its way to the province's system 报送: one edition of its package, and what became of it.

    `key` names the package for good: whoever is sent the same key twice has received one package.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待报送"
        SENT = "sent", "已送到，等回执"
        RECEIVED = "received", "省里已接收"
        FAILED = "failed", "没有送成"

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="sendings")
    edition = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=40)  # key of whoever asked for it
    asked_name = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the package, once it was built
    size = models.PositiveIntegerField(default=0)
    channel = models.CharField(max_length=10, blank=True)  # the adapter that carried it
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)  # when the worker looks at it next; null when it need not
    fault = models.CharField(max_length=300, blank=True)  # why the last try failed, and what to do
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=80, blank=True)  # the number on the province's receipt
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "edition"], name="sending_once_an_edition")
        ]
        indexes: ClassVar = [
            models.Index("try_at", condition=Q(try_at__isnull=False), name="sending_waiting"),
            models.Index("state", models.F("id").desc(), name="sending_state"),
        ]


class Example(models.Model):
    """A correction written up for the casebook 案例选编: our own, or one known from the province's book.

    Its history is the stream `example:<id>`. What it says bears no names; a second person has checked that before
    anybody else reads it.
    """

    class State(models.TextChoices):
        WRITTEN = "written", "待核"
        CHECKED = "checked", "已核"
        PUBLISHED = "published", "已公开"
        WITHDRAWN = "withdrawn", "已撤下"

    filing = models.ForeignKey(Filing, models.PROTECT, null=True, related_name="examples")  # null: not ours
    region = models.ForeignKey(Region, models.PROTECT)  # of the document; the province when it is not ours
    origin = models.CharField(max_length=40)  # the place as the book names it
    title = models.CharField(max_length=120)
    problem = models.TextField()  # what the document said
    ground = models.TextField()  # which law it was against
    handling = models.TextField()  # how it was put right
    lesson = models.TextField(blank=True)  # what others take from it
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITTEN)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=40)  # key
    written_name = models.CharField(max_length=40)
    checked_by = models.CharField(max_length=40, blank=True)
    checked_name = models.CharField(max_length=40, blank=True)
    checked_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    offered_on = models.DateField(null=True)  # to the province
    selected_on = models.DateField(null=True)  # taken into the province's casebook
    book = models.CharField(max_length=60, blank=True)  # which casebook, and where in it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["filing"],
                condition=Q(filing__isnull=False) & ~Q(state="withdrawn"),
                name="example_once_a_filing",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["checked", "published"]) | ~Q(checked_by=models.F("written_by")),
                name="example_second_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                models.F("published_at").desc(),
                models.F("id").desc(),
                condition=Q(state="published"),
                name="example_public",
            )
        ]

    @property
    def stream(self) -> str:
        """The key of its chain of events."""
        return f"example:{self.pk}"

    def __str__(self) -> str:
        return self.title


class Inquiry(models.Model):
    """One way in which a document was looked at: on paper, by a symposium, on the spot, jointly."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="inquiries")
    method = models.CharField(max_length=10)  # of inputs.METHODS
    day = models.DateField()
    note = models.TextField()
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="inquiries")
    by = models.CharField(max_length=40)
    made_at = models.DateTimeField()


class IssueList(models.Model):
    """What one maker says it issued in one year 上一年度规范性文件目录."""

    maker = models.ForeignKey(Body, models.PROTECT, related_name="issue_lists")
    year = models.PositiveSmallIntegerField()
    handed_on = models.DateField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["maker", "year"], name="issue_list_once_a_year")
        ]
        indexes: ClassVar = [models.Index("year", "maker", name="issue_list_year")]


class IssuedItem(models.Model):
    """One document on a list; the one that was filed, where there is one."""

    list = models.ForeignKey(IssueList, models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=120)
    issued_on = models.DateField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="listed")


class Chase(models.Model):
    """What a notice of missing filing 未报备通知 is about."""

    class Kind(models.TextChoices):
        MISSING = "missing", "列入目录，没有报备"
        NO_LIST = "no_list", "没有报送年度目录"
        UNLISTED = "unlisted", "报了备，没有列入目录"
        LATE = "late", "迟报"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="chase")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    maker = models.ForeignKey(Body, models.PROTECT, related_name="chases")
    year = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)  # what of the list it is about, so that it is chased once

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["maker", "year", "key"], name="chased_once")]
