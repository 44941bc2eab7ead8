"""Fair turns over a year 轮值: who receives voters on which day, proposed so that it can be defended.

What is proposed: everybody gets as many turns as everybody else, at least two a year (接待计划：每名代表每年不少于 2
次); the days carry the same load to within one; somebody's turns lie as far apart as the days allow. Where a term
begins or ends within the year, those days are left out and the rest is made up from the days that carry least. The
same people and days always give the same turns, in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tingchao.core.calendar import WorkingCalendar

LEAST = 2
"""Turns of each deputy in a year, at least (station rules; see docs/glossary.md, 接待计划)."""

WEEK = 7


@dataclass(frozen=True, slots=True)
class Rhythm:
    """On which days of a month somebody receives: the `nth` (1 to 4, or 5 for the last) `weekday` (Monday is 0)."""

    weekday: int
    nth: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 1 <= self.nth <= 5):
            raise ValueError("a rhythm names a weekday (0 to 6) and which of the month it is (1 to 5)")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes turns from `since` to before `until`."""

    id: int
    since: date
    until: date | None = None

    def serves(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One person on one day."""

    day: date
    person: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The turns in the order of their days; who gets fewer than asked for, with how many are missing."""

    turns: tuple[Turn, ...]
    short: Mapping[int, int]


class Clash(StrEnum):
    """What is wrong with a turn."""

    TWICE = "twice"  # the same person twice on one day
    TERM = "term"  # not in office on that day
    CLOSED = "closed"  # the station is not open
    HOLIDAY = "holiday"  # not a working day
    FULL = "full"  # more people than the day takes
    FEW = "few"  # somebody has fewer turns than they must have


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that is wrong, with whom and on which day; either may be missing."""

    clash: Clash
    person: int | None = None
    day: date | None = None


def days_of(
    year: int, rhythm: Rhythm, calendar: WorkingCalendar, *, after: date | None = None
) -> tuple[date, ...]:
    """The days of a year by a rhythm, one a month, each moved off holidays; those after `after` only.

    One that falls on a day off goes to the next working day, or to the one before where that would be another month.
    """
    found = []
    for month in range(1, 13):
        day = calendar.next_working_day(_nth(year, month, rhythm)).day
        if day.month != month:
            day = calendar.previous_working_day(_nth(year, month, rhythm)).day
        if after is None or day > after:
            found.append(day)
    return tuple(found)


def _nth(year: int, month: int, rhythm: Rhythm) -> date:
    first = date(year, month, 1)
    day = first + timedelta(days=(rhythm.weekday - first.weekday()) % WEEK + WEEK * (rhythm.nth - 1))
    return day if day.month == month else day - timedelta(days=WEEK)


def propose(
    people: Iterable[Person], days: Sequence[date], *, least: int = LEAST, kept: Iterable[Turn] = ()
) -> Proposal:
    """Turns for everybody on these days.

    `kept` are turns that stand already, e.g. changed by hand; they count, and are part of what comes back, unless
    their person does not serve on their day any more.
    """
    slots, everybody = sorted(set(days)), sorted(set(people), key=lambda one: one.id)
    serving = {one.id: one for one in everybody}
    turns = sorted(
        {turn for turn in kept if turn.person in serving and serving[turn.person].serves(turn.day)}
    )
    if not turns:
        turns = list(_dealt([one for one in everybody if _whole(one, slots)], slots, least))
    short: dict[int, int] = {}
    for one in sorted(everybody, key=lambda one: (sum(map(one.serves, slots)), one.id)):
        missing = _fill(one, slots, turns, least)
        if missing:
            short[one.id] = missing
    return Proposal(tuple(sorted(turns)), short)


def _whole(one: Person, slots: Sequence[date]) -> bool:
    return all(map(one.serves, slots))


def _dealt(people: Sequence[Person], slots: Sequence[date], least: int) -> Iterator[Turn]:
    """Everybody in turn, round after round, laid over the days as evenly as they go."""
    if not people or not slots:
        return
    rounds = min(least, len(slots))
    for place in range(len(people) * rounds):
        yield Turn(slots[place * len(slots) // (len(people) * rounds)], people[place % len(people)].id)


def _fill(one: Person, slots: Sequence[date], turns: list[Turn], least: int) -> int:
    """Give somebody what they lack, on the days that carry least and lie furthest from their own. What is missing."""
    own = [turn.day for turn in turns if turn.person == one.id]
    load = Counter(turn.day for turn in turns)
    while len(own) < least:
        free = [day for day in slots if day not in own and one.serves(day)]
        if not free:
            return least - len(own)
        best = min(free, key=lambda day: (load[day], -_gap(day, own), day))
        own.append(best)
        turns.append(Turn(best, one.id))
    return 0


def _gap(day: date, own: Sequence[date]) -> int:
    return min((abs((day - other).days) for other in own), default=0)


def conflicts(
    turns: Sequence[Turn],
    people: Iterable[Person],
    calendar: WorkingCalendar,
    *,
    least: int = LEAST,
    room: int | None = None,
    open_station: bool = True,
    busy: Container[Turn] = (),
) -> tuple[Conflict, ...]:
    """Everything that is wrong with the turns of one station, by day, then by person.

    `busy` is where these people are expected elsewhere.
    """
    known = {one.id: one for one in people}
    found = [] if open_station else [Conflict(Clash.CLOSED)]
    found += _of_turns(turns, known, busy)
    for day, people_on in Counter(turn.day for turn in turns).items():
        if not calendar.is_working_day(day):
            found.append(Conflict(Clash.HOLIDAY, day=day))
        if room is not None and people_on > room:
            found.append(Conflict(Clash.FULL, day=day))
    taken = Counter(
        turn.person for turn in turns if turn.person in known and known[turn.person].serves(turn.day)
    )
    found += [Conflict(Clash.FEW, one.id) for one in known.values() if taken[one.id] < least]
    return tuple(sorted(found, key=lambda one: (one.day or date.max, one.person or 0, one.clash)))


def _of_turns(
    turns: Sequence[Turn], known: Mapping[int, Person], busy: Container[Turn]
) -> Iterator[Conflict]:
    for turn, times in Counter(turns).items():
        if times > 1 or turn in busy:
            yield Conflict(Clash.TWICE, turn.person, turn.day)
        if turn.person not in known or not known[turn.person].serves(turn.day):
            yield Conflict(Clash.TERM, turn.person, turn.day)
