"""What the map draws, and which stations are near a point."""

from __future__ import annotations

import gzip
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tingchao.directory.actors import SYSTEM
from tingchao.directory.atlas import dots_near, metres_between
from tingchao.directory.models import Station
from tingchao.directory.services import outlines_load, station_create

SQUARE = {"type": "Polygon", "coordinates": [[[119, 29], [120, 29], [120, 30], [119, 30], [119, 29]]]}


@pytest.fixture
def drawn(town):
    outlines_load(geometries={"330182000000": SQUARE}, actor=SYSTEM)
    Station.objects.filter(pk=town.station.pk).update(latitude=29.4751, longitude=119.2812)
    return station_create(
        name="西湖站",
        kind=Station.Kind.MICRO,
        region_code="330106001000",
        actor=SYSTEM,
        latitude=30.25,
        longitude=120.14,
    )


def test_outlines_and_stations_are_given_to_everybody(client, town, drawn):
    outlines = client.get("/map/outlines.json").json()
    assert [(one["code"], one["name"]) for one in outlines] == [("330182000000", "建德市")]
    assert outlines[0]["geometry"] == SQUARE
    stations = client.get("/map/stations.json").json()
    assert [one["name"] for one in stations] == ["新安江街道中心站", "西湖站"]
    assert (stations[0]["lat"], stations[0]["lng"]) == (29.4751, 119.2812)


def test_a_station_that_does_not_say_where_it_stands_is_not_drawn(client, town):
    assert client.get("/map/stations.json").json() == []


@pytest.mark.parametrize(("path", "seconds"), [("outlines", 604_800), ("stations", 300)])
def test_a_browser_need_not_fetch_it_twice(path, seconds, client, drawn):
    first = client.get(f"/map/{path}.json")
    assert first["Cache-Control"] == f"public, max-age={seconds}"
    assert "Set-Cookie" not in first
    again = client.get(f"/map/{path}.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/map/{path}.json", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_it_travels_compressed_and_is_read_once(client, drawn):
    answer = client.get("/map/outlines.json", headers={"Accept-Encoding": "gzip"})
    if answer.headers.get("Content-Encoding") == "gzip":  # a short answer is not worth it
        assert json.loads(gzip.decompress(answer.content))
    with CaptureQueriesContext(connection) as captured:
        client.get("/map/outlines.json")
    assert captured.captured_queries == []


NEAR = [
    # point, nearest station, about how far in metres
    ((29.4751, 119.2812), "新安江街道中心站", 0),
    ((29.4851, 119.2812), "新安江街道中心站", 1112),
    ((30.0, 120.1), "西湖站", 28_065),
]


@pytest.mark.parametrize(("point", "name", "far"), NEAR)
def test_the_nearest_station(point, name, far, drawn):
    (dot, metres), *others = dots_near(*point)
    assert dot.name == name and abs(metres - far) <= 30
    assert all(other >= metres for _, other in others)


def test_the_way_round_the_world():
    assert metres_between(30, 120, 30, 120) == 0
    assert metres_between(90, 0, -90, 0) == pytest.approx(20_015_087, rel=1e-4)
    assert metres_between(0, 0, 0, 180) == pytest.approx(20_015_087, rel=1e-4)
