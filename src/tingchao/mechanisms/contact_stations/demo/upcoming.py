"""The next reception of every station of 余杭, announced with the deputies on turn: what its wall and page show."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from tingchao.directory.models import Account, Deputy, Station
from tingchao.directory.selectors import actor_for, working_calendar
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import (
    Called,
    Invited,
    attendees_invite,
    meeting_announce,
    meeting_create,
)
from tingchao.mechanisms.contact_stations.demo.places import YUHANG

ANNOUNCED = timedelta(days=4)
"""Before today, so that every one is announced in time."""


def receptions_announce(now: datetime) -> None:
    """One at each station within three weeks, through the services; announced twice, it is there once."""
    called_at = now - ANNOUNCED
    actor = actor_for(Account.objects.get(username=f"coordinator-{YUHANG[:6]}"), now)
    dice = random.Random("接下来")  # noqa: S311 - a demonstration, the same one each time
    stations = Station.objects.filter(region__code__startswith=YUHANG[:6], active=True)
    for station in stations.exclude(kind=Station.Kind.HEAD).order_by("id"):
        wanted = local_day(now) + timedelta(days=dice.randint(1, 20))
        begins = datetime.combine(
            working_calendar().next_working_day(wanted).day, time(dice.choice((9, 14, 19))), ZONE
        )
        submission = f"demo-next-{station.pk}"
        wall = Deputy.objects.filter(station=station, kind=Deputy.Kind.DEPUTY, until=None).order_by("id")
        on_turn = dice.sample(list(wall), 2)
        if Meeting.objects.filter(submission=submission).exists():
            continue
        called = Called(
            "reception", f"{begins.month}月代表接待选民", begins, begins + timedelta(hours=2), station=station
        )
        meeting = meeting_create(called=called, actor=actor, now=called_at, submission=submission)
        invited = Invited(deputies=on_turn, duty="接待")
        attendees_invite(meeting_id=meeting.pk, invited=invited, actor=actor, now=called_at)
        meeting_announce(meeting_id=meeting.pk, actor=actor, now=called_at)
