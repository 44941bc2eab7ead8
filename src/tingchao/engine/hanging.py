"""What else hangs on a station that closes, beside its matters: an instrument that keeps such things registers them.

The engine knows no instrument. Each thing that still lies ahead is asked about by itself: it moves to the station that
takes over, or it is called off and everybody concerned is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Station

MOVES, ENDS = "move", "end"
GOES = ((MOVES, gettext_noop("搬到接手的站点")), (ENDS, gettext_noop("取消，通知名单上的人")))
"""Where a thing may go."""


@dataclass(frozen=True, slots=True)
class Hung:
    """One thing that lies ahead at a station: its key, e.g. "meeting:12", what it is called, and when it is."""

    key: str
    label: str
    when: datetime


class Keeper(Protocol):
    """Whoever keeps things that hang on a station; its keys begin with `prefix`."""

    prefix: str

    def ahead(self, station_id: int, now: datetime, most: int) -> Sequence[Hung]:
        """What lies ahead there, the next first."""

    def settle(
        self, key: str, *, of: int, to: Station | None, reason: str, actor: Actor, now: datetime
    ) -> None:
        """Move one thing to a station, or with None call it off. Raises Refusal; gone already, nothing happens."""


_keepers: dict[str, Keeper] = {}


def keeper_register(keeper: Keeper) -> None:
    """Take a keeper in; called as the applications start."""
    _keepers[keeper.prefix] = keeper


def hung_ahead(station_id: int, now: datetime, most: int = 25) -> list[Hung]:
    """What lies ahead at a station, the next first."""
    found = [one for keeper in _keepers.values() for one in keeper.ahead(station_id, now, most)]
    return sorted(found, key=lambda one: (one.when, one.key))[:most]


def hung_settle(key: str, *, of: int, to: Station | None, reason: str, actor: Actor, now: datetime) -> None:
    """Settle where one thing goes."""
    _keepers[key.partition(":")[0]].settle(key, of=of, to=to, reason=reason, actor=actor, now=now)
