"""A list taken away: as a workbook, which is recorded, and on paper."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.pages.conftest import heard
from tingchao.desk.sheets import HEADS
from tingchao.engine import exporting
from tingchao.engine.models import Case, Event
from tingchao.engine.sealing import audit
from tingchao.mechanisms.public_voices.services import voice_file

WHO = [
    ("liaison here", 1),
    ("liaison elsewhere", 0),
    ("handler of the lead", 0),
    ("deputy following", 0),
    ("coordinator", 1),
    ("clerk", 1),
    ("leader", 1),
    ("expert", 0),
    ("administrator", 0),
    ("auditor", 1),
]


def book_of(answer):
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def rows_of(answer):
    sheet = book_of(answer).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize(("who", "rows"), WHO)
def test_who_takes_what(who, rows, browse, case):
    found = rows_of(browse(who).post("/desk/export/", {"query": "view=open"}))
    assert [row[0] for row in found] == [case.number] * rows
    paper = browse(who).get("/desk/paper/?view=open").content.decode()
    assert (case.number in paper) is bool(rows)
    event = Event.objects.get(stream="export")
    assert (event.action, event.data["rows"], event.data["cut"]) == ("export", rows, False)


def test_the_record_says_who_took_which_list(browse, accounts, case):
    browse("liaison here").post("/desk/export/", {"query": "view=open&tier=urgent"})
    event = Event.objects.get(stream="export")
    assert event.actor == f"account:{accounts['liaison here'].pk}" and event.role == "liaison"
    assert event.data["asked"] == "全部在办，轻重缓急：急事"
    assert audit().broken is None


def test_it_holds_nothing_of_who_raised_the_matter(browse, town, now):
    from tingchao.directory.actors import reporter

    voice_file(
        text="楼道灯不亮，请来看看。我住三幢。", region_code=town.region, channel="web", actor=reporter(0),
        now=now, phone="13800001234", consent=True, title="楼道灯",
    )  # fmt: skip
    (row,) = rows_of(browse("liaison here").post("/desk/export/", {"query": "view=open"}))
    assert row[1] == "楼道灯" and len(row) == len(HEADS)
    assert not any("138" in str(value) and "*" in str(value) for value in row)
    assert not any("三幢" in str(value) for value in row)


FORMULAS = ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"]


@pytest.mark.parametrize("title", FORMULAS)
def test_a_cell_is_text_whatever_it_begins_with(title, browse, case):
    Case.objects.filter(pk=case.pk).update(title=title)
    answer = browse("liaison here").post("/desk/export/", {"query": "view=open"})
    cell = book_of(answer).worksheets[0]["B2"]
    assert (cell.data_type, cell.value, cell.number_format) == ("s", title, "@")


def test_control_characters_do_not_break_the_file(browse, case):
    Case.objects.filter(pk=case.pk).update(title="路灯\x0b\x1f不亮")
    ((_, title, *_),) = rows_of(browse("liaison here").post("/desk/export/", {"query": "view=open"}))
    assert title == "路灯不亮"


def test_a_list_that_is_cut_says_so(browse, town, case, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    monkeypatch.setattr(exporting, "BATCH", 2)
    for number in range(2, 6):
        heard(town, number)
    answer = browse("liaison here").post("/desk/export/", {"query": "view=open"})
    book = book_of(answer)
    assert book.worksheets[0].max_row == 1 + 3
    assert any("只有前 3 件" in str(row[0].value) for row in book.worksheets[1].iter_rows())
    assert Event.objects.get(stream="export").data["cut"] is True


def test_what_a_search_finds_can_be_taken_too(browse, case):
    (row,) = rows_of(browse("liaison here").post("/desk/export/", {"query": "q=台阶"}))
    assert row[0] == case.number
    assert "台阶" in Event.objects.get(stream="export").data["asked"]


def test_paper_says_what_it_is_and_who_printed_it(browse, case):
    page = browse("liaison here").get("/desk/paper/?view=open&tier=urgent").content.decode()
    assert "全部在办，轻重缓急：急事" in page and "liaison员 取于" in page and "共 0 件" in page


@pytest.mark.parametrize("query", ["", "view=x", "%00", "view=open&place=' OR 1=1", "q=" + "灯" * 9000])
def test_a_query_that_makes_no_sense_takes_the_plain_list(query, browse, case):
    assert browse("liaison here").post("/desk/export/", {"query": query}).status_code == 200
