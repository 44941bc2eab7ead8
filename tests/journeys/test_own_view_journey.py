"""A liaison's morning and a head station's look from afar, in a real browser at both widths."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.utils import timezone

from tests.journeys.conftest import PASSWORD
from tests.journeys.test_reception_journey import seen
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.services import account_create, grant_give, station_create
from tingchao.engine.models import Case, Fact
from tingchao.engine.sealing import audit
from tingchao.mechanisms.public_voices.services import voice_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def head(city: Any) -> None:
    """An account of the head station, and five more stations of the same kind, each with some voices."""
    account = account_create(username="renda", name="总站员", password=PASSWORD, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=Role.CLERK, scope="3301", since=SINCE, actor=SYSTEM)
    others = [
        station_create(name=f"{n} 号中心站", kind="centre", region_code=city.region, actor=SYSTEM)
        for n in range(5)
    ]
    for number, station in enumerate([city.station, *others]):
        for _ in range(2 + number % 4):
            voice_file(
                text="路口的灯不亮了，晚上看不清。",
                region_code=city.region,
                station_id=station.pk,
                channel="web",
                actor=reporter(0),
                now=timezone.now(),
            )


def test_a_check_a_note_and_its_answer(city: Any, head: None, visitor: Any) -> None:
    liaison, clerk = visitor("phone"), visitor("desk")
    own = f"/desk/network/{city.station.pk}/"

    # the liaison answers the short list on a phone, before the door is open for long
    liaison.logs_in("lianluo")
    liaison.go(own)
    seen(liaison, "brain-phone")
    for one in liaison.page.get_by_role("radio", name="好", exact=True).all():
        one.check()
    liaison.press("记下")
    liaison.reads("今天的检查记下了")
    liaison.reads("都好")
    assert Fact.objects.get(kind="station.checked").detail == "ok"

    # the head station sees where the station lies, and writes a note that must be answered
    clerk.logs_in("renda")
    clerk.go("/desk/network/")
    seen(clerk, "network-desk")
    clerk.page.get_by_role("link", name=re.compile(city.station.name)).first.click()
    clerk.reads("和全网比")
    seen(clerk, "brain-desk")
    clerk.page.get_by_text("给这个站提一条", exact=True).click()
    clerk.page.fill("textarea[name=text]", "接待日前一天请把牌子摆到小区门口。")
    clerk.press("发给站里")
    clerk.reads("已经发给站里")
    note = Case.objects.get(procedure="guidance")

    # it is answered from the matter like any other, and closed by whoever wrote it
    liaison.go(f"/desk/case/{note.number}/")
    liaison.page.locator("a[href='#act-answer_guidance']").click()
    liaison.page.fill("[name='answer_guidance.answer']", "今天就摆出去了，照片在记录里。")
    liaison.page.locator("#act-answer_guidance button[name=action]").click()
    liaison.page.wait_for_load_state()
    clerk.go(f"/desk/case/{note.number}/")
    clerk.page.locator("a[href='#act-enough']").click()
    clerk.page.locator("#act-enough button[name=action]").click()
    clerk.page.wait_for_load_state()
    note.refresh_from_db()
    assert note.stage == "guided" and audit().broken is None
    clerk.go("/desk/network/checks/")
    seen(clerk, "check-list")
