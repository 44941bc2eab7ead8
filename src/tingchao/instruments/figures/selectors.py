"""Reads figures: which are declared, of which places, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tingchao.directory.actors import Actor
from tingchao.directory.codes import scope_of
from tingchao.directory.models import Region
from tingchao.directory.selectors import site
from tingchao.engine.policy import SEES_ALL_IN_SCOPE
from tingchao.engine.registry import manifests, rooms
from tingchao.instruments.figures.declared import Figure, Measured, Window
from tingchao.instruments.figures.models import FigurePlace

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one figure says of one place in one window."""

    figure: Figure
    mechanism: str
    window: Window
    place: str
    measured: Measured

    @property
    def value(self) -> float:
        """The number; whole where it is whole."""
        value = self.measured.value
        return int(value) if value == int(value) else value

    def as_json(self) -> dict[str, str | float]:
        """As `tingchao figures --json` prints it. The last day of the period is in it."""
        last = self.window.until - timedelta(days=1)
        return {
            "key": self.figure.key,
            "label": self.figure.label,
            "mechanism": self.mechanism,
            "place": self.place,
            "place_code": f"{self.window.scope:0<12}",
            "period": f"{self.window.since.isoformat()}/{last.isoformat()}",
            "value": self.value,
            "unit": self.figure.unit,
            "records": self.measured.records,
        }


def figures_declared() -> list[tuple[str, Figure]]:
    """(mechanism, figure) of all mechanisms in the order of the menu. Raises ValueError when two have one key."""
    found: dict[str, tuple[str, Figure]] = {}
    for manifest in manifests():
        room: Any = rooms("figures").get(manifest.key)
        for figure in () if room is None else room.FIGURES:
            if figure.key in found:
                raise ValueError(f"{manifest.key} declares {figure.key}, which {found[figure.key][0]} has")
            found[figure.key] = (manifest.key, figure)
    return list(found.values())


def figure_get(key: str) -> Figure | None:
    """The figure of that key; None when nobody declares one."""
    return next((figure for _, figure in figures_declared() if figure.key == key), None)


def period(today: date, year: int | None = None) -> tuple[date, date]:
    """A calendar year, or without one the 365 days up to and with today; the end is exclusive."""
    if year is not None:
        return date(year, 1, 1), date(year + 1, 1, 1)
    until = today + timedelta(days=1)
    return until - YEAR, until


def places_of(families: set[str]) -> dict[str, list[str]]:
    """Family → region codes whose figures are read, the installation's where none were named."""
    found: dict[str, list[str]] = {family: [] for family in families}
    for family, code in FigurePlace.objects.filter(family__in=families).values_list("family", "region_id"):
        found[family].append(code)
    return {family: sorted(codes) or [site().region_code] for family, codes in found.items()}


def figures_read(*, today: date, year: int | None = None, place: str = "") -> Iterator[Reading]:
    """Every figure of the place with that code, or of the places that were named for it."""
    declared = figures_declared()
    families = {figure.family for _, figure in declared}
    places = {family: [place] for family in families} if place else places_of(families)
    names: dict[str, str] = {}
    since, until = period(today, year)
    for mechanism, figure in declared:
        for code in _read_for(figure, places[figure.family]):
            names.setdefault(code, place_name(code))
            window = Window(scope_of(code), since, until)
            yield Reading(figure, mechanism, window, names[code], figure.source.measure(window))


def _read_for(figure: Figure, codes: list[str]) -> list[str]:
    """The regions of which a figure is read; two places in one province are one province."""
    if not figure.level:
        return codes
    return list(dict.fromkeys(f"{code[: figure.level]:0<12}" for code in codes))


def place_name(code: str) -> str:
    """A place as people call it: a township with its county before it."""
    near = [code] if len(scope_of(code)) < 9 else [f"{code[:6]}000000", code]
    names = dict(Region.objects.filter(code__in=near).values_list("code", "name"))
    return "".join(names.get(one, "") for one in near)


def may_read(actor: Actor, scope: str) -> bool:
    """Whether the actor may open the figures of a region prefix: those who see every matter there."""
    return any(hold.role in SEES_ALL_IN_SCOPE and scope.startswith(hold.scope) for hold in actor.holds)
