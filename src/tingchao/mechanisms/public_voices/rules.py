"""What makes a voice acceptable as input, and how its title is taken from what was said."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.finding import grams, plain
from tingchao.core.limits import add_months
from tingchao.core.mechanism import Circumstances
from tingchao.core.privacy import masked
from tingchao.core.steps import clean_text
from tingchao.core.text import gettext_noop

K = TypeVar("K")

SHORTEST, LONGEST = 4, 2000
LONGEST_IMPORTED = 20_000
"""Letters that were written elsewhere are not cut."""

TITLE_LENGTH = 30
PLACE_LENGTH = 200
EARLIEST = 1949
"""The first year in which what is told may have happened."""
MOST_PHOTOS = 6

ALIKE = 0.6
"""Share of a title's characters and pairs that must stand in a text for the two to count as alike."""

FEWEST = 8
MOST_ALIKE = 3

LASTING = "lasting"
"""When it happened, of something that has gone on for a while."""

CONCERNS = {
    "self": gettext_noop("我自己"),
    "elders": gettext_noop("家里老人"),
    "children": gettext_noop("孩子"),
    "neighbours": gettext_noop("街坊邻居"),
    "everyone": gettext_noop("大家都受影响"),
}
"""Whom a voice concerns, as whoever speaks says it."""

WHEN = {
    "today": gettext_noop("今天"),
    "yesterday": gettext_noop("昨天"),
    LASTING: gettext_noop("有一阵子了"),
    "day": gettext_noop("另选一天"),
}
"""The answers to when it happened."""

STEPS = ("what", "where", "photos", "phone")
"""The questions of a voice, one a screen in the large-type version."""

_STEP_OF = {
    "text": "what",
    "happened": "what",
    "concerns": "what",
    "place": "where",
    "point": "where",
    "station": "where",
    "photos": "photos",
}

TEXT_COLUMNS = ("text", "内容", "意见")

_SENTENCE_END = re.compile(r"[。！？!?；;\n]")


def text_fault(text: str, *, longest: int = LONGEST) -> str:
    """Why a text cannot be taken; empty when it can."""
    if not text:
        return gettext_noop("请写下您要说的事。")
    if len(text) < SHORTEST:
        return gettext_noop("写得太短了，请说说在哪里、怎么了。")
    if len(text) > longest:
        return gettext_noop("写得太长了，请缩短一些，也可以拍照片补充。")
    if not any(char.isalnum() for char in text):
        return gettext_noop("请用文字说明是什么事。")
    return ""


def place_fault(place: str) -> str:
    """Why a place cannot be taken; empty when it can."""
    return gettext_noop("地点写得太长了，请写到路名和门牌就够。") if len(place) > PLACE_LENGTH else ""


def title_of(text: str) -> str:
    """A title from what was said: its first sentence, cut at TITLE_LENGTH characters.

    Titles stand in lists, notices and exports, so personal data is masked in them
    (个人信息保护法 art. 6: no more than needed).
    """
    first = _SENTENCE_END.split(text, maxsplit=1)[0]
    words = " ".join(first.split()) or " ".join(text.split())
    words = masked(words[: 4 * TITLE_LENGTH])
    return words if len(words) <= TITLE_LENGTH else f"{words[: TITLE_LENGTH - 1].rstrip('，,、 ')}…"


def place_of(spot: str, place: str) -> str:
    """Where, from what was chosen from the list and what was typed beside it."""
    chosen, typed = (" ".join(clean_text(part).split()) for part in (spot, place))
    return typed if not chosen or chosen in typed else f"{chosen} {typed}".rstrip()


def happened_of(when: str, day: str, today: date) -> str:
    """The day on which it happened as ISO, LASTING, or empty; a day as it was typed when that is to be judged."""
    if when == "today":
        return today.isoformat()
    if when == "yesterday":
        return (today - timedelta(days=1)).isoformat()
    return day.strip() if when in ("day", "") else when


def happened_fault(happened: str, today: date) -> str:
    """What is wrong with the day on which it happened; empty when nothing is."""
    if happened in ("", LASTING):
        return ""
    try:
        day = date.fromisoformat(happened)
    except ValueError:
        return gettext_noop("请选一天，记不清就不用选。")
    if day > today:
        return gettext_noop("这一天还没到，请再看看日期。")
    return gettext_noop("这一天太早了，请再看看日期。") if day.year < EARLIEST else ""


