"""Each row of a roster against what is there already: everything is read once, checked in memory, written in bulk."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.codes import scopes_above
from tingchao.directory.models import Account, Body, Deputy, Grant, Region, Station
from tingchao.directory.policy import scopes_kept, within
from tingchao.directory.tags import tags_of
from tingchao.engine.accounts import roles_apart
from tingchao.engine.timing import local_day
from tingchao.instruments.rosters.reading import Fault, Row, cell_choice, cell_day, cell_number, cell_text

HOLDABLE = {label: role for role, label in ROLE_LABELS.items() if role not in (Role.REPORTER, Role.SYSTEM)}


@dataclass(slots=True)
class Drafts:
    """What is there, with the rows taken so far; `fresh` and `changed` are to be written, in that order."""

    actor: Actor
    now: datetime
    scopes: tuple[str, ...]
    regions: dict[str, Region]
    bodies: dict[str, Body]
    stations: dict[tuple[str, str], Station]
    stations_named: dict[str, list[Station]]
    deputies: dict[tuple[str, str, date], Deputy]
    deputies_named: dict[str, list[Deputy]]
    accounts: dict[str, Account]
    holders: dict[int, Account]
    """id() of a deputy → the account that stands for them."""
    grants: dict[tuple[str, str, str, str], Grant]
    roles: dict[str, set[Role]]
    fresh: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    seen: dict[object, int] = field(default_factory=dict)
    parents: list[tuple[Station, Station | None]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return local_day(self.now)

    def once(self, key: object, number: int) -> None:
        """Raise Fault when an earlier row of the sheet says the same thing."""
        if (earlier := self.seen.setdefault(key, number)) != number:
            raise Fault(gettext_noop("和第 %(row)s 行重复。"), row=earlier)

    def region(self, row: Row, column: str = "地区代码") -> Region:
        code = cell_text(row, column, most=12)
        found = self.regions.get(code)
        if found is None:
            raise Fault(gettext_noop("没有代码是“%(code)s”的地区，请先写在“地区”里。"), code=code)
        return self.mine(found)

    def mine(self, region: Region) -> Region:
        if not within(region.pk, self.scopes):
            raise Fault(gettext_noop("“%(name)s”不在您管的范围里。"), name=region.name)
        return region

    def keep(self, row: Any, values: dict[str, Any]) -> None:
        """Give a row its values; whether it is new, changed or the same is known afterwards."""
        new = row._state.adding
        differs = new or any(getattr(row, name) != value for name, value in values.items())
        for name, value in values.items():
            setattr(row, name, value)
        if differs:
            (self.fresh if new else self.changed).append(row)


def drafts_of(actor: Actor, now: datetime) -> Drafts:
    """Everything that is there, in a handful of statements however long the roster is."""
    stations = list(Station.objects.select_related("parent"))
    deputies = list(Deputy.objects.all())
    by_id = {row.pk: row for row in deputies}
    accounts = {row.username: row for row in Account.objects.all()}
    names = {row.pk: row.username for row in accounts.values()}
    grants = list(Grant.objects.select_related("body"))
    drafts = Drafts(
        actor=actor,
        now=now,
        scopes=scopes_kept(actor),
        regions={row.pk: row for row in Region.objects.all()},
        bodies={row.key: row for row in Body.objects.all()},
        stations={(row.region_id, row.name): row for row in stations},
        stations_named=_by_name(stations),
        deputies={(row.region_id, row.name, row.since): row for row in deputies},
        deputies_named=_by_name(deputies),
        accounts=accounts,
        holders={id(by_id[row.deputy_id]): row for row in accounts.values() if row.deputy_id is not None},
        grants={
            (names[row.account_id], row.role, row.scope, row.body.key if row.body else ""): row
            for row in grants
        },
        roles=defaultdict(set),
    )
    for grant in grants:
        if grant.until is None or grant.until > drafts.today:
            drafts.roles[names[grant.account_id]].add(Role(grant.role))
    return drafts


def _by_name(rows: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.name].append(row)
    return found


Take = Callable[[Drafts, int, Row], None]


def _take_region(drafts: Drafts, number: int, row: Row) -> None:
    code, name = cell_text(row, "代码", most=12), cell_text(row, "名称", most=40)
    if not re.fullmatch(r"[1-9]\d{11}", code, re.ASCII):
        raise Fault(gettext_noop("“代码”是 12 位数字（国家统计局的区划代码）。"))
    drafts.once(code, number)
    above = [f"{scope:0<12}" for scope in scopes_above(code)[1:]]
    parent = next((drafts.regions[one] for one in above if one in drafts.regions), None)
    region = drafts.regions.get(code) or Region(code=code)
    region.name = region.name or name
    drafts.mine(region)
    drafts.keep(region, {"name": name, "parent_id": None if parent is None else parent.pk})
    drafts.regions[code] = region


def _take_body(drafts: Drafts, number: int, row: Row) -> None:
    key = cell_text(row, "单位号", most=60)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", key, re.ASCII):
        raise Fault(gettext_noop("“单位号”只用字母、数字、- 和 _。"))
    drafts.once(key, number)
    body = drafts.bodies.get(key) or Body(key=key)
    if body.region_id:
        drafts.mine(drafts.regions[body.region_id])
    values = {
        "name": cell_text(row, "名称", most=60),
        "kind": cell_choice(row, "类别", _labels(Body.Kind)),
        "region_id": drafts.region(row).pk,
    }
    drafts.keep(body, values)
    drafts.bodies[key] = body


def _labels(choices: Any) -> dict[str, str]:
    return {str(label): str(key) for key, label in choices.choices}


def _take_station(drafts: Drafts, number: int, row: Row) -> None:
    name, region = cell_text(row, "名称", most=60), drafts.region(row)
    drafts.once((region.pk, name), number)
    above = cell_text(row, "上级站点", most=60, needed=False)
    parent = _station(drafts, above) if above else None
    latitude, longitude = cell_number(row, "纬度", -90, 90), cell_number(row, "经度", -180, 180)
    if (latitude is None) != (longitude is None):
        raise Fault(gettext_noop("经度和纬度要一起填。"))
    meeting_day = cell_number(row, "议事日", 1, 28)
    known = drafts.stations.get((region.pk, name))
    station = known or Station(name=name, region_id=region.pk)
    values: dict[str, Any] = {
        "kind": cell_choice(row, "类别", _labels(Station.Kind)),
        "address": cell_text(row, "地址", most=120, needed=False),
        "hours": cell_text(row, "开放时间", most=80, needed=False),
        "phone": cell_text(row, "电话", most=30, needed=False),
    }
    given = {"latitude": latitude, "longitude": longitude}
    given["meeting_day"] = None if meeting_day is None else int(meeting_day)
    tags = {"functions": _tags(row, "功能"), "equipment": _tags(row, "设备")}
    values |= {key: value for key, value in tags.items() if value}
    values |= {key: value for key, value in given.items() if value is not None}
    drafts.keep(station, values)
    drafts.parents.append((station, parent))
    if known is None:
        drafts.stations[(region.pk, name)] = station
        drafts.stations_named[name].append(station)


def _tags(row: Row, column: str) -> list[str]:
    """The tags of a cell; none leaves those that are there."""
    try:
        return tags_of(cell_text(row, column, most=300, needed=False))
    except ValueError as fault:
        raise Fault(str(fault)) from None


def _station(drafts: Drafts, name: str) -> Station:
    found = drafts.stations_named.get(name, [])
    if len(found) != 1:
        raise Fault(gettext_noop("没有（或不止一个）叫“%(name)s”的站点。"), name=name)
    return found[0]


def _take_deputy(drafts: Drafts, number: int, row: Row) -> None:
    name, region = cell_text(row, "姓名", most=40), drafts.region(row)
    since, until = cell_day(row, "任期开始"), cell_day(row, "任期结束", needed=False)
    assert since is not None
    if until is not None and until <= since:
        raise Fault(gettext_noop("“任期结束”要在“任期开始”之后。"))
    drafts.once((region.pk, name, since), number)
    at = cell_text(row, "站点", most=60, needed=False)
    known = drafts.deputies.get((region.pk, name, since))
    deputy = known or Deputy(name=name, region_id=region.pk, since=since)
    values = {
        "until": until,
        "kind": cell_choice(row, "类别", _labels(Deputy.Kind)),
        "level": cell_choice(row, "层级", _labels(Deputy.Level)),
        "constituency": cell_text(row, "选区", most=60, needed=False),
        "expertise": cell_text(row, "专长", most=40, needed=False),
        "station": _station(drafts, at) if at else None,
    }
    drafts.keep(deputy, values)
    if known is None:
        drafts.deputies[(region.pk, name, since)] = deputy
        drafts.deputies_named[name].append(deputy)


def _take_account(drafts: Drafts, number: int, row: Row) -> None:
    username, name = cell_text(row, "用户名", most=60), cell_text(row, "姓名", most=40)
    role = HOLDABLE.get(cell_text(row, "角色", most=20))
    if role is None:
        raise Fault(gettext_noop("“角色”只能是：%(roles)s。"), roles="、".join(HOLDABLE))
    scope = _scope(drafts, row)
    body = _body(drafts, row) if role is Role.HANDLER else None
    key = (username, role.value, scope, body.key if body else "")
    drafts.once(key, number)
    account = drafts.accounts.get(username)
    deputy = _deputy(drafts, row, account) if role is Role.DEPUTY else None
    _require_grantable(drafts, username, account, role)
    if account is None:
        account = Account(username=username, name=name, created_at=drafts.now, deputy=deputy)
        drafts.keep(account, {})
        drafts.accounts[username] = account
    if deputy is not None:
        drafts.holders[id(deputy)] = account
    drafts.roles[username].add(role)
    grant = drafts.grants.get(key)
    if grant is None:
        grant = Grant(account=account, role=role.value, scope=scope, body=body, since=drafts.today)
        drafts.grants[key] = grant
        drafts.keep(grant, {})
    elif grant.until is not None and grant.until <= drafts.today:
        drafts.keep(grant, {"since": drafts.today, "until": None})


def _scope(drafts: Drafts, row: Row) -> str:
    scope = cell_text(row, "范围代码", most=12, needed=False)
    if not re.fullmatch(r"\d*", scope, re.ASCII) or not any(
        code.startswith(scope) for code in drafts.regions
    ):
        raise Fault(gettext_noop("“范围代码”是地区代码的开头几位，例如街道 9 位；空着是全系统。"))
    if not within(scope, drafts.scopes):
        raise Fault(gettext_noop("这个范围比您管的大，请范围更大的系统管理员来授权。"))
    return scope


def _require_grantable(drafts: Drafts, username: str, account: Account | None, role: Role) -> None:
    if account is not None and drafts.actor.kind == "account" and drafts.actor.id == account.pk:
        raise Fault(gettext_noop("不能给自己授权，请别的系统管理员来办。"))
    if why := roles_apart(role, drafts.roles[username]):
        raise Fault(why)


def _body(drafts: Drafts, row: Row) -> Body:
    key = cell_text(row, "单位号", most=60)
    body = drafts.bodies.get(key)
    if body is None:
        raise Fault(gettext_noop("没有单位号是“%(key)s”的单位，请先写在“单位”里。"), key=key)
    drafts.mine(drafts.regions[body.region_id])
    return body


def _deputy(drafts: Drafts, row: Row, account: Account | None) -> Deputy:
    """The deputy whom an account stands for; nobody else's account may."""
    name = cell_text(row, "代表", most=40)
    found = drafts.deputies_named.get(name, [])
    if len(found) != 1:
        raise Fault(gettext_noop("没有（或不止一位）叫“%(name)s”的代表，请先写在“代表”里。"), name=name)
    holder = drafts.holders.get(id(found[0]))
    if holder is not None and holder is not account:
        raise Fault(gettext_noop("“%(name)s”已经有账号了。"), name=name)
    return found[0]


TAKES: dict[str, Take] = {
    "地区": _take_region,
    "单位": _take_body,
    "站点": _take_station,
    "代表": _take_deputy,
    "账号": _take_account,
}
