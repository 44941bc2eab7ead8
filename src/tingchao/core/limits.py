"""Legal time limits: when a period that began on one day runs out, stopped clocks and extensions included.

Counting follows the Civil Code (民法典) arts 201–203. A limit is data and carries the article that sets it.
The calendar and today are always handed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from tingchao.core.calendar import ONE_DAY, WorkingCalendar

MONTHS_IN_YEAR = 12


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAY = "working_day"
    """工作日: days on which offices work, make-up days included."""
    DAY = "day"
    """日: calendar days."""
    MONTH = "month"
    """月: calendar months."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long somebody has: `amount` of `unit`, by the article named in `source`.

    Raises ValueError when the amount is negative or the source is blank: a rule carries its source.
    """

    amount: int
    unit: Unit
    source: str

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a limit cannot be negative: {self.amount}")
        if not self.source.strip():
            raise ValueError("a limit must name the article it comes from")


def working_days(amount: int, source: str) -> Limit:
    """So many working days 工作日."""
    return Limit(amount, Unit.WORKING_DAY, source)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stopped clock (中止): days that do not count.

    The clock stood still at the end of each day d with start <= d < end. Stopped and started again on the
    same day, it has no effect. Raises ValueError when it ends before it starts.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a pause cannot end ({self.end}) before it starts ({self.start})")


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit; provisional while it rests on a year that has not been announced."""

    last_day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A running limit: what set it going on which day, when it stood still, and by how much it was extended.

    `start` is the day of the event that sets the limit running. `extended` adds to the limit, in the
    limit's own unit (延长). Raises ValueError when `extended` is negative.
    """

    start: date
    limit: Limit
    pauses: tuple[Pause, ...] = ()
    extended: int = 0

    def __post_init__(self) -> None:
        if self.extended < 0:
            raise ValueError(f"an extension cannot be negative: {self.extended}")

    def paused(self, start: date, end: date) -> "Clock":
        """This clock with one more pause; ValueError when end < start."""
        return replace(self, pauses=(*self.pauses, Pause(start, end)))

    def extend(self, amount: int) -> "Clock":
        """This clock with `amount` more units, on top of earlier extensions; ValueError when < 1."""
        if amount < 1:
            raise ValueError(f"an extension must add something: {amount}")
        return replace(self, extended=self.extended + amount)

    def to_json(self) -> dict[str, Any]:
        """This clock in plain JSON types; `from_json` reads it back."""
        limit = {"amount": self.limit.amount, "unit": self.limit.unit.value, "source": self.limit.source}
        pauses = [[pause.start.isoformat(), pause.end.isoformat()] for pause in self.pauses]
        return {"start": self.start.isoformat(), "limit": limit, "pauses": pauses, "extended": self.extended}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Clock":
        """The clock that `to_json` wrote; ValueError when `data` is anything else."""
        try:
            limit = data["limit"]
            return cls(
                start=date.fromisoformat(data["start"]),
                limit=Limit(limit["amount"], Unit(limit["unit"]), limit["source"]),
                pauses=tuple(Pause(date.fromisoformat(a), date.fromisoformat(b)) for a, b in data["pauses"]),
                extended=data["extended"],
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a stored clock: {error!r}") from error


def due(clock: Clock, calendar: WorkingCalendar) -> Due:
    """The last day of a clock's limit.

    - The day of the event is not counted; the count begins on the day after (民法典 201).
    - A period of months ends on the day of the month it began on, or at the month's end if there is none
      (202).
    - A period of days or months whose last day is a day off ends on the next working day (203).
    - Paused days do not count, however many pauses cover them: each puts a last day in days or months back
      by one day, and is passed over in working days. A limit never ends on a day on which its clock stands
      still.
    """
    stops = _Stops.of(clock.pauses)
    limit, amount = clock.limit, clock.limit.amount + clock.extended
    if limit.unit is Unit.WORKING_DAY:
        counted = calendar.add_working_days(clock.start, amount, skip=stops)
        return Due(counted.day, counted.provisional)
    last = add_months(clock.start, amount) if limit.unit is Unit.MONTH else clock.start + timedelta(amount)
    return _settle(stops.pushed(clock.start, last), stops, calendar)


def add_months(start: date, amount: int) -> date:
    """The same day `amount` months later, or that month's last day when it has no such day (民法典 202)."""
    months = start.year * MONTHS_IN_YEAR + start.month - 1 + amount
    first = date(months // MONTHS_IN_YEAR, months % MONTHS_IN_YEAR + 1, 1)
    return first.replace(day=min(start.day, _length_of_month(first)))


def closes_at(last_day: date, zone: tzinfo) -> datetime:
    """The moment a limit has run out: 24:00 of its last day in `zone` (民法典 203).

    Given as 00:00 of the following day, and exclusive: an act is in time when it happens before this moment.
    """
    return datetime.combine(last_day + ONE_DAY, time.min, tzinfo=zone)


def days_left(last_day: date, today: date, calendar: WorkingCalendar, unit: Unit = Unit.WORKING_DAY) -> int:
    """Days left until `last_day`, in working days, or in calendar days for the units DAY and MONTH.

    0 means due today and only that: a limit that ran out on Friday is at -1 on Saturday already, and one
    that ends on a coming Sunday has 1 left on the Saturday.
    """
    if unit is not Unit.WORKING_DAY:
        return (last_day - today).days
    left = calendar.working_days_between(today, last_day)
    if today < last_day:
        return max(left, 1)
    return min(left, -1) if today > last_day else 0


@dataclass(frozen=True, slots=True)
class Alarm:
    """The next alarm of a limit: its level, and the day from which it is to be given."""

    level: int
    on: date


def next_alarm(
    last_day: date,
    level: int,
    calendar: WorkingCalendar,
    *,
    remind_before: int = 1,
    step: int = 1,
    top: int = 4,
) -> Alarm | None:
    """The alarm that follows when `level` alarms have been given; None when `top` is reached.

    | level given so far | next | on |
    |---|---|---|
    | 0 | 1, the reminder 提醒 | `remind_before` working days before the last day (0: on the last day) |
    | 1 | 2, overdue 逾期 | the calendar day after the last day, the first on which the limit is overdue |
    | 2 and more | one higher 升级 | `step` working days after the alarm before |

    A day in the past means that the alarm is to be given at once; with a limit of one day, the reminder
    falls on the day it began. Raises ValueError for a negative level or `remind_before`, and for a step
    below 1.
    """
    if level < 0 or remind_before < 0 or step < 1:
        raise ValueError(f"no such alarm: level {level}, remind_before {remind_before}, step {step}")
    if level >= top:
        return None
    if level == 0:
        return Alarm(1, _working_days_earlier(last_day, remind_before, calendar))
    counted = calendar.add_working_days(last_day + ONE_DAY, (level - 1) * step)
    return Alarm(level + 1, counted.day)


@dataclass(frozen=True, slots=True)
class _Stops:
    """The days on which a clock stands still, as half-open spans in order that neither overlap nor touch."""

    spans: tuple[tuple[date, date], ...]

    @classmethod
    def of(cls, pauses: Iterable[Pause]) -> "_Stops":
        spans: list[tuple[date, date]] = []
        for start, end in sorted((pause.start, pause.end) for pause in pauses if pause.start < pause.end):
            if spans and start <= spans[-1][1]:
                start, latest = spans.pop()
                end = max(end, latest)
            spans.append((start, end))
        return cls(tuple(spans))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and any(start <= day < end for start, end in self.spans)

    def runs_again(self, day: date) -> date:
        """`day` itself when the clock runs on it, else the first day on which it runs again."""
        return next((end for start, end in self.spans if start <= day < end), day)

    def pushed(self, start: date, last: date) -> date:
        """`last` put back by one day for each still day after `start`, those it is pushed over included.

        One pass will do: a span that begins within the period is passed over whole, and spans come in order.
        """
        for still, again in self.spans:
            still = max(still, start + ONE_DAY)
            if still <= last and still < again:
                last += again - still
        return last


def _settle(last: date, stops: _Stops, calendar: WorkingCalendar) -> Due:
    """The first day from `last` on that is a working day and on which the clock runs."""
    provisional = False
    while True:
        counted = calendar.next_working_day(last)
        provisional = provisional or counted.provisional
        last = stops.runs_again(counted.day)
        if last == counted.day:
            return Due(last, provisional)


def _working_days_earlier(day: date, amount: int, calendar: WorkingCalendar) -> date:
    for _ in range(amount):
        day = calendar.previous_working_day(day - ONE_DAY).day
    return day


def _length_of_month(first: date) -> int:
    return ((first + timedelta(days=31)).replace(day=1) - first).days