def point_of(typed: str) -> tuple[float, float]:
    """Latitude and longitude in degrees of "29.47512,119.28125". ValueError for what is no point of the country."""
    north, east = (float(part) for part in typed.split(","))
    if not (3 <= north <= 54 and 73 <= east <= 136):
        raise ValueError("outside")
    return round(north, 6), round(east, 6)


def step_at_fault(fields: Iterable[str]) -> str:
    """The first question that one of the fields at fault belongs to."""
    return min((_STEP_OF.get(field, "phone") for field in fields), key=STEPS.index)


def likeness(said: Set[int], title: Set[int]) -> float:
    """How much of a known matter's title stands in what is said, from 0 to 1. Both are grams (core.finding).

    A title that shares fewer than FEWEST grams is not alike: short titles would match anything.
    """
    shared = len(said & title)
    return shared / len(title) if shared >= FEWEST else 0.0


def alike(text: str, titles: Sequence[tuple[K, Set[int]]]) -> list[K]:
    """Of the known matters (key, grams of the title), those that the text is like, the likest first."""
    said = grams(plain(text))
    found = [(likeness(said, title), key) for key, title in titles]
    close = sorted((one for one in found if one[0] >= ALIKE), key=lambda one: -one[0])
    return [key for _, key in close[:MOST_ALIKE]]


def import_key(*, origin: str, title: str, text: str) -> str:
    """The key under which a row of a list is taken once, whichever file it comes in."""
    whole = "\x1f".join((origin, title, text))
    return f"import:{hashlib.sha256(whole.encode('utf-8', 'replace')).hexdigest()[:48]}"


@dataclass(frozen=True, slots=True)
class ImportedVoice:
    """One acceptable row of an imported list."""

    key: str
    origin: str
    title: str
    text: str
    place: str
    said_at: str


def imported(row: dict[str, object]) -> ImportedVoice:
    """A row of a list as a voice. ValueError says in Chinese why it cannot be one."""
    if not any(name in row for name in TEXT_COLUMNS):
        raise ValueError(gettext_noop("没有“text”（或“内容”“意见”）这一列。"))
    text = _cell(row, *TEXT_COLUMNS)
    fault = text_fault(text, longest=LONGEST_IMPORTED)
    if fault:
        raise ValueError(fault)
    title = " ".join(_cell(row, "title", "标题").split())
    origin = " ".join(_cell(row, "id", "编号").split())
    if len(origin) > 80:
        raise ValueError(gettext_noop("编号太长，最多 80 个字。"))
    place = " ".join(_cell(row, "place", "地点").split())
    if len(place) > PLACE_LENGTH:
        raise ValueError(gettext_noop("地点太长，最多 200 个字。"))
    return ImportedVoice(
        key=import_key(origin=origin, title=title, text=text),
        origin=origin,
        title=masked(title)[:120] or title_of(text),
        text=text,
        place=place,
        said_at=_cell(row, "time", "时间"),
    )


def _cell(row: Mapping[str, object], *names: str) -> str:
    """What stands in the first of these columns that is not empty, the same whichever kind of file it came in.

    A spreadsheet has every number as a float. ValueError for what is neither text nor a number nor a date.
    """
    value = next((row[name] for name in names if row.get(name) not in (None, "")), "")
    if isinstance(value, bool | list | dict):
        raise ValueError(gettext_noop("内容、标题、编号、地点要写成文字。"))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_text(value)


def next_meeting(meeting_day: int, today: date, calendar: WorkingCalendar) -> date:
    """The next day on which a station deliberates small matters, after `today`.

    `meeting_day` is a day of the month; a shorter month has it on its last day, and a day off puts it to the next
    working day (as 民法典 203 does with limits).
    """
    month = today.replace(day=1)
    while True:
        following = add_months(month, 1)
        last = (following - timedelta(days=1)).day
        found = calendar.next_working_day(month.replace(day=min(meeting_day, last))).day
        if found > today:
            return found
        month = following


def proposed_meeting(when: Circumstances) -> str:
    """The date that the form for deliberating proposes: the next working day for what is said again and again, else
    the station's fixed day; empty for a station without one."""
    if when.often:
        return when.calendar.add_working_days(when.today, 1).day.isoformat()
    if when.meeting_day is None or not 1 <= when.meeting_day <= 31:
        return ""
    return next_meeting(when.meeting_day, when.today, when.calendar).isoformat()
