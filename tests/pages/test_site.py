"""The public site: one's own place, stations, what was done, deputies; and what happens when an address is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from conftest import NOW, SINCE
from django.urls import reverse

from tests.pages.conftest import heard
from tests.pages.test_statements import taken
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.models import Deputy, Station
from tingchao.directory.services import deputy_create, station_create
from tingchao.engine.models import Case
from tingchao.engine.services import case_act
from tingchao.mechanisms.public_voices.services import voice_file

STREET, OTHER, DISTRICT, CITY = "330182001000", "330106001000", "330182000000", "330100000000"


def made_known(town, number=1, *, result="done", title="路灯已经修好", station=None, moment=NOW):
    """A matter that went the whole way, with that result."""
    station = station or town.station
    case = voice_file(
        text=f"第{number}盏路灯不亮，晚上看不清台阶。",
        region_code=station.region_id,
        station_id=station.pk,
        channel="code",
        actor=reporter(0),
        now=moment,
    )
    steps = [
        ("assign", town.liaison, {"lead": str(town.bodies.chengguan.pk), "joint": [], "tier": "ordinary", "note": "",
            "deputies": [str(town.deputies[0].pk), str(town.deputies[1].pk)]}),
        ("answer", town.handler, {"result": result, "answer": "三盏灯都看过了，给您回个话。"}),
        ("rate_good", reporter(case.pk), {}),
        ("draft", town.liaison, {"public_title": title, "public_text": f"居民反映的第{number}盏路灯，写在这里。"}),
        ("publish", town.coordinator, {}),
    ]  # fmt: skip
    for hours, (action, actor, raw) in enumerate(steps, start=1):
        case = case_act(
            case_id=case.pk, action=action, raw=raw, actor=actor, now=moment + timedelta(hours=hours)
        )
    return case


def text_of(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


# --- my place ---


def test_a_place_is_chosen_a_level_on_each_screen_and_remembered_on_the_phone(client, town):
    assert "建德市" in text_of(client, "/place/")
    page = text_of(client, f"/place/?in={DISTRICT}")
    assert "新安江街道" in page and "西湖区" not in page
    answer = client.post("/place/", {"place": STREET, "next": "/deputies/"})
    assert answer.url == "/deputies/"
    assert answer.cookies["place"].value == STREET
    assert "新安江街道" in text_of(client, "/")
    client.post("/place/", {"place": ""})
    assert not client.cookies["place"].value


@pytest.mark.parametrize(
    "there", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "x"]
)
def test_choosing_a_place_leads_nowhere_else(there, client, town):
    assert client.post("/place/", {"place": STREET, "next": there}).url == "/"


def test_the_home_shows_the_figures_of_my_place_alone(client, town):
    there = station_create(name="北山站", kind=Station.Kind.CENTRE, region_code=OTHER, actor=SYSTEM)
    made_known(town)
    heard(town, 2)
    voice_file(
        text="西湖边的椅子坏了一张。",
        region_code=OTHER,
        station_id=there.pk,
        channel="web",
        actor=reporter(0),
        now=NOW,
    )
    from tingchao.desk.figures import home_figures

    values = {
        code: {one.label: one.value for one in home_figures(date(2026, 11, 20), code).numbers}
        for code in ("", STREET[:9], OTHER[:9])
    }
    assert values[""]["今年听到"] == "3"
    assert values[STREET[:9]] == {"今年听到": "2", "办成": "1", "没办成，已说明": "0", "满意率": "100%"}
    assert values[OTHER[:9]] == {"今年听到": "1", "办成": "0", "没办成，已说明": "0"}


def test_done_and_ended_without_being_done_are_never_added_up(client, town):
    from tingchao.desk.figures import home_figures

    made_known(town, 1)
    made_known(town, 2, result="impossible", title="这段路暂时装不了灯")
    made_known(town, 3, result="planned", title="明年一起换灯")
    figures = home_figures(date(2026, 11, 20), STREET[:9])
    found = {one.label: (one.value, one.note) for one in figures.numbers}
    assert found["办成"] == ("1", "已解决 1")
    assert found["没办成，已说明"] == ("2", "已列入计划 1、目前办不了 1")
    assert figures.known == 3
    by_label = {one.label: one.url for one in figures.numbers}
    assert "路灯已经修好" in text_of(client, by_label["办成"])
    without = text_of(client, by_label["没办成，已说明"])
    assert "这段路暂时装不了灯" in without and "路灯已经修好" not in without


# --- stations ---


def test_stations_by_district_then_township(client, town):
    city = text_of(client, "/stations/")
    assert "建德市" in city and "1 个站" in city and town.station.name not in city
    assert "新安江街道" in text_of(client, f"/stations/?in={DISTRICT}")
    assert town.station.name in text_of(client, f"/stations/?in={STREET}")


@pytest.mark.parametrize(
    ("word", "found"),
    [("中心站", True), ("新安东路", True), ("%", False), ("_", False), ("\\", False), ("没有这站", False)],
)
def test_stations_by_name_or_address(word, found, client, town):
    assert (town.station.name in text_of(client, f"/stations/?q={quote(word)}")) is found


def test_a_station_that_is_closed_is_gone(client, town):
    path = reverse("public:station_page", args=[town.station.pk])
    assert town.station.name in text_of(client, path)
    Station.objects.update(active=False)
    assert "不再开放" in text_of(client, path, 404)


# --- what was done ---


def test_the_list_of_what_was_made_known_goes_page_by_page(client, town):
    for number in range(23):
        made_known(
            town, number, title=f"第{number:02d}件公开的事", moment=NOW + timedelta(minutes=number // 2)
        )
    first = text_of(client, "/known/")
    assert first.count("公开的事 <span") == 20 and "第22件" in first and "第02件" not in first
    second = text_of(client, first.split('class="more" href="')[1].split('"')[0].replace("&amp;", "&"))
    assert second.count("公开的事 <span") == 3 and "第00件" in second and "再往前看" not in second


FILTERS = [
    (f"in={STREET}", {"修好", "装不了"}),
    (f"in={DISTRICT}", {"修好", "装不了"}),
    (f"in={OTHER}", {"椅子"}),
    (f"in={CITY}", {"修好", "装不了", "椅子"}),
    ("q=修好", {"修好"}),
    ("q=%25", set()),
    ("end=done", {"修好", "椅子"}),
    ("end=without", {"装不了"}),
    ("rated=1", {"修好", "装不了", "椅子"}),
    ("year=2026", {"修好", "装不了", "椅子"}),
    ("year=2025", set()),
    (f"in={STREET}&end=done&q=路灯&year=2026", {"修好"}),
]


@pytest.mark.parametrize(("query", "shown"), FILTERS)
def test_what_was_made_known_by_place_word_and_end(query, shown, client, town):
    there = station_create(name="北山站", kind=Station.Kind.CENTRE, region_code=OTHER, actor=SYSTEM)
    titles = {"修好": "路灯已经修好", "装不了": "这段路暂时装不了灯", "椅子": "湖边椅子换了新的"}
    made_known(town, 1, title=titles["修好"])
    made_known(town, 2, title=titles["装不了"], result="impossible")
    case = made_known(town, 3, title=titles["椅子"])
    Case.objects.filter(pk=case.pk).update(region_id=OTHER, station_id=there.pk)
    page = text_of(client, f"/known/?{query}")
    assert {key for key, title in titles.items() if title in page} == shown


def test_a_matter_made_known_says_how_it_ended_and_who_handled_it(client, town):
    done = text_of(client, reverse("public:known_case", args=[made_known(town).number]))
    without = text_of(
        client, reverse("public:known_case", args=[made_known(town, 2, result="impossible").number])
    )
    assert "is-done" in done and "城管中队" in done and "王代表、陈代表" in done and "满意" in done
    assert "is-without" in without and "没有办成：目前办不了" in without and "办成了" not in without
    assert "晚上看不清台阶" not in done  # what was said stays between the two


def test_what_is_not_public_is_not_there_and_what_was_taken_back_is_gone(client, town):
    private = heard(town, 1)
    assert text_of(client, reverse("public:known_case", args=[private.number]), 404)
    case = made_known(town, 2)
    path = reverse("public:known_case", args=[case.number])
    assert text_of(client, path)
    tomorrow = NOW + timedelta(days=1)
    case_act(case_id=case.pk, action="reopen", raw={"reason": "灯又不亮了"}, actor=town.liaison, now=tomorrow)
    page = text_of(client, path, 410)
    assert "已经撤下" in page and "路灯已经修好" not in page
    assert "路灯已经修好" not in text_of(client, "/known/")


def test_the_feed_is_atom(client, town):
    case = made_known(town)
    answer = client.get("/known/feed/")
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert (
        case.public_title in answer.content.decode()
        and reverse("public:known_case", args=[case.number]) in answer.content.decode()
    )


# --- deputies ---


def test_the_deputies_of_my_area_are_those_in_office_today(client, town):
    for name, since, until in (("旧代表", SINCE, date(2024, 1, 1)), ("新代表", date(2999, 1, 1), None)):
        deputy_create(name=name, region_code=STREET, since=since, until=until, actor=SYSTEM)
    page = text_of(client, f"/deputies/?in={STREET}")
    assert "王代表" in page and "旧代表" not in page and "新代表" not in page
    assert "王代表" in text_of(client, f"/deputies/?station={town.station.pk}")
    assert "王代表" not in text_of(client, f"/deputies/?in={OTHER}")
    assert "建德市" in text_of(client, "/deputies/")
    client.cookies["place"] = STREET
    assert "王代表" in text_of(client, "/deputies/")


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [
        (SINCE, None, 200),
        (SINCE, date(2999, 1, 1), 200),
        (SINCE, date(2024, 1, 1), 410),
        (date(2999, 1, 1), None, 404),
    ],
)
def test_a_deputy_has_a_page_while_in_office(since, until, status, client, town):
    made = deputy_create(
        name="周代表", region_code=STREET, since=since, until=until, actor=SYSTEM, station=town.station
    )
    page = text_of(client, reverse("public:deputy", args=[made.pk]), status)
    assert ("跟周代表说" in page) is (status == 200)
    assert (town.station.name in page and f"station={town.station.pk}" in page) is (status == 200)


# --- wrong addresses ---

WRONG = [
    ("/place/?in=999999999999", 404),
    ("/place/?in=%00", 404),
    ("/place/?next=%00", 200),
    ("/stations/?in=33018200100", 404),
    ("/stations/?in=%27%3B", 404),
    ("/stations/?q=%00", 200),
    ("/stations/?q=" + "长" * 5000, 200),
    ("/stations/0/", 404),
    ("/stations/99999999999999999999/", 404),
    ("/stations/2147483648/", 404),
    ("/stations/-1/", 404),
    ("/known/?in=abc", 404),
    ("/known/?in=330182001000%00", 404),
    ("/known/?q=%00%00", 200),
    ("/known/?q=%F0%9F%92%A1%ED%A0%80", 200),
    ("/known/?after=nonsense", 200),
    ("/known/?after=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwxXQ==", 200),
    ("/known/?after=" + "W" * 20_000, 200),
    ("/known/?year=99999999999999999999", 200),
    ("/known/?year=0", 200),
    ("/known/?year=%D9%A2%D9%A0", 200),
    ("/known/?station=999999", 404),
    ("/known/?station=99999999999999999999", 404),
    ("/known/?station=%00", 404),
    ("/known/?end=both&rated=yes", 200),
    ("/known/2026-0000-001-1/", 404),
    ("/known/%00/", 404),
    ("/known/feed/?in=nowhere", 404),
    ("/deputies/?in=nowhere", 404),
    ("/deputies/?station=", 404),
    ("/deputies/?station=1e9", 404),
    ("/deputies/0/", 404),
    ("/deputies/99999999999999999999/", 404),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status"), WRONG, ids=[path[:40] for path, _ in WRONG])
def test_a_wrong_address_is_answered_in_words(path, status, client, town):
    made_known(town)
    page = text_of(client, path, status)
    assert "<h1" in page or path.startswith("/known/feed")


@pytest.mark.parametrize("cookie", ["nowhere", "330182001000; x", "\\000", "9" * 4000])
def test_a_cookie_that_is_no_place_is_no_place(cookie, client, town):
    client.cookies["place"] = cookie
    assert "选我住的地方" in text_of(client, "/")


# --- statements ---

PAGES = [
    ("/", 2),  # figures and what was made known; nothing of a place that was not chosen
    ("/stations/", 3),  # and what the stations are for
    (f"/stations/?in={STREET}", 2),
    ("/stations/?q=站", 2),
    ("/known/", 1),
    (f"/known/?in={STREET}&end=done&q=灯", 1),
    (f"/deputies/?in={STREET}", 2),  # and the next reception of each
    ("/place/", 0),
]


@pytest.mark.parametrize("matters", [1, 8])
@pytest.mark.parametrize(("path", "most"), PAGES)
def test_statements_of_a_page(path, most, matters, client, town):
    for number in range(matters):
        made_known(town, number)
    used = taken(client, "get", path)
    assert len(used) <= most, "\n".join(used)


def test_statements_of_the_home_of_a_place_and_of_the_pages_of_one(client, town):
    case = made_known(town)
    client.cookies["place"] = STREET
    # figures, made known, stations, what they are for, deputies, their next receptions
    assert len(taken(client, "get", "/")) <= 6
    assert len(taken(client, "get", reverse("public:known_case", args=[case.number]))) <= 4
    # the station, its people and their next receptions, what was done, its own next receptions
    assert len(taken(client, "get", reverse("public:station_page", args=[town.station.pk]))) <= 6
    assert len(taken(client, "get", reverse("public:deputy", args=[Deputy.objects.first().pk]))) <= 4
