"""Opening hours 开放时间 as people write them, read for one day: is it open, from when until when, if not when next.

What cannot be read is shown as it was written and nothing is concluded from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from unicodedata import normalize

from tingchao.core.calendar import WorkingCalendar

LOOKED_AHEAD = 14
"""Days within which the next opening is looked for."""

WEEKDAYS = "一二三四五六日"
WORKING, EVERY = frozenset(range(5)), frozenset(range(7))

_DAYS = re.compile(
    r"每天|每日|全年|工作日|双休日|周末"
    r"|(?:周|星期|礼拜)([一二三四五六日天])(?:(?:至|到|[-–—~])(?:周|星期|礼拜)?([一二三四五六日天]))?"
    r"|、([一二三四五六日天])(?![^、，,;；\s\d上下])"
)
_SPAN = re.compile(
    r"(上午|早上|中午|下午|晚上)?(\d{1,2})[:点时](\d{1,2}|半)?分?"
    r"(?:至|到|[-–—~]+)(上午|中午|下午|晚上)?(\d{1,2})[:点时](\d{1,2}|半)?"
)
_LATER = ("下午", "晚上")


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when it is open on one day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class Clause:
    """Spans on some days of the week (0: Monday); `working` ones not on public holidays, but on make-up days."""

    days: frozenset[int]
    spans: tuple[Span, ...]
    working: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """What today looks like: the spans of today, whether it is open now, and otherwise the next day with its spans."""

    today: tuple[Span, ...]
    now: bool
    next_day: date | None = None
    next_spans: tuple[Span, ...] = ()


def clauses_of(text: str) -> list[Clause]:
    """What opening hours say; empty when they cannot be read."""
    found: list[Clause] = []
    plain = normalize("NFKC", text).replace(" ", "")
    for part in re.split(r"[;。\n]|,(?=[每全工双周星礼])", plain):
        spans = tuple(_spans(part))
        if not spans:
            continue
        days, working = _days(part)
        found.append(Clause(days, spans, working))
    return found


def _spans(text: str) -> Iterator[Span]:
    for half, hour, minute, until_half, until_hour, until_minute in _SPAN.findall(text):
        try:
            opens = _time(half, hour, minute)
            closes = _time(until_half or (half if half in _LATER else ""), until_hour, until_minute)
        except ValueError:
            continue
        if opens < closes:
            yield Span(opens, closes)


def _time(half: str, hour: str, minute: str) -> time:
    number = int(hour) + (12 if half in _LATER and int(hour) < 12 else 0)
    minutes = 30 if minute == "半" else int(minute or 0)
    return time(23, 59) if number == 24 and not minutes else time(number, minutes)


def _days(text: str) -> tuple[frozenset[int], bool]:
    """(days of the week, whether they are those of offices); every day when none is named."""
    days: set[int] = set()
    working = False
    for match in _DAYS.finditer(text):
        word, first, last, more = match.group(0), *match.groups()
        if word == "工作日":
            working = True
            days |= WORKING
        elif word in ("周末", "双休日"):
            days |= {5, 6}
        elif first or more:
            days |= _between(_weekday(first or more), _weekday(last) if last else None)
        else:
            days |= EVERY
    return (frozenset(days) or EVERY), working


def _weekday(sign: str) -> int:
    return 6 if sign == "天" else WEEKDAYS.index(sign)


def _between(first: int, last: int | None) -> set[int]:
    if last is None:
        return {first}
    return {(first + step) % 7 for step in range((last - first) % 7 + 1)}


def spans_on(clauses: list[Clause], day: date, calendar: WorkingCalendar) -> tuple[Span, ...]:
    """When it is open on a day. From Monday to Friday public holidays are off; 工作日 opens on make-up days too."""
    found = {span for clause in clauses for span in clause.spans if _holds(clause, day, calendar)}
    return tuple(sorted(found, key=lambda span: span.opens))


def _holds(clause: Clause, day: date, calendar: WorkingCalendar) -> bool:
    working = calendar.is_working_day(day)
    if clause.working:
        return working
    return day.weekday() in clause.days and (working or day.weekday() > 4 or clause.days == EVERY)


def opening_at(text: str, moment: datetime, calendar: WorkingCalendar) -> Opening | None:
    """Today's opening at a local moment; None when the hours cannot be read."""
    clauses = clauses_of(text)
    if not clauses:
        return None
    day = moment.date()
    today = spans_on(clauses, day, calendar)
    if any(moment.time() < span.closes for span in today):
        return Opening(today, any(span.opens <= moment.time() < span.closes for span in today))
    for ahead in range(1, LOOKED_AHEAD + 1):
        then = day + timedelta(days=ahead)
        if spans := spans_on(clauses, then, calendar):
            return Opening(today, False, then, spans)
    return Opening(today, False)
