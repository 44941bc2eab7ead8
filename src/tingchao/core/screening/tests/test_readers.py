"""Files: what is read, and what is refused with its reason."""

import io
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingchao.core.screening.readers import SUFFIXES, Unreadable, read, word

TEXT = "关于防汛的通知\n各村：\n请落实。"


def word_file():
    made = docx.Document()
    made.add_paragraph("各村：")
    made.add_paragraph("甲", style="List Number")
    made.add_paragraph("乙", style="List Number")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "姓名", "电话"
    made.sections[0].header.paragraphs[0].text = "页眉"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_in_the_encodings_of_offices(encoding):
    assert read(TEXT.encode(encoding), "a.txt").lstrip("\ufeff") == TEXT


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("㐀𠮷办法㊣".encode("gb18030"), "㐀𠮷办法㊣"),
        ("第一条 甲\r\n第二条 乙\r第三条 丙".encode(), "第一条 甲\n第二条 乙\n第三条 丙"),
        ("关于防汛的通知各村请落实".encode("gbk"), "关于防汛的通知各村请落实"),
        ("\ufeff\n各村\n".encode("utf-16-be"), "\n各村\n"),
    ],
    ids=["rare characters", "ends of lines", "no break at all", "a mark in front"],
)
def test_plain_text_as_it_was_meant(data, text):
    assert read(data, "a.txt") == text


def test_word_with_its_own_numbers_and_tables_in_order():
    assert read(word_file(), "a.docx") == "各村：\n1.甲\n2.乙\n姓名\t电话"


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "空的"),
        (b"PK\x03\x04junk", "a.docx", "损坏"),
        (b"%PDF-1.4 junk", "a.pdf", "损坏"),
        (b"plain", "a.docx", "不是这种格式"),
        (b"\x00\x01\x02\x03", "a.txt", "不是文字"),
        (b"  \n ", "a.txt", "没有文字"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "密码"),
    ],
)
def test_what_holds_no_text_is_refused_with_its_reason(data, name, reason):
    with pytest.raises(Unreadable, match=reason):
        read(data, name)


def test_a_file_that_inflates_beyond_measure_is_not_opened():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b" " * (word.MOST_XML + 1))
    with pytest.raises(Unreadable, match="大得异常"):
        read(out.getvalue(), "a.docx")


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xff\xfe", b"\xef\xbb\xbf"]),
    st.sampled_from(SUFFIXES),
)
@settings(max_examples=200, deadline=None)
def test_no_file_raises_anything_else(data, start, suffix):
    try:
        assert read(start + data, f"a{suffix}").strip()
    except Unreadable as refused:
        assert refused.reason


@given(st.integers(0, 2**31), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_a_word_file_with_a_byte_changed(place, value):
    data = bytearray(word_file())
    data[place % len(data)] = value
    try:
        read(bytes(data), "a.docx")
    except Unreadable as refused:
        assert refused.reason
