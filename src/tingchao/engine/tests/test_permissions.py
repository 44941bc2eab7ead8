"""Who may do what to a matter: one row an action, everybody who is not named is refused.

The matter is a voice of 新安江街道; 城管中队 leads, 交警中队 joins, two of the four deputies follow up.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import staff
from django.db import transaction

from tingchao.core.roles import Role
from tingchao.core.steps import actions_for
from tingchao.directory.actors import NOBODY, Actor, Hold, reporter
from tingchao.engine import policy
from tingchao.engine.care import TOOLS, case_tend, tools_for
from tingchao.engine.models import Case, Event
from tingchao.engine.services import case_act, roles_of, standing_of
from tingchao.engine.tests.loop import brought, code_of, opened, procedure, typed

FACES = {
    "联络员": lambda town, case: town.liaison,
    "协调人": lambda town, case: town.coordinator,
    "主办经办人": lambda town, case: town.handler,
    "会办经办人": lambda town, case: town.other_handler,
    "别的单位经办人": lambda town, case: staff(Role.HANDLER, "330182", body=town.bodies.zhujian.pk),
    "没有单位的经办人": lambda town, case: staff(Role.HANDLER, "330182"),
    "督办代表": lambda town, case: town.deputy,
    "没督办的代表": lambda town, case: staff(Role.DEPUTY, "330182001", deputy=town.deputies[3].pk),
    "授权在别处的督办代表": lambda town, case: staff(Role.DEPUTY, "330182002", deputy=town.deputies[0].pk),
    "授权在别处、没督办的代表": lambda town, case: staff(
        Role.DEPUTY, "330182002", deputy=town.deputies[3].pk
    ),
    "人大工作人员": lambda town, case: town.clerk,
    "领导": lambda town, case: town.leader,
    "专家": lambda town, case: town.expert,
    "系统管理员": lambda town, case: town.administrator,
    "审计员": lambda town, case: town.auditor,
    "别区联络员": lambda town, case: town.stranger,
    "没有授权的账号": lambda town, case: Actor("account", 1, "某"),
    "没登录的人": lambda town, case: NOBODY,
    "反映人": lambda town, case: reporter(case.pk),
    "别件事的反映人": lambda town, case: reporter(case.pk + 1),
    "正要反映的人": lambda town, case: reporter(0),
}
"""Who tries → the actor that they are."""

LEADING = {"联络员", "协调人"}
GIVEN = {"主办经办人", "会办经办人"}
OFFICE = {"人大工作人员", "领导"}
FOLLOWING = {"督办代表", "授权在别处的督办代表"}
"""A deputy is named in person: whom they listened to at a station elsewhere, they follow up (代表法：联系选民)."""


@pytest.fixture
def joined(town: SimpleNamespace, handed: dict[str, Any]) -> dict[str, Any]:
    return {**handed, "joint": [str(town.bodies.jiaojing.pk)]}


def allowed(case: Case, town: SimpleNamespace, **call: Any) -> set[str]:
    """Everybody who gets through with a call; the others must be told that it is not theirs."""
    through = set()
    for face, actor in FACES.items():
        with transaction.atomic():
            code = code_of(call["service"], case_id=case.pk, actor=actor(town, case), **call["arguments"])
            transaction.set_rollback(True)
        assert code in ("", "forbidden", "second_person"), (face, code)
        if not code:
            through.add(face)
    return through


@pytest.mark.parametrize(
    ("stage", "action", "who", "article"),
    [
        ("sorting", "assign", LEADING, "五事工作法：联络站分类受理、交办"),
        ("sorting", "deliberate", LEADING, "五事工作法：请民议事"),
        ("sorting", "answer_now", LEADING, "五事工作法：听民说事，当场能答的当场答"),
        ("sorting", "decline", LEADING, "信访工作条例 31：不予受理要告知去处"),
        ("sorting", "theme", LEADING, "五事工作法：帮民办事，作为代表小组的专题"),
        ("sorting", "merge", LEADING, "同一件事并在一起办，各自答复各自评"),
        ("joined", "unmerge", LEADING, "并错了可以分开"),
        ("deliberating", "settle", LEADING, "五事工作法：请民议事，议定交办"),
        ("deliberating", "explain", LEADING, "五事工作法：请民议事，议后说明"),
        ("acting", "answer", {"主办经办人"}, "五事工作法：帮民办事，谁主办谁答复"),
        ("acting", "hand_back", {"主办经办人"}, "退回只由主办单位提出"),
        ("coordinating", "decide", {"协调人"}, "退回次数用完，由协调人决定"),
        ("rating", "rate_good", {"反映人"}, "五事工作法：邀民评事，只有本人能评"),
        ("rating", "rate_fair", {"反映人"}, "五事工作法：邀民评事"),
        ("rating", "rate_poor", {"反映人"}, "五事工作法：邀民评事，不满意退回"),
        ("publishing", "draft", {"联络员"}, "五事工作法：让民知事"),
        ("publishing", "keep", LEADING, "个人信息保护法 25：不公开的写明为什么"),
        ("checking", "publish", {"协调人"}, "个人信息保护法 25：公开前由另一人核对，写的人自己不能批"),
        ("checking", "revise", {"协调人"}, "个人信息保护法 25：退回也由另一人"),
        ("known", "withdraw", LEADING, "个人信息保护法 47：撤下公开"),
        ("known", "hide", {"反映人"}, "个人信息保护法 15、47：本人随时可以不再公开"),
        ("known", "reopen", LEADING, "办结后重新打开"),
    ],
)
def test_who_may_take_an_action(town, joined, now, stage, action, who, article):
    case = brought(town, joined, now, stage)
    raw = typed(action, joined) | ({"main": opened(town, now).number} if action == "merge" else {})
    raw |= {"group": str(town.group.pk)} if action == "theme" else {}
    call = {"action": action, "raw": raw, "now": now + timedelta(hours=1)}
    assert allowed(case, town, service=case_act, arguments=call) == who, article


def test_the_engine_alone_passes_an_answer_on(town, joined, now):
    case = brought(town, joined, now, "joined")
    call = {"action": "share", "raw": {"answer": "已经换好了。"}, "now": now + timedelta(hours=1)}
    assert allowed(case, town, service=case_act, arguments=call) == set()


def test_the_clock_alone_lets_a_rating_lapse(town, joined, now):
    case = brought(town, joined, now, "rating")
    call = {"action": "lapse", "raw": {}, "now": now + timedelta(days=30)}
    assert allowed(case, town, service=case_act, arguments=call) == set()


def test_every_action_of_the_procedure_stands_in_the_table():
    table = next(mark for mark in test_who_may_take_an_action.pytestmark if mark.name == "parametrize")
    assert {row[1] for row in table.args[1]} | {"lapse", "share"} == {
        action.key for action in procedure().actions
    }


@pytest.mark.parametrize(
    ("tool", "typed_in", "who", "article"),
    [
        ("note", {"note": "已到现场"}, LEADING | GIVEN | OFFICE | FOLLOWING, "内部留言"),
        ("tell", {"said": "师傅已经在路上"}, LEADING | GIVEN, "告诉反映人进展"),
        ("urge", {"note": "请抓紧"}, LEADING | OFFICE | FOLLOWING, "五事工作法：代表全程督办"),
        ("pause", {"until": "2026-11-27", "note": "等反映人补材料"}, LEADING, "停表要写明到哪天、为什么"),
        ("extend", {"amount": "3", "note": "配件要从外地调"}, {"协调人"}, "延期由协调人批准"),
        ("ask_time", {"amount": "3", "note": "配件要从外地调"}, {"主办经办人"}, "延期由主办单位申请"),
        ("split", {"body": "zhujian", "note": "请查这一段线路"}, LEADING, "会办：一个主办，一份答复"),
        ("opinion", {"note": "线路没有问题"}, {"会办经办人"}, "会办意见交给主办单位"),
        ("supervise", {"note": "一周内办好"}, {"协调人"} | OFFICE, "督办"),
        ("visit", {"on": "2026-11-20", "note": "到现场看过，三盏不亮"}, FOLLOWING, "代表法：走访调研"),
        ("announce", {"title": "府前路三盏路灯不亮"}, LEADING, "公开由站点决定，个人信息保护法 25"),
        ("add", {"said": "补一句：还有第四盏"}, {"反映人"}, "只有本人能补充"),
    ],
)  # fmt: skip
def test_who_may_use_a_tool(town, joined, now, tool, typed_in, who, article):
    case = brought(town, joined, now, "acting")
    typed_in = {**typed_in, "body": str(town.bodies.zhujian.pk)} if "body" in typed_in else typed_in
    call = {"tool": tool, "raw": typed_in, "now": now + timedelta(hours=1)}
    assert allowed(case, town, service=case_tend, arguments=call) == who, article


def test_who_may_start_the_clock_again(town, joined, now):
    case = brought(town, joined, now, "acting")
    case_tend(
        case_id=case.pk,
        tool="pause",
        raw={"until": "2026-11-27", "note": "等反映人补材料"},
        actor=town.liaison,
        now=now + timedelta(hours=1),
    )
    call = {"tool": "resume", "raw": {}, "now": now + timedelta(hours=2)}
    assert allowed(case, town, service=case_tend, arguments=call) == LEADING


def test_who_may_hide_again_what_was_announced(town, joined, now):
    case = brought(town, joined, now, "acting")
    announced = {"title": "府前路三盏路灯不亮"}
    later = now + timedelta(hours=1)
    case_tend(case_id=case.pk, tool="announce", raw=announced, actor=town.liaison, now=later)
    call = {"tool": "conceal", "raw": {"note": "本人不愿意"}, "now": now + timedelta(hours=2)}
    assert allowed(case, town, service=case_tend, arguments=call) == LEADING


def test_every_tool_stands_in_the_table():
    table = next(mark for mark in test_who_may_use_a_tool.pytestmark if mark.name == "parametrize")
    elsewhere = {
        "resume",
        "conceal",
        "refuse_time",
        "lift",
        "name_deputies",
        "deputy_rate",
        "reply_rating",
    }  # below, test_parts
    assert {row[0] for row in table.args[1]} | elsewhere == set(TOOLS)


@pytest.mark.parametrize("stage", ["sorting", "acting", "rating", "known"])
def test_who_may_see_a_matter(town, joined, now, stage):
    """Whoever has it to do, follows it or watches over the place; never the system administrator."""
    case = brought(town, joined, now, stage)
    watching = LEADING | OFFICE | {"审计员", "反映人"}
    given = GIVEN | FOLLOWING if stage in ("acting", "rating") else set()
    seeing = {face for face, actor in FACES.items() if policy.may_see(roles_of(actor(town, case), case))}
    assert seeing == watching | given


@pytest.mark.parametrize(
    "stage", ["sorting", "deliberating", "joined", "acting", "rating", "publishing", "checking", "known"]
)
def test_what_is_offered_is_what_is_allowed(town, joined, now, stage):
    """No button that is refused when pressed, and none missing."""
    case = brought(town, joined, now, stage)
    main = opened(town, now).number
    standing = standing_of(case)
    leaving = [action.key for action in procedure().leaving(stage) if not action.on_due]
    for face, actor in FACES.items():
        roles = policy.roles_to_act(
            roles_of(actor(town, case), case), actor(town, case), lead_id=case.lead_id
        )
        offered = [action.key for action in actions_for(procedure(), standing, roles, actor(town, case).key)]
        done = [
            key
            for key in leaving
            if not tried(
                case_act,
                case_id=case.pk,
                action=key,
                raw=typed(key, joined) | {"main": main, "group": str(town.group.pk)},
                actor=actor(town, case),
                now=now + timedelta(hours=1),
            )
        ]
        assert offered == done, face


@pytest.mark.parametrize("stage", ["sorting", "acting", "rating", "known"])
def test_tools_offered_are_tools_allowed(town, joined, now, stage):
    case = brought(town, joined, now, stage)
    raw = {"note": "写清楚为什么", "said": "写给反映人的话", "until": "2026-11-27", "amount": "1"}
    raw |= {"body": str(town.bodies.zhujian.pk), "on": "2026-11-20", "rating": "good", "title": "路灯不亮"}
    today = (now + timedelta(hours=1)).date()
    for face, actor in FACES.items():
        roles = roles_of(actor(town, case), case)
        running = list(case.assignments.filter(ended_at__isnull=True))
        given = {"running": running, "at_end": list(case.assignments.filter(ended_at=case.closed_at))}
        tools = tools_for(case, procedure(), roles, today, actor=actor(town, case), **given)
        offered = {tool.key for tool in tools}
        call = {"case_id": case.pk, "raw": raw, "actor": actor(town, case), "now": now + timedelta(hours=1)}
        done = {key for key in TOOLS if not tried(case_tend, tool=key, **call)}
        assert offered == done - {"add"}, face  # the reporter's own page offers it


def tried(service: Any, **call: Any) -> str:
    with transaction.atomic():
        code = code_of(service, **call)
        transaction.set_rollback(True)
    return code


# --- opening ----------------------------------------------------------------------------------------------


def test_who_may_open_a_matter(town, now):
    """Residents, and staff who write down what they were told, each within their scope."""
    case = opened(town, now)
    through = set()
    for face, actor in FACES.items():
        if not tried(opened, town=town, now=now, actor=actor(town, case)):
            through.add(face)
    own = {"反映人", "别件事的反映人", "正要反映的人"}
    assert through == {*LEADING, "人大工作人员", "督办代表", "没督办的代表", *own}


def test_a_refusal_leaves_nothing_behind(town, joined, now):
    case = brought(town, joined, now, "acting")
    before = (list(Case.objects.values()), Event.objects.count())
    for actor in (town.expert, town.stranger, town.administrator, NOBODY):
        assert code_of(
            case_act, case_id=case.pk, action="answer", raw=typed("answer", joined), actor=actor, now=now
        )
        assert code_of(case_tend, case_id=case.pk, tool="note", raw={"note": "看看"}, actor=actor, now=now)
    assert (list(Case.objects.values()), Event.objects.count()) == before


# --- the roles themselves ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hold", "deputy", "plays", "why"),
    [
        (Hold(Role.LIAISON, "330182001"), None, True, "本街道"),
        (Hold(Role.LIAISON, "330182"), None, True, "本县"),
        (Hold(Role.LIAISON, ""), None, True, "全省"),
        (Hold(Role.LIAISON, "330182001001"), None, False, "只管一个社区，街道的事不归他"),
        (Hold(Role.LIAISON, "330182002"), None, False, "邻街道"),
        (Hold(Role.LIAISON, "330182001", 8), None, False, "替没有承办的单位当联络员"),
        (Hold(Role.LIAISON, "330182001", 5), None, True, "替承办单位当联络员"),
        (Hold(Role.HANDLER, "330182", 5), None, True, "承办单位的经办人"),
        (Hold(Role.HANDLER, "330106", 5), None, False, "授权在别的区"),
        (Hold(Role.HANDLER, "330182", None), None, False, "没写单位的经办人"),
        (Hold(Role.DEPUTY, "330182001"), 9, True, "督办代表本人"),
        (Hold(Role.DEPUTY, "330106"), 9, True, "督办代表本人，授权在别处"),
        (Hold(Role.DEPUTY, "330182001"), 10, False, "别的代表"),
        (Hold(Role.DEPUTY, "330106"), 10, False, "别的代表，授权在别处"),
        (Hold(Role.DEPUTY, "330182001"), None, False, "账号没有对应的代表"),
    ],
)
def test_a_role_is_played_where_it_is_held(hold, deputy, plays, why):
    actor = Actor("account", 1, "某", (hold,), deputy)
    roles = policy.roles_on(
        actor, case_id=1, region_code="330182001000", bodies=frozenset({5, 6}), deputies=frozenset({9})
    )
    assert roles == (frozenset({hold.role}) if plays else frozenset()), why


@pytest.mark.parametrize(
    ("hold", "acts", "why"),
    [
        (Hold(Role.HANDLER, "330182", 5), True, "主办单位"),
        (Hold(Role.HANDLER, "330182", 6), False, "会办单位不替主办单位答复"),
        (Hold(Role.LIAISON, "330182", 6), True, "联络员不是替单位办事"),
    ],
)
def test_a_body_that_joins_does_not_act_for_the_one_that_leads(hold, acts, why):
    actor = Actor("account", 1, "某", (hold,))
    roles = policy.roles_on(
        actor, case_id=1, region_code="330182001000", bodies=frozenset({5, 6}), deputies=frozenset()
    )
    assert policy.roles_to_act(roles, actor, lead_id=5) == (roles if acts else frozenset()), why
