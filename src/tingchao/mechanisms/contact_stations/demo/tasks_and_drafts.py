"""Core tasks of 建德 and two drafts of the demonstration; people and opinions in them are made up."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold, reporter
from tingchao.directory.models import Region, Station
from tingchao.engine.models import Case
from tingchao.engine.services import case_act
from tingchao.engine.timing import ZONE, local_day
from tingchao.mechanisms.contact_stations.demo.places import CITY, COUNTY, YUHANG
from tingchao.mechanisms.contact_stations.forms import USUAL_KINDS, rows_offered
from tingchao.mechanisms.contact_stations.models import Draft, DraftOpinion, TaskSet
from tingchao.mechanisms.contact_stations.rules import item_made
from tingchao.mechanisms.contact_stations.selectors import stations_asked
from tingchao.mechanisms.contact_stations.services.drafts import draft_open, draft_reply, opinion_file
from tingchao.mechanisms.contact_stations.services.tasks import tasks_continue, tasks_hand_down

DRAFT = """杭州市居家养老服务条例（修订草案征求意见稿）

第一章 总则
第一条 为了规范和促进居家养老服务，保障老年人合法权益，根据有关法律、行政法规，结合本市实际，制定本条例。
第二条 本市行政区域内的居家养老服务及其监督管理活动，适用本条例。
第三条 居家养老服务坚持政府主导、家庭尽责、社会参与、市场运作、就近便利的原则。
第二章 服务设施
第四条 新建住宅小区应当按照每百户不少于三十平方米的标准配套建设居家养老服务用房。
第五条 老旧小区没有居家养老服务用房或者未达标准的，区、县（市）人民政府应当通过购置、置换、租赁等方式配置。
第六条 居家养老服务用房应当设在二层以下，二层以上的应当设置电梯。
第三章 服务内容
第七条 社区老年食堂、助餐点应当公布菜单、价格和服务时间，为行动不便的老年人提供送餐服务。
第八条 鼓励医疗卫生机构为居家的失能老年人提供家庭病床、上门巡诊服务。
第四章 附则
第九条 本条例自公布之日起施行。
"""

TOPICS = """小区电动自行车充电

充电桩的位置和数量够不够用。

充电收费是不是清楚、合理。

