"""Administration in the desk: who gets which page, within which scope, what is asked, what is refused, what is kept."""

from __future__ import annotations

import json
from datetime import date

import pytest
from conftest import NOW, SINCE
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.pages.conftest import account, heard
from tests.pages.test_statements import taken
from tingchao.core.roles import Role
from tingchao.desk.administration.deeds import DEEDS
from tingchao.desk.administration.kinds import KINDS
from tingchao.directory.actors import SYSTEM
from tingchao.directory.listing import NAMED
from tingchao.directory.models import Account, Body, Deputy, Grant, Group, Membership, Region, Station
from tingchao.directory.services import account_create, body_create, grant_give
from tingchao.engine.models import Event
from tingchao.engine.sealing import audit
from tingchao.instruments.codes.models import Code

READERS = {"administrator": 200, "auditor": 200, "county administrator": 200, "": 302}
KEEPERS = {"administrator": 200, "county administrator": 200, "": 302}
WHO = [
    "liaison here", "liaison elsewhere", "handler of the lead", "handler of another body", "deputy following",
    "deputy not following", "coordinator", "clerk", "leader", "expert", "administrator", "county administrator",
    "auditor", "without a role", "",
]  # fmt: skip
PAGES = [("desk:admin", ()), ("desk:admin_history", ()), *(("desk:admin_list", (kind,)) for kind in KINDS)]


@pytest.fixture
def county(town):
    """An administrator of 建德 alone, who can log in."""
    made = account_create(username="xian", name="县管理员", password="Liang-chao-2026", actor=SYSTEM, now=NOW)
    grant_give(account=made, role=Role.ADMINISTRATOR, scope="330182", since=SINCE, actor=SYSTEM)
    return made


@pytest.fixture
def keep(accounts, county, browse):
    """browse, with an administrator of one county."""

    def client(who: str) -> Client:
        accounts["county administrator"] = county
        return browse(who)

    return client


@pytest.fixture
def entries(town, accounts):
    """One entry of each kind: here in 建德, and elsewhere in 西湖."""
    here = Group.objects.create(name="第一小组", region_id=town.region)
    elsewhere = Group.objects.create(name="西湖小组", region_id="330106001000")
    west = Station.objects.create(name="北山站", kind="centre", region_id="330106001000")
    far = Deputy.objects.create(name="钱代表", region_id="330106001000", since=SINCE)
    return {
        "regions": (town.region, "330106001000"),
        "bodies": (town.bodies.chengguan.pk, town.bodies.xihu.pk),
        "stations": (town.station.pk, west.pk),
        "deputies": (town.deputies[0].pk, far.pk),
        "groups": (here.pk, elsewhere.pk),
        "accounts": (accounts["liaison here"].pk, accounts["liaison elsewhere"].pk),
    }


def statuses(keep, ask) -> dict[str, int]:
    """Who → what they are answered."""
    return {who: ask(keep(who)).status_code for who in WHO}


def expected(allowed: dict[str, int], **instead: int) -> dict[str, int]:
    """Who → the status in the table, 403 for those who do not stand in it; `ok` stands in for 200."""
    return {who: instead.get("ok", 200) if allowed.get(who) == 200 else allowed.get(who, 403) for who in WHO}


def test_who_reads_what_is_administered(keep):
    for name, args in PAGES:
        path = reverse(name, args=args)
        assert statuses(keep, lambda client, path=path: client.get(path)) == expected(READERS), path


def test_who_makes_and_looks_up_entries(keep):
    for kind in KINDS:
        new, lookup = (reverse(name, args=[kind]) for name in ("desk:admin_new", "desk:admin_lookup"))
        asked = expected(KEEPERS) if kind in NAMED else expected(KEEPERS, ok=404)
        assert statuses(keep, lambda client, path=lookup: client.get(path)) == asked
        assert statuses(keep, lambda client, path=new: client.get(path)) == expected(KEEPERS)
        assert statuses(keep, lambda client, path=new: client.post(path, {})) == expected(KEEPERS, ok=422)


