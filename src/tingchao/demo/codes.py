"""Codes of the demonstration beside those of stations: some deputies', and that of an evening at a station."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy, Station
from tingchao.engine.timing import local_day
from tingchao.instruments.codes.models import Activity
from tingchao.instruments.codes.services import activity_create, code_issue

DEPUTIES = 8
TITLE = "请民议事会：小区停车怎么办"


def codes_beside(station: Station, people: Sequence[Deputy], now: datetime) -> None:
    """Give the first deputies a code each, and one to an evening at which residents deliberate."""
    for deputy in [one for one in people if one.station_id][:DEPUTIES]:
        code_issue(deputy=deputy, actor=SYSTEM, now=now)
    if Activity.objects.filter(title=TITLE, station=station).exists():
        return
    day = local_day(now)
    activity_create(
        title=TITLE,
        station=station,
        day=day + timedelta(days=3),
        last=day + timedelta(days=30),
        actor=SYSTEM,
        now=now,
    )
