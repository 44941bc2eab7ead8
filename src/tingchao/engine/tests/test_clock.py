"""Due times as they come out of the services, each row with the State Council's notice or the rule behind it.

国办发明电〔2025〕7号 for 2026: 元旦 1/1–3 (1/4 works), 春节 2/15–23 (2/14, 2/28 work), 清明 4/4–6, 劳动节 5/1–5
(5/9 works), 端午 6/19–21, 中秋 9/25–27, 国庆 10/1–7 (9/20, 10/10 work). 2027 is not announced in these tests,
whatever the installed package knows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.calendar import WorkingCalendar
from tingchao.directory.published import published_plans
from tingchao.engine import care
from tingchao.engine.care import case_tend
from tingchao.engine.models import Assignment, Case, Event
from tingchao.engine.services import case_act
from tingchao.engine.tests.loop import brought, code_of, opened, procedure, typed
from tingchao.engine.timing import ZONE, enter_stage

KNOWN = {year: plan for year, plan in published_plans().items() if year <= 2026}


@pytest.fixture(autouse=True)
def _announced_to_2026(monkeypatch):
    monkeypatch.setattr("tingchao.directory.selectors.published_plans", lambda: KNOWN)


def moment(text: str) -> datetime:
    """A moment in Hangzhou."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def day(text: str) -> date:
    return date.fromisoformat(text)


def midnight_after(last_day: date) -> datetime:
    return datetime.combine(last_day + timedelta(days=1), time(), ZONE)


def half_past_eight(on: str) -> datetime:
    return datetime.combine(day(on), time(8, 30), ZONE)


# --- filing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "due", "reminder", "why"),
    [
        (
            "2026-11-20 09:00",
            "2026-11-24",
            "2026-11-23",
            "星期五上午收到，次日起算，星期二到期（民法典 201）",
        ),
        ("2026-11-20 23:59", "2026-11-24", "2026-11-23", "星期五深夜收到，同一天"),
        ("2026-11-21 00:00", "2026-11-24", "2026-11-23", "星期六零点收到，星期一是第一天"),
        ("2026-11-22 12:00", "2026-11-24", "2026-11-23", "星期日收到"),
        ("2026-11-23 08:00", "2026-11-25", "2026-11-24", "星期一收到"),
        ("2026-01-01 10:00", "2026-01-05", "2026-01-04", "国办发明电〔2025〕7号：元旦，1月4日星期日上班"),
        (
            "2026-02-13 10:00",
            "2026-02-24",
            "2026-02-14",
            "国办发明电〔2025〕7号：2月14日上班，春节后24日上班",
        ),
        ("2026-02-14 10:00", "2026-02-25", "2026-02-24", "国办发明电〔2025〕7号：春节前最后一天收到"),
        ("2026-02-27 10:00", "2026-03-02", "2026-02-28", "国办发明电〔2025〕7号：2月28日星期六上班"),
        ("2026-04-03 10:00", "2026-04-08", "2026-04-07", "国办发明电〔2025〕7号：清明节4月4日至6日"),
        ("2026-05-08 10:00", "2026-05-11", "2026-05-09", "国办发明电〔2025〕7号：5月9日星期六上班"),
        ("2026-06-18 10:00", "2026-06-23", "2026-06-22", "国办发明电〔2025〕7号：端午节6月19日至21日"),
        ("2026-09-18 10:00", "2026-09-21", "2026-09-20", "国办发明电〔2025〕7号：9月20日星期日上班"),
        ("2026-09-25 10:00", "2026-09-29", "2026-09-28", "国办发明电〔2025〕7号：中秋节当天收到，国庆前办完"),
        ("2026-09-29 10:00", "2026-10-08", "2026-09-30", "国办发明电〔2025〕7号：国庆节10月1日至7日"),
        ("2026-09-30 10:00", "2026-10-09", "2026-10-08", "国办发明电〔2025〕7号：国庆前一天收到"),
        ("2026-10-08 10:00", "2026-10-10", "2026-10-09", "国办发明电〔2025〕7号：10月10日星期六上班"),
        ("2025-12-31 10:00", "2026-01-05", "2026-01-04", "国办发明电〔2025〕7号：跨年，1月4日上班"),
    ],
)
def test_a_voice_is_sorted_within_two_working_days(town, filed, due, reminder, why):
    case = opened(town, moment(filed))
    case.refresh_from_db()
    assert (case.due_on, case.due_provisional) == (day(due), False), why
    assert case.due_at == midnight_after(day(due)), "民法典 203：止于当日二十四时"
    assert case.wake_at == half_past_eight(reminder), "到期前一个工作日提醒"
    assert (case.duty, case.alarms, case.year) == ("liaison", 0, int(filed[:4]))


