"""A reception at the station, and the short ways to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import (
    Called,
    Invited,
    attendees_invite,
    meeting_announce,
    meeting_create,
)


def called(town: SimpleNamespace, now: datetime, **values: Any) -> Called:
    """A reception five days from now, from nine to eleven in Hangzhou."""
    given: dict[str, Any] = {
        "kind": "reception",
        "title": "代表接待日",
        "starts_at": now + timedelta(days=5),
        "ends_at": now + timedelta(days=5, hours=2),
        "station": town.station,
    }
    return Called(**(given | values))


def announced(
    town: SimpleNamespace, now: datetime, *, invited: Any = None, by: Any = None, **values: Any
) -> Meeting:
    """The same, announced, with the first two deputies invited to receive."""
    meeting = meeting_create(called=called(town, now, **values), actor=by or town.liaison, now=now)
    guests = Invited(deputies=town.deputies[:2], duty="接待") if invited is None else invited
    attendees_invite(meeting_id=meeting.pk, invited=guests, actor=by or town.liaison, now=now)
    return meeting_announce(meeting_id=meeting.pk, actor=by or town.liaison, now=now)


@pytest.fixture
def reception(town: SimpleNamespace, now: datetime) -> Meeting:
    return announced(town, now)
