"""A bureau head face to face with 200 viewers: one in a real browser, one moderator, the others over HTTP."""

from __future__ import annotations

import threading
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.db import connection
from django.utils import timezone

from tests.journeys.conftest import PASSWORD
from tests.live.crowd import Crowd
from tests.meetings.conftest import announced
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.models import Case, Fact
from tingchao.engine.sealing import audit
from tingchao.instruments.live.counting import COUNTS
from tingchao.instruments.live.models import Live, Question
from tingchao.instruments.live.selectors import people_of, reactions_of
from tingchao.instruments.live.snapshots import publish_open
from tingchao.instruments.meetings.models import CaseMeeting, Meeting

pytestmark = pytest.mark.django_db(transaction=True)

VIEWERS, POLLS, ASKS = 200, 6, 60


@pytest.fixture
def meeting(city: Any) -> Meeting:
    account = account_create(username="renda", name="人大办", password=PASSWORD, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=Role.CLERK, scope="3301", since=SINCE, actor=SYSTEM)
    made = announced(city, timezone.now(), kind="face_to_face", title="城管局长面对面", by=city.clerk)
    moment = timezone.now()
    Meeting.objects.filter(pk=made.pk).update(
        starts_at=moment - timedelta(minutes=5), ends_at=moment + timedelta(hours=2)
    )
    return made


class Worker:
    """What the worker does each second in use: it writes what was counted, then the snapshots."""

    def __enter__(self) -> Worker:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def _run(self) -> None:
        while not self._over.wait(0.5):
            COUNTS.flush()
            publish_open(now=timezone.now())
        connection.close()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(10)
        COUNTS.flush()


def test_two_hundred_viewers(visitor: Any, city: Any, meeting: Meeting, settings: Any) -> None:
    settings.PROXIES = [ip_network("127.0.0.0/8")]  # each viewer has an address of its own
    desk, phone = visitor("desk"), visitor("phone")
    desk.logs_in("renda")
    desk.go(f"/desk/meetings/{meeting.pk}/live/")
    desk.page.fill("[name=stream]", "http://live.example.cn/7")
    desk.page.evaluate("document.querySelector('form.record').noValidate = true")
    desk.press("开直播互动")
    desk.reads("要以 https:// 开头")
    desk.page.fill("[name=stream]", "https://live.example.cn/7")
    desk.press("开直播互动")
    desk.look()
    phone.go(f"/live/{meeting.pk}/")
    phone.reads("看直播")

    crowd = Crowd(phone.address, meeting.pk, VIEWERS, POLLS, ASKS)
    with Worker():
        crowd.run(seconds=90)
        # the one in the browser asks, the moderator shows it, and it comes without reloading
        phone.page.fill("#ask-text", "府前路三盏路灯什么时候修好？")
        phone.press("提问")
        phone.reads("问题收到了")
        phone.look()
        question = Question.objects.get(text__startswith="府前路")
        desk.go(f"/desk/meetings/{meeting.pk}/live/")
        Question.objects.filter(live=meeting.pk).exclude(pk=question.pk).update(state="hidden")
        desk.go(f"/desk/meetings/{meeting.pk}/live/")
        desk.press("公开")
        phone.page.locator(".asked", has_text="府前路三盏路灯").wait_for(timeout=15_000)
        phone.page.locator("button[value=thanks]").click()
        desk.press("请人答")
        phone.page.locator(".asked-current").wait_for(timeout=15_000)

    # nothing was lost: every question once, every browser once, every reaction
    polled = crowd.answers["poll 200"] + crowd.answers["poll 304"]
    assert polled == VIEWERS * POLLS and crowd.answers["poll 304"] > 0, crowd.answers
    assert crowd.answers["ask 302"] == ASKS + ASKS // 3, crowd.answers
    assert Question.objects.count() == ASKS + 1
    live = Live.objects.get()
    assert people_of(live, timezone.now()).all == VIEWERS + 1
    assert sum(reactions_of(live).values()) == VIEWERS + 1

    # the screen of the hall, a matter from the question, the end
    screen = visitor("desk")
    screen.logs_in("renda")
    screen.go(f"/desk/meetings/{meeting.pk}/live/screen/")
    screen.reads("府前路三盏路灯什么时候修好")
    desk.go(f"/desk/meetings/{meeting.pk}/live/")
    desk.page.locator(".live-q summary").first.click()
    desk.look()
    desk.page.locator(".live-q [name=place]").first.fill("府前路")
    desk.press("转成一件事")
    desk.reads("转成了一件事")
    case = Case.objects.get()
    assert CaseMeeting.objects.get(case=case).meeting_id == meeting.pk
    desk.page.get_by_text("直播地址、结束互动").click()
    desk.page.fill("#on-site", "45")
    desk.press("结束互动")
    desk.reads("参与人数已经记下")
    desk.look()
    assert Fact.objects.get(kind="meeting.audience").amount == VIEWERS + 1 + 45
    phone.page.get_by_text("246 人参与").wait_for(timeout=20_000)  # the page finds out by itself
    phone.look()
    assert audit().broken is None


def test_without_a_script_and_in_large_type(visitor: Any, city: Any, meeting: Meeting) -> None:
    """Asking, reacting and reading on need nothing but HTML; the largest type still fits a phone."""
    from tingchao.instruments.live.services import live_open, question_show
    from tingchao.instruments.live.snapshots import publish

    live_open(meeting_id=meeting.pk, stream="", actor=city.clerk, now=timezone.now())
    publish(meeting.pk, timezone.now(), at_once=True)
    phone = visitor("phone", java_script_enabled=False)
    phone.page.context.add_cookies([{"name": "type", "value": "largest", "url": phone.address}])
    phone.page.goto(f"{phone.address}/live/{meeting.pk}/")
    phone.page.fill("#ask-text", "菜场早市几点散？")
    phone.press("提问")
    phone.reads("问题收到了")
    question_show(question_id=Question.objects.get().pk, actor=city.clerk, now=timezone.now())
    publish(meeting.pk, timezone.now(), at_once=True)
    phone.press("刷新", role="link")
    phone.reads("菜场早市几点散")
    phone.page.locator("button[value=agree]").click()
    COUNTS.flush()
    assert reactions_of(Live.objects.get()) == {"agree": 1}
    widest = phone.page.locator("body").bounding_box()
    assert widest and widest["width"] <= 391
