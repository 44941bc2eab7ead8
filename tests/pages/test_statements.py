"""How many SQL statements a page takes, however many matters there are. Session and account make two of each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.meetings.conftest import announced
from tests.pages.conftest import heard
from tingchao.directory.actors import SYSTEM
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Fact
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.meetings.services import Invited
from tingchao.instruments.meetings.services.past import Comer, Past, meetings_take_over
from tingchao.mechanisms.contact_stations.services.deliberations import deliberation_raise
from tingchao.mechanisms.deputy_duty.services.stories import Words, story_publish, story_write


def taken(client, method: str, path: str, data: dict[str, str] | None = None) -> list[str]:
    send = getattr(client, method)
    send(path, data or {})  # what is kept in the process is read before
    with CaptureQueriesContext(connection) as captured:
        answer = send(path, data or {})
    assert answer.status_code in (200, 302)
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("matters", [1, 30])
@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("worklist", 5),  # session, account, grants, counts, rows
        # with the list beside it, bodies, deputies and groups to choose from, the verified history, the card, the
        # gatherings it came up at, the letters about it, the head station's notes on it, what it joins
        ("case", 19),
    ],
)
def test_a_page_of_the_desk(page, most, matters, browse, town, case):
    for number in range(2, matters + 1):
        heard(town, number)
    path = reverse("desk:worklist") if page == "worklist" else reverse("desk:case", args=[case.number])
    used = taken(browse("liaison here"), "get", path)
    assert len(used) <= most, "\n".join(used)


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("meetings/?view=planned", 6),  # session, account, grants, counts, ids, rows
        ("meetings/plans/", 6),  # session, account, grants, counts, plans, stations to choose from
    ],
)
def test_lists_of_gatherings(page, most, count, browse, town):
    moment = timezone.now()
    for number in range(count):
        announced(town, moment, title=f"第 {number} 场", invited=Invited(deputies=town.deputies[:2]))
    used = taken(browse("clerk"), "get", f"/desk/{page}")
    assert len(used) <= most, "\n".join(used)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_deliberations(count, browse, town):
    for number in range(count):
        topic(town, number)
    used = taken(browse("liaison here"), "get", "/desk/deliberations/")
    assert len(used) <= 5, "\n".join(used)  # session, account, grants, counts, rows with their tasks


def test_one_deliberation(browse, town):
    """Session, account, grants, counts; the matter, who has it, its row, its events; who was asked, its tasks."""
    made = topic(town, 1)
    used = taken(browse("liaison here"), "get", f"/desk/deliberations/{made.number}/")
    assert len(used) <= 10, "\n".join(used)


def topic(town, number):
    return deliberation_raise(
        title=f"第 {number} 个议题怎么办",
        text="小区六百户只有六个桩，怎么加、谁出钱。",
        station=town.station,
        actor=town.liaison,
        now=timezone.now(),
    )


def test_one_gathering(browse, town):
    """As many for two people on the list as for forty."""
    meeting = announced(
        town, timezone.now(), invited=Invited(named=[("expert", f"专家{n}") for n in range(40)])
    )
    used = taken(browse("liaison here"), "get", f"/desk/meetings/{meeting.pk}/")
    assert len(used) <= 20, "\n".join(used)


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(
    ("who", "page", "most"),
    [
        ("clerk", "", 5),  # session, account, grants, counts, the deputies
        ("clerk", "{id}/", 10),  # with the deputy, sums, how matters stand, people received, entries, appeals
        ("deputy following", "{id}/", 10),
        ("clerk", "{id}/entries/?of=attended", 6),  # with the deputy, entries
        ("clerk", "{id}/entries/?of=followed.open", 6),
        ("clerk", "{id}/paper/", 9),
        ("clerk", "participation/", 8),  # with sums and deputies of the place, and of those below
        ("clerk", "participation/gatherings/?of=own", 6),  # with the gatherings, who came
    ],
)
def test_a_record_of_duty(who, page, most, count, browse, town):
    starts, deputy = timezone.now() - timedelta(days=3), town.deputies[0]
    pasts = [
        Past("study", f"学习 {n}", town.region, starts, starts + timedelta(hours=1), f"study-{n}",
             comers=[Comer(deputy.name, deputy_id=deputy.pk)])
        for n in range(count)
    ]  # fmt: skip
    meetings_take_over(pasts=pasts, actor=SYSTEM)
    used = taken(browse(who), "get", f"/desk/duty/{page.format(id=deputy.pk)}")
    assert len(used) <= most, "\n".join(used)


@pytest.mark.parametrize("count", [1, 25])
def test_stories(count, browse, client, town, now):
    starts, deputy = now - timedelta(days=3), town.deputies[0]
    came = Comer(deputy.name, deputy_id=deputy.pk)
    past = Past("study", "学习会", town.region, starts, starts + timedelta(hours=1), "study", comers=[came])
    meetings_take_over(pasts=[past], actor=SYSTEM)
    fact = Fact.objects.filter(deputy=deputy).latest("pk")
    words = Words("路灯亮了", "路灯不亮，代表陪着去看，三天就修好了，晚上看得清台阶了。" * 2, [fact.pk])
    for _ in range(count):
        story = story_write(deputy_id=deputy.pk, words=words, actor=town.deputy, now=now)
        story_publish(story_id=story.pk, seen=1, actor=town.clerk, now=now)
    assert len(taken(client, "get", "/stories/")) <= 1
    assert len(taken(client, "get", f"/stories/{story.pk}/")) <= 2
    assert len(taken(browse("clerk"), "get", "/desk/duty/stories/")) <= 5


def test_the_public_page_of_a_gathering(client, town):
    meeting = announced(town, timezone.now(), places=5)
    assert len(taken(client, "get", f"/meetings/{meeting.pk}/")) <= 3  # the gathering, its hosts, free places


def test_the_home(client, case):
    assert len(taken(client, "get", "/")) <= 2  # figures, what was made known


def test_a_station(client, town, case):
    """The scan, its count of the day, the people and their turns, what was made known, what is announced next."""
    assert len(taken(client, "get", f"/c/{token_of(town.station.pk)}/")) <= 6


def test_following_a_matter(client, case):
    path = reverse("public:follow", args=[case.number, passcode_for(case)])
    assert len(taken(client, "get", path)) <= 3  # the matter, its history, its files


def test_filing_a_voice(client, town):
    """At most 8 with BEGIN and COMMIT: the code, the case, and all that is recorded in one."""
    token = token_of(town.station.pk)
    fields = {"text": "菜场东门晚上太暗，老人走路不放心。", "code": token}
    assert len(taken(client, "post", "/say/", fields)) <= 8
