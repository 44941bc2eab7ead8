"""Hangzhou's divisions and outlines, and made-up places inside them for the demonstration, the same ones each time."""

from __future__ import annotations

import csv
import json
import random
from importlib import resources
from typing import Any, TypedDict

from tingchao.core.ledger import JSON

Point = tuple[float, float]
"""(longitude, latitude) in degrees, as GeoJSON has them."""

Ring = list[Point]

TRIES = 2_000


class Spot(TypedDict):
    """Where a station stands, in WGS-84 degrees."""

    latitude: float
    longitude: float


def divisions() -> list[tuple[str, str, str, str]]:
    """(district code, district, township code, township) of every township."""
    path = resources.files("tingchao.demo") / "data" / "hangzhou_divisions.csv"
    with path.open(encoding="utf-8") as file:
        return [
            (f"{row['area_code']}000000", row["area"], row["street_code_12"], row["street"])
            for row in csv.DictReader(file)
        ]


def outlines() -> dict[str, JSON]:
    """District code → its outline, for orientation only."""
    path = resources.files("tingchao.demo") / "data" / "hangzhou_districts.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {f"{one['properties']['gb'][-6:]}000000": one["geometry"] for one in features}


def rings_of(geometry: Any) -> list[Ring]:
    """The outer rings of a GeoJSON Polygon or MultiPolygon; holes are few and do not matter for orientation."""
    several = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(point[0], point[1]) for point in polygon[0]] for polygon in several]


def inside(point: Point, ring: Ring) -> bool:
    """Whether a point lies in a ring: a ray from it crosses the ring's edges an odd number of times."""
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def point_within(geometry: Any, seed: str, *, near: Point | None = None, spread: float = 0.015) -> Point:
    """A point inside the largest part of an outline, always the same for a seed; within `spread` degrees of `near`."""
    dice = random.Random(seed)  # noqa: S311 - a demonstration
    ring = max(rings_of(geometry), key=len)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    for _ in range(TRIES):
        if near is None:
            point = (dice.uniform(min(xs), max(xs)), dice.uniform(min(ys), max(ys)))
        else:
            point = (near[0] + dice.uniform(-spread, spread), near[1] + dice.uniform(-spread, spread))
        if inside(point, ring):
            return (round(point[0], 5), round(point[1], 5))
    raise ValueError(f"no point for {seed} inside the outline")


def spot(outline: Any, code: str, name: str = "") -> Spot:
    """Where a station of that name in a region stands: its township's middle, or somewhere round it."""
    middle = point_within(outline, code[:9])
    longitude, latitude = point_within(outline, f"{code} {name}", near=middle) if name else middle
    return {"latitude": latitude, "longitude": longitude}
