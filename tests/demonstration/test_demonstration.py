"""The demonstration city: every figure of its year comes out of records, the record holds, its pages open.

The values are those that the yearly reports of 2023 give for these places.
"""

from __future__ import annotations

import json
import operator

import pytest
from django.utils.timezone import localdate

from tingchao.directory.selectors import working_calendar

FIGURES: tuple[tuple[str, str, str, float, int], ...] = (
    # key, place, relation, value, records behind it at least
    ("duty.participation_rate", "西湖区", ">", 90, 3000),
    ("duty.offline_per_deputy", "西湖区", "=", 5, 1000),
    ("duty.online_per_deputy", "西湖区", ">", 20, 4000),
    ("duty.inspections_and_research", "西湖区", ">", 120, 121),
    ("duty.upper_level_activities", "西湖区", "=", 28, 28),
    ("duty.upper_level_opinions", "西湖区", "=", 2130, 500),
    ("duty.voices_collected", "西湖区", ">", 6000, 6001),
    ("stations.head", "余杭区", "=", 1, 1),
    ("stations.centre", "余杭区", "=", 12, 12),
    ("stations.constituency", "余杭区", "=", 52, 52),
    ("stations.core_tasks", "余杭区", "=", 20, 200),
    ("stations.legislation_opinions", "余杭区", ">", 4400, 4401),
    ("stations.themed_opinions", "余杭区", ">", 1500, 1501),
    ("stations.leader_visits", "余杭区", ">", 140, 141),
    ("stations.leader_visit_opinions", "余杭区", ">", 600, 601),
    ("stations.committee_visits", "余杭区", ">", 30, 31),
    ("stations.committee_visit_opinions", "余杭区", ">", 300, 301),
    ("stations.face_to_face_heads", "余杭区", "=", 25, 25),
    ("stations.face_to_face_deputies", "余杭区", "=", 65, 65),
    ("stations.face_to_face_audience", "余杭区", ">", 400_000, 12),
    ("stations.face_to_face_opinions", "余杭区", ">", 160, 161),
    ("stations.deliberations", "余杭区", "=", 136, 136),
    ("stations.deliberation_problems_solved", "余杭区", "=", 283, 283),
    ("stations.people_on_the_wall", "余杭区", "=", 1175, 1175),
    ("stations.deputy_visits", "余杭区", ">", 2200, 2201),
    ("stations.people_received", "余杭区", ">", 8000, 700),
    ("stations.voters_called_on", "余杭区", ">", 30_000, 700),
    ("stations.voices_collected", "余杭区", ">", 5000, 5001),
    ("voices.centre_station", "建德市新安江街道", "=", 1, 1),
    ("voices.area_stations", "建德市新安江街道", "=", 4, 4),
    ("voices.micro_stations", "建德市新安江街道", "=", 17, 17),
    ("voices.communities", "建德市新安江街道", "=", 16, 16),
)

RELATIONS = {"=": operator.eq, ">": operator.gt}
NOT_FAR = 1.15
"""What is said to be more than a number is a little more, not twice as much."""


@pytest.fixture(scope="session")
def figures(demonstration):
    return {one["key"]: one for one in json.loads(demonstration.tingchao("figures", "--json"))}


@pytest.mark.parametrize(("key", "place", "relation", "value", "records"), FIGURES)
def test_a_figure_of_the_year_comes_out_of_records(key, place, relation, value, records, figures):
    found = figures[key]
    assert found["place"] == place
    assert RELATIONS[relation](found["value"], value), found
    assert found["value"] <= value * NOT_FAR, found
    assert found["records"] >= records, found


A_YEAR_ON = """
from datetime import date, timedelta
from tingchao.config import cli, embedded
embedded.ensure_database()
cli._set_up()
from tingchao.config import figures
figures.localdate = lambda: date.today() + timedelta(days=400)
figures.figures(figures.Asked(), as_json=True)
"""


def test_the_figures_hold_however_long_the_demonstration_stands(demonstration, figures):
    """Its year ends on the day on which it was built, and each figure says so."""
    ((built,),) = demonstration.rows("SELECT day FROM engine_event WHERE stream = 'demonstration'")
    assert {one["period"].split("/")[1] for one in figures.values()} == {built.isoformat()}
    later = {one["key"]: one for one in json.loads(demonstration.run("-c", A_YEAR_ON))}
    assert later == figures


def test_the_audit_of_every_chain_and_seal_holds(demonstration):
    told = demonstration.tingchao("audit")
    assert told.rstrip().endswith("all hold.")
    assert int(told.split()[0]) > 100_000


def test_the_record_of_a_matter_written_in_bulk_is_verified_outside(demonstration, tmp_path):
    case = demonstration.look([("liaison-330110", "/desk/case/{case}/record.json")])[0]
    assert case["status"] == 200, case
    path = tmp_path / "record.json"
    path.write_text(case["text"], encoding="utf-8")
    assert demonstration.tingchao("verify", str(path)).endswith("The record holds.\n")


