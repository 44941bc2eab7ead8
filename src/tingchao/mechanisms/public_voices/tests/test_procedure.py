"""The five steps: who may do what at which stage, where it leads, and that each closure law hangs on something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tingchao.core.closure import ProcedureRefused, check, prove
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Standing, Step, actions_for, decide
from tingchao.core.tests.small import change, drop
from tingchao.core.tests.walker import plausible
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS

COORDINATOR, DEPUTY, HANDLER = Role.COORDINATOR, Role.DEPUTY, Role.HANDLER
LIAISON, REPORTER, SYSTEM = Role.LIAISON, Role.REPORTER, Role.SYSTEM

OFFICE = {LIAISON, COORDINATOR}

WHO: dict[str, tuple[set[str], set[Role], str]] = {
    # action: (stages it is taken at, who may take it, stage it reaches)
    "assign": ({"sorting"}, OFFICE, "acting"),
    "theme": ({"sorting", "deliberating"}, OFFICE, "acting"),
    "deliberate": ({"sorting"}, OFFICE, "deliberating"),
    "answer_now": ({"sorting"}, OFFICE | {DEPUTY}, "rating"),
    "decline": ({"sorting"}, OFFICE | {DEPUTY}, "rating"),
    "merge": ({"sorting", "deliberating"}, OFFICE, "joined"),
    "settle": ({"deliberating"}, OFFICE, "acting"),
    "explain": ({"deliberating"}, OFFICE, "rating"),
    "answer": ({"acting"}, {HANDLER}, "rating"),
    "hand_back": ({"acting"}, {HANDLER}, "sorting"),
    "share": ({"joined"}, {SYSTEM}, "rating"),
    "unmerge": ({"joined"}, OFFICE, "sorting"),
    "decide": ({"coordinating"}, {COORDINATOR}, "acting"),
    "rate_good": ({"rating"}, {REPORTER}, "publishing"),
    "rate_fair": ({"rating"}, {REPORTER}, "publishing"),
    "rate_poor": ({"rating"}, {REPORTER}, "acting"),
    "lapse": ({"rating"}, {SYSTEM}, "publishing"),
    "draft": ({"publishing"}, {LIAISON}, "checking"),
    "keep": ({"publishing"}, OFFICE, "kept"),
    "publish": ({"checking"}, OFFICE, "known"),
    "revise": ({"checking"}, OFFICE, "publishing"),
    "withdraw": ({"known"}, OFFICE, "kept"),
    "hide": ({"known"}, {REPORTER}, "kept"),
    "reopen": ({"known", "kept"}, OFFICE, "sorting"),
}


def filled(action: str, number: int = 0) -> dict[str, object]:
    """Everything that an action asks for."""
    return {item.key: plausible(item, number) for item in FIVE_STEPS.action(action).inputs}


def taken(standing: Standing, action: str, role: Role) -> Step | str:
    """The step, or the code under which it is refused."""
    try:
        return decide(FIVE_STEPS, standing, action, filled(action), {role})
    except Refusal as refused:
        return refused.code


def test_the_table_names_every_action() -> None:
    assert list(WHO) == [action.key for action in FIVE_STEPS.actions]


@pytest.mark.parametrize("action", WHO)
@pytest.mark.parametrize("stage", [stage.key for stage in FIVE_STEPS.stages])
def test_who_may_do_what_at_which_stage(stage: str, action: str) -> None:
    stages, roles, reaches = WHO[action]
    for role in Role:
        found = taken(Standing(stage, led=True), action, role)
        if stage not in stages:
            assert found == "not_here", role
        elif role not in roles:
            assert found == "forbidden", role
        else:
            assert isinstance(found, Step), role
            assert found.stage.key == reaches


@pytest.mark.parametrize(
    ("stage", "role", "offered"),
    [
        ("sorting", LIAISON, "assign theme deliberate answer_now decline merge"),
        ("sorting", COORDINATOR, "assign theme deliberate answer_now decline merge"),
        ("sorting", DEPUTY, "answer_now decline"),
        ("sorting", HANDLER, ""),
        ("sorting", REPORTER, ""),
        ("deliberating", LIAISON, "theme merge settle explain"),
        ("joined", LIAISON, "unmerge"),
        ("joined", SYSTEM, "share"),
        ("acting", HANDLER, "answer hand_back"),
        ("acting", LIAISON, ""),
        ("coordinating", COORDINATOR, "decide"),
        ("coordinating", LIAISON, ""),
        ("rating", REPORTER, "rate_good rate_fair rate_poor"),
        ("rating", LIAISON, ""),
        ("rating", SYSTEM, ""),
        ("publishing", LIAISON, "draft keep"),
        ("publishing", COORDINATOR, "keep"),
        ("checking", LIAISON, "publish revise"),
        ("checking", COORDINATOR, "publish revise"),
        ("publishing", REPORTER, ""),
        ("known", LIAISON, "withdraw reopen"),
        ("kept", COORDINATOR, "reopen"),
        ("known", REPORTER, "hide"),
        ("kept", REPORTER, ""),
        ("known", Role.ADMINISTRATOR, ""),
    ],
)
def test_what_is_offered(stage: str, role: Role, offered: str) -> None:
    found = actions_for(FIVE_STEPS, Standing(stage, led=True), {role})
    assert " ".join(action.key for action in found) == offered


@pytest.mark.parametrize(
    ("returns", "reaches", "article"),
    [
        (0, "sorting", "第一次退回"),
        (1, "sorting", "第二次退回"),
        (2, "coordinating", "两次用完，由协调人定"),
        (3, "not_here", "协调人定了以后不再退回"),
    ],
)
def test_a_voice_is_handed_back_twice_and_then_decided(returns: int, reaches: str, article: str) -> None:
    found = taken(Standing("acting", returns=returns, led=True), "hand_back", HANDLER)
    assert (found if isinstance(found, str) else found.stage.key) == reaches, article


@pytest.mark.parametrize(
    ("led", "reaches"),
    [(True, "acting"), (False, "sorting")],
)
def test_a_poor_rating_leads_back_to_the_body_or_to_sorting(led: bool, reaches: str) -> None:
    found = taken(Standing("rating", led=led), "rate_poor", REPORTER)
    assert isinstance(found, Step)
    assert found.stage.key == reaches


@pytest.mark.parametrize(
    ("action", "role", "reaches"),
    [("rate_good", REPORTER, "kept"), ("rate_fair", REPORTER, "kept"), ("lapse", SYSTEM, "kept")],
)
def test_a_merged_voice_ends_with_its_rating_since_its_account_is_the_main_ones(
    action: str, role: Role, reaches: str
) -> None:
    found = taken(Standing("rating", merged=True), action, role)
    assert isinstance(found, Step)
    assert found.stage.key == reaches


@pytest.mark.parametrize(
    ("stage", "action", "role", "outcome"),
    [
        ("sorting", "answer_now", LIAISON, "answered"),
        ("sorting", "decline", LIAISON, "declined"),
        ("deliberating", "explain", LIAISON, "explained"),
        ("acting", "answer", HANDLER, "done"),
        ("sorting", "assign", LIAISON, "planned"),
    ],
)
def test_the_outcome_is_the_last_that_was_given(stage: str, action: str, role: Role, outcome: str) -> None:
    found = taken(Standing(stage, outcome="planned", led=True), action, role)
    assert isinstance(found, Step)
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("action", "role", "field", "typed", "fault"),
    [
        ("assign", LIAISON, "deputies", ["1"], "选得不够，请再选。"),
        ("assign", LIAISON, "deputies", ["1", "1"], "选得不够，请再选。"),
        ("assign", LIAISON, "deputies", ["1", "2", "3", "4"], "选得太多，请减少。"),
        ("assign", LIAISON, "deputies", [], "这一项要填。"),
        ("assign", LIAISON, "deputies", ["1", "王代表"], "请从给出的选项里选一个。"),
        ("assign", LIAISON, "lead", "", "这一项要填。"),
        ("assign", LIAISON, "lead", "城管", "请从给出的选项里选一个。"),
        ("assign", LIAISON, "joint", ["1", "2", "3", "4", "5", "6"], "选得太多，请减少。"),
        ("assign", LIAISON, "tier", "特急", "请从给出的选项里选一个。"),
        ("assign", LIAISON, "note", "办" * 2001, "写得太长了，请缩短一些。"),
        ("deliberate", LIAISON, "topic", "灯", "写得太短了，请再说具体些。"),
        ("deliberate", LIAISON, "topic", "灯" * 61, "写得太长了，请缩短一些。"),
        ("deliberate", LIAISON, "held_on", "明天", "日期要写成 2026-11-27 这样。"),
        ("decline", LIAISON, "ground", "other", "请从给出的选项里选一个。"),
        ("decline", LIAISON, "instead", "去法院", "写得太短了，请再说具体些。"),
        ("answer_now", DEPUTY, "answer", "好的", "写得太短了，请再说具体些。"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    action: str, role: Role, field: str, typed: object, fault: str
) -> None:
    raw = {**filled(action), field: typed}
    with pytest.raises(Refusal) as refused:
        decide(FIVE_STEPS, Standing("sorting"), action, raw, {role})
    assert (refused.value.code, refused.value.fields) == ("input", {field: fault})


@pytest.mark.parametrize("deputies", [["1", "2"], ["1", "2", "3"], ["3", "1", "1"]])
def test_two_or_three_deputies_follow_up(deputies: list[str]) -> None:
    step = decide(
        FIVE_STEPS, Standing("sorting"), "assign", {**filled("assign"), "deputies": deputies}, {LIAISON}
    )
    assert step.values["deputies"] == [int(key) for key in dict.fromkeys(deputies)]


# --- each closure law hangs on something ------------------------------------------------------------------


def test_no_closure_law_is_broken() -> None:
    assert check(FIVE_STEPS) == ()


ANSWERING = ("answer_now", "decline", "explain", "answer")

CRUCIAL: list[tuple[str, dict[str, Any], str, str]] = [
    *[(action, {"answers": False}, "answer", "known") for action in ANSWERING],
    *[(action, {"inputs": ()}, "answer", action) for action in ANSWERING],
    *[("rating", {"rates": False}, "rating", action) for action in ANSWERING],
    ("rate_poor", {"rating": None}, "rating", "rating"),
    ("rate_poor", {"reaches": "publishing"}, "rating", "rate_poor"),
    ("rate_poor", {"roles": (LIAISON,)}, "rating", "rating"),
    ("rate_poor", {"branches": ()}, "duty", "acting"),
    ("rate_good", {"rating": None}, "rating", "answer"),
    ("rate_good", {"roles": (HANDLER,)}, "rating", "rate_good"),
    ("lapse", {"rating": None}, "rating", "answer"),
    ("share", {"answers": False}, "reach", "share"),
    ("share", {"roles": (LIAISON,)}, "reach", "share"),
    ("merge", {"inputs": ()}, "reach", "merge"),
    ("merge", {"leaves": ("rating",)}, "reach", "merge"),
    ("unmerge", {"roles": (COORDINATOR,)}, "duty", "joined"),
    ("lapse", {"roles": ()}, "end", "rating"),
    ("publish", {"publishes": None}, "known", "known"),
    ("draft", {"inputs": ()}, "known", "publish"),
    ("draft", {"roles": (COORDINATOR,)}, "duty", "checking"),
    ("draft", {"roles": (LIAISON, COORDINATOR)}, "duty", "checking"),
    ("kept", {"publishes": None}, "known", "kept"),
    ("hand_back", {"branches": ()}, "return", "hand_back"),
    ("hand_back", {"hands_back": False}, "return", "hand_back"),
    ("decide", {"decides_returns": False}, "return", "coordinating"),
    ("decide", {"roles": (COORDINATOR, LIAISON)}, "return", "coordinating"),
    ("answer", {"roles": (LIAISON,)}, "duty", "acting"),
    ("reopen", {"reaches": "acting"}, "duty", "acting"),
    ("reopen", {"reaches": "publishing"}, "answer", "known"),
    ("known", {"end": False}, "duty", "known"),
    *[
        (stage.key, lost, "duty", stage.key)
        for stage in FIVE_STEPS.stages
        if not stage.end
        for lost in ({"duty": None}, {"limit": None}, {"escalates_to": ()})
    ],
]


@pytest.mark.parametrize(
    ("key", "lost", "law", "at"),
    CRUCIAL,
    ids=[f"{key} without {', '.join(lost)}" for key, lost, *_ in CRUCIAL],
)
def test_nothing_crucial_can_be_taken_away(key: str, lost: dict[str, Any], law: str, at: str) -> None:
    broken = change(FIVE_STEPS, key, **lost)
    assert (law, at) in {(breach.law, breach.at) for breach in check(broken)}
    with pytest.raises(ProcedureRefused, match=f"{law} at {at}: "):
        prove(broken)


def test_the_number_of_returns_is_stated() -> None:
    broken = replace(FIVE_STEPS, max_returns=None)
    assert {(breach.law, breach.at) for breach in check(broken)} == {("return", "hand_back")}


@pytest.mark.parametrize(
    ("action", "law", "at"),
    [
        ("rate_poor", "rating", "rating"),
        ("lapse", "end", "rating"),
        ("answer", "duty", "acting"),
        ("decide", "duty", "coordinating"),
        ("hand_back", "reach", "coordinating"),
        ("deliberate", "reach", "deliberating"),
        ("draft", "reach", "checking"),
        ("publish", "reach", "known"),
    ],
)
def test_no_crucial_action_can_be_left_out(action: str, law: str, at: str) -> None:
    assert (law, at) in {(breach.law, breach.at) for breach in check(drop(FIVE_STEPS, action))}
