"""What a duty record 履职档案 is made of, and how participation is counted. Data and pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


TIMES, PEOPLE, ITEMS = gettext_noop("次"), gettext_noop("人"), gettext_noop("件")

RECEIVED = "meeting.received"
"""Kind of fact of a gathering, not of a deputy: residents received there, counted once with the gathering."""

HEARD = ("deputy.reception", "deputy.call_on", "code.used")
"""Kinds of facts: somebody spoke to the deputy, at a reception, at their door, or by the deputy's code."""
FOLLOWS = ("deputy.follow_up", "deputy.reception", "deputy.call_on")
"""Kinds of facts by which a deputy follows a matter: named to it, or the one who heard it."""

LINES = (
    Line("receptions", gettext_noop("接待选民"), TIMES, (f"{ATTENDED}reception",)),
    Line("received", gettext_noop("这些活动里来的群众"), PEOPLE, (RECEIVED,)),
    Line("brought", gettext_noop("听到、带来的意见"), ITEMS, HEARD),
    Line("calls", gettext_noop("其中上门走访听到的"), ITEMS, ("deputy.call_on",)),
    Line("above", gettext_noop("在上级活动中提的意见"), gettext_noop("条"), (OPINIONS_ABOVE,)),
    Line("followed", gettext_noop("跟进的事"), ITEMS, FOLLOWS),
    Line("looked", gettext_noop("到现场看"), TIMES, ("deputy.visit",)),
    Line("rated", gettext_noop("评价办理"), TIMES, ("deputy.rated",)),
    Line("proposals", gettext_noop("提出议案、建议"), ITEMS, ("proposal.raised",)),
    Line("votes", gettext_noop("参加表决"), TIMES, ("vote.attended",)),
)
"""The numbers of a record beside its gatherings, in the order in which they stand; one that is 0 is left out."""

RECORD_LINES_OF_FACTS = tuple(line for line in LINES if line.key not in ("received", "followed"))
"""Lines that are sums of the deputy's own facts; the other two count gatherings' people and matters."""

PER_CASE = ("followed",)
"""Lines that count matters, each once, however many facts speak of it."""

ENDS = {
    "open": gettext_noop("在办"),
    "done": gettext_noop("办成"),
    "without": gettext_noop("没办成，已说明"),
    "merged": gettext_noop("和另一件并案"),
}
"""How matters that a deputy follows stand; done and ended without being done are never added up."""

WORDS = {
    "deputy.reception": gettext_noop("接待时听到一件事"),
    "deputy.call_on": gettext_noop("走访时听到一件事"),
    "code.used": gettext_noop("有人扫您的码说了一件事"),
    "deputy.follow_up": gettext_noop("开始跟进一件事"),
    "deputy.visit": gettext_noop("到现场看"),
    "deputy.rated": gettext_noop("评价办理"),
    OPINIONS_ABOVE: gettext_noop("在上级活动中提意见"),
    "proposal.raised": gettext_noop("提出议案、建议"),
    "vote.attended": gettext_noop("参加表决"),
}
"""Kind of fact → what an entry of a record says the deputy did."""

RESULTS = {
    ATTENDED: gettext_noop("参加"),
    EXCUSED: gettext_noop("请假"),
    ABSENT: gettext_noop("缺席"),
}
"""Beginning of a kind of fact → what is left of somebody who was expected at a gathering."""
WAYS = {"offline": gettext_noop("现场"), "online": gettext_noop("线上")}


def line_get(key: str) -> Line | None:
    """The line of a record with that key; None when there is none."""
    return next((line for line in LINES if line.key == key), None)


