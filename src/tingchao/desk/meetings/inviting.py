"""Whom to invite: the deputies of the place, a group, bodies, and names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from tingchao.core.steps import Fault, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.meetings.fields import Ask, Option, Typed
from tingchao.directory.actors import Actor
from tingchao.directory.models import Body, Deputy
from tingchao.directory.selectors import bodies_for, deputies_for, groups_for, members_of
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.policy import organising_scopes
from tingchao.instruments.meetings.services import Invited
from tingchao.instruments.meetings.writing import day_of

LISTED = 200
"""Deputies whom a list offers; in a larger place one names a group, or writes names."""

STATION = "station"
"""The choice "everybody of this station"."""

PARTS = (
    ("expert", gettext_noop("专家")),
    ("resident", gettext_noop("群众")),
    ("staff", gettext_noop("工作人员")),
)
NOT_FOUND = gettext_noop("没有找到在任的“%(name)s”，请核对姓名。")
SEVERAL = gettext_noop("不止一位“%(name)s”，请在上面的名单里勾选。")


def invite_asks(meeting: Meeting, now: datetime) -> list[Ask]:
    """What is asked for."""
    day = day_of(meeting)
    on = set(meeting.attendees.exclude(state="left").values_list("deputy_id", "body_id"))
    deputies, bodies = {one for one, _ in on}, {one for _, one in on}
    people = [
        (str(one.pk), one.name, one.expertise)
        for one in deputies_for(meeting.region_id, day)[: LISTED + len(on)]
        if one.pk not in deputies
    ][:LISTED]
    offered_bodies = [
        (str(one.pk), one.name, "")
        for one in bodies_for(meeting.region_id, organs=True)[:LISTED]
        if one.pk not in bodies
    ]
    return [
        Ask("deputies", gettext_noop("代表"), "deputies", options=people),
        Ask("group", gettext_noop("一整组"), "choice", options=groups_offered(meeting)),
        Ask(
            "people",
            gettext_noop("按姓名请代表"),
            "text",
            hint=gettext_noop("一行一位，名单里没有的写在这里"),
        ),
        Ask("bodies", gettext_noop("单位"), "bodies", options=offered_bodies),
        Ask("names", gettext_noop("其他人"), "text", hint=gettext_noop("专家、群众等，一行一位")),
        Ask(
            "part",
            gettext_noop("他们是"),
            "choice",
            options=[(key, gettext(label), "") for key, label in PARTS],
            value="expert",
        ),
        Ask(
            "duty",
            gettext_noop("来做什么"),
            most=20,
            hint=gettext_noop("比如接待、主持、主讲；会写在公开页上"),
        ),
    ]


def groups_offered(meeting: Meeting) -> list[Option]:
    """The groups of the place, and everybody of the station."""
    groups = [(str(one.pk), one.name, one.purpose) for one in groups_for(meeting.region_id)[:50]]
    station = meeting.station
    return [*([(STATION, gettext("本站全体代表"), station.name)] if station is not None else []), *groups]


def invited_of(meeting: Meeting, typed: Typed, actor: Actor) -> Invited:
    """Whom a form asks for. Raises Refusal "input" for names that are not found or not single."""
    day = day_of(meeting)
    ids = {*_ids(typed.get("deputies")), *_group_ids(meeting, str(typed.get("group") or ""), day)}
    deputies = {one.pk: one for one in deputies_for(meeting.region_id, day).filter(pk__in=ids)}
    if typed.get("group"):
        deputies |= {one.pk: one for one in _in_office(day, pk__in=ids)}
    for one in _by_name(meeting, str(typed.get("people") or ""), day, actor):
        deputies[one.pk] = one
    offered = bodies_for(meeting.region_id, organs=True).values_list("pk", flat=True)
    bodies = Body.objects.filter(pk__in=set(_ids(typed.get("bodies"))) & set(offered))
    kind = str(typed.get("part") or "expert")
    names = [(kind, line) for line in str(typed.get("names") or "").splitlines() if line.strip()]
    return Invited(list(deputies.values()), list(bodies), (), names, str(typed.get("duty") or ""))


def _ids(chosen: object) -> list[int]:
    listed = chosen if isinstance(chosen, list) else []
    return [int(one) for one in listed if str(one).isascii() and str(one).isdigit() and len(str(one)) < 19]


def _group_ids(meeting: Meeting, group: str, day: date) -> list[int]:
    if group == STATION and meeting.station_id is not None:
        return list(_in_office(day, station_id=meeting.station_id).values_list("pk", flat=True))
    known = {key for key, _, _ in groups_offered(meeting)}
    return members_of(int(group), day) if group in known and group != STATION else []


def _in_office(day: date, **where: Any) -> QuerySet[Deputy]:
    return Deputy.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day, **where)


def _by_name(meeting: Meeting, text: str, day: date, actor: Actor) -> list[Deputy]:
    """Deputies by the names that were written, within the organiser's scope."""
    scopes = organising_scopes(actor, kind_get(meeting.kind))
    found = []
    for name in dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()):
        same = [one for one in _in_office(day, name=name[:40]) if one.region_id.startswith(scopes)]
        if len(same) != 1:
            raise refused_inputs({"people": Fault(SEVERAL if same else NOT_FOUND, {"name": name[:40]})})
        found.append(same[0])
    return found
