"""One voice round its whole loop in a real browser: a phone files with a photo, the desk deals with it, and back."""

from __future__ import annotations

import re

from tingchao.engine.models import Attachment, Case, Event
from tingchao.engine.sealing import audit
from tingchao.instruments.codes.selectors import token_of


def choose(page, form: str, label: str) -> None:
    page.locator(f"#act-{form}").get_by_label(label).first.check()


def act(desk, opener: str, key: str) -> None:
    """Open an action's form on the case page."""
    desk.page.locator(f"a[href='#act-{key}']", has_text=opener).click()
    desk.page.locator(f"#act-{key}").wait_for(state="visible")
    desk.look()


def send(desk, key: str) -> None:
    desk.page.locator(f"#act-{key} button[name=action]").click()
    desk.page.wait_for_load_state()
    desk.look()


def hand_over(desk, key: str) -> None:
    """Lead body and two deputies in a form that hands the matter over."""
    choose(desk.page, key, "城管中队")
    for name in ("王代表", "陈代表"):
        desk.page.locator(f"#act-{key}").get_by_label(re.compile(name)).check()


def test_a_voice_goes_round_in_a_real_browser(visitor, city, photo):
    phone, desk, body = visitor("phone"), visitor("desk"), visitor("desk")

    # 听: scanned, said, with a photograph
    phone.go("/")
    phone.go(f"/c/{token_of(city.station.pk)}/")
    phone.reads("新安江街道中心站")
    phone.page.get_by_role("link", name=re.compile("说一件事")).first.click()
    phone.look()
    phone.page.fill("textarea[name=text]", "府前路三盏路灯一个多星期不亮，晚上接孩子看不清台阶。")
    phone.page.fill("input[name=place]", "府前路58号到菜场路口")
    phone.page.set_input_files("input[name=photos]", files=[photo])
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    phone.look()
    phone.reads("查询口令")
    case = Case.objects.get()
    mine = phone.page.url.split("?")[0]
    assert Attachment.objects.get().kind == "image/jpeg"
    assert phone.page.locator("img[src*='/file/']").first.evaluate("one => one.naturalWidth") > 0

    # 议: the liaison sorts, and it is deliberated
    desk.logs_in("lianluo")
    desk.page.locator("a.row").first.click()
    desk.page.wait_for_url("**/desk/case/**")
    desk.look()
    act(desk, "请大家议一议", "deliberate")
    desk.page.fill("[name='deliberate.topic']", "路灯谁来修")
    choose(desk.page, "deliberate", "一般")
    send(desk, "deliberate")
    act(desk, "议定，交单位办", "settle")
    desk.page.fill("[name='settle.conclusion']", "先换三盏灯，再查这一段的线路。")
    hand_over(desk, "settle")
    send(desk, "settle")
    phone.go(mine)
    phone.reads("城管中队已接单")
    phone.reads("先换三盏灯，再查这一段的线路。")

    # 办: the body answers
    body.logs_in("jingban")
    body.go(f"/desk/case/{case.number}/")
    act(body, "答复办理结果", "answer")
    choose(body.page, "answer", "已解决")
    body.page.fill("[name='answer.answer']", "三盏灯已经换好，请您今晚看看。")
    body.page.set_input_files("[name='answer.photos']", files=[photo])
    send(body, "answer")

    # 评: poor, and it goes back
    phone.go(mine)
    phone.reads("请您评一评")
    act(phone, "不满意", "rate_poor")
    phone.page.fill("[name='rate_poor.missing']", "靠菜场那盏还是不亮。")
    send(phone, "rate_poor")
    body.go(f"/desk/case/{case.number}/")
    body.reads("靠菜场那盏还是不亮。")
    act(body, "答复办理结果", "answer")
    choose(body.page, "answer", "已解决")
    body.page.fill("[name='answer.answer']", "菜场那盏换了新的灯头，已经亮了。")
    send(body, "answer")

    # 评: good, with one tap
    phone.go(mine)
    phone.page.get_by_role("button", name="满意", exact=True).click()
    phone.page.wait_for_load_state()
    phone.look()

    # 知: made known
    desk.go(f"/desk/case/{case.number}/")
    act(desk, "写办理情况", "draft")
    desk.page.fill("[name='draft.public_title']", "府前路路灯已修好")
    desk.page.fill("[name='draft.public_text']", "居民反映的三盏路灯已全部更换，这一段的线路也查过了。")
    desk.page.locator("[name='draft.before']").first.check()
    desk.page.locator("[name='draft.after']").last.check()
    send(desk, "draft")
    desk.reads("是您送到这里的，您自己不能办")
    assert not desk.page.get_by_role("button", name="核对无误，公开").count()
    checker = visitor("desk")
    checker.logs_in("xietiao")
    checker.go(f"/desk/case/{case.number}/")
    checker.reads("等人把关")
    act(checker, "退回修改", "revise")
    checker.page.fill("[name='revise.reason']", "写明是哪一段路")
    send(checker, "revise")
    desk.go(f"/desk/case/{case.number}/")
    act(desk, "写办理情况", "draft")
    assert desk.page.input_value("[name='draft.public_title']") == "府前路路灯已修好"
    send(desk, "draft")
    checker.go(f"/desk/case/{case.number}/")
    checker.press("核对无误，公开")
    checker.look()
    phone.go("/")
    phone.reads("府前路路灯已修好")
    phone.go(mine)
    phone.reads("已经公开")
    picture = phone.page.locator(".before-after img").first
    assert picture.evaluate("one => one.naturalWidth") > 0
    address = picture.get_attribute("src")
    stranger = visitor("phone")
    assert stranger.page.request.get(f"{stranger.address}{address}").status == 200

    case.refresh_from_db()
    assert (case.stage, case.satisfaction, case.visibility) == ("known", "good", "public")
    assert [event.action for event in Event.objects.filter(case=case).order_by("sequence")] == [
        "open", "deliberate", "settle", "answer", "rate_poor", "answer", "rate_good",
        "draft", "revise", "draft", "publish",
    ]  # fmt: skip

    # whoever raised it may hide it again, with one tap
    phone.press("不再公开这件事")
    phone.look()
    phone.reads("内容不公开")
    assert stranger.page.request.get(f"{stranger.address}{address}").status == 404
    phone.go("/")
    assert not phone.page.get_by_text("府前路路灯已修好").count()
    assert audit().broken is None


