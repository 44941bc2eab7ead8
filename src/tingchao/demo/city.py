"""The demonstration city: Hangzhou's regions, bodies, stations, people and accounts. Every person in it is made up.

The 191 townships and sub-districts with their codes are facts (National Bureau of Statistics). The communities of
新安江 bear codes of our own, since they stand here only for demonstration.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.demo.codes import codes_beside
from tingchao.demo.geography import Spot, divisions, outlines, spot
from tingchao.demo.justice import justice_bodies
from tingchao.demo.names import EXPERTISE, GIVEN, SURNAMES
from tingchao.demo.network import network_build
from tingchao.directory.actors import SYSTEM
from tingchao.directory.codes import scope_of
from tingchao.directory.models import Account, Body, Deputy, Station
from tingchao.directory.selectors import HANDED_MATTERS
from tingchao.directory.services import (
    account_create,
    body_create,
    deputy_create,
    grant_give,
    group_create,
    installation_set,
    outlines_load,
    regions_load,
    station_create,
)
from tingchao.instruments.codes.services import code_issue

PASSWORD = "Chaoxin-2026-tide"  # noqa: S105
"""Of every demonstration account; it is printed on the screen and opens made-up data only."""

PROVINCE, CITY = "330000000000", "330100000000"
COUNTY, STREET = "330182000000", "330182001000"
HEAD_DISTRICT = "330102000000"
"""上城区, where the city's head station stands."""

COMMUNITIES = (
    "白沙社区", "朝阳社区", "府西社区", "府东社区", "罗桐社区", "桔园社区", "江滨社区", "新安社区",
    "叶家社区", "沧滩社区", "月亮湾社区", "严东关村", "岭后村", "丰产村", "黄泥墩村", "梅坪村",
)  # fmt: skip

AREAS = ("白沙片区站", "罗桐片区站", "府西片区站", "江滨片区站")

BODIES = {
    "chengguan": ("城管中队", "综合行政执法局"),
    "shequ": ("社区居委会", "社区建设办"),
    "zhujian": ("住建办", "住房和城乡建设局"),
    "jiaojing": ("交警中队", "公安分局交警大队"),
    "minzheng": ("民政办", "民政局"),
    "weisheng": ("卫生服务中心", "卫生健康局"),
    "jiaoyu": ("教育办", "教育局"),
    "shuili": ("水务站", "水利局"),
    "huanbao": ("生态环境所", "生态环境分局"),
    "shichang": ("市场监管所", "市场监督管理局"),
    "nengyuan": ("公用事业办", "公用事业中心"),
    "wenguang": ("文体站", "文化和旅游体育局"),
}
"""Key → (name in a sub-district, name in a district)."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demonstration, as it is printed."""

    username: str
    role: Role
    name: str
    place: str
    scope: str
    body: str = ""  # the key of the body that a handler acts for


LOGINS = (
    Login("lianluo", Role.LIAISON, "周晓燕", "建德市新安江街道", STREET[:9]),
    Login("zongzhan", Role.LIAISON, "蒋月娥", "杭州市代表联络总站", CITY[:4]),
    Login("jingban", Role.HANDLER, "郑立军", "新安江街道城管中队", STREET[:9], f"chengguan-{STREET[:9]}"),
    Login("fayuan", Role.HANDLER, "方敏华", "建德市人民法院", COUNTY[:6], f"fayuan-{COUNTY[:6]}"),
    Login("jianchayuan", Role.HANDLER, "施永明", "建德市人民检察院", COUNTY[:6], f"jianchayuan-{COUNTY[:6]}"),
    Login("daibiao", Role.DEPUTY, "王建平", "建德市新安江街道", STREET[:9]),
    Login("xietiao", Role.COORDINATOR, "沈国庆", "新安江街道人大工委", STREET[:9]),
    Login("renda", Role.CLERK, "陆文斌", "杭州市人大常委会", CITY[:4]),
    Login("zhuanjia", Role.EXPERT, "范云飞", "杭州市", CITY[:4]),
    Login("lingdao", Role.LEADER, "何永康", "建德市", COUNTY[:6]),
    Login("guanli", Role.ADMINISTRATOR, "任海燕", "全系统", ""),
    Login("shenji", Role.AUDITOR, "钟惠珍", "全系统", ""),
)


