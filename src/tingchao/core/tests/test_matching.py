"""Who is proposed to follow a matter up: by place, by what they know, by what they have to do already."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.matching import WORDS, Candidate, points, ranked, speaks_of

HERE = {"region_code": "330182001001", "station_id": 7}
PLAIN = Candidate(1, "330106001000", None, "", 0)


@pytest.mark.parametrize(
    ("who", "scored", "why"),
    [
        (PLAIN, 0, "外区，不懂这一行，手上没有"),
        (replace(PLAIN, region_code="330182009000"), 1, "同县"),
        (replace(PLAIN, region_code="330182001000"), 2, "同街道"),
        (replace(PLAIN, region_code="330182001000", station_id=7), 5, "同街道、同站"),
        (replace(PLAIN, expertise="城建"), 3, "懂路灯"),
        (replace(PLAIN, expertise="教育"), 0, "懂别的"),
        (replace(PLAIN, region_code="330182001000", expertise="城建", load=4), 1, "合适，但手上有四件"),
    ],
)
def test_points(who, scored, why):
    assert points(who, **HERE, topics=speaks_of("府前路三盏路灯不亮")) == scored, why


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("府前路三盏路灯不亮", {"城建"}),
        ("菜场门口电动车乱停", {"民生", "交通"}),
        ("夜里烧烤店油烟大", {"环保", "企业"}),
        ("想了解教育政策", {"教育"}),
        ("", set()),
    ],
)
def test_what_a_matter_speaks_of(text, topics):
    assert speaks_of(text) == topics


PEOPLE = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 99),
        region_code=st.sampled_from(["330182001000", "330182002000", "330106001000"]),
        station_id=st.sampled_from([None, 7, 8]),
        expertise=st.sampled_from(["", *WORDS]),
        load=st.integers(0, 9),
    ),
    unique_by=lambda one: one.id,
)


@given(people=PEOPLE)
def test_everybody_is_listed_once_and_more_to_do_never_brings_one_forward(people):
    listed = ranked(people, **HERE, text="路灯不亮")
    assert sorted(one.id for one in listed) == sorted(one.id for one in people)
    if people:
        busier = [replace(one, load=one.load + 1) if one is people[0] else one for one in people]
        place = [one.id for one in listed].index(people[0].id)
        assert [one.id for one in ranked(busier, **HERE, text="路灯不亮")].index(people[0].id) >= place
