"""The few figures of the public home, each read from facts: of what, where, since when, from how many records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.mechanism import FactKind, Manifest
from tingchao.core.procedure import Rating
from tingchao.core.text import gettext_noop
from tingchao.engine.registry import manifests
from tingchao.engine.rollups import Sum, sums_of

SATISFIED = (Rating.GOOD, Rating.FAIR)
RATED = (*SATISFIED, Rating.POOR)
WITHOUT = gettext_noop("没办成，已说明")
"""What a matter is called that ended without what was asked for being done: nobody counts it as done."""

Sums = dict[tuple[str, str], Sum]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it is called, what it is made of, and the list of the records behind it that anybody may read."""

    label: str
    value: str
    unit: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a place for one year, and how many of its matters were made known: the records open to all."""

    numbers: list[Figure]
    known: int


def home_figures(today: date, scope: str = "") -> Figures:
    """This year's figures that the mechanisms show on the home, within a region prefix. One statement."""
    told = manifests()
    kinds = [kind for manifest in told for kind in manifest.fact_kinds if kind.home or kind.known]
    since, until = date(today.year, 1, 1), date(today.year + 1, 1, 1)
    sums = sums_of([kind.key for kind in kinds], since=since, until=until, scope=scope)
    known = sum(_all(kind, sums) for kind in kinds if kind.known)
    if not sums:
        return Figures([], 0)
    query = {"year": str(today.year)} | ({"in": f"{scope:0<12}"} if scope else {})
    numbers = [
        figure
        for one in told
        for kind in one.fact_kinds
        if kind.home
        for figure in _of(one, kind, sums, query)
    ]
    return Figures(numbers, known)


def _all(kind: FactKind, sums: Sums) -> int:
    return sum(one.amount for (key, _), one in sums.items() if key == kind.key)


def _of(manifest: Manifest, kind: FactKind, sums: Sums, query: dict[str, str]) -> Iterable[Figure]:
    if kind.rates:
        return _share(kind, sums, query)
    if kind.ends:
        return _ends(manifest, kind, sums, query)
    total = _all(kind, sums)
    return [_figure(kind, gettext(kind.home), total, _records(kind, sums), query)]


def _ends(manifest: Manifest, kind: FactKind, sums: Sums, query: dict[str, str]) -> Iterable[Figure]:
    """Done, and ended without being done, which are never added up."""
    outcomes = [one for procedure in manifest.procedures for one in procedure.outcomes]
    for done, label, end in ((True, kind.home, "done"), (False, WITHOUT, "without")):
        parts = {
            option.label: sums[kind.key, option.key].amount
            for option in outcomes
            if option.counted and option.done is done and (kind.key, option.key) in sums
        }
        told = gettext("、").join(f"{gettext(name)} {count:,}" for name, count in parts.items())
        yield _figure(
            kind, gettext(label), sum(parts.values()), told or gettext("还没有"), {**query, "end": end}
        )


def _share(kind: FactKind, sums: Sums, query: dict[str, str]) -> Iterable[Figure]:
    rated, good = (
        sum(sums[kind.key, r].amount for r in ratings if (kind.key, r) in sums)
        for ratings in (RATED, SATISFIED)
    )
    if not rated:
        return []
    note = gettext("评价 %(n)s 次，满意和基本满意的占比") % {"n": f"{rated:,}"}
    url = _list({**query, "rated": "1"})
    return [Figure(gettext(kind.home), f"{100 * good // rated}%", "", note, url)]


def _records(kind: FactKind, sums: Sums) -> str:
    records = sum(one.records for (key, _), one in sums.items() if key == kind.key)
    return gettext("来自 %(n)s 条记录") % {"n": f"{records:,}"}


def _figure(kind: FactKind, label: str, value: int, note: str, query: dict[str, str]) -> Figure:
    return Figure(label, f"{value:,}", gettext(kind.unit), note, _list(query))


def _list(query: dict[str, str]) -> str:
    return f"{reverse('public:known')}?{urlencode(query)}"
