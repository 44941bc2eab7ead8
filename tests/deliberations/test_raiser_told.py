"""Whoever raised a matter hears that it is deliberated: in plain words, with a notice, merged ones too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from tests.deliberations.test_deliberations import DAY, HOUR, Course, whole
from tests.pages.test_meetings import html
from tingchao.directory.actors import reporter
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Case, Event, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.meetings.models import CaseMeeting, Meeting
from tingchao.instruments.meetings.services import case_tie, meeting_cancel, meeting_move
from tingchao.mechanisms.public_voices.services import voice_file


def told(case: Case) -> list[tuple[str, str]]:
    """What was said on a matter by what happened elsewhere, in order."""
    rows = Event.objects.filter(case=case).order_by("sequence")
    return [(one.action, one.said) for one in rows if one.action.startswith(("topic.", "passed_on"))]


def page(client: Any, case: Case) -> str:
    return html(client.get(f"/m/{case.number}/{passcode_for(case)}/"))


def test_each_step_is_told_in_plain_words_with_a_notice(town, now, voice, client):
    course = whole(town, now, voice)
    said = told(voice)
    assert [step for step, _ in said] == ["topic.raised", "topic.called", "topic.decided", "topic.result"]
    words = dict(said)
    assert words["topic.raised"].startswith("这件事提到了议事会上")
    starts = course.meeting.starts_at + 8 * HOUR  # Hangzhou's clock
    assert (
        f"{starts.month}月{starts.day}日" in words["topic.called"]
        and f"{starts:%H:%M}" in words["topic.called"]
    )
    assert f"{town.station.name}樟树下" in words["topic.called"]
    assert words["topic.decided"].startswith(
        "议过了，议定：加十个桩，城管划线，物业管。交给有关单位办的有 2 项，最晚"
    )
    assert words["topic.result"] == "议定的事有了结果：十个桩装好了，物业每晚巡查。"
    notices = Notice.objects.filter(case=voice, template="progress")
    assert set(notices.values_list("recipient", flat=True)) == {"reporter"} and notices.count() == 4
    shown = page(client, voice)
    assert all(one in shown for one in (*words.values(), "提到议事会上议", "大家来议这件事"))
    assert f"/meetings/{course.meeting.pk}/" in shown
    assert audit().broken is None


@pytest.mark.parametrize(
    ("action", "raw", "says"),
    [
        ("once_more", {"reason": "物业没有来，业主吵起来了"}, "这次没有议成，会再约一次。"),
        ("explain", {"answer": "电力容量不够，明年扩容以后再议。"}, "议过了，还没有办法：电力容量不够"),
    ],
)
def test_a_deliberation_that_agreed_on_nothing_is_told_too(action, raw, says, town, now, voice):
    course = Course(town, now, voice).convening().called().held()
    course.act(action, **raw)
    step, said = told(voice)[-1]
    assert step == "topic.decided" and said.startswith(says)
    assert "吵起来" not in said, "why it is called again is a word among staff"


def test_a_topic_that_is_dropped_is_told_with_the_reason(town, now, voice):
    Course(town, now, voice).act("drop", answer="已经列入老旧小区改造，直接办。")
    assert told(voice)[-1] == ("topic.decided", "这件事这次不议：已经列入老旧小区改造，直接办。")


def test_personal_data_in_what_was_decided_is_masked(town, now, voice):
    course = Course(town, now, voice).convening().called().held()
    course.tasks = []
    course.act("explain", answer="物业的王建国不同意，电话13858000000，请大家找他。")
    assert "13858000000" not in told(voice)[-1][1]


def test_moved_and_cancelled_it_is_told_with_the_reason_and_the_page_shows_what_holds(
    town,
    now,
    voice,
    client,
):
    course = Course(town, now, voice).convening().called()
    how = {"meeting_id": course.meeting.pk, "actor": town.liaison, "now": course.now}
    later = course.meeting.starts_at + DAY
    meeting_move(**how, starts_at=later, ends_at=later + HOUR, reason="下雨，樟树下坐不住", place="社区礼堂")
    step, said = told(voice)[-1]
    local = later + 8 * HOUR
    assert step == "topic.moved" and f"{local.month}月{local.day}日" in said
    assert "社区礼堂" in said and "原因：下雨，樟树下坐不住。" in said
    assert "社区礼堂" in page(client, voice)
    meeting_cancel(**how, reason="台风")
    assert told(voice)[-1] == ("topic.cancelled", said_of_cancelling(later))
    assert "大家来议这件事" not in page(client, voice)


def said_of_cancelling(moment: Any) -> str:
    local = moment + timedelta(hours=8)
    day = f"{local.month}月{local.day}日 周{'一二三四五六日'[local.weekday()]} {local:%H:%M}"
    return f"原定{day}的议事会取消了。原因：台风。"


def test_a_gathering_that_is_not_public_is_told_nobody(town, now, voice):
    course = Course(town, now).convening().called()
    Meeting.objects.update(public=False)
    case_tie(meeting_id=course.meeting.pk, case=voice, actor=town.liaison, now=course.now)
    assert told(voice) == []


def test_tied_by_hand_to_a_deliberation_that_is_announced_it_is_told_once(town, now, voice):
    course = Course(town, now).convening().called()
    for _ in range(2):
        case_tie(meeting_id=course.meeting.pk, case=voice, actor=town.liaison, now=course.now)
    assert [step for step, _ in told(voice)] == ["topic.called"]
    said = CaseMeeting.Tie.SAID
    other = voice_file(
        text="另一件会上说的事，路灯不亮。",
        region_code=town.region,
        channel="code",
        actor=reporter(0),
        now=now,
    )
    case_tie(meeting_id=course.meeting.pk, case=other, actor=town.liaison, now=course.now, tie=said)
    assert told(other) == [], "it was said there, it is no topic"


def test_everybody_whose_matter_was_merged_into_it_hears_the_same(town, now, voice, handed, client):
    main = case_act(case_id=voice.pk, action="assign", raw=handed, actor=town.liaison, now=now)
    child = voice_file(
        text="充电桩不够，天天排队。", region_code=town.region, station_id=town.station.pk, channel="code",
        actor=reporter(0), now=now,
    )  # fmt: skip
    child = case_act(case_id=child.pk, action="merge", raw={"main": main.number}, actor=town.liaison, now=now)
    whole(town, now, main)
    assert [said for _, said in told(child)] == [said for _, said in told(main)]
    assert Notice.objects.filter(case=child, template="progress", recipient="reporter").count() == 4
    assert "议过了，议定" in page(client, child)


def test_a_matter_that_was_closed_meanwhile_is_told_all_the_same(town, now, voice, handed):
    course = Course(town, now, voice).convening()
    steps: list[tuple[str, Any, dict[str, Any]]] = [
        ("assign", town.liaison, handed),
        ("answer", town.handler, {"result": "done", "answer": "先装了两个，余下的议了再说。"}),
        ("rate_good", reporter(voice.pk), {}),
        ("keep", town.liaison, {"reason": "还在议，先不公开"}),
    ]
    for action, actor, raw in steps:
        case_act(case_id=voice.pk, action=action, raw=raw, actor=actor, now=course.now)
    course.called()
    assert told(voice)[-1][0] == "topic.called" and audit().broken is None


def test_the_record_speaks_the_language_of_the_house(town, now, voice):
    with override("en"):
        Course(town, now, voice).convening().called()
    assert told(voice)[0][1].startswith("这件事提到了议事会上") and "周" in told(voice)[1][1]


def test_a_topic_of_its_own_tells_nobody_twice(town, now):
    course = whole(town, now)
    assert told(course.case) == []
