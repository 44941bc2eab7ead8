"""From a step to the receiver: real mail and web servers, through apprise, at least once, under a stable key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from tests.notices.conftest import hook_of, mine, run
from tingchao.directory.models import Account
from tingchao.engine import deliveries, sender, targets
from tingchao.engine.deliveries import deliveries_make, deliveries_send
from tingchao.engine.models import Delivery, Event, Notice, NoticeTarget
from tingchao.engine.outbox import NOBODY, notices_deliver
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.targets import Owner, target_add, target_remove, target_switch, target_test
from tingchao.engine.tests.loop import opened, typed
from tingchao.engine.waits import LEASE, MOST_FAILURES, MOST_REFUSALS

MINUTE = timedelta(minutes=1)


# --- every kind of target ---------------------------------------------------------------------------------


def test_a_webhook_gets_the_words_the_link_and_the_key(town, people, now, hooks):
    hook_of(people.liaison, hooks, "/in?team=7")
    case = opened(town, now)
    assert run(now) == 1
    (got,) = hooks.got
    assert got.path == "/in?team=7"
    assert got.json["title"] == "有新的事：路灯不亮"
    assert got.json["message"] == (
        f"有新的事等您看：路灯不亮（{case.number}），请在11月24日前处理。\n"
        f"https://tingchao.example/desk/case/{case.number}/"
    )
    row = Delivery.objects.get()
    assert got.key == row.message and len(row.message) == 32
    assert (row.tries, row.delivered_at, row.try_at, row.error) == (1, now, None, "")
    assert NoticeTarget.objects.get().last_success_at == now
    assert run(now + MINUTE) == 0 and len(hooks.got) == 1, "once"


def test_a_mail_can_be_unsubscribed_from_and_has_a_message_id_that_stays(town, people, now, mailbox):
    target_add(
        owner=mine(people.liaison),
        kind="mail",
        typed={"mail": "fang@jiande.example"},
        actor=people.liaison,
        now=now,
    )
    opened(town, now)
    mailbox.refusing = 451
    assert run(now) == 0
    mailbox.refusing = 0
    assert run(now + MINUTE) == 1
    (mail,) = mailbox.got
    row = Delivery.objects.get()
    link = targets.unsubscribe_code(row.target)
    assert mail["To"] == "fang@jiande.example" and mail["From"] == "tingchao@jiande.example"
    assert mail["Subject"] == "有新的事：路灯不亮"
    assert mail["Message-ID"] == f"<{row.message}@127.0.0.1>" and mail["X-Tingchao-Key"] == row.message
    assert mail["List-Unsubscribe"] == f"<https://tingchao.example/u/{row.target_id}/{link}/>"
    assert f"不想再收到：https://tingchao.example/u/{row.target_id}/{link}/" in mail.get_content()


def test_a_dingtalk_robot_is_given_a_signature_that_it_can_check(town, people, now, hooks):
    secret = "SEC0123456789abcdef"
    pasted = f"https://oapi.dingtalk.com/robot/send?access_token={'a1b2c3d4' * 8}"
    target = target_add(
        owner=mine(people.liaison),
        kind="dingtalk",
        typed={"token": pasted, "secret": secret},
        actor=people.liaison,
        now=now,
    )
    assert target.shown == "…c3d4"
    opened(town, now)
    assert run(now) == 1
    (got,) = hooks.got
    asked = {key: values[0] for key, values in parse_qs(urlsplit(got.path).query).items()}
    signed = hmac.new(secret.encode(), f"{asked['timestamp']}\n{secret}".encode(), hashlib.sha256).digest()
    assert asked["access_token"] == "a1b2c3d4" * 8
    assert asked["sign"] == base64.b64encode(signed).decode()
    assert "路灯不亮" in got.json["text"]["content"]


def test_a_wecom_robot(town, people, now, hooks):
    pasted = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    target_add(owner=mine(people.liaison), kind="wecom", typed={"key": pasted}, actor=people.liaison, now=now)
    opened(town, now)
    assert run(now) == 1
    assert hooks.got[0].path == "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    assert hooks.got[0].json["text"]["content"].startswith("有新的事：路灯不亮")


@pytest.mark.parametrize(("kind", "given"), [("dingtalk", {"token": "a" * 64}), ("wecom", {"key": "a" * 36})])
def test_a_robot_that_says_200_and_takes_nothing_is_a_failure(kind, given, town, people, now, hooks):
    hooks.answers["/"] = (200, '{"errcode": 310000, "errmsg": "sign not match"}')
    target_add(owner=mine(people.liaison), kind=kind, typed=given, actor=people.liaison, now=now)
    opened(town, now)
    assert run(now) == 0
    assert Delivery.objects.get().error == "service:310000"


# --- whom it reaches --------------------------------------------------------------------------------------


def test_a_step_reaches_everybody_it_concerns_and_nobody_else(town, people, handed, now, hooks):
    for name, who in vars(people).items():
        hook_of(who, hooks, f"/{name}")
    chengguan = Owner(body_id=town.bodies.chengguan.pk, body_region="330182001000")
    target_add(
        owner=chengguan, kind="webhook", typed={"url": hooks.at("/body")}, actor=people.handler, now=now
    )
    group = Owner(role="liaison", scope="330182001")
    target_add(owner=group, kind="webhook", typed={"url": hooks.at("/group")}, actor=people.liaison, now=now)
    case = opened(town, now)
    run(now)
    assert sorted(one.path for one in hooks.got) == ["/group", "/liaison"]
    hooks.got.clear()
    case_act(case_id=case.pk, action="assign", raw=typed("assign", handed), actor=town.liaison, now=now)
    run(now)
    assert sorted(one.path for one in hooks.got) == ["/body", "/deputy", "/handler"]


@pytest.mark.parametrize(
    ("recipient", "reached"),
    [
        ("role:coordinator@330182001000", ["/coordinator", "/county"]),  # a duty: whoever covers the place
        ("role:coordinator@330182001", ["/coordinator"]),  # overdue: the township's level first
        (
            "role:coordinator@330182",
            ["/coordinator", "/county"],
        ),  # then the county's, never another township's
        ("role:coordinator@3301", ["/coordinator", "/county"]),
        ("role:administrator@330182", ["/administrator"]),
        ("role:handler@330182001000", []),  # a handler acts for a body
        ("role:clerk@330182001", []),
        ("account:999999", []),
        ("deputy:999999", []),
        ("body:x", []),
        ("reporter", []),
        ("", []),
    ],
)
def test_recipients(recipient, reached, town, people, now, hooks):
    for name, who in vars(people).items():
        hook_of(who, hooks, f"/{name}")
    opened(town, now)
    Notice.objects.update(recipient=recipient, template="overdue")
    run(now)
    assert sorted(one.path for one in hooks.got) == reached


def test_where_nobody_holds_the_role_on_the_level_the_next_one_up_hears(town, people, now, hooks):
    hook_of(people.county, hooks, "/county")
    Account.objects.filter(pk=people.coordinator.id).update(is_active=False)
    opened(town, now)
    Notice.objects.update(recipient="role:coordinator@330182001", template="overdue")
    assert run(now) == 1 and hooks.got[0].path == "/county"


def test_somebody_named_twice_hears_once(town, people, now, hooks):
    hook_of(people.handler, hooks, "/handler")
    opened(town, now)
    Notice.objects.update(recipient=f"body:{town.bodies.chengguan.pk}")
    run(now)
    run(now + MINUTE)
    assert len(hooks.got) == 1


@pytest.mark.parametrize("when", ["before it is put down", "while it waits"])
def test_an_account_that_is_switched_off_gets_nothing(when, town, people, now, hooks):
    hook_of(people.liaison, hooks, "/in")
    opened(town, now)
    if when == "while it waits":
        notices_deliver(now=now)
    Account.objects.filter(pk=people.liaison.id).update(is_active=False)
    run(now)
    assert hooks.got == [] and not Delivery.objects.filter(try_at__isnull=False).exists()


def test_a_term_that_ended_ends_the_notices(town, people, handed, now, hooks):
    hook_of(people.deputy, hooks, "/deputy")
    case = opened(town, now)
    case_act(case_id=case.pk, action="assign", raw=typed("assign", handed), actor=town.liaison, now=now)
    town.deputies[0].until = now.date()
    town.deputies[0].save()
    run(now)
    assert hooks.got == []


def test_a_notice_that_nobody_takes_says_so(town, people, now, hooks):
    hook_of(people.stranger, hooks, "/elsewhere")
    opened(town, now)
    run(now)
    row = Notice.objects.get()
    assert (row.error, row.try_at, row.delivered_at) == (NOBODY, None, None)


def test_resolving_a_batch_takes_three_statements(town, people, now, hooks, django_assert_num_queries):
    for name, who in vars(people).items():
        hook_of(who, hooks, f"/{name}")
    for _ in range(30):
        opened(town, now)
    rows = list(Notice.objects.select_related("case"))
    deliveries.working_calendar()
    with django_assert_num_queries(3):  # the holders, the targets, the rows
        assert len(deliveries_make(rows, now)) == 30
    assert Delivery.objects.count() == 30


# --- many at once -----------------------------------------------------------------------------------------


def test_a_thousand_notices_for_one_target_are_a_few_messages(town, people, now, hooks):
    hook_of(people.liaison, hooks, "/in")
    opened(town, now)
    (first,) = Notice.objects.all()
    Notice.objects.bulk_create(
        Notice(key=f"k{n}", event_id=first.event_id, case_id=first.case_id, recipient=first.recipient,
               template="arrived", created_at=now, try_at=now)
        for n in range(999)
    )  # fmt: skip
    assert run(now) == 1_000
    assert len(hooks.got) == 2, "five hundred each"
    text = hooks.got[0].json["message"]
    assert "20. 有新的事等您看" in text and "21. " not in text
    assert "还有 480 条，打开工作台看：https://tingchao.example/desk/" in text
    assert "不想再收到：" in text
    assert hooks.got[0].json["title"] == "听潮：有 500 条通知"


def test_a_wecom_message_keeps_to_its_2048_bytes(town, people, now, hooks):
    target_add(
        owner=mine(people.liaison), kind="wecom", typed={"key": "k" * 36}, actor=people.liaison, now=now
    )
    for _ in range(40):
        opened(town, now)
    assert run(now) == 40
    (got,) = hooks.got
    assert len(got.json["text"]["content"].encode()) <= 2048
    assert "还有 " in got.json["text"]["content"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_deliver_each_notice_once(town, people, now, hooks, monkeypatch):
    monkeypatch.setattr(deliveries, "TARGETS", 1)
    for number in range(8):
        hook_of(people.liaison, hooks, f"/{number}")
    for _ in range(20):
        opened(town, now)
    notices_deliver(now=now)
    together, arrived = threading.Barrier(2), []

    def work() -> None:
        try:
            together.wait()
            arrived.append(deliveries_send(now=now, seconds=600))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(arrived) == 160
    keys = [one.key for one in hooks.got]
    assert len(keys) == len(set(keys)) == 8, "one message for each target"


# --- a worker that is killed ------------------------------------------------------------------------------


def test_a_worker_killed_before_it_marked_sends_again_under_the_same_key(
    town, people, now, hooks, monkeypatch
):
    hook_of(people.liaison, hooks, "/in")
    opened(town, now)
    notices_deliver(now=now)

    def killed(*args: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "_arrived", killed)
        with pytest.raises(SystemExit):
            deliveries_send(now=now)
    assert len(hooks.got) == 1
    opened(
        town, now
    )  # what comes meanwhile goes in a message of its own, so that the first stays what it was
    assert run(now + MINUTE) == 1
    assert run(now + LEASE) == 1
    first, second, again = hooks.got
    assert first.key == again.key != second.key
    assert first.json == again.json


# --- what goes wrong --------------------------------------------------------------------------------------

WRONG = [
    # path, how it answers, fault, whether the target itself has said no
    ("/gone", (404, ""), "http:404", True),
    ("/broken", (500, ""), "http:500", False),
    ("/busy", (429, ""), "http:429", False),
    ("/elsewhere", (302, "http://169.254.169.254/latest/meta-data/"), "http:302", True),
    ("/hang", (200, "hang"), "timeout", False),
    ("/drip", (200, "drip"), "timeout", False),
]


@pytest.mark.parametrize(("path", "answer", "error", "definite"), WRONG, ids=[one[0] for one in WRONG])
def test_a_failing_target_rests_and_is_tried_again(
    path, answer, error, definite, town, people, now, hooks, monkeypatch
):
    if error == "timeout":
        monkeypatch.setattr(sender, "SECONDS", 1.0)
    hooks.answers[path] = answer
    hook_of(people.liaison, hooks, path)
    opened(town, now)
    assert run(now) == 0
    row, target = Delivery.objects.get(), NoticeTarget.objects.get()
    assert (row.error, row.tries, row.try_at) == (error, 1, now + MINUTE)
    assert (target.last_error, target.failures, target.resting_until) == (error, 1, now + MINUTE)
    code, _, detail = error.partition(":")
    assert sender.Fault(code, detail).definite is definite
    hooks.answers[path] = (200, "")
    monkeypatch.setattr(sender, "SECONDS", 60.0)
    assert run(now + MINUTE) == 1
    target.refresh_from_db()
    assert (target.failures, target.resting_until, target.last_success_at) == (0, None, now + MINUTE)


def test_nobody_answers_at_all(town, people, now, hooks):
    hook_of(people.liaison, hooks, "/in")
    NoticeTarget.objects.update(address=targets.encrypt("json://127.0.0.1:1/", purpose=targets.PURPOSE))
    opened(town, now)
    assert run(now) == 0
    assert Delivery.objects.get().error == "refused"


def test_one_target_that_hangs_holds_up_no_other(town, people, now, hooks, monkeypatch):
    monkeypatch.setattr(sender, "SECONDS", 8.0)
    hooks.answers["/hang"] = (200, "hang")
    hook_of(people.liaison, hooks, "/hang")
    for number in range(5):
        hook_of(people.liaison, hooks, f"/good{number}")
    for _ in range(3):
        opened(town, now)
    assert run(now) == 15
    assert len(hooks.of("/hang")) == 1, "once for all that waits, then it rests"
    assert run(now + MINUTE / 2) == 0 and len(hooks.of("/hang")) == 1


def test_a_target_that_keeps_saying_no_is_switched_off_and_the_administrator_hears(town, people, now, hooks):
    hooks.answers["/gone"] = (410, "")
    target = hook_of(people.liaison, hooks, "/gone", label="旧系统")
    hook_of(people.administrator, hooks, "/administrator")
    opened(town, now)
    moment = now
    for _ in range(MOST_REFUSALS):
        run(moment)
        moment += timedelta(hours=1)
    target.refresh_from_db()
    assert (target.active, target.off, target.failures) == (False, "failed", MOST_REFUSALS)
    assert not Delivery.objects.filter(target=target, try_at__isnull=False).exists()
    run(moment)
    (told,) = hooks.of("/administrator")
    assert told.json["message"].startswith("liaison员的收信处“旧系统”总送不到，已经自动停了")
    assert Event.objects.filter(stream="targets", action="target.off").count() == 1
    assert audit().broken is None
    assert "127.0.0.1" not in str(list(Event.objects.filter(stream="targets").values()))
    hooks.got.clear()
    opened(town, moment)
    run(moment)
    assert hooks.of("/gone") == []
    # switched on again it gets what it missed
    hooks.answers.clear()
    target_switch(target_id=target.pk, active=True, actor=people.liaison, now=moment)
    assert run(moment) == 1
    assert len(hooks.of("/gone")) == 1


def test_a_target_that_is_not_to_be_reached_is_given_longer(town, people, now, hooks):
    hooks.answers["/broken"] = (503, "")
    target = hook_of(people.liaison, hooks, "/broken")
    opened(town, now)
    for hour in range(MOST_FAILURES):
        target.refresh_from_db()
        assert target.active
        run(now + timedelta(hours=2 * hour))
    target.refresh_from_db()
    assert not target.active and len(hooks.got) == MOST_FAILURES


def test_a_mail_server_that_is_down_is_no_fault_of_the_mailboxes(town, people, now, mailbox, settings):
    for name in ("fang", "li"):
        target_add(
            owner=mine(people.liaison), kind="mail", typed={"mail": f"{name}@jiande.example"},
            actor=people.liaison, now=now,
        )  # fmt: skip
    opened(town, now)
    up, settings.NOTICE_MAIL = settings.NOTICE_MAIL, "mailto://127.0.0.1:1?from=tingchao@jiande.example"
    for hour in range(MOST_REFUSALS + 2):
        assert run(now + timedelta(hours=hour)) == 0
    assert set(NoticeTarget.objects.values_list("active", "failures", "last_error")) == {(True, 0, "refused")}
    settings.NOTICE_MAIL = ""
    assert run(now + timedelta(hours=12)) == 0
    assert set(NoticeTarget.objects.values_list("failures", "last_error")) == {(0, "mail")}
    settings.NOTICE_MAIL = up
    assert run(now + timedelta(hours=14)) == 2 and len(mailbox.got) == 2


def test_a_mailbox_that_does_not_exist_is_the_targets_fault(town, people, now, mailbox):
    target_add(
        owner=mine(people.liaison),
        kind="mail",
        typed={"mail": "nobody@jiande.example"},
        actor=people.liaison,
        now=now,
    )
    opened(town, now)
    assert run(now) == 0
    assert set(NoticeTarget.objects.values_list("failures", "last_error")) == {(1, "smtp:550")}


def test_a_target_removed_while_its_message_is_on_the_way(town, people, now, hooks, monkeypatch):
    target = hook_of(people.liaison, hooks, "/in")
    opened(town, now)
    whole = deliveries.send

    def removed(messages):
        if not messages:
            return
        target_remove(target_id=target.pk, actor=people.liaison, now=now)
        hooks.answers["/in"] = (500, "")
        yield from whole(messages)

    monkeypatch.setattr(deliveries, "send", removed)
    assert run(now) == 0
    assert not Delivery.objects.exists()


def test_a_sending_process_that_dies_loses_nothing(town, people, now, hooks, monkeypatch):
    hook_of(people.liaison, hooks, "/in")
    opened(town, now)
    with monkeypatch.context() as patch:
        patch.setattr(sender.sys, "executable", "/bin/false")
        assert run(now) == 0
    assert Delivery.objects.get().error == "broken" and NoticeTarget.objects.get().failures == 0
    assert run(now + MINUTE) == 1


# --- trying it --------------------------------------------------------------------------------------------


def test_trying_a_target(town, people, now, hooks):
    target = hook_of(people.liaison, hooks, "/in")
    assert target_test(target_id=target.pk, actor=people.liaison, now=now) is None
    assert hooks.got[0].json["title"] == "试一条通知"
    with pytest.raises(targets.Refusal, match="soon"):
        target_test(target_id=target.pk, actor=people.liaison, now=now + timedelta(seconds=5))
    hooks.answers["/in"] = (500, "")
    fault = target_test(target_id=target.pk, actor=people.liaison, now=now + MINUTE)
    assert str(fault) == "http:500"
    target.refresh_from_db()
    assert (target.last_error, target.failures) == ("http:500", 0)


def test_the_folder_is_used_until_somebody_sets_up_a_target(town, people, now, hooks, settings, tmp_path):
    opened(town, now)
    run(now)
    assert len(list((tmp_path / "notices").glob("*.json"))) == 1
    hook_of(people.liaison, hooks, "/in")
    opened(town, now)
    run(now)
    assert len(list((tmp_path / "notices").glob("*.json"))) == 1 and len(hooks.got) == 1
    settings.NOTICES_FOLDER = "1"
    opened(town, now)
    run(now)
    assert len(list((tmp_path / "notices").glob("*.json"))) == 2 and len(hooks.got) == 2
