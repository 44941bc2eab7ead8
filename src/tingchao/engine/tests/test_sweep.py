"""Alarms: before the due time to whoever must act, after it up the region tree, each once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.engine import sweep
from tingchao.engine.care import case_tend
from tingchao.engine.models import Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.sweep import cases_sweep
from tingchao.engine.tests.loop import brought, opened, typed
from tingchao.engine.timing import ZONE

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)


def moment(text: str) -> datetime:
    """A moment in Hangzhou in 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def told_since(case: Case, events: int) -> list[tuple[str, str]]:
    """(recipient, template) of every notice after the case's first `events` events, in their order."""
    rows = Notice.objects.filter(case=case, event__sequence__gt=events).order_by("event__sequence", "id")
    return [(row.recipient, row.template) for row in rows]


def plain(recipient: str, case: Case) -> str:
    return recipient.replace(f"body:{case.lead_id}", "主办单位")


# --- up the region tree -----------------------------------------------------------------------------------

COURSE = [
    ("11-26 08:29", [], "还没到提醒的时候"),
    ("11-26 08:30", [("主办单位", "due_soon")], "到期前一个工作日（星期四），提醒主办单位"),
    ("11-26 08:31", [], "提醒过了"),
    ("11-27 23:59", [], "到期当天（星期五）二十四时之前不算逾期（民法典 203）"),
    ("11-28 00:00", [], "逾期从当天上班时报起"),
    (
        "11-28 08:30",
        [("role:coordinator@330182001", "overdue"), ("主办单位", "overdue")],
        "逾期第一天：报街道协调人，也催主办单位",
    ),
    ("11-29 08:30", [], "星期日不再上报"),
    ("11-30 08:30", [("role:leader@330182", "overdue")], "又过一个工作日：报县级领导"),
    ("12-01 08:30", [("role:leader@3301", "overdue")], "再过一个工作日：报市级领导"),
    ("12-02 08:30", [], "已经报到顶，不再上报"),
    ("12-31 08:30", [], "一个月后也不再上报"),
]


def test_a_matter_goes_up_one_level_each_working_day(town, handed):
    """Due on Friday, 2026-11-27 (12345 便民热线：一般事项 5 个工作日)."""
    case = brought(town, handed, FRIDAY, "acting")
    events = case.events
    for at, told, why in COURSE:
        given = cases_sweep(now=moment(at))
        found = [(plain(to, case), template) for to, template in told_since(case, events)]
        assert (given, found) == (1 if told else 0, told), f"{at} {why}"
        assert cases_sweep(now=moment(at)) == 0, f"{at}: nothing twice"
        events += given
    case.refresh_from_db()
    assert (case.alarms, case.wake_at, case.stage, case.events) == (4, None, "acting", events)
    actions = (
        Event.objects.filter(case=case, sequence__gt=2).order_by("sequence").values_list("action", "actor")
    )
    assert list(actions) == [("remind", "system"), *[("escalate", "system")] * 3]
    assert audit().broken is None


@pytest.mark.parametrize(
    ("stage", "course", "why"),
    [
        (
            "sorting",
            [
                ("11-23 08:30", ["role:liaison@330182001000"]),
                ("11-25 08:30", ["role:coordinator@330182001", "role:liaison@330182001000"]),
                ("11-26 08:30", ["role:leader@330182"]),
                ("11-27 08:30", ["role:leader@3301"]),
            ],
            "分类受理 2 个工作日，星期二到期",
        ),
        (
            "coordinating",
            [
                ("11-23 08:30", ["role:coordinator@330182001000"]),
                ("11-25 08:30", ["role:leader@330182001", "role:coordinator@330182001000"]),
                ("11-26 08:30", ["role:leader@330182"]),
                ("11-27 08:30", ["role:leader@3301"]),
            ],
            "协调定办只报领导",
        ),
        (
            "publishing",
            [
                ("11-26 08:30", ["role:liaison@330182001000"]),
                ("11-28 08:30", ["role:coordinator@330182001", "role:liaison@330182001000"]),
                ("11-30 08:30", ["role:leader@330182"]),
                ("12-01 08:30", ["role:leader@3301"]),
            ],
            "公开 5 个工作日",
        ),
    ],
)
def test_each_stage_reports_to_the_roles_it_names(town, handed, stage, course, why):
    case = brought(town, handed, FRIDAY, stage)
    events = case.events
    for at, recipients in course:
        assert cases_sweep(now=moment(at)) == 1, at
        assert [to for to, _ in told_since(case, events)] == recipients, f"{at} {why}"
        events += 1
    assert cases_sweep(now=moment("12-31 08:30")) == 0


