"""The Chinese working calendar as data: which days count as working days (工作日).

The State Council announces each year's days off and make-up days (调休) in a notice, late in the year
before. What a notice says is a `YearPlan`; a `WorkingCalendar` holds the plans known today and is passed in
by whoever counts. A year without a plan is counted by weekends and by the holidays the law itself puts on
fixed dates, and every answer that rests on such a year says so (`Counted.provisional`), to be counted again
once the notice is out.
"""

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""(month, day) of the holidays on fixed solar dates: 元旦, 劳动节, 国庆节.

《全国年节及纪念日放假办法》(2024 revision, 国务院令第795号) art. 2. Spring Festival, Tomb-sweeping Day,
Dragon Boat and Mid-Autumn follow the moon and the sun's terms, and are known only from a year's notice.
"""


@dataclass(frozen=True, slots=True)
class YearPlan:
    """One year's days off and make-up days, as announced (国务院办公厅关于部分节假日安排的通知).

    `off` holds the public holidays, whether on weekdays or at weekends; `on` the weekend days worked in
    exchange; `source` the notice. A notice may also name days of the year before: those belong in that
    year's plan.

    Raises ValueError when a date lies outside `year` or is both off and on.
    """

    year: int
    off: frozenset[date]
    on: frozenset[date]
    source: str

    def __post_init__(self) -> None:
        strays = sorted(day for day in self.off | self.on if day.year != self.year)
        if strays:
            raise ValueError(f"the plan for {self.year} holds days of another year: {_listed(strays)}")
        both = sorted(self.off & self.on)
        if both:
            raise ValueError(f"the plan for {self.year} has days both off and on: {_listed(both)}")


@dataclass(frozen=True, slots=True)
class Counted:
    """The day a count arrives at.

    `provisional` is true when some day that was counted lies in a year whose plan is not known.
    """

    day: date
    provisional: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """The year plans known today, by year. All questions are asked in whole days, never in hours.

    Raises ValueError when a plan is filed under another year. A count that runs past the year 9999 raises
    ValueError or OverflowError; no other day and no missing plan makes a question fail.
    """

    plans: Mapping[int, YearPlan]
    _years: dict[int, tuple[date, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for year, plan in self.plans.items():
            if year != plan.year:
                raise ValueError(f"the plan for {plan.year} is filed under {year}")
        object.__setattr__(self, "plans", dict(self.plans))

    def is_announced(self, year: int) -> bool:
        """Whether the plan of that year is known."""
        return year in self.plans

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day; in a year without a plan, as far as the law alone can say.

        Raises TypeError for a datetime: which day a moment falls on depends on a time zone, and the caller
        knows it.
        """
        if isinstance(day, datetime):
            raise TypeError("a calendar is asked about a date, not a datetime")
        weekday = day.weekday() < SATURDAY
        plan = self.plans.get(day.year)
        if plan is None:
            return weekday and (day.month, day.day) not in FIXED_HOLIDAYS
        return day in plan.on or (weekday and day not in plan.off)

    def add_working_days(self, start: date, amount: int, *, skip: Container[date] = ()) -> Counted:
        """The `amount`-th working day after `start`, which itself is not counted (民法典 201).

        Days in `skip` do not count. An amount of 0 gives `start` as it is. Raises ValueError when amount < 0.
        """
        if amount < 0:
            raise ValueError(f"working days to add cannot be negative: {amount}")
        if amount == 0:
            return Counted(start, False)
        for day in self._working_days_after(start):
            if day not in skip:
                amount -= 1
            if amount == 0:
                return Counted(day, self._is_provisional(start + ONE_DAY, day))
        raise ValueError(f"counting working days from {start} runs past the last date there is")

    def next_working_day(self, day: date) -> Counted:
        """`day` itself when it is a working day, else the first working day after it (民法典 203)."""
        found = day
        while not self.is_working_day(found):
            found += ONE_DAY
        return Counted(found, self._is_provisional(day, found))

    def previous_working_day(self, day: date) -> Counted:
        """`day` itself when it is a working day, else the last working day before it."""
        found = day
        while not self.is_working_day(found):
            found -= ONE_DAY
        return Counted(found, self._is_provisional(found, day))

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days d have after < d <= until; as a negative number when until < after."""
        whole_years = sum(len(self._working_days(year)) for year in range(after.year, until.year))
        whole_years -= sum(len(self._working_days(year)) for year in range(until.year, after.year))
        return whole_years + self._rank(until) - self._rank(after)

    def with_plan(self, plan: YearPlan) -> "WorkingCalendar":
        """A calendar that also knows `plan`, in place of any earlier plan for that year."""
        return WorkingCalendar({**self.plans, plan.year: plan})

    def _rank(self, day: date) -> int:
        """How many working days its year has up to and including `day`."""
        return bisect_right(self._working_days(day.year), day)

    def _working_days_after(self, start: date) -> Iterator[date]:
        days = self._working_days(start.year)
        yield from days[bisect_right(days, start) :]
        for year in range(start.year + 1, date.max.year + 1):
            yield from self._working_days(year)

    def _working_days(self, year: int) -> tuple[date, ...]:
        """The working days of a year in order, worked out once for each calendar."""
        if year not in self._years:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            days = map(date.fromordinal, range(first, last + 1))
            self._years[year] = tuple(day for day in days if self.is_working_day(day))
        return self._years[year]

    def _is_provisional(self, first: date, last: date) -> bool:
        return any(year not in self.plans for year in range(first.year, last.year + 1))


def plan_from_rows(year: int, rows: Iterable[tuple[date, str]], source: str) -> YearPlan:
    """A year's plan from the rows of a table: (day, kind), where kind is "off" (放假) or "on" (调休上班).

    Raises ValueError, naming the row (counted from 1), for an unknown kind, a day of another year, or a day
    that an earlier row has already given.
    """
    kinds: dict[date, str] = {}
    for number, (day, kind) in enumerate(rows, start=1):
        fault = _fault_of_row(year, day, kind, kinds)
        if fault:
            raise ValueError(f"row {number} ({day}, {kind!r}): {fault}")
        kinds[day] = kind
    off = frozenset(day for day, kind in kinds.items() if kind == "off")
    return YearPlan(year, off, frozenset(kinds) - off, source)


def _fault_of_row(year: int, day: date, kind: str, earlier: Container[date]) -> str:
    if kind not in ("off", "on"):
        return "the kind must be 'off' or 'on'"
    if day.year != year:
        return f"the day is not in {year}"
    if day in earlier:
        return "an earlier row gives the same day"
    return ""


def _listed(days: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in days)
