"""Where one lies among many, without naming any of the others: quartiles, and a word for it.

A distribution is no table: nobody learns from it who has how much. Below LEAST there is none, since a handful of
values tells whose they are (国办函〔2026〕12号: no ranking for its own sake).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import quantiles

from tingchao.core.text import gettext_noop

LEAST = 5
"""Values below which nothing is compared."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How many values lie where: the least, a quarter below `quarter`, half below `median`, and so on."""

    count: int
    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float


class Stand(StrEnum):
    """Where one value lies."""

    LOWER = "lower"
    MIDDLE = "middle"
    UPPER = "upper"


STANDS: dict[Stand, str] = {
    Stand.LOWER: gettext_noop("比多数站少一些"),
    Stand.MIDDLE: gettext_noop("和多数站差不多"),
    Stand.UPPER: gettext_noop("比多数站多一些"),
}


def spread_of(values: Sequence[float]) -> Spread | None:
    """The distribution of some values; None when there are too few to compare."""
    if len(values) < LEAST:
        return None
    low, *_, high = sorted(values)
    quarter, median, three_quarters = quantiles(values, n=4, method="inclusive")
    return Spread(len(values), low, quarter, median, three_quarters, high)


def stand_of(value: float, spread: Spread) -> Stand:
    """Where a value lies in a distribution; on the edge of the middle half it still lies within."""
    if value < spread.quarter:
        return Stand.LOWER
    return Stand.UPPER if value > spread.three_quarters else Stand.MIDDLE
