"""余杭's network of stations with the people on its walls, and 西湖's deputies. All of them are made up.

One head station, a centre station in each of twelve towns and sub-districts, fifty-two constituency stations, and
1,175 deputies of all levels and council members.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import cycle, islice

from tingchao.core.ledger import JSON
from tingchao.demo.geography import spot
from tingchao.demo.names import CALLINGS, people
from tingchao.demo.portraits import portraits_kept
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy, Station
from tingchao.directory.services import deputies_enter, station_create
from tingchao.instruments.codes.services import code_issue

YUHANG, XIHU = "330110000000", "330106000000"
SINCE = date(2022, 1, 10)

ON_THE_WALL = 1175
"""People on the walls of 余杭, with the three deputies that every township of the city has."""

AT_HEAD = 11
"""People whose wall is the head station's: deputies of the nation, the province and the city."""

XIHU_DEPUTIES = 240

CONSTITUENCY_STATIONS = 52

NEIGHBOURHOODS = (
    "桂花里社区", "云溪社区", "青枫社区", "荷塘月社区", "映翠社区", "听涛里社区", "梧桐苑社区", "玉兰社区", "澄心社区",
    "望湖坊社区", "芦花社区", "橘园里社区", "锦绣坊社区", "和睦里社区", "春晓社区", "百合社区", "紫藤社区", "晴川社区",
)  # fmt: skip
VILLAGES = (
    "竹海村", "石桥头村", "双溪口村", "茶山村", "枫树岭村", "白鹭村", "古樟村", "前坞村", "长埂村", "稻香村", "渔渡村",
    "松林坞村", "平安桥村", "梅林村", "大塘村", "新塘坞村", "泉水村", "高畈村",
)  # fmt: skip
PARKS = (
    "云帆软件园", "未来谷创业园", "新程物流园", "绿洲农业园", "智造小镇", "启明孵化园", "匠心家纺园", "星河文创园",
)  # fmt: skip
ENTERPRISES = ("恒远机械", "青禾食品", "明川光电", "茗香茶业", "安居物业", "恒泰医药", "顺达客运", "柏森家具")

FUNCTIONS = ("立法联系点", "余法驿站", "民生议事厅", "代表夜门诊", "企业直通车", "老兵调解室", "银龄说事角")
EQUIPMENT = ("无障碍坡道", "大屏", "视频连线", "母婴室", "老花镜", "热水", "自助终端")
HOURS = (
    "周一至周五 8:30–17:00", "周一至周六 8:30–17:00", "每天 9:00–18:00", "周二、周四 14:00–20:00",
    "周一至周五 9:00–17:30",
)  # fmt: skip

Rows = Sequence[tuple[str, str, str, str]]


def network_build(*, rows: Rows, outlines: dict[str, JSON], now: datetime) -> None:
    """Make the stations of 余杭 with their codes and people, and the deputies of 西湖. Built twice, it is once."""
    dice = random.Random("余杭")  # noqa: S311 - a demonstration, the same one each time
    head = station_create(
        name="余杭区代表联络总站",
        kind=Station.Kind.HEAD,
        region_code=YUHANG,
        actor=SYSTEM,
        address="区人大常委会一楼",
        hours="周一至周五 8:30–17:30",
        phone="0571-0000 0110",
        functions=("立法联系点", "民生议事厅"),
        equipment=EQUIPMENT[:4],
        **spot(outlines[YUHANG], YUHANG, "总站"),
    )
    townships = [(code, name) for district, _, code, name in rows if district == YUHANG]
    names = islice(_constituency_names(), CONSTITUENCY_STATIONS)
    shares = _shared(CONSTITUENCY_STATIONS, len(townships))
    walls = [
        (code, name, _stations(code, list(islice(names, share)), head, outlines, dice))
        for (code, name), share in zip(townships, shares, strict=True)
    ]
    for station in (head, *(one for *_, stations in walls for one in stations)):
        code_issue(station=station, actor=SYSTEM, now=now)
    faces = portraits_kept()
    _head_people(head, faces, dice)
    shown = Deputy.objects.filter(station__region__code__startswith=YUHANG[:6]).count()
    for (code, name, stations), share in zip(
        walls, _shared(ON_THE_WALL - shown, len(townships)) if shown < ON_THE_WALL else (), strict=False
    ):
        deputies_enter(rows=list(_wall(code, name, stations, share, faces, dice)), actor=SYSTEM)
    _xihu_people(rows, faces, dice)


