"""Fair turns: laws that hold for any people and days, and a table of holidays that a clerk can read."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.calendar import WorkingCalendar, YearPlan
from tingchao.core.turns import Clash, Conflict, Person, Rhythm, Turn, conflicts, days_of, propose

YEAR = 2026
FIRST = date(YEAR, 1, 1)
PLAN = YearPlan(
    YEAR,
    off=frozenset(date(YEAR, 10, day) for day in range(1, 8)) | {date(YEAR, 1, 1), date(YEAR, 5, 1)},
    on=frozenset({date(YEAR, 10, 10)}),
    source="国务院办公厅通知（示例）",
)
CALENDAR = WorkingCalendar({YEAR: PLAN})

days_in_year = st.integers(0, 364).map(lambda n: FIRST + timedelta(days=n))
some_days = st.sets(days_in_year, max_size=24).map(sorted)
whole = st.builds(Person, st.integers(1, 60), st.just(date(2022, 1, 1)))
partial = st.builds(
    lambda pk, since, length: Person(pk, since, since + timedelta(days=length)),
    st.integers(1, 60),
    days_in_year,
    st.integers(0, 400),
)


def unique(people):
    return list({one.id: one for one in people}.values())


crowd = st.lists(st.one_of(whole, whole, partial), max_size=30).map(unique)


@given(crowd, some_days, st.integers(1, 4))
def test_everybody_gets_what_they_must_as_far_as_days_allow(people, days, least):
    made = propose(people, days, least=least)
    got = Counter(turn.person for turn in made.turns)
    for one in people:
        possible = sum(map(one.serves, days))
        assert got[one.id] == min(least, possible)
        assert made.short.get(one.id, 0) == least - min(least, possible)
    assert len(set(made.turns)) == len(made.turns), "nobody twice on one day"
    known = {one.id: one for one in people}
    assert all(turn.day in days and known[turn.person].serves(turn.day) for turn in made.turns)


@given(crowd, some_days, st.randoms())
def test_the_order_in_which_they_come_changes_nothing(people, days, chance):
    shuffled, other_days = list(people), list(days)
    chance.shuffle(shuffled)
    chance.shuffle(other_days)
    assert propose(people, days) == propose(shuffled, other_days)


@given(st.lists(whole, min_size=1, max_size=40).map(unique), some_days, st.integers(1, 4))
def test_days_carry_the_same_and_turns_lie_apart(people, days, least):
    if len(days) < least:
        return
    made = propose(people, days, least=least)
    load = Counter(turn.day for turn in made.turns)
    counts = [load[day] for day in days]
    assert max(counts) - min(counts) <= 1
    place = {day: number for number, day in enumerate(days)}
    for one in people:
        own = sorted(place[turn.day] for turn in made.turns if turn.person == one.id)
        assert all(later - earlier >= len(days) // least for earlier, later in pairwise(own))


@given(crowd, some_days)
def test_proposed_again_nothing_changes(people, days):
    made = propose(people, days)
    again = propose(people, days, kept=made.turns)
    assert again == made


@given(crowd, some_days, st.sets(st.tuples(days_in_year, st.integers(1, 60)), max_size=10))
def test_what_was_set_by_hand_stands(people, days, kept):
    by_hand = [Turn(day, person) for day, person in kept]
    known = {one.id: one for one in people}
    made = propose(people, days, kept=by_hand)
    for turn in by_hand:
        stands = turn.person in known and known[turn.person].serves(turn.day)
        assert (turn in made.turns) == stands


def test_proposing_does_not_ask_chance():
    people = [Person(number, FIRST) for number in range(1, 23)]
    days = days_of(YEAR, Rhythm(2, 2), CALENDAR)
    random.seed(1)
    first = propose(people, days)
    random.seed(2)
    assert propose(people, days) == first


@pytest.mark.parametrize(
    ("weekday", "nth", "month", "day"),
    [
        (3, 1, 1, 2),  # 元旦 is a Thursday: the next working day
        (3, 1, 10, 8),  # 国庆 to 7 October
        (4, 1, 5, 4),  # 劳动节 falls on Friday: Monday
        (5, 2, 10, 10),  # a Saturday that is worked
        (0, 5, 2, 23),  # the last Monday of a month with four
        (6, 5, 5, 29),  # a Sunday at the end of the month goes back, not into June
        (2, 2, 3, 11),
    ],
)
def test_a_day_off_is_moved(weekday, nth, month, day):
    assert days_of(YEAR, Rhythm(weekday, nth), CALENDAR)[month - 1] == date(YEAR, month, day)


@given(st.integers(0, 6), st.integers(1, 5), st.integers(2024, 2030), days_in_year)
def test_days_are_working_days_of_each_month(weekday, nth, year, after):
    days = days_of(year, Rhythm(weekday, nth), CALENDAR)
    assert [day.month for day in days] == list(range(1, 13))
    assert all(map(CALENDAR.is_working_day, days))
    later = days_of(year, Rhythm(weekday, nth), CALENDAR, after=after)
    assert later == tuple(day for day in days if day > after)


@pytest.mark.parametrize(("weekday", "nth"), [(7, 1), (-1, 1), (0, 0), (0, 6)])
def test_a_rhythm_that_is_none(weekday, nth):
    with pytest.raises(ValueError, match="rhythm"):
        Rhythm(weekday, nth)


def test_every_conflict_is_told():
    monday, holiday = date(YEAR, 3, 2), date(YEAR, 10, 1)
    people = [Person(1, FIRST), Person(2, FIRST, date(YEAR, 3, 1)), Person(3, FIRST)]
    turns = [Turn(monday, 1), Turn(monday, 1), Turn(monday, 2), Turn(holiday, 1)]
    found = conflicts(turns, people, CALENDAR, room=2, open_station=False, busy={Turn(holiday, 1)})
    assert set(found) == {
        Conflict(Clash.CLOSED),
        Conflict(Clash.TWICE, 1, monday),
        Conflict(Clash.TERM, 2, monday),
        Conflict(Clash.FULL, day=monday),
        Conflict(Clash.TWICE, 1, holiday),
        Conflict(Clash.HOLIDAY, day=holiday),
        Conflict(Clash.FEW, 2),
        Conflict(Clash.FEW, 3),
    }
    assert conflicts([], [], CALENDAR) == ()
