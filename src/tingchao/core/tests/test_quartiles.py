"""Where one lies among many, in numbers that a clerk can count on their fingers."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.quartiles import LEAST, Spread, Stand, spread_of, stand_of

FEW = st.lists(st.integers(0, 1000), min_size=LEAST, max_size=60)


@pytest.mark.parametrize(
    ("values", "low", "quarter", "median", "three_quarters", "high"),
    [
        ([1, 2, 3, 4, 5], 1, 2, 3, 4, 5),
        ([5, 3, 1, 4, 2], 1, 2, 3, 4, 5),
        ([0, 0, 0, 0, 0], 0, 0, 0, 0, 0),
        ([0, 0, 0, 0, 8], 0, 0, 0, 0, 8),
        ([1, 2, 3, 4, 5, 6], 1, 2.25, 3.5, 4.75, 6),
    ],
)
def test_quartiles(values, low, quarter, median, three_quarters, high):
    assert spread_of(values) == Spread(len(values), low, quarter, median, three_quarters, high)


@pytest.mark.parametrize("count", range(LEAST))
def test_a_handful_is_not_compared(count):
    assert spread_of(list(range(count))) is None


@pytest.mark.parametrize(
    ("value", "stand"),
    [(1, Stand.LOWER), (2, Stand.MIDDLE), (3, Stand.MIDDLE), (4, Stand.MIDDLE), (5, Stand.UPPER)],
)
def test_where_a_value_lies(value, stand):
    spread = spread_of([1, 2, 3, 4, 5])
    assert spread is not None and stand_of(value, spread) is stand


@given(FEW)
def test_no_more_than_a_quarter_rounded_up_lies_on_either_side(values):
    spread = spread_of(values)
    assert spread is not None
    assert spread.low <= spread.quarter <= spread.median <= spread.three_quarters <= spread.high
    stands = [stand_of(one, spread) for one in values]
    most = ceil((len(values) - 1) / 4)
    assert stands.count(Stand.LOWER) <= most and stands.count(Stand.UPPER) <= most
