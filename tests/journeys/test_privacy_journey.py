"""A number in what a resident writes, a look at a telephone number, and a call recorded within a minute."""

from __future__ import annotations

from tingchao.engine.models import Case

MOST_STEPS = 6
"""What is pressed, chosen or gone to beside typing the text, from the list to the record and back."""


def test_a_number_is_masked_with_one_tap_and_nothing_is_stopped(visitor, city):
    phone = visitor("phone")
    phone.go("/say/")
    box = phone.page.locator("#say-text")
    box.fill("菜场东门太暗，摊主13900005678，身份证11010519491231002X，一共1380000123元。")
    phone.reads("这里像是有手机号、身份证号")
    phone.look()
    phone.press("帮我遮住")
    assert box.input_value() == "菜场东门太暗，摊主139****5678，身份证110****2X，一共1380000123元。"
    phone.page.locator("#say-text-personal").wait_for(state="hidden")
    box.fill("菜场东门太暗，摊主13900005678可以带路。")
    phone.page.select_option("select[name=station]", label="新安江街道中心站")
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    phone.look()
    phone.reads("像是有手机号")
    assert Case.objects.get().title == "菜场东门太暗，摊主139****5678可以带路"


def test_a_call_is_recorded_within_a_minute_and_called_back_on_the_record(visitor, city):
    desk, steps = visitor("desk"), []

    def step(run, *given):
        run(*given)
        steps.append(given)

    desk.logs_in("lianluo")
    step(desk.page.get_by_role("link", name="记一次来电来访", exact=True).click)
    desk.page.wait_for_url("**/voices/new/")
    desk.look()
    desk.page.keyboard.type("来电说府前路三盏路灯不亮，晚上看不清台阶。")  # the field has the focus
    step(desk.page.get_by_text("当场答复了", exact=True).click)
    desk.look()
    step(desk.page.locator("#rec-answer").click)
    desk.page.keyboard.type("已经报修，今晚就亮。")
    step(desk.page.get_by_role("button", name="记下", exact=True).click)
    desk.page.wait_for_url("**/case/**")
    desk.look()
    desk.reads("查询口令")
    assert len(steps) <= MOST_STEPS
    case = Case.objects.get()
    assert (case.stage, case.outcome, case.channel) == ("rating", "answered", "telephone")

    desk.go("/desk/voices/new/")
    desk.page.fill("#rec-text", "来电说菜场东门太暗，请回个电话。")
    desk.page.fill("#rec-phone", "13800001234")
    desk.page.locator("input[name=consent]").check()
    desk.press("记下")
    desk.page.wait_for_url("**/case/**")
    desk.page.get_by_role("link", name="看号码").click()
    desk.page.wait_for_url("**/phone/")
    desk.look()
    desk.page.get_by_text("约时间上门看", exact=True).click()
    desk.press("看电话")
    desk.reads("138 0000 1234")
    desk.look()
