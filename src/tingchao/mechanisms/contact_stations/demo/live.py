"""A bureau head face to face with people, whose live side is open; the questions in it are made up."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from django.db import transaction

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.models import Station
from tingchao.directory.selectors import bodies_for
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.live.models import Live
from tingchao.instruments.live.services import (
    live_open,
    question_answered,
    question_put,
    question_show,
    question_take_up,
)
from tingchao.instruments.live.snapshots import publish
from tingchao.instruments.meetings.services import (
    Called,
    Invited,
    attendees_invite,
    meeting_announce,
    meeting_create,
)

ASKED = (
    ("菜场门口早市能不能再延长半小时，七点收摊上班的人赶不上", "answered"),
    ("府前路三盏路灯什么时候修好", "shown"),
    ("罗桐社区充电桩什么时候加装", "current"),
    ("罗桐社区的充电桩什么时候能加装好", ""),
    ("老楼装电梯一楼住户的补偿怎么定", "shown"),
    ("学校门口早晚高峰能不能多派一个人", ""),
    ("我电话13800000000，楼下垃圾房几时搬", ""),
)


def live_event(now: datetime) -> None:
    """One event, opened once; what waits is the moderator's."""
    if Live.objects.exists():
        return
    station = Station.objects.filter(active=True, region__code__startswith="330182001").order_by("id").first()
    if station is None:
        return
    clerk = Actor("account", 0, "人大办", (Hold(Role.CLERK, station.region_id[:6]),))
    body = bodies_for(station.region_id)[0]
    starts = datetime.combine(local_day(now) + timedelta(days=1), time(19), ZONE)
    called = Called(
        kind="face_to_face",
        title=f"{body.name}负责人面对面",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        station=station,
        body=body,
        about="管理、市容、夜间秩序，现场答，线上也能问。",
    )
    early = now - timedelta(days=6)
    meeting = meeting_create(called=called, actor=clerk, now=early, submission="demo-live")
    attendees_invite(meeting_id=meeting.pk, invited=Invited(bodies=[body]), actor=clerk, now=early)
    meeting_announce(meeting_id=meeting.pk, actor=clerk, now=early)
    live_open(meeting_id=meeting.pk, stream="", actor=clerk, now=now)
    for number, (text, state) in enumerate(ASKED):
        question = question_put(live_id=meeting.pk, text=text, key=f"demo-{number:016d}", now=now)
        if state:
            question_show(question_id=question, actor=clerk, now=now)
        if state == "current":
            question_take_up(question_id=question, actor=clerk, now=now)
        if state == "answered":
            question_answered(question_id=question, by=f"{body.name}负责人", actor=clerk, now=now)
    transaction.on_commit(
        partial(publish, meeting.pk, now, at_once=True)
    )  # nothing is shown of a build broken off
