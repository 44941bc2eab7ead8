"""The screens of where notices go: who gets which, what they show and never show, how many statements they take."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW
from django.test import Client
from django.urls import reverse

from tests.pages.conftest import heard
from tests.pages.test_statements import taken
from tests.receivers import hooks_open
from tingchao.directory.selectors import actor_for
from tingchao.engine.messages import unsubscribe_code, unwanted_but
from tingchao.engine.models import Delivery, Notice, NoticeTarget
from tingchao.engine.outbox import NOBODY, notices_deliver
from tingchao.engine.targets import Owner, target_add

SECRET = "a1b2c3d4" * 8
EVERYBODY = [
    "liaison here", "liaison elsewhere", "handler of the lead", "handler of another body", "deputy following",
    "deputy not following", "coordinator", "clerk", "leader", "expert", "administrator", "auditor",
    "without a role", "",
]  # fmt: skip


def robot(owner: Owner, who: Any) -> NoticeTarget:
    actor = actor_for(who, NOW)
    return target_add(
        owner=owner, kind="dingtalk", typed={"token": SECRET, "label": "值班群"}, actor=actor, now=NOW
    )


@pytest.fixture
def targets(town: SimpleNamespace, accounts: dict[str, Any]) -> SimpleNamespace:
    liaison, handler = accounts["liaison here"], accounts["handler of the lead"]
    body = Owner(body_id=town.bodies.chengguan.pk, body_region="330182001000")
    return SimpleNamespace(
        own=robot(Owner(account_id=liaison.pk), liaison),
        body=robot(body, handler),
        group=robot(Owner(role="liaison", scope="330182001"), liaison),
    )


MAY = {
    # page → who gets it; everybody else with a role is denied
    "notices": set(EVERYBODY) - {"without a role", ""},
    "notices_all": {"liaison here", "liaison elsewhere", "administrator"},
    "own": {"liaison here"},
    "body": {"handler of the lead", "administrator"},
    "group": {"liaison here", "administrator"},
    "add to body": {"handler of the lead", "administrator"},
    "add to group": {"liaison here", "administrator"},
    "add to mine": set(EVERYBODY) - {"without a role", ""},
}


def path_of(page: str, town: Any, targets: Any) -> str:
    if page in ("notices", "notices_all"):
        return reverse(f"desk:{page}")
    of = {"body": f"body-{town.bodies.chengguan.pk}", "group": "liaison-330182001", "mine": "me"}
    if page.startswith("add to "):
        return f"{reverse('desk:notice_add')}?of={of[page[7:]]}&kind=webhook"
    return reverse("desk:notice_target", args=[getattr(targets, page).pk])


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("page", MAY)
def test_who_gets_which_page(page, who, browse, town, targets):
    expected = 200 if who in MAY[page] else 302 if who == "" else 403
    answer = browse(who).get(path_of(page, town, targets))
    assert answer.status_code == expected
    if expected == 200:
        assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("deed", ["save", "on", "off", "test", "remove"])
@pytest.mark.parametrize("who", sorted(set(EVERYBODY) - MAY["body"]))
def test_who_may_not_touch_a_bodys_target(deed, who, browse, town, targets):
    answer = browse(who).post(path_of("body", town, targets), {"deed": deed})
    assert answer.status_code == (302 if who == "" else 403)
    assert NoticeTarget.objects.get(pk=targets.body.pk).active


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?of=me&kind=fax", 200),  # what is no kind is asked for again
        ("?of=body-x", 404),
        ("?of=body-99999999", 404),
        ("?of=body-" + "9" * 30, 404),
        ("?of=liaison-33%27", 404),
        ("?of=liaison-", 403),
        ("?of=deputy-330182", 403),
        ("?of=", 404),
    ],
)
def test_an_owner_that_is_none(query, status, browse, town):
    assert browse("liaison here").get(reverse("desk:notice_add") + query).status_code == status


@pytest.mark.parametrize("target_id", [0, 99_999_999, 2**63])
def test_a_target_that_is_not_there(target_id, browse, town):
    assert browse("liaison here").get(f"/desk/notices/{target_id}/").status_code == 404


def test_adding_changing_switching_removing(browse, town, accounts):
    client = browse("liaison here")
    added = client.post(
        f"{reverse('desk:notice_add')}?of=me&kind=dingtalk",
        {"token": SECRET, "rhythm": "daily", "collect_at": "08:30", "weekday": "0", "wanted": ["urged", "new"],
         "label": "<b>值班群</b>", "quiet_from": "22:00", "quiet_to": "07:00", "days_off_quiet": "on"},
        follow=True,
    )  # fmt: skip
    page = added.content.decode()
    target = NoticeTarget.objects.get()
    assert "已添加" in page and "&lt;b&gt;值班群" in page and SECRET not in page
    assert "每天 08:30 汇总，22:00–07:00 不发，休息日不发" in page
    assert target.unwanted == unwanted_but({"urged", "new"}) and "arrived" not in target.unwanted
    assert not target.urgent_at_once
    here = reverse("desk:notice_target", args=[target.pk])
    assert "已停用" in client.post(here, {"deed": "off"}, follow=True).content.decode()
    assert "已启用" in client.post(here, {"deed": "on"}, follow=True).content.decode()
    saved = client.post(
        here, {"deed": "save", "rhythm": "at_once", "wanted": ["urged"], "label": ""}, follow=True
    )
    assert "已保存" in saved.content.decode() and "随时发" in saved.content.decode()
    assert "已删掉" in client.post(here, {"deed": "remove"}, follow=True).content.decode()
    assert not NoticeTarget.objects.exists()


def test_what_was_typed_is_kept_when_it_is_refused(browse, town):
    answer = browse("liaison here").post(
        f"{reverse('desk:notice_add')}?of=me&kind=webhook",
        {
            "url": "ftp://hooks.example.cn/",
            "label": "老系统",
            "rhythm": "weekly",
            "weekday": "3",
            "wanted": ["urged"],
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ftp://hooks.example.cn/"' in page and 'value="老系统"' in page
    assert "网址不对" in page and '<option value="3" selected>' in page
    assert page.count(" checked") == 2, "the rhythm and one of what is wanted"


def test_trying_says_what_became_of_it_in_words(browse, town, targets, settings):
    client, here = browse("liaison here"), reverse("desk:notice_target", args=[targets.own.pk])
    with hooks_open() as hooks:
        settings.DINGTALK_ADDRESS = hooks.at("")
        page = client.post(here, {"deed": "test"}, follow=True).content.decode()
        assert "发出去了，请看看收到没有" in page
        soon = client.post(here, {"deed": "test"})
        assert soon.status_code == 422 and "过十秒再试" in soon.content.decode()
        NoticeTarget.objects.update(tested_at=None)
        hooks.answers["/"] = (200, '{"errcode": 310000}')
        page = client.post(here, {"deed": "test"}, follow=True).content.decode()
    assert "机器人不收，答复代码 310000。多半是机器人被删了" in page
    assert "最近没送到" in page


def test_failures_stand_first_and_are_counted_in_the_menu(browse, town, targets, case):
    NoticeTarget.objects.filter(pk=targets.body.pk).update(
        failures=3, last_error="service:310000", last_error_at=NOW
    )
    for who in ("administrator", "handler of the lead"):
        assert "1 处送不到" in browse(who).get("/desk/").content.decode()
    for who in ("liaison here", "coordinator", "handler of another body"):
        assert "处送不到" not in browse(who).get("/desk/").content.decode()
    page = browse("administrator").get(reverse("desk:notices_all")).content.decode()
    assert page.index("送不到的") < page.index("城管中队") < page.index("机器人不收") < page.index("其他的")


def test_who_missed_notices_for_want_of_a_target_is_named(browse, town, case):
    NoticeTarget.objects.all().delete()
    Notice.objects.update(error=NOBODY, try_at=None, recipient=f"body:{town.bodies.chengguan.pk}")
    page = browse("administrator").get(reverse("desk:notices_all")).content.decode()
    told = page[page.index("最近没人收的") :]
    assert "城管中队" in told and "条没人收" in told
    assert f"?of=body-{town.bodies.chengguan.pk}" in told
    assert "最近没人收的" not in browse("liaison elsewhere").get(reverse("desk:notices_all")).content.decode()


def test_what_was_sent_last_stands_on_the_targets_page(browse, town, targets, case):
    notices_deliver(now=NOW)
    Delivery.objects.filter(target=targets.own).update(try_at=None, error="http:500")
    page = browse("liaison here").get(path_of("own", town, targets)).content.decode()
    assert case.number in page and "没送到" in page and "对方答复了错误 500" in page


def test_an_administrator_sees_that_something_was_sent_and_not_what(browse, town, targets, case):
    notices_deliver(now=NOW)
    for who, reads in (("administrator", False), ("liaison here", True)):
        page = browse(who).get(path_of("group", town, targets)).content.decode()
        assert "有新的事" in page
        assert (case.number in page, case.title in page) == (reads, reads)


@pytest.mark.parametrize("many", [1, 9])
@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("notices", "liaison here"),
        ("notices", "handler of the lead"),
        ("notices_all", "administrator"),
        ("own", "liaison here"),
        ("body", "handler of the lead"),
        ("add to body", "handler of the lead"),
    ],
)
def test_a_page_takes_six_statements_at_most(page, who, many, browse, town, targets, accounts):
    for number in range(many):
        heard(town, number)
        if number:
            robot(Owner(account_id=accounts["liaison here"].pk), accounts["liaison here"])
    notices_deliver(now=NOW)
    used = taken(browse(who), "get", path_of(page, town, targets))
    assert len(used) <= 6, "\n".join(used)


# --- the public page --------------------------------------------------------------------------------------


def test_unsubscribing(client, town, targets):
    path = reverse("public:unsubscribe", args=[targets.own.pk, unsubscribe_code(targets.own)])
    page = client.get(path)
    assert "以后不再往 …c3d4 发通知" in page.content.decode() and "no-store" in page["Cache-Control"]
    assert NoticeTarget.objects.get(pk=targets.own.pk).active, "to look at it ends nothing"
    strict = Client(enforce_csrf_checks=True)  # as a mail program sends it
    done = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200 and "已经退订" in done.content.decode()
    assert NoticeTarget.objects.get(pk=targets.own.pk).off == "unsubscribed"
    assert "已经退订" in client.get(path).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_link_tells_nothing(method, client, town, targets):
    there = getattr(client, method)(reverse("public:unsubscribe", args=[targets.own.pk, "AAAABBBBCCCC"]))
    nowhere = getattr(client, method)(reverse("public:unsubscribe", args=[99_999_999, "AAAABBBBCCCC"]))
    assert there.status_code == nowhere.status_code == 404
    assert "这个退订链接不对" in there.content.decode() and "c3d4" not in there.content.decode()
    assert "这个退订链接不对" in nowhere.content.decode()
    assert NoticeTarget.objects.get(pk=targets.own.pk).active
