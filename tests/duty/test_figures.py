"""Figures are read from records, and everything they count can be listed."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

import pytest
from click.testing import CliRunner
from django.utils.timezone import localdate

from tingchao.config import cli
from tingchao.core.attendance import Result
from tingchao.core.steps import Refusal
from tingchao.demo.build import DONE
from tingchao.directory.actors import SYSTEM
from tingchao.engine.models import Fact
from tingchao.engine.record import Entry, append_to_stream
from tingchao.engine.sealing import audit
from tingchao.engine.timing import ZONE
from tingchao.instruments.figures.declared import Window
from tingchao.instruments.figures.selectors import figures_declared, figures_read, period
from tingchao.instruments.figures.services import figure_place_name
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services.past import Comer, Past, meetings_take_over
from tingchao.mechanisms.deputy_duty.rules import Attendance, attendance_by_kind, participation_of

HOUR = timedelta(hours=1)


def past(town, now, kind, key, results=(), **values):
    """A gathering of yesterday; `results` are of the first deputies of the town."""
    comers = [
        Comer(deputy.name, deputy_id=deputy.pk, result=result, way=values.get("mode", "offline"))
        for deputy, result in zip(town.deputies, results, strict=False)
    ]
    starts = now - timedelta(days=1)
    return Past(kind, key, town.region, starts, starts + HOUR, key, comers=comers, **values)


YES, LEAVE, NO = Result.ATTENDED, Result.EXCUSED, Result.ABSENT


@pytest.fixture
def lived(town, now):
    """Two inspections, an activity joined on line with seven opinions, a reception."""
    pasts = [
        past(town, now, "inspection", "a", (YES, YES, YES, LEAVE)),
        past(town, now, "inspection", "b", (YES, NO)),
        past(
            town, now, "upper", "c", (YES, YES), mode="online",
            facts=[Fact(kind="duty.opinions_above", deputy=town.deputies[0], amount=7)],
        ),
        past(town, now, "reception", "d", (YES,), received=9),
        past(town, now, "face_to_face", "e", audience=400_001),
    ]  # fmt: skip
    assert meetings_take_over(pasts=pasts, actor=SYSTEM) == 5
    return pasts


@pytest.mark.parametrize(
    ("key", "value", "records"),
    [
        ("duty.participation_rate", 71.4, 7),  # 5 of 7 who were asked to the gatherings of the place
        ("duty.offline_per_deputy", 1.2, 5),
        ("duty.online_per_deputy", 0.5, 2),
        ("duty.inspections_and_research", 2, 2),  # once each, however many took part
        ("duty.upper_level_activities", 1, 1),
        ("duty.upper_level_opinions", 7, 1),
        ("stations.people_received", 9, 1),
        ("stations.deputy_visits", 1, 1),
        ("stations.face_to_face_audience", 400_001, 1),
        ("stations.centre", 1, 1),
        ("stations.people_on_the_wall", 4, 4),
        ("voices.communities", 1, 1),
    ],
)
def test_a_figure_is_what_its_records_say(key, value, records, lived, town, now):
    found = {one.figure.key: one for one in figures_read(today=now.date(), place="330182000000")}
    assert (found[key].value, found[key].measured.records) == (value, records)
    listed = found[key].figure.source.records(found[key].window, after=0, most=100)
    assert len(listed) == records
    assert found[key].figure.source.records(found[key].window, after=listed[-1].after, most=100) == []


def test_what_is_taken_over_twice_adds_nothing(lived, now):
    assert meetings_take_over(pasts=lived, actor=SYSTEM) == 0
    assert Meeting.objects.count() == 5
    assert audit().broken is None


def test_only_organisers_take_gatherings_over(town, now):
    with pytest.raises(Refusal) as refusal:
        meetings_take_over(pasts=[past(town, now, "inspection", "x")], actor=town.deputy)
    assert refusal.value.code == "forbidden"
    assert Meeting.objects.count() == 0


def test_every_figure_measures_and_lists_nothing_where_there_is_nothing(db):
    nowhere = Window("99", date(2026, 1, 1), date(2027, 1, 1))
    keys = [figure.key for _, figure in figures_declared()]
    assert len(keys) == len(set(keys)) >= 30
    for _, figure in figures_declared():
        assert figure.about, figure.key
        assert (figure.source.measure(nowhere).value, figure.source.records(nowhere, after=0, most=9)) == (
            0,
            [],
        )


def test_a_family_is_read_for_the_places_that_were_named(town, now):
    figure_place_name(family="duty", region_code="330106000000", actor=SYSTEM, now=now)
    figure_place_name(family="duty", region_code="330106000000", actor=SYSTEM, now=now)
    read = list(figures_read(today=now.date()))
    places = {one.figure.family: one.place for one in read if not one.figure.level}
    assert places == {"duty": "西湖区", "filing": "杭州市", "stations": "杭州市", "voices": "杭州市"}
    assert {one.place for one in read if one.figure.level} == {"浙江省"}
    with pytest.raises(Refusal):
        figure_place_name(family="duty", region_code="330106000000", actor=town.clerk, now=now)


@pytest.mark.parametrize(
    ("year", "since", "until"),
    [(None, date(2025, 11, 21), date(2026, 11, 21)), (2025, date(2025, 1, 1), date(2026, 1, 1))],
)
def test_the_period(year, since, until):
    assert period(date(2026, 11, 20), year) == (since, until)


@pytest.fixture
def command(town, monkeypatch):
    """`tingchao figures` with options, on the database of the tests."""
    monkeypatch.setattr(cli, "_migrate", lambda: None)
    monkeypatch.setattr("tingchao.config.embedded.ensure_database", lambda: None)
    return lambda *options: CliRunner().invoke(cli.main, ["figures", *options])


def test_the_command_prints_json(command):
    found = json.loads(command("--json", "--place", "330182001000").output)
    assert {"key", "value", "records", "unit", "period", "place"} <= set(found[0])
    assert {one["place"] for one in found} == {"建德市新安江街道", "浙江省"}  # the casebook is the province's
    assert command("--place", "1").exit_code == 2


LAST_DAYS = [
    # what is asked for, when a demonstration was built, which day the 365 end on
    ([], None, "today"),
    ([], date(2026, 3, 1), "2026-03-01"),
    (["--on", "2026-05-02"], None, "2026-05-02"),
    (["--on", "2026-05-02"], date(2026, 3, 1), "2026-05-02"),
    (["--year", "2025"], date(2026, 3, 1), "2025-12-31"),
]


@pytest.mark.parametrize(("asked", "built", "last"), LAST_DAYS)
def test_on_which_day_the_period_ends(asked, built, last, command):
    if built is not None:
        at = datetime.combine(built, time(9), ZONE)
        entry = Entry(action="demo.built", actor=SYSTEM, role="system", now=at)
        append_to_stream(entry, stream=DONE)
    told = json.loads(command("--json", "--place", "330182001000", *asked).output)
    ends = {one["period"].split("/")[1] for one in told}
    assert ends == {localdate().isoformat() if last == "today" else last}


def test_a_year_and_a_last_day_are_not_asked_for_together(command):
    answer = command("--year", "2025", "--on", "2026-05-02")
    assert answer.exit_code == 2 and "not both" in answer.output


@pytest.mark.parametrize(
    ("sums", "rate", "offline", "online"),
    [
        ({}, 0, 0, 0),
        (
            {("meeting.attended.study", "deputy.offline"): 3, ("meeting.absent.study", "deputy"): 1},
            75,
            1.5,
            0,
        ),
        (
            {("meeting.attended.study", "deputy.offline"): 3, ("meeting.excused.study", "deputy"): 1},
            75,
            1.5,
            0,
        ),
        ({("meeting.attended.upper", "deputy.online"): 4}, 0, 0, 2),  # nobody is known to have stayed away
        ({("meeting.attended.study", "deputy.offline"): 0}, 0, 0, 0),  # signed in by mistake and evened out
    ],
)
def test_participation(sums, rate, offline, online):
    found = participation_of(2, attendance_by_kind(sums))
    assert (found.rate, found.offline_each, found.online_each) == (rate, offline, online)
    assert participation_of(0, {"study": Attendance(attended=1)}).offline_each == 0
