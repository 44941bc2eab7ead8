"""Daily checks and notes of the head station at the stations of 新安江; what is amiss there is made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.models import Station
from tingchao.directory.selectors import working_calendar
from tingchao.engine.models import Case
from tingchao.engine.services import case_act
from tingchao.engine.timing import local_day
from tingchao.mechanisms.contact_stations.selectors.brain import check_items
from tingchao.mechanisms.contact_stations.services.guidance import check_answer, guidance_give

PLACE = "330182001"
CHECKED_DAYS = 26
AMISS = {
    4: ("牌子和码看得清", "门口的码被太阳晒褪色了，已经重新打印。"),
    9: ("电脑和网络能用", "上午断网，十点修好。"),
}
"""Days back → what was amiss at the first station."""

NOTES = (
    ("接待日前一天请把牌子摆到小区门口，上次有人说找不到。", "answered"),
    ("两件路灯的事说的是同一段路，请一起请代表去看看。", "waits"),
    ("上个月的议事结果还没有贴到墙上，请补上并拍张照片。", "closed"),
)


def steps(clerk: Actor, now: datetime) -> list[Callable[[], object]]:
    """A month of checks, then the notes."""
    return [lambda: _checks(now), lambda: _notes(clerk, now)]


def _stations(most: int) -> list[Station]:
    rows = Station.objects.filter(active=True, region__code__startswith=PLACE)
    return list(rows.select_related("region").order_by("id")[:most])


def _liaison() -> Actor:
    return Actor("account", 0, "站点联络员", (Hold(Role.LIAISON, PLACE),))


def _checks(now: datetime) -> None:
    """Each day but one in eight; today waits for the visitor's own answer."""
    calendar = working_calendar()
    for place, station in enumerate(_stations(6)):
        items = check_items(station.region_id)
        for back in range(CHECKED_DAYS, 0, -1):
            moment = now - timedelta(days=back)
            if not calendar.is_working_day(local_day(moment)) or (back + 3 * place) % 8 == 7:
                continue
            item, note = AMISS.get(back, ("", "")) if place == 0 else ("", "")
            answers: dict[str, bool | None] = {one: one != item for one in items}
            told = note if item in items else ""
            check_answer(station=station, answers=answers, note=told, actor=_liaison(), now=moment)


def _notes(clerk: Actor, now: datetime) -> None:
    for number, (text, standing) in enumerate(NOTES):
        moment = now - timedelta(days=12 - 4 * number)
        for station in _stations(1):
            key = f"demo-guidance-{number}"
            case = guidance_give(station=station, text=text, actor=clerk, now=moment, submission=key)
            if standing == "waits" or case.events > 1:
                continue
            _answered(case, moment + timedelta(days=1))
            if standing == "closed":
                read = moment + timedelta(days=2)
                case_act(case_id=case.pk, action="enough", raw={}, actor=clerk, now=read)


def _answered(case: Case, moment: datetime) -> None:
    raw = {"answer": "当天就办了，照片在站里的记录里。"}
    case_act(case_id=case.pk, action="answer_guidance", raw=raw, actor=_liaison(), now=moment)
