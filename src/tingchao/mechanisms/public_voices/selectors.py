"""Reads of voices."""

from __future__ import annotations

from collections.abc import Iterable

from tingchao.engine.models import Case
from tingchao.mechanisms.public_voices.models import Voice


def voice_of(case: Case) -> Voice | None:
    """What the mechanism keeps of a matter; None when the matter is no voice."""
    return Voice.objects.filter(case=case).first()


def voice_by_submission(submission: str) -> Case | None:
    """The matter that a submission made; None when it made none."""
    return Case.objects.filter(submission=submission).first()


def submissions_known(keys: Iterable[str]) -> set[str]:
    """Those of the keys under which a voice was taken already."""
    rows = Case.objects.filter(submission__in=list(keys)).values_list("submission", flat=True)
    return {key for key in rows if key}