@dataclass(slots=True)
class City:
    """What is being built: from when people are in office, and the dice."""

    now: datetime
    dice: random.Random
    outlines: dict[str, JSON]

    @property
    def since(self) -> date:
        """When the present terms began."""
        return date(2022, 1, 10)

    def person(self) -> str:
        return self.dice.choice(SURNAMES) + self.dice.choice(GIVEN)

    def spot(self, code: str, name: str = "") -> Spot:
        """Where a station of that name in a region stands."""
        return spot(self.outlines[f"{code[:6]}000000"], code, name)


@transaction.atomic
def city_build(*, now: datetime, progress: Progress) -> None:
    """Regions, bodies, stations, people, accounts. Running it again brings the same rows up to date."""
    shapes = outlines()
    city = City(now, random.Random(20260101), shapes)  # noqa: S311 - a demonstration, the same one each time
    rows = divisions()
    regions_load(rows=_regions(rows), actor=SYSTEM)
    outlines_load(geometries=shapes, actor=SYSTEM)
    installation_set(name="听潮", region_code=CITY, demonstration=True, actor=SYSTEM)
    _congress_bodies(rows)
    justice_bodies([(CITY, "杭州市"), *dict.fromkeys((row[0], row[1]) for row in rows)])
    steps: list[Callable[[], None]] = [
        lambda: _head_station(city),
        lambda: _street(city),
        *[_district_step(city, rows, code) for code in sorted({row[0] for row in rows})],
        lambda: network_build(rows=rows, outlines=shapes, now=now),
    ]
    for number, step in enumerate(steps, start=1):
        step()
        progress(number, len(steps) + 1)
    _accounts(city)
    progress(len(steps) + 1, len(steps) + 1)


def _regions(rows: list[tuple[str, str, str, str]]) -> Iterator[tuple[str, str, str | None]]:
    yield PROVINCE, "浙江省", None
    yield CITY, "杭州市", PROVINCE
    for code, name in dict.fromkeys((row[0], row[1]) for row in rows):
        yield code, name, CITY
    for district, _, code, name in rows:
        yield code, name, district
    for number, name in enumerate(COMMUNITIES, start=1):
        yield _community(number), name, STREET


def _community(number: int) -> str:
    return f"{STREET[:9]}{number:03d}"


def _congress_bodies(rows: list[tuple[str, str, str, str]]) -> None:
    body_create(
        key="renda-3301", name="杭州市人大常委会", kind=Body.Kind.CONGRESS, region_code=CITY, actor=SYSTEM
    )
    for key, (_, district_name) in BODIES.items():
        plain = district_name.replace("分局交警大队", "局交警支队").replace("分局", "局")
        body_create(
            key=f"{key}-3301",
            name=f"杭州市{plain}",
            kind=Body.Kind.DEPARTMENT,
            region_code=CITY,
            actor=SYSTEM,
        )
    for code, name in dict.fromkeys((row[0], row[1]) for row in rows):
        body_create(
            key=f"renda-{code[:6]}",
            name=f"{name}人大常委会",
            kind=Body.Kind.CONGRESS,
            region_code=code,
            actor=SYSTEM,
        )


