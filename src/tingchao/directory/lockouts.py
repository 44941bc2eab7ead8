"""Accounts that are locked after failed logins (等保 2.0, GB/T 22239-2019 8.1.4.1), as django-axes keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings


def locked_until(username: str, now: datetime) -> datetime | None:
    """Until when somebody at some address cannot log in to the account; None when nobody is locked out."""
    since = now - timedelta(hours=settings.AXES_COOLOFF_TIME)
    last = (
        AccessAttempt.objects.filter(
            username=username,
            attempt_time__gt=since,
            failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        )
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    return None if last is None else last + timedelta(hours=settings.AXES_COOLOFF_TIME)


def unlock(username: str) -> int:
    """Forget the failed logins of an account. Returns how many records that were."""
    return int(reset(username=username))