@pytest.mark.parametrize(
    ("stage", "tier", "entered", "due", "why"),
    [
        ("acting", "urgent", "2026-11-20 09:00", "2026-11-23", "一三五限时办理：急事 1 个工作日"),
        ("acting", "ordinary", "2026-11-20 09:00", "2026-11-27", "12345 便民热线：一般事项 5 个工作日"),
        ("acting", "small", "2026-11-20 09:00", "2026-11-27", "小事没有另定期限，按一般"),
        ("acting", "hard", "2026-11-20 09:00", "2026-12-11", "难事 15 个工作日"),
        ("acting", "urgent", "2026-09-30 09:00", "2026-10-08", "急事，国办发明电〔2025〕7号：节后第一天"),
        (
            "acting",
            "ordinary",
            "2026-09-30 09:00",
            "2026-10-13",
            "国办发明电〔2025〕7号：10月10日上班也算一天",
        ),
        ("acting", "hard", "2026-09-25 09:00", "2026-10-22", "国办发明电〔2025〕7号：中秋国庆两个假期"),
        ("deliberating", "urgent", "2026-11-20 09:00", "2026-11-23", "急事议 1 个工作日"),
        ("deliberating", "ordinary", "2026-11-20 09:00", "2026-11-27", "议 5 个工作日"),
        ("deliberating", "hard", "2026-11-20 09:00", "2026-12-04", "难事议 10 个工作日"),
        ("coordinating", "hard", "2026-11-20 09:00", "2026-11-24", "定办 2 个工作日，不分轻重"),
        ("rating", "urgent", "2026-11-20 09:00", "2026-11-27", "评 5 个工作日，不分轻重"),
        ("publishing", "hard", "2026-11-20 09:00", "2026-11-27", "公开 5 个工作日"),
    ],
)
def test_each_stage_has_its_own_limit(town, handed, stage, tier, entered, due, why):
    case = brought(town, handed, moment(entered), stage, tier=tier)
    case.refresh_from_db()
    assert (case.due_on, case.due_provisional) == (day(due), False), why
    assert case.due_at == midnight_after(day(due))
    if stage == "acting":
        assert set(case.assignments.values_list("due_on", flat=True)) == {day(due)}, "主办和督办同一期限"


def test_an_end_has_no_clock(town, handed, now):
    case = brought(town, handed, now, "known")
    case.refresh_from_db()
    assert (case.clock, case.due_on, case.due_at, case.wake_at, case.duty) == (None, None, None, None, "")
    assert case.closed_at is not None and not case.due_provisional
    assert not Assignment.objects.filter(ended_at__isnull=True).exists()


# --- stopped clocks ---------------------------------------------------------------------------------------

TYPED = {"pause": "等反映人补材料", "resume": "材料到了", "extend": "配件要从外地调"}


def tend(case, town, tool, at, **raw):
    actor = town.coordinator if tool == "extend" else town.liaison
    return case_tend(
        case_id=case.pk, tool=tool, raw={"note": TYPED[tool], **raw}, actor=actor, now=moment(at)
    )


@pytest.fixture
def acting(town, handed):
    """Handed over on Friday, 2026-11-20; five working days: due on Friday, the 27th."""
    return brought(town, handed, moment("2026-11-20 09:00"), "acting")


