"""Matters like one: same words, same township, and only those that the actor may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW, SINCE
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tingchao.core.finding import MOST_TELLING, grams, grams_sought, plain, telling
from tingchao.core.roles import Role
from tingchao.directory.actors import NOBODY, SYSTEM, reporter
from tingchao.directory.selectors import working_calendar
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.models import Case
from tingchao.engine.services import case_act
from tingchao.engine.similar import MOST, cases_like
from tingchao.mechanisms.public_voices.services import voice_file

LAMPS = "府前路三盏路灯不亮，晚上看不清台阶。"
VOICES = {
    "the same": ("府前路的路灯又不亮了，晚上台阶看不清。", "330182001000"),
    "a little alike": ("府前路台阶缺了一角。", "330182001000"),
    "another matter": ("菜场东门垃圾桶满了没人倒。", "330182001000"),
    "the same in its village": ("府前路路灯不亮，晚上看不清台阶。", "330182001001"),
    "the same elsewhere": ("府前路三盏路灯不亮，晚上看不清台阶。", "330182002000"),
}


def heard(text, region, now):
    return voice_file(text=text, region_code=region, channel="web", actor=reporter(0), now=now)


@pytest.fixture
def said(town, now):
    return {key: heard(text, region, now) for key, (text, region) in VOICES.items()}


LIKE = [
    ("liaison", {"the same", "the same in its village"}),
    ("clerk", {"the same", "the same in its village"}),
    ("auditor", {"the same", "the same in its village"}),
    ("stranger", set()),
    ("handler", {"the same"}),
    ("other_handler", set()),
    ("deputy", {"the same"}),
    ("expert", set()),
    ("administrator", set()),
]


@pytest.mark.parametrize(("who", "expected"), LIKE)
def test_what_is_like_it_and_who_sees_it(who, expected, said, town, handed, now):
    case_act(case_id=said["the same"].pk, action="assign", raw=handed, actor=town.liaison, now=now)
    rows = cases_like(heard(LAMPS, town.region, now), actor=getattr(town, who))
    assert {row.pk for row in rows} == {said[key].pk for key in expected}


def test_most_alike_first_and_no_more_than_five(town, now):
    for number in range(8):
        heard(f"{number}号楼府前路路灯不亮，晚上看不清。", town.region, now)
    nearest = heard(LAMPS, town.region, now)
    rows = cases_like(heard(LAMPS, town.region, now), actor=town.liaison)
    assert rows[0].pk == nearest.pk and len(rows) == MOST


@pytest.mark.parametrize("text", ["的了是在有不我们的了是在有不。", "1234567890 1234567890"])
def test_a_text_that_tells_nothing_asks_nothing(text, town, now):
    case = heard(text, town.region, now)
    with CaptureQueriesContext(connection) as queries:
        assert cases_like(case, actor=town.liaison) == []
        assert cases_like(heard_before(case), actor=NOBODY) == []
    assert len(queries) == 0


def heard_before(case):
    case.text = LAMPS
    return case


def test_telling_pairs_stand_in_the_text():
    text = LAMPS * 3 + "".join(map(chr, range(0x4E00, 0x4E60)))
    pairs = telling(text)
    assert len(pairs) == MOST_TELLING and all(pair in plain(text) for pair in pairs)
    assert set(grams_sought(pairs)) <= grams(plain(text))


def signed_in(client):
    account = account_create(username="lianluo", name="周联络", password=None, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=Role.LIAISON, scope="330182001", since=SINCE, actor=SYSTEM)
    client.force_login(account, "tingchao.desk.backends.AccountBackend")


def test_the_page_shows_them_and_offers_to_merge(town, now, said, client):
    signed_in(client)
    case = heard(LAMPS, town.region, now)
    page = client.get(f"/desk/case/{case.number}/").content.decode()
    assert f'data-fill="{said["the same"].number}"' in page
    alone = client.get(f"/desk/case/{said['another matter'].number}/").content.decode()
    assert "像的事" not in alone


OFTEN = [(0, 0, False), (1, 0, False), (2, 0, True), (4, 0, True), (1, 1, True), (1, 91, False)]


@pytest.mark.parametrize(("still_open", "closed_days_ago", "frequent"), OFTEN)
def test_what_is_said_again_and_again_is_deliberated_first(
    still_open, closed_days_ago, frequent, town, now, client
):
    signed_in(client)
    for number in range(still_open + bool(closed_days_ago)):
        heard(f"{number}号楼府前路路灯不亮，晚上看不清台阶。", town.region, now)
    if closed_days_ago:
        closed = timezone.now() - timedelta(days=closed_days_ago)
        oldest = Case.objects.earliest("pk")
        Case.objects.filter(pk=oldest.pk).update(closed_at=closed, stage="kept", duty="", due_at=None)
    case = heard(LAMPS, town.region, now)
    page = client.get(f"/desk/case/{case.number}/").content.decode()
    assert ("近来同样的事" in page) is frequent
    assert (page.index("请大家议一议") < page.index("交单位办")) is frequent
    following = working_calendar().add_working_days(timezone.localdate(), 1).day.isoformat()
    assert (f'value="{following}"' in page) is frequent
