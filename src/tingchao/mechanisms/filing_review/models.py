"""What only filing and review keeps: which document a matter is about, experts asked, requests for review."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tingchao.directory.models import Account
from tingchao.engine.models import Case
from tingchao.instruments.documents.models import Document, Version


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


class ReviewRequest(models.Model):
    """A request 审查要求 or suggestion 审查建议 that a document be reviewed."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="review_request")
    document = models.ForeignKey(Document, models.PROTECT, related_name="requests")


class Consultation(models.Model):
    """One version of a document sent to one expert with a question. The expert sees this and nothing else."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consultations")
    version = models.ForeignKey(Version, models.PROTECT)
    expert = models.ForeignKey(Account, models.PROTECT, related_name="consultations", db_index=False)
    question = models.TextField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    opinion = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "expert"], name="consultation_once_a_version")
        ]
        indexes: ClassVar = [models.Index("expert", models.F("id").desc(), name="consultation_expert")]