@pytest.mark.parametrize(
    ("stopped", "until", "due", "why"),
    [
        ("2026-11-20 10:00", "2026-11-21", "2026-11-27", "当天停、次日续：起算日本来不算"),
        ("2026-11-20 10:00", "2026-11-24", "2026-11-30", "停过星期一，顺延一个工作日"),
        ("2026-11-23 10:00", "2026-11-25", "2026-12-01", "停星期一、二两天"),
        ("2026-11-27 10:00", "2026-11-28", "2026-11-30", "到期当天停到星期六，星期一到期"),
        ("2026-11-27 23:59", "2026-12-07", "2026-12-07", "到期当天停十天，续当天到期"),
        ("2026-11-20 10:00", "2026-12-20", "2026-12-25", "最多停三十天"),
    ],
)
def test_a_stopped_clock_puts_the_due_time_off(town, acting, stopped, until, due, why):
    case = tend(acting, town, "pause", stopped, until=until)
    case.refresh_from_db()
    assert (case.due_on, case.paused_until) == (day(due), day(until)), why
    assert case.due_at == midnight_after(day(due))
    assert case.wake_at >= half_past_eight(until), "停表期间不催"
    event = Event.objects.get(case=case, action="pause")
    assert (event.data["until"], event.note) == (until, "等反映人补材料")


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("2026-11-20", "今天"),
        ("2026-11-19", "昨天"),
        ("2026-12-21", "三十一天后"),
        ("2036-11-20", "十年后"),
        ("0001-01-01", "公元元年"),
        ("9999-12-31", "最后一天"),
        ("2026-11-31", "没有这一天"),
        ("明天", "汉字"),
        ("", "没填"),
    ],
)
def test_how_long_a_clock_may_be_stopped(town, acting, until, why):
    before = list(Case.objects.values())
    expected = "" if until == "20261127" else "input"
    assert (
        code_of(tend, case=acting, town=town, tool="pause", at="2026-11-20 10:00", until=until) == expected
    ), why
    if expected:
        assert list(Case.objects.values()) == before
        assert not Event.objects.filter(action="pause").exists()


@pytest.mark.parametrize(
    ("resumed", "due", "why"),
    [
        ("2026-11-20 15:00", "2026-11-27", "当天又续上，一天没停"),
        ("2026-11-23 09:00", "2026-11-27", "星期一续上，只停了周末"),
        ("2026-11-25 09:00", "2026-12-01", "星期三续上，停了两个工作日"),
        ("2026-12-01 09:00", "2026-12-07", "停了六个工作日"),
    ],
)
def test_a_clock_that_runs_again_early(town, acting, resumed, due, why):
    tend(acting, town, "pause", "2026-11-20 10:00", until="2026-12-02")
    case = tend(acting, town, "resume", resumed)
    case.refresh_from_db()
    assert (case.due_on, case.paused_until) == (day(due), None), why
    assert [event.action for event in Event.objects.filter(case=case).order_by("sequence")][-2:] == [
        "pause",
        "resume",
    ]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((("resume", "2026-11-20 10:00"),), "没有停过"),
        ((("pause", "2026-11-20 10:00"), ("pause", "2026-11-23 10:00")), "已经停着，不能再停"),
        ((("pause", "2026-11-20 10:00"), ("resume", "2026-11-25 00:00")), "到日子自己续上了，不用再续"),
        (
            (("pause", "2026-11-20 10:00"), ("resume", "2026-11-23 10:00"), ("resume", "2026-11-23 11:00")),
            "续过了",
        ),
    ],
)
def test_a_clock_that_does_not_stand_as_thought(town, acting, steps, why):
    *before, (tool, at) = steps
    for earlier, when in before:
        tend(acting, town, earlier, when, until="2026-11-25")
    assert code_of(tend, case=acting, town=town, tool=tool, at=at, until="2026-11-30") == "clock", why


def test_a_clock_may_be_stopped_again_once_it_runs(town, acting):
    tend(acting, town, "pause", "2026-11-20 10:00", until="2026-11-24")
    case = tend(acting, town, "pause", "2026-11-24 10:00", until="2026-11-25")
    assert case.due_on == day("2026-12-01"), "停了 23 日和 24 日两个工作日"


def test_the_next_stage_starts_with_a_clock_that_runs(town, handed, acting):
    tend(acting, town, "pause", "2026-11-20 10:00", until="2026-12-02")
    case = case_act(
        case_id=acting.pk,
        action="answer",
        raw=typed("answer", handed),
        actor=town.handler,
        now=moment("2026-11-23 09:00"),
    )
    assert (case.paused_until, case.due_on, case.running_clock().pauses) == (None, day("2026-11-30"), ())


