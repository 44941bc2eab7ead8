"""Saying something in a real browser: without a signal and sent later, and in large type from start to end."""

from __future__ import annotations

import re

from conftest import NOW
from playwright.sync_api import expect

from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.models import Station
from tingchao.directory.services import outlines_load
from tingchao.engine.care import case_tend
from tingchao.engine.models import Attachment, Case, Event
from tingchao.engine.services import case_act
from tingchao.instruments.codes.selectors import token_of
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.services import voice_file

TEXT = "府前路三盏路灯一个多星期不亮，晚上接孩子看不清台阶。"
OTHER = "菜场东门的井盖松了，骑车的人差点摔倒。"

WORKER_KEEPS_THE_FORM = """async () => {
  const worker = navigator.serviceWorker;
  const late = new Promise((resolve, reject) => setTimeout(() => reject(new Error("no worker after 20 s")), 20000));
  await Promise.race([worker.ready, late]);
  if (!worker.controller) await new Promise((resolve) => worker.addEventListener("controllerchange", resolve));
  return Boolean(await caches.match("/say/", { ignoreVary: true }));
}"""


def with_a_signal_first(phone, path: str) -> None:
    """The page was opened once while there was a signal, so that the phone keeps it."""
    phone.go(path)
    assert phone.page.evaluate(WORKER_KEEPS_THE_FORM)
    phone.go(path)  # through the worker, which keeps a copy


def say_without_signal(phone, text: str) -> None:
    phone.page.fill("textarea[name=text]", text)
    phone.page.get_by_role("button", name="告诉代表", exact=True).click()
    expect(phone.page.locator("[data-waiting] li", has_text=text[:12])).to_be_visible()
    expect(phone.page.locator("textarea[name=text]")).to_have_value("")


def test_without_a_signal_it_waits_on_the_phone_and_is_sent_once(visitor, city, photo):
    phone = visitor("phone")
    path = f"/say/?code={token_of(city.station.pk)}"
    with_a_signal_first(phone, path)

    # no signal: the page opens all the same, and what is said waits on the phone
    phone.page.context.set_offline(True)
    phone.go(path)
    phone.page.set_input_files("input[name=photos]", files=[photo])
    say_without_signal(phone, TEXT)
    phone.reads("没有信号，已经存在手机里，有信号了自动送出。")
    phone.look()

    # a second one, under a key of its own, and a third that is deleted again
    phone.go(path)
    say_without_signal(phone, OTHER)
    say_without_signal(phone, "算了，这件不说了。")
    phone.page.get_by_role("button", name=re.compile("删掉 算了")).click()
    expect(phone.page.locator("[data-waiting] li")).to_have_count(2)
    assert not Case.objects.exists()

    # the signal is back: sent by itself, number and passcode are shown
    phone.page.context.set_offline(False)
    expect(phone.page.locator("[data-waiting] b.nb")).to_have_count(4, timeout=15_000)
    phone.look()
    assert sorted(Case.objects.values_list("text", flat=True)) == sorted([TEXT, OTHER])
    first = Case.objects.get(text=TEXT)
    assert (first.channel, first.station) == ("code", city.station)
    assert Attachment.objects.get().case == first
    phone.reads(first.number)

    # opened again, twice: nothing is sent again
    for _ in range(2):
        phone.go(path)
    assert Case.objects.count() == Event.objects.count() == 2
    phone.page.get_by_role("link", name="看看办到哪一步").first.click()
    phone.page.wait_for_url("**/m/**")
    phone.look()
    phone.reads("查询口令")


def test_a_lost_answer_makes_no_second_voice(visitor, city):
    """The voice arrived, but the phone never heard so: it is sent again under its key."""
    phone = visitor("phone")
    path = f"/say/?code={token_of(city.station.pk)}"
    with_a_signal_first(phone, path)

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    phone.page.route(
        "**/say/?code=*",
        lambda route: lose_the_answer(route) if route.request.method == "POST" else route.continue_(),
        times=1,
    )
    phone.page.fill("textarea[name=text]", TEXT)
    phone.page.get_by_role("button", name="告诉代表", exact=True).click()
    expect(phone.page.locator("[data-waiting] li")).to_have_count(1)
    assert Case.objects.count() == 1
    phone.go(path)
    expect(phone.page.locator("[data-waiting] b.nb")).to_have_count(2, timeout=15_000)
    assert Case.objects.count() == 1


