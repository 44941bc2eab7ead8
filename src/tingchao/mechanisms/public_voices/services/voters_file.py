"""A deputy's list of voters as a spreadsheet: read row by row, written so that no cell is taken for a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

from tingchao.core.steps import Refusal, clean_text
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.public_voices.services.voters import COLUMNS

LARGEST = 2 * 1024 * 1024
"""Bytes of a file: a list of 500 people is some 30 KB."""

_UNREADABLE = gettext_noop("这个文件打不开，请另存为 .xlsx 再试。")
_NO_HEAD = gettext_noop("第一行里没有“姓名”这一列，请照着模板填。")


def sheet_rows(content: io.BytesIO) -> list[tuple[int, Mapping[str, object]]]:
    """(row number as the spreadsheet shows it, cells by column) of the first sheet. Refusal "file" with the reason."""
    if content.getbuffer().nbytes > LARGEST:
        raise Refusal("file", gettext_noop("文件太大了，名册文件不超过 2 MB。"))
    try:
        lines = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ZipError, XmlError, PasswordError, OSError, ValueError, IndexError):
        raise Refusal("file", _UNREADABLE) from None
    head = [clean_text(cell) for cell in lines[0]] if lines else []
    if COLUMNS[0] not in head:
        raise Refusal("file", _NO_HEAD)
    return list(_rows(head, lines[1:]))


def _rows(
    head: Sequence[str], lines: Iterable[Sequence[object]]
) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(lines, start=2):
        row = {key: cell for key, cell in zip(head, line, strict=False) if key in COLUMNS}
        if any(cell not in ("", None) for cell in row.values()):
            yield number, row


def sheet_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """An .xlsx with the columns of a list; every cell is text, whatever it begins with."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate((COLUMNS, *rows), start=1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type, cell.quotePrefix = text, "s", True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
