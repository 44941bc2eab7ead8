"""The harder turns of the loop in a real browser: merged and split, handed back three times, poor and reopened."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import NOW, SINCE

from tests.journeys.conftest import PASSWORD
from tests.journeys.test_voice_journey import act, choose, hand_over, send
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Case
from tingchao.engine.sealing import audit
from tingchao.mechanisms.public_voices.services import voice_file


def heard(city: Any, text: str) -> Case:
    """A voice that somebody said on their phone."""
    return voice_file(
        text=text,
        region_code=city.region,
        station_id=city.station.pk,
        channel="code",
        actor=reporter(0),
        now=NOW,
    )


def mine(case: Case) -> str:
    return f"/m/{case.number}/{passcode_for(case)}/"


def joins_as(city: Any, username: str, body: Any) -> None:
    """An account that handles matters for one more body."""
    account = account_create(username=username, name="会办员", password=PASSWORD, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=Role.HANDLER, scope="330182001", body=body, since=SINCE, actor=SYSTEM)


@pytest.fixture
def desk(visitor, city):
    page = visitor("desk")
    page.logs_in("lianluo")
    return page


def opens(page: Any, case: Case) -> None:
    page.go(f"/desk/case/{case.number}/")


def test_two_who_said_the_same_are_merged_and_three_bodies_give_one_answer(visitor, city, desk):
    first, second = heard(city, "府前路三盏路灯不亮，晚上看不清。"), heard(city, "府前路的灯坏了好几天了。")
    joins_as(city, "jiaojing", city.bodies.jiaojing)

    # the first is handed over, the second merged into it by the number as it is read out
    opens(desk, first)
    act(desk, "交单位办", "assign")
    hand_over(desk, "assign")
    choose(desk.page, "assign", "一般")
    send(desk, "assign")
    opens(desk, second)
    act(desk, "并入同一件事", "merge")
    desk.page.fill("[name='merge.main']", "路灯那件")
    send(desk, "merge")
    desk.reads("编号只由数字组成")
    desk.page.fill("[name='merge.main']", f"编号 {first.number}")
    send(desk, "merge")
    desk.reads("并案等主件")
    assert desk.page.locator(".joined a").inner_text() == first.title
    phone = visitor("phone")
    phone.go(mine(second))
    phone.reads("正并在一起办")

    # split: a part for the traffic police, whose opinion goes to the lead
    opens(desk, first)
    assert desk.page.locator(".joined a").inner_text() == second.title
    act(desk, "分给会办单位", "split")
    choose(desk.page, "split", "交警中队")
    desk.page.fill("[name='split.note']", "换灯时怎么封路")
    send(desk, "split")
    desk.page.locator(".board").get_by_text("意见还没交").wait_for()
    lead = visitor("desk")
    lead.logs_in("jingban")
    opens(lead, first)
    act(lead, "答复办理结果", "answer")
    lead.reads("会办意见还没交：交警中队")
    joint = visitor("desk")
    joint.logs_in("jiaojing")
    opens(joint, first)
    assert not joint.page.locator("a[href='#act-answer']").count()  # one answer, by the lead
    act(joint, "交会办意见", "opinion")
    joint.page.fill("[name='opinion.note']", "夜里封一条车道就够。")
    send(joint, "opinion")

    # one answer reaches both, and each rates on their own
    opens(lead, first)
    lead.page.locator(".board").get_by_text("夜里封一条车道就够。").wait_for()
    act(lead, "答复办理结果", "answer")
    choose(lead.page, "answer", "已解决")
    lead.page.fill("[name='answer.answer']", "三盏灯已经换好，请您今晚看看。")
    send(lead, "answer")
    phone.go(mine(second))
    phone.reads("三盏灯已经换好，请您今晚看看。")
    phone.page.get_by_role("button", name="满意", exact=True).click()
    phone.page.wait_for_load_state()
    phone.look()
    phone.reads("和同一件事一起答复了您")
    phone.go(mine(first))
    act(phone, "不满意", "rate_poor")
    phone.page.fill("[name='rate_poor.missing']", "靠菜场那盏还是不亮。")
    send(phone, "rate_poor")
    stages = {case.pk: case.stage for case in Case.objects.all()}
    assert stages == {first.pk: "acting", second.pk: "kept"}
    assert audit().broken is None


def test_the_third_hand_back_is_decided(visitor, city, desk):
    case = heard(city, "老小区的下水道又堵了，臭得很。")
    body = visitor("desk")
    body.logs_in("jingban")
    for time in range(3):
        opens(desk, case)
        act(desk, "交单位办", "assign")
        hand_over(desk, "assign")
        choose(desk.page, "assign", "一般")
        send(desk, "assign")
        opens(body, case)
        act(body, "退回，不归本单位", "hand_back")
        body.page.fill("[name='hand_back.reason']", "下水道归住建局管，不归我们。")
        body.page.locator("#act-hand_back button[name=action]").click()
        body.page.wait_for_load_state()
        assert Case.objects.get().stage == ("coordinating" if time == 2 else "sorting")
    opens(desk, case)
    assert not desk.page.locator("a[href='#act-assign']").count()  # it is the coordinator's now
    decider = visitor("desk")
    decider.logs_in("xietiao")
    opens(decider, case)
    decider.reads("3 次")
    act(decider, "定由谁办", "decide")
    hand_over(decider, "decide")
    decider.page.fill("[name='decide.reason']", "按职责分工由它牵头，住建局配合。")
    send(decider, "decide")
    opens(body, case)
    body.look()
    assert not body.page.locator("a[href='#act-hand_back']").count()  # decided: it is not handed back again
    act(body, "申请延期", "ask_time")
    body.page.fill("[name='ask_time.amount']", "3")
    body.page.fill("[name='ask_time.note']", "要等疏通车排期")
    send(body, "ask_time")
    body.reads("申请延期 3 天，等协调人决定")
    opens(decider, case)
    act(decider, "批准延期", "extend")
    assert decider.page.input_value("[name='extend.amount']") == "3"
    decider.page.fill("[name='extend.note']", "疏通车确实排不上")
    send(decider, "extend")
    act(decider, "列为督办", "supervise")
    decider.page.fill("[name='supervise.note']", "延期后必须办好")
    send(decider, "supervise")
    assert decider.page.locator("h1 .tag.watched").count() == 1
    phone = visitor("phone")
    phone.go(mine(case))
    phone.reads("这件事要多办几天")
    phone.reads(re.compile("城管中队已接单"))
    assert audit().broken is None


def test_poor_then_good_then_reopened(visitor, city, desk):
    case = heard(city, "广场边的路灯一闪一闪的。")
    phone = visitor("phone")
    opens(desk, case)
    act(desk, "当场答复", "answer_now")
    desk.page.fill("[name='answer_now.answer']", "已经报修，今晚就有人来看。")
    send(desk, "answer_now")
    phone.go(mine(case))
    act(phone, "不满意", "rate_poor")
    phone.page.fill("[name='rate_poor.missing']", "没有人来看。")
    send(phone, "rate_poor")
    opens(desk, case)
    desk.reads("没有人来看。")
    act(desk, "当场答复", "answer_now")
    desk.page.fill("[name='answer_now.answer']", "师傅刚换好镇流器，不闪了。")
    send(desk, "answer_now")
    phone.go(mine(case))
    phone.page.get_by_role("button", name="基本满意", exact=True).click()
    phone.page.wait_for_load_state()
    opens(desk, case)
    act(desk, "办结，不公开内容", "keep")
    desk.page.fill("[name='keep.reason']", "小修，不用公开")
    send(desk, "keep")
    phone.go(mine(case))
    phone.reads("当场答复了您")
    opens(desk, case)
    act(desk, "重新打开", "reopen")
    desk.page.fill("[name='reopen.reason']", "灯又闪了")
    send(desk, "reopen")
    case.refresh_from_db()
    assert (case.stage, case.satisfaction, case.closed_at) == ("sorting", "fair", None)
    phone.go(mine(case))
    phone.reads("代表和联络员正在看")
    assert audit().broken is None
