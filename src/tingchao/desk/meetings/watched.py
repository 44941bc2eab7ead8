"""What a page of a gathering needs to keep itself up to date (frontend/watch.js)."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.watching import is_watched, version_of, watch_code


def watch_context(meeting: Meeting, now: datetime) -> dict[str, str]:
    """Where to ask whether it changed, and the version that is shown; empty when it will not. One SQL statement."""
    if not is_watched(meeting, now):
        return {}
    url = reverse("public:meeting_news", args=[meeting.pk, watch_code(meeting.pk)])
    return {"url": url, "version": version_of(meeting.pk, now)}
