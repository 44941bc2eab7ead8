"""What is known nearby is shown before something like it is said, and may be followed instead."""

from __future__ import annotations

import pytest

from tingchao.core.finding import grams, plain
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.selectors import Kept
from tingchao.engine.care import case_tend
from tingchao.engine.models import Case, Event, Fact
from tingchao.engine.nearby import known_nearby, share_code
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.codes.signing import token_for
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.rules import alike
from tingchao.mechanisms.public_voices.services import voice_file
from tingchao.mechanisms.public_voices.services.following import voice_follow
from tingchao.mechanisms.public_voices.views import following

TITLE = "府前路三盏路灯不亮"

LIKE = [
    # what is said, what is known, the same?
    ("府前路三盏路灯一个多星期不亮，看不清台阶", TITLE, True),
    ("府前路的路灯有三盏坏了，都不亮", TITLE, True),
    ("府前路路灯不亮", TITLE, True),
    ("菜场东门的路灯不亮", TITLE, False),
    ("府前路堵车，天天早上过不去", TITLE, False),
    ("小区门口垃圾桶满了没人收", "垃圾桶满", False),  # too short to tell
    ("Ｆ幢电梯坏了三天，老人下不了楼", "F幢电梯坏了三天", True),  # full width
    ("", TITLE, False),
    ("。。。", TITLE, False),
]


@pytest.mark.parametrize(("said", "known", "same"), LIKE)
def test_what_counts_as_alike(said, known, same):
    assert alike(said, [("key", frozenset(grams(plain(known))))]) == (["key"] if same else [])


def test_the_likest_come_first_and_no_more_than_three():
    titles = ["府前路三盏路灯", "府前路路灯不亮了", TITLE, "府前路三盏路灯不亮好久", "桔园电梯坏了几天"]
    found = alike(TITLE, [(title, frozenset(grams(plain(title)))) for title in titles])
    assert len(found) == 3 and TITLE in found and "桔园电梯坏了几天" not in found


# --- announced --------------------------------------------------------------------------------------------


@pytest.fixture
def case(town, now):
    return heard(town, now)


def heard(town, now, **other):
    given = {
        "region_code": town.region,
        "station_id": town.station.pk,
        "channel": "web",
        "actor": reporter(0),
    }
    return voice_file(text="府前路三盏路灯不亮，张三家门口 13800001234。", now=now, **(given | other))


def announce(case, actor, now, title=TITLE):
    tended = case_tend(case_id=case.pk, tool="announce", raw={"title": title}, actor=actor, now=now)
    forget()
    return tended


def forget():
    for one in Kept.every:
        one.forget()


def known(town):
    return [one.title for one in known_nearby(town.region)]


def test_an_open_matter_is_known_nearby_once_the_station_announces_it(case, town, now):
    assert known(town) == []
    announce(case, town.liaison, now)
    assert known(town) == [TITLE]
    assert known_nearby("330106001000") == []
    assert Event.objects.order_by("sequence").last().data["announced"] == TITLE
    case_tend(case_id=case.pk, tool="conceal", raw={"note": "本人不愿意"}, actor=town.liaison, now=now)
    forget()
    assert known(town) == []
    assert audit().broken is None


@pytest.mark.parametrize("who", ["handler", "deputy", "clerk", "stranger", "auditor"])
def test_nobody_else_may_announce(who, case, town, now):
    with pytest.raises(Refusal) as refused:
        announce(case, getattr(town, who), now)
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    "title", ["张先生 13800001234 说路灯不亮", "府前路58号3幢2单元501室漏水", "路灯", "路" * 61]
)
def test_no_personal_data_and_no_bad_title_is_announced(title, case, town, now):
    with pytest.raises(Refusal) as refused:
        announce(case, town.liaison, now, title)
    assert refused.value.code == "input"
    assert Case.objects.get().announced == ""


def test_what_is_not_announced_cannot_be_concealed(case, town, now):
    with pytest.raises(Refusal) as refused:
        case_tend(case_id=case.pk, tool="conceal", raw={"note": "本人不愿意"}, actor=town.liaison, now=now)
    assert refused.value.code == "not_now"


def test_a_matter_closed_without_an_account_is_known_no_more(case, town, now):
    announce(case, town.liaison, now)
    act = {"answer_now": {"answer": "已经请人去修了。"}, "rate_good": {}, "keep": {"reason": "涉及个人隐私"}}
    for action, raw in act.items():
        actor = reporter(case.pk) if action == "rate_good" else town.liaison
        case_act(case_id=case.pk, action=action, raw=raw, actor=actor, now=now)
    forget()
    assert known(town) == []


# --- followed ---------------------------------------------------------------------------------------------


def test_following_counts_a_browser_once(case, town, now):
    announce(case, town.liaison, now)
    assert [voice_follow(case_id=case.pk, browser=key, now=now) for key in ("a", "b", "a")] == [
        True,
        True,
        False,
    ]
    assert Voice.objects.get().followers == 2
    assert Event.objects.filter(action="followed", role="reporter").count() == 2
    assert Fact.objects.filter(kind="voice.followed").count() == 2
    assert audit().broken is None


def test_what_is_not_known_cannot_be_followed(case, now):
    with pytest.raises(Refusal) as refused:
        voice_follow(case_id=case.pk, browser="a", now=now)
    assert refused.value.code == "gone"
    assert not Fact.objects.filter(kind="voice.followed").exists()


