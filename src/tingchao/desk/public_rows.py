"""Matters made known, stations and people as the public pages show them. Reads nothing but what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.desk.labels import RATINGS
from tingchao.directory.models import Deputy, Station
from tingchao.directory.places import place_get
from tingchao.engine.made_known import KnownCase
from tingchao.engine.models import Assignment, Case
from tingchao.engine.registry import procedure_get
from tingchao.instruments.meetings.selectors import next_of_deputies

Given = dict[str, Any]


def outcome_tag(procedure_key: str, outcome: str) -> tuple[str, str]:
    """(words, state) of how a matter ended: done, or what was said instead. Never told by colour alone."""
    procedure = procedure_get(procedure_key)
    if procedure.is_done(outcome):
        return gettext("办成了"), "done"
    label = next((option.label for option in procedure.outcomes if option.key == outcome), "")
    return (gettext(label) if label else gettext("已说明")), "plain"


def known_rows(cases: Iterable[KnownCase]) -> list[Given]:
    """The lines of a list of what was made known."""
    rows = []
    for case in cases:
        tag, state = outcome_tag(case.procedure, case.outcome)
        rows.append(
            {
                "url": reverse("public:known_case", args=[case.number]),
                "title": case.title,
                "text": case.text,
                "place": case.station_name or case.region_name,
                "when": case.closed_at,
                "tag": tag,
                "tag_state": state,
            }
        )
    return rows


def station_rows(stations: Iterable[Station]) -> list[Given]:
    """The lines of a list of stations."""
    return [
        {
            "id": station.pk,
            "name": station.name,
            "kind_label": station.get_kind_display(),
            "address": station.address,
            "hours": station.hours,
            "url": reverse("public:station_page", args=[station.pk]),
        }
        for station in stations
    ]


def people_rows(people: Sequence[Deputy], now: datetime | None = None) -> list[Given]:
    """People on a wall: what is public of a deputy, never a private number.

    With `now` each row says when they receive next, for one SQL statement more.
    """
    coming = {} if now is None else next_of_deputies([person.pk for person in people], now)
    return [person_row(person, coming.get(person.pk)) for person in people]


def face_url(person: Deputy) -> str:
    """The address of a portrait; empty for those without one."""
    return reverse("public:face", args=[person.pk, person.photo[:16]]) if person.photo else ""


def person_row(person: Deputy, coming: Any = None) -> Given:
    """One person of a wall; `coming` is their next reception."""
    deputy = person.kind == Deputy.Kind.DEPUTY
    level = gettext("%(level)s人大代表") % {"level": _congress(person)}
    return {
        "url": reverse("public:deputy", args=[person.pk]),
        "name": person.name,
        "photo": face_url(person),
        "alt": gettext("%(name)s的照片") % {"name": person.name},
        "next_at": None if coming is None else coming.starts_at,
        "next_where": coming.station.name if coming is not None and coming.station else "",
        "role": level if deputy else person.get_kind_display(),
        "constituency": person.constituency,
        "expertise": person.expertise,
        "station_name": person.station.name if person.station is not None else "",
    }


DIGITS = {"city": 4, "county": 6, "township": 9}
"""Level of a congress → significant digits of its region's code."""


def _congress(person: Deputy) -> str:
    """Whose congress a deputy sits in, by name where it lies in this installation: 建德市."""
    place = place_get(f"{person.region_id[: DIGITS.get(person.level, 0)]:0<12}")
    return place.name if place is not None else str(person.get_level_display())


# --- one matter made known --------------------------------------------------------------------------------


def known_facts(case: Case, handled: Sequence[Assignment]) -> list[Given]:
    """Who handled a matter made known, and what whoever raised it said of the result."""
    named = {
        kind: gettext("、").join(str(one.deputy or one.body) for one in handled if one.kind == kind)
        for kind in ("lead", "joint", "follow_up")
    }
    told = [
        (gettext("谁办的"), named["lead"] or (case.station.name if case.station else "")),
        (gettext("一起办的"), named["joint"]),
        (gettext("督办代表"), named["follow_up"]),
        (gettext("当事人评价"), gettext(RATINGS[case.satisfaction]) if case.satisfaction in RATINGS else ""),
    ]
    return [
        {"label": label, "value": value, "tag": "", "tag_state": "", "hint": ""}
        for label, value in told
        if value
    ]
