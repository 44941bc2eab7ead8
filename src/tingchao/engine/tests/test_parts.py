"""Several bodies with one lead and one answer; more time asked for; supervision; what deputies see and say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from conftest import staff

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.models import Deputy
from tingchao.directory.services import body_create
from tingchao.engine.care import case_tend
from tingchao.engine.models import Assignment, Case, Event, Fact, Notice
from tingchao.engine.sealing import audit, chain_verify
from tingchao.engine.selectors import history
from tingchao.engine.services import case_act
from tingchao.engine.terms import follow_ups_end
from tingchao.engine.tests.loop import INPUTS, brought, code_of
from tingchao.engine.tools.base import AFTERWARDS

HOUR = timedelta(hours=1)


@pytest.fixture
def case(town, handed, now) -> Case:
    return brought(town, handed, now, "acting")


def tend(case: Case, tool: str, actor: Any, now: Any, **raw: Any) -> Case:
    return case_tend(case_id=case.pk, tool=tool, raw=raw, actor=actor, now=now)


def refused(case: Case, tool: str, actor: Any, now: Any, **raw: Any) -> str:
    return code_of(case_tend, case_id=case.pk, tool=tool, raw=raw, actor=actor, now=now)


def part(case: Case, body: Any) -> Assignment:
    return Assignment.objects.get(case=case, body=body, kind="joint", ended_at=None)


def told(case: Case, template: str) -> list[str]:
    return list(Notice.objects.filter(case=case, template=template).values_list("recipient", flat=True))


# --- a part for a joint body ------------------------------------------------------------------------------


def test_a_joint_body_gets_a_part_with_a_day_and_hands_in_its_opinion_to_the_lead(town, case, now):
    jiaojing = town.bodies.jiaojing
    tend(
        case,
        "split",
        town.liaison,
        now + HOUR,
        body=str(jiaojing.pk),
        note="请定施工时怎么封路",
        until="2026-11-24",
    )
    given = part(case, jiaojing)
    assert (given.task, given.due_on, given.replied_at) == ("请定施工时怎么封路", date(2026, 11, 24), None)
    assert told(case, "joint") == [f"body:{jiaojing.pk}"]
    tend(case, "opinion", town.other_handler, now + 2 * HOUR, note="封一条车道，夜里施工。")
    given = part(case, jiaojing)
    assert (given.words, given.replied_at) == ("封一条车道，夜里施工。", now + 2 * HOUR)
    assert told(case, "opinion") == [f"body:{town.bodies.chengguan.pk}"]
    assert refused(case, "opinion", town.other_handler, now + 3 * HOUR, note="再说一遍") == "not_now"
    assert (
        code_of(
            case_act,
            case_id=case.pk,
            action="answer",
            raw=INPUTS["answer"],
            actor=town.other_handler,
            now=now + 3 * HOUR,
        )
        == "forbidden"
    )  # one answer, by the one that leads
    assert audit().broken is None


def test_a_new_task_asks_for_a_new_opinion(town, case, now):
    body = str(town.bodies.jiaojing.pk)
    tend(case, "split", town.liaison, now + HOUR, body=body, note="请定怎么封路")
    tend(case, "opinion", town.other_handler, now + 2 * HOUR, note="封一条车道。")
    tend(case, "split", town.coordinator, now + 3 * HOUR, body=body, note="再定哪天封路")
    given = part(case, town.bodies.jiaojing)
    assert (given.task, given.replied_at, given.words) == ("再定哪天封路", None, "")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"body": "lead"}, "body"),
        ({"body": "elsewhere"}, "body"),
        ({"body": "congress"}, "body"),
        ({"body": "court"}, "body"),
        ({"until": "2026-11-19"}, "until"),
        ({"until": "2027-11-19"}, "until"),
        ({"note": "查"}, "note"),
    ],
)
def test_what_cannot_be_given_to_a_joint_body(town, case, now, wrong, field):
    place = {"region_code": "330182000000", "actor": SYSTEM}
    court = body_create(key="fayuan", name="建德市人民法院", kind="court", **place)
    bodies = {
        "lead": town.bodies.chengguan, "elsewhere": town.bodies.xihu, "congress": town.bodies.renda, "court": court
    }  # fmt: skip
    raw = {"body": str(town.bodies.jiaojing.pk), "note": "请查这一段线路", **wrong}
    raw["body"] = str(bodies[raw["body"]].pk) if raw["body"] in bodies else raw["body"]
    with pytest.raises(Refusal) as fault:
        tend(case, "split", town.liaison, now + HOUR, **raw)
    assert list(fault.value.fields) == [field]


def test_a_part_keeps_its_own_day_when_the_whole_gets_more_time(town, case, now):
    tend(
        case,
        "split",
        town.liaison,
        now,
        body=str(town.bodies.jiaojing.pk),
        note="请定怎么封路",
        until="2026-11-23",
    )
    later = tend(case, "extend", town.coordinator, now + HOUR, amount="3", note="配件要从外地调")
    assert part(case, town.bodies.jiaojing).due_on == date(2026, 11, 23)
    assert Assignment.objects.get(case=case, kind="lead").due_on == later.due_on


# --- more time --------------------------------------------------------------------------------------------


def test_more_time_is_asked_for_and_granted_and_the_reporter_is_told(town, case, now):
    asked = tend(case, "ask_time", town.handler, now + HOUR, amount="3", note="配件要从外地调")
    assert asked.more_time == {"amount": 3, "why": "配件要从外地调", "on": "2026-11-20"}
    assert told(case, "time_asked") == [f"role:coordinator@{town.region}"]
    assert refused(case, "ask_time", town.handler, now + HOUR, amount="2", note="再问一次") == "not_now"
    granted = tend(case, "extend", town.coordinator, now + 2 * HOUR, amount="3", note="属实，同意")
    assert granted.more_time is None and granted.due_on > asked.due_on
    assert told(case, "extended") == ["reporter"] and told(case, "time_granted")
    assert refused(case, "ask_time", town.handler, now + 3 * HOUR, amount="1", note="再延一次") == "clock"


def test_more_time_is_refused_with_a_reason(town, case, now):
    tend(case, "ask_time", town.handler, now + HOUR, amount="3", note="配件要从外地调")
    after = tend(case, "refuse_time", town.coordinator, now + 2 * HOUR, note="配件本地就有")
    assert after.more_time is None and after.due_on == case.due_on
    assert told(case, "time_refused") == [f"body:{town.bodies.chengguan.pk}"] and not told(case, "extended")
    assert refused(case, "refuse_time", town.coordinator, now + 3 * HOUR, note="再拒一次") == "not_now"


@pytest.mark.parametrize("amount", ["0", "6", "-1", "三", "", "1.5"])
def test_no_more_than_the_limit_again_can_be_asked_for(town, case, now, amount):
    assert (
        refused(case, "ask_time", town.handler, now + HOUR, amount=amount, note="配件要从外地调") == "input"
    )


def test_a_request_is_over_when_the_matter_moves_on(town, case, now):
    tend(case, "ask_time", town.handler, now + HOUR, amount="3", note="配件要从外地调")
    act = {"case_id": case.pk, "action": "answer", "raw": INPUTS["answer"], "actor": town.handler}
    assert case_act(now=now + 2 * HOUR, **act).more_time is None


# --- supervision ------------------------------------------------------------------------------------------


def test_a_matter_is_put_under_supervision_and_let_go_with_a_word(town, case, now):
    marked = tend(case, "supervise", town.leader, now + HOUR, note="一周内办好")
    assert marked.supervised_at == now + HOUR
    assert told(case, "supervised") == [f"body:{town.bodies.chengguan.pk}"]
    assert refused(case, "supervise", town.clerk, now + HOUR, note="再督一次") == "not_now"
    assert refused(case, "lift", town.liaison, now + HOUR, note="不用了") == "forbidden"
    assert tend(case, "lift", town.coordinator, now + 2 * HOUR, note="已办好").supervised_at is None
    assert refused(case, "lift", town.leader, now + 3 * HOUR, note="再解一次") == "not_now"


def test_supervision_goes_through_the_stages_and_ends_with_the_matter(town, handed, now):
    case = brought(town, handed, now, "rating")
    tend(case, "supervise", town.leader, now + HOUR, note="请看结果")
    assert told(case, "supervised") == [f"body:{town.bodies.chengguan.pk}"]  # nobody is pressed to rate
    case = case_act(case_id=case.pk, action="rate_good", raw={}, actor=reporter(case.pk), now=now + 2 * HOUR)
    assert case.supervised_at is not None
    keep = {"case_id": case.pk, "action": "keep", "raw": INPUTS["keep"], "actor": town.liaison}
    assert case_act(now=now + 3 * HOUR, **keep).supervised_at is None


# --- deputies ---------------------------------------------------------------------------------------------


def test_each_deputy_rates_each_answer_once_and_the_body_may_reply(town, handed, now):
    case = brought(town, handed, now, "rating")
    second = staff(Role.DEPUTY, "330182001", deputy=town.deputies[1].pk)
    assert refused(case, "reply_rating", town.handler, now + HOUR, said="谢谢您的评价") == "not_now"
    tend(case, "deputy_rate", town.deputy, now + HOUR, rating="fair", said="灯亮了，线还没查")
    assert refused(case, "deputy_rate", town.deputy, now + HOUR, rating="good", said="改一改") == "not_now"
    tend(case, "deputy_rate", second, now + HOUR, rating="good", said="办得快")
    facts = Fact.objects.filter(kind="deputy.rated").order_by("id")
    assert [(fact.deputy_id, fact.detail) for fact in facts] == [
        (town.deputies[0].pk, "fair"),
        (town.deputies[1].pk, "good"),
    ]
    assert (
        Event.objects.filter(case=case, action="deputy_rate").order_by("sequence").first().said
        == "基本满意。灯亮了，线还没查"
    )
    tend(case, "reply_rating", town.handler, now + 2 * HOUR, said="线路这周就查。")
    assert case_of(case).satisfaction == ""  # a deputy's rating is not the reporter's
    poor = {"action": "rate_poor", "raw": INPUTS["rate_poor"], "actor": reporter(case.pk)}
    case_act(case_id=case.pk, now=now + 3 * HOUR, **poor)
    assert refused(case, "deputy_rate", town.deputy, now + 4 * HOUR, rating="good", said="再评") == "not_now"
    case_act(case_id=case.pk, action="answer", raw=INPUTS["answer"], actor=town.handler, now=now + 4 * HOUR)
    tend(case, "deputy_rate", town.deputy, now + 5 * HOUR, rating="good", said="这次好了")
    assert Fact.objects.filter(kind="deputy.rated").count() == 3


def test_deputies_may_rate_and_the_body_reply_for_a_month_after_the_end(town, handed, now):
    case = brought(town, handed, now, "rating")
    case_act(case_id=case.pk, action="rate_good", raw={}, actor=reporter(case.pk), now=now + HOUR)
    keep = {"case_id": case.pk, "action": "keep", "raw": INPUTS["keep"], "actor": town.liaison}
    case = case_act(now=now + 2 * HOUR, **keep)
    others = staff(Role.DEPUTY, "330182001", deputy=town.deputies[2].pk)
    assert refused(case, "deputy_rate", others, now + 3 * HOUR, rating="good", said="我也评") == "forbidden"
    assert (
        refused(case, "visit", town.deputy, now + 3 * HOUR, on="2026-11-20", note="去看过了") == "forbidden"
    )
    tend(case, "deputy_rate", town.deputy, now + 3 * HOUR, rating="fair", said="灯亮了，线还没查")
    assert refused(case, "deputy_rate", town.deputy, now + 4 * HOUR, rating="good", said="再评") == "not_now"
    tend(case, "reply_rating", town.handler, now + 4 * HOUR, said="线路这周就查。")
    after = case_of(case)
    assert (after.closed_at, after.satisfaction) == (case.closed_at, "good")
    second = staff(Role.DEPUTY, "330182001", deputy=town.deputies[1].pk)
    late = case.closed_at + AFTERWARDS
    assert refused(case, "deputy_rate", second, late + 24 * HOUR, rating="good", said="晚了") == "closed"
    tend(case, "deputy_rate", second, late, rating="good", said="赶上了")
    assert chain_verify(case_of(case), history(case)) is None


def case_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize(
    ("on", "code"),
    [("2026-11-20", ""), ("2026-11-21", "input"), ("2026-11-19", "input"), ("昨天", "input"), ("", "input")],
)
def test_a_visit_is_recorded_with_its_day(town, case, now, on, code):
    assert refused(case, "visit", town.deputy, now + HOUR, on=on, note="三盏灯都去看了") == code
    facts = Fact.objects.filter(kind="deputy.visit").values_list("deputy_id", flat=True)
    assert list(facts) == ([] if code else [town.deputies[0].pk])


def test_a_deputy_whose_term_ends_follows_no_longer_and_another_is_named(town, case, now):
    leaving = town.deputies[0]
    assert refused(case, "name_deputies", town.liaison, now, deputies=[str(town.deputies[2].pk)]) == "not_now"
    Deputy.objects.filter(pk=leaving.pk).update(until=date(2026, 11, 23))
    assert follow_ups_end(now=now) == 0
    monday = now + timedelta(days=3)
    assert follow_ups_end(now=monday) == 1 and follow_ups_end(now=monday) == 0
    ended = Assignment.objects.get(case=case, deputy=leaving)
    assert ended.ended_at == monday
    assert told(case, "name_another") == [f"role:liaison@{town.region}"]
    call = {"tool": "name_deputies", "actor": town.liaison, "now": monday + HOUR}
    for wrong in ([str(leaving.pk)], [str(town.deputies[1].pk)], ["999999"]):
        assert code_of(case_tend, case_id=case.pk, raw={"deputies": wrong}, **call) == "input"
    case_tend(case_id=case.pk, raw={"deputies": [str(town.deputies[2].pk)]}, **call)
    running = Assignment.objects.filter(case=case, kind="follow_up", ended_at=None)
    assert {one.deputy_id for one in running} == {town.deputies[1].pk, town.deputies[2].pk}
    assert told(case, "follow_up").count(f"deputy:{town.deputies[2].pk}") == 1
    assert audit().broken is None


def test_a_term_that_ends_after_the_matter_leaves_it_alone(town, handed, now):
    case = brought(town, handed, now, "known")
    Deputy.objects.filter(pk=town.deputies[0].pk).update(until=date(2026, 11, 21))
    events = case.events
    assert follow_ups_end(now=now + timedelta(days=3)) == 0
    assert case_of(case).events == events