def _street(city: City) -> None:
    """新安江: one centre, four areas, seventeen micro stations; bodies, deputies, council members, two groups."""
    for key, (name, _) in BODIES.items():
        kind = Body.Kind.COMMUNITY if key == "shequ" else Body.Kind.DEPARTMENT
        body_create(
            key=f"{key}-{STREET[:9]}", name=f"新安江街道{name}", kind=kind, region_code=STREET, actor=SYSTEM
        )
    body_create(
        key=f"gongwei-{STREET[:9]}",
        name="新安江街道人大工委",
        kind=Body.Kind.CONGRESS,
        region_code=STREET,
        actor=SYSTEM,
    )
    centre = station_create(
        name="新安江街道中心站",
        kind=Station.Kind.CENTRE,
        region_code=STREET,
        actor=SYSTEM,
        meeting_day=15,
        address="新安东路府前广场东侧",
        hours="周一至周五 8:30–17:00",
        phone="0571-0000 0001",
        **city.spot(STREET),
    )
    areas = [
        station_create(
            name=name,
            kind=Station.Kind.AREA,
            region_code=STREET,
            actor=SYSTEM,
            parent=centre,
            address=f"{name[:2]}党群服务中心一楼",
            hours="周一至周六 8:30–17:00",
            **city.spot(STREET, name),
        )
        for name in AREAS
    ]
    micros = list(_micro_stations(city, areas))
    people = list(_street_people(city, [centre, *areas, *micros]))
    group_create(
        name="新安江街道代表第一小组", region_code=STREET, members=people[:8], since=city.since, actor=SYSTEM
    )
    group_create(
        name="专业监督小组",
        region_code=STREET,
        members=people[8:14],
        since=city.since,
        actor=SYSTEM,
        purpose="请各行业的居民给议事出主意",
    )
    for station in (centre, *areas, *micros):
        code_issue(station=station, actor=SYSTEM, now=city.now)
    codes_beside(centre, people, city.now)


def _micro_stations(city: City, areas: list[Station]) -> Iterator[Station]:
    named = [
        (f"{name[:-2] if name.endswith('社区') else name}微站", number)
        for number, name in enumerate(COMMUNITIES, 1)
    ]
    for place, (name, number) in enumerate([*named, ("江滨集市微站", 7)]):
        yield station_create(
            name=name,
            kind=Station.Kind.MICRO,
            region_code=_community(number),
            actor=SYSTEM,
            parent=areas[place % len(areas)],
            address=f"{COMMUNITIES[number - 1]}便民服务点",
            hours="每天 9:00–18:00",
            **city.spot(STREET, name),
        )