@pytest.mark.parametrize(
    ("region", "levels", "why"),
    [
        ("330182001001", ["330182001", "330182", "3301"], "社区的事从街道报起"),
        ("330182001000", ["330182001", "330182", "3301"], "街道的事"),
        ("330182000000", ["330182", "3301", "33"], "县级的事从县报起"),
        ("330100000000", ["3301", "33", "33"], "市级的事报到省为止"),
    ],
)
def test_the_way_up_starts_at_the_matters_own_level(town, region, levels, why):
    case = opened(town, FRIDAY, region_code=region, station_id=None)
    for at in ("11-23 08:30", "11-25 08:30", "11-26 08:30", "11-27 08:30"):
        cases_sweep(now=moment(at))
    scopes = [
        to.split("@")[1]
        for to, template in told_since(case, 1)
        if template == "overdue" and to != f"role:liaison@{region}"
    ]
    assert scopes == levels, why


def test_an_alarm_is_recorded_with_whom_it_went_to(town):
    case = opened(town, FRIDAY)
    for at in ("11-23 08:30", "11-25 08:30"):
        cases_sweep(now=moment(at))
    remind, escalate = Event.objects.filter(case=case, sequence__gt=1).order_by("sequence")
    assert remind.data == {"alarm": 1, "due": "2026-11-24", "to": ["role:liaison@330182001000"]}
    assert escalate.data == {
        "alarm": 2,
        "due": "2026-11-24",
        "to": ["role:coordinator@330182001", "role:liaison@330182001000"],
    }
    assert not Fact.objects.filter(event__in=[remind, escalate]).exists(), "催办不算谁的工作量"


def test_when_no_sweep_ran_in_time_nobody_is_told_that_it_will_soon_be_due(town):
    case = opened(town, FRIDAY)
    assert cases_sweep(now=moment("12-04 10:00")) == 3
    assert [to for to, _ in told_since(case, 1)] == [
        "role:coordinator@330182001",
        "role:liaison@330182001000",
        "role:leader@330182",
        "role:leader@3301",
    ]
    assert {template for _, template in told_since(case, 1)} == {"overdue"}
    assert cases_sweep(now=moment("12-31 10:00")) == 0


def test_whoever_acts_ends_the_alarms_of_that_stage(town, handed):
    case = brought(town, handed, FRIDAY, "acting")
    cases_sweep(now=moment("11-28 08:30"))
    case_act(
        case_id=case.pk,
        action="answer",
        raw=typed("answer", handed),
        actor=town.handler,
        now=moment("11-28 09:00"),
    )
    case.refresh_from_db()
    assert (case.alarms, case.wake_at) == (0, moment("12-03 08:30")), (
        "评价期限 12 月 4 日，提前一个工作日提醒"
    )
    assert cases_sweep(now=moment("12-02 23:00")) == 0


def test_a_matter_that_ended_is_never_looked_at(town, handed):
    brought(town, handed, FRIDAY, "known")
    assert cases_sweep(now=moment("12-31 08:30")) == 0


# --- the clock stands still -------------------------------------------------------------------------------


def stop(case: Case, town, at: str, until: str) -> None:
    case_tend(
        case_id=case.pk,
        tool="pause",
        raw={"until": f"2026-{until}", "note": "等反映人补材料"},
        actor=town.liaison,
        now=moment(at),
    )


@pytest.mark.parametrize(
    ("stopped", "alarms", "first", "why"),
    [
        ("11-23 10:00", 0, ("12-10 08:30", "due_soon"), "提醒之前停表，续上以后再提醒"),
        ("11-27 10:00", 1, ("12-07 08:30", "due_soon"), "提醒之后、到期当天停表，续上当天再提醒一次"),
    ],
)
def test_a_matter_whose_clock_stands_still_is_not_alarmed(town, handed, stopped, alarms, first, why):
    """Due on 2026-11-27; stopped until Monday, 2026-12-07."""
    case = brought(town, handed, FRIDAY, "acting")
    for at in ("11-26 08:30", "11-28 08:30")[:alarms]:
        assert cases_sweep(now=moment(at)) == 1
    stop(case, town, stopped, "12-07")
    case.refresh_from_db()
    events, at = case.events, moment(stopped)
    while at < moment(first[0]):
        assert cases_sweep(now=at) == 0, f"{at} {why}"
        at += timedelta(hours=6)
    assert cases_sweep(now=moment(first[0])) == 1
    assert told_since(case, events)[0][1] == first[1], why


