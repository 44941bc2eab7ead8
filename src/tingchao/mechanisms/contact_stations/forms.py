"""Handing core tasks down: the tasks as they are offered and as they come back from the form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from tingchao.core.roles import Role
from tingchao.core.steps import refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.places import Place, place_get, places_below
from tingchao.directory.selectors import choices_of
from tingchao.mechanisms.contact_stations.rules import Item, item_made

BLANKS = 3
"""Empty lines for tasks of one's own."""

OFFERED_KINDS = ("centre", "constituency", "area", "micro")
USUAL_KINDS = ("centre", "constituency", "area")
NO_PLACE = gettext_noop("请从名单里选一个地方。")


@cache
def _shipped() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(
        (Path(__file__).parent / "data" / "core_tasks.json").read_text("utf-8")
    )
    return rows


def rows_offered(today: date) -> list[dict[str, Any]]:
    """The twenty core tasks with their last days this year, or next year where they are over; and some empty lines."""
    rows = [
        {"title": one["title"], "text": one["text"], "due": _coming(one["due"], today), "on": True}
        for one in _shipped()
    ]
    return rows + [{"title": "", "text": "", "due": "", "on": False} for _ in range(BLANKS)]


def _coming(month_and_day: str, today: date) -> str:
    day = date.fromisoformat(f"{today.year}-{month_and_day}")
    return (day if day > today else day.replace(year=today.year + 1)).isoformat()


def rows_typed(data: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines of the form as they were sent."""
    rows = []
    for number in range(60):
        if f"title-{number}" not in data:
            break
        rows.append(
            {
                "title": data.get(f"title-{number}", "")[:200],
                "text": data.get(f"text-{number}", "")[:3000],
                "due": data.get(f"due-{number}", "")[:10],
                "on": bool(data.get(f"on-{number}")),
            }
        )
    return rows


def items_chosen(rows: list[dict[str, Any]], today: date) -> list[Item]:
    """The tasks that were ticked. Raises Refusal "input" naming each line at fault."""
    items, faults = [], {}
    for number, row in enumerate(rows):
        if not row["on"]:
            continue
        try:
            items.append(item_made(row, today))
        except ValueError as fault:
            faults[f"row-{number}"] = str(fault)
    if faults:
        raise refused_inputs(faults)
    return items


def head_scopes(actor: Actor) -> tuple[str, ...]:
    """The region prefixes for which somebody speaks as the head station."""
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role is Role.CLERK))


def head_places(actor: Actor) -> list[Place]:
    """The places that somebody may hand tasks down to or put drafts to: their own and those right below."""
    found: dict[str, Place] = {}
    for scope in head_scopes(actor):
        own = place_get(f"{scope:0<12}") if scope else None
        for place in [own, *places_below(own.code)] if own is not None else []:
            found[place.code] = place
    return list(found.values())


def head_place(actor: Actor, code: str) -> Place:
    """The place that was chosen, the actor's own when none was; Refusal "input" for one that is not theirs."""
    offered = head_places(actor)
    chosen = next((place for place in offered if place.code == code), None) if code else None
    if chosen is None and (code or not offered):
        raise refused_inputs({"place": NO_PLACE})
    return chosen or offered[0]


def kinds_offered(chosen: list[str]) -> list[dict[str, Any]]:
    """The kinds of stations that tasks go to."""
    labels = dict(choices_of("station"))
    return [{"key": key, "label": gettext(str(labels[key])), "on": key in chosen} for key in OFFERED_KINDS]
