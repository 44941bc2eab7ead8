"""What a mechanism adds to the card beside a matter."""

from __future__ import annotations

import pytest
from conftest import NOW
from django.urls import reverse

from tingchao.directory.actors import reporter
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.services import voice_file

SHOWN = [
    # what is kept of a voice, what the card reads
    ({"phone_shown": "138****1234"}, ["电话", "138****1234"]),
    ({"happened": "2026-11-19"}, ["什么时候的事", "11月19日（周四）"]),
    ({"happened": "lasting"}, ["什么时候的事", "有一阵子了"]),
    ({"concerns": "elders"}, ["关系到谁", "家里老人"]),
    ({"latitude": 29.4751, "longitude": 119.28125}, ["地图上的点", "北纬 29.47510，东经 119.28125"]),
]


@pytest.fixture
def page(browse, town):
    def read(**kept):
        case = voice_file(
            text="府前路三盏路灯不亮。",
            region_code=town.region,
            channel="web",
            actor=reporter(0),
            now=NOW,
        )
        Voice.objects.filter(case=case).update(**kept)
        answer = browse("liaison here").get(reverse("desk:case", args=[case.number]))
        return answer.content.decode().split('class="card c-side"', 1)[1]

    return read


@pytest.mark.parametrize(("kept", "read"), SHOWN)
def test_what_was_said_beside_stands_on_the_card(kept, read, page):
    label, value = read
    card = page(**kept)
    assert f"<dt>{label}</dt>" in card
    assert value in card.replace('<b class="nb">', "").replace("</b>", "")


@pytest.mark.parametrize("kept", [{}, {"happened": "yesterday"}, {"concerns": "?"}, {"latitude": 29.4}])
def test_what_was_not_said_takes_no_line(kept, page):
    card = page(**kept)
    assert not any(f"<dt>{label}</dt>" in card for _, (label, _) in SHOWN)