def test_the_page_of_those_who_follow_shows_only_what_is_public(case, town, now, client):
    announce(case, town.liaison, now)
    path = f"/f/{case.number}/{share_code(case)}/"
    page = client.get(path).content.decode()
    assert TITLE in page and "我也遇到了，跟着看" in page and "noindex" in page
    assert "张三" not in page and "1380000" not in page and case.text not in page
    assert client.post(path).status_code == 302
    page = client.get(path).content.decode()
    assert "您在跟着看" in page and "还有 1 人也在关注" in page
    client.post(path)
    assert Voice.objects.get().followers == 1


ANSWERED = {"answer_now": {"answer": "已经请人去修了。"}}
STANDS = [
    # steps taken since, the page says
    ({}, "代表和联络员正在看，11月24日（周二）前有下一步。"),
    (ANSWERED, "已经答复，正在请反映的人评一评。"),
]


@pytest.mark.parametrize(("steps", "sentence"), STANDS)
def test_it_does_not_speak_to_those_who_follow_as_to_whoever_raised_it(
    steps, sentence, case, town, now, client, monkeypatch
):
    announce(case, town.liaison, now)
    for action, raw in steps.items():
        case_act(case_id=case.pk, action=action, raw=raw, actor=town.liaison, now=now)
    monkeypatch.setattr(f"{following.__name__}.localdate", lambda: now.date())
    page = client.get(f"/f/{case.number}/{share_code(case)}/").content.decode()
    assert sentence in page.replace('<b class="nb">', "").replace("</b>", "")
    assert "请您" not in page and "答复您" not in page


def test_once_hidden_it_shows_the_stage_alone_and_takes_no_followers(case, town, now, client):
    path = f"/f/{case.number}/{share_code(case)}/"
    page = client.get(path).content.decode()
    assert "现在不公开" in page and "跟着看</button>" not in page and case.title not in page
    assert client.post(path).status_code == 422


@pytest.mark.parametrize("path", ["/f/{number}/AAAAAAAA/", "/f/2026-9999-999-9/{code}/", "/f/x/{code}/"])
def test_a_wrong_address_leads_nowhere(path, case, client):
    assert client.get(path.format(number=case.number, code=share_code(case))).status_code == 404


def test_one_address_cannot_follow_without_end(case, town, now, client):
    announce(case, town.liaison, now)
    path = f"/f/{case.number}/{share_code(case)}/"
    statuses = []
    for _ in range(32):
        client.cookies.clear()
        statuses.append(client.post(path).status_code)
    assert statuses == [302] * 30 + [422] * 2


def test_staff_read_how_many_follow(case, town, now):
    from tingchao.mechanisms.public_voices.cards import lines

    assert "也在关注" not in [line.label for line in lines(case, set()) if line.value]
    announce(case, town.liaison, now)
    voice_follow(case_id=case.pk, browser="a", now=now)
    assert ("也在关注", "还有 1 人") in [(line.label, line.value) for line in lines(case, set())]


# --- shown before sending ---------------------------------------------------------------------------------

SAID = {"text": "府前路的三盏路灯都不亮，晚上看不清。", "idempotency_key": "k" * 20}


@pytest.fixture
def announced(case, town, now):
    return announce(case, town.liaison, now)


@pytest.fixture
def code(town):
    return token_for(town.code.pk)


def test_without_a_script_it_is_held_once_and_sent_with_one_press(announced, client, code):
    answer = client.post("/say/", {**SAID, "code": code})
    page = answer.content.decode()
    assert answer.status_code == 200 and TITLE in page and "不是这些，照样送出" in page
    assert Case.objects.count() == 1 and SAID["text"] in page
    assert '<input type="hidden" name="seen" value="1">' in page
    assert client.post("/say/", {**SAID, "code": code, "seen": "1", "go": "send"}).status_code == 302
    assert Case.objects.count() == 2


@pytest.mark.parametrize("text", ["菜场东门的井盖松了，骑车的人差点摔倒。", "楼道灯一直不亮，请来看看。"])
def test_what_is_like_nothing_is_sent_at_once(text, announced, client, code):
    assert client.post("/say/", {"text": text, "code": code}).status_code == 302


def test_elsewhere_it_is_sent_at_once(announced, client, town):
    from tingchao.directory.models import Station
    from tingchao.directory.services import station_create

    other = station_create(name="北山站", kind=Station.Kind.CENTRE, region_code="330106001000", actor=SYSTEM)
    assert client.post("/say/", {**SAID, "station": str(other.pk)}).status_code == 302


def test_the_script_asks_while_somebody_types(announced, client, code):
    piece = client.post("/say/similar/", {"text": SAID["text"], "code": code}).content.decode()
    assert TITLE in piece and f"/f/{announced.number}/{share_code(announced)}/" in piece
    for fields in (
        {"text": "井盖松了", "code": code},
        {"text": SAID["text"]},
        {"text": SAID["text"], "code": "x"},
    ):
        assert client.post("/say/similar/", fields).content.decode().strip() == ""
    assert client.get("/say/similar/").status_code == 405


def test_in_large_type_it_is_shown_on_the_way_and_takes_no_screen_of_its_own(announced, client, code):
    client.cookies["type"] = "large"
    fields = {**SAID, "code": code}
    page = client.post("/say/", {**fields, "step": "what", "go": "next"}).content.decode()
    assert TITLE not in page
    page = client.post("/say/", {**fields, "step": "where", "go": "next"}).content.decode()
    assert TITLE in page and '<input type="hidden" name="seen" value="1">' in page
    assert client.post("/say/", {**fields, "seen": "1", "step": "phone", "go": "send"}).status_code == 302


def test_filing_costs_no_statement_more(announced, client, code, django_assert_max_num_queries):
    fields = {"text": "菜场东门晚上太暗，老人走路不放心。", "code": code}
    client.post("/say/", fields)
    with django_assert_max_num_queries(6):  # BEGIN and COMMIT are savepoints here
        client.post("/say/", fields)
