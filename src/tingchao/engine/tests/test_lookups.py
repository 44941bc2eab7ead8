"""What is asked of the directory once for many steps is what is asked for each."""

from __future__ import annotations

from datetime import date

import pytest

from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy
from tingchao.directory.services import deputies_enter
from tingchao.engine.lookups import ASKING, KeptLookups

REGIONS = ("330182001000", "330182001001", "330182000000", "330106001000", "330100000000")
DAYS = (date(2022, 1, 9), date(2022, 1, 10), date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 20))


@pytest.mark.parametrize("region", REGIONS)
def test_kept_answers_are_the_answers(region, town):
    Deputy.objects.filter(pk=town.deputies[3].pk).update(until=date(2026, 1, 1))
    kept = KeptLookups()
    deputies = [*(one.pk for one in town.deputies), 999_999]
    bodies = [*(one.pk for one in vars(town.bodies).values()), 999_999]
    for _ in range(2):  # asked once, and from what was kept
        for day in DAYS:
            for some in (deputies, deputies[3:], []):
                asked = kept.deputies_offered(region, day, some), ASKING.deputies_offered(region, day, some)
                assert asked[0] == asked[1], (day, some)
        for organs in (False, True):
            asked = (kept.bodies_offered(region, bodies, organs=organs),)
            assert asked == (ASKING.bodies_offered(region, bodies, organs=organs),)
    assert {key: kept.bodies(bodies)[key] for key in bodies[:-1]} == ASKING.bodies(bodies)
    assert {key: kept.deputies(deputies)[key] for key in deputies[:-1]} == ASKING.deputies(deputies)


def test_people_are_entered_once_and_stay_as_they_are(town):
    since = date(2022, 1, 10)
    rows = [
        Deputy(name=name, region_id="330182002000", since=since, expertise="水利")
        for name in ("甲代表", "乙代表", "甲代表")
    ]
    assert deputies_enter(rows=rows, actor=SYSTEM) == 2
    again = [Deputy(name="甲代表", region_id="330182002000", since=since, expertise="交通")]
    assert deputies_enter(rows=again, actor=SYSTEM) == 0
    assert Deputy.objects.get(name="甲代表").expertise == "水利"