def test_who_sees_and_saves_an_entry_here_and_elsewhere(keep, entries):
    for kind in KINDS:
        here, far = (reverse("desk:admin_entry", args=[kind, pk]) for pk in entries[kind])
        beyond = {"county administrator": 403}
        assert statuses(keep, lambda client, path=here: client.get(path)) == expected(READERS), kind
        assert statuses(keep, lambda client, path=far: client.get(path)) == expected(READERS | beyond), kind
        saves = statuses(keep, lambda client, path=here: client.post(path, {}))
        assert saves == expected(KEEPERS, ok=422), kind
        saves = statuses(keep, lambda client, path=far: client.post(path, {}))
        assert saves == expected(KEEPERS | beyond, ok=422), kind


def test_nobody_else_does_anything_to_an_entry(keep, entries):
    others = [who for who in WHO if who not in KEEPERS or who == ""]
    for kind, deed in DEEDS:
        path = reverse("desk:admin_deed", args=[kind, entries[kind][0], deed])
        for who in others:
            assert keep(who).post(path, {"row": "1"}).status_code == (302 if who == "" else 403)
            assert keep(who).get(path).status_code == 405
    assert not Event.objects.exists()


@pytest.mark.parametrize("many", [0, 60])
def test_a_page_of_administration_takes_few_statements(many, keep, town):
    Body.objects.bulk_create(
        Body(key=f"b{number}", name=f"单位{number}", region_id=town.region) for number in range(many)
    )
    for who in ("administrator", "auditor", "county administrator"):
        for name, args in PAGES:
            used = taken(keep(who), "get", reverse(name, args=args))
            assert len(used) <= 6, "\n".join(used)


def test_an_entry_takes_few_statements(keep, entries):
    for kind in KINDS:
        used = taken(keep("administrator"), "get", reverse("desk:admin_entry", args=[kind, entries[kind][0]]))
        assert len(used) <= 11, "\n".join(used)


def test_the_menu_shows_administration_to_those_who_read_it(browse):
    for who, there in (("administrator", True), ("auditor", True), ("liaison here", False)):
        assert (reverse("desk:admin_history") in browse(who).get("/desk/").content.decode()) is there


def test_administrators_see_no_matter(browse, case):
    client = browse("administrator")
    assert client.get(reverse("desk:case", args=[case.number])).status_code == 403
    assert case.title not in client.get("/desk/").content.decode()


# --- lists ------------------------------------------------------------------------------------------------


def walked(client, path: str) -> list[str]:
    """The titles of every page of a list."""
    titles: list[str] = []
    while path:
        answer = client.get(path)
        assert len(answer.context["rows"]) <= 25
        titles += [row["title"] for row in answer.context["rows"]]
        path = answer.context["next_url"]
    return titles


def test_a_list_goes_on_page_by_page_and_shows_each_entry_once(keep, town):
    for number in range(60):
        body_create(
            key=f"b{number}", name=f"单位{number}", kind="department", region_code=town.region, actor=SYSTEM
        )
    titles = walked(keep("administrator"), reverse("desk:admin_list", args=["bodies"]))
    assert len(titles) == len(set(titles)) == 65
    found = walked(keep("administrator"), reverse("desk:admin_list", args=["bodies"]) + "?q=单位5")
    assert len(found) == 11


def test_an_administrator_of_a_county_lists_that_county_alone(keep, entries):
    for kind in KINDS:
        path = reverse("desk:admin_list", args=[kind])
        urls = [row["url"] for row in keep("county administrator").get(path).context["rows"]]
        assert reverse("desk:admin_entry", args=[kind, entries[kind][0]]) in urls
        assert reverse("desk:admin_entry", args=[kind, entries[kind][1]]) not in urls


@pytest.mark.parametrize("after", ["x", "W10=", "WyIzMyJd", "WzEsMl0=", "%00", "bnVsbA=="])
def test_a_cursor_that_is_none_is_the_start(after, keep):
    for kind in KINDS:
        assert (
            keep("administrator").get(reverse("desk:admin_list", args=[kind]), {"after": after}).status_code
            == 200
        )


