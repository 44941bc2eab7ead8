"""The few figures of the public home, each read from facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext

from tingchao.core.mechanism import FactKind
from tingchao.core.procedure import Rating
from tingchao.engine.registry import manifests
from tingchao.engine.rollups import Sum, sums_of

SATISFIED = (Rating.GOOD, Rating.FAIR)
RATED = (*SATISFIED, Rating.POOR)


def home_numbers(today: date) -> list[dict[str, Any]]:
    """This year's figures that the mechanisms show on the home; empty while there are no facts. One statement."""
    kinds = [kind for manifest in manifests() for kind in manifest.fact_kinds if kind.home]
    sums = sums_of(
        [kind.key for kind in kinds], since=date(today.year, 1, 1), until=date(today.year + 1, 1, 1)
    )
    return [number for kind in kinds if (number := _number(kind, sums))] if sums else []


def _number(kind: FactKind, sums: dict[tuple[str, str], Sum]) -> dict[str, Any] | None:
    if not kind.rates:
        total = sum(one.amount for (key, _), one in sums.items() if key == kind.key)
        return {"label": gettext(kind.home), "value": f"{total:,}", "note": gettext(kind.unit)}
    rated, good = (
        sum(sums[kind.key, r].amount for r in ratings if (kind.key, r) in sums)
        for ratings in (RATED, SATISFIED)
    )
    if not rated:
        return None
    note = gettext("评价 %(n)s 次，满意和基本满意的占比") % {"n": f"{rated:,}"}
    return {"label": gettext(kind.home), "value": f"{100 * good // rated}%", "note": note}
