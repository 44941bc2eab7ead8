"""Pure decisions of filing and review."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tingchao.core.finding import plain
from tingchao.core.screening.heads import number_in
from tingchao.core.screening.numerals import DAY_PATTERN, number
from tingchao.core.text import gettext_noop

REFILED_BY = {
    "supplementing": "supplement", "rewriting": "rewrite", "talking": "correct", "lettered": "correct",
    "opinion": "correct", "planned": "correct",
}  # fmt: skip
"""Stage → the action that what the maker hands in takes."""

REPEALED_FROM = frozenset({"talking", "lettered", "opinion", "planned"})
"""Stages in which the maker may report a repeal in place of another text."""

TEXT_NEEDED = REPEALED_FROM | {"rewriting"}
"""Stages in which the text is what is wrong, so that nothing but another text takes the matter further."""

REMINDED_AT = frozenset({*TEXT_NEEDED, "supplementing", "confirming", "notified"})
"""Stages in which a maker may be sent a reminder 催办函."""

SHORTEST, LONGEST = 10, 3000
"""Characters of a suggestion."""


def late_by(last: date, filed: date) -> int:
    """Days by which a document was filed too late, `last` being the last day on which it was in time; 0 when it was."""
    return max(0, (filed - last).days)


def suggestion_fault(text: str) -> str:
    """What is wrong with the text of a suggestion; empty when nothing is."""
    if len(text) < SHORTEST:
        return gettext_noop("请写清是哪一条、为什么不合法，10 个字以上。")
    return gettext_noop("写得太长了，请缩短到 3000 字以内。") if len(text) > LONGEST else ""


PUT_RIGHT = ("corrected", "repealed", "annulled")
"""Outcomes of a review by which an error was put right."""

EXAMPLE_FIELDS = ("title", "problem", "ground", "handling", "lesson")
"""The parts of a case of the casebook."""

_EXAMPLE_SIZES = {
    "title": (4, 60),
    "problem": (10, 2000),
    "ground": (5, 2000),
    "handling": (10, 2000),
    "lesson": (0, 1000),
}
_MISSING = {
    "title": gettext_noop("请写上标题，4 到 60 个字，不写是哪里的。"),
    "problem": gettext_noop("请写清文件哪里有问题，10 个字以上。"),
    "ground": gettext_noop("请写明违反哪一条法律、法规。"),
    "handling": gettext_noop("请写清怎样审查、怎样纠正，10 个字以上。"),
    "lesson": gettext_noop("写得太长了，请缩短到 1000 字以内。"),
}


def example_faults(texts: Mapping[str, str]) -> dict[str, str]:
    """What is missing or too long in a case of the casebook, by its part."""
    return {
        key: _MISSING[key]
        for key, (least, most) in _EXAMPLE_SIZES.items()
        if not least <= len(texts[key]) <= most
    }


# --- who looks at what ------------------------------------------------------------------------------------

COMMITTEE_WORDS = {
    "finance": ("财政", "经济", "预算", "财经"),
    "social": ("社会建设", "社会", "民宗"),
    "city": ("城建", "城乡建设", "环境", "环保"),
    "farm": ("农业", "农村"),
    "culture": ("教科文卫", "教育", "科学", "文化", "卫生"),
    "law": ("监察", "司法", "法制"),
}
"""Subject → what the committee that has it is called by."""


def is_legislative(name: str) -> bool:
    """Whether a body is the commission that reviews beside every committee 法制工作机构."""
    return "法制工作" in name or "法工委" in name or "备案审查" in name


def suits(subject: str, name: str) -> bool:
    """Whether a committee is the one for a subject."""
    return any(word in name for word in COMMITTEE_WORDS.get(subject, ()))


# --- who makes documents ----------------------------------------------------------------------------------

JUSTICE = ("court", "procuracy", "supervision")
"""Kinds of makers beside the government whose documents the standing committee of the same level reviews
(《监督法》2024 第三十九条; 《北京市规范性文件备案审查条例》2024 第八条第三项、第四项，第九条第二项、第三项)."""

OFFICES = ("人民政府办公室", "人民政府办公厅")
"""How offices of governments are called. They are departments, but what they issue is filed as the government's own
is (《北京市规范性文件备案审查条例》2024 第八条第二项、第九条第一项), while other departments need not (第十条)."""


def filed_within(region_code: str) -> str:
    """The key of the period in which a maker of a region files: townships have one, all above them another."""
    return "organ_filed_within" if region_code.endswith("000000") else "filed_within"


DEMANDING = ("government", "congress", *JUSTICE)
"""Kinds of organs whose request for a review must be taken up (《监督法》第五章; 《立法法》第一百一十条)."""

ONCE_DEPARTMENTS = ("人民法院", "人民检察院", "监察委员会", "监委")
"""How those end that were entered as departments before they had a kind of their own."""


def may_demand(kind: str, name: str) -> bool:
    """Whether a body is an organ whose request for a review must be taken up."""
    return kind in DEMANDING or (kind == "department" and name.endswith(ONCE_DEPARTMENTS))


# --- the yearly list --------------------------------------------------------------------------------------

MOST_LISTED = 500
ISO_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
NO_DAY = gettext_noop("没有认出公布日期，请写成 2026-3-5 这样。")
OTHER_YEAR = gettext_noop("公布日期不在这一年。")
NO_TITLE = gettext_noop("没有认出标题。")
TWICE = gettext_noop("和前面的一行重复。")
NO_LINES = gettext_noop("一行都没有。没有制定过文件的，请勾选“这一年没有制定”。")
TOO_MANY = gettext_noop("一年的目录最多 500 行，请核对是不是贴错了。")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list as it was read; `fault` says what is wrong with it."""

    number: str
    title: str
    day: date | None
    fault: str = ""


