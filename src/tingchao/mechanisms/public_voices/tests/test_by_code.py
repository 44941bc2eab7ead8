"""A voice that comes by a printed code: which way, where, who is told, and how it is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from django.utils.timezone import now as clock

from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy
from tingchao.engine.models import Case, Event, Fact, Notice
from tingchao.engine.rollups import facts_roll_up, sums_of
from tingchao.engine.sealing import audit
from tingchao.engine.words import notice_words
from tingchao.instruments.codes.models import Activity, Code
from tingchao.instruments.codes.services import activity_create, code_issue
from tingchao.instruments.codes.signing import token_for

TEXT = "菜场东门晚上太暗，老人走路不放心。"


@pytest.fixture
def codes(town):
    """Whose code → its token, given out by the clock that the pages go by."""
    today = localdate()
    activity_create(
        title="小区停车怎么办", station=town.station, day=today, last=today, actor=SYSTEM, now=clock()
    )
    deputy = code_issue(deputy=town.deputies[0], actor=SYSTEM, now=clock())
    return {
        "station": token_for(town.code.pk),
        "deputy": token_for(deputy.pk),
        "activity": token_for(Code.objects.get(activity__isnull=False).pk),
    }


WAYS = [
    # whose code, channel, whether a deputy is noted
    ("station", "code", False),
    ("deputy", "deputy_code", True),
    ("activity", "activity_code", False),
]


@pytest.mark.parametrize(("whose", "channel", "noted"), WAYS)
def test_which_way_a_voice_came(whose, channel, noted, client, town, codes):
    assert client.post("/say/", {"text": TEXT, "code": codes[whose]}).status_code == 302
    case, deputy = Case.objects.get(), town.deputies[0]
    assert (case.channel, case.station, case.region_id) == (channel, town.station, town.region)
    event = Event.objects.get(case=case)
    assert event.data["channel"] == channel and ("deputy" in event.data) is noted
    assert Fact.objects.get(kind="voice.heard").detail == channel
    used = Fact.objects.get(kind="code.used")
    assert used.detail == str(event.data["code"])
    assert used.deputy_id == (deputy.pk if noted else None)
    told = list(Notice.objects.filter(template="heard"))
    assert [row.recipient for row in told] == ([f"deputy:{deputy.pk}"] if noted else [])
    for row in told:
        assert case.number in notice_words(row)
    assert audit().broken is None


def test_each_channel_is_counted(client, codes, town):
    for whose, times in (("station", 1), ("deputy", 2), ("activity", 1)):
        for _ in range(times):
            client.post("/say/", {"text": TEXT, "code": codes[whose]})
    client.post("/say/", {"text": TEXT, "station": str(town.station.pk)})
    today = localdate()
    for _ in range(2):  # before and after they are added up
        sums = sums_of(["voice.heard"], since=today, until=today + timedelta(days=1))
        counted = {detail: found.records for (_, detail), found in sums.items()}
        assert counted == {"code": 1, "deputy_code": 2, "activity_code": 1, "web": 1}
        facts_roll_up()


def test_a_deputys_code_takes_no_more_statements_than_a_stations(client, codes, settings):
    settings.FILINGS_BEFORE_PROOF = 100
    used = {}
    for whose in codes:
        client.post("/say/", {"text": TEXT, "code": codes[whose]})
        with CaptureQueriesContext(connection) as captured:
            client.post("/say/", {"text": TEXT, "code": codes[whose]})
        used[whose] = len(captured)
    assert len(set(used.values())) == 1 and used["station"] <= 8


REFUSED = [
    ("deputy", lambda: Deputy.objects.update(until=localdate()), "任期已经结束"),
    ("deputy", lambda: Deputy.objects.update(station=None), "没有进站"),
    ("activity", lambda: Activity.objects.update(until=localdate()), "活动已经结束"),
    ("deputy", lambda: Code.objects.update(revoked_at=clock()), "已经停用"),
    ("activity", lambda: Code.objects.update(revoked_at=clock()), "已经停用"),
]


@pytest.mark.parametrize(("whose", "becomes", "reason"), REFUSED)
def test_a_code_that_is_over_is_refused_with_the_reason(whose, becomes, reason, client, codes):
    becomes()
    for answer in (
        client.get(f"/c/{codes[whose]}/"),
        client.get(f"/say/?code={codes[whose]}"),
        client.post("/say/", {"text": TEXT, "code": codes[whose]}),
    ):
        assert answer.status_code == 404 and reason in answer.content.decode()
    assert not Case.objects.exists()


def test_what_a_scan_shows(client, town, codes):
    deputy = client.get(f"/c/{codes['deputy'].lower()}/").content.decode()
    for shown in (
        "王代表",
        "民生",
        "新安江街道中心站",
        "跟代表说一件事",
        f"/say/?code={codes['deputy'].lower()}",
    ):
        assert shown in deputy
    assert "跟王代表说一件事" in client.get(f"/say/?code={codes['deputy']}").content.decode()
    activity = client.get(f"/c/{codes['activity']}/").content.decode()
    assert "小区停车怎么办" in activity and "新安江街道中心站" in activity
    assert "小区停车怎么办" in client.get(f"/say/?code={codes['activity']}").content.decode()


@pytest.mark.parametrize(
    ("whose", "most"), [("deputy", 3), ("activity", 4)]
)  # an activity names what is on there
def test_a_scan_takes_few_statements(whose, most, client, codes):
    client.get(f"/c/{codes[whose]}/")
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/c/{codes[whose]}/")
    assert len(captured) <= most
