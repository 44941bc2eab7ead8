"""The pages on which a telephone number is looked at, taken back, and audited; and the masked text of a matter."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.pages.test_statements import taken
from tingchao.directory.actors import reporter
from tingchao.engine.disclosure import DAILY
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Event
from tingchao.engine.services import case_act
from tingchao.mechanisms.public_voices.services import voice_file
from tingchao.mechanisms.public_voices.services.phones import voice_phone_read

NUMBER, SPACED, MASKED = "13800001234", "138 0000 1234", "138****1234"
SAID = "菜场东门路灯不亮。摊主王建国先生13900005678可以带路，身份证11010519491231002X。"


@pytest.fixture
def case(town, handed, now):
    made = voice_file(
        text=SAID, region_code=town.region, station_id=town.station.pk, channel="web", phone=NUMBER, consent=True,
        actor=reporter(0), now=now,
    )  # fmt: skip
    return case_act(case_id=made.pk, action="assign", raw=handed, actor=town.liaison, now=now)


def phone_page(case):
    return reverse("public_voices:phone", args=[case.number])


def own_page(case):
    return reverse("public_voices:my_phone", args=[case.number, passcode_for(case)])


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("liaison here", 200), ("coordinator", 200), ("handler of the lead", 200), ("liaison elsewhere", 403),
        ("handler of another body", 403), ("deputy following", 403), ("deputy not following", 403), ("clerk", 403),
        ("leader", 403), ("expert", 403), ("administrator", 403), ("auditor", 403), ("without a role", 403), ("", 302),
    ],
)  # fmt: skip
def test_who_sees_the_number(who, status, browse, case):
    browser = browse(who)
    assert browser.get(phone_page(case)).status_code == status
    answer = browser.post(phone_page(case), {"reason": "ask"})
    assert answer.status_code == status
    assert (SPACED in answer.content.decode()) is (status == 200)
    assert Event.objects.filter(action="phone_seen").count() == (status == 200)


def test_the_number_stands_in_one_answer_that_nothing_keeps(browse, case):
    browser = browse("liaison here")
    answer = browser.post(phone_page(case), {"reason": "visit"})
    assert "no-store" in answer["Cache-Control"]
    assert SPACED in answer.content.decode()
    for path in (phone_page(case), reverse("desk:case", args=[case.number]), "/desk/"):
        shown = browser.get(path).content.decode()
        assert NUMBER not in shown
        assert SPACED not in shown


def test_the_case_page_leads_there_only_those_who_may(browse, case):
    for who, leads in (("liaison here", True), ("handler of the lead", True), ("leader", False)):
        page = browse(who).get(reverse("desk:case", args=[case.number])).content.decode()
        assert MASKED in page
        assert (phone_page(case) in page) is leads


def test_without_a_reason_nothing_is_shown_and_what_was_typed_stays(browse, case):
    answer = browse("liaison here").post(phone_page(case), {"reason": "other", "note": "x"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "请写明原因" in shown
    assert 'value="x"' in shown
    assert SPACED not in shown


def test_a_day_has_an_end(browse, case, accounts):
    browser = browse("liaison here")
    for _ in range(DAILY):
        assert browser.post(phone_page(case), {"reason": "ask"}).status_code == 200
    refused = browser.post(phone_page(case), {"reason": "ask"})
    assert refused.status_code == 429
    assert "请本级协调人来看" in refused.content.decode()


def test_its_owner_reads_who_looked_and_takes_it_back(client, case, town, now):
    voice_phone_read(case_id=case.pk, reason="visit", note="", actor=town.handler, now=now)
    follow = reverse("public:follow", args=[case.number, passcode_for(case)])
    page = client.get(follow).content.decode()
    assert "工作人员看过您的电话，用来联系您" in page
    assert own_page(case) in page
    own = client.get(own_page(case)).content.decode()
    assert MASKED in own
    assert "约时间上门看" in own
    assert town.handler.name not in own
    gone = client.post(own_page(case), follow=True).content.decode()
    assert "您的电话已经删掉" in gone
    assert own_page(case) not in gone
    assert "这里没有您的电话" in client.get(own_page(case)).content.decode()
    assert client.post(own_page(case)).status_code == 302  # twice is once
    assert Event.objects.filter(action="phone_erased").count() == 1


def test_a_wrong_passcode_tells_nothing(client, case):
    wrong = reverse("public_voices:my_phone", args=[case.number, "AAAAAAAAAAAA"])
    assert client.get(wrong).status_code == client.post(wrong).status_code == 404
    assert not Event.objects.filter(action="phone_erased").exists()


def test_the_station_erases_it_when_its_owner_asks(browse, case):
    answer = browse("liaison here").post(phone_page(case), {"do": "erase"})
    assert answer.status_code == 302
    assert browse("handler of the lead").post(phone_page(case), {"reason": "ask"}).status_code == 409


def test_a_handler_does_not_erase_it(browse, case):
    assert browse("handler of the lead").post(phone_page(case), {"do": "erase"}).status_code == 403
    assert not Event.objects.filter(action="phone_erased").exists()


# --- the text of a matter ---------------------------------------------------------------------------------

SECRETS = ("13900005678", "11010519491231002X", "王建国")
READS = [
    # who, reads the text whole, may ask for it
    ("liaison here", True, False),
    ("coordinator", True, False),
    ("handler of the lead", True, False),
    ("deputy following", True, False),
    ("clerk", False, True),
    ("leader", False, True),
    ("auditor", False, False),
]


@pytest.mark.parametrize(("who", "whole", "asks"), READS)
def test_who_reads_the_text_whole(who, whole, asks, browse, case):
    page = browse(who).get(reverse("desk:case", args=[case.number])).content.decode()
    assert [secret in page for secret in SECRETS] == [whole] * 3
    assert ("139****5678" in page) is not whole
    assert (reverse("desk:whole", args=[case.number]) in page) is asks


def test_the_whole_text_is_shown_once_with_a_reason(browse, case):
    browser, path = browse("leader"), reverse("desk:whole", args=[case.number])
    refused = browser.post(path, {"reason": ""})
    assert refused.status_code == 422
    assert SECRETS[0] not in refused.content.decode()
    answer = browser.post(path, {"reason": "ask"})
    assert "no-store" in answer["Cache-Control"]
    assert all(secret in answer.content.decode() for secret in SECRETS)
    assert SECRETS[0] not in browser.get(reverse("desk:case", args=[case.number])).content.decode()
    assert Event.objects.filter(action="text_seen").count() == 1


@pytest.mark.parametrize("who", ["auditor", "liaison elsewhere", "administrator", "expert"])
def test_who_may_not_ask_for_it(who, browse, case):
    answer = browse(who).post(reverse("desk:whole", args=[case.number]), {"reason": "ask"})
    assert answer.status_code == 403
    assert SECRETS[0] not in answer.content.decode()


def test_notes_are_masked_too(browse, case, town, now):
    from tingchao.engine.care import case_tend

    case_tend(
        case_id=case.pk, tool="note", raw={"note": "摊主换号了：13700001234"}, actor=town.liaison, now=now
    )
    path = reverse("desk:case", args=[case.number])
    assert "13700001234" in browse("liaison here").get(path).content.decode()
    assert "13700001234" not in browse("auditor").get(path).content.decode()


def test_the_auditor_reads_who_looked(browse, case, town, now):
    voice_phone_read(case_id=case.pk, reason="other", note="先联系一下", actor=town.liaison, now=now)
    page = browse("auditor").get("/desk/looks/").content.decode()
    assert all(word in page for word in (town.liaison.name, "其他：先联系一下", case.number))
    assert "/desk/looks/" not in browse("administrator").get("/desk/admin/").content.decode()


@pytest.mark.parametrize("times", [0, 12])
def test_statements(times, browse, case, town, now):
    for _ in range(times):
        voice_phone_read(case_id=case.pk, reason="ask", note="", actor=town.liaison, now=now)
    assert len(taken(browse("auditor"), "get", "/desk/looks/")) <= 6
    assert len(taken(browse("liaison here"), "get", phone_page(case))) <= 9
