"""Scan, sign up, come, be heard by the deputy on turn, follow the matter by its number to the end and rate it."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.utils import timezone

from tests.journeys.conftest import PASSWORD
from tests.meetings.conftest import called
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.services import account_create, grant_give, station_create
from tingchao.engine.models import Case, Fact
from tingchao.engine.sealing import audit
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.codes.services import code_issue
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import Invited, attendees_invite, meeting_announce, meeting_create

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "白沙社区门口的斑马线磨没了，孩子过马路车不让。"


@pytest.fixture
def micro(city: Any) -> Any:
    """A micro station with a code; a reception there today in 20 minutes with 王代表, who has no duty at it."""
    station = station_create(
        name="白沙微站", kind="micro", region_code="330182001001", actor=SYSTEM, address="白沙社区 12 号楼下"
    )
    code_issue(station=station, actor=SYSTEM, now=NOW)
    account = account_create(
        username="daibiao", name="王代表", password=PASSWORD, actor=SYSTEM, now=NOW, deputy=city.deputies[0]
    )
    grant_give(account=account, role=Role.DEPUTY, scope="330182001", since=SINCE, actor=SYSTEM)
    moment = timezone.now()
    starts = moment + timedelta(minutes=20)
    wanted = called(city, moment, station=station, starts_at=starts, ends_at=starts + timedelta(hours=2))
    meeting = meeting_create(called=wanted, actor=city.liaison, now=moment)
    guests = Invited(deputies=city.deputies[:1])
    attendees_invite(meeting_id=meeting.pk, invited=guests, actor=city.liaison, now=moment)
    meeting_announce(meeting_id=meeting.pk, actor=city.liaison, now=moment, reason="演练")
    return station


def seen(visitor: Any, name: str) -> None:
    """What axe thinks of the page; a picture of it where TINGCHAO_PICTURES names a folder."""
    visitor.look()
    if folder := os.environ.get("TINGCHAO_PICTURES"):
        visitor.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def begins(meeting: Meeting, moment: datetime) -> None:
    """The clock of a test does not wait twenty minutes: the reception begins now."""
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=moment, ends_at=moment + timedelta(hours=2))


def test_from_the_scan_to_the_rating(city: Any, micro: Any, visitor: Any, photo: Any) -> None:
    resident, deputy, liaison = visitor("phone"), visitor("phone"), visitor("desk")
    meeting = Meeting.objects.get()

    # a scan on the wall tells when the next reception is; one tap and a name put the resident down
    resident.go(f"/c/{token_of(micro.pk)}/")
    resident.page.get_by_role("link", name=re.compile("王代表")).filter(has_text=":").first.click()
    resident.page.wait_for_url(f"**/meetings/{meeting.pk}/")
    seen(resident, "sign-up")
    resident.page.fill("input[name=name]", "陈女士")
    resident.press("我来")
    resident.reads("给您留了位子")

    # comes, scans again with the same phone, and is in the queue
    begins(meeting, timezone.now())
    resident.go(f"/c/{token_of(micro.pk)}/")
    resident.page.get_by_role("link", name=re.compile("正在接待，我到了")).click()
    seen(resident, "own-page")
    resident.press("我到了，排上")
    resident.reads("您已经排上了，前面还有 0 位")

    # somebody who did not sign up scans, says a name and stands behind her; pressed twice they wait once
    other = visitor("phone")
    other.go(f"/c/{token_of(micro.pk)}/")
    other.page.get_by_role("link", name=re.compile("正在接待，我到了")).click()
    seen(other, "arrive")
    other.page.fill("input[name=name]", "吴师傅")
    other.press("我到了")
    other.reads("您已经排上了，前面还有 1 位")
    seen(other, "arrived")

    # the deputy on turn opens today's reception on a phone and listens
    deputy.logs_in("daibiao")
    deputy.go("/desk/hearing/")
    seen(deputy, "hearing")
    deputy.page.get_by_role("link", name=re.compile(meeting.title)).click()
    deputy.reads("陈女士")
    seen(deputy, "room")

    # while the deputy types a name somebody else comes: the list grows, the name stays, and a line says so
    deputy.page.get_by_text("先排着，或者记个称呼", exact=True).click()
    deputy.page.fill("input[name=name]", "老")
    third = visitor("phone")
    third.go(f"/c/{token_of(micro.pk)}/")
    third.page.get_by_role("link", name=re.compile("正在接待，我到了")).click()
    third.page.fill("input[name=name]", "沈阿姨")
    third.press("我到了")
    deputy.page.get_by_role("button", name="请他来 沈阿姨").wait_for(timeout=15_000)
    assert deputy.page.input_value("input[name=name]") == "老"
    assert deputy.page.get_by_role("status").inner_text() == "3 位在等"
    assert deputy.page.title().startswith("3 位在等")
    seen(deputy, "room-grown")

    # she is called: her own page says so without being loaded again, and so does that of whoever stands behind her
    own = resident.page.evaluate("performance.timeOrigin")
    deputy.page.get_by_role("button", name="请他来 陈女士").click()
    deputy.page.wait_for_url("**/desk/hearing/*/*/")
    resident.page.get_by_text("轮到您了，请过去说。").wait_for(timeout=15_000)
    assert resident.page.evaluate("performance.timeOrigin") == own
    assert resident.page.title().startswith("轮到您了")
    seen(resident, "called")
    other.page.get_by_text("您已经排上了，前面还有 0 位").wait_for(timeout=15_000)
    seen(deputy, "turn")
    deputy.page.fill("textarea[name=text]", TEXT)
    deputy.page.set_input_files("input[name=photos]", photo)
    deputy.press("记下")
    deputy.reads("记下了，请他带走编号")
    seen(deputy, "told")
    case = Case.objects.get()
    assert (case.channel, case.station_id, case.stage) == ("reception", micro.pk, "sorting")
    code = [one.inner_text() for one in deputy.page.locator(".told-code").all()]
    assert code[0] == case.number
    resident.page.get_by_text("您说的已经听了").wait_for(timeout=15_000)

    # the next one only asked something; somebody without a phone, put down with one press, is answered at once
    deputy.press("请下一位，还有 2 位在等")
    deputy.reads("吴师傅说了什么")
    deputy.press("只是问问，没有要办的")
    deputy.press("来了一位，现在就谈")
    deputy.page.fill("textarea[name=text]", "问老年公交卡到哪里办，跑了两趟都没办成。")
    deputy.page.get_by_text("当场答复了", exact=True).click()
    deputy.page.fill("textarea[name=answer]", "到新安东路市民中心二楼 3 号窗口，带身份证就行。")
    seen(deputy, "turn-answered")
    deputy.press("记下")
    deputy.reads("记下了，请他带走编号")
    deputy.press("回到名单", role="link")
    seen(deputy, "room-heard")

    # the liaison closes it: three people are counted already and are not counted again
    liaison.logs_in("lianluo")
    liaison.go(f"/desk/meetings/{meeting.pk}/")
    liaison.page.get_by_role("link", name="听人说事").click()
    seen(liaison, "room-desk")
    liaison.page.get_by_text("接待结束", exact=True).click()
    liaison.press("结束，记下人数")
    liaison.reads("已记下，结束了")
    received = Fact.objects.filter(kind="meeting.received", detail="reception")
    assert sum(received.values_list("amount", flat=True)) == 3

    # at home: the number and the passcode lead to the matter; it is answered, rated and made known
    resident.go("/find/")
    resident.page.fill("input[name=number]", code[0])
    resident.page.fill("input[name=passcode]", code[1])
    resident.page.locator("main form button").last.click()
    resident.page.wait_for_url("**/m/**")
    resident.reads("斑马线")
    seen(resident, "followed")
    own = resident.page.url
    liaison.go(f"/desk/case/{case.number}/")
    liaison.press("当场答复")
    liaison.page.fill("[name='answer_now.answer']", "交警中队已经重新划好斑马线，还加了一块让行的牌子。")
    liaison.page.locator("#do-answer_now, .actform.is-open").locator("button.primary").first.click()
    liaison.page.wait_for_load_state()
    resident.go(own)
    resident.reads("重新划好斑马线")
    seen(resident, "rating")
    resident.press("满意")
    case.refresh_from_db()
    assert (case.satisfaction, case.stage) == ("good", "publishing")
    assert audit().broken is None
