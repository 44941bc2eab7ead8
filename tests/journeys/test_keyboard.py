"""The desk without a mouse: a liaison logs in, finds a matter, hands it over; the sheet of keys; several at once."""

from __future__ import annotations

import pytest
from conftest import NOW

from tests.journeys.conftest import PASSWORD
from tingchao.directory.actors import reporter
from tingchao.engine.models import Case, Event
from tingchao.mechanisms.public_voices.services import voice_file

SAID = ("盏路灯不亮，晚上看不清台阶。", "盏灯罩碎了，玻璃掉在地上。", "排垃圾桶满了，三天没人来倒。")
"""In different words: what is said again and again is talked over first."""


@pytest.fixture
def three(city):
    return [
        voice_file(
            text=f"第{number}{said}",
            region_code=city.region,
            station_id=city.station.pk,
            channel="code",
            actor=reporter(0),
            now=NOW,
        )
        for number, said in enumerate(SAID, start=1)
    ]


def tab_to(page, selector, most=60):
    """Press Tab until the focus is on what the selector names."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement && document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not come to {selector} on {page.url}")


def focused(page) -> str:
    return page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")


def logs_in(desk):
    desk.go("/accounts/login/")
    tab_to(desk.page, "input[name=login]")
    desk.page.keyboard.type("lianluo")
    tab_to(desk.page, "input[name=password]")
    desk.page.keyboard.type(PASSWORD)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/desk/**")
    desk.look()


def test_a_liaison_by_keyboard_only(visitor, three):
    desk = visitor("desk")
    keys = desk.page.keyboard
    logs_in(desk)

    keys.press("j")
    assert "第1盏" in focused(desk.page)
    keys.press("j")
    keys.press("j")
    keys.press("k")
    assert "第2盏" in focused(desk.page)
    keys.press("Enter")
    desk.page.wait_for_url(f"**/case/{three[1].number}/**")
    desk.look()
    keys.press("j")
    desk.page.wait_for_url(f"**/case/{three[2].number}/**")
    keys.press("k")
    desk.page.wait_for_url(f"**/case/{three[1].number}/**")

    keys.press("a")
    desk.page.locator("#act-assign").wait_for(state="visible")
    desk.look()
    tab_to(desk.page, "[name='assign.lead']")
    keys.press("Space")
    tab_to(desk.page, "[name='assign.deputies']")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    tab_to(desk.page, "[name='assign.tier']")
    keys.press("Space")
    tab_to(desk.page, "[name='assign.note']")
    keys.type("j k x a ? / 都是字，不是按键")
    tab_to(desk.page, "#act-assign button[name=action]")
    keys.press("Enter")
    desk.reads("已记下")
    desk.look()

    case = Case.objects.get(pk=three[1].pk)
    assert case.stage == "acting"
    assert "都是字" in Event.objects.get(case=case, action="assign").note
    keys.press("u")
    desk.page.wait_for_url("**/desk/")

    keys.press("/")
    keys.type("第3盏")
    keys.press("Enter")
    desk.page.wait_for_url("**q=**")
    desk.look()
    keys.press("j")
    assert "第3盏" in focused(desk.page)


def test_the_sheet_of_keys_holds_the_focus_and_can_switch_them_off(visitor, three):
    desk = visitor("desk")
    keys, page = desk.page.keyboard, desk.page
    logs_in(desk)
    keys.press("j")
    keys.press("?")
    page.locator(".keysheet").wait_for(state="visible")
    desk.look()
    for _ in range(6):
        keys.press("Tab")
        assert page.evaluate("document.activeElement.closest('.keysheet') !== null")
    keys.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('.keysheet') !== null")
    keys.press("Escape")
    assert page.locator(".keysheet").is_hidden() and "第1盏" in focused(page)

    keys.press("?")
    tab_to(page, ".keysheet input")
    keys.press("Space")
    keys.press("Escape")
    keys.press("j")
    assert "第1盏" in focused(page)  # nothing moved
    desk.go("/desk/")
    keys.press("j")
    assert page.evaluate("document.activeElement === document.body")
    keys.press("?")
    page.locator(".keysheet").wait_for(state="visible")


@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_several_at_once(screen, visitor, three):
    desk = visitor(screen)
    keys = desk.page.keyboard
    desk.logs_in("lianluo")
    for _ in range(2):
        keys.press("j")
        keys.press("x")
    keys.press("a")
    keys.press("Enter")
    desk.page.wait_for_url("**/together/**")
    desk.look()
    desk.reads("2 件一起办")
    desk.page.locator("a[href='#act-note']").click()
    desk.page.fill("[name='note.note']", "请先看一下现场")
    desk.page.locator("#act-note button[name=action]").click()
    desk.page.wait_for_url("**/preview/**")
    desk.look()
    assert not Event.objects.filter(action="note").exists()
    desk.press("确认，办这 2 件")
    desk.look()
    desk.reads("办好 2 件")
    assert Event.objects.filter(action="note").count() == 2


def test_a_list_on_paper_and_narrowed(visitor, three):
    desk = visitor("phone")
    desk.logs_in("lianluo")
    desk.go("/desk/?view=open&tier=urgent&sift=1")
    desk.go("/desk/?view=open&stage=sorting")
    desk.go("/desk/paper/?view=open&stage=sorting")
