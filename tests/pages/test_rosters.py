"""Rosters in the desk: tried, reported row by row, taken whole; and the files that people really make."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from conftest import NOW
from django.contrib.auth import authenticate
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, Actor, Hold
from tingchao.directory.models import Account, Body, Deputy, Grant, Station
from tingchao.engine.models import Event
from tingchao.engine.sealing import audit
from tingchao.instruments.rosters.columns import COLUMNS
from tingchao.instruments.rosters.reading import MOST_BYTES, Fault, template_bytes, workbook_read
from tingchao.instruments.rosters.services import roster_load

PATH = "/desk/admin/rosters/"
HERE = "330182001000"


def bytes_of(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def made(**rows) -> Workbook:
    """A workbook with these sheets, each with its columns."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in rows.items():
        sheet = book.create_sheet(name)
        sheet.append(list(COLUMNS[name]))
        for line in lines:
            sheet.append(list(line))
    return book


def deputy(name: str, since: object = "2026-01-10", until: object = "") -> tuple[object, ...]:
    return (name, "人大代表", "县（市、区）", "", "", HERE, "", since, until)


def load(book: Workbook | bytes, **options):
    content = book if isinstance(book, bytes) else bytes_of(book)
    return roster_load(book=workbook_read(content), **{"actor": SYSTEM, "now": NOW, **options})


def sent(client, content: bytes, name: str = "名单.xlsx"):
    return client.post(PATH, {"file": SimpleUploadedFile(name, content)})


def test_a_roster_is_tried_and_then_taken(browse, town, settings, tmp_path):
    settings.ROSTERS_DIR = tmp_path
    client = browse("administrator")
    content = bytes_of(
        made(
            单位=[("shuiwu", "水务站", "部门", HERE), ("chengguan", "城管二中队", "部门", HERE)],
            账号=[("xin", "新人", "联络员", HERE[:9], "", "")],
        )
    )
    tried = sent(client, content)
    assert tried.status_code == 200 and tried.context["rows"] == [("单位", 2, 1, 1, 0), ("账号", 1, 1, 0, 0)]
    assert not Body.objects.filter(key="shuiwu").exists() and not Event.objects.exists()
    assert len(list(tmp_path.iterdir())) == 1
    taken = client.post(PATH, {"token": tried.context["token"], "file_name": "名单.xlsx"})
    ((username, password),) = taken.context["passwords"]
    assert authenticate(RequestFactory().get("/"), username=username, password=password)
    assert password in taken.content.decode() and password not in client.get(PATH).content.decode()
    assert Body.objects.get(key="chengguan").name == "城管二中队"
    event = Event.objects.get()
    assert (event.action, event.data["name"]) == ("roster.load", "名单.xlsx")
    assert event.data["changes"]["单位"] == ["", "新 1 行，改 1 行"]
    assert list(tmp_path.iterdir()) == [] and audit().broken is None
    again = client.post(PATH, {"token": tried.context["token"]})
    assert again.status_code == 422 and "再传一次" in again.content.decode()


def test_the_same_roster_a_second_time_adds_nothing(browse, town, settings, tmp_path):
    settings.ROSTERS_DIR = tmp_path
    client = browse("administrator")
    content = bytes_of(made(单位=[("shuiwu", "水务站", "部门", HERE)], 代表=[deputy("新代表")]))
    for fresh in (1, 0):
        tried = sent(client, content)
        assert [row[2] for row in tried.context["rows"]] == [fresh, fresh]
        client.post(PATH, {"token": tried.context["token"], "file_name": "名单.xlsx"})
    assert Body.objects.filter(key="shuiwu").count() == 1 == Deputy.objects.filter(name="新代表").count()
    assert audit().broken is None


def test_somebody_elses_roster_is_not_taken(browse, town, settings, tmp_path):
    settings.ROSTERS_DIR = tmp_path
    token = sent(browse("administrator"), bytes_of(made(单位=[("a", "甲", "部门", HERE)]))).context["token"]
    assert browse("auditor").post(PATH, {"token": token}).status_code == 403
    for wrong in (token[:-1], "", "x" * 400, token.replace(":", "")):
        assert browse("administrator").post(PATH, {"token": wrong}).status_code == 422
    assert not Body.objects.filter(key="a").exists()


def test_every_fault_is_named_with_its_sheet_and_row(browse, town):
    content = bytes_of(
        made(代表=[deputy("甲"), deputy(""), deputy("丙", "去年")], 单位=[("x y", "乙", "部门", HERE)])
    )
    page = sent(browse("administrator"), content)
    assert page.status_code == 422 and page.context["token"] == ""
    assert [(sheet, row) for sheet, row, _ in page.context["faults"]] == [
        ("单位", 2),
        ("代表", 3),
        ("代表", 4),
    ]
    assert "一行也没有收" in page.content.decode() and not Deputy.objects.filter(name="甲").exists()


