"""One step: who may take it, and where it leads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tingchao.core.procedure import Action, Branch, Input, InputKind, Option, Procedure, Rating
from tingchao.core.roles import Role
from tingchao.core.steps import (
    Refusal,
    Standing,
    actions_for,
    decide,
)
from tingchao.core.tests.small import ANSWERED, HANDED, LEAD, add, change

COORDINATOR, HANDLER, LIAISON = Role.COORDINATOR, Role.HANDLER, Role.LIAISON
REPORTER, SYSTEM = Role.REPORTER, Role.SYSTEM


def refusal(procedure: Procedure, at: Standing | str, action: str, role: Role, **raw: object) -> str:
    """The code under which a step is refused; empty when it is taken."""
    standing = at if isinstance(at, Standing) else Standing(at)
    try:
        decide(procedure, standing, action, raw, {role})
    except Refusal as refused:
        return refused.code
    return ""


# --- who may take a step ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "action", "role", "raw", "code"),
    [
        ("asked", "assign", LIAISON, {"lead": "7"}, ""),
        ("asked", "assign", HANDLER, {"lead": "7"}, "forbidden"),
        ("asked", "assign", REPORTER, {"lead": "7"}, "forbidden"),
        ("asked", "assign", LIAISON, {}, "input"),
        ("asked", "assign", HANDLER, {}, "forbidden"),  # who may not act is not told what to fill in
        ("acting", "assign", LIAISON, {"lead": "7"}, "not_here"),
        ("acting", "assign", HANDLER, {"lead": "7"}, "not_here"),
        ("nowhere", "assign", LIAISON, {"lead": "7"}, "not_here"),
        ("asked", "no_such", LIAISON, {}, "unknown"),
        ("asked", "", LIAISON, {}, "unknown"),
        ("rating", "good", REPORTER, {}, ""),
        ("rating", "good", LIAISON, {}, "forbidden"),
        ("rating", "lapse", SYSTEM, {}, ""),
        ("rating", "lapse", REPORTER, {}, "forbidden"),
        ("done", "reopen", LIAISON, {}, ""),
        ("done", "answer", HANDLER, {"words": "办好了"}, "not_here"),
    ],
)
def test_who_may_take_a_step(stage: str, action: str, role: Role, raw: dict[str, object], code: str) -> None:
    assert refusal(HANDED, stage, action, role, **raw) == code


@pytest.mark.parametrize("role", [role for role in Role if role is not SYSTEM])
def test_what_the_clock_does_is_done_by_nobody_else(role: Role) -> None:
    procedure = change(HANDED, "lapse", roles=(SYSTEM, *Role))
    assert refusal(procedure, "rating", "lapse", role) == "forbidden"
    assert "lapse" not in {action.key for action in actions_for(procedure, Standing("rating"), {role})}


def test_the_roles_of_one_person_count_together() -> None:
    offered = actions_for(HANDED, Standing("acting"), {LIAISON, HANDLER})
    assert [action.key for action in offered] == ["answer", "back"]
    assert actions_for(HANDED, Standing("acting"), {LIAISON}) == ()
    assert actions_for(HANDED, Standing("acting"), frozenset()) == ()


# --- where it leads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("returns", "reaches"),
    [(0, "asked"), (1, "asked"), (2, "deciding")],
)
def test_a_matter_handed_back_once_too_often_goes_to_the_coordinator(returns: int, reaches: str) -> None:
    step = decide(HANDED, Standing("acting", returns=returns, led=True), "back", {}, {HANDLER})
    assert (step.stage.key, step.returns) == (reaches, returns + 1)


def test_after_the_coordinator_decided_handing_back_is_over() -> None:
    decided = Standing("acting", returns=3, led=True)
    assert refusal(HANDED, decided, "back", HANDLER) == "not_here"
    assert [action.key for action in actions_for(HANDED, decided, {HANDLER})] == ["answer"]


def branching(*inputs: Input) -> Procedure:
    """HANDED where a poor rating goes to `asked` when no body leads, and may name a body."""
    return change(HANDED, "poor", branches=((Branch.NO_LEAD, "asked"),), inputs=inputs)


MAY_LEAD = replace(LEAD, required=False)


@pytest.mark.parametrize(
    ("led", "inputs", "raw", "reaches", "why"),
    [
        (True, (), {}, "acting", "原来的单位接着办"),
        (False, (), {}, "asked", "没有单位，回去重新分"),
        (False, (LEAD,), {"lead": "7"}, "acting", "当场定了单位"),
        (True, (MAY_LEAD,), {"lead": ""}, "asked", "单位留空，就是不要原来的单位"),
        (True, (MAY_LEAD,), {"lead": "7"}, "acting", "换了单位"),
    ],
)
def test_without_a_body_a_matter_goes_where_one_is_found(
    led: bool, inputs: tuple[Input, ...], raw: dict[str, object], reaches: str, why: str
) -> None:
    step = decide(branching(*inputs), Standing("rating", led=led), "poor", raw, {REPORTER})
    assert step.stage.key == reaches, why


def test_a_matter_that_ended_is_led_by_nobody_any_more() -> None:
    procedure = change(HANDED, "reopen", branches=((Branch.NO_LEAD, "asked"),), reaches="acting")
    assert decide(procedure, Standing("done", led=True), "reopen", {}, {LIAISON}).stage.key == "asked"


GRADED = replace(
    add(
        ANSWERED,
        Action(
            "grade",
            "分级",
            ("asked",),
            "asked",
            (LIAISON,),
            inputs=(
                Input("tier", "轻重", kind=InputKind.CHOICE, options=(Option("hard", "难事"),), sets="tier"),
                Input(
                    "result",
                    "结果",
                    kind=InputKind.CHOICE,
                    required=False,
                    options=(Option("planned", "列入计划"),),
                    sets="outcome",
                ),
            ),
            outcome="seen",
        ),
    ),
    tiers=(Option("hard", "难事"),),
    outcomes=(Option("seen", "看过"), Option("planned", "列入计划")),
)


@pytest.mark.parametrize(
    ("raw", "tier", "outcome"),
    [
        ({"tier": "hard"}, "hard", "seen"),
        ({"tier": "hard", "result": "planned"}, "hard", "planned"),
    ],
)
def test_what_is_chosen_is_kept_of_the_matter(raw: dict[str, object], tier: str, outcome: str) -> None:
    step = decide(GRADED, Standing("asked", tier="easy", outcome="old"), "grade", raw, {LIAISON})
    assert (step.tier, step.outcome, step.rating, step.publishes) == (tier, outcome, None, None)


def test_what_is_not_asked_stays_as_it_was() -> None:
    standing = Standing("rating", tier="hard", outcome="seen", returns=1)
    step = decide(GRADED, standing, "poor", {}, {REPORTER})
    assert (step.tier, step.outcome, step.returns, step.rating) == ("hard", "seen", 1, Rating.POOR)
