"""Codes in the desk: lists, giving out, renewing and ending, activities, and the sheets to print."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Station
from tingchao.directory.services import deputy_create, station_create
from tingchao.engine.rollups import facts_roll_up
from tingchao.instruments.codes.models import Activity, Code
from tingchao.instruments.codes.signing import token_for
from tingchao.instruments.paper.services import printing_continue

PATH = "/desk/codes/"


def press(browser, kind: str, holder, do: str):
    return browser.post(f"{PATH}{kind}/{holder.pk}/", {"do": do}, follow=True)


def token(kind: str, holder) -> str:
    return token_for(Code.objects.get(**{kind: holder}, revoked_at=None).pk)


def test_a_deputys_code_from_giving_it_out_to_its_end(browse, town, client):
    liaison, deputy = browse("liaison here"), town.deputies[0]
    page = liaison.get(f"{PATH}?kind=deputy").content.decode()
    assert "王代表" in page and "没有码" in page and "发码" in page
    page = press(liaison, "deputy", deputy, "issue").content.decode()
    first = token("deputy", deputy)
    assert "已发码" in page and first in page
    assert client.get(f"/c/{first}/").status_code == 200
    for _ in range(2):
        client.post("/say/", {"text": "菜场东门晚上太暗，老人走路不放心。", "code": first})
        assert "扫这个码说了" in liaison.get(f"{PATH}?kind=deputy").content.decode()
        facts_roll_up()
    assert "扫这个码说了 2 件" in liaison.get(f"{PATH}?kind=deputy&q=王").content.decode()
    assert "旧码已经作废" in press(liaison, "deputy", deputy, "renew").content.decode()
    assert client.get(f"/c/{first}/").status_code == 404
    second = token("deputy", deputy)
    assert client.get(f"/c/{second}/").status_code == 200
    assert "已经停用" in press(liaison, "deputy", deputy, "end").content.decode()
    assert client.get(f"/c/{second}/").status_code == 404
    assert liaison.get(f"{PATH}deputy/{deputy.pk}/poster.pdf").status_code == 404
    history = browse("administrator").get("/desk/admin/history/").content.decode()
    assert "停用码：王代表" in history and "联络员" in history


def test_what_cannot_be_done_is_said_and_changes_nothing(browse, town):
    liaison = browse("liaison here")
    assert "没有这个操作" in press(liaison, "station", town.station, "burn").content.decode()
    alone = deputy_create(
        name="无站代表", region_code=town.region, since=localdate() - timedelta(days=9), actor=SYSTEM
    )
    page = press(liaison, "deputy", alone, "issue").content.decode()
    assert "还没有进站" in page and Code.objects.count() == 1


@pytest.mark.parametrize("path", ["burn/1/", "station/999999/", "deputy/999999/", f"station/{2**70}/"])
def test_a_holder_that_is_none_is_not_found(path, browse, town):
    assert browse("liaison here").post(f"{PATH}{path}", {"do": "issue"}).status_code == 404
    assert browse("liaison here").get(f"{PATH}{path}poster.pdf").status_code == 404


def test_an_activity_is_entered_and_has_its_code_at_once(browse, town, client):
    coordinator, today = browse("coordinator"), localdate()
    form = {
        "title": "请民议事会：小区停车怎么办",
        "station": str(town.station.pk),
        "day": today.isoformat(),
        "last": (today + timedelta(days=7)).isoformat(),
    }
    page = coordinator.post(f"{PATH}activity/new/", form, follow=True).content.decode()
    activity = Activity.objects.get()
    assert activity.until == today + timedelta(days=8)
    assert token("activity", activity) in page
    assert "小区停车怎么办" in client.get(f"/c/{token('activity', activity)}/").content.decode()
    Activity.objects.update(until=today)
    page = coordinator.get(f"{PATH}?kind=activity").content.decode()
    assert "活动已结束" in page and "换新码" not in page and "发码</button>" not in page


WRONG = [
    ({"title": ""}, "请写活动的名称"),
    ({"title": "停" * 61}, "名称写得太长"),
    ({"station": ""}, "请从名单里选一个站点"),
    ({"station": "elsewhere"}, "请从名单里选一个站点"),
    ({"day": "昨天"}, "请选一个日期"),
    ({"last": ""}, "请选一个日期"),
    ({"last": "2020-01-01"}, "最后一天要在活动当天或以后"),
    ({"day": "0001-01-01", "last": "9999-12-31"}, "最多用一年"),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_an_activity_with_a_fault_keeps_what_was_typed(wrong, sentence, browse, town):
    elsewhere = station_create(
        name="北山站", kind=Station.Kind.CENTRE, region_code="330106001000", actor=SYSTEM
    )
    today = localdate().isoformat()
    form = {"title": "小区停车", "station": str(town.station.pk), "day": today, "last": today, **wrong}
    if form["station"] == "elsewhere":
        form["station"] = str(elsewhere.pk)
    answer = browse("liaison here").post(f"{PATH}activity/new/", form)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and form["title"] in page
    assert not Activity.objects.exists()


def test_a_list_shows_what_lies_in_my_scope_and_finds_by_name(browse, town):
    for name in ("城东微站", "城西微站"):
        station_create(name=name, kind=Station.Kind.MICRO, region_code="330182001001", actor=SYSTEM)
    station_create(name="北山站", kind=Station.Kind.CENTRE, region_code="330106001000", actor=SYSTEM)
    page = browse("liaison here").get(PATH).content.decode()
    assert "新安江街道中心站" in page and "城东微站" in page and "北山站" not in page
    assert "城西微站" not in browse("liaison here").get(f"{PATH}?q=城东").content.decode()
    assert "北山站" in browse("liaison elsewhere").get(PATH).content.decode()
    assert "没有找到" in browse("liaison here").get(f"{PATH}?q=南山").content.decode()


def test_page_after_page_shows_each_once(browse, town):
    for number in range(60):
        station_create(
            name=f"微站{number:02}", kind=Station.Kind.MICRO, region_code="330182001001", actor=SYSTEM
        )
    liaison, path, seen = browse("liaison here"), PATH, []
    while path:
        page = liaison.get(path).content.decode()
        seen += [number for number in range(60) if f"<b>微站{number:02}</b>" in page]
        _, found, rest = page.partition('class="more" href="')
        path = rest.split('"')[0].replace("&amp;", "&") if found else ""
    assert seen == list(range(60))


@pytest.mark.parametrize("kind", ["station", "deputy", "activity", "nonsense"])
@pytest.mark.parametrize("rest", ["", "&q=王", "&after=1", "&after=x", "&after=99999999999999999999"])
def test_a_list_takes_six_statements_at_most(kind, rest, browse, town):
    liaison = browse("liaison here")
    path = f"{PATH}?kind={kind}{rest}"
    liaison.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert liaison.get(path).status_code == 200
    assert len(captured) <= 6


def test_the_form_of_an_activity_takes_six_statements_at_most(browse, town):
    liaison = browse("liaison here")
    liaison.get(f"{PATH}activity/new/")
    with CaptureQueriesContext(connection) as captured:
        assert liaison.get(f"{PATH}activity/new/").status_code == 200
    assert len(captured) <= 6


SHEETS = [
    ("station", "poster", "身边的事，跟代表说"),
    ("station", "card", "身边的事，跟代表说"),
    ("deputy", "poster", "有事，跟王代表说"),
    ("deputy", "card", "有事，跟王代表说"),
    ("deputy", "badge", "有事跟我说"),
    ("case", "card", "这件事办到哪了"),
    ("case", "poster", "这件事办到哪了"),
]


@pytest.mark.parametrize(("kind", "sheet", "says"), SHEETS)
def test_sheets_to_print(kind, sheet, says, browse, town, case):
    liaison = browse("liaison here")
    holder = {"station": town.station, "deputy": town.deputies[0], "case": case}[kind]
    if kind != "station":
        press(liaison, kind, holder, "issue")
    answer = liaison.get(f"{PATH}{kind}/{holder.pk}/{sheet}.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer["Content-Disposition"].startswith("inline")
    with pypdfium2.PdfDocument(answer.content) as pdf:
        said = pdf[0].get_textpage().get_text_range()
    assert says in said and token(kind, holder) in said
    assert "看不清" not in said and "盏" not in said, "a matter's sheet hangs in the open"
    assert liaison.get(f"{PATH}{kind}/{holder.pk}/{sheet}.png")["Content-Type"] == "image/png"
    assert liaison.get(f"{PATH}{kind}/{holder.pk}/{sheet}.exe").status_code == 404


# --- who scans --------------------------------------------------------------------------------------------

OPENS = [
    # who scans a station's code, where they get
    ("", "page"),
    ("liaison here", "/desk/?view=open&station="),
    ("coordinator", "/desk/?view=open&station="),
    ("liaison elsewhere", "page"),
    ("deputy following", "page"),
    ("clerk", "page"),
    ("administrator", "page"),
    ("without a role", "page"),
]


@pytest.mark.parametrize(("who", "where"), OPENS)
def test_what_a_stations_code_opens(who, where, browse, town):
    path = f"/c/{token('station', town.station)}/"
    answer = browse(who).get(path)
    if where == "page":
        assert answer.status_code == 200 and "新安江街道中心站" in answer.content.decode()
    else:
        assert answer.status_code == 302 and answer["Location"].startswith(where)
    assert "新安江街道中心站" in browse(who).get(f"{path}?public").content.decode()


CASE_OPENS = [
    ("", 200),
    ("liaison here", 302),
    ("coordinator", 302),
    ("clerk", 302),
    ("handler of another body", 200),
    ("liaison elsewhere", 200),
    ("administrator", 200),
    ("without a role", 200),
]


@pytest.mark.parametrize(("who", "status"), CASE_OPENS)
def test_what_a_matters_code_opens(who, status, browse, town, case):
    press(browse("liaison here"), "case", case, "issue")
    answer = browse(who).get(f"/c/{token('case', case)}/")
    page = answer.content.decode()
    assert answer.status_code == status
    if status == 302:
        assert answer["Location"] == f"/desk/case/{case.number}/"
    else:
        assert case.number in page and "看不清" not in page and "查询口令" in page


def test_a_matter_made_known_opens_its_account(browse, town, case, client):
    press(browse("liaison here"), "case", case, "issue")
    case.__class__.objects.filter(pk=case.pk).update(visibility="public", closed_at=case.opened_at)
    answer = client.get(f"/c/{token('case', case)}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/known/{case.number}/")


def test_scans_of_residents_are_counted_and_shown_to_those_who_look_after_the_place(browse, town, client):
    path = f"/c/{token('station', town.station)}/"
    for _ in range(2):
        assert "Set-Cookie" not in client.get(path).headers
    client.get(path, headers={"sec-purpose": "prefetch"})
    browse("liaison here").get(path)
    browse("liaison here").get(f"{path}?public")
    assert "扫过 2 次" in browse("liaison here").get(PATH).content.decode()


TYPED = [
    ("{token}", 302, ""),
    (" {lower} ", 302, ""),
    ("http://127.0.0.1:8000/c/{token}/", 302, ""),
    ("{short}", 422, "少了几位"),
    ("{wrong}", 422, "有一位抄错了"),
    ("O0{token}", 422, "看混"),
    ("你好", 422, "数字和英文字母"),
]


@pytest.mark.parametrize(("typed", "status", "says"), TYPED)
def test_a_code_that_is_typed(typed, status, says, client, town):
    right = token("station", town.station)
    wrong = right[:-1] + ("2" if right[-1] != "2" else "3")
    given = typed.format(token=right, lower=right.lower(), short=right[-9:], wrong=wrong)
    answer = client.get("/c/", {"code": given})
    assert answer.status_code == status
    if status == 302:
        assert answer["Location"] == f"/c/{right}/"
    else:
        page = answer.content.decode()
        assert says in page and given in page, "what was typed stays"


# --- a whole network --------------------------------------------------------------------------------------


@pytest.fixture
def _prints(settings, tmp_path):
    settings.PRINTS_DIR = tmp_path


@pytest.mark.usefixtures("_prints")
def test_a_network_is_asked_for_left_and_fetched(browse, town):
    for number in range(3):
        station_create(
            name=f"微站{number:02}", kind=Station.Kind.MICRO, region_code="330182001001", actor=SYSTEM
        )
    liaison = browse("liaison here")
    page = liaison.get(f"{PATH}print/?what=station.card").content.decode()
    assert "共 4 份" in page and "3 个还没有码" in page
    page = liaison.post(f"{PATH}print/", {"what": "station.card", "place": ""}, follow=True)
    where = page.redirect_chain[-1][0]
    assert "做好 0 份" in page.content.decode() and "data-renews" in page.content.decode()
    assert liaison.get(f"{where}file.pdf").status_code == 404, "not yet"
    while printing_continue(now=now()):
        pass
    page = liaison.get(where).content.decode()
    assert "4 份都做好了" in page and "data-renews" not in page
    answer = liaison.get(f"{where}file.pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert "新安江街道 · 站点桌牌" in liaison.get("/desk/prints/").content.decode()
    assert browse("coordinator").get(where).status_code == 404, "another's print"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"what": "station.badge"}, "请选要印什么"),
        ({"what": "account.poster"}, "请选要印什么"),
        ({"what": "station.poster", "place": "330106000000"}, "请从名单里选一个地方"),
        ({"what": "station.poster", "place": "x"}, "请从名单里选一个地方"),
    ],
)
def test_a_print_that_cannot_be(given, sentence, browse, town):
    answer = browse("liaison here").post(f"{PATH}print/", given)
    assert answer.status_code == 422 and sentence in answer.content.decode()


@pytest.mark.parametrize("path", ["/desk/codes/print/", "/desk/prints/"])
def test_pages_of_prints_take_six_statements_at_most(path, browse, town):
    liaison = browse("liaison here")
    liaison.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert liaison.get(path).status_code == 200
    assert len(captured) <= 6


def test_the_door_stands_in_the_menu_of_those_who_keep_codes(browse, town):
    assert PATH in browse("liaison here").get("/desk/").content.decode()
    assert f'href="{PATH}"' not in browse("clerk").get("/desk/").content.decode()


def test_somebody_with_two_scopes_sees_both(browse, accounts, town):
    from conftest import SINCE

    from tingchao.directory.services import grant_give

    station_create(name="北山站", kind=Station.Kind.CENTRE, region_code="330106001000", actor=SYSTEM)
    grant_give(account=accounts["liaison here"], role=Role.LIAISON, scope="330106", since=SINCE, actor=SYSTEM)
    page = browse("liaison here").get(PATH).content.decode()
    assert "新安江街道中心站" in page and "北山站" in page