def test_courts_come_by_a_roster_with_their_accounts(browse, town, settings, tmp_path):
    settings.ROSTERS_DIR = tmp_path
    county, client = "330182000000", browse("administrator")
    bodies = [
        ("fayuan", "建德市人民法院", "人民法院", county),
        ("jianchayuan", "建德市人民检察院", "人民检察院", county),
        ("jianwei", "建德市监察委员会", "监察委员会", county),
    ]
    people = [("faguan", "报备员", "经办人", county[:6], "fayuan", "")]
    wrong = sent(client, bytes_of(made(单位=[*bodies, ("sifa", "司法所", "法院", county)])))
    ((sheet, row, why),) = wrong.context["faults"]
    assert (sheet, row) == ("单位", 5) and "人民法院、人民检察院、监察委员会" in why
    tried = sent(client, bytes_of(made(单位=bodies, 账号=people)))
    assert not Body.objects.filter(kind="court").exists()
    client.post(PATH, {"token": tried.context["token"], "file_name": "名单.xlsx"})
    kinds = dict(Body.objects.filter(region_id=county).values_list("key", "kind"))
    assert {key: kinds[key] for key, *_ in bodies} == {
        "fayuan": "court", "jianchayuan": "procuracy", "jianwei": "supervision"
    }  # fmt: skip
    assert Grant.objects.get(account__username="faguan").body.kind == "court"


def test_the_template_can_be_taken_as_it_is(browse, town):
    answer = browse("administrator").get(reverse("desk:admin_roster_template"))
    assert answer.content[:2] == b"PK"
    assert load(template_bytes()).faults == []
    station = Station.objects.get(address="新安东路")
    assert (station.meeting_day, station.latitude) == (15, 29.4743)


UNREADABLE = [
    ("no workbook", b"not a workbook", "不是能打开的"),
    ("nothing", b"", "不是能打开的"),
    ("a zip of something else", None, "不是能打开的"),
    ("too large", b"0" * (MOST_BYTES + 1), "文件太大"),
]


@pytest.mark.parametrize(("what", "content", "said"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_what_is_no_roster_is_said_so(what, content, said, browse, town):
    if content is None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr("a.txt", "a")
        content = out.getvalue()
    page = sent(browse("administrator"), content or b" ")
    assert page.status_code == 422 and said in page.content.decode()


def test_no_file_at_all(browse, town):
    assert "请选一个" in browse("administrator").post(PATH, {}).content.decode()


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unopened():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("a", "w", force_zip64=True) as file,
    ):
        for _ in range(320):
            file.write(b"0" * 1024 * 1024)
    with pytest.raises(Fault, match="展开"):
        workbook_read(out.getvalue())


def test_sheets_of_other_names_alone_are_no_roster(town):
    book = Workbook()
    book.active.title = "Sheet1"
    book.active.append(["姓名"])
    with pytest.raises(Fault, match="表的名字要是"):
        workbook_read(bytes_of(book))


def test_a_header_with_spaces_and_a_sheet_beside_it(town):
    book = made(单位=[])
    sheet = book["单位"]
    for at, head in enumerate((" 单位号 ", "名 称", "类别\n", "地区\u3000代码"), start=1):
        sheet.cell(1, at, head)
    sheet.append(["a", "甲", "部门", HERE])
    book.create_sheet("说明").append(["怎么填"])
    report = load(book)
    assert (report.faults, report.taken, report.passed_over) == ([], {"单位": 1}, ["说明"])


def test_a_column_that_is_missing_or_there_twice(town):
    book = made(单位=[("a", "甲", "部门", HERE)])
    book["单位"].cell(1, 4, "名称")
    whys = [why for _, row, why in load(book).faults if row == 1]
    assert any("缺这几列：地区代码" in why for why in whys) and any("两遍：名称" in why for why in whys)


def test_cells_merged_downwards_hold_for_each_row_and_across_are_at_fault(town):
    book = made(代表=[deputy("甲"), deputy("乙"), deputy("丙")])
    book["代表"].merge_cells("F2:F4")
    book["代表"].merge_cells("H2:H4")
    report = load(book)
    assert report.faults == [] and {row.region_id for row in Deputy.objects.filter(name__in="甲乙丙")} == {
        HERE
    }
    assert {row.since for row in Deputy.objects.filter(name__in="甲乙丙")} == {date(2026, 1, 10)}
    across = made(代表=[deputy("丁")])
    across["代表"].merge_cells("D2:E2")
    assert [(row, "拆开" in why) for _, row, why in load(across).faults] == [(2, True)]


def test_a_formula_without_a_value_is_named(town):
    report = load(made(单位=[("a", '="甲"&"乙"', "部门", HERE)]))
    assert [(row, "公式" in why) for _, row, why in report.faults] == [(2, True)]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2026-01-10", "as text"),
        ("2026/1/10", "with slashes"),
        ("2026.1.10", "with points"),
        ("2026年1月10日", "in words"),
        (date(2026, 1, 10), "as a day"),
        (datetime(2026, 1, 10), "as a moment"),  # noqa: DTZ001 - spreadsheets know no zones
        (46032, "as the number of days"),
    ],
)
def test_a_day_is_read_however_it_is_kept(cell, why, town):
    assert load(made(代表=[deputy("甲", cell)])).faults == [], why
    assert Deputy.objects.get(name="甲").since == date(2026, 1, 10)