def test_what_was_refused_later_is_changed_and_sent_under_the_same_key(visitor, city, photo):
    """A telephone number without consent: nobody is there to say so while there is no signal."""
    phone = visitor("phone")
    path = f"/say/?code={token_of(city.station.pk)}"
    with_a_signal_first(phone, path)
    phone.page.context.set_offline(True)
    phone.go(path)
    phone.page.set_input_files("input[name=photos]", files=[photo])
    phone.page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    phone.page.fill("input[name=phone]", "13800001234")
    say_without_signal(phone, TEXT)
    phone.page.context.set_offline(False)
    phone.reads("没有送成，请点“改一改”")
    phone.look()

    phone.page.get_by_role("link", name=re.compile("改一改")).click()
    expect(phone.page.locator("textarea[name=text]")).to_have_value(TEXT)
    expect(phone.page.locator("[data-shots] li")).to_have_count(1)
    phone.page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    phone.page.check("input[name=consent]")
    phone.page.get_by_role("button", name="告诉代表", exact=True).click()
    phone.page.wait_for_url("**/m/**")
    case = Case.objects.get()
    assert (case.text, Attachment.objects.get().case) == (TEXT, case)
    phone.go(path)
    expect(phone.page.locator("[data-waiting] li")).to_have_count(0)


def test_what_waits_is_proven_by_itself_where_many_have_come(visitor, city, settings):
    settings.FILINGS_BEFORE_PROOF, settings.FILINGS_MOST = 0, 3
    phone = visitor("phone")
    path = f"/say/?code={token_of(city.station.pk)}"
    with_a_signal_first(phone, path)
    phone.page.context.set_offline(True)
    phone.go(path)
    say_without_signal(phone, TEXT)
    phone.page.context.set_offline(False)
    expect(phone.page.locator("[data-waiting] b.nb")).to_have_count(2, timeout=30_000)
    assert Case.objects.get().text == TEXT


# --- large type -------------------------------------------------------------------------------------------


def required(phone) -> int:
    """Inputs on the screen without which it does not go on."""
    return phone.page.locator("form[data-say] [required]:visible").count()


def big_enough(phone) -> None:
    """What is pressed is at least 60 px high."""
    for button in phone.page.locator("form[data-say] .step-end .btn:visible").all():
        assert (button.bounding_box() or {})["height"] >= 60


def test_in_large_type_from_the_home_to_the_rating(visitor, city, photo):
    phone = visitor("phone")
    phone.go("/")
    phone.press("大字版")
    phone.look()
    phone.go(f"/c/{token_of(city.station.pk)}/")
    phone.page.get_by_role("link", name=re.compile("说一件事")).first.click()
    phone.page.wait_for_url("**/say/**")

    screens, inputs = 0, 0
    answers = [
        ("第 1 步，共 4 步", lambda: phone.page.fill("textarea[name=text]", TEXT)),
        ("第 2 步，共 4 步", lambda: phone.page.fill("input[name=place]", "府前路58号")),
        ("第 3 步，共 4 步", lambda: phone.page.set_input_files("input[name=photos]", files=[photo])),
        ("第 4 步，共 4 步", lambda: None),
    ]
    for number, (progress, answer) in enumerate(answers):
        phone.reads(progress)
        phone.look()
        big_enough(phone)
        screens, inputs = screens + 1, inputs + required(phone)
        answer()
        if number < len(answers) - 1:
            phone.press("下一步")
    assert screens <= 4 and inputs <= 3

    # back by the button and by the browser, forward again: nothing is lost
    phone.press("上一步")
    phone.reads("第 3 步，共 4 步")
    expect(phone.page.locator("[data-shots] img")).to_have_count(1)
    phone.page.go_back()
    expect(phone.page.locator("input[name=place]")).to_have_value("府前路58号")
    for _ in range(2):
        phone.press("下一步")
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    phone.look()
    assert phone.page.locator("html.large").count() == 1
    case = Case.objects.get()
    assert (case.text, case.place, Attachment.objects.count()) == (TEXT, "府前路58号", 1)

    # answered by the station, rated in large type
    case_act(
        case_id=case.pk,
        action="answer_now",
        raw={"answer": "已经请人去修，今晚就亮。"},
        actor=city.liaison,
        now=NOW,
    )
    phone.go(phone.page.url.split("?")[0])
    phone.reads("请您评一评")
    phone.page.locator(".acts").get_by_role("button", name="满意", exact=True).first.click()
    phone.page.wait_for_load_state()
    phone.look()
    case.refresh_from_db()
    assert case.satisfaction == "good"


