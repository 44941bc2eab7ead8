"""The working calendar against the State Council's notices, one row a question a clerk might ask."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.calendar import Counted, WorkingCalendar, YearPlan, plan_from_rows


def days(year: int, text: str) -> frozenset[date]:
    """The days of a year given as "01-01 02-10/17": month-day, or month-day/last day of the same month."""
    found: set[date] = set()
    for word in text.split():
        month, span = word.split("-")
        first, _, last = span.partition("/")
        found |= {date(year, int(month), day) for day in range(int(first), int(last or first) + 1)}
    return frozenset(found)


def plan(year: int, source: str, off: str, on: str) -> YearPlan:
    return YearPlan(year, days(year, off), days(year, on), source)


NOTICES = (
    plan(
        2023,
        "国办发明电〔2022〕16号",
        off="01-01/02 01-21/27 04-05 04-29/30 05-01/03 06-22/24 09-29/30 10-01/06 12-30/31",
        on="01-28/29 04-23 05-06 06-25 10-07/08",
    ),
    plan(
        2024,
        "国办发明电〔2023〕7号",
        off="01-01 02-10/17 04-04/06 05-01/05 06-10 09-15/17 10-01/07",
        on="02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    plan(
        2025,
        "国办发明电〔2024〕12号",
        off="01-01 01-28/31 02-01/04 04-04/06 05-01/05 05-31 06-01/02 10-01/08",
        on="01-26 02-08 04-27 09-28 10-11",
    ),
    plan(
        2026,
        "国办发明电〔2025〕7号",
        off="01-01/03 02-15/23 04-04/06 05-01/05 06-19/21 09-25/27 10-01/07",
        on="01-04 02-14 02-28 05-09 09-20 10-10",
    ),
)
ANNOUNCED = WorkingCalendar({notice.year: notice for notice in NOTICES})
"""The calendar as it stood in 2026: 2023 to 2026 announced, 2027 not yet."""

# Made up, to see a calendar change: no notice for 2027 had come out when this was written.
PLAN_2027 = plan(2027, "2027年通知（测试用）", off="01-01/03 02-05/11", on="01-31 02-20")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("asked", "works", "why", "notice"),
    [
        ("2023-01-27", False, "春节假期最后一天", "国办发明电〔2022〕16号"),
        ("2023-01-28", True, "春节调休，星期六上班", "国办发明电〔2022〕16号"),
        ("2023-04-23", True, "劳动节调休，星期日上班", "国办发明电〔2022〕16号"),
        ("2023-12-30", False, "元旦连休的星期六", "国办发明电〔2023〕7号"),
        ("2024-02-09", True, "除夕未列入放假安排", "国办发明电〔2023〕7号"),
        ("2024-02-18", True, "春节调休，星期日上班", "国办发明电〔2023〕7号"),
        ("2024-06-10", False, "端午节，星期一", "国办发明电〔2023〕7号"),
        ("2025-01-26", True, "春节调休，星期日上班", "国办发明电〔2024〕12号"),
        ("2025-01-28", False, "除夕放假", "国办发明电〔2024〕12号"),
        ("2025-10-08", False, "国庆中秋连休第八天", "国办发明电〔2024〕12号"),
        ("2026-01-02", False, "元旦连休的星期五", "国办发明电〔2025〕7号"),
        ("2026-01-04", True, "元旦调休，星期日上班", "国办发明电〔2025〕7号"),
        ("2026-02-14", True, "春节调休，星期六上班", "国办发明电〔2025〕7号"),
        ("2026-02-24", True, "春节后上班第一天", "国办发明电〔2025〕7号"),
        ("2026-03-07", False, "普通星期六", "国办发明电〔2025〕7号"),
        ("2027-01-01", False, "尚未公布，元旦依法放假", "全国年节及纪念日放假办法 2"),
        ("2027-05-03", True, "尚未公布，劳动节依法只放 1、2 日", "全国年节及纪念日放假办法 2"),
        ("2028-10-03", False, "尚未公布，国庆节依法放 1 至 3 日", "全国年节及纪念日放假办法 2"),
        ("2027-01-31", False, "尚未公布，星期日不作调休", "全国年节及纪念日放假办法 2"),
    ],
)
def test_working_day(asked: str, works: bool, why: str, notice: str) -> None:
    assert ANNOUNCED.is_working_day(day(asked)) is works, f"{why} ({notice})"


@pytest.mark.parametrize(
    ("year", "expected", "sum_of_the_law"),
    [
        (2023, 249, "365 - 105 个休息日 - 11 个节日"),
        (2024, 251, "366 - 104 个休息日 - 11 个节日"),
        (2025, 248, "365 - 104 个休息日 - 13 个节日，人社部发〔2025〕2号"),
        (2026, 248, "365 - 104 个休息日 - 13 个节日，人社部发〔2025〕2号"),
    ],
)
def test_a_year_has_as_many_working_days_as_the_law_gives(
    year: int, expected: int, sum_of_the_law: str
) -> None:
    before = date(year - 1, 12, 31)
    assert ANNOUNCED.working_days_between(before, date(year, 12, 31)) == expected, sum_of_the_law


@pytest.mark.parametrize(
    ("start", "amount", "expected", "provisional", "why"),
    [
        ("2026-03-02", 0, "2026-03-02", False, "零日即当日"),
        ("2026-03-02", 1, "2026-03-03", False, "当日不计入，民法典 201"),
        ("2026-03-06", 1, "2026-03-09", False, "跳过周末"),
        ("2026-03-07", 1, "2026-03-09", False, "周末收到，下周一为第一日"),
        ("2026-02-13", 1, "2026-02-14", False, "春节调休星期六，国办发明电〔2025〕7号"),
        ("2026-02-13", 2, "2026-02-24", False, "跳过春节九天，国办发明电〔2025〕7号"),
        ("2026-02-27", 1, "2026-02-28", False, "春节调休星期六，国办发明电〔2025〕7号"),
        ("2025-12-31", 1, "2026-01-04", False, "元旦后星期日上班，国办发明电〔2025〕7号"),
        ("2025-01-24", 3, "2025-02-05", False, "26 日上班、27 日、节后首日，国办发明电〔2024〕12号"),
        ("2025-09-30", 3, "2025-10-11", False, "9 日、10 日、11 日调休，国办发明电〔2024〕12号"),
        ("2024-02-09", 2, "2024-02-19", False, "18 日星期日上班，国办发明电〔2023〕7号"),
        ("2024-09-30", 5, "2024-10-12", False, "8 至 11 日、12 日调休，国办发明电〔2023〕7号"),
        ("2023-09-28", 2, "2023-10-08", False, "7、8 两日调休，国办发明电〔2022〕16号"),
        ("2026-12-28", 3, "2026-12-31", False, "止于已公布年份的最后一日"),
        ("2026-12-28", 4, "2027-01-04", True, "跨入尚未公布的 2027 年"),
        ("2026-12-31", 1, "2027-01-04", True, "1 月 1 日依法放假，其余未知"),
        ("2022-12-30", 1, "2023-01-03", True, "2022 年未录入"),
        ("2022-12-31", 1, "2023-01-03", False, "当日不计入，只数到 2023 年"),
    ],
)
def test_add_working_days(start: str, amount: int, expected: str, provisional: bool, why: str) -> None:
    assert ANNOUNCED.add_working_days(day(start), amount) == Counted(day(expected), provisional), why


def test_days_to_skip_do_not_count() -> None:
    stopped = days(2026, "03-03/04")
    assert ANNOUNCED.add_working_days(day("2026-03-02"), 2, skip=stopped).day == day("2026-03-06")


@pytest.mark.parametrize(
    ("asked", "next_one", "previous_one", "provisional"),
    [
        ("2026-03-05", "2026-03-05", "2026-03-05", (False, False)),
        ("2026-02-18", "2026-02-24", "2026-02-14", (False, False)),
        ("2025-10-04", "2025-10-09", "2025-09-30", (False, False)),
        ("2026-01-02", "2026-01-04", "2025-12-31", (False, False)),
        ("2026-12-31", "2026-12-31", "2026-12-31", (False, False)),
        ("2027-01-01", "2027-01-04", "2026-12-31", (True, True)),
        ("2023-01-01", "2023-01-03", "2022-12-30", (False, True)),
    ],
)
def test_nearest_working_day(
    asked: str, next_one: str, previous_one: str, provisional: tuple[bool, bool]
) -> None:
    assert ANNOUNCED.next_working_day(day(asked)) == Counted(day(next_one), provisional[0])
    assert ANNOUNCED.previous_working_day(day(asked)) == Counted(day(previous_one), provisional[1])


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        ("2026-03-02", "2026-03-02", 0),
        ("2026-03-02", "2026-03-06", 4),
        ("2026-03-06", "2026-03-02", -4),
        ("2026-03-06", "2026-03-08", 0),
        ("2026-02-13", "2026-02-24", 2),
        ("2025-12-31", "2026-01-05", 2),
        ("2026-01-05", "2025-12-31", -2),
        ("2024-12-31", "2026-12-31", 248 + 248),
    ],
)
def test_working_days_between(after: str, until: str, expected: int) -> None:
    assert ANNOUNCED.working_days_between(day(after), day(until)) == expected


def test_a_count_is_corrected_once_the_year_is_announced() -> None:
    known_now = ANNOUNCED.add_working_days(day("2026-12-31"), 26)
    later = ANNOUNCED.with_plan(PLAN_2027)
    assert known_now == Counted(day("2027-02-08"), provisional=True)
    assert later.add_working_days(day("2026-12-31"), 26) == Counted(day("2027-02-12"), provisional=False)
    assert later.is_announced(2027)
    assert not ANNOUNCED.is_announced(2027), "the calendar before stays as it was"


def test_a_plan_takes_the_place_of_an_earlier_one() -> None:
    amended = plan(2026, "更正通知（测试用）", off="03-02", on="")
    assert ANNOUNCED.is_working_day(day("2026-03-02"))
    assert not ANNOUNCED.with_plan(amended).is_working_day(day("2026-03-02"))


def test_a_calendar_does_not_change_with_the_mapping_it_was_made_from() -> None:
    plans = {2026: NOTICES[-1]}
    calendar = WorkingCalendar(plans)
    plans.clear()
    assert calendar.is_announced(2026)


@pytest.mark.parametrize(
    ("off", "on", "message"),
    [
        ([date(2025, 12, 31)], [], "days of another year: 2025-12-31"),
        ([], [date(2027, 1, 2)], "days of another year: 2027-01-02"),
        ([date(2026, 2, 14)], [date(2026, 2, 14)], "both off and on: 2026-02-14"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(off: list[date], on: list[date], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        YearPlan(2026, frozenset(off), frozenset(on), "国办发明电〔2025〕7号")


def test_questions_that_cannot_be_answered_are_refused() -> None:
    with pytest.raises(ValueError, match="filed under 2025"):
        WorkingCalendar({2025: NOTICES[-1]})
    with pytest.raises(ValueError, match="negative"):
        ANNOUNCED.add_working_days(day("2026-03-02"), -1)
    with pytest.raises(ValueError, match="last date"):
        ANNOUNCED.add_working_days(day("9999-12-30"), 9)
    with pytest.raises(TypeError, match="datetime"):
        ANNOUNCED.is_working_day(datetime(2026, 10, 1, 9, 0))  # noqa: DTZ001


def test_plan_from_rows() -> None:
    rows = [(date(2026, 1, 1), "off"), (date(2026, 1, 4), "on")]
    read = plan_from_rows(2026, rows, "国办发明电〔2025〕7号")
    assert read == plan(2026, "国办发明电〔2025〕7号", off="01-01", on="01-04")


@pytest.mark.parametrize(
    ("second_row", "message"),
    [
        ((date(2026, 1, 4), "work"), r"row 2 \(2026-01-04, 'work'\): the kind"),
        ((date(2027, 1, 1), "off"), r"row 2 \(2027-01-01, 'off'\): the day is not in 2026"),
        ((date(2026, 1, 1), "off"), r"row 2 \(2026-01-01, 'off'\): an earlier row"),
        ((date(2026, 1, 1), "on"), r"row 2 \(2026-01-01, 'on'\): an earlier row"),
    ],
)
def test_a_faulty_row_is_named(second_row: tuple[date, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan_from_rows(2026, [(date(2026, 1, 1), "off"), second_row], "国办发明电〔2025〕7号")


SOME_DAY = st.dates(date(2022, 1, 1), date(2029, 12, 31))


@given(SOME_DAY, st.integers(0, 400))
def test_adding_is_undone_by_counting(start: date, amount: int) -> None:
    reached = ANNOUNCED.add_working_days(start, amount).day
    assert ANNOUNCED.working_days_between(start, reached) == amount
    assert ANNOUNCED.working_days_between(reached, start) == -amount
    assert amount == 0 or ANNOUNCED.is_working_day(reached)


@given(SOME_DAY, SOME_DAY, st.integers(0, 60), st.integers(0, 60))
def test_later_or_longer_never_ends_earlier(one: date, other: date, few: int, more: int) -> None:
    (start, later), (few, more) = sorted((one, other)), sorted((few, more))
    reached = ANNOUNCED.add_working_days(start, few).day
    assert reached <= ANNOUNCED.add_working_days(start, more).day
    assert few == 0 or reached <= ANNOUNCED.add_working_days(later, few).day


@given(SOME_DAY, st.integers(0, 500))
def test_counting_agrees_with_looking_at_each_day(after: date, length: int) -> None:
    until = after + timedelta(length)
    one_by_one = sum(ANNOUNCED.is_working_day(after + timedelta(n)) for n in range(1, length + 1))
    assert ANNOUNCED.working_days_between(after, until) == one_by_one
