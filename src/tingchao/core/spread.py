"""Amounts and days shared out unevenly and the same each time: for what is made up, e.g. a demonstration year."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from tingchao.core.calendar import WorkingCalendar


def shared(
    amount: int, among: int, dice: random.Random, *, unevenness: float = 0.5, least: int = 0
) -> list[int]:
    """`amount` in `among` whole parts that add up to it exactly, each at least `least`.

    `unevenness` is by how much of the mean a part may differ, from 0 to 1. ValueError when that is too little.
    """
    rest = amount - least * among
    if among < 1 or rest < 0:
        raise ValueError("too little to share")
    weights = [1 + dice.uniform(-unevenness, unevenness) for _ in range(among)]
    whole, parts, given, seen = sum(weights), [], 0, 0.0
    for weight in weights:
        seen += weight
        upto = round(rest * seen / whole)
        parts.append(least + upto - given)
        given = upto
    return parts


def days_spread(
    count: int, since: date, until: date, calendar: WorkingCalendar, dice: random.Random
) -> list[date]:
    """`count` working days from `since` to before `until`, in their order and about equally far apart.

    ValueError when there is no working day between them.
    """
    days = working_days(since, until, calendar)
    if not days:
        raise ValueError("no working day to spread over")
    return [days[int((number + dice.random()) * len(days) / count)] for number in range(count)]


def working_days(since: date, until: date, calendar: WorkingCalendar) -> Sequence[date]:
    """The working days from `since` to before `until`."""
    span = (since + timedelta(days=number) for number in range((until - since).days))
    return [day for day in span if calendar.is_working_day(day)]
