"""A deliberation: from a matter or of its own, called, held, decided, followed up, rated by those who came, known."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.selectors import working_calendar
from tingchao.directory.services import body_create
from tingchao.engine.models import Case, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.sweep import cases_sweep
from tingchao.engine.timing import local_day
from tingchao.instruments.figures.declared import Window
from tingchao.instruments.live.models import Question
from tingchao.instruments.meetings.models import Attendee, CaseMeeting
from tingchao.instruments.meetings.services import Minutes, attendance_mark, meeting_hold, minutes_write
from tingchao.mechanisms.contact_stations import rules
from tingchao.mechanisms.contact_stations.demo.deliberations import deliberations
from tingchao.mechanisms.contact_stations.demo.live import live_event
from tingchao.mechanisms.contact_stations.figures import _solved_at
from tingchao.mechanisms.contact_stations.models import Deliberation, Judgement
from tingchao.mechanisms.contact_stations.rules import Decided, decided_made, enough, rating_of, step_fault_of
from tingchao.mechanisms.contact_stations.selectors import judged_until, waiting_to_ask
from tingchao.mechanisms.contact_stations.services.deliberations import (
    Convened,
    deliberation_call,
    deliberation_of_case,
    deliberation_raise,
    deliberation_settle,
    deliberation_tasks_add,
    result_ask,
    result_count,
    result_judge,
)
from tingchao.mechanisms.public_voices.services import voice_file

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Course:
    """A deliberation taken as far as a test needs it."""

    def __init__(self, town: SimpleNamespace, now: Any, about: Case | None = None) -> None:
        self.town, self.now = town, now
        if about is not None:
            self.case = deliberation_of_case(case_id=about.pk, actor=town.liaison, now=now)
        else:
            self.case = deliberation_raise(
                title="充电桩怎么加",
                text="小区六百户只有六个桩，怎么加、谁出钱。",
                station=town.station,
                actor=town.liaison,
                now=now,
            )

    def act(self, action: str, actor: Any = None, **raw: Any) -> Case:
        self.now += HOUR
        actor = actor or self.town.liaison
        self.case = case_act(case_id=self.case.pk, action=action, raw=raw, actor=actor, now=self.now)
        return self.case

    def convening(self) -> Course:
        deputies = [str(one.pk) for one in self.town.deputies[:2]]
        bodies = [str(self.town.bodies.chengguan.pk)]
        self.act("take_part", deputies=deputies, group="", bodies=bodies, note="两位业主")
        return self

    def called(self, days: int = 4, reason: str = "") -> Course:
        starts = self.now + days * DAY
        convened = Convened(starts, starts + 2 * HOUR, place="樟树下", reason=reason)
        self.meeting = deliberation_call(
            case_id=self.case.pk, convened=convened, actor=self.town.liaison, now=self.now
        )
        self.case.refresh_from_db()
        return self

    def held(self) -> Course:
        self.now = self.meeting.starts_at + HOUR
        ids = list(self.meeting.attendees.values_list("pk", flat=True))
        given = {"actor": self.town.liaison, "now": self.now}
        attendance_mark(meeting_id=self.meeting.pk, attendee_ids=ids, **given)
        meeting_hold(meeting_id=self.meeting.pk, outcome="agreed", **given)
        minutes_write(
            meeting_id=self.meeting.pk, minutes=Minutes("大家同意加十个桩，城管划线。"), seen=0, **given
        )
        self.meeting.refresh_from_db()
        return self

    def decided(self, days: int = 20) -> Decided:
        return Decided(
            "划十个车位的线，装桩", self.town.bodies.chengguan.pk, local_day(self.now + days * DAY)
        )

    def settled(self, count: int = 1) -> Course:
        self.tasks = deliberation_settle(
            case_id=self.case.pk,
            conclusion="加十个桩，城管划线，物业管",
            decided=[self.decided()] * count,
            actor=self.town.liaison,
            now=self.now,
        )
        self.case.refresh_from_db()
        return self

    def tasks_closed(self) -> Course:
        for task in self.tasks:
            self.now += HOUR
            report = {"result": "done", "report": "线划好了，桩装好了。"}
            steps = (("carry_out", self.town.handler, report), ("verified", self.town.liaison, {}))
            for action, actor, raw in steps:
                case_act(case_id=task.pk, action=action, raw=raw, actor=actor, now=self.now)
        return self

    def told(self, result: str = "done") -> Course:
        self.act("finish", result=result, answer="十个桩装好了，物业每晚巡查。")
        return self

    def judged(self, *ratings: str) -> Course:
        came = list(Attendee.objects.filter(meeting=self.meeting).order_by("id"))
        for one, rating in zip(came, ratings, strict=False):
            words = "晚上还是不够" if rating == "poor" else ""
            result_judge(case_id=self.case.pk, attendee=one, rating=rating, words=words, now=self.now)
        self.case.refresh_from_db()
        return self


def whole(town, now, about=None, *, result="done") -> Course:
    course = Course(town, now, about).convening().called().held().settled(2).tasks_closed().told(result)
    course.judged("good", "good")
    course.act("write_up", public_title="充电桩加了十个", public_text="议事会定下加十个桩，已经装好。")
    course.act("make_known", town.coordinator)
    return course


def solved(town, now) -> int:
    day = local_day(now)
    window = Window(scope="330182", since=day - 30 * DAY, until=day + 90 * DAY)
    return _solved_at("deliberation")(window).count()


def test_a_topic_of_its_own_goes_round_its_loop_and_is_one_problem_solved(town, now):
    course = whole(town, now)
    assert (course.case.stage, course.case.outcome, course.case.satisfaction) == (
        "deliberation_known",
        "done",
        "good",
    )
    assert course.case.visibility == "public" and course.case.station_id == town.station.pk
    assert solved(town, now) == 1, "the topic is the problem, its two tasks are not"
    counted = {
        kind: Fact.objects.filter(kind=kind).count()
        for kind in (
            "deliberation.raised",
            "deliberation.called",
            "deliberation.settled",
            "deliberation.task_closed",
            "deliberation.made_known",
            "meeting.held.deliberation",
        )
    }
    assert list(counted.values()) == [1, 1, 1, 2, 1, 1], counted
    assert audit().broken is None


def test_a_topic_from_a_matter_is_tied_both_ways_and_the_matter_is_the_problem(town, now, voice, handed):
    course = whole(town, now, voice)
    assert Deliberation.objects.get().about == voice
    ties = dict(CaseMeeting.objects.values_list("case_id", "tie"))
    assert ties == {voice.pk: "topic", course.case.pk: "loop"} | {task.pk: "task" for task in course.tasks}
    assert solved(town, now) == 0, "the matter is not answered yet"
    steps: list[tuple[str, Any, dict[str, Any]]] = [
        ("assign", town.liaison, handed),
        ("answer", town.handler, {"result": "done", "answer": "十个桩装好了，请您看看。"}),
        ("rate_good", reporter(voice.pk), {}),
        ("keep", town.liaison, {"reason": "议事结果里已经公开"}),
    ]
    for action, actor, raw in steps:
        case_act(case_id=voice.pk, action=action, raw=raw, actor=actor, now=course.now)
    assert solved(town, now) == 1


@pytest.mark.parametrize(("result", "counts"), [("done", 1), ("partly", 0), ("impossible", 0)])
def test_solved_and_explained_are_different_ends(result, counts, town, now):
    course = whole(town, now, result=result)
    assert course.case.closed_at is not None and solved(town, now) == counts
    ended = Fact.objects.get(kind="deliberation.closed")
    assert ended.detail == result


def test_pressed_twice_a_matter_is_one_topic(town, now, voice):
    first = deliberation_of_case(case_id=voice.pk, actor=town.liaison, now=now)
    again = deliberation_of_case(case_id=voice.pk, actor=town.coordinator, now=now + HOUR)
    assert first.pk == again.pk and Deliberation.objects.count() == 1


def test_personal_data_of_the_matter_does_not_go_into_the_topic(town, now):
    voice = voice_file(
        text="我叫王小明，电话13858000000，楼下充电桩坏了。",
        region_code=town.region,
        channel="code",
        actor=reporter(0),
        now=now,
    )
    topic = deliberation_of_case(case_id=voice.pk, actor=town.liaison, now=now)
    assert "13858000000" not in topic.text + topic.title


@pytest.mark.parametrize(
    "who", ["handler", "deputy", "clerk", "leader", "administrator", "stranger", "expert"]
)
def test_who_may_not_make_a_topic(who, town, now, voice):
    with pytest.raises(Refusal) as refusal:
        deliberation_of_case(case_id=voice.pk, actor=getattr(town, who), now=now)
    assert refusal.value.code == "forbidden"
    with pytest.raises(Refusal) as refusal:
        deliberation_raise(
            title="加桩", text="说清楚是怎么回事。", station=town.station, actor=getattr(town, who), now=now
        )
    assert refusal.value.code == "forbidden" and not Deliberation.objects.exists()


FAULTS = [
    ("加桩", "小区六百户只有六个桩。", "title"),
    ("充电桩怎么加", "太少", "text"),
    ("长" * 61, "字" * 2001, "text"),
]


@pytest.mark.parametrize(("title", "text", "field"), FAULTS)
def test_what_is_no_topic(title, text, field, town, now):
    with pytest.raises(Refusal) as refusal:
        deliberation_raise(title=title, text=text, station=town.station, actor=town.liaison, now=now)
    assert field in refusal.value.fields and not Case.objects.exists()


def test_a_topic_sent_twice_is_one(town, now):
    given = {"title": "充电桩怎么加", "text": "小区六百户只有六个桩。", "station": town.station}
    made = {
        deliberation_raise(**given, actor=town.liaison, now=now, submission="topic:1").pk for _ in range(2)
    }
    assert len(made) == 1


# --- the gathering ----------------------------------------------------------------------------------------


def test_who_was_asked_is_on_the_list_and_the_gathering_is_announced(town, now):
    course = Course(town, now).convening().called()
    assert (course.meeting.kind, course.meeting.state, course.meeting.public) == (
        "deliberation",
        "announced",
        True,
    )
    people = sorted(course.meeting.attendees.values_list("name", "part"))
    assert people == [("城管中队", "body"), ("王代表", "deputy"), ("陈代表", "deputy")]
    told = set(Notice.objects.filter(template="meeting_invited").values_list("recipient", flat=True))
    assert f"body:{town.bodies.chengguan.pk}" in told and len(told) == 3
    assert course.case.stage == "deliberation"


def test_everybody_of_a_supervision_group_is_invited(town, now):
    course = Course(town, now)
    one = str(town.deputies[3].pk)
    course.act("take_part", deputies=[one], group=str(town.group.pk), bodies=[], note="")
    names = set(course.called().meeting.attendees.values_list("name", flat=True))
    assert names == {"赵代表", "王代表", "陈代表", "李代表"}


def test_later_than_three_days_ahead_it_needs_a_reason_and_nothing_is_left_of_the_refusal(town, now):
    course = Course(town, now).convening()
    with pytest.raises(Refusal) as refusal:
        course.called(days=1)
    assert "reason" in refusal.value.fields
    course.case.refresh_from_db()
    assert course.case.stage == "convening" and not CaseMeeting.objects.exists()
    assert course.called(days=1, reason="晚上已经起过火").meeting.late_reason == "晚上已经起过火"


@pytest.mark.parametrize(
    ("who", "code"), [("stranger", "forbidden"), ("deputy", "forbidden"), ("handler", "forbidden")]
)
def test_who_may_not_call(who, code, town, now):
    course = Course(town, now).convening()
    starts = now + 5 * DAY
    with pytest.raises(Refusal) as refusal:
        deliberation_call(
            case_id=course.case.pk,
            convened=Convened(starts, starts + HOUR),
            actor=getattr(town, who),
            now=now,
        )
    assert refusal.value.code == code


def test_called_again_after_nothing_was_agreed_both_gatherings_stay(town, now):
    course = Course(town, now).convening().called().held()
    first = course.meeting
    course.act("once_more", reason="物业没有来")
    course.called()
    assert course.meeting.pk != first.pk
    tied = set(CaseMeeting.objects.filter(case=course.case).values_list("meeting_id", flat=True))
    assert tied == {first.pk, course.meeting.pk}
    assert Deliberation.objects.get().meeting == course.meeting


READY = [
    # action, a gathering is announced, held with minutes, tasks, of which open: may it be taken
    ("call", False, False, 0, 0, False),
    ("call", True, False, 0, 0, True),
    ("settle", True, False, 2, 2, False),
    ("settle", True, True, 0, 0, False),
    ("settle", True, True, 1, 1, True),
    ("explain", True, False, 0, 0, False),
    ("explain", True, True, 0, 0, True),
    ("go_on", False, False, 0, 0, False),
    ("go_on", False, True, 2, 0, True),
    ("finish", True, True, 2, 1, False),
    ("finish", True, True, 2, 0, True),
    ("drop", False, False, 0, 0, True),
]


@pytest.mark.parametrize(("action", "called", "held", "tasks", "still_open", "may"), READY)
def test_what_must_be_done_first(action, called, held, tasks, still_open, may):
    fault = step_fault_of(action, called=called, held=held, tasks=tasks, still_open=still_open)
    assert (fault == "") is may


def test_the_steps_on_the_case_page_wait_for_what_comes_first(town, now):
    course = Course(town, now).convening()
    for action, raw in (("call", {}), ("go_on", {"reason": "接着办桩"})):
        with pytest.raises(Refusal) as refusal:
            course.act(action, **raw)
        assert refusal.value.code == "not_now"
    course.called()
    with pytest.raises(Refusal) as refusal:
        course.act("settle", conclusion="加十个桩，物业管")
    assert refusal.value.message == rules.HOLD_FIRST
    course.held().settled(1)
    with pytest.raises(Refusal) as refusal:
        course.told()
    assert refusal.value.message == rules.TASKS_OPEN


# --- what was decided -------------------------------------------------------------------------------------


def test_each_task_is_a_matter_of_its_body_due_on_its_day(town, now):
    course = Course(town, now).convening().called().held().settled(2)
    due = local_day(course.now + 20 * DAY)
    for task in course.tasks:
        task.refresh_from_db()
        assert (task.stage, task.lead_id, task.duty) == ("carrying_out", town.bodies.chengguan.pk, "handler")
        assert task.due_on is not None and task.due_on >= due
        assert working_calendar().is_working_day(task.due_on)


def test_a_task_that_is_handed_back_keeps_its_day_and_is_decided_after_the_second_time(town, now):
    course = Course(town, now).convening().called().held().settled(1)
    (task,) = course.tasks
    due = task.due_on
    for _ in range(3):
        back = {"reason": "划线归交警中队管"}
        task = case_act(case_id=task.pk, action="not_ours", raw=back, actor=town.handler, now=course.now)
        if task.stage == "giving":
            lead = {"lead": str(town.bodies.chengguan.pk)}
            task = case_act(case_id=task.pk, action="give", raw=lead, actor=town.liaison, now=course.now)
    assert (task.stage, task.duty, task.due_on) == ("settling", "coordinator", due)
    raw = {"lead": str(town.bodies.jiaojing.pk), "reason": "划线由交警定"}
    task = case_act(case_id=task.pk, action="decide_carrier", raw=raw, actor=town.coordinator, now=course.now)
    assert (task.stage, task.lead_id) == ("carrying_out", town.bodies.jiaojing.pk)


def test_a_task_that_is_late_is_told_upwards(town, now):
    course = Course(town, now).convening().called().held().settled(1)
    for day in range(21, 40):
        cases_sweep(now=course.now + day * DAY)
    told = set(
        Notice.objects.filter(template="overdue", case=course.tasks[0]).values_list("recipient", flat=True)
    )
    assert any(one.startswith("role:coordinator@") for one in told)
    assert any(one.startswith("role:leader@") for one in told)


TYPED = [
    ({"what": "装桩", "body": "1", "due": "2026-12-31"}, "写 4 到 200 个字"),
    ({"what": "划线装桩", "body": "", "due": "2026-12-31"}, "哪个单位"),
    ({"what": "划线装桩", "body": "一", "due": "2026-12-31"}, "哪个单位"),
    ({"what": "划线装桩", "body": "1", "due": ""}, "请选完成的日期"),
    ({"what": "划线装桩", "body": "1", "due": "2026-11-20"}, "今天以后"),
]


@pytest.mark.parametrize(("row", "sentence"), TYPED)
def test_what_is_no_task(row, sentence):
    with pytest.raises(ValueError, match=sentence):
        decided_made(row, date(2026, 11, 20))


def test_a_body_that_cannot_act_here_leaves_nothing(town, now):
    course = Course(town, now).convening().called().held()
    due = local_day(now + 30 * DAY)
    place = {"region_code": "330182000000", "actor": SYSTEM}
    court = body_create(key="fayuan", name="建德市人民法院", kind="court", **place)
    elsewhere, organ = ([Decided("划线装桩", one.pk, due)] for one in (town.bodies.xihu, court))
    for wrong in ([], elsewhere, organ, [course.decided()] * 21):
        with pytest.raises(Refusal) as refusal:
            deliberation_settle(
                case_id=course.case.pk,
                conclusion="加十个桩",
                decided=wrong,
                actor=town.liaison,
                now=course.now,
            )
        assert refusal.value.code == "input"
    assert not Case.objects.filter(procedure="deliberation_tasks").exists()


def test_tasks_may_be_added_while_it_is_followed_up_and_by_nobody_else(town, now):
    course = Course(town, now).convening().called().held().settled(1)
    given = {"case_id": course.case.pk, "decided": [course.decided()], "now": course.now}
    with pytest.raises(Refusal):
        deliberation_tasks_add(actor=town.handler, **given)
    deliberation_tasks_add(actor=town.coordinator, **given)
    assert Deliberation.objects.get().tasks.count() == 2


# --- what those who came think ----------------------------------------------------------------------------

RATED = [
    ({"good": 3}, "good"),
    ({"good": 2, "fair": 1}, "good"),
    ({"good": 1, "fair": 1}, "fair"),
    ({"fair": 1}, "fair"),
    ({"good": 1, "poor": 1}, "poor"),
    ({"good": 2, "poor": 1}, "good"),
    ({"good": 1, "fair": 1, "poor": 1}, "fair"),
    ({"poor": 1}, "poor"),
]


@pytest.mark.parametrize(("votes", "rating"), RATED)
def test_what_many_ratings_come_to(votes, rating):
    assert rating_of(votes) == rating


def test_nobody_s_silence_is_a_rating():
    with pytest.raises(ValueError, match="nobody"):
        rating_of({"good": 0})


@pytest.mark.parametrize(
    ("votes", "came", "counts"), [(1, 3, False), (2, 3, True), (2, 4, False), (3, 4, True), (0, 0, False)]
)
def test_more_than_half_of_those_who_came_are_enough(votes, came, counts):
    assert enough({"good": votes}, came) is counts


def told_course(town, now) -> Course:
    return Course(town, now).convening().called().held().settled(1).tasks_closed().told()


def test_those_who_came_are_asked_once_for_each_result(town, now):
    course = told_course(town, now)
    assert waiting_to_ask() == [course.case.pk]
    assert result_ask(case_id=course.case.pk, now=course.now) == 3
    assert waiting_to_ask() == [] and result_ask(case_id=course.case.pk, now=course.now) == 0
    assert Notice.objects.filter(template="deliberation_result").count() == 3


def test_a_poor_rating_leads_back_and_the_next_result_is_rated_anew(town, now):
    course = told_course(town, now).judged("poor", "poor")
    assert (course.case.stage, course.case.satisfaction) == ("convening", "poor")
    course.act("go_on", reason="再加两个桩")
    course.told().judged("good")
    assert course.case.stage == "judging", "one of three is not enough"
    course.judged("fair")
    assert course.case.stage == "judging", "changed, it is still one"
    course.judged("good", "good")
    assert (course.case.stage, course.case.satisfaction) == ("writing", "good")
    assert Judgement.objects.count() == 4


def test_what_was_said_in_time_is_counted_at_the_end_and_silence_is_unrated(town, now):
    course = told_course(town, now).judged("fair")
    assert judged_until(course.now) == []
    over = course.case.due_at
    assert judged_until(over) == [course.case.pk]
    assert result_count(case_id=course.case.pk, now=over - HOUR) is True
    assert result_count(case_id=course.case.pk, now=over - HOUR) is False
    course.case.refresh_from_db()
    assert (course.case.stage, course.case.satisfaction) == ("writing", "fair")


def test_nobody_rated(town, now):
    course = told_course(town, now)
    assert judged_until(course.case.due_at) == []
    cases_sweep(now=course.case.due_at + HOUR)
    course.case.refresh_from_db()
    assert (course.case.stage, course.case.satisfaction) == ("writing", "unrated")


def test_who_may_not_rate(town, now):
    course = told_course(town, now)
    one, *_ = Attendee.objects.filter(meeting=course.meeting).order_by("id")
    one.signed_at = None
    for attendee, rating, words, code in (
        (one, "good", "", "forbidden"),
        (Attendee.objects.last(), "", "", "input"),
        (Attendee.objects.last(), "unrated", "", "input"),
        (Attendee.objects.last(), "poor", " ", "input"),
    ):
        with pytest.raises(Refusal) as refusal:
            result_judge(
                case_id=course.case.pk, attendee=attendee, rating=rating, words=words, now=course.now
            )
        assert refusal.value.code == code
    course.judged("good", "good")
    with pytest.raises(Refusal) as refusal:
        course.judged("good")
    assert refusal.value.code == "not_here" and Judgement.objects.count() == 2


# --- made known -------------------------------------------------------------------------------------------


def test_another_person_checks_what_is_made_known(town, now):
    course = told_course(town, now).judged("good", "good")
    course.act("write_up", public_title="充电桩加了十个", public_text="议事会定下加十个桩，已经装好。")
    with pytest.raises(Refusal) as refusal:
        course.act("make_known")
    assert refusal.value.code == "second_person"
    course.act("rewrite", town.coordinator, reason="写明是哪个小区")
    assert course.case.stage == "writing"


def test_a_telephone_number_is_not_made_known(town, now):
    course = told_course(town, now).judged("good", "good")
    with pytest.raises(Refusal) as refusal:
        course.act(
            "write_up", public_title="充电桩加了十个", public_text="找王师傅，电话13858000000，随叫随到。"
        )
    assert "public_text" in refusal.value.fields


def test_a_topic_that_is_dropped_is_explained_and_no_problem_solved(town, now):
    course = Course(town, now)
    course.act("drop", answer="这件事归业主大会定，站里不能替大家议。")
    assert (course.case.stage, course.case.outcome) == ("judging", "dropped")
    cases_sweep(now=course.case.due_at + HOUR)
    course.now = course.case.due_at + 2 * HOUR
    course.act("keep_back", reason="没有议成，不公开")
    assert course.case.closed_at is not None and solved(town, now) == 0


def test_the_demonstration_has_one_at_each_of_three_stages(town, now):
    for _ in range(2):  # built twice, it is there once
        deliberations(now)
        live_event(now)
    assert Question.objects.filter(main=None, state="current").count() == 1
    assert "138****0000" in Question.objects.get(masked=True).text
    topics = Case.objects.filter(procedure="deliberations").order_by("id")
    assert [one.stage for one in topics] == ["deliberation_known", "following", "deliberation"]
    assert solved(town, now - 60 * DAY) == 1 and audit().broken is None