def _street_people(city: City, stations: list[Station]) -> Iterator[Deputy]:
    levels = (Deputy.Level.CITY, Deputy.Level.COUNTY, Deputy.Level.COUNTY, Deputy.Level.COUNTY)
    for number in range(66):
        council = number % 3 == 2
        yield deputy_create(
            name="王建平" if number == 0 else city.person(),
            region_code=STREET,
            since=city.since + timedelta(days=number // 40),
            actor=SYSTEM,
            kind=Deputy.Kind.COUNCIL if council else Deputy.Kind.DEPUTY,
            level=Deputy.Level.TOWNSHIP if council else levels[number % 4],
            constituency=f"新安江第{number // 8 + 1}选区",
            expertise=EXPERTISE[number % len(EXPERTISE)],
            station=stations[number % len(stations)],
        )


def _district_step(city: City, rows: list[tuple[str, str, str, str]], district: str) -> Callable[[], None]:
    return lambda: _district(city, [row for row in rows if row[0] == district])


def _district(city: City, rows: list[tuple[str, str, str, str]]) -> None:
    """A district: its bodies, a station and three deputies in every township, an account for each part in the loop."""
    code, name = rows[0][0], rows[0][1]
    bodies = [
        body_create(
            key=f"{key}-{code[:6]}",
            name=f"{name}{district_name}",
            kind=Body.Kind.DEPARTMENT,
            region_code=code,
            actor=SYSTEM,
        )
        for key, (_, district_name) in BODIES.items()
    ]
    for _, _, township, township_name in rows:
        if township != STREET:
            _township(city, township, township_name)
    for role, label in ((Role.LIAISON, "联络员"), (Role.COORDINATOR, "协调人")):
        account = _account(city, f"{role}-{code[:6]}", f"{name}{label}", password=None)
        grant_give(account=account, role=role, scope=scope_of(code), since=city.since, actor=SYSTEM)
    handler = _account(city, f"handler-{code[:6]}", f"{name}经办人", password=None)
    for body in bodies:
        grant_give(
            account=handler,
            role=Role.HANDLER,
            scope=scope_of(code),
            body=body,
            since=city.since,
            actor=SYSTEM,
        )


def _township(city: City, code: str, name: str) -> None:
    station = station_create(
        name=f"{name}代表联络站",
        kind=Station.Kind.CENTRE,
        region_code=code,
        actor=SYSTEM,
        address=f"{name}便民服务中心一楼",
        hours="周一至周五 8:30–17:00",
        **city.spot(code),
    )
    for number in range(3):
        deputy_create(
            name=city.person(),
            region_code=code,
            since=city.since,
            actor=SYSTEM,
            expertise=city.dice.choice(EXPERTISE),
            constituency=f"{name}第{number + 1}选区",
            station=station,
        )
    code_issue(station=station, actor=SYSTEM, now=city.now)


def _head_station(city: City) -> None:
    """The city's head station: what comes in without a station, e.g. a list of messages, is dealt with there."""
    station = station_create(
        name="杭州市代表联络总站",
        kind=Station.Kind.HEAD,
        region_code=CITY,
        actor=SYSTEM,
        address="市民中心一楼",
        hours="周一至周五 9:00–17:00",
        **city.spot(HEAD_DISTRICT),
    )
    code_issue(station=station, actor=SYSTEM, now=city.now)
    account = _account(city, "coordinator-3301", "杭州市协调人", password=None)
    grant_give(account=account, role=Role.COORDINATOR, scope=CITY[:4], since=city.since, actor=SYSTEM)
    handler = _account(city, "handler-3301", "杭州市经办人", password=None)
    for body in Body.objects.filter(region_id=CITY, kind=Body.Kind.DEPARTMENT):
        grant_give(
            account=handler, role=Role.HANDLER, scope=CITY[:4], body=body, since=city.since, actor=SYSTEM
        )


def _accounts(city: City) -> None:
    for login in LOGINS:
        deputy = (
            Deputy.objects.get(name=login.name, region_id=STREET, since=city.since)
            if login.role is Role.DEPUTY
            else None
        )
        account = _account(city, login.username, login.name, password=PASSWORD, deputy=deputy)
        grant_give(
            account=account,
            role=login.role,
            scope=login.scope,
            body=Body.objects.get(key=login.body) if login.body else None,
            since=city.since,
            actor=SYSTEM,
        )
    _supervision_handler(city)
    _street_handler(city)


def _supervision_handler(city: City) -> None:
    """Somebody for the county's supervisory commission, whose documents are filed too."""
    account = _account(city, "jianwei", "章立新", password=None)
    body = Body.objects.get(key=f"jianwei-{COUNTY[:6]}")
    grant_give(
        account=account, role=Role.HANDLER, scope=COUNTY[:6], body=body, since=city.since, actor=SYSTEM
    )


def _street_handler(city: City) -> None:
    """Somebody for the sub-district's other bodies, so that every matter there has its handler."""
    account = _account(city, f"handler-{STREET[:9]}", "吕新民", password=None)
    for body in Body.objects.filter(region_id=STREET, kind__in=HANDED_MATTERS):
        grant_give(
            account=account, role=Role.HANDLER, scope=STREET[:9], body=body, since=city.since, actor=SYSTEM
        )


def _account(
    city: City, username: str, name: str, *, password: str | None, deputy: Deputy | None = None
) -> Account:
    return account_create(
        username=username, name=name, password=password, actor=SYSTEM, now=city.now, deputy=deputy
    )
