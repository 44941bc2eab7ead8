"""Legal limits as a clerk counts them on paper, each row with its article."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.calendar import WorkingCalendar, YearPlan
from tingchao.core.limits import (
    Alarm,
    Clock,
    Due,
    Limit,
    Pause,
    Unit,
    add_months,
    closes_at,
    days_left,
    due,
    next_alarm,
)
from tingchao.core.tests.test_calendar import ANNOUNCED, PLAN_2027

WORKING_DAY, DAY, MONTH = Unit.WORKING_DAY, Unit.DAY, Unit.MONTH


def day(text: str) -> date:
    return date.fromisoformat(text)


def clock(start: str, amount: int, unit: Unit, *pauses: tuple[str, str], extended: int = 0) -> Clock:
    stops = tuple(Pause(day(first), day(last)) for first, last in pauses)
    return Clock(day(start), Limit(amount, unit, "测试"), stops, extended)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last_day", "article"),
    [
        ("2026-03-02", 0, DAY, "2026-03-02", "当日办结"),
        ("2026-03-02", 15, DAY, "2026-03-17", "信访工作条例 22：15 日内，当日不计入（民法典 201）"),
        (
            "2026-09-17",
            15,
            DAY,
            "2026-10-08",
            "信访工作条例 22：末日 10 月 2 日在国庆假期，顺延（民法典 203）",
        ),
        ("2026-01-30", 15, DAY, "2026-02-14", "信访工作条例 22：末日星期六调休上班，不顺延"),
        ("2026-02-28", 60, DAY, "2026-04-29", "信访工作条例 34：60 日内办结"),
        ("2026-01-21", 30, DAY, "2026-02-24", "北京备案审查条例 11：末日 2 月 20 日在春节假期"),
        ("2026-02-13", 5, WORKING_DAY, "2026-02-27", "北京备案审查条例 22：14 日、24 至 27 日"),
        ("2026-02-13", 3, WORKING_DAY, "2026-02-25", "钱塘 135：3 个工作日"),
        ("2026-01-01", 1, WORKING_DAY, "2026-01-04", "钱塘 135：节日收到，节后首个工作日"),
        ("2026-01-31", 3, MONTH, "2026-04-30", "代表法 51：三个月，四月无 31 日，止于月末（民法典 202）"),
        ("2025-11-30", 3, MONTH, "2026-02-28", "代表法 51：止于二月末，星期六调休上班"),
        ("2023-11-30", 3, MONTH, "2024-02-29", "代表法 51：闰年二月末"),
        ("2025-08-31", 6, MONTH, "2026-02-28", "代表法 51：六个月"),
        ("2024-01-31", 1, MONTH, "2024-02-29", "浙江建议办理规定：一个月，闰年"),
        ("2025-01-31", 1, MONTH, "2025-02-28", "浙江建议办理规定：一个月，平年"),
        ("2026-02-28", 1, MONTH, "2026-03-30", "民法典 202：对应日 3 月 28 日是星期六，顺延"),
        ("2025-12-15", 1, MONTH, "2026-01-15", "民法典 202：跨年的对应日"),
        ("2024-02-29", 12, MONTH, "2025-02-28", "民法典 202：闰日满一年"),
        ("2026-02-05", 3, MONTH, "2026-05-06", "民法典 203：5 月 5 日放假，次日为末日"),
    ],
)
def test_last_day(start: str, amount: int, unit: Unit, last_day: str, article: str) -> None:
    assert due(clock(start, amount, unit), ANNOUNCED) == Due(day(last_day), provisional=False), article


@pytest.mark.parametrize(
    ("running", "last_day", "why"),
    [
        (clock("2026-03-02", 5, WORKING_DAY), "2026-03-09", "未中止"),
        (clock("2026-03-02", 5, WORKING_DAY, ("2026-03-04", "2026-03-04")), "2026-03-09", "当日停当日续"),
        (clock("2026-03-02", 5, WORKING_DAY, ("2026-03-04", "2026-03-06")), "2026-03-11", "停两个工作日"),
        (clock("2026-03-02", 5, WORKING_DAY, ("2026-03-06", "2026-03-09")), "2026-03-10", "停三天，其中周末"),
        (clock("2026-03-02", 5, WORKING_DAY, ("2026-03-09", "2026-03-12")), "2026-03-12", "末日停"),
        (clock("2026-03-02", 5, WORKING_DAY, ("2026-03-10", "2026-03-20")), "2026-03-09", "期满之后才停"),
        (clock("2026-03-02", 30, DAY), "2026-04-01", "未中止"),
        (clock("2026-03-02", 30, DAY, ("2026-03-10", "2026-03-20")), "2026-04-13", "4 月 11 日星期六，顺延"),
        (clock("2026-03-02", 30, DAY, ("2026-03-31", "2026-04-08")), "2026-04-09", "停中再推，清明在内"),
        (clock("2026-03-02", 30, DAY, ("2026-02-20", "2026-03-05")), "2026-04-03", "起算之前的不算"),
        (clock("2026-03-02", 1, MONTH, ("2026-03-10", "2026-03-14")), "2026-04-07", "4 月 6 日清明，顺延"),
        (
            clock("2026-03-02", 30, DAY, ("2026-03-10", "2026-03-16"), ("2026-03-12", "2026-03-20")),
            "2026-04-13",
            "两次重叠只算一次",
        ),
        (
            clock("2026-03-02", 30, DAY, ("2026-04-02", "2026-04-09"), ("2026-04-01", "2026-04-02")),
            "2026-04-09",
            "首尾相接，先后无关",
        ),
        (
            clock("2026-03-02", 30, DAY, ("2026-03-10", "2026-03-12"), ("2026-04-03", "2026-04-08")),
            "2026-04-08",
            "前一次推后的末日落进后一次",
        ),
        (
            clock("2026-03-02", 26, DAY, ("2026-03-29", "2026-04-01")),
            "2026-04-01",
            "末日星期六，续时已过周末",
        ),
    ],
)
def test_a_stopped_clock(running: Clock, last_day: str, why: str) -> None:
    assert due(running, ANNOUNCED) == Due(day(last_day), provisional=False), why


@pytest.mark.parametrize(
    ("running", "amount", "last_day", "article"),
    [
        (clock("2026-03-02", 3, MONTH), 3, "2026-09-02", "浙江建议办理规定 21：延长至六个月"),
        (clock("2025-08-31", 3, MONTH), 3, "2026-02-28", "自起算日重算，不从 11 月 30 日起"),
        (clock("2026-03-02", 60, DAY), 30, "2026-06-01", "信访工作条例 34：5 月 31 日星期日"),
        (clock("2026-03-02", 3, WORKING_DAY), 2, "2026-03-09", "工作日延长"),
    ],
)
def test_an_extension(running: Clock, amount: int, last_day: str, article: str) -> None:
    assert due(running.extend(amount), ANNOUNCED).last_day == day(last_day), article


@pytest.mark.parametrize(
    ("running", "now", "once_announced", "why"),
    [
        (clock("2026-12-28", 3, WORKING_DAY), ("2026-12-31", False), ("2026-12-31", False), "止于已公布年份"),
        (
            clock("2026-12-28", 4, WORKING_DAY),
            ("2027-01-04", True),
            ("2027-01-04", False),
            "结果同，不再暂定",
        ),
        (clock("2027-01-25", 5, WORKING_DAY), ("2027-02-01", True), ("2027-01-31", False), "公布了调休"),
        (clock("2026-12-01", 30, DAY), ("2026-12-31", False), ("2026-12-31", False), "止于已公布年份"),
        (clock("2026-12-01", 31, DAY), ("2027-01-04", True), ("2027-01-04", False), "末日为元旦，顺延"),
        (clock("2026-11-08", 3, MONTH), ("2027-02-08", True), ("2027-02-12", False), "公布了春节"),
    ],
)
def test_a_year_not_yet_announced(
    running: Clock, now: tuple[str, bool], once_announced: tuple[str, bool], why: str
) -> None:
    assert due(running, ANNOUNCED) == Due(day(now[0]), now[1]), why
    later = ANNOUNCED.with_plan(PLAN_2027)
    assert due(running, later) == Due(day(once_announced[0]), once_announced[1]), why


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (timezone(timedelta(hours=8)), "2026-03-09T16:00:00+00:00"),
        (UTC, "2026-03-10T00:00:00+00:00"),
    ],
)
def test_a_day_ends_at_24_oclock(zone: timezone, expected: str) -> None:
    """民法典 203: 期间的最后一日的截止时间为二十四时."""
    assert closes_at(day("2026-03-09"), zone) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("last_day", "today", "working_days", "calendar_days", "why"),
    [
        ("2026-02-24", "2026-02-13", 2, 11, "春节前，含调休"),
        ("2026-02-24", "2026-02-24", 0, 0, "今天到期"),
        ("2026-03-06", "2026-03-05", 1, 1, "明天到期"),
        ("2026-03-06", "2026-03-07", -1, -1, "星期六已逾期"),
        ("2026-03-06", "2026-03-08", -1, -2, "星期日仍是逾期第一日"),
        ("2026-03-06", "2026-03-10", -2, -4, "逾期两个工作日"),
        ("2027-01-31", "2027-01-30", 1, 1, "北京备案审查条例：1 月 31 日前，恰逢星期日"),
        ("2024-12-31", "2026-12-31", -496, -730, "逾期两年"),
    ],
)
def test_days_left(last_day: str, today: str, working_days: int, calendar_days: int, why: str) -> None:
    assert days_left(day(last_day), day(today), ANNOUNCED) == working_days, why
    assert days_left(day(last_day), day(today), ANNOUNCED, Unit.DAY) == calendar_days, why
    assert days_left(day(last_day), day(today), ANNOUNCED, Unit.MONTH) == calendar_days, why


@pytest.mark.parametrize(
    ("last_day", "given_so_far", "options", "expected", "why"),
    [
        ("2026-03-06", 0, {}, "2026-03-05", "前一个工作日提醒"),
        ("2026-03-09", 0, {}, "2026-03-06", "跳过周末提醒"),
        ("2026-02-24", 0, {"remind_before": 2}, "2026-02-13", "春节前两个工作日提醒"),
        ("2026-03-06", 0, {"remind_before": 0}, "2026-03-06", "当日提醒"),
        ("2026-03-06", 1, {}, "2026-03-07", "次日即逾期，星期六也算"),
        ("2026-03-06", 2, {}, "2026-03-09", "逾期后一个工作日升级"),
        ("2026-03-06", 3, {}, "2026-03-10", "再一个工作日"),
        ("2026-03-05", 2, {"step": 3}, "2026-03-11", "每三个工作日升级"),
        ("2026-03-05", 3, {"step": 3}, "2026-03-16", "再三个工作日"),
        ("2026-02-13", 2, {}, "2026-02-24", "逾期首日 14 日上班，节后升级"),
        ("2026-03-06", 4, {}, None, "已到最高一级"),
        ("2026-03-06", 2, {"top": 2}, None, "只提醒和报逾期"),
        ("2026-03-06", 0, {"top": 0}, None, "不提醒"),
    ],
)
def test_next_alarm(
    last_day: str, given_so_far: int, options: dict[str, int], expected: str | None, why: str
) -> None:
    alarm = None if expected is None else Alarm(given_so_far + 1, day(expected))
    assert next_alarm(day(last_day), given_so_far, ANNOUNCED, **options) == alarm, why


@pytest.mark.parametrize("wrong", [{"level": -1}, {"remind_before": -1}, {"step": 0}])
def test_an_alarm_plan_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    plan = {"level": 0, **wrong}
    with pytest.raises(ValueError, match="no such alarm"):
        next_alarm(day("2026-03-06"), calendar=ANNOUNCED, **plan)


def test_a_clock_survives_json() -> None:
    running = clock("2026-03-02", 3, MONTH).paused(day("2026-03-10"), day("2026-03-20")).extend(2).extend(1)
    assert running.extended == 3
    assert Clock.from_json(json.loads(json.dumps(running.to_json()))) == running
    assert running.to_json() == {
        "start": "2026-03-02",
        "limit": {"amount": 3, "unit": "month", "source": "测试"},
        "pauses": [["2026-03-10", "2026-03-20"]],
        "extended": 3,
    }


GOOD = clock("2026-03-02", 3, MONTH).to_json()


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {**GOOD, "start": None},
        {**GOOD, "start": "2026-13-01"},
        {**GOOD, "limit": {**GOOD["limit"], "unit": "week"}},
        {**GOOD, "limit": {**GOOD["limit"], "amount": "three"}},
        {**GOOD, "limit": {**GOOD["limit"], "source": None}},
        {**GOOD, "pauses": [["2026-03-10"]]},
        {**GOOD, "extended": None},
    ],
)
def test_what_is_not_a_stored_clock_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Clock.from_json(stored)


def test_impossible_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Limit(-1, DAY, "代表法 51")
    with pytest.raises(ValueError, match="article"):
        Limit(1, DAY, " ")
    with pytest.raises(ValueError, match="before it starts"):
        Pause(day("2026-03-02"), day("2026-03-01"))
    with pytest.raises(ValueError, match="add something"):
        clock("2026-03-02", 3, MONTH).extend(0)
    with pytest.raises(ValueError, match="negative"):
        clock("2026-03-02", 3, MONTH, extended=-1)


NO_DAY_OFF = WorkingCalendar(
    {
        year: YearPlan(year, frozenset(), frozenset(weekends), "每天上班（测试用）")
        for year in range(2026, 2030)
        for weekends in [[date(year, 1, 1) + timedelta(n) for n in range(365)]]
    }
)
START = date(2026, 3, 2)
OFFSETS = st.tuples(st.integers(-10, 90), st.integers(0, 30))
PAUSES = st.lists(
    OFFSETS.map(lambda o: Pause(START + timedelta(o[0]), START + timedelta(o[0] + o[1]))), max_size=6
)


@given(st.integers(1, 60), PAUSES)
def test_the_days_on_which_the_clock_ran_are_the_limit(amount: int, pauses: list[Pause]) -> None:
    running = Clock(START, Limit(amount, DAY, "民法典 201"), tuple(pauses))
    last = due(running, NO_DAY_OFF).last_day
    period = [START + timedelta(n) for n in range(1, (last - START).days + 1)]
    ran = [d for d in period if not any(pause.start <= d < pause.end for pause in pauses)]
    assert len(ran) == amount
    assert ran[-1] == last
    in_working_days = Clock(START, Limit(amount, WORKING_DAY, "民法典 201"), tuple(pauses))
    assert due(in_working_days, NO_DAY_OFF).last_day == last, "when every day is worked, both units agree"


@given(st.sampled_from(Unit), st.integers(1, 40), PAUSES, OFFSETS)
def test_another_pause_never_ends_a_limit_earlier(
    unit: Unit, amount: int, pauses: list[Pause], more: tuple[int, int]
) -> None:
    running = Clock(START, Limit(amount, unit, "民法典 201"), tuple(pauses))
    stopped = running.paused(START + timedelta(more[0]), START + timedelta(sum(more)))
    last = due(stopped, ANNOUNCED).last_day
    assert last >= due(running, ANNOUNCED).last_day
    assert ANNOUNCED.is_working_day(last)
    assert not any(pause.start <= last < pause.end for pause in stopped.pauses)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 36))
def test_months_end_in_the_month_that_many_later(start: date, amount: int) -> None:
    reached = add_months(start, amount)
    assert (reached.year * 12 + reached.month) - (start.year * 12 + start.month) == amount
    assert reached.day == start.day or (reached.day < start.day and (reached + timedelta(1)).day == 1)
