"""Many voices from one network, in a real browser: scripts prove it unseen; without them one question is answered."""

from __future__ import annotations

import re

import pytest

from tingchao.engine.models import Attachment, Case, Tally
from tingchao.instruments.codes.selectors import token_of

TEXT = "菜场东门晚上太暗，老人走路不放心。"


@pytest.fixture(autouse=True)
def _small(settings):
    settings.FILINGS_BEFORE_PROOF, settings.FILINGS_MOST = 1, 3


def write(visitor, city, text: str = TEXT) -> None:
    visitor.page.goto(f"{visitor.address}/say/?code={token_of(city.station.pk)}")
    visitor.page.fill("textarea[name=text]", text)


def test_the_browser_proves_it_by_itself_and_the_photo_stays(visitor, city, photo):
    phone, other = visitor("phone"), visitor("phone")
    write(phone, city)  # asked for while few had come
    phone.page.set_input_files("input[name=photos]", files=[photo])
    write(other, city, "小区门口的路灯不亮，有一个多星期了。")
    other.press("告诉代表")
    other.page.wait_for_url("**/m/**")
    phone.press("告诉代表")  # refused with a task, solved, sent again without a word from anybody
    phone.page.wait_for_url("**/m/**", timeout=30_000)
    phone.reads("查询口令")
    assert Case.objects.count() == 2 and Attachment.objects.count() == 1

    write(phone, city, "公交站的长椅坏了，老人没有地方坐。")  # now the form bears the task from the start
    phone.reads("已经确认不是机器人")
    phone.look()
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    assert Case.objects.count() == 3

    write(phone, city, "再说一件：路口的斑马线看不清了。")
    phone.reads("分钟后再送")
    phone.look()
    phone.press("告诉代表")
    phone.page.locator("[data-error-first]").wait_for()
    phone.look()
    assert phone.page.input_value("textarea[name=text]").startswith("再说一件")
    assert Case.objects.count() == 3
    Tally.objects.all().delete()  # the hour is over
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    assert Case.objects.count() == 4


def test_without_scripts_one_small_question_is_answered(visitor, city):
    phone = visitor("phone", java_script_enabled=False)
    write(phone, city)
    phone.page.click("text=告诉代表")
    phone.page.wait_for_url("**/m/**")
    write(phone, city, "小区门口的路灯不亮，有一个多星期了。")
    asked = phone.page.locator("label[for=guard-answer]").inner_text()
    numbers = ["零一二三四五六七八九".index(one) for one in re.search(r"(.)加(.)等于几", asked).groups()]
    phone.page.fill("#guard-answer", str(sum(numbers) + 1))
    phone.page.click("text=告诉代表")
    phone.reads("再答一次")
    assert phone.page.input_value("textarea[name=text]").startswith("小区门口")
    asked = phone.page.locator("label[for=guard-answer]").inner_text()
    numbers = ["零一二三四五六七八九".index(one) for one in re.search(r"(.)加(.)等于几", asked).groups()]
    phone.page.fill("#guard-answer", str(sum(numbers)))
    phone.page.click("text=告诉代表")
    phone.page.wait_for_url("**/m/**")
    assert Case.objects.count() == 2
