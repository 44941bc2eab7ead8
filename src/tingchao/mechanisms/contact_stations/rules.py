"""What is decided of core tasks, drafts and deliberations: days, tasks that were typed, a draft's text taken apart
into articles, many ratings made one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tingchao.core.procedure import Rating
from tingchao.core.screening.shapes import Kind, Unit
from tingchao.core.screening.structure import parse
from tingchao.core.steps import clean_text
from tingchao.core.text import gettext_noop

LONGEST_TERM = timedelta(days=731)
MOST_TASKS = 40
"""Tasks in one set; a year's core tasks are twenty."""

LONGEST_DRAFT = 200_000
LONGEST_OPINION = 2000
ANSWERED_WITHIN = 28
"""Calendar days after a draft's last day within which every opinion is answered."""

MOST_OPEN_DAYS = 366

TEXT_SHORT = gettext_noop("请再说具体些，4 个字以上。")
TEXT_LONG = gettext_noop("写得太长了，2000 字以内就够；可以分几条说。")


@dataclass(frozen=True, slots=True)
class Item:
    """One core task of a set: its key (the same title gives the same key), what is to be done, its last day."""

    key: str
    title: str
    text: str
    due_on: date


def item_key(title: str) -> str:
    """What a task is known by within a year, so that handing it down twice makes it once."""
    return hashlib.sha256(title.encode()).hexdigest()[:12]


def submission_of(year: int, key: str, station_id: int) -> str:
    """The idempotency key of one task of one station."""
    return f"core_task:{year}:{key}:{station_id}"


def item_made(row: Mapping[str, str], today: date) -> Item:
    """A task as typed: title, text, due (an ISO day). Raises ValueError with the Chinese sentence."""
    title = " ".join(clean_text(row.get("title", "")).split())
    if len(title) < 4:
        raise ValueError(gettext_noop("任务的名称写得太短了。"))
    if len(title) > 100:
        raise ValueError(gettext_noop("任务的名称写得太长了，100 个字以内就够。"))
    text = clean_text(row.get("text", ""))
    if len(text) > LONGEST_OPINION:
        raise ValueError(gettext_noop("任务的说明写得太长了，2000 字以内就够。"))
    return Item(item_key(title), title, text or title, due_day(row.get("due", ""), today))


def due_day(text: str, today: date) -> date:
    """The last day of a task. ValueError when it cannot be read, is not after today or is years away."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(gettext_noop("请选完成的日期。")) from None
    if day <= today:
        raise ValueError(gettext_noop("完成的日期要在今天以后。"))
    if day > today + LONGEST_TERM:
        raise ValueError(gettext_noop("完成的日期最远到两年以后。"))
    return day


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a draft: its key, its label (第三条), the chapter above it, and what it says."""

    key: str
    label: str
    chapter: str
    text: str


def articles_of(text: str) -> tuple[str, list[Article]]:
    """(title, articles) of a draft's text; without articles each paragraph is one. Linear in the length."""
    document = parse(text)
    found = list(_articles(document.units, text, ""))
    title = text[document.head.title.start : document.head.title.end].strip() if document.head.title else ""
    if found:
        return title, [Article(str(number), *rest) for number, rest in enumerate(found, start=1)]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return title, [
        Article(str(number), f"第 {number} 段", "", line) for number, line in enumerate(lines, start=1)
    ]


def _articles(units: Iterable[Unit], text: str, chapter: str) -> Iterator[tuple[str, str, str]]:
    for unit in units:
        if unit.kind is Kind.ARTICLE:
            label = text[unit.label.start : unit.label.end]
            yield label.strip(), chapter, text[unit.label.end : unit.end].strip()
        elif unit.kind in (Kind.PART, Kind.CHAPTER, Kind.SECTION):
            heading = " ".join(text[unit.start : unit.end].split("\n", 1)[0].split())
            yield from _articles(unit.children, text, heading)


def opinion_fault(text: str) -> str:
    """What is wrong with an opinion; empty when it may be taken."""
    if len(text) < 4:
        return TEXT_SHORT
    return TEXT_LONG if len(text) > LONGEST_OPINION else ""


def draft_faults(title: str, text: str, articles: int, *, until: date | None, today: date) -> dict[str, str]:
    """What is wrong with a draft that is put to the public, by field; empty when nothing is."""
    faults = {}
    if not 4 <= len(title) <= 100:
        faults["title"] = gettext_noop("名称写 4 到 100 个字。")
    if len(text) < 20 or not articles:
        faults["text"] = gettext_noop("请贴上草案的正文。")
    elif len(text) > LONGEST_DRAFT:
        faults["text"] = gettext_noop("正文太长了，20 万字以内可以放在网上征求意见。")
    if until is None:
        faults["until"] = gettext_noop("请选截止日期。")
    elif not today < until <= today + timedelta(days=MOST_OPEN_DAYS):
        faults["until"] = gettext_noop("截止日期要在今天以后，最长一年。")
    return faults


# --- deliberations ----------------------------------------------------------------------------------------