def listed(text: str, year: int) -> list[Listed]:
    """The lines of a list: number, title and day in any order, kept apart by tabs, commas or spaces."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: list[Listed] = []
    seen: set[str] = set()
    for line in lines[: MOST_LISTED + 1]:
        one = _listed(line, year)
        key = plain(one.number) or plain(one.title)
        if not one.fault and key in seen:
            one = Listed(one.number, one.title, one.day, TWICE)
        seen.add(key)
        found.append(one)
    return found


def _listed(line: str, year: int) -> Listed:
    rest, day = _day_cut(line)
    cut = number_in(rest, 0, len(rest))
    sign = "" if cut is None else "".join(rest[cut.span.start : cut.span.end].split())
    if cut is not None:
        rest = rest[: cut.span.start] + " " + rest[cut.span.end :]
    title = " ".join(re.sub(r"^\s*\d{1,3}[、.．\s]", " ", re.sub(r"[\t,，;；|]+", " ", rest)).split()).strip(
        "《》 "
    )
    fault = "" if 4 <= len(title) <= 120 else NO_TITLE
    if day is None:
        fault = fault or NO_DAY
    elif day.year != year:
        fault = fault or OTHER_YEAR
    return Listed(sign[:60], title[:120], day, fault)


def _day_cut(line: str) -> tuple[str, date | None]:
    """The line without its last day, and that day."""
    for pattern in (ISO_DAY, DAY_PATTERN):
        places = list(pattern.finditer(line))
        if places:
            at = places[-1]
            with suppress(ValueError):
                year, month, day = (number(part) or 0 for part in at.groups()[:3])
                return line[: at.start()] + " " + line[at.end() :], date(year, month, day)
    return line, None


@dataclass(frozen=True, slots=True)
class Known:
    """A document that was filed, as matching looks at it."""

    id: int
    number: str
    title: str
    day: date


ALIKE, THE_SAME, NEAR_DAYS = 0.7, 0.95, 10
"""How alike two titles are (Dice, of pairs of characters) to be one where the days are near, or whatever the days."""


def matched(items: Sequence[Listed], filed: Sequence[Known]) -> list[int | None]:
    """For each line the document that it names: by its number, else by its title and day. Each document once."""
    free = {one.id: one for one in filed}
    found: list[int | None] = [None] * len(items)
    numbers = {plain(one.number): one.id for one in filed if one.number}
    for place, item in enumerate(items):
        known = numbers.get(plain(item.number)) if item.number else None
        if known in free:
            found[place] = known
            del free[known]
    for place, item in enumerate(items):
        if found[place] is None and (best := _most_alike(item, list(free.values()))):
            found[place] = best
            del free[best]
    return found


def _most_alike(item: Listed, filed: Sequence[Known]) -> int | None:
    best: tuple[float, int] | None = None
    for one in filed:
        if item.number and one.number and plain(item.number) != plain(one.number):
            continue
        alike = alike_by(item.title, one.title)
        near = item.day is not None and abs((item.day - one.day).days) <= NEAR_DAYS
        if alike >= (ALIKE if near else THE_SAME) and (best is None or alike > best[0]):
            best = (alike, one.id)
    return None if best is None else best[1]


def alike_by(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1: twice the pairs they share, by all their pairs (Dice)."""
    a, b = ({x + y for x, y in pairwise(plain(text))} for text in (one, other))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
