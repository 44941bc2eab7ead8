"""Activities of upper levels are taken over from a list: once, whole or not at all, each fault with its row."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from tingchao.config import cli
from tingchao.core.steps import Refusal
from tingchao.directory.models import Deputy
from tingchao.engine.models import Case, Event, Fact
from tingchao.engine.sealing import audit
from tingchao.engine.timing import ZONE
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.rosters.reading import Fault, template_bytes, workbook_read
from tingchao.mechanisms.deputy_duty.selectors.records import Window, summary_of
from tingchao.mechanisms.deputy_duty.services.upper import (
    COLUMNS,
    EXAMPLES,
    MOST_OPINION,
    NEEDED,
    SHEET,
    Report,
    upper_load,
)

COUNTY = "330182000000"
HALL = "省人大代表线上讲堂"


def workbook(
    rows: list[dict[str, Any]], heads: tuple[str, ...] = COLUMNS[SHEET], sheet: str = SHEET
) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append(list(heads))
    for row in rows:
        page.append([row.get(head) for head in heads])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row(name: str, **values: Any) -> dict[str, Any]:
    return {"活动名称": HALL, "日期": "2026-03-18", "代表": name} | values


def load(rows: list[dict[str, Any]], town: Any, now: Any, **values: Any) -> Report:
    given: dict[str, Any] = {"region_code": COUNTY, "actor": town.clerk, "now": now}
    book = workbook_read(workbook(rows), columns=COLUMNS, needed=NEEDED)
    return upper_load(book=book, **(given | values))


TWO = [row("王代表", 意见="社区食堂的送餐距离要写清楚。"), row("陈代表", 参加方式="现场")]


def left() -> tuple[int, int, int, int]:
    cases = Case.objects.filter(procedure="public_voices").count()
    opinions = Fact.objects.filter(kind="duty.opinions_above").count()
    return Meeting.objects.filter(kind="upper").count(), Fact.objects.count(), cases, opinions


def test_a_list_is_taken(town, now):
    report = load(TWO, town, now)
    assert (report.activities, report.people, report.opinions, report.faults) == (1, 2, 1, [])
    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.mode, meeting.state) == ("upper", "hybrid", "held")
    assert meeting.starts_at == datetime(2026, 3, 18, 9, tzinfo=ZONE)
    case = Case.objects.get(procedure="public_voices")
    assert [tie.case_id for tie in meeting.cases.all()] == [case.pk]
    summary = summary_of(Window(town.deputies[0].pk, date(2026, 1, 1), date(2027, 1, 1)))
    assert (summary.meetings["upper"].online, summary.lines["above"]) == (1, 1)
    assert Event.objects.filter(stream="duty.upper").count() == 1
    assert audit().broken is None


def test_a_dry_run_says_it_row_by_row_and_writes_nothing(town, now):
    report = load(TWO, town, now, dry_run=True)
    assert [(number, name, news) for number, _, name, news in report.rows] == [
        (2, "王代表", "新的，意见转成一件事"),
        (3, "陈代表", "新的"),
    ]
    assert left() == (0, 0, 0, 0)


def test_taken_twice_it_adds_nothing(town, now):
    load(TWO, town, now)
    there = left()
    again = load(TWO, town, now + timedelta(days=1))
    assert again.nothing_new
    assert {news for _, _, _, news in again.rows} == {"已经有了，不重复收"}
    assert left() == there


def test_a_longer_list_adds_what_is_new_in_it(town, now):
    load(TWO, town, now)
    more = [TWO[0], row("陈代表", 参加方式="现场", 意见="讲堂的回放请开放给没赶上的代表。"), row("李代表")]
    report = load(more, town, now + timedelta(days=1))
    assert (report.activities, report.people, report.opinions) == (0, 1, 1)
    assert Meeting.objects.count() == 1
    assert left()[2:] == (2, 2)
    assert load(more, town, now + timedelta(days=2)).nothing_new
    assert audit().broken is None


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"代表": "钱代表"}, "名册里没有叫“钱代表”的代表"),
        ({"代表": ""}, "“代表”要填"),
        ({"日期": "去年三月"}, "“日期”要写成 2026-11-27 这样"),
        ({"日期": ""}, "“日期”要填"),
        ({"日期": "2026-02-30"}, "“日期”要写成 2026-11-27 这样"),
        ({"日期": "2027-03-18"}, "“日期”是 2027-03-18，还没有到"),
        ({"日期": "2019-03-18"}, "2019-03-18“王代表”不在任"),
        ({"开始": "下午"}, "“开始”要写成 9:30 这样"),
        ({"开始": "25:00"}, "“开始”要写成 9:30 这样"),
        ({"开始": "14:00", "结束": "13:00"}, "“结束”要在“开始”之后"),
        ({"参加方式": "委托"}, "“参加方式”只能是：线上、现场"),
        ({"活动名称": "长" * 61}, "“活动名称”太长"),
        ({"意见": "长" * (MOST_OPINION + 1)}, "“意见”太长"),
        ({"代表地区代码": "330106001000"}, "名册里没有叫“王代表”的代表"),
    ],
)
def test_a_row_at_fault_is_named_and_nothing_is_taken(values, why, town, now):
    report = load([row("陈代表"), row("王代表") | values], town, now)
    assert [number for number, _ in report.faults] == [3]
    assert report.faults[0][1].startswith(why)
    assert left() == (0, 0, 0, 0)


def test_a_deputy_whose_term_had_ended_is_named(town, now):
    Deputy.objects.filter(pk=town.deputies[0].pk).update(until=date(2026, 3, 18))
    report = load([row("王代表")], town, now)
    assert report.faults == [(2, "2026-03-18“王代表”不在任（任期已结束或者还没开始），请核对日期和姓名。")]


def test_two_of_a_name_are_told_apart_by_their_place(town, now):
    Deputy.objects.filter(pk=town.deputies[1].pk).update(name="王代表", region_id="330182002000")
    assert load([row("王代表")], town, now).faults == [(2, "不止一位代表叫“王代表”，请填“代表地区代码”。")]
    report = load([row("王代表", 代表地区代码="330182002000")], town, now)
    assert report.people == 1
    assert Meeting.objects.get().attendees.get().deputy_id == town.deputies[1].pk


def test_the_same_deputy_twice_is_named(town, now):
    report = load([row("王代表"), row("王代表", 意见="另一条意见，写在第二行。")], town, now)
    assert report.faults == [(3, "和第 2 行是同一位代表的同一场活动，请并成一行。")]


@pytest.mark.parametrize(
    ("begins", "day"),
    [
        ("14:30", "2026-03-18"),
        (time(14, 30), date(2026, 3, 18)),
        ("14：30", datetime.fromisoformat("2026-03-18")),
        ("14:30", 46099),
    ],
)
def test_days_and_times_as_a_spreadsheet_keeps_them(begins, day, town, now):
    assert load([row("王代表", 日期=day, 开始=begins)], town, now).faults == []
    assert Meeting.objects.get().starts_at == datetime(2026, 3, 18, 14, 30, tzinfo=ZONE)


@pytest.mark.parametrize("actor", ["deputy", "liaison", "leader", "auditor"])
def test_only_who_keeps_records_takes_a_list(actor, town, now):
    with pytest.raises(Refusal) as refusal:
        load(TWO, town, now, actor=getattr(town, actor))
    assert refusal.value.code == "forbidden"
    assert left() == (0, 0, 0, 0)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", workbook([], sheet="代表"), b"x" * 100])
def test_a_file_that_is_none(content):
    with pytest.raises(Fault):
        workbook_read(content, columns=COLUMNS, needed=NEEDED)


def test_missing_columns_are_named(town, now):
    book = workbook_read(workbook([], heads=("活动名称", "日期")), columns=COLUMNS, needed=NEEDED)
    report = upper_load(book=book, region_code=COUNTY, actor=town.clerk, now=now)
    assert report.faults == [(1, "第一行缺这几列：代表。")]


def test_the_template_has_the_columns(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(template_bytes(columns=COLUMNS, examples=EXAMPLES))
    rows = list(load_workbook(path)[SHEET].values)
    assert rows[0] == COLUMNS[SHEET]
    assert len(rows) == 2


def test_the_command(town, now, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(cli, "_migrate", lambda: None)
    monkeypatch.setattr("tingchao.config.embedded.ensure_database", lambda: None)
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook(TWO))
    run = CliRunner().invoke
    arguments = ["import", "upper", str(path), "--region", COUNTY]
    dry = run(cli.main, [*arguments, "--dry-run"])
    assert (dry.exit_code, left()[0]) == (0, 0)
    assert "没有保存" in dry.output
    assert (run(cli.main, arguments).exit_code, left()[0]) == (0, 1)
    path.write_bytes(workbook([row("钱代表")]))
    assert run(cli.main, arguments).exit_code == 1
    assert run(cli.main, ["import", "upper", str(path), "--region", "1"]).exit_code == 2
    assert run(cli.main, ["import", "upper"]).exit_code == 2
    out = tmp_path / "out.xlsx"
    assert run(cli.main, ["import", "upper", "--template", str(out)]).exit_code == 0
    assert out.exists()
