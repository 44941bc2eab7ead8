"""Narrowing a list of matters: what was asked for, as conditions that the indexes of lists answer.

Every column named here stands in those indexes behind their order, so that a row that does not fit is passed over
without reading the matter itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tingchao.core.limits import closes_at
from tingchao.core.roles import BODY_ROLES, PERSONAL_ROLES
from tingchao.directory.actors import Hold
from tingchao.engine.registry import procedures
from tingchao.engine.timing import ZONE, local_day

OVERDUE, TODAY, WEEK = "overdue", "today", "week"
WATCHED = "yes"
DUE = (OVERDUE, TODAY, WEEK)

DONE, UNDONE = "done", "undone"
"""Two different ends: what was raised is done, or the matter was closed without that."""

Condition = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Sift:
    """What a list is narrowed to; empty means everything.

    `place` is a region prefix; `due` one of DUE, for open matters; `end` is DONE, UNDONE or an outcome's key, for
    closed ones; `watched` is WATCHED for matters under supervision 督办.
    """

    stage: str = ""
    tier: str = ""
    channel: str = ""
    place: str = ""
    station: int | None = None
    body: int | None = None
    due: str = ""
    end: str = ""
    watched: str = ""

    def __bool__(self) -> bool:
        return self != Sift()


def sift_from(typed: Mapping[str, str]) -> Sift:
    """What an address asks for; whatever cannot be understood asks for nothing."""
    place = typed.get("place", "")
    return Sift(
        **{key: _known(typed.get(key, ""), known) for key, known in known_keys().items()},
        place=place if place.isascii() and place.isdigit() and len(place) in (6, 9, 12) else "",
        station=_key(typed.get("station", "")),
        body=_key(typed.get("body", "")),
    )


def known_keys() -> dict[str, tuple[str, ...]]:
    """The keys that each filter by name knows, from every procedure installed; `channel` is any word."""
    return {
        "stage": tuple(stage.key for one in procedures() for stage in one.stages),
        "tier": tuple(option.key for one in procedures() for option in one.tiers),
        "channel": (),
        "due": DUE,
        "end": (DONE, UNDONE, *outcomes()),
        "watched": (WATCHED,),
    }


def outcomes() -> tuple[str, ...]:
    """Every outcome that some procedure has."""
    return tuple(dict.fromkeys(option.key for one in procedures() for option in one.outcomes))


def _known(text: str, known: tuple[str, ...]) -> str:
    if not known:
        return text if text.isascii() and text.isidentifier() and len(text) <= 20 else ""
    return text if text in known else ""


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def narrowed_hold(hold: Hold, sift: Sift) -> Hold | None:
    """The hold within the place asked for; None when the place lies outside of it.

    A hold for a body keeps its scope, and one of a person counts everywhere: their matters are found by whom they were
    given to.
    """
    if not sift.place or hold.role in PERSONAL_ROLES or hold.scope.startswith(sift.place):
        return hold
    if not sift.place.startswith(hold.scope):
        return None
    return hold if hold.role in BODY_ROLES else replace(hold, scope=sift.place)


def conditions(sift: Sift, now: datetime) -> list[Condition]:
    """The conditions on engine_case c beside scope and duty."""
    keys = (("stage", sift.stage), ("tier", sift.tier), ("channel", sift.channel))
    found: list[Condition] = [(f"c.{column} = {_quoted(key)}", ()) for column, key in keys if key]
    found += [
        (f"c.{column} = %s", (value,))
        for column, value in (("station_id", sift.station), ("lead_id", sift.body))
        if value is not None
    ]
    if sift.place:
        found.append(("starts_with(c.region_id, %s)", (sift.place,)))
    if sift.watched:
        found.append(("c.supervised_at IS NOT NULL", ()))
    return found + due_condition(sift.due, now) + _end_condition(sift.end)


def _quoted(key: str) -> str:
    """A key as it stands in SQL, so that the planner knows how rare it is even when it keeps its plan.

    ValueError for what is no identifier; `sift_from` lets nothing else through.
    """
    if not (key.isascii() and key.isidentifier()):
        raise ValueError(f"no key: {key!r}")
    return f"'{key}'"


def due_condition(due: str, now: datetime) -> list[Condition]:
    """Overdue; due by the end of today and not overdue; due by Sunday and not overdue."""
    if due == OVERDUE:
        return [("c.due_at <= %s", (now,))]
    if due == TODAY:
        end = closes_at(local_day(now), ZONE)
        return [("c.due_at > %s AND c.due_at <= %s", (end - timedelta(days=1), end))]
    if due == WEEK:
        day = local_day(now)
        return [
            ("c.due_at > %s AND c.due_at <= %s", (now, closes_at(day + timedelta(6 - day.weekday()), ZONE)))
        ]
    return []


def _end_condition(end: str) -> list[Condition]:
    if end == UNDONE:
        others = ["", *(key for key in outcomes() if key != DONE)]
        return [("c.outcome = ANY(%s)", (others,))]
    return [(f"c.outcome = {_quoted(end)}", ())] if end else []
