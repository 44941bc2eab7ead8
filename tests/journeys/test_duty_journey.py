"""A deputy's month in a real browser: the turn in the plan, leave, signing in, a matter, the record, an appeal."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.utils import timezone

from tests.journeys.conftest import PASSWORD
from tests.meetings.conftest import called
from tests.pages.test_duty import taken_over
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.models import Case
from tingchao.engine.sealing import audit
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.services import (
    Asked,
    Invited,
    attendees_invite,
    meeting_announce,
    meeting_create,
    plan_accept,
    plan_propose,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(city: Any) -> None:
    """王代表 and the clerk of the congress have accounts."""
    for username, name, role, scope, deputy in (
        ("daibiao", "王代表", Role.DEPUTY, "330182001", city.deputies[0]),
        ("renda", "刘丽", Role.CLERK, "3301", None),
    ):
        made = account_create(
            username=username, name=name, password=PASSWORD, actor=SYSTEM, now=NOW, deputy=deputy
        )
        grant_give(account=made, role=role, scope=scope, since=SINCE, actor=SYSTEM)


@pytest.fixture
def planned(city: Any) -> Meeting:
    """The first reception for which next year's plan has 王代表 on turn."""
    moment = timezone.now()
    asked = Asked(moment.year + 1, weekday=2, nth=2, begins=time(9), ends=time(11))
    plan, _ = plan_propose(station=city.station, asked=asked, actor=city.liaison, now=moment)
    plan_accept(plan_id=plan.pk, actor=city.liaison, now=moment)
    turns = Attendee.objects.filter(deputy=city.deputies[0], meeting__plan=plan)
    return turns.order_by("meeting__starts_at")[0].meeting


@pytest.fixture
def running(city: Any) -> Meeting:
    """A reception that goes on now, to which 王代表 was invited."""
    moment = timezone.now()
    wanted = called(city, moment, starts_at=moment, ends_at=moment + timedelta(hours=2), title="今天的接待日")
    meeting = meeting_create(called=wanted, actor=city.liaison, now=moment)
    guests = Invited(deputies=city.deputies[:2], duty="接待")
    attendees_invite(meeting_id=meeting.pk, invited=guests, actor=city.liaison, now=moment)
    return meeting_announce(meeting_id=meeting.pk, actor=city.liaison, now=moment, reason="演练")


def test_a_deputys_month(city: Any, people: None, planned: Meeting, running: Meeting, visitor: Any) -> None:
    taken_over(city, "inspection", "道路视察", "ny")  # the list had missed that 王代表 came
    mine, liaison, clerk = visitor("phone"), visitor("desk"), visitor("desk")
    mine.logs_in("daibiao")

    # the turn in the plan; leave from it
    mine.go("/desk/meetings/?view=mine")
    mine.page.locator(f'a[href="/desk/meetings/{planned.pk}/"]').click()
    mine.page.wait_for_url(f"**/desk/meetings/{planned.pk}/")
    mine.page.get_by_role("button", name="来不了，请假", exact=True).first.click()
    mine.page.locator("#act-leave textarea, #act-leave input[type=text]").first.fill("去省里参加培训")
    mine.page.locator("#act-leave").get_by_role("button", name="来不了，请假").click()
    mine.reads("请假记好了")
    mine.look()

    # signing in to today's by the code on the screen
    liaison.logs_in("lianluo")
    liaison.page.goto(f"{liaison.address}/desk/meetings/{running.pk}/screen/")
    digits = re.sub(r"\D", "", liaison.page.locator(".screen-digits").inner_text())
    mine.go(f"/desk/meetings/{running.pk}/in/?code={digits}")
    mine.press("签到")
    mine.reads("您已签到")

    # what somebody says there becomes a matter
    mine.go(f"/desk/meetings/{running.pk}/")
    mine.page.get_by_role("button", name="记一件说的事", exact=True).first.click()
    mine.page.locator("#act-word textarea").first.fill("菜场东门的路灯不亮，晚上看不清台阶。")
    mine.page.locator("#act-word").get_by_role("button", name="记一件说的事").click()
    mine.page.wait_for_load_state()
    assert Case.objects.filter(procedure="public_voices").count() == 1

    # all of it is on the record, and one thing is wrong
    mine.go("/desk/duty/")
    mine.reads("我的履职档案")
    mine.reads("今天的接待日")
    mine.reads("接待时听到一件事")
    wrong = mine.page.locator(".duty-days li", has_text="道路视察")
    assert "缺席" in wrong.inner_text()
    wrong.get_by_role("link", name="这条不对").click()
    mine.page.fill("textarea[name=text]", "我到了，签到表第三行有我的名字。")
    mine.look()
    mine.press("提上去")
    mine.reads("申诉提上去了")
    mine.look()

    # the clerk puts the list right and answers
    number = Case.objects.get(procedure="duty_appeals").number
    clerk.logs_in("renda")
    clerk.go("/desk/")
    clerk.page.locator(f'a[href*="{number}"]').first.click()
    clerk.page.wait_for_url(f"**/desk/case/{number}/**")
    clerk.look()
    clerk.press("更正记录", role="link")
    clerk.look()
    clerk.page.get_by_text("到会，在现场").click()
    clerk.page.fill("input[name=ground]", "签到表第三行")
    clerk.press("按这个更正")
    clerk.reads("改好了，档案和各项数字跟着改了")
    clerk.page.get_by_role("button", name="已更正，答复代表", exact=True).first.click()
    clerk.page.locator("#act-correct textarea").fill("查到签到表上有您，已经改为到会。")
    clerk.page.locator("#act-correct").get_by_role("button", name="已更正，答复代表").click()
    clerk.reads("已记下")

    # the record is right, and the deputy says so
    mine.go("/desk/duty/")
    assert "缺席" not in mine.page.locator("#days").inner_text()
    mine.page.get_by_role("link", name=re.compile(number)).click()
    mine.reads("查到签到表上有您")
    mine.look()
    mine.press("对了")
    mine.reads("记下了")
    assert Case.objects.get(procedure="duty_appeals").satisfaction == "good"
    assert audit().broken is None
