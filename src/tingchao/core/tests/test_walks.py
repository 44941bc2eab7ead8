"""Whatever procedure `check` lets through, no walk in it gets stuck or breaks a law."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tingchao.core.closure import check
from tingchao.core.closure.walk import walk
from tingchao.core.procedure import Action, Branch, Procedure, Publicity, Rating
from tingchao.core.roles import Role
from tingchao.core.tests.small import ANSWERED, HANDED, LEAD, MERGED, TWO_DAYS, WORDS, add, change
from tingchao.core.tests.walker import Matter, hold, moved, not_lost, options, steps

LENGTH = 20

ROLES = st.sampled_from(
    [
        (Role.LIAISON,),
        (Role.HANDLER,),
        (Role.COORDINATOR,),
        (Role.REPORTER,),
        (Role.SYSTEM,),
        (Role.DEPUTY,),
        (Role.LIAISON, Role.HANDLER),
        (),
    ]
)
INPUTS = st.sampled_from([(), (WORDS,), (LEAD,), (WORDS, LEAD), (replace(LEAD, required=False),)])


@st.composite
def changed_action(draw: st.DrawFn, procedure: Procedure) -> Procedure:
    """The procedure with one attribute of one action changed."""
    stages = [stage.key for stage in procedure.stages]
    key = draw(st.sampled_from([action.key for action in procedure.actions]))
    attribute, value = draw(
        st.one_of(
            st.tuples(st.just("reaches"), st.sampled_from(stages)),
            st.tuples(
                st.just("leaves"), st.lists(st.sampled_from(stages), min_size=1, unique=True).map(tuple)
            ),
            st.tuples(st.just("roles"), ROLES),
            st.tuples(st.just("inputs"), INPUTS),
            st.tuples(st.sampled_from(["answers", "hands_back", "on_due", "decides_returns"]), st.booleans()),
            st.tuples(st.just("rating"), st.sampled_from([None, *Rating])),
            st.tuples(st.just("publishes"), st.sampled_from([None, *Publicity])),
            st.tuples(
                st.just("branches"),
                st.tuples(st.tuples(st.sampled_from(list(Branch)), st.sampled_from(stages))),
            ),
        )
    )
    return change(procedure, key, **{attribute: value})


@st.composite
def changed_stage(draw: st.DrawFn, procedure: Procedure) -> Procedure:
    """The procedure with one attribute of one stage changed."""
    key = draw(st.sampled_from([stage.key for stage in procedure.stages]))
    attribute, value = draw(
        st.one_of(
            st.tuples(st.just("duty"), st.sampled_from([None, *Role])),
            st.tuples(st.sampled_from(["rates", "end"]), st.booleans()),
            st.tuples(st.just("limit"), st.sampled_from([None, TWO_DAYS])),
            st.tuples(st.just("escalates_to"), ROLES),
        )
    )
    return change(procedure, key, **{attribute: value})


@st.composite
def longer(draw: st.DrawFn, procedure: Procedure) -> Procedure:
    """The procedure with one more action between two of its stages."""
    stages = st.sampled_from([stage.key for stage in procedure.stages])
    action = Action(
        f"more{len(procedure.actions)}",
        "另一步",
        (draw(stages),),
        draw(stages),
        draw(ROLES),
        inputs=draw(INPUTS),
        answers=draw(st.booleans()),
        publishes=draw(st.sampled_from([None, *Publicity])),
        hands_back=draw(st.sampled_from([False, False, True])),
        on_due=draw(st.sampled_from([False, False, True])),
    )
    return add(procedure, action)


@st.composite
def some_procedure(draw: st.DrawFn) -> Procedure:
    """One of the small procedures, changed in up to three places."""
    procedure = draw(st.sampled_from([ANSWERED, HANDED, MERGED]))
    for _ in range(draw(st.integers(0, 3))):
        kind: Any = draw(st.sampled_from([changed_action, changed_stage, longer]))
        procedure = draw(kind(procedure))
    return procedure


@settings(max_examples=120)
@given(procedure=some_procedure(), data=st.data())
def test_no_walk_breaks_a_law_in_a_procedure_without_breaches(
    procedure: Procedure, data: st.DataObject
) -> None:
    if check(procedure):
        event("refused")
        return
    event("let through")
    visited = list(steps(procedure, lambda most: data.draw(st.integers(0, most - 1)), LENGTH))
    for matter in visited:
        hold(procedure, matter)
    not_lost(procedure, visited[-1])


@pytest.mark.parametrize("procedure", [ANSWERED, HANDED, MERGED])
@settings(max_examples=30)
@given(data=st.data())
def test_a_walk_comes_only_to_positions_that_were_proved(procedure: Procedure, data: st.DataObject) -> None:
    proved = {(one.stage, one.returns, one.led, one.followed) for one in walk(procedure).moves}
    for matter in steps(procedure, lambda most: data.draw(st.integers(0, most - 1)), LENGTH):
        assert (matter.stage, matter.returns, matter.led, matter.followed) in proved


@pytest.mark.parametrize("procedure", [ANSWERED, HANDED, MERGED])
def test_every_position_that_was_proved_can_be_walked_to(procedure: Procedure) -> None:
    first = Matter(procedure.first.key)
    seen, waiting = {first}, [first]
    while waiting:
        here = waiting.pop()
        fresh = {
            moved(procedure, here, option, number) for option in options(procedure, here) for number in (0, 1)
        }
        waiting += fresh - seen
        seen |= fresh
    walked = {(one.stage, one.returns, one.led, one.followed) for one in seen}
    assert walked == {(one.stage, one.returns, one.led, one.followed) for one in walk(procedure).moves}
