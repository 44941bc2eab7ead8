"""Sums of facts: at every moment what a plain count gives, rolled up or not, and added once."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext

from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.services import station_create
from tingchao.engine.models import Event, Fact, FactDay, Rollup
from tingchao.engine.rollups import Sum as Summed
from tingchao.engine.rollups import facts_roll_up, station_sums, sums_of
from tingchao.engine.services import case_act
from tingchao.engine.tests.loop import at_once, brought, opened, typed

KINDS = ["voice.heard", "voice.assigned", "voice.answered", "voice.rated", "deputy.follow_up"]
YEAR = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}
REGIONS = ("330182001000", "330182001001", "330182002000", "330106001000")


def plain(kinds, *, since, until, scope=""):
    """The same, by counting every fact."""
    facts = Fact.objects.filter(kind__in=kinds, day__gte=since, day__lt=until, region__code__startswith=scope)
    rows = facts.values_list("kind", "detail").annotate(Count("id"), Sum("amount"))
    return {(kind, detail): Summed(records, amount) for kind, detail, records, amount in rows}


def assert_equal_everywhere():
    """By scope and by span of days."""
    day = date(2026, 11, 20)
    spans = [
        YEAR,
        {"since": day, "until": day},
        {"since": day, "until": day + timedelta(days=1)},
        {"since": day + timedelta(days=1), "until": day + timedelta(days=3)},
        {"since": date(2025, 1, 1), "until": day},
    ]
    for span in spans:
        for scope in ("", "33", "3301", "330182", "330182001", "330182001001", "330106", "330183"):
            assert sums_of(KINDS, scope=scope, **span) == plain(KINDS, scope=scope, **span), (span, scope)


@pytest.fixture
def heard(town, handed, now):
    """Records a matter as far as a stage; the facts of several days and places."""

    def hear(number: int) -> None:
        stage = ("sorting", "acting", "rating", "publishing", "known")[number % 5]
        moment = now + timedelta(hours=12 * (number % 7))
        region = REGIONS[number % 4] if stage == "sorting" else REGIONS[0]
        if stage == "sorting":
            opened(town, moment, region_code=region, station_id=None, channel=("web", "code")[number % 2])
        else:
            brought(town, handed, moment, stage)

    return hear


def test_sums_are_a_plain_count_before_and_after_each_roll_up(heard):
    assert sums_of(KINDS, **YEAR) == {}
    for number in range(30):
        heard(number)
        if number % 7 == 6:
            assert_equal_everywhere()
            assert facts_roll_up() > 0
            assert_equal_everywhere()
    assert FactDay.objects.exists() and Rollup.objects.get().fact_id < max(
        Fact.objects.values_list("id", flat=True)
    )
    assert_equal_everywhere()


def test_rolling_up_twice_adds_nothing(heard):
    for number in range(5):
        heard(number)
    facts_roll_up()
    before = list(FactDay.objects.order_by("id").values())
    assert facts_roll_up() == 0
    assert list(FactDay.objects.order_by("id").values()) == before
    assert_equal_everywhere()


def test_with_no_facts_there_is_nothing_to_add(db):
    assert facts_roll_up() == 0
    assert (FactDay.objects.count(), Rollup.objects.get().fact_id) == (0, 0)


def test_a_day_already_summed_takes_what_comes_later(town, now):
    for _ in range(3):
        opened(town, now)
        facts_roll_up()
    (row,) = FactDay.objects.filter(kind="voice.heard")
    assert (row.day, row.detail, row.region_id, row.records, row.amount) == (
        date(2026, 11, 20),
        "web",
        town.region,
        3,
        3,
    )


def test_amounts_are_added_and_records_counted(town, now):
    opened(town, now)
    event = Event.objects.get()
    Fact.objects.bulk_create(
        Fact(kind="voice.rated", event=event, day=event.day, region_id=town.region, amount=amount)
        for amount in (5, -2, 0, 2_000_000_000, 2_000_000_000)
    )
    for _ in range(2):
        assert sums_of(["voice.rated"], **YEAR) == {("voice.rated", ""): Summed(5, 4_000_000_003)}
        facts_roll_up()


def test_only_the_kinds_asked_for(heard):
    for number in range(10):
        heard(number)
    assert sums_of([], **YEAR) == {}
    assert sums_of(["no.such.kind"], **YEAR) == {}
    assert {kind for kind, _ in sums_of(["voice.heard"], **YEAR)} == {"voice.heard"}


def test_sums_take_one_statement(heard, django_assert_num_queries):
    heard(1)
    with django_assert_num_queries(1):
        sums_of(KINDS, scope="330182", **YEAR)


def test_satisfaction_is_counted_by_what_was_rated_and_unrated_stands_apart(town, handed, now):
    for action in ("rate_good", "rate_good", "rate_fair", "rate_poor"):
        case = brought(town, handed, now, "rating")
        case_act(case_id=case.pk, action=action, raw=typed(action, handed), actor=reporter(case.pk), now=now)
    assert {detail: one.records for (_, detail), one in sums_of(["voice.rated"], **YEAR).items()} == {
        "good": 2,
        "fair": 1,
        "poor": 1,
    }


def test_a_roll_up_that_is_broken_off_adds_nothing(heard):
    heard(1)
    with pytest.raises(RuntimeError, match="power cut"), transaction.atomic():
        facts_roll_up()
        raise RuntimeError("power cut")
    assert not FactDay.objects.exists()
    assert_equal_everywhere()


@pytest.mark.django_db(transaction=True)
def test_facts_written_while_sums_are_rolled_up_are_added_once(town, now):
    """Writers and roll-ups at the same moment; no fact is passed over, none is added twice."""
    dice = random.Random(3)

    def write() -> None:
        for _ in range(12):
            opened(town, now + timedelta(days=dice.randrange(3)))

    def roll_up() -> int:
        return sum(facts_roll_up() for _ in range(12))

    given = at_once(write, roll_up, write, roll_up)
    assert [one for one in given if isinstance(one, BaseException)] == []
    assert sums_of(KINDS, **YEAR) == plain(KINDS, **YEAR)
    facts_roll_up()
    assert sum(FactDay.objects.values_list("records", flat=True)) == Fact.objects.count() == 24
    assert sums_of(KINDS, **YEAR) == plain(KINDS, **YEAR)


# --- by station -------------------------------------------------------------------------------------------


@pytest.fixture
def stations(town):
    """Three stations and the one of the town."""
    made = [
        station_create(name=f"微站{number}", kind="micro", region_code=town.region, actor=SYSTEM)
        for number in range(3)
    ]
    return [town.station, *made]


def plain_at(stations, kinds, *, since, until):
    facts = Fact.objects.filter(station__in=stations, kind__in=kinds, day__gte=since, day__lt=until)
    rows = facts.values_list("station_id", "kind").annotate(Sum("amount"))
    return {(station, kind): amount for station, kind, amount in rows.order_by()}


def test_sums_of_stations_are_a_plain_count_before_and_after_each_roll_up(town, now, stations):
    dice = random.Random(5)
    opened(town, now)
    event = Event.objects.get()
    for turn in range(4):
        Fact.objects.bulk_create(
            Fact(
                kind=dice.choice(KINDS),
                event=event,
                day=date(2026, 11, dice.randint(18, 22)),
                region_id=town.region,
                station=dice.choice([*stations, None]),
                detail=dice.choice(("", "web")),
                amount=dice.choice((1, 1, -1, 7)),
            )
            for _ in range(60)
        )
        for rolled in (False, True):
            if rolled:
                assert facts_roll_up() > 0
            for asked in (stations, stations[:1], []):
                for since, until in ((18, 23), (20, 21), (22, 19)):
                    span = {"since": date(2026, 11, since), "until": date(2026, 11, until)}
                    ids = [one.pk for one in asked]
                    assert station_sums(ids, KINDS, **span) == plain_at(asked, KINDS, **span), (turn, rolled)
    assert facts_roll_up() == 0
    assert station_sums([one.pk for one in stations], [], **YEAR) == {}


FILL = """
INSERT INTO engine_fact (kind, event_id, day, region_id, station_id, detail, amount, subject)
SELECT 'meeting.received', %s, %s::date - n %% 300, %s, %s, '', 1, '' FROM generate_series(1, %s) n
"""


def test_what_is_read_of_a_station_does_not_grow_with_its_facts(town, now, stations):
    """Ten times as many facts on the same days are the same rows, found by their index; no fact is read."""
    opened(town, now)
    event, rows = Event.objects.get(), []
    for count in (3_000, 30_000):
        with connection.cursor() as cursor:
            for station in stations:
                cursor.execute(FILL, [event.pk, now.date(), town.region, station.pk, count])
        facts_roll_up()
        with CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
            cursor.execute("ANALYZE engine_fact, engine_stationday")
            station_sums(
                [stations[0].pk], ["meeting.received"], since=date(2026, 9, 1), until=date(2026, 11, 21)
            )
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS off, TIMING off) {queries.captured_queries[-1]['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "stationday_once" in plan and "fact_kind_day" not in plan, plan
        assert "Seq Scan on engine_fact" not in plan, plan
        (line,) = (one for one in plan.split("\n") if " on engine_stationday" in one)
        rows.append(line[line.index("rows=") :])
    assert rows[0] == rows[1], rows