def test_one_question_a_screen_without_a_script(visitor, city, photo):
    phone = visitor("phone", java_script_enabled=False)
    phone.page.context.add_cookies([{"name": "type", "value": "large", "url": phone.address}])
    phone.page.goto(f"{phone.address}/say/?code={token_of(city.station.pk)}")
    phone.page.fill("textarea[name=text]", TEXT)
    phone.press("下一步")
    phone.page.fill("input[name=place]", "府前路58号")
    phone.press("下一步")
    phone.page.set_input_files("input[name=photos]", files=[photo])
    phone.press("下一步")
    phone.press("上一步")
    expect(phone.page.locator("ul.kept img")).to_have_count(1)
    phone.press("下一步")
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    case = Case.objects.get()
    assert (case.text, case.place, Attachment.objects.count()) == (TEXT, "府前路58号", 1)


def test_in_normal_type_it_is_one_screen_and_at_most_three_inputs(visitor, city):
    phone = visitor("phone")
    phone.go("/say/")
    assert required(phone) <= 3
    phone.page.fill("textarea[name=text]", TEXT)
    phone.page.select_option("select[name=station]", label="新安江街道中心站")
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    assert Case.objects.count() == 1


# --- known nearby, and the map ----------------------------------------------------------------------------


def test_what_is_known_nearby_is_followed_instead_of_being_said_again(visitor, city):
    known = voice_file(
        text="府前路三盏路灯不亮。",
        region_code=city.region,
        station_id=city.station.pk,
        channel="web",
        actor=reporter(0),
        now=NOW,
    )
    case_tend(
        case_id=known.pk, tool="announce", raw={"title": "府前路三盏路灯不亮"}, actor=city.liaison, now=NOW
    )
    phone = visitor("phone")
    phone.go(f"/say/?code={token_of(city.station.pk)}")
    phone.page.fill("textarea[name=text]", TEXT)
    phone.page.locator("textarea[name=text]").blur()
    phone.reads("附近有人说过差不多的")
    phone.look()
    phone.page.get_by_role("link", name=re.compile("府前路三盏路灯不亮")).click()
    phone.page.wait_for_url("**/f/**")
    phone.look()
    phone.press("我也遇到了，跟着看")
    phone.reads("您在跟着看")
    phone.look()
    phone.reads("还有 1 人也在关注")
    assert Case.objects.count() == 1

    # not the same after all: it is sent all the same, and the list is not put in the way again
    phone.go(f"/say/?code={token_of(city.station.pk)}")
    phone.page.fill("textarea[name=text]", TEXT)
    phone.page.locator("textarea[name=text]").blur()
    phone.reads("附近有人说过差不多的")
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    assert Case.objects.count() == 2


def test_a_point_on_the_map_by_keyboard_alone(visitor, city):
    outline = [[119.2, 29.4], [119.4, 29.4], [119.4, 29.6], [119.2, 29.6], [119.2, 29.4]]
    square = {"type": "Polygon", "coordinates": [outline]}
    outlines_load(geometries={"330182000000": square}, actor=SYSTEM)
    Station.objects.filter(pk=city.station.pk).update(latitude=29.4751, longitude=119.2812)
    desk = visitor("desk")
    desk.go("/say/")
    desk.page.fill("textarea[name=text]", TEXT)
    desk.page.get_by_role("button", name="在地图上点").focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#say-map")).to_be_focused()
    for key in ("ArrowRight", "ArrowUp", "Enter"):
        desk.page.keyboard.press(key)
        expect(desk.page.locator(".leaflet-pan-anim")).to_have_count(0)
    desk.reads("离新安江街道中心站约")
    desk.look()
    # the station nearest to the point is the one that hears; the list beside the map does the same
    expect(desk.page.locator("select[name=station]")).to_have_value(str(city.station.pk))
    desk.page.select_option("[data-map-list]", label="新安江街道中心站")
    desk.reads("约 0 米")
    desk.press("告诉代表")
    desk.page.wait_for_url("**/m/**")
    assert (Voice.objects.get().latitude, Voice.objects.get().longitude) == (29.4751, 119.2812)
