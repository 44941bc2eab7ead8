"""Setting an installation up from a workbook: all or nothing, and every fault named with its row."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from openpyxl import Workbook, load_workbook

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Account, Body, Deputy, Grant, Installation, Region, Station
from tingchao.directory.selectors import actor_for
from tingchao.engine.selectors import worklist
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.rosters.columns import COLUMNS, EXAMPLES
from tingchao.instruments.rosters.reading import Fault, template_bytes, workbook_read
from tingchao.instruments.rosters.services import installation_load
from tingchao.instruments.rosters.taking import HOLDABLE

pytestmark = pytest.mark.django_db

CITY = ("330100000000", "杭州市")
COUNTY = ("330182000000", "建德市")


def workbook(path: Path, **rows: list[tuple[object, ...]]) -> Path:
    """A workbook with the template's sheets; rows given by sheet stand in for the example row."""
    book = Workbook()
    book.remove(book.active)
    for name, columns in COLUMNS.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        for row in rows.get(name, [EXAMPLES[name]]):
            sheet.append(list(row))
    target = path / "roster.xlsx"
    book.save(target)
    return target


def load(path: Path, now, **options):
    given = {"name": "听潮", "region_code": COUNTY[0], "now": now, "actor": SYSTEM, **options}
    return installation_load(book=workbook_read(path.read_bytes()), **given)


def regions(*more: tuple[str, str]) -> list[tuple[object, ...]]:
    return [CITY, COUNTY, EXAMPLES["地区"], *more]


def test_the_template_with_its_examples_makes_a_station_that_works(tmp_path, now):
    (tmp_path / "empty.xlsx").write_bytes(template_bytes())
    assert load_workbook(tmp_path / "empty.xlsx").sheetnames == list(COLUMNS)
    report = load(workbook(tmp_path, 地区=regions()), now)
    assert report.faults == []
    assert report.taken == {"地区": 3, "单位": 1, "站点": 1, "代表": 1, "账号": 1}
    assert Region.objects.get(pk="330182001000").parent_id == COUNTY[0]
    assert Installation.objects.get().demonstration is False
    station = Station.objects.get()
    assert token_of(station.pk) and Deputy.objects.get().station == station
    ((username, password),) = report.passwords
    account = authenticate(RequestFactory().get("/"), username=username, password=password)
    assert account is not None
    assert worklist(actor_for(account, now), view="mine", now=now).rows == []
    assert Grant.objects.get().scope == "330182001"


def test_the_same_workbook_again_changes_nothing_and_shows_no_password(tmp_path, now):
    path = workbook(tmp_path, 地区=regions())
    load(path, now)
    before = [list(model.objects.values()) for model in (Region, Body, Station, Deputy, Grant)]
    again = load(path, now)
    assert again.faults == [] and again.passwords == []
    assert [list(model.objects.values()) for model in (Region, Body, Station, Deputy, Grant)] == before


def test_a_dry_run_says_what_would_be_taken_and_keeps_nothing(tmp_path, now):
    report = load(workbook(tmp_path, 地区=regions()), now, dry_run=True)
    assert report.taken["账号"] == 1 and not Region.objects.exists() and not Account.objects.exists()


FAULTS = [
    # sheet, its rows, the row at fault as the spreadsheet counts, what is said
    ("地区", [(*CITY,), ("3301", "建德市")], 3, "12 位数字"),
    ("地区", [(*CITY,), ("330182000000", "")], 3, "“名称”要填"),
    ("地区", [(*CITY,), ("330182000000", "名" * 41)], 3, "太长"),
    ("单位", [("城管", "城管中队", "部门", "330182001000")], 2, "只用字母"),
    ("单位", [("cg", "城管中队", "局", "330182001000")], 2, "只能是：人大、政府、部门"),
    ("单位", [("cg", "城管中队", "部门", "999999999999")], 2, "没有代码是"),
    ("站点", [("甲站", "中心站", "330182001000", "乙站", "", "", "")], 2, "叫“乙站”的站点"),
    (
        "代表",
        [("王某", "人大代表", "县（市、区）", "", "", "330182001000", "", "去年", "")],
        2,
        "2026-11-27 这样",
    ),
    (
        "代表",
        [("王某", "人大代表", "县（市、区）", "", "", "330182001000", "", "2022-01-10", "2021-01-01")],
        2,
        "之后",
    ),
    ("账号", [("a", "某", "系统", "330182001", "", "")], 2, "“角色”只能是"),
    ("账号", [("a", "某", "经办人", "330182001", "nobody", "")], 2, "没有单位号是"),
    ("账号", [("a", "某", "代表", "330182001", "", "无此人")], 2, "叫“无此人”的代表"),
    ("账号", [("a", "某", "联络员", "44", "", "")], 2, "“范围代码”"),
]


@pytest.mark.parametrize(("sheet", "rows", "number", "said"), FAULTS)
def test_one_row_at_fault_and_nothing_is_taken(sheet, rows, number, said, tmp_path, now):
    given = {"地区": regions(), sheet: rows}
    report = load(workbook(tmp_path, **given), now)
    assert any(at == sheet and row == number and said in why for at, row, why in report.faults), report.faults
    assert not Region.objects.exists() and not Account.objects.exists() and not Installation.objects.exists()


def test_numbers_that_a_spreadsheet_keeps_as_numbers_are_read_as_written(tmp_path, now):
    rows = [(int(code), name) for code, name in (CITY, COUNTY, EXAMPLES["地区"])]
    assert load(workbook(tmp_path, 地区=rows), now).faults == []


def test_a_deputy_has_one_account(tmp_path, now):
    rows = [("a", "某", "代表", "330182001", "", "王某某"), ("b", "某", "代表", "330182001", "", "王某某")]
    report = load(workbook(tmp_path, 地区=regions(), 账号=rows), now)
    assert [(sheet, row) for sheet, row, _ in report.faults] == [("账号", 3)]


def test_a_demonstration_is_left_alone(tmp_path, now):
    load(workbook(tmp_path, 地区=regions()), now)
    Installation.objects.update(demonstration=True)
    from tingchao.directory.selectors import kept_site

    kept_site.forget()
    assert "演示数据" in load(workbook(tmp_path, 地区=regions()), now).faults[0][2]
    assert Installation.objects.get().demonstration is True


def test_what_is_no_workbook_is_said_so(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"not a workbook")
    with pytest.raises(Fault):
        workbook_read(path.read_bytes())


def test_the_roles_that_may_be_given_are_those_of_people():
    assert set(HOLDABLE.values()) == set(Role) - {Role.REPORTER, Role.SYSTEM}