def test_a_form_that_was_refused_keeps_what_was_typed(visitor, city):
    phone = visitor("phone")
    phone.go(f"/say/?code={token_of(city.station.pk)}")
    phone.page.fill("textarea[name=text]", "菜场东门晚上太暗")
    phone.page.get_by_text("留个电话").first.click()
    phone.page.fill("input[name=phone]", "12345")
    phone.press("告诉代表")
    phone.look()
    phone.reads("这个电话号码不对")
    assert phone.page.input_value("textarea[name=text]") == "菜场东门晚上太暗"
    assert phone.page.input_value("input[name=phone]") == "12345"
    assert not Case.objects.exists()


def test_a_stale_page_is_told_so_and_keeps_what_was_typed(visitor, city):
    phone, first, second = visitor("phone"), visitor("desk"), visitor("desk")
    phone.go("/say/")
    phone.page.fill("textarea[name=text]", "菜场东门晚上太暗，老人走路不放心。")
    phone.page.select_option("select[name=station]", label="新安江街道中心站")
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    number = Case.objects.get().number
    for desk in (first, second):
        desk.logs_in("lianluo")
        desk.go(f"/desk/case/{number}/")
    act(first, "当场答复", "answer_now")
    first.page.fill("[name='answer_now.answer']", "已经报修，今晚就亮。")
    send(first, "answer_now")
    act(second, "当场答复", "answer_now")
    second.page.fill("[name='answer_now.answer']", "我来答复：明天去看。")
    second.page.locator("#act-answer_now button[name=action]").click()
    second.page.wait_for_load_state()
    second.look()
    second.reads("这件事刚刚有了新进展")
    second.reads("我来答复：明天去看。")


def test_english_by_switch_and_a_forged_code(visitor, city):
    phone = visitor("phone")
    phone.go("/")
    phone.page.get_by_role("button", name="English").first.click()
    phone.page.wait_for_load_state()
    phone.look()
    assert phone.page.locator("html").get_attribute("lang") == "en"
    assert not re.search("[\u4e00-\u9fff]{2,}", phone.page.locator("main h1").first.inner_text())
    phone.go("/c/K-AAAAAAAA/")
    assert phone.page.locator("main").inner_text().strip()
    desk = visitor("desk")
    desk.go("/find/?number=2026-0000-001-1&passcode=ABCD")
    desk.go("/accounts/login/")