# --- extensions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "amount", "due", "why"),
    [
        ("ordinary", "1", "2026-11-30", "延一个工作日"),
        ("ordinary", "5", "2026-12-04", "最多延到原期限的一倍"),
        ("urgent", "1", "2026-11-24", "急事最多延 1 个工作日"),
        ("hard", "15", "2027-01-04", "难事最多延 15 个工作日，过元旦"),
    ],
)
def test_more_time(town, handed, tier, amount, due, why):
    case = brought(town, handed, moment("2026-11-20 09:00"), "acting", tier=tier)
    case = tend(case, town, "extend", "2026-11-20 10:00", amount=amount)
    case.refresh_from_db()
    assert case.due_on == day(due), why
    assert case.due_provisional is (case.due_on.year == 2027)
    event = Event.objects.get(case=case, action="extend")
    assert event.data["amount"] == int(amount)
    assert [notice.recipient for notice in event.notices.all()] == ["reporter"], "延期要告诉反映人"


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("6", "超过原期限"),
        ("99", "远超原期限"),
        ("0", "零天"),
        ("-1", "负数"),
        ("1.5", "不是整数"),
        ("１", "全角数字"),
        ("五", "汉字"),
        ("²", "上标"),
        ("", "没填"),
        ("100", "三位数"),
    ],
)
def test_how_much_more_time(town, acting, amount, why):
    assert (
        code_of(tend, case=acting, town=town, tool="extend", at="2026-11-20 10:00", amount=amount) == "input"
    ), why
    acting.refresh_from_db()
    assert acting.due_on == day("2026-11-27")


def test_a_stage_is_extended_once(town, acting):
    tend(acting, town, "extend", "2026-11-20 10:00", amount="1")
    assert code_of(tend, case=acting, town=town, tool="extend", at="2026-11-23 10:00", amount="1") == "clock"
    acting.refresh_from_db()
    assert acting.due_on == day("2026-11-30")


def test_where_the_procedure_extends_nothing_nothing_is_extended(town, acting, monkeypatch):
    monkeypatch.setattr(care, "procedure_get", lambda key: replace(procedure(), extendable=False))
    assert code_of(tend, case=acting, town=town, tool="extend", at="2026-11-20 10:00", amount="1") == "clock"


def test_an_extension_and_a_stop_add_up(town, acting):
    tend(acting, town, "extend", "2026-11-20 10:00", amount="2")
    case = tend(acting, town, "pause", "2026-11-23 10:00", until="2026-11-25")
    assert case.due_on == day("2026-12-03"), "7 个工作日，另停两天"


@pytest.mark.parametrize("tool", ["pause", "extend"])
def test_a_due_time_that_is_put_off_has_its_alarms_before_it_again(town, acting, tool):
    """Otherwise a matter that was overdue once would run out in silence the second time."""
    Case.objects.filter(pk=acting.pk).update(alarms=4, wake_at=None)
    raw = {"until": "2026-12-07"} if tool == "pause" else {"amount": "5"}
    case = tend(acting, town, tool, "2026-11-27 10:00", **raw)
    case.refresh_from_db()
    assert case.alarms == 0
    assert case.wake_at == half_past_eight("2026-12-07" if tool == "pause" else "2026-12-03")


# --- a year that nobody has announced ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "due", "provisional", "why"),
    [
        ("2026-12-29 10:00", "2026-12-31", False, "年内到期，2026 年已公布"),
        ("2026-12-30 10:00", "2027-01-04", True, "元旦依法放假（全国年节及纪念日放假办法 2），其余未公布"),
        ("2026-12-31 10:00", "2027-01-05", True, "跨年"),
        ("2027-01-29 10:00", "2027-02-02", True, "2027 年未公布"),
        ("2031-09-30 10:00", "2031-10-07", True, "五年以后也不出错，国庆节依法只算 1 至 3 日"),
    ],
)
def test_a_year_that_is_not_announced(town, filed, due, provisional, why):
    case = opened(town, moment(filed))
    case.refresh_from_db()
    assert (case.due_on, case.due_provisional) == (day(due), provisional), why
    assert case.due_at == midnight_after(day(due)) and case.wake_at is not None


@pytest.mark.django_db  # the limits of the place are read
@given(
    st.dates(date(2026, 1, 1), date(2032, 12, 31)),
    st.times(timezones=st.just(ZONE)),
    st.sampled_from([stage.key for stage in procedure().stages if not stage.end]),
    st.sampled_from(["", "urgent", "ordinary", "small", "hard"]),
)
def test_whatever_the_day_there_is_a_due_time(on, at, stage, tier):
    calendar, now, case = WorkingCalendar(KNOWN), datetime.combine(on, at), Case(tier=tier)
    enter_stage(case, procedure().stage(stage), now=now, calendar=calendar)
    assert case.due_at > now and case.wake_at is not None and case.duty
    assert calendar.is_working_day(case.due_on)
    assert case.due_provisional is (case.due_on.year > 2026)
