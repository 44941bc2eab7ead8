"""Who comes: rules as tables, and the code on the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.activity_codes import (
    DIGITS,
    SECONDS,
    Verdict,
    code_check,
    code_in,
    code_plain,
    seconds_left,
    window_of,
)
from tingchao.core.attendance import Result, State, moving_up, result_of, seat
from tingchao.core.gatherings import MeetingKind, announced_late
from tingchao.core.roles import Role

KEY = b"key"
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
moments = st.integers(1_704_067_200, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize(
    ("state", "signed", "expected", "left"),
    [
        (State.INVITED, True, True, Result.ATTENDED),
        (State.EXCUSED, True, True, Result.ATTENDED),  # came after all
        (State.WAITING, True, False, Result.ATTENDED),
        (State.EXCUSED, False, True, Result.EXCUSED),
        (State.INVITED, False, True, Result.ABSENT),
        (State.COMING, False, True, Result.ABSENT),
        (State.COMING, False, False, None),
        (State.INVITED, False, False, None),
        (State.WAITING, False, True, None),
        (State.LEFT, False, True, None),
    ],
)
def test_what_is_left_of_somebody(state, signed, expected, left):
    assert result_of(state, signed_in=signed, expected=expected) is left


@given(st.integers(0, 50), st.lists(st.integers(), unique=True, max_size=20), st.integers(0, 60))
def test_nobody_moves_up_past_another_or_past_the_places(places, waiting, taken):
    moved = moving_up(waiting, places, taken)
    assert list(moved) == waiting[: len(moved)]
    assert taken + len(moved) <= max(places, taken)
    if seat(places, taken) is State.COMING and waiting:
        assert moved
    assert moving_up(waiting, None, taken) == tuple(waiting)


@given(moments, st.integers(0, SECONDS * 2000))
def test_a_code_is_good_for_its_minute_and_the_next(moment, later):
    code = code_in(KEY, "meeting:1", window_of(moment))
    found = code_check(KEY, "meeting:1", code, moment + timedelta(seconds=later))
    passed = window_of(moment + timedelta(seconds=later)) - window_of(moment)
    if passed < 2:
        assert found is Verdict.GOOD
    elif passed < 1500:
        assert found in (Verdict.OLD, Verdict.GOOD)  # two minutes in a million share a code
    assert len(code) == DIGITS and code.isdecimal()
    assert 1 <= seconds_left(moment) <= SECONDS


@pytest.mark.parametrize(
    "typed",
    ["", "1", "12345", "1234567", "abcdef", "１２３４５６７", "²²²²²²", "0" * 5000, "\ud800" * 6, "٠٠٠٠٠٠٠"],
)
def test_what_is_no_code(typed):
    assert code_check(KEY, "meeting:1", typed, NOON) is Verdict.FORGED


def test_a_code_may_be_typed_with_spaces_and_wide_digits():
    code = code_in(KEY, "meeting:1", window_of(NOON))
    wide = "".join(chr(ord("０") + int(digit)) for digit in code)
    for typed in (f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}", wide):
        assert code_plain(typed) == code
        assert code_check(KEY, "meeting:1", typed, NOON) is Verdict.GOOD


def test_codes_of_two_gatherings_and_of_two_installations_differ():
    codes = [
        [code_in(key, of, window_of(NOON) + n) for n in range(5)]
        for key, of in ((KEY, "meeting:1"), (KEY, "meeting:2"), (b"other", "meeting:1"))
    ]
    assert len({tuple(one) for one in codes}) == 3


@pytest.mark.parametrize(("ahead", "late"), [(0, True), (2, True), (3, False), (30, False), (-1, True)])
def test_three_days_ahead(ahead, late):
    """代表联络站接待制度."""
    kind = MeetingKind("reception", "接待", (Role.LIAISON,), notice_days=3, source="接待制度")
    assert announced_late(kind, ahead) is late


@pytest.mark.parametrize(
    "values",
    [
        {"key": ""},
        {"key": "k" * 21},
        {"organisers": ()},
        {"hidden": True, "public": True},
        {"hidden": True, "residents": True},
        {"notice_days": 3},
    ],
)
def test_a_kind_that_cannot_be(values):
    given_values = {"key": "k", "label": "会", "organisers": (Role.CLERK,)} | values
    with pytest.raises(ValueError, match=r"."):
        MeetingKind(**given_values)
