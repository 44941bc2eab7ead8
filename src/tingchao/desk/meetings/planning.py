"""Plans on the screen: the form that proposes one, the year month by month, what clashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tingchao.core.steps import refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.core.turns import LEAST, Clash, Conflict
from tingchao.desk.meetings.fields import Ask, Typed, number_of, time_of
from tingchao.directory.models import Station
from tingchao.directory.selectors import station_get, stations_within
from tingchao.engine.words import WEEKDAYS
from tingchao.instruments.meetings.models import Plan, Turn
from tingchao.instruments.meetings.plans import conflicts_of, deputies_of, turns_of
from tingchao.instruments.meetings.services import Asked, Changed

NTH = {
    1: gettext_noop("每月第一个"),
    2: gettext_noop("每月第二个"),
    3: gettext_noop("每月第三个"),
    4: gettext_noop("每月第四个"),
    5: gettext_noop("每月最后一个"),
}
CLASHES = {
    Clash.TWICE: gettext_noop("%(who)s%(day)s还有别的安排"),
    Clash.TERM: gettext_noop("%(who)s%(day)s不在任"),
    Clash.CLOSED: gettext_noop("站点已经关闭"),
    Clash.HOLIDAY: gettext_noop("%(day)s不是工作日"),
    Clash.FULL: gettext_noop("%(day)s排的人超过了每次的人数"),
    Clash.FEW: gettext_noop("%(who)s这一年不到规定的次数"),
}
STOPS = (Clash.TERM, Clash.CLOSED, Clash.HOLIDAY)
BAD_STATION = gettext_noop("请从名单里选一个站点。")
Given = dict[str, Any]


def asks(scopes: tuple[str, ...], today: date) -> list[Ask]:
    """The inputs of a plan, filled with what most stations take."""
    stations = [(str(one.pk), one.name, "") for one in stations_within(scopes)[:200]]
    years = [
        (str(year), gettext("%(year)s 年") % {"year": year}, "") for year in (today.year, today.year + 1)
    ]
    return [
        Ask("station", gettext_noop("哪个站点"), "choice", True, options=stations),
        Ask("year", gettext_noop("哪一年"), "choice", True, options=years, value=str(today.year + 1)),
        Ask(
            "nth",
            gettext_noop("每月哪一周"),
            "choice",
            True,
            options=[(str(key), gettext(label), "") for key, label in NTH.items()],
            value="2",
        ),
        Ask(
            "weekday",
            gettext_noop("星期几"),
            "choice",
            True,
            options=[(str(key), gettext(label), "") for key, label in enumerate(WEEKDAYS)],
            value="2",
            hint=gettext_noop("遇到放假自动顺延到下一个工作日"),
        ),
        Ask("begins", gettext_noop("几点开始"), "time", True, value="09:00"),
        Ask("ends", gettext_noop("几点结束"), "time", True, value="11:00"),
        Ask(
            "least",
            gettext_noop("每名代表一年几次"),
            required=True,
            value=str(LEAST),
            hint=gettext_noop("接待制度要求至少 2 次"),
        ),
        Ask("room", gettext_noop("每次最多几名代表"), hint=gettext_noop("不限就留空")),
    ]


def asked_of(typed: Typed) -> tuple[Station, Asked]:
    """The station and the plan that a form asks for. Raises Refusal "input"."""
    station = number_of(typed, "station")
    found = station_get(station) if station else None
    begins, ends = time_of(typed.get("begins")), time_of(typed.get("ends"))
    faults = {
        key: fault
        for key, fault, wrong in (
            ("station", BAD_STATION, found is None),
            ("begins", gettext_noop("请填时间，像 9:30 这样。"), begins is None),
            ("ends", gettext_noop("请填时间，像 9:30 这样。"), ends is None),
        )
        if wrong
    }
    if faults or found is None or begins is None or ends is None:
        raise refused_inputs(faults)
    return found, Asked(
        year=number_of(typed, "year") or 0,
        weekday=_number(typed, "weekday"),
        nth=_number(typed, "nth"),
        begins=begins,
        ends=ends,
        least=_number(typed, "least"),
        room=number_of(typed, "room"),
    )


def _number(typed: Typed, key: str) -> int:
    found = number_of(typed, key)
    return -1 if found is None else found


def as_asked(plan: Plan) -> Asked:
    """What a plan was asked for as."""
    return Asked(plan.year, plan.weekday, plan.nth, plan.begins, plan.ends, plan.least, plan.room, plan.kind)


def plan_row(plan: Plan) -> Given:
    """The line of a list."""
    return {
        "url": reverse("desk:plan", args=[plan.pk]),
        "name": plan.station.name,
        "year": plan.year,
        "rhythm": rhythm_words(plan),
        "accepted": plan.accepted_at,
    }


def rhythm_words(plan: Plan) -> str:
    """每月第二个周三 9:00–11:00."""
    return (
        f"{gettext(NTH[plan.nth])}{gettext(WEEKDAYS[plan.weekday])} {_clock(plan.begins)}–{_clock(plan.ends)}"
    )


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def changed_words(changed: Changed) -> str:
    """What proposing changed."""
    if not changed.added and not changed.removed:
        return gettext("和原来一样，没有变动。")
    added = ngettext("排上 %(n)s 人次", "排上 %(n)s 人次", len(changed.added)) % {"n": len(changed.added)}
    removed = ngettext("撤下 %(n)s 人次", "撤下 %(n)s 人次", len(changed.removed))
    return gettext("，").join(
        [added, *([removed % {"n": len(changed.removed)}] if changed.removed else [])]
    ) + gettext("。")


def page_context(plan: Plan, today: date) -> Given:
    """The year of one station."""
    turns, people = turns_of(plan), deputies_of(plan)
    names = {one.pk: one.name for one in people} | {one.deputy_id: one.deputy.name for one in turns}
    found = conflicts_of(plan)
    days = sorted({one.day for one in turns})
    counted = Counter(one.deputy_id for one in turns)
    return {
        "plan": plan_row(plan)
        | {"least": plan.least, "room": plan.room or "", "station_id": plan.station_id},
        "months": _months(turns, found, plan.year, today),
        "days": [one for one in days if one > today],
        "conflicts": [_conflict(one, names) for one in found],
        "stops": any(one.clash in STOPS and (one.day is None or one.day > today) for one in found),
        "people": [
            {"id": one.pk, "name": one.name, "count": counted[one.pk], "few": counted[one.pk] < plan.least}
            for one in people
        ],
        "waiting": sum(one.meeting_id is None and one.day > today for one in turns),
        "first": max(date(plan.year, 1, 1), today).isoformat(),
        "last": date(plan.year, 12, 31).isoformat(),
    }


def _months(turns: Sequence[Turn], found: Sequence[Conflict], year: int, today: date) -> list[Given]:
    """The twelve months, each with its days and who is on turn."""
    bad_days = {one.day for one in found if one.person is None}
    bad_turns = {(one.person, one.day) for one in found}
    months: list[Given] = [{"number": number, "days": []} for number in range(1, 13)]
    for day in sorted({one.day for one in turns}):
        on = [one for one in turns if one.day == day]
        meeting = next((one.meeting for one in on if one.meeting is not None), None)
        months[day.month - 1]["days"].append(
            {
                "day": day,
                "over": day <= today,
                "bad": day in bad_days,
                "url": reverse("desk:meeting", args=[meeting.pk]) if meeting else "",
                "turns": [
                    {
                        "deputy": one.deputy_id,
                        "name": one.deputy.name,
                        "fixed": one.fixed,
                        "bad": (one.deputy_id, day) in bad_turns,
                        "called": one.meeting_id is not None,
                    }
                    for one in on
                ],
            }
        )
    return months


def _conflict(one: Conflict, names: dict[int, str]) -> Given:
    day = f"{one.day.month}月{one.day.day}日" if one.day else ""
    told = {"who": names.get(one.person or 0, ""), "day": day}
    return {"words": gettext(CLASHES[one.clash]) % told, "stops": one.clash in STOPS}
