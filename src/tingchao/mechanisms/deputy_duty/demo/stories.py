"""Stories of deputies in the demonstration: known, waiting for a second person, waiting for the deputy. All made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.models import Account, Deputy
from tingchao.directory.selectors import actor_for, working_calendar
from tingchao.engine.models import Fact
from tingchao.engine.timing import ZONE
from tingchao.instruments.meetings.models import Meeting
from tingchao.mechanisms.deputy_duty.models import Story
from tingchao.mechanisms.deputy_duty.rules import ATTENDED
from tingchao.mechanisms.deputy_duty.services.stories import Words, story_agree, story_publish, story_write

SETTLED = timedelta(days=20)
"""How long ago a deed lies at least that a story tells of, so that there was time to write and to look at it."""

WRITES, CHECKS = "renda", "coordinator-330106"
"""The accounts of whoever writes and of the second person."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story, the kind and the title of the gathering that it tells of, and how far it has come."""

    kind: str
    about: str
    title: str
    text: str
    state: Story.State = Story.State.KNOWN
    own: bool = False
    scope: str = "330106"
    name: str = ""


STORIES = (
    Told(
        "inspection",
        "学校食堂",
        "后厨多了一扇玻璃窗",
        "去看食堂那天，别人看台账，这位代表先走到打饭的窗口，端了一份和孩子们一样的午饭。菜不差，可是坐在饭桌边的人看不见"
        "菜是怎么洗、怎么切的。\n\n提的意见很小：把隔着后厨的那面墙打开一截，换成玻璃。学校算过账，赶在放假里动了工。"
        "开学以后，家长开放日改在这扇窗前开，洗菜的水槽、切配的案板，站在走廊里就看得清楚。\n\n有家长说，看见了，就放心了。",
    ),
    Told(
        "research",
        "托育服务",
        "三点半以前谁来接",
        "调研排了一整个下午，代表带去的本子上只写了一句话：三点半以前，谁来接。这是在电梯里听一位年轻妈妈说的。\n\n"
        "走了两家托育点，一家一家地问：能不能按半天算钱，家里老人临时有事，能不能当天说、当天送。问出来的难处不一样，"
        "有的缺人手，有的缺场地。\n\n这些难处理成几行字交了上去。后来社区腾出一间活动室，试着办了计时托育，先从两个"
        "下午做起。",
    ),
    Told(
        "online",
        "小区快充桩",
        "桩装好了，还要有人管",
        "夜里七点半，线上讨论开得很热闹，说的大多是桩该装在哪里。轮到这位代表，说的是另一件事：装好以后呢，坏了找谁，占了"
        "车位怎么办。\n\n接着念了自己小区三个月里的报修记录，哪一天报的，哪一天修好，中间隔了多久。主持的人把这一条"
        "单独记了下来。\n\n后来定下的办法里多了一行：每个桩上贴一个电话，报修以后两天内要有人到。",
    ),
    Told(
        "reception",
        "代表接待选民",
        "一张长凳",
        "接待日那天来了一位老人，没说别的，只说从家走到站里要歇两回，路上没有坐的地方。\n\n同去的人听完，都觉得这算不上"
        "一件事。代表却记下了老人走的那条路，散了以后自己走了一遍，数出来三处可以放凳子的地方。\n\n凳子是社区做的，木头的，"
        "不高。下一个接待日，老人又来了，说这回只歇了一回。",
    ),
    Told(
        "inspection",
        "养护中的隧道",
        "夜里一点的隧道",
        "隧道养护只能在夜里做，我那天也就夜里去。看见的是十几个人蹲在路面上，一米一米地敲，听声音判断里面空不空。\n\n"
        "我问班长最盼什么，他说盼早一点告诉开车的人哪天封路，免得有人半夜开到口子上再掉头。这一条我带了回来，跟交警、"
        "跟导航的人都说了。\n\n下一次养护前，封路的通知提早了三天。",
        Story.State.AGREED,
        own=True,
    ),
    Told(
        "deliberation",
        "充电桩",
        "樟树下坐了一个晚上",
        "那天晚上樟树下摆了二十来张凳子，来的人比凳子多。桩加在哪里，谁出钱，夜里谁来管，一开始谁也不让谁。\n\n他没有急着"
        "说话，先请楼上拉线的那户人家讲讲为什么拉线。听完了，大家不再吵该不该加，转过来算怎么加。\n\n散会的时候，定下加"
        "十个桩，夜里有人巡查。有人问他怎么劝的，他说没有劝，只是让每个人都说完。",
        Story.State.WRITTEN,
        scope="330182001",
        name="王建平",
    ),
)
"""In the order in which the gatherings of the year have them; the last one waits for the account `daibiao`."""


def stories(now: datetime) -> None:
    """Each through the services, as people would; built twice, they are there once."""
    writer, checker = (actor_for(Account.objects.get(username=name), now) for name in (WRITES, CHECKS))
    used: list[int] = []
    for number, told in enumerate(STORIES):
        fact = _deed(told, now, used)
        if fact is None or fact.deputy is None:
            continue
        used.append(fact.deputy.pk)
        _story(number, told, fact, fact.deputy, writer, checker)


def _deed(told: Told, now: datetime, used: list[int]) -> Fact | None:
    """What a deputy took part in, the latest that lies long enough ago; another deputy for each story."""
    meetings = Meeting.objects.filter(
        kind=told.kind,
        title__contains=told.about,
        region__code__startswith=told.scope,
        starts_at__lt=now - SETTLED,
    )
    for meeting in meetings.order_by("-starts_at", "-pk"):
        came = Fact.objects.filter(
            subject=meeting.stream, kind=f"{ATTENDED}{told.kind}", deputy__kind=Deputy.Kind.DEPUTY
        )
        if told.name:
            came = came.filter(deputy__name=told.name)
        found = came.exclude(deputy__in=used).select_related("deputy").order_by("pk").first()
        if found is not None:
            return found
    return None


def _story(number: int, told: Told, fact: Fact, deputy: Deputy, writer: Actor, checker: Actor) -> None:
    themselves = Actor("account", 0, deputy.name, (Hold(Role.DEPUTY, deputy.region_id),), deputy.pk)
    words = Words(told.title, told.text, [fact.pk])
    story = story_write(
        deputy_id=deputy.pk,
        words=words,
        actor=themselves if told.own else writer,
        now=_at(fact.day, 3, time(10, 20)),
        submission=f"demo:story:{number}",
    )
    if told.state == Story.State.WRITTEN:
        return
    story = story_agree(
        story_id=story.pk, seen=story.version, actor=themselves, now=_at(fact.day, 4, time(20, 5))
    )
    if told.state == Story.State.KNOWN:
        story_publish(story_id=story.pk, seen=story.version, actor=checker, now=_at(fact.day, 7, time(9, 30)))


def _at(day: date, later: int, hour: time) -> datetime:
    """So many working days later."""
    return datetime.combine(working_calendar().add_working_days(day, later).day, hour, ZONE)
