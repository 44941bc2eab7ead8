"""The working calendars that the State Council has published, as the package chinesecalendar carries them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache

from chinese_calendar import constants

from tingchao.core.calendar import YearPlan

NOTICES = {
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}
"""Year → the State Council's notice 国务院办公厅关于部分节假日安排的通知."""


@cache
def published_plans() -> dict[int, YearPlan]:
    """Year → its plan. A year counts as announced only when the package lists holidays for it."""
    off: dict[int, set[date]] = defaultdict(set)
    on: dict[int, set[date]] = defaultdict(set)
    for day in constants.holidays:
        off[day.year].add(day)
    for day in constants.workdays:
        on[day.year].add(day)
    return {
        year: YearPlan(
            year=year,
            off=frozenset(days),
            on=frozenset(on[year]),
            source=NOTICES.get(year, "国务院办公厅关于节假日安排的通知"),
        )
        for year, days in off.items()
    }
