"""Three deliberations of the demonstration at three stages; people and words in them are made up."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.models import Station
from tingchao.directory.selectors import bodies_for, deputies_for
from tingchao.engine.models import Case
from tingchao.engine.services import case_act
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.models import Attendee
from tingchao.instruments.meetings.services import Minutes, attendance_mark, meeting_hold, minutes_write
from tingchao.mechanisms.contact_stations.models import Deliberation
from tingchao.mechanisms.contact_stations.rules import Decided
from tingchao.mechanisms.contact_stations.services.deliberations import (
    Convened,
    deliberation_call,
    deliberation_raise,
    deliberation_settle,
    result_judge,
)

DELIBERATED = (
    (
        "罗桐社区充电桩怎么加",
        "小区六百户只有六个充电桩，晚上要排队，有人从楼上拉线。桩加在哪里、谁出钱、夜里谁管？",
    ),
    ("菜场门口早市怎么管", "早上五点到七点摊子摆到路中间，送孩子上学的车过不去。早市要留，路也要通。"),
    ("老楼装电梯一楼住户的补偿", "两个单元装电梯卡在一楼，采光和噪音怎么补，大家坐下来谈一次。"),
)
"""The first is solved and made known, the second is being followed up, the third is announced."""


def deliberations(now: datetime) -> None:
    """Each through the services, as people would; built twice, they are there once."""
    if Deliberation.objects.exists():
        return
    station = Station.objects.filter(active=True, region__code__startswith="330182001").order_by("id").first()
    if station is None:
        return
    liaison = Actor("account", 0, "站点联络员", (Hold(Role.LIAISON, station.region_id[:9]),))
    for number, begun in enumerate((80, 35, 3)):
        title, text = DELIBERATED[number]
        start = _morning(now, begun)
        topic = deliberation_raise(
            title=title,
            text=text,
            station=station,
            actor=liaison,
            now=start,
            submission=f"demo-topic-{number}",
        )
        _deliberated(topic, liaison, start, number)


def _deliberated(topic: Case, liaison: Actor, start: datetime, number: int) -> None:
    deputies = deputies_for(topic.region_id, local_day(start))[number : number + 3]
    body = bodies_for(topic.region_id)[number]
    asked = {
        "deputies": [str(one.pk) for one in deputies],
        "bodies": [str(body.pk)],
        "group": "",
        "note": "业主代表",
    }
    case_act(case_id=topic.pk, action="take_part", raw=asked, actor=liaison, now=start + timedelta(days=1))
    evening = datetime.combine(local_day(start) + timedelta(days=7), time(19), ZONE)
    convened = Convened(evening, evening + timedelta(hours=2), place="社区樟树下", local_name="樟树下议事")
    called = start + timedelta(days=2)
    meeting = deliberation_call(case_id=topic.pk, convened=convened, actor=liaison, now=called)
    if number == 2:
        return
    after = evening + timedelta(hours=2)
    ids = list(meeting.attendees.values_list("pk", flat=True))
    attendance_mark(meeting_id=meeting.pk, attendee_ids=ids, actor=liaison, now=evening + timedelta(hours=1))
    meeting_hold(meeting_id=meeting.pk, outcome="agreed", actor=liaison, now=after)
    words = Minutes("大家轮流说了难处，代表和单位当场回话，定了谁来办、哪天前办好。", outcome="agreed")
    minutes_write(meeting_id=meeting.pk, minutes=words, seen=0, actor=liaison, now=after)
    decided = [Decided(f"{topic.title}：按议定的办", body.pk, local_day(after) + timedelta(days=40))]
    (task,) = deliberation_settle(
        case_id=topic.pk,
        conclusion="大家同意先试一个月，单位负责，社区每周看一次。",
        decided=decided,
        actor=liaison,
        now=after,
    )
    if number == 0:
        _solved(topic, task, body.pk, liaison, after)


def _solved(topic: Case, task: Case, body_id: int, liaison: Actor, after: datetime) -> None:
    """The body reports, the liaison checks, those who came rate, the coordinator makes it known."""
    handler = Actor("account", 0, "经办人", (Hold(Role.HANDLER, topic.region_id[:6], body_id),))
    coordinator = Actor("account", 1, "协调人", (Hold(Role.COORDINATOR, topic.region_id[:9]),))
    report = {"result": "done", "report": "照议定的办好了，现场看过。"}
    account = {
        "public_title": "小区充电桩加了十个",
        "public_text": "居民、代表和单位坐在樟树下一起议定：加十个充电桩，夜里物业巡查，已经通电。",
    }
    told = {"result": "done", "answer": "十个桩已经通电，夜里物业每两小时巡一次。"}
    steps: list[tuple[int, str, Case, Actor, dict[str, Any]]] = [
        (20, "carry_out", task, handler, report),
        (22, "verified", task, liaison, {"note": ""}),
        (23, "finish", topic, liaison, told),
        (25, "", topic, liaison, {}),
        (28, "write_up", topic, liaison, account),
        (29, "make_known", topic, coordinator, {}),
    ]
    for days, action, case, actor, raw in steps:
        moment = after + timedelta(days=days)
        if action:
            case_act(case_id=case.pk, action=action, raw=raw, actor=actor, now=moment)
            continue
        for one in Attendee.objects.filter(meeting__cases__case=topic, part="deputy").order_by("id")[:3]:
            with suppress(Refusal):  # enough have rated already
                result_judge(case_id=topic.pk, attendee=one, rating="good", words="", now=moment)


def _morning(now: datetime, days: int) -> datetime:
    return datetime.combine(local_day(now) - timedelta(days=days), time(9, 30), ZONE)
