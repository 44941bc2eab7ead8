"""Setting up where notices go: what is taken, what is refused with which words, and who may."""

from __future__ import annotations

import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.notices.conftest import hook_of, mine, run
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.engine import addresses, deliveries, messages, targets
from tingchao.engine.addresses import address_of
from tingchao.engine.care import case_tend
from tingchao.engine.models import Delivery, Event, Notice, NoticeTarget
from tingchao.engine.sealing import audit
from tingchao.engine.send_child import inside
from tingchao.engine.services import case_act
from tingchao.engine.targets import (
    MOST,
    Owner,
    may_keep,
    owner_of,
    target_add,
    target_change,
    target_remove,
    target_switch,
    target_test,
    target_unsubscribe,
)
from tingchao.engine.tests.loop import opened, typed

KEY = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"


# --- addresses --------------------------------------------------------------------------------------------


@pytest.fixture
def outside(settings, monkeypatch):
    """No address inside is allowed, and names are found in a table of ours."""
    settings.NOTICE_PRIVATE_HOSTS = False
    settings.NOTICE_MAIL = "mailtos://user:pass@smtp.example.cn?from=a@example.cn"
    names = {
        "hooks.example.cn": ("93.184.216.34",),
        "xn--fiq228c.example.cn": ("93.184.216.34",),
        "rebound.example.cn": ("93.184.216.34", "127.0.0.1"),
        "metadata.example.cn": ("169.254.169.254",),
        "six.example.cn": ("::1",),
        "localhost": ("127.0.0.1",),
    }
    literal = ("127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "0.0.0.0", "::ffff:127.0.0.1", "2130706433")
    found = names | {one: ("127.0.0.1",) if one == "2130706433" else (one,) for one in literal}
    monkeypatch.setattr(addresses, "resolve", lambda host: found.get(host, ()))


GOOD = [
    # kind, what is typed, the address kept, what is shown of it
    ("mail", {"mail": " fang@jiande.gov.cn "}, "fang@jiande.gov.cn", "fa***@jiande.gov.cn"),
    ("mail", {"mail": "fang@建德.example"}, "fang@xn--b0t7p.example", "fa***@建德.example"),
    ("dingtalk", {"token": "a1" * 32}, f"dingtalk://{'a1' * 32}/", "…a1a1"),
    ("dingtalk", {"token": "a1" * 32, "secret": "SECabcdef01"}, f"dingtalk://SECabcdef01@{'a1' * 32}/", "…a1a1"),
    ("wecom", {"key": KEY}, f"wecombot://{KEY}/", "…5aaa"),
    ("wecom", {"key": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"}, f"wecombot://{KEY}/", "…5aaa"),
    ("webhook", {"url": "https://hooks.example.cn/a/b?t=s%20t"}, "jsons://hooks.example.cn/a/b?-t=s%20t",
     "https://hooks.example.cn/…"),
    ("webhook", {"url": "https://中文.example.cn:8443"}, "jsons://xn--fiq228c.example.cn:8443/", "https://中文.example.cn/…"),
    ("other", {"address": "feishu://0a1b2c3d4e5f"}, "feishu://0a1b2c3d4e5f", "feishu://…"),
    ("other", {"address": "ntfys://hooks.example.cn/topic"}, "ntfys://hooks.example.cn/topic", "ntfys://hooks.example.cn…"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "url", "shown"), GOOD)
def test_an_address_that_is_taken(kind, given, url, shown, outside):
    made = address_of(kind, given)
    assert (made.url, made.shown) == (url, shown)
    assert made.url not in repr(made)


ODD, INSIDE = "空格、换行", "内部网络"
BAD = [
    # kind, what is typed, part of what is said
    ("mail", {"mail": ""}, "请填写"),
    ("mail", {"mail": "fang"}, "邮箱地址不对"),
    ("mail", {"mail": "a@b.cn\r\nBcc: everybody@b.cn"}, ODD),
    ("mail", {"mail": "a@b.cn%0d%0aBcc:c@d.cn"}, ODD),
    ("mail", {"mail": "方@jiande.gov.cn"}, "邮箱地址不对"),
    ("mail", {"mail": "a@b.cn,c@d.cn"}, "邮箱地址不对"),
    ("mail", {"mail": f"{'a' * 500}@b.cn"}, "太长"),
    ("dingtalk", {"token": "https://evil.example/robot?x=1"}, "不像钉钉"),
    ("dingtalk", {"token": "a1/../b2" * 4}, "不像钉钉"),
    ("dingtalk", {"token": "a1" * 32, "secret": "x@evil.example/"}, "加签密钥"),
    ("wecom", {"key": "短"}, "不像企业微信"),
    ("webhook", {"url": "http://hooks.example.cn/"}, "https://"),
    ("webhook", {"url": "ftp://hooks.example.cn/"}, "https://"),
    ("webhook", {"url": "file:///etc/passwd"}, "https://"),
    ("webhook", {"url": "https://"}, "https://"),
    ("webhook", {"url": "https://user:pass@hooks.example.cn/"}, "https://"),
    ("webhook", {"url": "https://hooks.example.cn:99999/"}, "https://"),
    ("webhook", {"url": "https://hooks.example.cn/a b"}, ODD),
    ("webhook", {"url": "https://hooks.example.cn/\x00"}, ODD),
    ("webhook", {"url": "https://hooks.example.cn/%0d%0aX: y"}, ODD),
    ("webhook", {"url": "https://nowhere.example.cn/"}, "找不到"),
    ("webhook", {"url": "https://127.0.0.1/"}, INSIDE),
    ("webhook", {"url": "https://localhost/"}, INSIDE),
    ("webhook", {"url": "https://10.0.0.8:8080/"}, INSIDE),
    ("webhook", {"url": "https://2130706433/"}, INSIDE),
    ("webhook", {"url": "https://0.0.0.0/"}, INSIDE),
    ("webhook", {"url": "https://[::1]/"}, INSIDE),
    ("webhook", {"url": "https://[::ffff:127.0.0.1]/"}, INSIDE),
    ("webhook", {"url": "https://169.254.169.254/latest/meta-data/"}, INSIDE),
    ("webhook", {"url": "https://metadata.example.cn/"}, INSIDE),
    ("webhook", {"url": "https://rebound.example.cn/"}, INSIDE),
    ("webhook", {"url": "https://six.example.cn/"}, INSIDE),
    ("webhook", {"url": "https://ho..st/"}, "写法不对"),
    ("other", {"address": "syslog://localhost"}, "不支持"),
    ("other", {"address": "rsyslog://10.0.0.8"}, "不支持"),
    ("other", {"address": "dbus://"}, "不支持"),
    ("other", {"address": "windows://"}, "不支持"),
    ("other", {"address": "file:///etc/passwd"}, "不支持"),
    ("other", {"address": "mailto://a:b@smtp.example.cn?pgpprv=/etc/shadow"}, "不支持"),
    ("other", {"address": "https://hooks.example.cn/"}, "不支持"),
    ("other", {"address": "hallo"}, "不支持"),
    ("other", {"address": "json://169.254.169.254/"}, INSIDE),
    ("other", {"address": "gotifys://10.0.0.8/token"}, INSIDE),
    ("other", {"address": "barks://localhost/key"}, INSIDE),
    ("other", {"address": "feishu://!!"}, "写法不对"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "said"), BAD)
def test_an_address_that_is_refused(kind, given, said, outside, caplog):
    with pytest.raises(Refusal) as refused:
        address_of(kind, given)
    assert said in "".join(refused.value.fields.values())
    assert set(refused.value.fields) <= set(given)
    assert not [record for record in caplog.records if record.levelno >= logging.INFO], "nothing in the log"


def test_mail_needs_a_mail_server(outside, settings):
    settings.NOTICE_MAIL = ""
    with pytest.raises(Refusal) as refused:
        address_of("mail", {"mail": "a@b.cn"})
    assert "系统管理员" in refused.value.fields["mail"]


@pytest.mark.parametrize(
    ("address", "stands_inside"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("172.16.0.1", True), ("192.168.1.1", True), ("100.64.0.1", True),
        ("169.254.169.254", True), ("0.0.0.0", True), ("224.0.0.1", True), ("255.255.255.255", True), ("::1", True),
        ("fe80::1%eth0", True), ("fd00::1", True), ("::ffff:10.0.0.1", True), ("64:ff9b::7f00:1", True),
        ("2002:7f00:1::", True), ("93.184.216.34", False), ("223.5.5.5", False), ("2400:3200::1", False),
        ("64:ff9b::df05:505", False),
    ],
)  # fmt: skip
def test_which_addresses_stand_inside(address, stands_inside):
    assert inside(address) is stands_inside


def test_a_name_that_resolves_inside_only_later_is_refused_when_it_is_connected_to(
    town, people, now, hooks, settings
):
    """The address was good when it was typed; by now its name leads inside."""
    target = hook_of(people.liaison, hooks, "/in")
    settings.NOTICE_PRIVATE_HOSTS = False
    opened(town, now)
    assert run(now) == 0 and hooks.got == []
    target.refresh_from_db()
    assert (target.last_error, target.failures) == ("inside", 1)


def test_the_address_is_kept_encrypted(town, people, now, hooks):
    target = hook_of(people.liaison, hooks, "/secret-path")
    kept = bytes(NoticeTarget.objects.values_list("address", flat=True).get())
    assert b"secret" not in kept and "secret" not in str(NoticeTarget.objects.values()[0]["shown"])
    assert "secret" not in str(list(Event.objects.values()))
    assert targets.decrypt(kept, purpose=targets.PURPOSE) == f"json://127.0.0.1:{hooks.port}/secret-path"
    assert target.shown == "http://127.0.0.1/…"


# --- who may ----------------------------------------------------------------------------------------------

CHENGGUAN, GROUP, COUNTY = "a body's", "a station's liaisons'", "another district's liaisons'"
MAY = [
    # who, whose, may keep them
    ("liaison", "own", True),
    ("handler", "own", True),
    ("administrator", "own", True),
    ("liaison", "another's", False),
    ("administrator", "another's", False),
    ("handler", CHENGGUAN, True),
    ("administrator", CHENGGUAN, True),
    ("liaison", CHENGGUAN, False),
    ("coordinator", CHENGGUAN, False),
    ("liaison", GROUP, True),
    ("administrator", GROUP, True),
    ("coordinator", GROUP, False),
    ("handler", GROUP, False),
    ("liaison", COUNTY, False),
    ("stranger", COUNTY, True),
]


@pytest.mark.parametrize(("who", "whose", "allowed"), MAY)
def test_who_may_keep_which_targets(who, whose, allowed, town, people, now, hooks):
    owner = {
        "own": mine(getattr(people, who)),
        "another's": mine(people.deputy),
        CHENGGUAN: Owner(body_id=town.bodies.chengguan.pk, body_region="330182001000"),
        GROUP: Owner(role="liaison", scope="330182001"),
        COUNTY: Owner(role="liaison", scope="330106"),
    }[whose]
    actor = getattr(people, who)
    assert may_keep(actor, owner) is allowed
    call = {"kind": "webhook", "typed": {"url": hooks.at("/x")}, "now": now}
    if not allowed:
        with pytest.raises(Refusal, match="forbidden"):
            target_add(owner=owner, actor=actor, **call)
        target = NoticeTarget.objects.create(
            account_id=owner.account_id, body_id=owner.body_id, role=owner.role, scope=owner.scope,
            kind="webhook", address=b"", shown="x", created_at=now,
        )  # fmt: skip
        for service, more in ((target_change, {"typed": {}}), (target_remove, {}), (target_test, {}),
                              (target_switch, {"active": False})):  # fmt: skip
            with pytest.raises(Refusal, match="forbidden"):
                service(target_id=target.pk, actor=actor, now=now, **more)
        return
    target = target_add(owner=owner, actor=actor, **call)
    kept = owner_of(NoticeTarget.objects.select_related("body").get(pk=target.pk))
    assert kept == owner


def test_each_change_leaves_an_event_and_no_secret(town, people, now, hooks):
    target = hook_of(people.liaison, hooks, "/secret")
    target_change(target_id=target.pk, typed={"rhythm": "daily"}, actor=people.liaison, now=now)
    target_switch(target_id=target.pk, active=False, actor=people.liaison, now=now)
    target_remove(target_id=target.pk, actor=people.liaison, now=now)
    events = Event.objects.filter(stream="targets").order_by("sequence")
    assert [one.action for one in events] == ["target.add", "target.change", "target.change", "target.remove"]
    assert {one.actor for one in events} == {f"account:{people.liaison.id}"}
    assert audit().broken is None
    for call in (
        lambda: target_remove(target_id=target.pk, actor=people.liaison, now=now),
        lambda: target_test(target_id=target.pk, actor=people.liaison, now=now),
    ):
        with pytest.raises(Refusal, match="gone"):
            call()


def test_ten_targets_are_enough(town, people, now, hooks):
    for number in range(MOST):
        hook_of(people.liaison, hooks, f"/{number}")
    with pytest.raises(Refusal, match="many"):
        hook_of(people.liaison, hooks, "/more")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quiet_from": "22:00"}, "quiet_to"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "quiet_to"),
        ({"quiet_from": "abends", "quiet_to": "7:00"}, "quiet_from"),
        ({"collect_at": "25:00"}, "collect_at"),
        ({"rhythm": "hourly"}, "rhythm"),
        ({"weekday": "9"}, "rhythm"),
        ({"label": "长" * 41}, "label"),
    ],
)
def test_wishes_that_make_no_sense(given, field, town, people, now, hooks):
    with pytest.raises(Refusal) as refused:
        hook_of(people.liaison, hooks, "/in", **given)
    assert field in refused.value.fields
    assert not NoticeTarget.objects.exists()


def test_an_unknown_kind(town, people, now):
    with pytest.raises(Refusal) as refused:
        target_add(owner=mine(people.liaison), kind="fax", typed={}, actor=people.liaison, now=now)
    assert "kind" in refused.value.fields


# --- when and what ----------------------------------------------------------------------------------------

ZONE = ZoneInfo("Asia/Shanghai")
WANTED = [
    # what is wanted (now is Friday 20 November 09:00), the template, when it is sent
    ({}, "arrived", "11-20 09:00"),
    ({"quiet_from": "08:00", "quiet_to": "10:00"}, "arrived", "11-20 10:00"),
    ({"quiet_from": "08:00", "quiet_to": "10:00"}, "urged", "11-20 09:00"),  # urgent
    ({"quiet_from": "08:00", "quiet_to": "10:00", "urgent_at_once": False}, "urged", "11-20 10:00"),
    ({"rhythm": "daily", "collect_at": "17:00"}, "arrived", "11-20 17:00"),
    ({"rhythm": "daily", "collect_at": "08:00", "days_off_quiet": True}, "arrived", "11-23 08:00"),
    ({"rhythm": "daily", "collect_at": "17:00"}, "overdue", "11-20 09:00"),
    ({"rhythm": "weekly", "collect_at": "08:30", "weekday": "2"}, "arrived", "11-25 08:30"),
    ({"wanted": ["urged"]}, "arrived", None),
    ({"wanted": ["urged"]}, "urged", "11-20 09:00"),
    ({"wanted": []}, "urged", None),
]


@pytest.mark.parametrize(("given", "template", "at"), WANTED)
def test_when_a_notice_is_sent(given, template, at, town, people, now, hooks):
    hook_of(people.liaison, hooks, "/in", **given)
    opened(town, now)
    Notice.objects.update(template=template)
    deliveries.deliveries_make(list(Notice.objects.select_related("case")), now)
    put = [f"{row.try_at.astimezone(ZONE):%m-%d %H:%M}" for row in Delivery.objects.all()]
    assert put == ([] if at is None else [at])


def test_a_collection_is_one_message_without_what_has_been_done_meanwhile(town, people, handed, now, mailbox):
    target_add(
        owner=mine(people.liaison), kind="mail", actor=people.liaison, now=now,
        typed={"mail": "fang@jiande.example", "rhythm": "daily", "collect_at": "17:00"},
    )  # fmt: skip
    cases = [opened(town, now) for _ in range(4)]
    assert run(now) == 0 and mailbox.got == []
    case_act(case_id=cases[0].pk, action="assign", raw=typed("assign", handed), actor=town.liaison, now=now)
    evening = now + timedelta(hours=8)
    assert run(evening) == 3
    (mail,) = mailbox.got
    text = mail.get_content()
    assert mail["Subject"] == "听潮：有 3 条通知"
    assert cases[0].number not in text and all(one.number in text for one in cases[1:])
    assert "另有 1 条的事已经办过了，没有列出。" in text and "不想再收到：" in text
    assert Delivery.objects.filter(settled=True).count() == 1
    assert not Delivery.objects.filter(try_at__isnull=False).exists()


def test_nothing_is_sent_when_all_of_it_has_been_done(town, people, handed, now, hooks):
    hook_of(people.liaison, hooks, "/in", rhythm="daily", collect_at="17:00")
    case = opened(town, now)
    run(now)
    case_act(case_id=case.pk, action="assign", raw=typed("assign", handed), actor=town.liaison, now=now)
    assert run(now + timedelta(hours=8)) == 0 and hooks.got == []
    assert Delivery.objects.get().settled


def test_urging_comes_in_the_night_ahead_of_what_waits(town, people, handed, now, hooks):
    hook_of(people.handler, hooks, "/in", quiet_from="22:00", quiet_to="07:00")
    late = now + timedelta(hours=14)  # 23:00
    case = opened(town, now)
    case_act(case_id=case.pk, action="assign", raw=typed("assign", handed), actor=town.liaison, now=late)
    assert run(late) == 0
    case_tend(case_id=case.pk, tool="urge", raw={"note": "请尽快"}, actor=town.liaison, now=late)
    assert run(late) == 1
    assert hooks.got[0].json["title"] == "有人催办：路灯不亮"
    assert run(late + timedelta(hours=8)) == 1
    assert hooks.got[1].json["title"] == "轮到您办：路灯不亮"


def test_every_template_for_staff_can_be_chosen():
    from tingchao.engine.words import NOTICES

    to_reporters = {"moved", "progress", "extended"}
    assert set(messages.TEMPLATES) == set(NOTICES) - to_reporters
    assert set(messages.TEMPLATES) >= messages.URGENT | messages.CALLS_TO_ACT
    chosen = [template for _, templates in messages.WANTS.values() for template in templates]
    assert sorted(chosen) == sorted(messages.TEMPLATES), "each belongs to one choice"


# --- ending by link ---------------------------------------------------------------------------------------


def test_unsubscribing_by_link(town, people, now, hooks):
    target = hook_of(people.liaison, hooks, "/in")
    other = hook_of(people.liaison, hooks, "/other")
    code = messages.unsubscribe_code(target)
    opened(town, now)
    from tingchao.engine.outbox import notices_deliver

    notices_deliver(now=now)
    for wrong in ("", "x", code[:-1], code.lower(), messages.unsubscribe_code(other), "零" * 12):
        assert not target_unsubscribe(target_id=target.pk, code=wrong, now=now)
    assert not target_unsubscribe(target_id=2**70, code=code, now=now)
    assert target_unsubscribe(target_id=target.pk, code=code, now=now)
    assert target_unsubscribe(target_id=target.pk, code=code, now=now), "twice is no fault"
    target.refresh_from_db()
    assert (target.active, target.off) == (False, "unsubscribed")
    assert run(now) == 1 and [one.path for one in hooks.got] == ["/other"]
    assert Event.objects.filter(action="target.unsubscribe").count() == 1
    assert Delivery.objects.get(target=target).error == "off"


def test_nobody_keeps_what_belongs_to_nobody():
    assert not may_keep(SYSTEM, Owner())
