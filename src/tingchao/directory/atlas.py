"""The map: outlines of regions for orientation, and where stations stand. All in WGS-84 degrees."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from tingchao.directory.models import Outline, Station
from tingchao.directory.selectors import Kept

EARTH = 6_371_000
"""Mean radius in metres (IUGG)."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A station on the map."""

    id: int
    name: str
    address: str
    latitude: float
    longitude: float


def _read_outlines() -> bytes:
    rows = Outline.objects.select_related("region").order_by("region_id")
    return _written(
        {"code": row.region_id, "name": row.region.name, "geometry": row.geometry} for row in rows
    )


def _read_dots() -> list[Dot]:
    rows = Station.objects.filter(active=True, latitude__isnull=False, longitude__isnull=False).order_by("id")
    return [
        Dot(row.pk, row.name, row.address, row.latitude, row.longitude)
        for row in rows
        if row.latitude is not None and row.longitude is not None
    ]


def _written(rows: Iterable[dict[str, object]]) -> bytes:
    return json.dumps(list(rows), ensure_ascii=False, separators=(",", ":")).encode()


kept_outlines = Kept(_read_outlines, seconds=300.0)
kept_dots = Kept(_read_dots, seconds=60.0)


def outlines_json() -> bytes:
    """The outlines as a list of {code, name, geometry (GeoJSON)}, ready to send."""
    return kept_outlines.get()


def dots_json() -> bytes:
    """The stations that say where they stand as a list of {id, name, address, lat, lng}, ready to send."""
    return _written(
        {
            "id": dot.id,
            "name": dot.name,
            "address": dot.address,
            "lat": dot.latitude,
            "lng": dot.longitude,
        }
        for dot in kept_dots.get()
    )


def dots_near(latitude: float, longitude: float, *, most: int = 5) -> list[tuple[Dot, int]]:
    """The stations nearest to a point, each with its distance in metres, nearest first."""
    found = [
        (dot, metres_between(latitude, longitude, dot.latitude, dot.longitude)) for dot in kept_dots.get()
    ]
    return sorted(found, key=lambda one: (one[1], one[0].id))[:most]


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> int:
    """The way between two points along the surface, in whole metres (haversine)."""
    north, other_north = radians(latitude), radians(other_latitude)
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return round(2 * EARTH * asin(min(1.0, sqrt(half))))
