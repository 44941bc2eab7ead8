"""Where: the tree of regions that people choose from, and the stations and people they find there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Func, Q, QuerySet
from django.db.models.functions import Left

from tingchao.directory.codes import LEVELS, scope_of
from tingchao.directory.models import Deputy, Region, Station
from tingchao.directory.selectors import Kept, site

TOWNSHIP = 9
"""Significant digits of a township or sub-district: whoever has chosen one has chosen their place."""

WALL = 200
"""People shown on one wall; a township has some dozens."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region from the installation's own down to its townships. `above` names the region right above it."""

    code: str
    name: str
    above: str

    @property
    def scope(self) -> str:
        """The region prefix that it is."""
        return scope_of(self.code)

    @property
    def is_township(self) -> bool:
        """Whether it is as small as a place is chosen."""
        return len(self.scope) >= TOWNSHIP


def _read_tree() -> dict[str, Place]:
    scope = scope_of(site().region_code) if site().region_code else ""
    rows = dict(
        Region.objects.filter(code__startswith=scope, code__endswith="000").values_list("code", "name")
    )
    return {code: Place(code, name, rows.get(_above(code), "")) for code, name in rows.items()}


def _above(code: str) -> str:
    own = len(scope_of(code))
    return f"{code[: max((level for level in LEVELS if level < own), default=own)]:0<12}"


kept_tree = Kept(_read_tree, seconds=60.0)


def place_get(code: str) -> Place | None:
    """The region of that code, of the installation and not smaller than a township; None when there is none."""
    return kept_tree.get().get(code)


def places_below(code: str) -> list[Place]:
    """The regions of the next level below, in the order of their codes; of an unknown code none."""
    own = scope_of(code)
    level = next((level for level in LEVELS if level > len(own)), 0)
    return [
        place
        for place in sorted(kept_tree.get().values(), key=lambda place: place.code)
        if len(place.scope) == level and place.code.startswith(own)
    ]


def home_place() -> Place | None:
    """The region that the whole installation is for; None before it is set up."""
    return place_get(site().region_code)


def is_whole(place: Place | None) -> bool:
    """Whether a place is no narrower than the installation itself."""
    whole = home_place()
    return place is None or whole is None or place.code == whole.code


def place_above(place: Place) -> Place | None:
    """The place one level up, as far as the installation goes; None for the installation itself."""
    return None if is_whole(place) else place_get(_above(place.code))


# --- stations ---------------------------------------------------------------------------------------------


def stations_in(scope: str, *, word: str = "", function: str = "", most: int = 200) -> list[Station]:
    """Stations in use within a region prefix whose name or address has the word, and which have a function."""
    rows = Station.objects.filter(active=True, region__code__startswith=scope)
    if word:
        rows = rows.filter(Q(name__icontains=word) | Q(address__icontains=word))
    if function:
        rows = rows.filter(functions__contains=[function])
    return list(rows.order_by("region_id", "id")[:most])


def functions_in(scope: str) -> list[str]:
    """The functions that stations in use within a region prefix have, each once. One statement."""
    tags = Station.objects.filter(active=True, region__code__startswith=scope).annotate(
        tag=Func("functions", function="unnest")
    )
    return sorted(tags.values_list("tag", flat=True).distinct())


def places_named(word: str, *, most: int = 30) -> list[Place]:
    """The townships that a word names by themselves or by a community or village of theirs. One statement."""
    scope = scope_of(site().region_code) if site().region_code else ""
    found = Region.objects.filter(code__startswith=scope, name__icontains=word).order_by("code")
    codes = [f"{code[:TOWNSHIP]:0<12}" for code in found.values_list("code", flat=True)[: 4 * most]]
    named = (place_get(code) for code in dict.fromkeys(codes))
    return [place for place in named if place is not None and place.is_township][:most]


def stations_counted(code: str) -> dict[str, int]:
    """Code of each region of the next level below → how many stations in use it has. One statement."""
    own = scope_of(code)
    level = next((level for level in LEVELS if level > len(own)), LEVELS[-1])
    rows = (
        Station.objects.filter(active=True, region__code__startswith=own)
        .annotate(part=Left("region_id", level))
        .values_list("part")
        .annotate(n=Count("id"))
    )
    return {f"{part:0<12}": n for part, n in rows}


# --- deputies ---------------------------------------------------------------------------------------------


def _in_office(day: date) -> QuerySet[Deputy]:
    return Deputy.objects.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


def deputies_of_place(scope: str, day: date, *, most: int = WALL) -> list[Deputy]:
    """The deputies and council members in office on `day` within a region prefix, deputies first."""
    rows = _in_office(day).filter(region__code__startswith=scope).select_related("station")
    return list(rows.order_by("-kind", "station_id", "id")[:most])


def deputies_of_station(station_id: int, day: date) -> list[Deputy]:
    """The people on a station's wall on `day`, deputies first."""
    rows = _in_office(day).filter(station_id=station_id).select_related("station")
    return list(rows.order_by("-kind", "id")[:WALL])


def deputy_get(deputy_id: int) -> Deputy | None:
    """The deputy of that id with their station and region, in office or not; None when there is none."""
    return Deputy.objects.select_related("station", "region").filter(pk=deputy_id).first()