MOST_DECIDED = 20
"""Tasks that one deliberation decides."""

JUDGES = (Rating.GOOD, Rating.FAIR, Rating.POOR)

CALL_FIRST = gettext_noop("还没有约会议。请在“议事”页上定时间地点，公布以后就到下一步。")
HOLD_FIRST = gettext_noop("会议还没有记“开过了”或还没有写纪要。请先到会议页上记好。")
TASKS_FIRST = gettext_noop("还没有定任务。请在“议事”页上写明哪个单位、办什么、哪天前办好。")
TASKS_OPEN = gettext_noop("还有议定的任务没有办结，请等都核实了再说结果。")


def rating_of(votes: Mapping[str, int]) -> Rating:
    """What many ratings come to: poor when at least half are, good when more than half are, fair otherwise.

    ValueError without any: nobody's silence is a rating.
    """
    whole = sum(votes.values())
    if not whole:
        raise ValueError("nobody rated")
    if votes.get(Rating.POOR, 0) * 2 >= whole:
        return Rating.POOR
    return Rating.GOOD if votes.get(Rating.GOOD, 0) * 2 > whole else Rating.FAIR


def enough(votes: Mapping[str, int], came: int) -> bool:
    """Whether more than half of those who came have rated, so that it counts before its last day."""
    return sum(votes.values()) * 2 > came


def step_fault_of(action: str, *, called: bool, held: bool, tasks: int, still_open: int) -> str:
    """Why a step of a deliberation cannot be taken yet; empty when it can.

    `called`: a gathering is announced; `held`: it took place and has its minutes.
    """
    fault = {
        "call": "" if called else CALL_FIRST,
        "settle": (TASKS_FIRST if held else HOLD_FIRST) if not (held and tasks) else "",
        "explain": "" if held else HOLD_FIRST,
        "go_on": "" if tasks else TASKS_FIRST,
        "finish": TASKS_OPEN if still_open else "",
    }
    return fault.get(action, "")


@dataclass(frozen=True, slots=True)
class Decided:
    """One task as decided: what, by which body, by which day."""

    what: str
    body_id: int
    due_on: date


def decided_made(row: Mapping[str, str], today: date) -> Decided:
    """A task as typed: what, body (an id), due (an ISO day). Raises ValueError with the Chinese sentence."""
    what = " ".join(clean_text(row.get("what", "")).split())
    if not 4 <= len(what) <= 200:
        raise ValueError(gettext_noop("办什么，写 4 到 200 个字。"))
    body = row.get("body", "")
    if not (body.isascii() and body.isdigit() and len(body) < 19 and int(body)):
        raise ValueError(gettext_noop("请选由哪个单位办。"))
    return Decided(what, int(body), due_day(row.get("due", ""), today))


# --- a station's own view ---------------------------------------------------------------------------------

MOST_ITEMS = 12
"""Things to look at every day: more would be ticked without looking."""

LONGEST_ITEM = 30


def guidance_fault(text: str) -> str:
    """What is wrong with a note of the head station; empty when it may be sent."""
    if len(text) < 4:
        return gettext_noop("请写清要站里做什么，4 个字以上。")
    return gettext_noop("写得太长了，2000 字以内就够。") if len(text) > LONGEST_OPINION else ""


def check_fault(answers: Mapping[str, bool | None], note: str) -> dict[str, str]:
    """What is wrong with a daily check, by item, and by "note"; empty when nothing is."""
    faults = {item: gettext_noop("请选一个。") for item, ok in answers.items() if ok is None}
    if False in answers.values() and not note:
        faults["note"] = gettext_noop("有不对的地方，请写一句哪里不对。")
    elif len(note) > 200:
        faults["note"] = gettext_noop("写得太长了，200 字以内就够。")
    return faults


def checks_fault(items: Sequence[str]) -> str:
    """What is wrong with a list of things to look at every day; empty when nothing is."""
    if not items:
        return gettext_noop("请至少写一项，一行一项。")
    if len(items) > MOST_ITEMS:
        return gettext_noop("最多 12 项，太多了就没人细看。")
    if len(set(items)) < len(items):
        return gettext_noop("有两项一样，请去掉一项。")
    return gettext_noop("每项 30 个字以内。") if any(len(one) > LONGEST_ITEM for one in items) else ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What stations are compared by: its label, its unit, and the kinds of facts that add up to it."""

    label: str
    unit: str
    kinds: tuple[str, ...]


MEASURES = (
    Measure(gettext_noop("接待选民"), gettext_noop("场"), ("meeting.held.reception",)),
    Measure(gettext_noop("接待和走访的群众"), gettext_noop("人"), ("meeting.received",)),
    Measure(gettext_noop("议事"), gettext_noop("场"), ("meeting.held.deliberation",)),
    Measure(gettext_noop("听到的意见"), gettext_noop("件"), ("voice.heard",)),
    Measure(gettext_noop("每日检查"), gettext_noop("天"), ("station.checked",)),
)
"""Few, of what a station does; nothing of what depends on how many people live around it is called good or bad."""
