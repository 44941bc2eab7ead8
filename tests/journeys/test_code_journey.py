"""A deputy is given a code, it is printed, and somebody scans it and says something."""

from __future__ import annotations

import re
from datetime import timedelta

import pypdfium2
from django.utils.timezone import localdate

from tingchao.engine.models import Case, Notice


def test_a_deputys_and_an_activitys_code_from_the_desk_to_a_voice(visitor, city):
    desk, phone = visitor("desk"), visitor("phone")
    desk.logs_in("lianluo")
    desk.page.get_by_role("link", name="码和海报").first.click()
    desk.page.wait_for_url("**/desk/codes/")
    desk.look()
    desk.page.get_by_role("link", name="代表码", exact=True).click()
    desk.look()
    desk.press("发码 王代表")
    desk.reads("已发码")
    desk.look()
    token = desk.page.locator(".code-token").first.inner_text().strip()
    for label in ("胸牌 王代表", "桌牌 王代表", "海报 王代表"):
        sheet = desk.page.get_by_role("link", name=label).get_attribute("href")
        answer = desk.page.request.get(f"{desk.address}{sheet}")
        assert answer.headers["content-type"] == "application/pdf"
        with pypdfium2.PdfDocument(answer.body()) as pdf:
            assert "王代表" in pdf[0].get_textpage().get_text_range()

    phone.go(f"/c/{token.lower()}/")  # typed from the poster
    phone.reads("民生")
    phone.page.get_by_role("link", name=re.compile("跟代表说一件事")).click()
    phone.page.wait_for_url("**/say/**")
    phone.look()
    phone.reads("跟王代表说一件事")
    phone.page.fill("textarea[name=text]", "菜场东门晚上太暗，老人走路不放心。")
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    assert Case.objects.get().channel == "deputy_code"
    assert Notice.objects.get(template="heard").recipient == f"deputy:{city.deputies[0].pk}"

    today = localdate()
    desk.go("/desk/codes/activity/new/")
    desk.page.fill("[name=title]", "请民议事会：小区停车怎么办")
    desk.page.select_option("[name=station]", label="新安江街道中心站")
    desk.page.fill("[name=day]", today.isoformat())
    desk.page.fill("[name=last]", (today + timedelta(days=7)).isoformat())
    desk.press("建好并发码")
    desk.reads("活动建好了")
    desk.look()
    phone.go(f"/c/{desk.page.locator('.code-token').first.inner_text().strip()}/")
    phone.reads("小区停车怎么办")

    desk.go("/desk/codes/?kind=deputy")
    desk.reads("扫这个码说了 1 件")
    desk.press("停用 王代表")
    desk.reads("码已经停用")
    phone.page.goto(f"{phone.address}/c/{token}/")
    phone.reads("这个码已经停用")
