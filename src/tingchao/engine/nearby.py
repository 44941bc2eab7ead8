"""What people nearby may know of: matters made known, and open ones that the station has announced."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import partial

from django.db.models.functions import Left

from tingchao.core.finding import grams, plain
from tingchao.core.numbering import format_number
from tingchao.directory.selectors import Kept
from tingchao.engine.links import code_for, passcode_plain
from tingchao.engine.models import SHARED, Case

MOST = 200
"""Matters of one township that a new one is compared with, the newest first."""

TOWNSHIP = 9
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Known:
    """A matter as people nearby may know it. `grams` are those of its public title (core.finding)."""

    case_id: int
    number: str
    title: str
    station: str
    closed: bool
    code: str
    grams: frozenset[int]


_kept: dict[str, Kept[list[Known]]] = {}


def known_nearby(region_code: str) -> list[Known]:
    """The matters that people in the township of a region may know of; kept for half a minute in each process."""
    township = region_code[:TOWNSHIP]
    if township not in _kept:
        _kept[township] = Kept(partial(_read, township), seconds=30.0)
    return _kept[township].get()


def _read(township: str) -> list[Known]:
    rows = (
        Case.objects.alias(town=Left("region_id", TOWNSHIP))
        .filter(SHARED, town=township, joined__isnull=True)
        .select_related("station")
        .order_by("-id")[:MOST]
    )
    return [_known(case) for case in rows if shared_title(case)]


def _known(case: Case) -> Known:
    title = shared_title(case)
    return Known(
        case_id=case.pk,
        number=format_number(case.year, case.pk),
        title=title,
        station=case.station.name if case.station is not None else "",
        closed=case.closed_at is not None,
        code=share_code(case),
        grams=frozenset(grams(plain(title))),
    )


def shared_title(case: Case) -> str:
    """The title under which people nearby may know a matter now; empty when they may not."""
    if case.closed_at is None:
        return case.announced
    return case.public_title if case.visibility == Case.Visibility.PUBLIC else ""


def share_code(case: Case) -> str:
    """What the address of a matter bears for those who follow it; it opens nothing but what is public."""
    return code_for(f"shared:{case.pk}", CODE_LENGTH)


def share_code_holds(case: Case, given: str) -> bool:
    """Whether `given` is the matter's share code."""
    return hmac.compare_digest(share_code(case).encode(), passcode_plain(given).encode())
