"""Every procedure of every mechanism that is installed, walked at random."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingchao.core.closure import check
from tingchao.core.closure.walk import walk
from tingchao.core.procedure import Procedure
from tingchao.core.tests.walker import hold, not_lost, steps
from tingchao.engine.registry import procedures

EVERY = pytest.mark.parametrize("procedure", procedures(), ids=lambda procedure: procedure.key)


@EVERY
def test_no_closure_law_is_broken(procedure: Procedure) -> None:
    assert check(procedure) == ()


@EVERY
@settings(max_examples=40)
@given(data=st.data())
def test_no_walk_gets_stuck_or_ends_without_an_answer(procedure: Procedure, data: st.DataObject) -> None:
    proved = {(one.stage, one.returns, one.led, one.followed) for one in walk(procedure).moves}
    visited = list(steps(procedure, lambda most: data.draw(st.integers(0, most - 1)), 30))
    not_lost(procedure, visited[-1])
    for matter in visited:
        hold(procedure, matter)
        assert (matter.stage, matter.returns, matter.led, matter.followed) in proved


@EVERY
def test_every_stage_has_a_limit_for_every_tier(procedure: Procedure) -> None:
    for stage in procedure.stages:
        limits = [stage.limit_for(tier) for tier in ("", *(tier.key for tier in procedure.tiers))]
        assert all((limit is None) is stage.end for limit in limits), stage.key