def _shared(amount: int, among: int) -> list[int]:
    """An amount in parts that differ by one at most."""
    return [amount // among + (number < amount % among) for number in range(among)]


def _constituency_names() -> Iterator[tuple[str, str]]:
    """(name of a station, where it is) of communities, villages, parks and enterprises by turns."""
    sources = (
        ((name, f"{name}党群服务中心") for name in NEIGHBOURHOODS),
        ((name, f"{name}文化礼堂") for name in VILLAGES),
        ((name, f"{name}服务大厅") for name in PARKS),
        ((name, f"{name}职工之家") for name in ENTERPRISES),
    )
    waiting = [0, 1, 0, 1, 0, 1, 2, 3]
    for which in cycle(waiting):
        found = next(sources[which], None)
        if found is not None:
            yield found


def _stations(
    code: str, names: list[tuple[str, str]], head: Station, outlines: dict[str, JSON], dice: random.Random
) -> list[Station]:
    """The centre station of a township, which stands already, below the head station; its constituency stations."""
    centre = Station.objects.get(region_id=code, kind=Station.Kind.CENTRE)
    centre.parent = head
    centre.functions, centre.equipment = _tags(dice, FUNCTIONS, 3), _tags(dice, EQUIPMENT, 4)
    centre.save(update_fields=["parent", "functions", "equipment"])
    return [
        centre,
        *(
            station_create(
                name=f"{name}选区站",
                kind=Station.Kind.CONSTITUENCY,
                region_code=code,
                actor=SYSTEM,
                parent=centre,
                address=address,
                hours=dice.choice(HOURS),
                functions=_tags(dice, FUNCTIONS, 2),
                equipment=_tags(dice, EQUIPMENT, 3),
                **spot(outlines[YUHANG], code, name),
            )
            for name, address in names
        ),
    ]


def _tags(dice: random.Random, offered: Sequence[str], most: int) -> list[str]:
    return dice.sample(offered, dice.randint(1, most))


def _head_people(head: Station, faces: Sequence[str], dice: random.Random) -> None:
    levels = (
        Deputy.Level.NATIONAL, Deputy.Level.PROVINCE, Deputy.Level.PROVINCE, Deputy.Level.PROVINCE,
        *[Deputy.Level.CITY] * (AT_HEAD - 4),
    )  # fmt: skip
    rows = [
        Deputy(
            name=name,
            level=level,
            constituency="余杭代表团",
            expertise=dice.choice(CALLINGS),
            photo=dice.choice(faces),
            region_id=YUHANG,
            station=head,
            since=SINCE,
        )
        for name, level in zip(people("余杭总站"), levels, strict=False)
    ]
    deputies_enter(rows=rows, actor=SYSTEM)


def _wall(
    code: str, name: str, stations: Sequence[Station], share: int, faces: Sequence[str], dice: random.Random
) -> Iterator[Deputy]:
    """The people of a township: deputies of city and district, and of the town or, in a sub-district, its council."""
    taken = set(Deputy.objects.filter(region_id=code).values_list("name", flat=True))
    fresh = (one for one in people(code) if one not in taken)
    town = name.endswith("镇")
    for number, person in enumerate(islice(fresh, share)):
        level = _level(number)
        below = level == Deputy.Level.TOWNSHIP
        yield Deputy(
            name=person,
            kind=Deputy.Kind.COUNCIL if below and not town else Deputy.Kind.DEPUTY,
            level=level,
            constituency=f"{name}第{number // 6 + 1}选区",
            expertise=dice.choice(CALLINGS),
            photo=dice.choice(faces) if dice.random() < 0.9 else "",
            region_id=code,
            station=stations[number % len(stations)],
            since=SINCE,
        )


def _level(number: int) -> str:
    if number < 3:
        return Deputy.Level.CITY
    return Deputy.Level.COUNTY if number < 30 else Deputy.Level.TOWNSHIP


def _xihu_people(rows: Rows, faces: Sequence[str], dice: random.Random) -> None:
    """District deputies of 西湖, twenty in each township."""
    townships = [(code, name) for district, _, code, name in rows if district == XIHU]
    for (code, name), share in zip(townships, _shared(XIHU_DEPUTIES, len(townships)), strict=True):
        taken = set(Deputy.objects.filter(region_id=code).values_list("name", flat=True))
        station = Station.objects.get(region_id=code, kind=Station.Kind.CENTRE)
        fresh = (one for one in people(code) if one not in taken)
        added = [
            Deputy(
                name=person,
                level=Deputy.Level.CITY if number < 2 else Deputy.Level.COUNTY,
                constituency=f"{name}第{number // 3 + 2}选区",
                expertise=dice.choice(CALLINGS),
                photo=dice.choice(faces) if dice.random() < 0.9 else "",
                region_id=code,
                station=station,
                since=SINCE,
            )
            for number, person in enumerate(islice(fresh, max(0, share - len(taken))))
        ]
        deputies_enter(rows=added, actor=SYSTEM)
