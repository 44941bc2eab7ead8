"""Signing in to a gathering in a real browser, with nothing but HTML."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.utils import timezone

from tests.journeys.conftest import PASSWORD
from tests.meetings.conftest import called
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.services import account_create, grant_give
from tingchao.instruments.meetings.services import Invited, attendees_invite, meeting_announce, meeting_create

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def deputy(city: Any) -> None:
    """王代表 has an account."""
    account = account_create(
        username="daibiao", name="王代表", password=PASSWORD, actor=SYSTEM, now=NOW, deputy=city.deputies[0]
    )
    grant_give(account=account, role=Role.DEPUTY, scope="330182001", since=SINCE, actor=SYSTEM)


def test_without_a_script(city: Any, deputy: None, visitor: Any) -> None:
    """Answering and signing in need no JavaScript; the screen is fetched again by the browser itself."""
    moment = timezone.now()
    wanted = called(city, moment, starts_at=moment, ends_at=moment + timedelta(hours=1))
    meeting = meeting_create(called=wanted, actor=city.liaison, now=moment)
    guests = Invited(deputies=city.deputies[:1])
    attendees_invite(meeting_id=meeting.pk, invited=guests, actor=city.liaison, now=moment)
    meeting_announce(meeting_id=meeting.pk, actor=city.liaison, now=moment, reason="演练")
    desk, phone = visitor("desk", java_script_enabled=False), visitor("phone", java_script_enabled=False)
    for one, who in ((desk, "lianluo"), (phone, "daibiao")):
        one.page.goto(f"{one.address}/accounts/login/")
        one.page.fill("input[name=login]", who)
        one.page.fill("input[name=password]", PASSWORD)
        one.press("登录")
    desk.page.goto(f"{desk.address}/desk/meetings/{meeting.pk}/screen/")
    assert desk.page.locator("noscript").count() or "refresh" in desk.page.content()
    digits = re.sub(r"\D", "", desk.page.locator(".screen-digits").inner_text())
    phone.page.goto(f"{phone.address}/desk/meetings/{meeting.pk}/in/?code={digits}")
    phone.press("签到")
    phone.reads("您已签到")
