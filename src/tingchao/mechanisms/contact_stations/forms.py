"""Forms beyond those of actions: core tasks that are handed down, the gathering and the tasks of a deliberation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from tingchao.core.roles import Role
from tingchao.core.steps import refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.meetings.fields import Ask, number_of, times_asked, times_of
from tingchao.directory.actors import Actor
from tingchao.directory.places import Place, place_get, places_below
from tingchao.directory.selectors import choices_of
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.mechanisms.contact_stations.rules import Decided, Item, decided_made, item_made
from tingchao.mechanisms.contact_stations.services.deliberations import Convened

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


# --- deliberations ----------------------------------------------------------------------------------------

TASK_BLANKS = 3


def call_asks(case: Any) -> list[Ask]:
    """When and where a topic is deliberated."""
    names = [(gettext(name), gettext(name), "") for name in kind_get("deliberation").names]
    return [
        *times_asked(None, None)[:3],
        Ask(
            "place",
            gettext_noop("地点"),
            most=120,
            value=case.place,
            hint=gettext_noop("不填就在站里；写清哪间屋、哪棵树下"),
        ),
        Ask(
            "local_name",
            gettext_noop("叫什么"),
            "choice",
            options=[("", gettext("议事"), ""), *names],
            value="",
        ),
        Ask("places", gettext_noop("名额"), hint=gettext_noop("居民在网上报名的名额，不限就留空")),
        Ask(
            "reason",
            gettext_noop("不足 3 天就公布的原因"),
            most=200,
            hint=gettext_noop("按规定提前 3 天公布，急事写一句原因"),
        ),
    ]


def convened_of(typed: Mapping[str, Any]) -> Convened:
    """What was typed into that form. Raises Refusal "input"."""
    starts, ends = times_of(typed)
    return Convened(
        starts_at=starts,
        ends_at=ends,
        place=str(typed.get("place") or ""),
        local_name=str(typed.get("local_name") or ""),
        places=number_of(typed, "places"),
        reason=str(typed.get("reason") or ""),
    )


def decided_offered(conclusions: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The lines for tasks: those of the minutes' conclusions, then some empty ones."""
    rows = [
        {
            "what": str(one.get("what") or ""),
            "who": str(one.get("who") or ""),
            "due": str(one.get("due") or ""),
            "body": "",
        }
        for one in conclusions
    ]
    return rows + [{"what": "", "who": "", "due": "", "body": ""} for _ in range(TASK_BLANKS)]


def decided_typed(data: Mapping[str, str]) -> list[dict[str, str]]:
    """The lines for tasks as they were sent."""
    rows = []
    for number in range(40):
        if f"what-{number}" not in data:
            break
        rows.append(
            {
                "what": data.get(f"what-{number}", "")[:400],
                "who": "",
                "body": data.get(f"body-{number}", "")[:19],
                "due": data.get(f"due-{number}", "")[:10],
            }
        )
    return rows


def decided_chosen(rows: Iterable[Mapping[str, str]], today: date) -> list[Decided]:
    """The tasks that were written; lines left empty are none. Raises Refusal "input" naming each line at fault."""
    found, faults = [], {}
    for number, row in enumerate(rows):
        if not (row["what"].strip() or row["body"]):
            continue
        try:
            found.append(decided_made(row, today))
        except ValueError as fault:
            faults[f"row-{number}"] = str(fault)
    if faults:
        raise refused_inputs(faults)
    return found
