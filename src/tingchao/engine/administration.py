"""What administrators change of places and people: policy, checks, the row and its event in one transaction.

Each service refuses with "forbidden" outside the actor's scope, with "gone" for a row that is not there, and with
"input" naming every field at fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.codes import scopes_above
from tingchao.directory.models import Body, Deputy, Group, Installation, Membership, Region, Station
from tingchao.directory.policy import require_directory
from tingchao.directory.selectors import kept_site
from tingchao.engine.changes import change_append, changed, facts_of, row_locked, row_save
from tingchao.engine.models import Assignment
from tingchao.engine.timing import local_day

DEEPEST = 10
"""Levels of stations above one another; more is a ring."""


@transaction.atomic
def region_save(*, code: str, name: str, new: bool, actor: Actor, now: datetime) -> Region:
    """Enter a region, e.g. a community below its township, or give one another name."""
    if not new:
        require_directory(actor, code)
        row = row_locked(Region, code)
        row_save(row, {"name": name}, kind="region", region_code=code, actor=actor, now=now, twice=ONCE_CODE)
        return row
    if not re.fullmatch(r"[1-9]\d{11}", code, re.ASCII):
        raise refused_inputs({"code": gettext_noop("代码是 12 位数字（国家统计局的区划代码）。")})
    require_directory(actor, code)
    if Region.objects.filter(pk=code).exists():
        raise refused_inputs({ONCE_CODE[0]: ONCE_CODE[1]})
    above = [f"{scope:0<12}" for scope in scopes_above(code)[1:]]
    known = {row.pk: row for row in Region.objects.filter(pk__in=above)}
    parent = next((known[one] for one in above if one in known), None)
    if above and parent is None:
        raise refused_inputs({"code": gettext_noop("它的上级地区还没有，请先建上级。")})
    row = Region(code=code)
    values = {"name": name, "parent": parent}
    row_save(row, values, kind="region", region_code=code, actor=actor, now=now, twice=ONCE_CODE)
    return row


ONCE_CODE = ("code", gettext_noop("已经有这个代码的地区。"))
ONCE_KEY = ("key", gettext_noop("已经有这个单位号，请换一个。"))
ONCE_NAME = ("name", gettext_noop("这个地区已经有叫这个名称的站点。"))
NEVER = ("name", gettext_noop("已经有一样的了。"))


@transaction.atomic
def body_save(
    *, body_id: int | None, key: str, name: str, kind: str, region_code: str, actor: Actor, now: datetime
) -> Body:
    """Enter a body, or change one."""
    row = Body() if body_id is None else row_locked(Body, body_id)
    region = _moved(row.region_id if body_id else None, region_code, actor)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", key, re.ASCII):
        raise refused_inputs({"key": gettext_noop("单位号只用字母、数字、- 和 _。")})
    values = {"key": key, "name": name, "kind": kind, "region": region}
    row_save(row, values, kind="body", region_code=region.pk, actor=actor, now=now, twice=ONCE_KEY)
    return row


@transaction.atomic
def station_save(
    *,
    station_id: int | None,
    name: str,
    kind: str,
    region_code: str,
    actor: Actor,
    now: datetime,
    parent_id: int | None = None,
    address: str = "",
    hours: str = "",
    phone: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    meeting_day: int | None = None,
    functions: Sequence[str] = (),
    equipment: Sequence[str] = (),
) -> Station:
    """Enter a station, or change one. Small matters are deliberated on `meeting_day` (1 to 28) of the month."""
    row = Station() if station_id is None else row_locked(Station, station_id)
    region = _moved(row.region_id if station_id else None, region_code, actor)
    parent = None if parent_id is None else Station.objects.filter(pk=parent_id, active=True).first()
    if faults := _station_faults(station_id, parent_id, parent, latitude, longitude, meeting_day):
        raise refused_inputs(faults)
    values = {
        "name": name,
        "kind": kind,
        "region": region,
        "parent": parent,
        "address": address,
        "hours": hours,
        "phone": phone,
        "latitude": latitude,
        "longitude": longitude,
        "meeting_day": meeting_day,
        "functions": list(functions),
        "equipment": list(equipment),
    }
    row_save(row, values, kind="station", region_code=region.pk, actor=actor, now=now, twice=ONCE_NAME)
    return row


def _station_faults(
    station_id: int | None,
    parent_id: int | None,
    parent: Station | None,
    latitude: float | None,
    longitude: float | None,
    meeting_day: int | None,
) -> dict[str, str]:
    faults: dict[str, str] = {}
    if parent_id is not None and parent is None:
        faults["parent"] = gettext_noop("上级站点已经停用，请另选。")
    if station_id is not None and _stands_below(parent, station_id):
        faults["parent"] = gettext_noop("上级站点不能是它自己，也不能是它下面的站点。")
    if (latitude is None) != (longitude is None):
        faults["longitude" if longitude is None else "latitude"] = gettext_noop("经度和纬度要一起填。")
    if meeting_day is not None and not 1 <= meeting_day <= 28:
        faults["meeting_day"] = gettext_noop("议事日填 1 到 28，每个月都有这一天。")
    return faults


def _stands_below(station: Station | None, above_id: int) -> bool:
    """Whether a station is the one of that id or stands below it."""
    for _ in range(DEEPEST):
        if station is None:
            return False
        if station.pk == above_id:
            return True
        station = station.parent
    return True


@transaction.atomic
def deputy_save(
    *,
    deputy_id: int | None,
    name: str,
    kind: str,
    level: str,
    region_code: str,
    since: date,
    actor: Actor,
    now: datetime,
    constituency: str = "",
    expertise: str = "",
    station_id: int | None = None,
    until: date | None = None,
) -> Deputy:
    """Enter a deputy or council member for one term, or change one.

    A term that is over cannot be set while matters are followed: `engine.handover` asks where they go.
    """
    row = Deputy() if deputy_id is None else row_locked(Deputy, deputy_id)
    region = _moved(row.region_id if deputy_id else None, region_code, actor)
    station = None if station_id is None else Station.objects.filter(pk=station_id, active=True).first()
    if station_id is not None and station is None:
        raise refused_inputs({"station": gettext_noop("这个站点已经停用，请另选。")})
    _require_term(deputy_id, since, until, local_day(now))
    values = {
        "name": name,
        "kind": kind,
        "level": level,
        "constituency": constituency,
        "expertise": expertise,
        "region": region,
        "station": station,
        "since": since,
        "until": until,
    }
    row_save(row, values, kind="deputy", region_code=region.pk, actor=actor, now=now, twice=NEVER)
    return row


def _require_term(deputy_id: int | None, since: date, until: date | None, today: date) -> None:
    if until is None:
        return
    if until <= since:
        raise refused_inputs({"until": gettext_noop("任期结束要在任期开始之后。")})
    if deputy_id is None or until > today:
        return
    follows = Assignment.objects.filter(ended_at__isnull=True, case__closed_at__isnull=True)
    if follows.filter(deputy_id=deputy_id).exists():
        raise refused_inputs(
            {"until": gettext_noop("这位代表还有督办的事没完，请用下面的“结束任期”，先说清交给谁。")}
        )


@transaction.atomic
def group_save(
    *, group_id: int | None, name: str, region_code: str, actor: Actor, now: datetime, purpose: str = ""
) -> Group:
    """Make a group, or change one."""
    row = Group() if group_id is None else row_locked(Group, group_id)
    region = _moved(row.region_id if group_id else None, region_code, actor)
    values = {"name": name, "purpose": purpose, "region": region}
    row_save(row, values, kind="group", region_code=region.pk, actor=actor, now=now, twice=NEVER)
    return row


@transaction.atomic
def membership_add(
    *,
    group_id: int,
    deputy_id: int,
    since: date,
    actor: Actor,
    now: datetime,
    part: str = "",
    until: date | None = None,
) -> Membership:
    """Take a deputy into a group from a day until before another; one who is in it already is refused."""
    group = row_locked(Group, group_id)
    require_directory(actor, group.region_id)
    deputy = Deputy.objects.filter(pk=deputy_id).first()
    if deputy is None:
        raise refused_inputs({"deputy": gettext_noop("没有找到这位代表。")})
    if until is not None and until <= since:
        raise refused_inputs({"until": gettext_noop("结束的日子要在开始之后。")})
    for other in group.memberships.filter(deputy=deputy):
        if (until is None or other.since < until) and (other.until is None or since < other.until):
            raise refused_inputs({"deputy": gettext_noop("这段时间这位代表已经在组里。")})
    row = Membership(group=group)
    row_save(
        row,
        {"deputy": deputy, "part": part, "since": since, "until": until},
        kind="membership",
        region_code=group.region_id,
        actor=actor,
        now=now,
        twice=NEVER,
        about=f"{group.name} · {deputy.name}",
    )
    return row


@transaction.atomic
def membership_end(*, membership_id: int, actor: Actor, now: datetime) -> Membership:
    """End a membership as of today; one that has not begun never does."""
    row = row_locked(Membership, membership_id)
    require_directory(actor, row.group.region_id)
    today = local_day(now)
    if row.until is None or row.until > today:
        row_save(
            row,
            {"until": max(today, row.since)},
            kind="membership",
            region_code=row.group.region_id,
            actor=actor,
            now=now,
            twice=NEVER,
            about=f"{row.group.name} · {row.deputy.name}",
        )
    return row


@transaction.atomic
def body_reopen(*, body_id: int, actor: Actor, now: datetime) -> Body:
    """Take a body that was switched off into use again."""
    row = row_locked(Body, body_id)
    _reopen(row, kind="body", region_code=row.region_id, actor=actor, now=now)
    return row


@transaction.atomic
def station_reopen(*, station_id: int, actor: Actor, now: datetime) -> Station:
    """Open a station again; its code works again with it."""
    row = row_locked(Station, station_id)
    _reopen(row, kind="station", region_code=row.region_id, actor=actor, now=now)
    return row


def _reopen(row: Body | Station, *, kind: str, region_code: str, actor: Actor, now: datetime) -> None:
    require_directory(actor, region_code)
    if row.active:
        return
    row.active = True
    row.save(update_fields=["active"])
    changes: Mapping[str, list[bool]] = {"active": [False, True]}
    change_append(
        action=f"{kind}.reopen", row=row, changes=changes, region_code=region_code, actor=actor, now=now
    )


@transaction.atomic
def installation_save(*, name: str, actor: Actor, now: datetime) -> Installation:
    """Give the installation another name; whose it is was said when it was set up."""
    require_directory(actor)
    row = Installation.objects.select_for_update().order_by("pk").first()
    if row is None:
        raise Refusal("gone", gettext_noop("系统还没有开通，请先运行 tingchao setup。"))
    before = facts_of(row)
    row.name = name
    if changes := changed(before, facts_of(row)):
        row.save(update_fields=["name"])
        change_append(
            action="installation.change",
            row=row,
            changes=changes,
            region_code="",
            actor=actor,
            now=now,
            about=name,
        )
    kept_site.forget()
    return row


def _moved(before: str | None, after: str, actor: Actor) -> Region:
    """The region an entry is put into; the actor must keep that one, and the one where it stood before."""
    if before is not None:
        require_directory(actor, before)
    region = Region.objects.filter(pk=after).first()
    if region is None:
        raise refused_inputs({"region": gettext_noop("没有这个地区，请先建好。")})
    require_directory(actor, after)
    return region
