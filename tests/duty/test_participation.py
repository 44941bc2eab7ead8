"""Participation of places: as the figures say, before and after adding up; each number opens its gatherings."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.duty.test_figures import LEAVE, NO, YES, past
from tingchao.core.attendance import Result
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy
from tingchao.engine.models import Fact
from tingchao.instruments.figures.selectors import figures_read
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import attendance_correct
from tingchao.instruments.meetings.services.past import meetings_take_over
from tingchao.mechanisms import deputy_duty
from tingchao.mechanisms.deputy_duty.models import PartMark, PartSum
from tingchao.mechanisms.deputy_duty.rules import counted_on, period_get, periods_of
from tingchao.mechanisms.deputy_duty.selectors.participation import (
    Part,
    gatherings_page,
    of_known,
    parts_of,
)
from tingchao.mechanisms.deputy_duty.selectors.records import Window, deputies_page, summary_of
from tingchao.mechanisms.deputy_duty.services.summing import participation_add_up

COUNTY = "330182"


@pytest.fixture
def lived(town: Any, now: Any) -> None:
    """Two inspections, an activity joined on line, a talk on line; one deputy is of the city, one is no deputy."""
    Deputy.objects.filter(pk=town.deputies[1].pk).update(level="city")
    Deputy.objects.filter(pk=town.deputies[3].pk).update(kind="council")
    pasts = [
        past(town, now, "inspection", "环境视察", (YES, YES, YES, YES)),
        past(town, now, "inspection", "道路视察", (NO, YES, LEAVE)),
        past(town, now, "upper", "线上讲堂", (YES, YES), mode="online"),
        past(town, now, "online", "线上讨论", (YES,), mode="online"),
        past(town, now, "unannounced", "暗访早市", (YES,)),
    ]
    meetings_take_over(pasts=pasts, actor=SYSTEM)


def read(today: date, key: str = "2026", scope: str = COUNTY) -> Part:
    period = period_get(key)
    assert period is not None
    return parts_of([scope], period, counted_on(period, today))[scope]


def numbers(part: Part) -> list[Any]:
    found: list[Any] = [part.counted_once, part.upper, part.levels]
    for one in (part.whole, *(part.of_level(level) for level in part.levels)):
        found.append(
            (one.deputies, one.own.expected, one.own.attended, one.rate, one.offline_each, one.online_each)
        )
    return found


EXPECTED = [
    2,  # two inspections, each once, however many took part
    1,
    ["city", "county"],
    (3, 8, 6, 75, 1.7, 1),  # the council member is no deputy
    (1, 2, 2, 100, 2, 1),
    (2, 6, 4, 66.7, 1.5, 1),
]


def test_the_same_before_between_and_after_adding_up(lived, now):
    today = now.date()
    assert numbers(read(today)) == EXPECTED
    # ids of facts begin where the tests before left them
    PartMark.objects.update_or_create(pk=1, defaults={"fact_id": Fact.objects.order_by("pk")[0].pk - 1})
    while participation_add_up(batch=5):
        assert numbers(read(today)) == EXPECTED
    assert participation_add_up() == 0
    assert PartMark.objects.get().fact_id == Fact.objects.order_by("-pk")[0].pk
    assert numbers(read(today)) == EXPECTED


@pytest.mark.parametrize("key", ["2026", "2026-Q4", "2026-11"])
@pytest.mark.parametrize("scope", ["33", "3301", COUNTY, "330182001"])
def test_every_place_and_period_that_holds_it(key, scope, lived, now):
    participation_add_up()
    assert numbers(read(now.date(), key, scope)) == EXPECTED


@pytest.mark.parametrize(
    ("key", "scope"), [("2025", COUNTY), ("2026-Q3", COUNTY), ("2026-10", COUNTY), ("2026", "330106")]
)
def test_elsewhere_and_at_another_time_there_is_nothing(key, scope, lived, now):
    participation_add_up()
    assert read(now.date(), key, scope).whole.own.expected == 0


def test_it_is_what_the_figures_say(lived, now):
    figures = {
        one.figure.key: one.value for one in figures_read(today=now.date(), year=2026, place="330182000000")
    }
    whole, part = read(now.date()).whole, read(now.date())
    assert figures["duty.participation_rate"] == whole.rate
    assert figures["duty.inspections_and_research"] == part.counted_once
    assert figures["duty.upper_level_activities"] == part.upper
    assert figures["duty.offline_per_deputy"] == whole.offline_each
    assert figures["duty.online_per_deputy"] == whole.online_each


def test_a_correction_moves_the_sums(lived, town, now):
    participation_add_up()
    meeting = Meeting.objects.get(title="道路视察")
    attendance_correct(
        meeting_id=meeting.pk,
        deputy_id=town.deputies[0].pk,
        result=Result.ATTENDED,
        ground="签到表",
        actor=town.clerk,
        now=now,
    )
    for _ in range(2):
        assert read(now.date()).whole.own.attended == 7
        participation_add_up()
    assert PartSum.objects.filter(kind="meeting.absent.inspection", scope=COUNTY, amount__gt=0).count() == 0


def test_no_sum_knows_a_person():
    assert {one.name for one in PartSum._meta.fields} == {
        "id", "scope", "period", "level", "kind", "detail", "amount",
    }  # fmt: skip


# --- the gatherings behind --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "level", "actor", "titles"),
    [
        ("", "", "clerk", ["环境视察", "道路视察", "线上讲堂", "线上讨论", "暗访早市"]),
        (
            "",
            "",
            "leader",
            ["环境视察", "道路视察", "线上讲堂", "线上讨论"],
        ),  # who organises no unannounced visit
        ("own", "", "leader", ["环境视察", "道路视察", "线上讨论"]),
        ("once", "", "leader", ["环境视察", "道路视察"]),
        ("upper", "", "leader", ["线上讲堂"]),
        ("came_offline", "", "leader", ["环境视察", "道路视察"]),
        ("came_online", "", "leader", ["线上讲堂", "线上讨论"]),
        ("came_online", "city", "leader", ["线上讲堂"]),
        ("inspection", "city", "leader", ["环境视察", "道路视察"]),
        ("own", "national", "leader", []),
    ],
)
def test_a_number_opens_its_gatherings(of, level, actor, titles, lived, town):
    period = period_get("2026")
    assert period is not None
    page = gatherings_page(scope=COUNTY, period=period, of=of, level=level, actor=getattr(town, actor))
    assert sorted(one.meeting.title for one in page.rows) == sorted(titles)


def test_the_counts_of_a_gathering_are_those_of_the_level(lived, town):
    period = period_get("2026")
    assert period is not None
    for level, expected, attended in (("", 3, 1), ("city", 1, 1), ("county", 2, 0)):
        page = gatherings_page(scope=COUNTY, period=period, of="once", level=level, actor=town.clerk)
        one = next(came for came in page.rows if came.meeting.title == "道路视察")
        assert (one.attendance.expected, one.attendance.attended) == (expected, attended)


def test_pages_of_gatherings_meet(town, now):
    pasts = [past(town, now - timedelta(hours=n % 7), "study", f"学习{n}", (YES,)) for n in range(60)]
    meetings_take_over(pasts=pasts, actor=SYSTEM)
    period, seen, after = period_get("2026"), [], ""
    assert period is not None
    while True:
        page = gatherings_page(scope=COUNTY, period=period, of="", level="", actor=town.clerk, after=after)
        seen += [one.meeting.pk for one in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("of", ["rank", "deputy", "-attended", "own.x"])
def test_a_list_that_there_is_not(of):
    assert not of_known(of)


# --- periods ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "since", "until"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_a_period(key, since, until):
    found = period_get(key)
    assert found is not None
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize(
    "key", ["", "26", "2026-", "2026-13", "2026-Q5", "2026-1", "1999", "２０２６", "x-01", "9999"]
)
def test_no_period(key):
    assert period_get(key) is None


def test_the_periods_that_have_begun():
    keys = [one.key for one in periods_of(2026, date(2026, 5, 3))]
    assert keys == ["2026", "2026-Q1", "2026-Q2", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]


# --- rankings of persons are off, not hidden (国办函〔2026〕12号) ---------------------------------------------

ORDERS = {
    "pk", "-pk", "id", "-case_id", "-meeting_id", "fact_id", "sequence", "-starts_at", "-known_at",
    "p.day DESC", "p.id DESC", "kept.day DESC", "kept.id DESC",
}  # fmt: skip
"""All that anything of this mechanism is ordered by: the roster, when something happened, when it was written."""

ASKED = {"q", "in", "after", "year", "of", "period", "level", "entry", "meeting", "deputy"}
"""All that an address of this mechanism may ask for; none of it is an order."""


def source() -> str:
    """The code of the mechanism, without its tests and migrations."""
    rooms = [
        path
        for path in Path(deputy_duty.__file__).parent.rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts)
    ]
    assert len(rooms) > 20
    return "\n".join(path.read_text(encoding="utf-8") for path in rooms)


def test_nothing_is_ordered_by_a_number_of_a_person():
    code = source()
    named = [key.strip(' "') for keys in re.findall(r"order_by\(([^)]*)\)", code) for key in keys.split(",")]
    written = [
        key.strip()
        for keys in re.findall(r"ORDER BY ([^\n]+?)(?: LIMIT[^\n]*)?\n", code)
        for key in keys.split(",")
    ]
    assert {*named, *written} <= ORDERS
    assert "rank(" not in code.lower()
    assert "row_number" not in code.lower()


def test_no_address_asks_for_an_order():
    asked = set(re.findall(r"(?:GET|given)\.get\(\s*\"(\w+)\"", source()))
    assert asked - {"place"} <= ASKED


def test_an_order_that_is_asked_for_is_not_heard(town, lived, now):
    """Whoever has done most stands where the roster has them."""
    pasts = [past(town, now, "study", f"学习{n}", (NO, NO, NO, YES)) for n in range(9)]
    meetings_take_over(pasts=pasts, actor=SYSTEM)
    rows = deputies_page(scopes=("330182",)).rows
    windows = [Window(one.pk, date(2026, 1, 1), date(2027, 1, 1)) for one in rows]
    counted = [summary_of(window).attendance.attended for window in windows]
    assert counted.index(max(counted)) == 3
    assert [one.name for one in rows] == [one.name for one in town.deputies]