DAYS = """
SELECT day, count(*) FROM engine_fact WHERE kind LIKE 'meeting.held.%' AND region_id LIKE '330110%' GROUP BY day
"""
RESULTS = """
SELECT split_part(kind, '.', 2), count(*) FROM engine_fact
WHERE kind LIKE 'meeting.%' AND split_part(kind, '.', 2) IN ('attended', 'excused', 'absent') GROUP BY 1
"""
LATE = "SELECT count(DISTINCT case_id) FROM engine_event WHERE action = 'escalate'"
SAID = "SELECT count(*), count(DISTINCT text) FROM engine_case WHERE region_id LIKE '330110%'"
STATIONS = """
SELECT count(*), min(n), max(n) FROM (
    SELECT station_id, count(*) AS n FROM engine_fact
    WHERE kind = 'voice.heard' AND region_id LIKE '330110%' GROUP BY station_id) each
"""
DEPUTIES = """
SELECT count(*), min(n), max(n) FROM (
    SELECT deputy_id, count(*) AS n FROM engine_fact
    WHERE kind LIKE 'meeting.attended.%' AND region_id LIKE '330106%' GROUP BY deputy_id) each
"""


def test_gatherings_lie_on_working_days_of_every_month(demonstration, db):
    days = dict(demonstration.rows(DAYS))
    calendar = working_calendar()
    assert all(calendar.is_working_day(day) for day in days)
    assert len({(day.year, day.month) for day in days}) >= 12
    assert {day.weekday() for day in days} >= set(range(5))
    assert max(days.values()) < 5 * sum(days.values()) / len(days)
    assert max(days) <= localdate()


def test_some_came_some_had_leave_and_some_stayed_away(demonstration):
    found = dict(demonstration.rows(RESULTS))
    assert found["attended"] > found["excused"] > found["absent"] > 50


def test_matters_are_spread_and_differ_and_some_were_late(demonstration):
    ((cases, texts),) = demonstration.rows(SAID)
    assert texts > 0.7 * cases
    ((stations, fewest, most),) = demonstration.rows(STATIONS)
    assert stations >= 65 and fewest > 20 and most < 1000
    ((deputies, least, busiest),) = demonstration.rows(DEPUTIES)
    assert (deputies, least > 5, busiest < 60) == (240, True, True)
    ((late,),) = demonstration.rows(LATE)
    assert 200 < late < 0.25 * cases


STORIES = "SELECT state, count(*) FROM deputy_duty_story GROUP BY state"


def test_some_stories_are_known_one_waits_for_a_second_person_and_one_for_the_deputy(demonstration):
    assert dict(demonstration.rows(STORIES)) == {"known": 4, "agreed": 1, "written": 1}


PAGES: tuple[tuple[str, str, str], ...] = (
    # who, path, what must stand there
    ("", "/", "听潮"),
    ("", "/stations/{station}/", "选区站"),
    ("", "/deputies/?in={township}", "选区"),
    ("", "/deputies/?station={station}", "选区"),
    ("", "/deputies/{deputy}/", "西湖"),
    ("", "/meetings/{meeting}/", "接待"),
    ("", "/known/", "居民"),
    ("", "/known/?in=330110000000", "居民"),
    ("", "/known/{known}/", "居民"),
    ("", "/drafts/", "条例"),
    ("", "/drafts/{draft}/", "第一条"),
    ("", "/stories/", "后厨多了一扇玻璃窗"),
    ("daibiao", "/desk/duty/stories/", "樟树下坐了一个晚上"),
    ("renda", "/desk/duty/stories/", "夜里一点的隧道"),
    ("liaison-330110", "/desk/", "余杭"),
    ("liaison-330110", "/desk/?view=closed", "余杭"),
    ("liaison-330110", "/desk/?q=路灯", "路灯"),
    ("liaison-330110", "/desk/case/{case}/", "余杭"),
    ("liaison-330110", "/desk/meetings/", "接待"),
    ("liaison-330110", "/desk/meetings/{deliberation}/", "议"),
    ("renda", "/desk/tasks/", "核心任务"),
    ("renda", "/desk/drafts/", "条例"),
    ("renda", "/desk/duty/", "履职"),
    ("renda", "/desk/duty/participation/", "西湖"),
    ("renda", "/desk/duty/{deputy}/", "履职"),
)


def test_the_pages_of_the_demonstration_open_in_few_statements(demonstration):
    found = demonstration.look([(who, path) for who, path, _ in PAGES])
    for page, (_, path, said) in zip(found, PAGES, strict=True):
        assert (path, page["status"]) == (path, 200)
        assert said in page["text"], path
        assert page["statements"] <= 24, (path, page["statements"])