@pytest.mark.parametrize("cell", ["2026-02-30", "昨天", 5, "13/45/2026", True])
def test_what_is_no_day_is_named(cell, town):
    assert "2026-11-27" in load(made(代表=[deputy("甲", cell)])).faults[0][2]


def test_the_same_thing_twice_is_named(town):
    report = load(
        made(单位=[("a", "甲", "部门", HERE), ("b", "乙", "部门", HERE), ("a", "丙", "部门", HERE)])
    )
    assert report.faults == [("单位", 4, "和第 2 行重复。")]


def test_rows_may_speak_of_rows_before_them(town):
    book = made(
        地区=[("330182001077", "新社区")],
        单位=[("sq", "新社区居委会", "社区（村）", "330182001077")],
        站点=[
            ("新片区站", "片区站", HERE, "新安江街道中心站", "", "", "", "", "", ""),
            ("新微站", "微站点", "330182001077", "新片区站", "", "", "", "", "", ""),
        ],
        代表=[("甲", "人大代表", "乡镇（街道）", "", "", HERE, "新微站", "2026-01-10", "")],
        账号=[("jia", "甲", "代表", HERE[:9], "", "甲"), ("yi", "乙", "经办人", HERE[:9], "sq", "")],
    )
    report = load(book)
    assert report.faults == [] and len(report.passwords) == 2
    assert Station.objects.get(name="新微站").parent.parent == town.station
    assert Account.objects.get(username="jia").deputy.station.name == "新微站"
    assert Account.objects.get(username="yi").grants.get().body.key == "sq"
    assert Station.objects.get(name="新微站").codes.count() == 1
    again = load(book)
    assert (again.faults, again.passwords) == ([], [])
    assert not any(again.new.values()) and not any(again.changed.values())


COUNTY = Actor("account", 77, "县管理员", (Hold(Role.ADMINISTRATOR, "330182"),))
BEYOND = [
    ("单位", ("a", "甲", "部门", "330106001000")),
    ("单位", ("xihu", "抢来的", "部门", HERE)),
    ("地区", ("330106001000", "改名")),
    ("账号", ("a", "甲", "联络员", "", "", "")),
    ("账号", ("a", "甲", "联络员", "3301", "", "")),
    ("账号", ("a", "甲", "经办人", "330182", "xihu", "")),
]


@pytest.mark.parametrize(("sheet", "row"), BEYOND)
def test_an_administrator_of_a_county_brings_in_nothing_beyond_it(sheet, row, town):
    report = load(made(**{sheet: [row]}), actor=COUNTY)
    assert [(at, number) for at, number, _ in report.faults] == [(sheet, 2)]


def test_administrators_play_no_other_part_and_give_themselves_nothing(town):
    rows = [("a", "甲", "系统管理员", "330182", "", ""), ("a", "甲", "联络员", "330182", "", "")]
    assert "不能兼任" in load(made(账号=rows)).faults[0][2]
    mine = Account.objects.create(username="wo", name="我", created_at=NOW)
    me = Actor("account", mine.pk, "我", COUNTY.holds)
    report = load(made(账号=[("wo", "我", "系统管理员", "330182", "", "")]), actor=me)
    assert "不能给自己" in report.faults[0][2]


def test_twenty_thousand_rows_are_taken_in_few_statements_and_little_time(town):
    rows = [deputy(f"代表{number}") for number in range(20_000)]
    content = bytes_of(made(代表=rows))
    with CaptureQueriesContext(connection) as captured:
        report = load(content)
    assert (report.faults, report.taken) == ([], {"代表": 20_000})
    assert Deputy.objects.count() == 20_004
    assert len(captured) < 50, len(captured)


def test_many_accounts_do_not_take_hours(town):
    report = load(made(账号=[(f"u{number}", "某", "联络员", HERE[:9], "", "") for number in range(300)]))
    assert len(report.passwords) == len(set(report.passwords)) == 300
    username, password = report.passwords[0]
    before = Account.objects.get(username=username).password
    assert authenticate(RequestFactory().get("/"), username=username, password=password)
    assert Account.objects.get(username=username).password != before, (
        "hashed with all rounds at the first login"
    )