夜里充电的安全谁来管。
"""

OPINIONS = (
    ("4", "三十平方米太少了，我们小区六百户，老人坐都坐不下，建议按老年人口算。", "adopted_partly"),
    ("5", "老小区只能租沿街店面，租期太短，写明至少租几年。", "adopted"),
    ("7", "助餐点要写明离家多远，太远了等于没有。", "adopted"),
    ("7", "送餐的钱谁出要写清楚，独居老人舍不得叫。", "not_adopted"),
    ("8", "家庭病床的药能不能报销，条例里最好写一句。", ""),
    ("", "希望用大字版再发一份，老人自己也能看。", "not_of_it"),
)

ANSWERS = {
    "adopted": "采纳了。草案这一条已经按您说的改写，下一稿可以看到。",
    "adopted_partly": "采纳了一部分：已写明老年人口多的小区可以提高标准，具体数字由区县定。",
    "not_adopted": "没有写进条例：送餐补贴由区县财政每年安排，写死反而不好调整。已把您的意见转给民政局。",
    "not_of_it": "这不是对条文的意见，已请各联络站打印大字版放在站里，您随时可以取。",
}


def steps(clerk: Actor, now: datetime, dice: random.Random) -> list[Callable[[], object]]:
    """Sets of core tasks at every stage, a draft that is open and one that was answered."""
    return [
        lambda: _tasks(COUNTY, clerk, _morning(now, 45), dice, items=12, far=(0, 1, 5, 5, 5, 5, 5)),
        lambda: _tasks(YUHANG, clerk, _morning(now, 20), dice, items=20, far=(0, 1, 1, 2, 5, 5, 5, 5, 5, 5)),
        lambda: _draft(DRAFT, "legislation", clerk, _morning(now, 40), now, days=60),
        lambda: _answered(clerk, now),
    ]


def _morning(now: datetime, days: int) -> datetime:
    day = local_day(now) - timedelta(days=days)
    return datetime.combine(day, time(9, 30), ZONE)


def _tasks(
    place: str, clerk: Actor, handed: datetime, dice: random.Random, *, items: int, far: Sequence[int]
) -> None:
    """Hand the first tasks down to twelve stations of a place; `far`: how many steps each may have come."""
    region = Region.objects.get(pk=place)
    if TaskSet.objects.filter(region=region).exists():
        return
    offered = [item_made(row, local_day(handed)) for row in rows_offered(local_day(handed)) if row["on"]]
    made = tasks_hand_down(
        title=f"{handed.year} 年核心任务",
        year=handed.year,
        region=region,
        items=offered[:items],
        stations=sorted(stations_asked(place[:6], USUAL_KINDS), key=lambda one: one.kind != "centre")[:12],
        actor=clerk,
        now=handed,
    )
    while tasks_continue(now=handed):
        pass
    for number, row in enumerate(made.tasks.select_related("case").order_by("case_id")):
        _task_goes_on(number, row.case, clerk, handed, dice, dice.choice(far))


def _task_goes_on(
    number: int, case: Case, clerk: Actor, handed: datetime, dice: random.Random, far: int
) -> None:
    """Some wait, some are being done, some were confirmed, one in seven was sent back once."""
    liaison = Actor("account", 0, "站点联络员", (Hold(Role.LIAISON, case.region_id[:9]),))
    steps: list[tuple[str, Actor, dict[str, Any]]] = [
        ("accept", liaison, {"doer": ""}),
        ("report", liaison, {"result": "done", "report": "按要求做完了，时间、人数和结果都在站里的记录里。"}),
    ]
    if number % 7 == 3:
        steps += [
            ("send_back", clerk, {"reason": "还差现场照片，请补上。"}),
            ("report", liaison, {"result": "done", "report": "照片补上了，其余和上次报的一样。"}),
        ]
    steps.append(("confirm", clerk, {"note": ""}))
    moment = handed
    for action, who, raw in steps[:far]:
        moment += timedelta(days=dice.randint(1, 6))
        case_act(case_id=case.pk, action=action, raw=raw, actor=who, now=moment)


def _draft(text: str, kind: str, clerk: Actor, begun: datetime, now: datetime, *, days: int) -> Draft:
    draft = draft_open(
        title="",
        kind=kind,
        issuer="杭州市人大常委会法制工作委员会" if kind == "legislation" else "杭州市人大常委会",
        text=text,
        region=Region.objects.get(pk=CITY),
        until=local_day(begun) + timedelta(days=days),
        submission=f"demo-{kind}",
        actor=clerk,
        now=begun,
    )
    stations = list(
        Station.objects.filter(active=True, region__code__startswith="330182001").order_by("id")[:4]
    )
    for number, (article, words, outcome) in enumerate(OPINIONS if kind == "legislation" else _topics()):
        moment = begun + timedelta(days=3 + number, hours=number)
        case = opinion_file(
            draft=draft,
            article=article,
            text=words,
            station=stations[number % len(stations)] if stations else None,
            channel="web",
            submission=f"demo-{kind}-{number}",
            actor=reporter(0),
            now=moment,
            simulated=True,
        )
        if outcome and case.events == 1:
            reply = {"adopted": outcome, "answer": ANSWERS[outcome]}
            case_act(case_id=case.pk, action="reply", raw=reply, actor=clerk, now=moment + timedelta(days=4))
            if number % 2 == 0:
                rated = moment + timedelta(days=5)
                case_act(case_id=case.pk, action="content", raw={}, actor=reporter(case.pk), now=rated)
    return draft


def _topics() -> tuple[tuple[str, str, str], ...]:
    return (
        ("2", "地下车库边上只有六个桩，晚上要排队，建议每栋楼下都有。", "adopted"),
        ("3", "一块钱充多久每家不一样，希望桩上写清楚。", "adopted"),
        ("4", "夜里没人看着，希望装烟感和喷淋。", "adopted_partly"),
    )


def _answered(clerk: Actor, now: datetime) -> None:
    begun = _morning(now, 90)
    draft = _draft(TOPICS, "oversight", clerk, begun, now, days=31)
    if (
        draft.replied_at is None
        and not DraftOpinion.objects.filter(draft=draft, case__stage="weighing").exists()
    ):
        summary = (
            "收到 3 条意见，采纳 2 条，部分采纳 1 条。已列入今年的监督议题：充电桩数量按户数核定，收费标准上桩公示，"
            "夜间充电区装烟感。"
        )
        draft_reply(draft_id=draft.pk, summary=summary, actor=clerk, now=begun + timedelta(days=50))
