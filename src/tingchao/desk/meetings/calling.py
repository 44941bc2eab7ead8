"""Calling a gathering: the form of few inputs, and what is made of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from tingchao.core.steps import refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.meetings.fields import Ask, Typed, times_asked, times_of
from tingchao.desk.meetings.inviting import STATION, invited_of
from tingchao.directory.actors import Actor
from tingchao.directory.models import Station
from tingchao.directory.selectors import groups_for, station_get, stations_within
from tingchao.instruments.meetings.kinds import kind_get, kinds
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.policy import home_region, kinds_for, organising_scopes
from tingchao.instruments.meetings.services import Called, attendees_invite, meeting_create

NO_STATION = gettext_noop("请从名单里选一个站点，或者留空写地点。")


def asks(actor: Actor, *, kind: str = "", station: str = "") -> list[Ask]:
    """The inputs: kind, title, where, when, who."""
    offered = kinds_for(actor)
    scopes = tuple(dict.fromkeys(scope for one in offered for scope in organising_scopes(actor, one)))
    stations = [(str(one.pk), one.name, "") for one in stations_within(scopes)[:200]]
    modes = [(key, gettext(label), "") for key, label in Meeting.Mode.choices]
    return [
        Ask(
            "kind",
            gettext_noop("什么活动"),
            "choice",
            True,
            options=[(one.key, gettext(one.label), "") for one in offered],
            value=kind or offered[0].key,
        ),
        *times_asked(None, None)[:3],
        Ask(
            "station",
            gettext_noop("在哪个站点"),
            "choice",
            options=stations,
            value=station or (stations[0][0] if len(stations) == 1 else ""),
        ),
        Ask("place", gettext_noop("地点"), most=120, hint=gettext_noop("不在站点，或要写清哪间屋、哪棵树下")),
        Ask("mode", gettext_noop("怎么开"), "choice", True, options=modes, value=Meeting.Mode.OFFLINE),
        Ask("online_at", gettext_noop("线上会议号或网址"), most=300, hint=gettext_noop("只有参加的人看得到")),
        Ask("title", gettext_noop("名称"), most=60, hint=gettext_noop("不填就用站点和活动的名字")),
        Ask("who", gettext_noop("请谁"), "choice", options=_groups(actor, offered[0].key), value=STATION),
    ]


def _groups(actor: Actor, kind: str) -> list[tuple[str, str, str]]:
    region = home_region(actor, kind_get(kind))
    groups = [(str(one.pk), one.name, one.purpose) for one in groups_for(region)[:50]]
    return [
        (STATION, gettext("这个站点的全体代表"), ""),
        *groups,
        ("later", gettext("建好以后再选"), ""),
    ]


@transaction.atomic
def called(typed: Typed, *, actor: Actor, now: datetime, submission: str | None) -> Meeting:
    """The gathering that a form asks for, with those who were chosen on its list. Raises Refusal."""
    starts, ends = times_of(typed)
    kind, station = str(typed.get("kind") or ""), _station(typed)
    label = gettext(kinds()[kind].label) if kind in kinds() else ""
    title = str(typed.get("title") or "").strip() or f"{station.name if station else ''}{label}"[:60]
    meeting = meeting_create(
        called=Called(
            kind=kind,
            title=title,
            starts_at=starts,
            ends_at=ends,
            station=station,
            place=str(typed.get("place") or ""),
            mode=str(typed.get("mode") or Meeting.Mode.OFFLINE),
            online_at=str(typed.get("online_at") or ""),
        ),
        actor=actor,
        now=now,
        submission=submission,
    )
    group = str(typed.get("who") or "")
    if group and group != "later" and not meeting.attendees.exists():
        chosen: dict[str, Any] = {"group": group, "duty": _duty(kind)}
        invited = invited_of(meeting, chosen, actor)
        attendees_invite(meeting_id=meeting.pk, invited=invited, actor=actor, now=now)
    return meeting


def _duty(kind: str) -> str:
    """What the deputies of a station do at a reception; nothing is said of other kinds."""
    return gettext_noop("接待") if kind == "reception" else ""


def _station(typed: Typed) -> Station | None:
    chosen = str(typed.get("station") or "")
    if not chosen:
        return None
    known = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    station = station_get(int(chosen)) if known else None
    if station is None:
        raise refused_inputs({"station": NO_STATION})
    return station
