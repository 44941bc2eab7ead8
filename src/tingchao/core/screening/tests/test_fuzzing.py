"""Anything may be handed in: bytes by chance, real files cut short or with bits turned, text of odd pieces."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingchao.core.screening.readers import office
from tingchao.core.screening.readers.joining import paragraphs
from tingchao.core.screening.readers.printed import Row
from tingchao.core.screening.tests.targets import DOCUMENT, TARGETS, seeds

TEXT_TARGETS = ("structure", "citations", "findings", "clause")
FILE_TARGETS = tuple(name for name in TARGETS if name not in TEXT_TARGETS)
PIECES = (
    *"第条款项目章节（）《》〔〕一二十百千万〇0１9年月日号、，。；：\n\r\u3000\t#*>“”附件至和\ufeff\x00\u2028\U00020bb7",
    *(
        "以下简称",
        "自公布之日起施行",
        "有效期",
        "废止",
        "负责解释",
        "另行规定",
        "罚款五百元",
        "不得迁出",
        "人民政府",
    ),
    *("2023年13月45日", "〔2023〕", "目录\n", "第一条 ", "（一）", "1.", "①", "行政处罚法", "<!--", "本办法"),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=120).map("".join)
BEGINNINGS = (b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xff\xfe", b"{\\rtf")
PLACES = st.sampled_from([0.0, 1.0, 70.9, 90.9, 92.9, 300.0, 772.0]) | st.floats(-1e9, 1e9, width=32)
LINES = st.text(alphabet="第一条1.（）甲。a - 页/", min_size=1).filter(str.strip)
ROWS = st.builds(Row, LINES, PLACES, PLACES, PLACES, PLACES)
PATIENCE = timedelta(seconds=20)
"""A file or text of a few thousand characters that takes so long hangs."""


@pytest.fixture(autouse=True)
def no_office(monkeypatch):
    """LibreOffice is another program's risk; here nothing is started."""
    monkeypatch.setattr(office, "program", lambda: None)


@pytest.fixture(scope="module")
def real() -> dict[str, list[bytes]]:
    return seeds()


def damaged(data: bytes, chance: random.Random, times: int) -> Iterator[bytes]:
    """The bytes cut short, with bits turned, with a piece left out, doubled or overwritten."""
    for _ in range(times):
        found = bytearray(data)
        place = chance.randrange(len(found))
        length = chance.randrange(1, 64)
        match chance.randrange(5):
            case 0:
                del found[place:]
            case 1:
                for one in chance.choices(range(len(found)), k=chance.randrange(1, 9)):
                    found[one] ^= 1 << chance.randrange(8)
            case 2:
                del found[place : place + length]
            case 3:
                found[place:place] = found[place : place + length] * chance.randrange(1, 50)
            case _:
                found[place : place + length] = chance.randbytes(length)
        yield bytes(found)


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_takes_what_it_begins_with(name: str, real: dict[str, list[bytes]]):
    for data in real[name]:
        TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
def test_real_files_that_were_damaged(name: str, real: dict[str, list[bytes]]):
    chance = random.Random(name)
    for data in real[name]:
        for broken in damaged(data, chance, 60):
            TARGETS[name](broken)


@pytest.mark.parametrize("name", FILE_TARGETS)
@given(
    data=st.binary(max_size=400),
    begins=st.sampled_from(BEGINNINGS),
)
@settings(max_examples=60, deadline=PATIENCE)
def test_bytes_by_chance(name: str, data: bytes, begins: bytes):
    TARGETS[name](begins + data)


@pytest.mark.parametrize("name", TEXT_TARGETS)
@given(text=TEXTS)
@settings(max_examples=150, deadline=PATIENCE)
def test_text_of_odd_pieces(name: str, text: str):
    TARGETS[name](text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", TEXT_TARGETS)
@given(places=st.lists(st.tuples(st.integers(0, len(DOCUMENT)), st.sampled_from(PIECES)), max_size=12))
@settings(max_examples=60, deadline=PATIENCE)
def test_a_document_with_odd_pieces_in_it(name: str, places: list[tuple[int, str]]):
    text = DOCUMENT
    for place, piece in places:
        text = text[:place] + piece + text[place:]
    TARGETS[name](text.encode())


@given(st.lists(st.lists(ROWS, max_size=12), max_size=6))
@settings(max_examples=200, deadline=PATIENCE)
def test_lines_anywhere_on_a_page(pages: list[list[Row]]):
    """Wherever a broken file puts its lines, nothing is said twice and nothing is made up."""
    said = Counter("".join(row.words for page in pages for row in page))
    assert Counter(paragraphs(pages).replace("\n", "").replace(" ", "")) <= said


@pytest.mark.parametrize("name", TEXT_TARGETS)
def test_halves_of_characters(name: str):
    TARGETS[name]("罚款五百元\ud800企业五年内不得迁出我县\udcff。".encode("utf-8", "surrogatepass"))
