"""At the same moment: the same question, the same reaction flush, closing, showing and hiding; the same topic, the same
rating, the same decision. One of each, and every record holds."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import build_town
from django.utils import timezone

from tests.deliberations.test_deliberations import Course, told_course
from tests.meetings.conftest import announced
from tingchao.directory.actors import reporter
from tingchao.engine.models import Case, Event, Fact
from tingchao.engine.sealing import audit
from tingchao.engine.tests.loop import at_once
from tingchao.instruments.live import counting, snapshots
from tingchao.instruments.live.models import Live, Question, Seen
from tingchao.instruments.live.selectors import reactions_of
from tingchao.instruments.live.services import (
    live_close,
    live_open,
    question_case,
    question_hide,
    question_put,
    question_show,
)
from tingchao.instruments.meetings.models import Attendee, CaseMeeting, Meeting
from tingchao.mechanisms.contact_stations.models import Deliberation, Judgement
from tingchao.mechanisms.contact_stations.services.deliberations import (
    deliberation_of_case,
    deliberation_settle,
    result_ask,
    result_judge,
)
from tingchao.mechanisms.public_voices.services import voice_file


@pytest.fixture
def town(transactional_db: None) -> SimpleNamespace:
    return build_town()


@pytest.fixture
def live(town: SimpleNamespace) -> Live:
    moment = timezone.now()
    meeting = announced(town, moment, kind="face_to_face", title="局长面对面", by=town.clerk)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=moment)
    return live_open(meeting_id=meeting.pk, stream="", actor=town.clerk, now=moment)


def put(live: Live, key: str, text: str = "路灯什么时候修好？") -> int:
    return question_put(live_id=live.pk, text=text, key=key, now=timezone.now())


def test_the_same_question_eight_times_is_one(live):
    found = at_once(*[lambda: put(live, "k" * 22)] * 8)
    assert len(set(found)) == 1 and Question.objects.count() == 1, found


def test_different_questions_are_all_kept(live):
    found = at_once(*[lambda n=n: put(live, f"key-{n:020d}", f"第{n}件事什么时候办") for n in range(12)])
    assert len(set(found)) == 12 and Question.objects.count() == 12, found


def test_two_processes_write_their_counts_and_nothing_is_lost(live):
    moment = timezone.now()
    both = [counting.Counts(every=None) for _ in range(2)]
    for number in range(40):
        for one in both:  # the same forty browsers reach both processes
            one.seen(live.pk, f"{number:032d}", moment)
            one.reacted(live.pk, f"{number:032d}", "agree", moment)
    assert at_once(both[0].flush, both[1].flush) == [41, 41]
    assert Seen.objects.count() == 40 and reactions_of(live) == {"agree": 80}


def test_what_a_process_wrote_stands_in_the_snapshot_at_once(live):
    snapshots.publish(live.pk, timezone.now(), at_once=True)
    folder = snapshots.folder_of(live.pk)
    counts = counting.Counts(every=None)
    counts.written = snapshots.publish_changed
    counts.seen(live.pk, "a" * 32, timezone.now())
    os.utime(folder / "state.json", (1, 1))  # the last one was written long ago
    counts.flush()
    assert snapshots.read(live.pk).state["people"] == 1


def test_closed_twice_at_once_is_one_fact(live, town):
    given = {"meeting_id": live.pk, "on_site": 7, "actor": town.clerk, "now": timezone.now()}
    at_once(*[lambda: live_close(**given)] * 4)
    assert Fact.objects.filter(kind="meeting.audience").count() == 1
    assert Event.objects.filter(action="meeting.live_close").count() == 1 and audit().broken is None


def test_shown_and_hidden_at_once_the_record_tells_the_order(live, town):
    one = put(live, "k" * 22)
    given: dict[str, Any] = {"question_id": one, "actor": town.clerk, "now": timezone.now()}
    found = at_once(lambda: question_show(**given), lambda: question_hide(**given))
    assert not [one for one in found if isinstance(one, Exception)], found
    last = (
        Event.objects.filter(action__in=["meeting.live_show", "meeting.live_hide"])
        .order_by("sequence")
        .last()
    )
    states = {"meeting.live_show": "shown", "meeting.live_hide": "hidden"}
    assert Question.objects.get().state == states[last.action] and audit().broken is None


def test_a_question_made_a_matter_twice_at_once_is_one(live, town):
    one = put(live, "k" * 22, "府前路三盏路灯什么时候修好")
    given: dict[str, Any] = {"question_id": one, "procedure": "", "place": "", "actor": town.clerk}
    found = at_once(*[lambda: question_case(now=timezone.now(), **given).pk] * 2)
    assert len(set(found)) == 1 and Case.objects.count() == CaseMeeting.objects.count() == 1, found


# --- deliberations ----------------------------------------------------------------------------------------


def test_a_topic_made_twice_at_once_is_one(town, now):
    voice = voice_file(
        text="白沙社区充电桩太少，晚上要排队。",
        region_code=town.region,
        channel="code",
        actor=reporter(0),
        now=now,
    )
    found = at_once(
        *[
            lambda who=who: deliberation_of_case(case_id=voice.pk, actor=who, now=now).pk
            for who in (town.liaison, town.coordinator)
        ]
    )
    assert len(set(found)) == 1 and Deliberation.objects.count() == 1, found


def test_decided_twice_at_once_the_tasks_are_there_once(town, now):
    course = Course(town, now).convening().called().held()
    given: dict[str, Any] = {
        "case_id": course.case.pk,
        "conclusion": "加十个桩，城管划线",
        "decided": [course.decided()],
        "actor": town.liaison,
        "now": course.now,
    }
    found = at_once(*[lambda: deliberation_settle(**given)] * 2)
    assert sum(isinstance(one, list) for one in found) == 1 and "not_here" in found, found
    assert Case.objects.filter(procedure="deliberation_tasks").count() == 1 and audit().broken is None


def test_all_who_came_rate_at_once_and_it_counts_once(town, now):
    course = told_course(town, now)
    came = list(Attendee.objects.filter(meeting=course.meeting))
    given: dict[str, Any] = {"case_id": course.case.pk, "rating": "good", "words": "", "now": course.now}
    at_once(*[lambda one=one: result_judge(attendee=one, **given) for one in came])
    course.case.refresh_from_db()
    assert (course.case.stage, course.case.satisfaction) == ("writing", "good")
    assert Judgement.objects.count() >= 2 and Fact.objects.filter(kind="deliberation.rated").count() == 1
    assert audit().broken is None


def test_asked_by_two_workers_at_once_is_asked_once(town, now):
    course = told_course(town, now)
    found = at_once(*[lambda: result_ask(case_id=course.case.pk, now=course.now)] * 2)
    assert sorted(found) == [0, 3], found
