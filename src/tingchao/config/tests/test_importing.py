"""Lists from files: .jsonl, .csv, .xlsx as people really save them; taken once, resumed after a break."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from tingchao.config import importing
from tingchao.config.importing import Unreadable, rows_of, voices
from tingchao.directory.selectors import working_calendar
from tingchao.engine import record
from tingchao.engine.models import Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.mechanisms.public_voices import services
from tingchao.mechanisms.public_voices.models import Voice

ROWS = [
    {"id": 3742, "title": "路灯不亮", "text": "府前路三盏路灯不亮，晚上看不清台阶。", "time": "2019-10-18 23:52:58"},
    {"id": 3743, "title": "", "text": "白沙社区，“老人食堂”几点开饭？\n周末开不开？", "time": ""},
    {"id": 3744, "title": "停车😀", "text": "菜场门口, 车停得 \"乱\"，救护车进不来🚑。", "time": ""},
]  # fmt: skip


def jsonl(rows=ROWS) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def csv_text(rows=ROWS, *, delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def xlsx(rows=ROWS) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append([value or None for value in row.values()])
    book.save(out)
    return out.getvalue()


FORMS = {
    "voices.jsonl": jsonl(),
    "with BOM.jsonl": b"\xef\xbb\xbf" + jsonl(),
    "windows.jsonl": jsonl().replace(b"\n", b"\r\n"),
    "utf-8.csv": csv_text().encode(),
    "utf-8-sig.csv": csv_text().encode("utf-8-sig"),
    "gb18030.csv": csv_text().encode("gb18030"),
    "unix.csv": csv_text().replace("\r\n", "\n").encode(),
    "voices.xlsx": xlsx(),
    "CAPITALS.XLSX": xlsx(),
}
"""File name → the same three messages."""


@pytest.fixture
def put(tmp_path):
    def put(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return put


def counted() -> list[int]:
    return [model.objects.count() for model in (Case, Voice, Event, Fact, Notice)]


def take(path: Path) -> int:
    return voices(path, station_name="新安江街道中心站", region_code=None)


# --- one list in many forms -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_each_form_of_a_list_gives_the_same_voices(town, put, capsys, name):
    assert take(put(name, FORMS[name])) == 0
    assert "新收 3 件，已有 0 件，没收 0 件" in capsys.readouterr().err
    kept = [(case.title, case.text, case.station_id) for case in Case.objects.order_by("id")]
    assert kept == [
        ("路灯不亮", ROWS[0]["text"], town.station.pk),
        ("白沙社区，“老人食堂”几点开饭", ROWS[1]["text"], town.station.pk),
        ("停车😀", ROWS[2]["text"], town.station.pk),
    ]
    voices_kept = Voice.objects.order_by("case_id")
    assert [voice.origin for voice in voices_kept] == ["3742", "3743", "3744"]
    assert [voice.said_at for voice in voices_kept] == [
        datetime(2019, 10, 18, 15, 52, 58, tzinfo=UTC),
        None,
        None,
    ]
    assert counted() == [3] * 5
    assert audit().broken is None


def test_the_same_list_again_in_whatever_form_adds_nothing(town, put, capsys):
    assert take(put("first.jsonl", FORMS["voices.jsonl"])) == 0
    for name, content in FORMS.items():
        capsys.readouterr()
        assert take(put(name, content)) == 0
        assert "新收 0 件，已有 3 件，没收 0 件" in capsys.readouterr().err, name
        assert counted() == [3] * 5, name


def test_a_longer_list_adds_what_is_new(town, put):
    take(put("first.csv", FORMS["gb18030.csv"]))
    take(put("second.jsonl", jsonl([*ROWS, {"id": 3745, "title": "", "text": "公交站没有雨棚。"}])))
    assert counted() == [4] * 5


# --- broken off -------------------------------------------------------------------------------------------


def test_an_import_that_broke_off_is_simply_started_again(town, put, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 10)
    rows = [{"id": number, "text": f"第 {number} 盏路灯不亮。"} for number in range(35)]
    path, real, batches = put("voices.jsonl", jsonl(rows)), services.voices_import, []

    def breaks(**given):
        if len(batches) == 2:
            raise ConnectionError("the database went away")
        batches.append(real(**given))
        return batches[-1]

    with monkeypatch.context() as patched:
        patched.setattr(services, "voices_import", breaks)
        with pytest.raises(ConnectionError):
            take(path)
    assert counted() == [20] * 5, "two whole batches, nothing of the third"
    assert take(path) == 0
    assert counted() == [35] * 5
    assert {case.text for case in Case.objects.all()} == {row["text"] for row in rows}
    assert audit().broken is None


def test_a_batch_that_breaks_in_the_middle_leaves_nothing(town, put, monkeypatch):
    real, calls = record.insert_many, []

    def breaks(rows):
        calls.append(rows)
        if len(calls) == 3:
            raise ConnectionError("the database went away")
        real(rows)

    monkeypatch.setattr(record, "insert_many", breaks)
    with pytest.raises(ConnectionError):
        take(put("voices.jsonl", jsonl()))
    assert counted() == [0] * 5


# --- rows that cannot be taken ----------------------------------------------------------------------------

MIXED = [
    (b'{"id": 1, "text": "\xe8\xb7\xaf\xe7\x81\xaf\xe4\xb8\x8d\xe4\xba\xae"}', ""),
    (b"", "第 2 行：这一行是空的。"),
    (b"not json", "第 3 行：这一行不是 JSON。"),
    (b'["text"]', "第 4 行：这一行不是一个 JSON 对象。"),
    (b"null", "第 5 行：这一行不是一个 JSON 对象。"),
    ('{"text": "路灯不亮"}'.encode("gb18030"), "第 6 行：这一行不是 UTF-8 编码。"),
    (b'{"text": ""}', "第 7 行：请写下您要说的事。"),
    (b'{"text": "\\u0000\\u0000\\u0000\\u0000"}', "第 8 行：请写下您要说的事。"),
    (b"[" * 100_000, "第 9 行：这一行不是 JSON。"),
    (b'{"text": ' + b"9" * 5000 + b"}", "第 10 行：这一行不是 JSON。"),
    (json.dumps({"id": "x" * 81, "text": "路灯不亮"}).encode(), "第 11 行：编号太长，最多 80 个字。"),
    (json.dumps({"text": "长" * 20_001}).encode(), "第 12 行：写得太长了，请缩短一些，也可以拍照片补充。"),
    (json.dumps({"id": 2, "text": "路灯\u202e不亮\0啊\ud83d"}).encode(), ""),
    (b'{"id": 1, "text": "\xe8\xb7\xaf\xe7\x81\xaf\xe4\xb8\x8d\xe4\xba\xae"}', ""),
    (b'{"id": 3, "text": "\xe8\xb7\xaf\xe7\x81\xaf', "第 15 行：这一行不是 JSON。"),
]
"""A line of a .jsonl file, and what is said of it; the last one was cut off."""


def test_rows_that_cannot_be_taken_are_named_and_the_rest_is_taken(town, put, capsys):
    assert take(put("mixed.jsonl", b"\n".join(line for line, _ in MIXED))) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "新收 2 件，已有 1 件，没收 12 件" in said
    for _, reason in MIXED:
        assert " ".join(reason.split()) in said
    assert sorted(Case.objects.values_list("text", flat=True)) == ["路灯不亮", "路灯不亮啊"]


def test_of_very_many_faults_the_first_are_listed_and_the_others_counted(town, put, capsys):
    assert take(put("bad.jsonl", b"x\n" * 120)) == 1
    said = capsys.readouterr().err
    assert said.count("这一行不是 JSON") == 50
    assert "还有 70 行" in said


@pytest.mark.parametrize(
    ("content", "rows", "what"),
    [
        ("id,text\n1,路灯不亮\n", [{"id": "1", "text": "路灯不亮"}], "普通"),
        (" id , text \n1,路灯不亮\n", [{"id": "1", "text": "路灯不亮"}], "列名旁有空格"),
        ("id,text\n1,路灯\0不亮\n", [{"id": "1", "text": "路灯不亮"}], "NUL"),
        ("id,text\n1\n", [{"id": "1", "text": None}], "少一格"),
        ("id,text\n1,路灯不亮,多出来,再多\n", [{"id": "1", "text": "路灯不亮"}], "多两格"),
        ("id,text\n\n1,路灯不亮\n\n", [{"id": "1", "text": "路灯不亮"}], "空行"),
        ('id,text\n1,"两行\n的话"\n', [{"id": "1", "text": "两行\n的话"}], "引号里换行"),
        (
            "id,text\n1,路灯\u2028不亮\x0b啊\x85呀\n",
            [{"id": "1", "text": "路灯\u2028不亮\x0b啊\x85呀"}],
            "别的断行字符",
        ),
        ("id,text\n1," + "长" * 200_000 + "\n", [{"id": "1", "text": "长" * 200_000}], "二十万字的一格"),
        ("id,text\n", [], "只有列名"),
        ("", [], "空文件"),
        ("\ufeff", [], "只有 BOM"),
    ],
    ids=lambda value: "",
)
def test_a_csv_file_as_people_save_it(put, content, rows, what):
    assert [row for _, row in rows_of(put("list.csv", content.encode()))] == rows, what


def test_one_broken_line_does_not_make_a_file_in_utf8_one_in_gb18030(put):
    """Else every other row would be taken in as nonsense."""
    lines = ["id,text", "1,路灯不亮", "2,老人食堂几点开饭", "3,菜场门口停车"]
    content = b"\n".join([*(line.encode() for line in lines), "4,联通基站".encode("gb18030"), b"5,\xe8\xb7"])
    assert [row for _, row in rows_of(put("list.csv", content))] == [
        {"id": "1", "text": "路灯不亮"},
        {"id": "2", "text": "老人食堂几点开饭"},
        {"id": "3", "text": "菜场门口停车"},
        "这一行不是 UTF-8 编码。",
        "这一行不是 UTF-8 编码。",
    ]


def test_a_file_in_gb18030_is_read_as_such_though_a_line_of_it_could_be_utf8(put):
    content = "id,text\n1,联通\n2,路灯不亮\n3,老人食堂几点开饭\n".encode("gb18030")
    assert [row["text"] for _, row in rows_of(put("list.csv", content))] == [
        "联通",
        "路灯不亮",
        "老人食堂几点开饭",
    ]


# --- files that are something else ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("list.xls", b"\xd0\xcf\x11\xe0", "只认"),
        ("list.txt", jsonl(), "只认"),
        ("list", jsonl(), "只认"),
        ("list.json", jsonl(), "只认"),
        ("list.xlsx", b"", "不是能打开的 .xlsx"),
        ("list.xlsx", jsonl(), "不是能打开的 .xlsx"),
        ("list.xlsx", FORMS["utf-8.csv"], "不是能打开的 .xlsx"),
        ("list.xlsx", xlsx()[:-400], "不是能打开的 .xlsx"),
        ("list.csv", xlsx(), "编码认不出来"),
        ("list.csv", csv_text().encode("utf-16"), "编码认不出来"),
    ],
    ids=[
        "xls",
        "txt",
        "无后缀",
        "json",
        "空 xlsx",
        "jsonl 改名",
        "csv 改名",
        "截断的 xlsx",
        "xlsx 改名",
        "utf-16",
    ],
)
def test_a_file_that_is_not_what_its_ending_says(town, put, capsys, name, content, reason):
    path = put(name, content)
    with pytest.raises(Unreadable, match=reason):
        list(rows_of(path))
    assert take(path) == 2
    said = capsys.readouterr().err
    assert reason in said.replace("\n", "") and "Traceback" not in said
    assert counted() == [0] * 5


def test_a_spreadsheet_under_the_name_of_a_jsonl_is_refused_row_by_row(town, put, capsys):
    assert take(put("list.jsonl", xlsx())) == 1
    assert "新收 0 件" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["empty.jsonl", "empty.csv"])
def test_an_empty_file_adds_nothing(town, put, capsys, name):
    assert take(put(name, b"")) == 0
    assert "新收 0 件，已有 0 件，没收 0 件" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("station", "region", "reason"),
    [
        ("没有这个站", None, "没有（或不止一个）叫“没有这个站”的站点"),
        (None, "999999999999", "没有代码是“999999999999”的地区"),
        (None, "建德", "没有代码是“建德”的地区"),
    ],
)
def test_where_the_voices_came_to_must_be_known(town, put, capsys, station, region, reason):
    path = put("voices.jsonl", jsonl())
    assert voices(path, station_name=station, region_code=region) == 2
    assert reason in capsys.readouterr().err.replace("\n", "")
    assert counted() == [0] * 5


def test_without_a_station_they_belong_to_the_region(town, put):
    assert voices(put("voices.jsonl", jsonl()), station_name=None, region_code="330182002000") == 0
    assert set(Case.objects.values_list("region_id", "station_id")) == {("330182002000", None)}


# --- the working calendar ---------------------------------------------------------------------------------


def test_a_working_calendar_is_loaded_from_a_list(town, put, capsys):
    path = put(
        "2031.csv", "date,kind\n2031-01-01,off\n2031-01-02,放假\n2031-01-04,上班\n2031-01-05,班\n".encode()
    )
    assert importing.calendar(path, source="国办发明电〔2030〕1号（测试用）") == 0
    assert "2031 年工作日历已生效" in capsys.readouterr().err
    plan = working_calendar().plans[2031]
    assert sorted(plan.off) == [date(2031, 1, 1), date(2031, 1, 2)]
    assert sorted(plan.on) == [date(2031, 1, 4), date(2031, 1, 5)]
    assert Event.objects.get(stream="calendar").data["source"] == "国办发明电〔2030〕1号（测试用）"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("date,kind\n", "没有日期"),
        ("date,kind\n2031-02-30,off\n", "第 1 行：日期要写成"),
        ("date,kind\n2031-01-01,off\n明天,off\n", "第 2 行：日期要写成"),
        ("date,kind\n2031-01-01,假\n", "off"),
        ("date,kind\n2031-01-01,off\n2030-12-31,off\n", "2031"),
        ("date,kind\n2031-01-01,off\n2031-01-01,on\n", "same day"),
        ("day,kind\n2031-01-01,off\n", "日期要写成"),
    ],
)
def test_a_list_that_is_no_working_calendar(town, put, capsys, content, reason):
    assert importing.calendar(put("2031.csv", content.encode()), source="测试") == 2
    assert reason in capsys.readouterr().err.replace("\n", "")
    assert not working_calendar().is_announced(2031)
    assert not Event.objects.exists()


def test_a_working_calendar_from_a_spreadsheet(town, put):
    rows = [{"日期": datetime(2031, 1, 1), "类型": "休"}, {"日期": datetime(2031, 1, 4), "类型": "班"}]  # noqa: DTZ001
    assert importing.calendar(put("2031.xlsx", xlsx(rows)), source="测试") == 0
    assert working_calendar().is_announced(2031)