def prefix_of(fact: str) -> str:
    """Which beginning of RESULTS a kind of fact has; empty when it is not of coming to a gathering."""
    return next((prefix for prefix in RESULTS if fact.startswith(prefix)), "")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which entries of a record are asked for: kinds of facts, each matter once, residents received, an end."""

    key: str
    label: str
    kinds: tuple[str, ...]
    per_case: bool = False
    received: bool = False
    end: str = ""


def chosen(key: str, meetings: Mapping[str, str]) -> Chosen | None:
    """The entries behind a number of a record; None for a number that there is not.

    `meetings` are the kinds of gatherings, key → label. A key is empty (everything), that of a line, "followed.<end>",
    "excused", "absent", or "meeting.<kind>" for what somebody was expected at of one kind.
    """
    head, _, tail = key.partition(".")
    if not key:
        return Chosen("", gettext_noop("全部记录"), all_kinds(meetings))
    if head == "meeting" and tail in meetings:
        return Chosen(key, meetings[tail], tuple(prefix + tail for prefix in RESULTS))
    if head in ("attended", "excused", "absent") and not tail:
        prefix = f"meeting.{head}."
        return Chosen(key, RESULTS[prefix], tuple(prefix + kind for kind in meetings))
    line = line_get(head)
    if line is None or (tail and (head != "followed" or tail not in ENDS)):
        return None
    if line.key == "received":
        return Chosen(key, line.label, tuple(ATTENDED + kind for kind in meetings), received=True)
    return Chosen(key, line.label, line.kinds, per_case=head in PER_CASE, end=tail)


def all_kinds(meetings: Iterable[str]) -> tuple[str, ...]:
    """Every kind of fact that a record shows."""
    return (*(prefix + kind for prefix in RESULTS for kind in meetings), *WORDS)


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


# --- putting a record right -------------------------------------------------------------------------------

ATTENDANCE, PEOPLE_RECEIVED, CREDIT, LISTED, GATHERING, HEARD_BY = (
    "attendance",
    "received",
    "credit",
    "listed",
    "gathering",
    "heard",
)
"""What an appeal may put right: what is left of the deputy at the gathering; how many were received there; whose the
deed is, or how much of it; where something is missing, a gathering on whose list they were not, one that nobody
recorded, and a matter that they heard."""


def corrections_of(*, kind: str, meeting: bool, receives: bool) -> tuple[str, ...]:
    """What an appeal may put right, by the kind of the fact of its entry (empty: none) and its gathering."""
    if kind and not prefix_of(kind):
        return (CREDIT,)
    if meeting:
        return (ATTENDANCE, PEOPLE_RECEIVED) if receives else (ATTENDANCE,)
    return (LISTED, GATHERING, HEARD_BY)


def heard_kind(channel: str) -> str:
    """The kind of the fact that a deputy heard a matter which came by a channel."""
    return "deputy.call_on" if channel == "call_on" else "deputy.reception"


# --- periods of participation -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a quarter or a month: its key ("2026", "2026-Q3", "2026-08"), from `since` to before `until`."""

    key: str
    since: date
    until: date

    @property
    def year(self) -> int:
        return self.since.year


def period_get(key: str) -> Period | None:
    """The period of that key; None for a key that is none."""
    head, _, tail = key.partition("-")
    if not (head.isascii() and head.isdigit() and len(head) == 4 and 2000 <= int(head) <= 2200):
        return None
    year = int(head)
    if not tail and key == head:
        return Period(key, date(year, 1, 1), date(year + 1, 1, 1))
    if tail in ("Q1", "Q2", "Q3", "Q4"):
        first = 3 * int(tail[1]) - 2
        return Period(key, date(year, first, 1), _month_after(year, first + 2))
    if len(tail) == 2 and tail.isascii() and tail.isdigit() and 1 <= int(tail) <= 12:
        return Period(key, date(year, int(tail), 1), _month_after(year, int(tail)))
    return None


def _month_after(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def periods_of(year: int, today: date) -> list[Period]:
    """The periods of a year that have begun: the year, its quarters, its months."""
    keys = [str(year), *(f"{year}-Q{n}" for n in range(1, 5)), *(f"{year}-{n:02d}" for n in range(1, 13))]
    found = [period for key in keys if (period := period_get(key)) is not None]
    return [period for period in found if period.since <= today]


def counted_on(period: Period, today: date) -> date:
    """The day on which deputies in office are counted: the end of the period, or tomorrow while it runs."""
    return min(period.until, date.fromordinal(today.toordinal() + 1))
