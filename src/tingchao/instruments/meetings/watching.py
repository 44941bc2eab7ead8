"""Pages of a gathering that keep themselves up to date: a version that is cheap to ask for, behind a secret address.

The address is asked without a session, so that it costs one statement and keeps no idle session alive.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from tingchao.core.attendance import code_fault
from tingchao.engine.links import code_for
from tingchao.engine.models import Stream
from tingchao.engine.timing import local_day
from tingchao.instruments.meetings.models import Meeting

SECRET = 12


def watch_code(meeting_id: int) -> str:
    """What lets somebody ask whether a gathering changed; pages that show the gathering hand it out."""
    return code_for(f"watch:{meeting_id}", SECRET)


def watch_right(meeting_id: int, code: str) -> bool:
    """Whether that is the code of that gathering. No SQL."""
    return hmac.compare_digest(watch_code(meeting_id).encode(), code.encode("utf-8", "replace"))


def is_watched(meeting: Meeting, now: datetime) -> bool:
    """Whether a page of it may change while somebody looks: on its day, until it is closed or cancelled."""
    today = local_day(now)
    on_its_day = local_day(meeting.starts_at) <= today <= local_day(meeting.ends_at)
    return on_its_day and meeting.state == Meeting.State.ANNOUNCED


def version_of(meeting_id: int, now: datetime) -> str:
    """Another word after each step of a gathering, and when signing in begins or ends; empty for none. One SQL
    statement."""
    key = Concat(Value("meeting:"), Cast(OuterRef("pk"), CharField()))
    steps = Stream.objects.filter(pk=key).values("events")
    rows = Meeting.objects.filter(pk=meeting_id).annotate(steps=Subquery(steps))
    found = rows.values_list("starts_at", "ends_at", "steps").first()
    if found is None:
        return ""
    starts, ends, count = found
    return f"{count or 0}-{'shut' if code_fault(starts, ends, now) else 'open'}"
