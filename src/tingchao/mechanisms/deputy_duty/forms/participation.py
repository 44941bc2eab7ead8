"""Participation of places as screens and workbooks show it: lines of numbers, each with the way to its gatherings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.text import gettext_noop
from tingchao.directory.models import Deputy
from tingchao.instruments.meetings.kinds import kinds
from tingchao.mechanisms.deputy_duty.rules import Participation, Period
from tingchao.mechanisms.deputy_duty.selectors.participation import Part

Given = dict[str, Any]

HEADS = (
    gettext_noop("地方"),
    gettext_noop("地区代码"),
    gettext_noop("代表层级"),
    gettext_noop("在任代表"),
    gettext_noop("应到人次"),
    gettext_noop("到会人次"),
    gettext_noop("参与率 %"),
    gettext_noop("人均线下"),
    gettext_noop("人均线上"),
    gettext_noop("视察调研座谈"),
    gettext_noop("上级活动"),
)
"""Columns of the workbook: of a place and level, of no person."""

OF_LABELS = {
    "": gettext_noop("活动"),
    "own": gettext_noop("本级组织的活动"),
    "once": gettext_noop("视察、调研、座谈"),
    "upper": gettext_noop("参加的上级活动"),
    "came_offline": gettext_noop("有代表到现场的活动"),
    "came_online": gettext_noop("有代表在线上参加的活动"),
}
ALL_LEVELS = gettext_noop("各级合计")


@dataclass(frozen=True, slots=True)
class Here:
    """The place and period that lines are of."""

    code: str
    scope: str
    period: str

    def list_url(self, *, of: str, level: str = "") -> str:
        """Where the gatherings behind a number are listed."""
        asked = {"in": self.code, "period": self.period, "of": of, "level": level}
        return f"{reverse('deputy_duty:gatherings')}?{urlencode({k: v for k, v in asked.items() if v})}"

    def people_url(self) -> str:
        """Where the deputies are listed, in the order of the roster."""
        return f"{reverse('deputy_duty:records')}?{urlencode({'in': self.code})}"


def line(found: Participation, here: Here, level: str = "") -> Given:
    """The numbers of one place and level."""
    return {
        "deputies": found.deputies,
        "people_url": here.people_url(),
        "expected": found.own.expected,
        "attended": found.own.attended,
        "rate": f"{found.rate:g}%" if found.own.expected else "",
        "rate_url": here.list_url(of="own", level=level),
        "offline": f"{found.offline_each:g}",
        "offline_url": here.list_url(of="came_offline", level=level),
        "online": f"{found.online_each:g}",
        "online_url": here.list_url(of="came_online", level=level),
    }


def level_label(level: str) -> str:
    """What a level of deputies is called."""
    return gettext(str(dict(Deputy.Level.choices).get(level, level)))


def of_label(of: str) -> str:
    """What a list of gatherings is narrowed to."""
    if of in OF_LABELS:
        return gettext(OF_LABELS[of])
    return gettext(kinds()[of].label)


def place_url(code: str, period: str) -> str:
    """The page of a place and period."""
    return f"{reverse('deputy_duty:participation')}?{urlencode({'in': code, 'period': period})}"


def period_words(period: Period) -> str:
    """2026 年; 2026 年第三季度; 2026 年 8 月."""
    year, tail = period.year, period.key[5:]
    if not tail:
        return gettext("%(year)s 年") % {"year": year}
    if tail[0] == "Q":
        return gettext("%(year)s 年第 %(n)s 季度") % {"year": year, "n": tail[1]}
    return gettext("%(year)s 年 %(month)s 月") % {"year": year, "month": int(tail)}


def period_choices(code: str, now: Period, periods: Iterable[Period]) -> list[Given]:
    """The periods of the year, with the way to each."""
    return [
        {"label": _short(one), "url": place_url(code, one.key), "on": one.key == now.key} for one in periods
    ]


def _short(period: Period) -> str:
    tail = period.key[5:]
    if not tail:
        return gettext("全年")
    if tail[0] == "Q":
        return gettext("%(n)s 季度") % {"n": tail[1]}
    return gettext("%(n)s 月") % {"n": int(tail)}


def year_choices(code: str, now: Period, today: date) -> list[Given]:
    """The year shown, the one before and the one after it as far as it has begun."""
    years = [year for year in (now.year - 1, now.year, now.year + 1) if year <= today.year]
    return [
        {
            "label": gettext("%(year)s 年") % {"year": year},
            "url": place_url(code, str(year)),
            "on": year == now.year,
        }
        for year in years
    ]


def sheet_rows(name: str, code: str, part: Part) -> Iterator[list[Any]]:
    """The rows of one place: all levels together, then each from above."""
    yield _cells(name, code, gettext(ALL_LEVELS), part.whole, part)
    for level in part.levels:
        yield _cells(name, code, level_label(level), part.of_level(level), None)


def _cells(name: str, code: str, level: str, found: Participation, part: Part | None) -> list[Any]:
    return [
        name,
        code,
        level,
        found.deputies,
        found.own.expected,
        found.own.attended,
        found.rate if found.own.expected else "",
        found.offline_each,
        found.online_each,
        part.counted_once if part is not None else "",
        part.upper if part is not None else "",
    ]