@pytest.mark.parametrize("query", ["\0", "%", "'", "<script>", "路" * 500])
def test_any_search_is_answered(query, keep):
    for kind in KINDS:
        page = keep("administrator").get(reverse("desk:admin_list", args=[kind]), {"q": query})
        assert page.status_code == 200 and "<script>" not in page.content.decode().split("</head>")[1]


@pytest.mark.parametrize("pk", ["0", "999999999", "x", "-1", "9" * 30, "１"])
def test_an_entry_that_is_not_there_is_not_found(pk, keep):
    for kind in KINDS:
        assert keep("administrator").get(reverse("desk:admin_entry", args=[kind, pk])).status_code == 404


# --- forms ------------------------------------------------------------------------------------------------

GOOD = {
    "regions": {"code": "330182001009", "name": "江滨社区"},
    "bodies": {"name": "水务站", "key": "shuiwu", "kind": "department", "region": "新安江街道"},
    "stations": {
        "name": "府东微站", "kind": "micro", "region": "白沙社区 330182001001", "parent": "新安江街道中心站",
        "hours": "每天", "meeting_day": "15", "latitude": "29.4743", "longitude": "119.2809",
    },
    "deputies": {
        "name": "孙代表", "kind": "deputy", "level": "county", "region": "新安江街道", "since": "2026-01-10",
        "until": "2031-01-10",
    },
    "groups": {"name": "第二小组", "region": "330182001000"},
    "accounts": {
        "username": "xinlianluo", "name": "新联络员", "role": "liaison", "scope": "新安江街道", "since": "2026-11-20",
    },
}  # fmt: skip

