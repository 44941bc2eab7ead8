"""What a duty record 履职档案 is made of, and how participation is counted. Data and pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tingchao.core.text import gettext_noop

UPPER = "upper"
"""Key of the kind of gathering that an upper level announced and that was joined on line."""
THEMED = "themed"
"""Key of the kind of gathering that is a themed activity 主题活动."""
OPINIONS_ABOVE = "duty.opinions_above"
"""Kind of fact: opinions that a deputy gave in activities of upper levels; its amount is how many."""

COUNTED_ONCE = ("inspection", "research", "symposium")
"""Kinds of gatherings of which a place counts each once, however many took part 视察、调研、座谈会."""

ATTENDED, EXCUSED, ABSENT = "meeting.attended.", "meeting.excused.", "meeting.absent."


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a record: which kinds of facts it adds up."""

    key: str
    label: str
    unit: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together."""

    key: str
    label: str
    lines: tuple[Line, ...]


TIMES, PEOPLE, ITEMS = gettext_noop("次"), gettext_noop("人"), gettext_noop("件")

CONTACT = Section(
    "contact",
    gettext_noop("联系群众"),
    (
        Line(
            "receptions",
            gettext_noop("接待选民"),
            TIMES,
            ("meeting.attended.reception", "deputy.reception"),
        ),
        Line("calls", gettext_noop("走访选民"), TIMES, ("meeting.attended.walk", "deputy.call_on")),
        Line(
            "brought",
            gettext_noop("带来的意见"),
            ITEMS,
            ("deputy.reception", "deputy.call_on", "code.used"),
        ),
        Line("above", gettext_noop("在上级活动中提的意见"), gettext_noop("条"), (OPINIONS_ABOVE,)),
    ),
)
FOLLOWED = Section(
    "followed",
    gettext_noop("跟进办理"),
    (
        Line("followed", gettext_noop("督办的事"), ITEMS, ("deputy.follow_up",)),
        Line("looked", gettext_noop("现场查看"), TIMES, ("deputy.visit",)),
        Line("rated", gettext_noop("评价办理"), TIMES, ("deputy.rated",)),
    ),
)
CONGRESS = Section(
    "congress",
    gettext_noop("议案建议和表决"),
    (
        Line("proposals", gettext_noop("提出议案、建议"), ITEMS, ("proposal.raised",)),
        Line("votes", gettext_noop("参加表决"), TIMES, ("vote.attended",)),
    ),
)
SECTIONS = (CONTACT, FOLLOWED, CONGRESS)
RECEIVED_LINE = Line("received", gettext_noop("接待群众"), PEOPLE, ("meeting.received", "deputy.reception"))


def line_get(key: str) -> Line | None:
    """The line of a record with that key; None when there is none."""
    lines = [line for section in SECTIONS for line in section.lines]
    return next((line for line in (*lines, RECEIVED_LINE) if line.key == key), None)


@dataclass(frozen=True, slots=True)
class Attendance:
    """What is left of gatherings of one kind: how often somebody came, was excused, stayed away, and how they came."""

    attended: int = 0
    excused: int = 0
    absent: int = 0
    online: int = 0

    @property
    def expected(self) -> int:
        return self.attended + self.excused + self.absent

    @property
    def offline(self) -> int:
        return self.attended - self.online

    def __add__(self, other: Attendance) -> Attendance:
        return Attendance(
            self.attended + other.attended,
            self.excused + other.excused,
            self.absent + other.absent,
            self.online + other.online,
        )


def attendance_by_kind(sums: Mapping[tuple[str, str], int]) -> dict[str, Attendance]:
    """Key of a kind of gathering → attendance, from (kind of fact, detail) → sum of the amounts.

    A sum is right after corrections, since a mistake was evened out by -1.
    """
    found: dict[str, Attendance] = {}
    for (fact, detail), amount in sums.items():
        for prefix, name in ((ATTENDED, "attended"), (EXCUSED, "excused"), (ABSENT, "absent")):
            if fact.startswith(prefix):
                counted = {name: amount}
                if name == "attended" and detail.endswith(".online"):
                    counted["online"] = amount
                kind = fact.removeprefix(prefix)
                found[kind] = found.get(kind, Attendance()) + Attendance(**counted)
    return {kind: one for kind, one in found.items() if one.expected}


@dataclass(frozen=True, slots=True)
class Participation:
    """How deputies of one level took part: those in office, and the sum of their attendance.

    `own` is of gatherings called here, by which the rate is counted: an activity that an upper level announced is taken
    over with those who joined it, so nobody is known to have stayed away from it.
    """

    deputies: int
    own: Attendance
    upper: Attendance

    @property
    def rate(self) -> float:
        """How many of a hundred who were expected came; leave counts as not having come. 0 when nobody was expected."""
        return round(100 * self.own.attended / self.own.expected, 1) if self.own.expected else 0

    @property
    def offline_each(self) -> float:
        return self._each(self.own.offline + self.upper.offline)

    @property
    def online_each(self) -> float:
        return self._each(self.own.online + self.upper.online)

    def _each(self, times: int) -> float:
        return round(times / self.deputies, 1) if self.deputies else 0


def participation_of(deputies: int, kinds: Mapping[str, Attendance]) -> Participation:
    """The participation of so many deputies from their attendance by kind of gathering."""
    own = sum((one for key, one in kinds.items() if key != UPPER), Attendance())
    return Participation(deputies, own, kinds.get(UPPER, Attendance()))


def years_of(since: date, until: date | None, today: date) -> list[int]:
    """The years of a term up to today, the latest first."""
    last = min(today, until) if until is not None else today
    return list(range(max(last.year, since.year), since.year - 1, -1))


def window_of(year: int | None, since: date, until: date | None) -> tuple[date, date]:
    """From which day to before which a record is read: a calendar year of the term, or the whole of it."""
    end = until or date.max
    if year is None:
        return since, end
    return max(since, date(year, 1, 1)), min(end, date(year + 1, 1, 1))
