"""Core tasks and drafts on the screen: preview and press, opinions by article, statements, bad input."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Region
from tingchao.directory.services import station_create
from tingchao.engine.models import Case
from tingchao.engine.services import stage_token
from tingchao.mechanisms.contact_stations.models import Draft, TaskSet
from tingchao.mechanisms.contact_stations.services.drafts import draft_open
from tingchao.mechanisms.contact_stations.services.tasks import tasks_continue

TEXT = "小区停车管理办法（草案）\n第一条 为了停车有序，制定本办法。\n第二条 夜间沿街车位开放给居民。\n"


@pytest.fixture
def draft(town) -> Draft:
    return draft_open(
        title="",
        kind="legislation",
        issuer="",
        text=TEXT,
        region=Region.objects.get(pk="330182000000"),
        until=localdate() + timedelta(days=31),
        submission="d",
        actor=town.clerk,
        now=now(),
    )


def form(**given: str) -> dict[str, object]:
    due = (localdate() + timedelta(days=40)).isoformat()
    rows = {
        f"{name}-{n}": value
        for n, title in enumerate(("更新上墙信息", "排好接待计划", ""))
        for name, value in {"title": title, "text": "", "due": due if title else ""}.items()
    }
    return {
        **rows,
        "on-0": "1",
        "on-1": "1",
        "title": "今年的核心任务",
        "place": "330182000000",
        "kind": ["centre", "micro"],
        **given,
    }


@pytest.fixture
def head(browse, accounts, town):
    from conftest import SINCE

    from tingchao.core.roles import Role
    from tingchao.directory.services import grant_give

    grant_give(account=accounts["clerk"], role=Role.CLERK, scope="330182", since=SINCE, actor=SYSTEM)
    return browse("clerk")


def test_a_set_is_looked_at_then_handed_down_in_one_press(head, browse, town):
    station_create(name="微站", kind="micro", region_code="330182001001", actor=SYSTEM)
    offered = head.get("/desk/tasks/new/").content.decode()
    assert offered.count('class="task-what"') == 23
    page = head.post("/desk/tasks/new/", form(do="preview")).content.decode()
    assert "2 项任务，2 个站，新布置 4 件" in page and not TaskSet.objects.exists()
    page = head.post("/desk/tasks/new/", form(do="hand"), follow=True).content.decode()
    assert "共 4 件" in page and "data-renews" in page
    while tasks_continue(now=now()):
        pass
    assert Case.objects.count() == 4
    page = head.post("/desk/tasks/new/", form(do="preview")).content.decode()
    assert "新布置 0 件" in page and "4 件今年已经布置过" in page
    mine = browse("liaison here").get("/desk/").content.decode()
    assert "更新上墙信息" in mine and "排好接待计划" in mine
    case = Case.objects.order_by("id").first()
    page = browse("liaison here").get(f"/desk/case/{case.number}/").content.decode()
    assert "今年的核心任务" in page and "接单" in page and "总站布置" in page
    assert "办完 0 / 4" in browse("liaison here").get("/desk/tasks/").content.decode()
    assert "今年的核心任务" not in browse("liaison elsewhere").get("/desk/tasks/").content.decode()


WRONG = [
    ({"on-0": "", "on-1": ""}, "一项任务也没有选"),
    ({"due-0": ""}, "请选完成的日期"),
    ({"title-1": "短"}, "名称写得太短"),
    ({"kind": ["head"]}, "没有这类站点"),
    ({"kind": []}, "没有这类站点"),
    ({"place": "330106000000"}, "请从名单里选一个地方"),
    ({"place": "\x00"}, "请从名单里选一个地方"),
    ({"title": ""}, "请写这次布置的名称"),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_a_set_with_a_fault_keeps_what_was_typed(wrong, sentence, head, town):
    from conftest import SINCE  # noqa: F401

    answer = head.post("/desk/tasks/new/", form(do="hand", **wrong))
    page = answer.content.decode()
    if wrong.get("place") == "330106000000":
        assert answer.status_code in (302, 422)
        return
    assert answer.status_code == 422 and sentence in page
    assert "排好接待计划" in page or "title-1" in wrong
    assert not TaskSet.objects.exists()


def test_an_opinion_goes_from_the_article_to_its_answer(client, browse, town, draft):
    page = client.get("/drafts/").content.decode()
    assert "小区停车管理办法" in page and "正在征求" in page
    page = client.get(f"/drafts/{draft.pk}/").content.decode()
    assert "第二条" in page and f"/drafts/{draft.pk}/say/?article=2" in page
    page = client.get(f"/drafts/{draft.pk}/say/?article=2&station={town.station.pk}").content.decode()
    assert "夜间沿街车位开放给居民" in page
    sent = {
        "article": "2",
        "text": "开放到早上几点要写明。",
        "station": str(town.station.pk),
        "idempotency_key": "k",
    }
    answer = client.post(f"/drafts/{draft.pk}/say/", sent)
    assert answer.status_code == 302 and client.post(f"/drafts/{draft.pk}/say/", sent).status_code == 302
    case = Case.objects.get()
    mine = client.get(answer["Location"]).content.decode()
    assert "您的意见收到了" in mine and "夜间沿街车位开放给居民" in mine
    page = browse("clerk").get(f"/desk/drafts/{draft.pk}/?article=2").content.decode()
    assert "开放到早上几点要写明" in page and case.number in page
    typed = {
        "action": "reply",
        "seq": stage_token(case),
        "reply.adopted": "adopted",
        "reply.answer": "采纳了，写明到早上七点。",
    }
    browse("clerk").post(f"/desk/case/{case.number}/act/", typed)
    mine = client.get(answer["Location"]).content.decode()
    assert "写明到早上七点" in mine and "满意" in mine
    assert "采纳 1 条" in client.get(f"/drafts/{draft.pk}/").content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"article": "2", "text": "好"}, "4 个字以上"),
        ({"article": "77", "text": "开放到早上几点要写明。"}, "没有这一条"),
        ({"article": "2", "text": "长" * 2001}, "2000 字以内"),
    ],
)
def test_an_opinion_with_a_fault_keeps_what_was_typed(sent, sentence, client, draft):
    answer = client.post(f"/drafts/{draft.pk}/say/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and sent["text"][:10] in page


def test_a_draft_that_is_over_takes_no_opinion(client, draft):
    Draft.objects.update(until=localdate() - timedelta(days=1))
    assert "已经截止" in client.get(f"/drafts/{draft.pk}/").content.decode()
    answer = client.post(f"/drafts/{draft.pk}/say/", {"article": "2", "text": "开放到早上几点要写明。"})
    assert answer.status_code == 422 and "已经结束" in answer.content.decode()


def test_a_draft_is_put_to_the_public_from_the_desk(head, client):
    sent = {
        "text": TEXT,
        "kind": "legislation",
        "until": (localdate() + timedelta(days=31)).isoformat(),
        "idempotency_key": "once",
        "place": "330182000000",
    }
    for _ in range(2):
        page = head.post("/desk/drafts/new/", sent, follow=True).content.decode()
    assert "拆成 2 条" in page and Draft.objects.count() == 1
    wrong = head.post("/desk/drafts/new/", {**sent, "until": "", "idempotency_key": "x"})
    assert (
        wrong.status_code == 422
        and "请选截止日期" in wrong.content.decode()
        and "沿街车位" in wrong.content.decode()
    )


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("liaison here", "/desk/tasks/", 6),
        ("liaison here", "/desk/tasks/{set}/", 6),
        ("clerk", "/desk/tasks/new/", 6),
        ("liaison here", "/desk/drafts/", 6),
        ("liaison here", "/desk/drafts/{draft}/", 7),
        ("", "/drafts/", 2),
        ("", "/drafts/{draft}/", 2),
        ("", "/drafts/{draft}/say/", 2),
    ],
)
def test_statements(who, path, most, head, browse, town, draft):
    head.post("/desk/tasks/new/", form(do="hand"))
    while tasks_continue(now=now()):
        pass
    path = path.format(set=TaskSet.objects.get().pk, draft=draft.pk)
    browser = browse(who)
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    assert len(captured) <= most