BAD = [
    # kind, what is wrong with it, what is said
    ("regions", {"code": "3301"}, "12 位数字"),
    ("regions", {"code": "330182001000"}, "已经有这个代码"),
    ("regions", {"code": "440100000000"}, "只有系统管理员"),
    ("regions", {"name": ""}, "这一项要填"),
    ("bodies", {"name": "名" * 61}, "写得太长"),
    ("bodies", {"key": "水务"}, "只用字母"),
    ("bodies", {"key": "chengguan"}, "已经有这个单位号"),
    ("bodies", {"kind": "king"}, "请从给出的选项里选"),
    ("bodies", {"region": "没有这里"}, "没有找到"),
    ("bodies", {"region": "西湖区"}, "没有找到"),  # outside the county
    ("stations", {"name": "新安江街道中心站", "region": "330182001000"}, "已经有叫这个名称"),
    ("stations", {"meeting_day": "29"}, "整数"),
    ("stations", {"meeting_day": "0"}, "整数"),
    ("stations", {"meeting_day": "十五"}, "整数"),
    ("stations", {"latitude": "91"}, "请填一个数"),
    ("stations", {"latitude": "nan"}, "请填一个数"),
    ("stations", {"latitude": ""}, "要一起填"),
    ("stations", {"parent": "天上站"}, "没有找到"),
    ("deputies", {"until": "2026-01-10"}, "之后"),
    ("deputies", {"since": "去年"}, "2026-11-27"),
    ("deputies", {"since": ""}, "这一项要填"),
    ("groups", {"name": " \u200b "}, "这一项要填"),
    ("accounts", {"username": "xian"}, "已经有这个用户名"),
    ("accounts", {"role": "system"}, "请从给出的选项里选"),
    ("accounts", {"role": "handler"}, "写明是哪个单位"),
    ("accounts", {"role": "deputy"}, "哪位代表"),
    ("accounts", {"scope": "西湖区"}, "没有找到"),
    ("accounts", {"scope": ""}, "只有系统管理员"),  # everywhere is beyond the county
    ("accounts", {"scope": "杭州市"}, "只有系统管理员"),
    ("accounts", {"until": "2026-11-20"}, "之后"),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_made_and_recorded(kind, keep):
    answer = keep("county administrator").post(reverse("desk:admin_new", args=[kind]), GOOD[kind])
    assert answer.status_code == (200 if kind == "accounts" else 302), answer.content.decode()
    event = Event.objects.filter(stream="directory").order_by("sequence").first()
    assert (
        event.action == {"bodies": "body", "deputies": "deputy"}.get(kind, kind.removesuffix("s")) + ".create"
    )
    assert (event.actor_name, event.role) == ("县管理员", "administrator")
    assert audit().broken is None
    history = keep("auditor").get(reverse("desk:admin_history")).content.decode()
    assert GOOD[kind]["name"] in history and "县管理员" in history


@pytest.mark.parametrize(
    ("kind", "label"), [("court", "人民法院"), ("procuracy", "人民检察院"), ("supervision", "监察委员会")]
)
def test_an_organ_of_justice_is_entered_shown_and_found(kind, label, keep):
    client, name = keep("county administrator"), f"建德市{label}"
    assert label in client.get(reverse("desk:admin_new", args=["bodies"])).content.decode()
    typed = {"name": name, "key": kind, "kind": kind, "region": "建德市 330182000000"}
    assert client.post(reverse("desk:admin_new", args=["bodies"]), typed).status_code == 302
    assert Body.objects.get(key=kind).kind == kind
    told = client.get(reverse("desk:admin_list", args=["bodies"])).content.decode()
    assert f">{name}<" in told and f">{label}<" in told
    assert label in keep("auditor").get(reverse("desk:admin_history")).content.decode()


@pytest.mark.parametrize(("kind", "wrong", "said"), BAD)
def test_what_is_refused_is_said_and_what_was_typed_is_kept(kind, wrong, said, keep):
    before = Event.objects.count()
    typed = {**GOOD[kind], **wrong}
    answer = keep("county administrator").post(reverse("desk:admin_new", args=[kind]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    for key, value in typed.items():
        if key not in ("kind", "level", "role"):
            assert value in page
    assert Event.objects.count() == before


def test_a_change_says_from_what_to_what_and_none_leaves_nothing(keep, town):
    path = reverse("desk:admin_entry", args=["stations", town.station.pk])
    client = keep("administrator")
    shown = {field["key"]: field["value"] for field in client.get(path).context["fields"]}
    assert shown["region"] == "新安江街道 330182001000"
    client.post(path, shown)
    assert not Event.objects.exists()
    client.post(path, {**shown, "meeting_day": "8", "address": "府前路"})
    event = Event.objects.get()
    assert event.action == "station.change"
    assert event.data["changes"] == {"address": ["新安东路", "府前路"], "meeting_day": ["", 8]}
    page = client.get(path).content.decode()
    assert "地址：新安东路 → 府前路" in page and "议事日：8" in page


def test_a_station_does_not_stand_below_itself(keep, town):
    below = Station.objects.create(name="微站", kind="micro", region_id=town.region, parent=town.station)
    path = reverse("desk:admin_entry", args=["stations", town.station.pk])
    typed = {"name": town.station.name, "kind": "centre", "region": town.region}
    for parent in (town.station.pk, below.pk):
        answer = keep("administrator").post(path, {**typed, "parent": f"x #{parent}"})
        assert answer.status_code == 422 and "不能是它自己" in answer.content.decode()


def test_a_look_up_offers_what_may_be_named(keep, town):
    ask = keep("county administrator").get
    found = ask(reverse("desk:admin_lookup", args=["regions"]), {"q": "街道"}).json()["found"]
    assert [one["value"] for one in found] == ["新安江街道 330182001000", "洋溪街道 330182002000"]
    assert ask(reverse("desk:admin_lookup", args=["bodies"]), {"q": "西湖"}).json() == {"found": []}
    Body.objects.filter(pk=town.bodies.jiaojing.pk).update(active=False)
    named = json.dumps(ask(reverse("desk:admin_lookup", args=["bodies"])).json(), ensure_ascii=False)
    assert "城管中队" in named and "交警" not in named


def test_a_name_that_two_bear_is_asked_again(keep, town):
    for code in ("330182001000", "330182002000"):
        Station.objects.create(name="同名站", kind="micro", region_id=code)
    typed = {**GOOD["deputies"], "station": "同名站"}
    answer = keep("administrator").post(reverse("desk:admin_new", args=["deputies"]), typed)
    assert "不止一个" in answer.content.decode()


# --- codes, groups ----------------------------------------------------------------------------------------


def test_a_code_is_revoked_and_another_given(keep, town):
    old = town.code.pk
    path = reverse("desk:admin_deed", args=["stations", town.station.pk, "revoke"])
    assert keep("county administrator").post(path).status_code == 302
    assert Code.objects.get(pk=old).revoked_at and Code.objects.get(revoked_at=None).pk != old
    assert Event.objects.get().action == "code.revoke"
    assert keep("county administrator").get(reverse("desk:poster", args=[town.station.pk])).status_code == 200


def test_a_member_joins_for_a_time_and_leaves(keep, entries, town):
    add = reverse("desk:admin_deed", args=["groups", entries["groups"][0], "add_member"])
    client = keep("county administrator")
    typed = {"deputy": "王代表", "part": "组长", "since": "2026-01-01"}
    assert client.post(add, typed).status_code == 302
    again = client.post(add, typed)
    assert again.status_code == 422 and "已经在组里" in again.content.decode()
    member = Membership.objects.get(group_id=entries["groups"][0])
    end = reverse("desk:admin_deed", args=["groups", entries["groups"][0], "end_member"])
    client.post(end, {"row": member.pk})
    member.refresh_from_db()
    assert member.until is not None
    assert [event.action for event in Event.objects.order_by("sequence")] == [
        "membership.create",
        "membership.change",
    ]


# --- accounts ---------------------------------------------------------------------------------------------


def opened(client, **other) -> tuple[Account, str]:
    page = client.post(reverse("desk:admin_new", args=["accounts"]), {**GOOD["accounts"], **other})
    assert page.status_code == 200, page.content.decode()
    return Account.objects.get(username=GOOD["accounts"]["username"]), page.context["password"]


def known(username: str, password: str) -> bool:
    return authenticate(RequestFactory().get("/"), username=username, password=password) is not None


def test_an_account_is_opened_and_its_password_shown_once(keep):
    client = keep("county administrator")
    made, password = opened(client)
    assert known(made.username, password)
    assert [(one.role, one.scope) for one in made.grants.all()] == [("liaison", "330182001")]
    page = client.get(reverse("desk:admin_entry", args=["accounts", made.pk])).content.decode()
    assert password not in page
    assert not any(password in json.dumps(event.data) for event in Event.objects.all())


def do(client, whose: Account, deed: str, **typed):
    return client.post(reverse("desk:admin_deed", args=["accounts", whose.pk, deed]), typed)


def test_a_password_is_reset_which_ends_the_old_one(keep):
    client = keep("county administrator")
    made, old = opened(client)
    page = do(client, made, "password")
    assert page.status_code == 200
    assert not known(made.username, old) and known(made.username, page.context["password"])


def test_whoever_is_locked_out_is_let_in_again(keep):
    client = keep("county administrator")
    made, password = opened(client)
    login = reverse("account_login")
    for _ in range(5):
        Client().post(login, {"login": made.username, "password": "falsch-falsch"})
    assert Client().post(login, {"login": made.username, "password": password}).status_code == 429
    assert "解除锁定" in client.get(reverse("desk:admin_entry", args=["accounts", made.pk])).content.decode()
    assert do(client, made, "unlock").status_code == 302
    assert Client().post(login, {"login": made.username, "password": password}).status_code == 302


def test_an_account_that_is_switched_off_is_out_at_once(keep, accounts, browse):
    liaison = browse("liaison here")
    assert liaison.get("/desk/").status_code == 200
    assert do(keep("county administrator"), accounts["liaison here"], "switch_off").status_code == 302
    assert liaison.get("/desk/").status_code == 302
    assert do(keep("county administrator"), accounts["liaison here"], "switch_on").status_code == 302
    assert browse("liaison here").get("/desk/").status_code == 200


def test_nobody_gives_rights_to_themselves_and_is_told_who_can(keep, county, town):
    other = account_create(username="shi", name="市管理员", password="Liang-chao-2026", actor=SYSTEM, now=NOW)
    grant_give(account=other, role=Role.ADMINISTRATOR, scope="", since=SINCE, actor=SYSTEM)
    typed = {"role": "administrator", "scope": "新安江街道", "since": "2026-11-20"}
    answer = do(keep("county administrator"), county, "give", **typed)
    assert answer.status_code == 422 and "不能给自己授权" in answer.content.decode()
    assert "市管理员" in answer.content.decode()
    assert do(keep("county administrator"), county, "switch_off").status_code == 422
    county.refresh_from_db()
    assert county.is_active and county.grants.count() == 1


def test_the_last_administrator_stays(keep, county):
    """The accounts of the other fixtures have no password, so nobody else could log in."""
    grant = county.grants.get()
    client = keep("administrator")
    assert "最后一个" in do(client, county, "switch_off").content.decode()
    assert "最后一个" in do(client, county, "end_grant", row=grant.pk).content.decode()
    second = account_create(username="er", name="第二个", password="Liang-chao-2026", actor=SYSTEM, now=NOW)
    grant_give(account=second, role=Role.ADMINISTRATOR, scope="", since=SINCE, actor=SYSTEM)
    assert do(client, county, "end_grant", row=grant.pk).status_code == 302
    assert do(client, second, "switch_off").status_code == 422


@pytest.mark.parametrize(
    ("has", "gets", "refused"),
    [
        ("liaison", "administrator", True),
        ("administrator", "auditor", True),
        ("auditor", "clerk", True),
        ("liaison", "coordinator", False),
        ("administrator", "administrator", False),
    ],
)
def test_administrators_and_auditors_play_no_other_part(has, gets, refused, keep, town):
    row = account(town, Role(has), "330182001")
    answer = do(keep("county administrator"), row, "give", role=gets, scope="洋溪街道", since="2026-11-20")
    assert answer.status_code == (422 if refused else 302)
    assert ("不能兼任" in answer.content.decode()) is refused


def test_an_account_with_rights_elsewhere_is_left_to_a_wider_administrator(keep, accounts, town):
    row = accounts["liaison here"]
    grant_give(account=row, role=Role.LIAISON, scope="330106", since=SINCE, actor=SYSTEM)
    client = keep("county administrator")
    assert client.get(reverse("desk:admin_entry", args=["accounts", row.pk])).context["may"] is False
    assert do(client, row, "password").status_code == 422
    assert do(client, row, "give", role="liaison", scope="洋溪街道", since="2026-11-20").status_code == 302
    far = Grant.objects.get(account=row, scope="330106")
    assert do(client, row, "end_grant", row=far.pk).status_code == 422
    far.refresh_from_db()
    assert far.until is None


@pytest.mark.parametrize("row", ["", "x", "999999", "-1", "9" * 40])
def test_a_button_that_names_nothing_does_nothing(row, keep, accounts):
    assert do(keep("administrator"), accounts["clerk"], "end_grant", row=row).status_code == 422
    assert not Event.objects.exists()


def test_a_term_that_is_over_needs_somebody_to_take_over(keep, town, handed, now):
    from tingchao.engine.services import case_act

    case = heard(town, 1)
    case_act(case_id=case.pk, action="assign", raw=handed, actor=town.liaison, now=now)
    path = reverse("desk:admin_entry", args=["deputies", town.deputies[0].pk])
    client = keep("administrator")
    shown = {field["key"]: field["value"] for field in client.get(path).context["fields"]}
    answer = client.post(path, {**shown, "until": "2023-01-01"})
    assert answer.status_code == 422 and "督办的事没完" in answer.content.decode()
    assert client.post(path, {**shown, "until": "2099-01-01"}).status_code == 302
    assert Deputy.objects.get(pk=town.deputies[0].pk).until == date(2099, 1, 1)


def test_a_region_keeps_its_code_and_takes_a_name(keep, town):
    path = reverse("desk:admin_entry", args=["regions", town.region])
    assert keep("county administrator").post(path, {"name": "新安江", "code": "1"}).status_code == 302
    assert Region.objects.get(pk=town.region).name == "新安江"
