"""The forms by which a clerk puts a record right: one for each way that an appeal has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext

from tingchao.core.text import gettext_noop
from tingchao.desk.meetings.fields import Ask, Option, drawn, number_of, times_asked, times_of
from tingchao.desk.meetings.rows import when_words
from tingchao.directory.actors import Actor
from tingchao.mechanisms.deputy_duty.models import Appeal
from tingchao.mechanisms.deputy_duty.rules import (
    ATTENDANCE,
    CREDIT,
    GATHERING,
    HEARD_BY,
    LISTED,
    OPINIONS_ABOVE,
    PEOPLE_RECEIVED,
)
from tingchao.mechanisms.deputy_duty.selectors.appeals import standing_on_list
from tingchao.mechanisms.deputy_duty.selectors.corrections import (
    deputies_to_choose,
    kinds_to_add,
    left_of,
    meetings_near,
    places_to_choose,
)
from tingchao.mechanisms.deputy_duty.services.corrections import NOBODY, Missed

Given = dict[str, Any]

RESULTS: tuple[tuple[str, str], ...] = (
    ("offline", gettext_noop("到会，在现场")),
    ("online", gettext_noop("到会，在线上")),
    ("excused", gettext_noop("请假")),
    ("absent", gettext_noop("缺席")),
    ("none", gettext_noop("没有请他，不该在名单上")),
)
"""What a clerk may say really happened, in words."""

CAME = RESULTS[:4]

TITLES = {
    ATTENDANCE: gettext_noop("更正到会记录"),
    PEOPLE_RECEIVED: gettext_noop("更正接待的人数"),
    CREDIT: gettext_noop("更正记在谁名下"),
    LISTED: gettext_noop("有这场活动，名单里没有他"),
    GATHERING: gettext_noop("这场活动没有人记过，补记"),
    HEARD_BY: gettext_noop("有一件事是他听到的，记在了别人名下或者没有记"),
}

GROUND = Ask(
    "ground",
    gettext_noop("凭什么改"),
    required=True,
    most=150,
    hint=gettext_noop("比如签到表第几行、现场照片、会议记录；和更正记在一起，谁都能查"),
)


def asks_of(way: str, appeal: Appeal, actor: Actor) -> list[Ask]:
    """What one way of putting right asks for; [] where nothing is left to put right."""
    asks = ASKS[way](appeal, actor)
    return [*asks, GROUND] if asks else []


def _options(rows: Any) -> list[Option]:
    return [(str(key), gettext(str(label)), "") for key, label in rows]


def _attendance(appeal: Appeal, actor: Actor) -> list[Ask]:
    return [Ask("result", gettext_noop("查实的情况"), "choice", True, options=_options(RESULTS))]


def _received(appeal: Appeal, actor: Actor) -> list[Ask]:
    hint = gettext_noop("整场活动来的群众，几位代表一起接待也只算一次")
    return [Ask("received", gettext_noop("实际来了几位"), "number", True, hint=hint)]


def _credit(appeal: Appeal, actor: Actor) -> list[Ask]:
    if not (left := left_of(appeal)):
        return []
    people = [(one.pk, one.name) for one in deputies_to_choose(appeal)]
    whose = _options([(NOBODY, gettext_noop("不记在代表名下")), *people])
    asks = [
        Ask(
            "deputy",
            gettext_noop("应当记在谁名下"),
            "choice",
            True,
            options=whose,
            value=str(appeal.deputy_id),
            hint=gettext_noop("只改记录；这件事由谁跟着督办，在事项页上改"),
        )
    ]
    if appeal.fact is not None and appeal.fact.kind == OPINIONS_ABOVE:
        asks.append(Ask("amount", gettext_noop("实际是几条"), "number", True, value=str(left)))
    return asks


def _listed(appeal: Appeal, actor: Actor) -> list[Ask]:
    near = [(str(one.pk), f"{when_words(one)} {one.title}", "") for one in meetings_near(appeal)]
    if not near:
        return []
    return [
        Ask("meeting", gettext_noop("哪场活动"), "choice", True, options=near),
        Ask("result", gettext_noop("查实的情况"), "choice", True, options=_options(CAME)),
    ]


def _gathering(appeal: Appeal, actor: Actor) -> list[Ask]:
    kinds, places = kinds_to_add(actor), places_to_choose(appeal, actor)
    if not kinds or not places:
        return []
    ways = _options([("offline", gettext_noop("现场")), ("online", gettext_noop("线上"))])
    return [
        Ask("kind", gettext_noop("种类"), "choice", True, options=_options(kinds.items())),
        Ask("title", gettext_noop("名称"), required=True, most=60),
        Ask("region", gettext_noop("哪里组织的"), "choice", True, options=_options(places)),
        *times_asked(None, None)[:3],
        Ask("place", gettext_noop("地点"), most=120),
        Ask("way", gettext_noop("他怎么参加的"), "choice", True, options=ways, value="offline"),
    ]


def _heard(appeal: Appeal, actor: Actor) -> list[Ask]:
    hint = gettext_noop("群众意见的编号；原来记在别的代表名下的，改记到他名下")
    return [Ask("number", gettext_noop("哪件事"), required=True, most=30, hint=hint)]


ASKS: Mapping[str, Callable[[Appeal, Actor], list[Ask]]] = {
    ATTENDANCE: _attendance,
    PEOPLE_RECEIVED: _received,
    CREDIT: _credit,
    LISTED: _listed,
    GATHERING: _gathering,
    HEARD_BY: _heard,
}


def now_is(way: str, appeal: Appeal) -> str:
    """What the record says now of what one way puts right; empty where it says nothing."""
    if way == ATTENDANCE:
        standing = standing_on_list(appeal)
        key = standing.way if standing.result == "attended" else standing.result or "none"
        return gettext(dict(RESULTS).get(key, ""))
    if way == PEOPLE_RECEIVED and appeal.meeting is not None:
        return gettext("%(n)s 人") % {"n": f"{appeal.meeting.received or 0:,}"}
    if way == CREDIT:
        left = left_of(appeal)
        return (
            appeal.deputy.name
            if left
            else gettext("已经更正，不在%(name)s名下了") % {"name": appeal.deputy.name}
        )
    return ""


def form_of(
    way: str, appeal: Appeal, actor: Actor, typed: Mapping[str, Any] | None, faults: Mapping[str, str] | None
) -> Given:
    """One form as the page draws it."""
    return {
        "way": way,
        "title": gettext(TITLES[way]),
        "now": now_is(way, appeal),
        "fields": drawn(asks_of(way, appeal, actor), typed, faults),
        "open": typed is not None,
    }


# --- what was typed ---------------------------------------------------------------------------------------


def missed_of(typed: Mapping[str, Any]) -> Missed:
    """The gathering that was typed. Raises Refusal "input" for times that cannot be read."""
    starts, ends = times_of(typed)
    return Missed(
        kind=str(typed.get("kind", "")),
        title=" ".join(str(typed.get("title", "")).split())[:200],
        region=str(typed.get("region", "")),
        starts_at=starts,
        ends_at=ends,
        place=" ".join(str(typed.get("place", "")).split())[:120],
        way="online" if typed.get("way") == "online" else "offline",
    )


def number_typed(typed: Mapping[str, Any], key: str) -> int | None:
    """A whole number that was typed; None for none. Raises Refusal "input" for what is no number."""
    return number_of(typed, key)