def test_a_stopped_clock_is_no_way_round_a_limit(town, handed):
    """逾期以后不能停表；一个环节里停表加起来不超过 30 天。Due on 2026-11-27."""
    case = brought(town, handed, FRIDAY, "acting")
    with pytest.raises(Refusal) as refused:
        stop(case, town, "11-28 10:00", "12-07")
    assert refused.value.code == "clock"
    stop(case, town, "11-23 10:00", "12-13")  # 20 days
    with pytest.raises(Refusal) as refused:
        stop(case, town, "12-14 10:00", "12-25")  # and 11 more
    assert refused.value.code == "input" and set(refused.value.fields) == {"until"}
    stop(case, town, "12-14 10:00", "12-24")  # and 10 more


# --- a rating that nobody gives ---------------------------------------------------------------------------


def test_a_rating_that_nobody_gives_lapses_as_unrated(town, handed):
    """五事工作法：邀民评事 5 个工作日；不评不算满意。Due on Friday, 2026-11-27."""
    case = brought(town, handed, FRIDAY, "rating")
    events = case.events
    assert cases_sweep(now=moment("11-26 08:30")) == 1
    assert told_since(case, events) == [("reporter", "due_soon")]
    assert cases_sweep(now=moment("11-27 23:59")) == 0
    assert cases_sweep(now=moment("11-28 08:30")) == 1
    case.refresh_from_db()
    assert (case.stage, case.satisfaction, case.duty) == ("publishing", "unrated", "liaison")
    lapse = Event.objects.get(case=case, action="lapse")
    assert (lapse.actor, lapse.role, lapse.before, lapse.after) == (
        "system",
        "system",
        "rating",
        "publishing",
    )
    assert [(fact.kind, fact.detail) for fact in lapse.facts.all()] == [("voice.rated", "unrated")]
    assert not Fact.objects.filter(kind="voice.rated").exclude(detail="unrated").exists()
    assert not Notice.objects.filter(case=case, recipient__startswith="role:leader").exists(), (
        "没人评不算谁逾期"
    )
    assert cases_sweep(now=moment("11-28 08:30")) == 0


def test_a_rating_lapses_though_no_sweep_reminded(town, handed):
    case = brought(town, handed, FRIDAY, "rating")
    assert cases_sweep(now=moment("11-28 08:30")) == 1
    case.refresh_from_db()
    assert (case.stage, case.satisfaction) == ("publishing", "unrated")


def test_a_rating_given_in_time_counts_though_the_sweep_comes_later(town, handed):
    case = brought(town, handed, FRIDAY, "rating")
    given = case_act(
        case_id=case.pk,
        action="rate_poor",
        raw=typed("rate_poor", handed),
        actor=reporter(case.pk),
        now=moment("11-27 23:59"),
    )
    assert cases_sweep(now=moment("11-28 08:30")) == 0
    given.refresh_from_db()
    assert (given.stage, given.satisfaction) == ("acting", "poor")


# --- several workers --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_give_each_alarm_once(town, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 7)
    cases = [opened(town, FRIDAY) for _ in range(60)]
    together, given = threading.Barrier(2), []

    def work() -> None:
        try:
            together.wait()
            given.append(cases_sweep(now=moment("11-23 08:30")))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(given) == 60 and len(given) == 2
    alarms = Counter(Event.objects.filter(action="remind").values_list("case_id", flat=True))
    assert alarms == {case.pk: 1 for case in cases}
    assert Notice.objects.filter(template="due_soon").count() == 60
    assert set(Case.objects.values_list("alarms", "events")) == {(1, 2)}
    assert audit().broken is None


@pytest.mark.django_db(transaction=True)
def test_a_matter_that_somebody_is_acting_on_is_left_for_the_next_sweep(town):
    busy, free = opened(town, FRIDAY), opened(town, FRIDAY)
    holding, done = threading.Event(), threading.Event()

    def act() -> None:
        try:
            with transaction.atomic():
                Case.objects.select_for_update(no_key=True).get(pk=busy.pk)
                holding.set()
                done.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=act)
    thread.start()
    try:
        assert holding.wait(30)
        assert cases_sweep(now=moment("11-23 08:30")) == 1, "it does not wait for the one that is locked"
    finally:
        done.set()
        thread.join()
    assert Event.objects.get(action="remind").case_id == free.pk
    assert cases_sweep(now=moment("11-23 08:30")) == 1
