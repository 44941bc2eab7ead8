"""The gatherings of 西湖's year and who of its deputies came, was excused or stayed away."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from tingchao.core.attendance import Result
from tingchao.core.spread import days_spread, shared
from tingchao.directory.actors import Actor
from tingchao.directory.models import Account, Deputy, Station
from tingchao.directory.selectors import actor_for, working_calendar
from tingchao.engine.models import Fact
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services.past import Comer, Past, meetings_take_over
from tingchao.mechanisms.deputy_duty.rules import OPINIONS_ABOVE, UPPER

XIHU = "330106000000"
SPAN = timedelta(days=350)
"""The year told of, short of two weeks, so that its figures do not change on the day after it was built."""

OFFLINE_EACH = 5
RECEPTION_EACH = 1
"""Of the five, at receptions of voters."""

TRAININGS, IN_TRAINING = 4, 40
"""Training courses on the spot, with so many deputies in each."""

INSPECTIONS, RESEARCH, SYMPOSIA = 46, 52, 30
ONLINE, STUDY, ONLINE_OWN = 22, 10, 2_350
UPPER_ACTIVITIES, JOINED_ABOVE, OPINIONS = 28, 2_840, 2_130
AWAY = 250
"""How often somebody who was asked did not come; two of three had leave."""

INSPECTED = (
    "民生实事项目进度", "老旧小区改造现场", "河道水质", "食品生产企业", "学校食堂", "养护中的隧道", "消防站点",
    "社区卫生服务站", "垃圾中转站", "在建保障房", "文物修缮工地", "公园改造",
)  # fmt: skip
RESEARCHED = (
    "小微企业用工", "夜间经济", "托育服务", "茶园保护", "地下空间停车", "楼宇物业", "未成年人保护", "医养结合",
    "数字门诊", "高校周边治理", "乡村民宿", "社区工作者待遇", "公共自行车",
)  # fmt: skip
TALKED = ("营商环境座谈", "年轻人才座谈", "物业企业座谈", "家长座谈", "商户座谈", "快递员座谈", "老干部座谈")
DISCUSSED = (
    "电动车上楼怎么管", "小区快充桩", "外卖进校门", "老年卡年审", "居民楼里的民宿", "夜跑灯光", "湖边露营",
    "垃圾分类积分", "医院预约", "菜价公示", "公园遛狗",
)  # fmt: skip
STUDIED = ("代表法新规定", "怎样写好一件建议", "预算怎么看", "立法法要点", "怎样接待选民")
ABOVE = (
    "省级：代表在线学堂", "市级：民生话题在线讨论", "省级：执法检查在线问卷", "市级：法规草案在线征询",
    "省级：代表在线连线", "市级：监督议题在线投票", "市级：条例实施效果在线评议",
)  # fmt: skip
EXCUSES = ("外出开会", "出差", "身体不舒服", "单位有急事", "家里有事", "和区里另一场会冲突")


@dataclass(slots=True)
class District:
    """西湖, its deputies, its stations, and whoever keeps the record."""

    now: datetime
    actor: Actor
    deputies: list[Deputy]
    stations: list[Station]
    dice: random.Random
    away: list[int]
    """How many stay away from each gathering that is still to come, of the own ones."""

    def days(self, count: int) -> list[date]:
        today = local_day(self.now)
        return days_spread(count, today - SPAN, today - timedelta(days=1), working_calendar(), self.dice)


def steps(now: datetime) -> list[Callable[[], object]]:
    """What is to be done one after the other."""
    account = Account.objects.get(username=f"coordinator-{XIHU[:6]}")
    here = XIHU[:6]
    deputies = Deputy.objects.filter(region__code__startswith=here, kind=Deputy.Kind.DEPUTY, until=None)
    dice = random.Random("西湖一年")  # noqa: S311 - a demonstration, the same one each time
    stations = list(Station.objects.filter(region__code__startswith=here, active=True).order_by("id"))
    receptions = 12 * len(stations)
    own = INSPECTIONS + RESEARCH + SYMPOSIA + TRAININGS + ONLINE + STUDY + receptions
    district = District(
        now,
        actor_for(account, now),
        list(deputies.order_by("id")),
        stations,
        dice,
        shared(AWAY, own, dice, unevenness=1),
    )
    kinds = (_receptions, _gone_to_see, _trainings, _online, _upper)
    return [partial(_take, district, kind) for kind in kinds]


def _take(district: District, kind: Callable[[District], Iterator[Past]]) -> None:
    meetings_take_over(pasts=list(kind(district)), actor=district.actor)


def _past(
    key: str, number: int, title: str, day: date, hour: int, hours: float, *, station: Station | None = None
) -> Past:
    begins = datetime.combine(day, time(hour), ZONE)
    return Past(
        kind=key,
        title=title,
        region_code=XIHU if station is None else station.region_id,
        station_id=None if station is None else station.pk,
        starts_at=begins,
        ends_at=begins + timedelta(hours=hours),
        submission=f"demo:xihu:{key}:{number}",
        public=station is not None,
    )


def _comers(
    district: District, came: int, way: str, *, among: Sequence[Deputy] = (), all_came: bool = False
) -> list[Comer]:
    """So many deputies who came, and those whose turn it is to have stayed away."""
    dice, people = district.dice, among or district.deputies
    away = 0 if all_came else district.away.pop()
    found = dice.sample(people, min(came + away, len(people)))
    return [
        *(Comer(one.name, deputy_id=one.pk, way=way) for one in found[:came]),
        *(_away(one, dice) for one in found[came:]),
    ]


def _away(deputy: Deputy, dice: random.Random) -> Comer:
    excused = dice.random() < 0.67
    return Comer(
        deputy.name,
        deputy_id=deputy.pk,
        result=Result.EXCUSED if excused else Result.ABSENT,
        reason=dice.choice(EXCUSES) if excused else "",
    )


def _receptions(district: District) -> Iterator[Past]:
    """Every station once a month, by deputies of its township."""
    turns = sorted(
        ((station, day) for station in district.stations for day in district.days(12)),
        key=lambda one: (one[1], one[0].pk),
    )
    came = shared(RECEPTION_EACH * len(district.deputies), len(turns), district.dice, least=1)
    for number, (station, day) in enumerate(turns):
        hour = district.dice.choice((9, 9, 14))
        one = _past("reception", number, f"{day.month}月代表接待选民", day, hour, 2, station=station)
        local = [deputy for deputy in district.deputies if deputy.region_id == station.region_id]
        one.comers = _comers(district, came[number], "offline", among=local)
        one.received, one.outcome = district.dice.randint(3, 14), "taken"
        yield one


def _gone_to_see(district: District) -> Iterator[Past]:
    """Inspections, research and talks: five times each deputy goes somewhere, less receptions and training."""
    counts = (
        ("inspection", INSPECTIONS, INSPECTED),
        ("research", RESEARCH, RESEARCHED),
        ("symposium", SYMPOSIA, TALKED),
    )
    times = (OFFLINE_EACH - RECEPTION_EACH) * len(district.deputies) - TRAININGS * IN_TRAINING
    came = shared(times, sum(count for _, count, _ in counts), district.dice, unevenness=0.6, least=2)
    labels = {"inspection": "视察", "research": "调研", "symposium": ""}
    for key, count, subjects in counts:
        for number, day in enumerate(district.days(count)):
            title = f"{labels[key]}{subjects[number % len(subjects)]}"
            one = _past(key, number, title, day, district.dice.choice((9, 9, 14)), 3)
            one.place = "西湖区" if key != "symposium" else "区人大机关会议室"
            one.comers = _comers(district, came.pop(), "offline")
            if key == "symposium":
                one.received = district.dice.randint(5, 20)
            yield one


def _trainings(district: District) -> Iterator[Past]:
    for number, day in enumerate(district.days(TRAININGS)):
        one = _past("training", number, f"代表履职培训第{number + 1}期", day, 9, 7)
        one.place = "区委党校"
        one.comers = _comers(district, IN_TRAINING, "offline")
        yield one


def _online(district: District) -> Iterator[Past]:
    """Discussions and study of the district's own on line."""
    came = shared(ONLINE_OWN, ONLINE + STUDY, district.dice, unevenness=0.4)
    for key, count, subjects in (("online", ONLINE, DISCUSSED), ("study", STUDY, STUDIED)):
        for number, day in enumerate(district.days(count)):
            label = "在线讨论：" if key == "online" else "在线学习："
            one = _past(key, number, f"{label}{subjects[number % len(subjects)]}", day, 19, 1.5)
            one.mode = Meeting.Mode.ONLINE
            one.comers = _comers(district, came.pop(), "online")
            yield one


def _upper(district: District) -> Iterator[Past]:
    """What province and city announced on line: those who joined, and how many opinions they gave."""
    dice = district.dice
    came = shared(JOINED_ABOVE, UPPER_ACTIVITIES, dice, unevenness=0.5)
    opinions = shared(OPINIONS, UPPER_ACTIVITIES, dice, unevenness=0.6, least=10)
    for number, day in enumerate(district.days(UPPER_ACTIVITIES)):
        one = _past(UPPER, number, ABOVE[number % len(ABOVE)], day, dice.choice((9, 14, 19)), 2)
        one.mode = Meeting.Mode.ONLINE
        one.comers = _comers(district, came[number], "online", all_came=True)
        who = dice.sample(one.comers, min(len(one.comers), max(1, opinions[number] // 2)))
        one.facts = [
            Fact(kind=OPINIONS_ABOVE, deputy_id=comer.deputy_id, amount=amount)
            for comer, amount in zip(who, shared(opinions[number], len(who), dice, least=1), strict=True)
        ]
        yield one
