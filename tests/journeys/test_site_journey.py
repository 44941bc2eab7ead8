"""A resident with a phone finds a station near, reads what was done, finds the deputies, and keeps what was said."""

from __future__ import annotations

import re

from tests.pages.test_site import made_known
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Station
from tingchao.directory.services import station_create
from tingchao.instruments.codes.selectors import token_of

HERE = {"latitude": 29.4710, "longitude": 119.2800}


def stand(name, latitude, longitude):
    return station_create(
        name=name, kind=Station.Kind.MICRO, region_code="330182001000", actor=SYSTEM, address=f"{name}门口",
        latitude=latitude, longitude=longitude,
    )  # fmt: skip


def test_a_resident_finds_the_station_near_what_was_done_and_the_deputies(visitor, city):
    stand("远站", 29.60, 119.50)
    stand("近站", 29.4740, 119.2800)
    made_known(city, 1, title="府前路路灯已修好")
    made_known(city, 2, title="西门公交站暂时不迁", result="impossible")
    phone = visitor("phone", geolocation=HERE, permissions=["geolocation"])
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))

    # the nearest station first, and where the phone is has gone nowhere
    phone.go("/")
    phone.press("找离我最近的站")
    phone.reads("近站门口")
    rows = phone.page.locator("[data-near-list] b").all_inner_texts()
    assert rows == ["近站", "远站"]
    assert "350 米" in phone.page.locator("[data-near-list] li").first.inner_text()
    phone.look()
    assert not [url for url in asked if "29.47" in url]

    # my place, a level on each screen, and it is remembered
    phone.page.get_by_role("link", name="选我住的地方").click()
    phone.look()
    phone.page.get_by_role("link", name="建德市").click()
    phone.look()
    phone.press("新安江街道")
    phone.reads("新安江街道办得怎么样")
    phone.look()

    # a number opens to the records behind it: done, and ended without being done
    phone.page.get_by_role("link", name=re.compile("没办成，已说明")).click()
    phone.reads("西门公交站暂时不迁")
    assert not phone.page.get_by_text("府前路路灯已修好").count()
    phone.look()
    phone.page.get_by_role("link", name=re.compile("西门公交站暂时不迁")).click()
    phone.reads("没有办成：目前办不了")
    phone.look()

    # the deputies of my place, and one of them
    phone.go("/deputies/")
    phone.page.get_by_role("link", name=re.compile("王代表")).click()
    phone.reads("跟王代表说")
    phone.look()
    phone.page.get_by_role("link", name=re.compile("跟王代表说")).click()
    phone.page.wait_for_url("**/say/?station=*")


def test_the_map_opens_the_station_nearest_to_a_tap(visitor, city):
    stand("近站", 29.4740, 119.2800)
    phone = visitor("phone")
    phone.go("/stations/")
    phone.press("在地图上找")
    phone.page.locator(".map .leaflet-pane").first.wait_for(state="attached")
    phone.page.locator(".map").click(position={"x": 120, "y": 200})
    phone.page.locator("[data-atlas-card]").wait_for(state="visible")
    phone.look()
    phone.page.locator("[data-atlas-card]").click()
    phone.reads("怎么找到我们")


def test_without_a_position_the_phone_is_told_what_else_there_is(visitor, city):
    phone = visitor("phone")  # no permission given
    phone.go("/stations/")
    phone.press("找离我最近的站")
    phone.reads("没有拿到位置")
    phone.look()


def test_what_was_said_from_this_phone_is_remembered_until_it_is_forgotten(visitor, city):
    phone = visitor("phone")
    phone.go(f"/say/?code={token_of(city.station.pk)}")
    phone.page.fill("textarea[name=text]", "菜场东门晚上太暗，老人走路不放心。")
    phone.press("告诉代表")
    phone.page.wait_for_url("**/m/**")
    phone.reads("记在这部手机上了")
    phone.look()
    phone.go("/")
    phone.page.locator("[data-mine-list] a").click()
    phone.page.wait_for_url("**/m/**")
    phone.go("/")
    phone.page.get_by_role("button", name=re.compile("^忘掉")).click()
    phone.press("撤销")
    phone.page.get_by_role("button", name=re.compile("^忘掉")).click()
    phone.look()
    phone.go("/")
    assert not phone.page.locator("[data-mine]").is_visible()
