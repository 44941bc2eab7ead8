"""Reading a workbook: its sheets as rows by column, with their numbers as the spreadsheet shows them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext

from tingchao.core.steps import clean_text
from tingchao.core.text import gettext_noop
from tingchao.instruments.rosters.columns import COLUMNS, EXAMPLES, NEEDED

Row = Mapping[str, object]

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_ROWS = 50_000
"""Of one sheet."""

SPREADSHEET_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's day numbers."""


class Fault(ValueError):
    """Why a row or a file cannot be taken, in words for whoever made the workbook."""

    def __init__(self, text: str, **params: object) -> None:
        super().__init__(gettext(text) % params if params else gettext(text))


@dataclass(slots=True)
class Book:
    """A workbook as it was read: sheet → (row number, row), and what is wrong with its shape as (sheet, row, why)."""

    sheets: dict[str, list[tuple[int, Row]]] = field(default_factory=dict)
    faults: list[tuple[str, int, str]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    """Sheets of other names."""


Columns = Mapping[str, Sequence[str]]


def workbook_read(content: bytes, *, columns: Columns = COLUMNS, needed: Columns = NEEDED) -> Book:
    """The sheets of a workbook. Raises Fault for what is none, is too large, or has no sheet of `columns`.

    `columns` are the sheets that are known with theirs, those of a roster by default; `needed` are the columns without
    which a sheet cannot be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    _require_small(content)
    book = Book()
    try:
        read = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in read.sheet_names:
            plain = "".join(name.split())
            if plain in columns:
                _sheet_read(book, plain, read.get_sheet_by_name(name), needed[plain])
            else:
                book.passed_over.append(name)
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as fault:
        if isinstance(fault, Fault):
            raise
        raise Fault(gettext_noop("这不是能打开的 .xlsx 文件。请用表格软件另存为 .xlsx 再传。")) from None
    if not book.sheets:
        raise Fault(gettext_noop("里面没有名单的表。表的名字要是：%(names)s。"), names="、".join(columns))
    return book


def _require_small(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Fault(gettext_noop("文件太大，最多 20 MB。请去掉图片，或者分几个文件。"))
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise Fault(gettext_noop("这不是能打开的 .xlsx 文件。请用表格软件另存为 .xlsx 再传。"))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise Fault(gettext_noop("文件展开以后太大，请分几个文件。"))


def _sheet_read(book: Book, name: str, sheet: Any, needed: Sequence[str]) -> None:
    lines: list[list[object]] = sheet.to_python(skip_empty_area=False)
    _unmerge(book, name, lines, sheet.merged_cell_ranges or ())
    head = ["".join(clean_text(cell).split()) for cell in lines[0]] if lines else []
    missing = [column for column in needed if column not in head]
    if missing:
        told = gettext("第一行缺这几列：%(columns)s。") % {"columns": "、".join(missing)}
        book.faults.append((name, 1, told))
    if twice := sorted({column for column in head if column and head.count(column) > 1}):
        book.faults.append(
            (name, 1, gettext("这几列写了两遍：%(columns)s。") % {"columns": "、".join(twice)})
        )
    if len(lines) > MOST_ROWS:
        book.faults.append((name, 0, gettext("行太多，一张表最多 %(most)s 行。") % {"most": MOST_ROWS}))
    book.sheets[name] = [] if missing else list(_numbered(head, lines))


def _numbered(head: list[str], lines: list[list[object]]) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(lines[1:], start=2):
        row = {key: cell for key, cell in zip(head, line, strict=False) if key}
        if any(clean_text(cell) for cell in row.values()):
            yield number, row


def _unmerge(book: Book, name: str, lines: list[list[object]], ranges: Any) -> None:
    """What is merged downwards holds for each of its rows; what is merged across columns is at fault."""
    for (top, left), (bottom, right) in ranges:
        if left != right:
            why = gettext("有横着合并的单元格，请拆开，每列各填各的。")
            book.faults.append((name, top + 1, why))
            continue
        for at in range(top + 1, min(bottom + 1, len(lines))):
            if left < len(lines[at]) and left < len(lines[top]):
                lines[at][left] = lines[top][left]


def template_bytes(*, columns: Columns = COLUMNS, examples: Columns = EXAMPLES) -> bytes:
    """An empty workbook with every sheet, its columns and one example row."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, heads in columns.items():
        sheet = book.create_sheet(name)
        sheet.append(list(heads))
        sheet.append(list(examples[name]))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- cells ------------------------------------------------------------------------------------------------


def cell_text(row: Row, column: str, *, most: int, needed: bool = True) -> str:
    """One line of text; a number is read as it is written."""
    cell = row.get(column)
    plain = f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else cell
    text = " ".join(clean_text(plain).split())
    if needed and not text:
        raise Fault(gettext_noop("“%(column)s”要填。是公式的话，请复制后粘贴为值。"), column=column)
    if len(text) > most:
        raise Fault(gettext_noop("“%(column)s”太长，最多 %(most)s 个字。"), column=column, most=most)
    return text


def cell_choice(row: Row, column: str, labels: Mapping[str, str]) -> str:
    """The key of the label in a cell, `labels` being label → key."""
    text = cell_text(row, column, most=20)
    if text not in labels:
        raise Fault(gettext_noop("“%(column)s”只能是：%(labels)s。"), column=column, labels="、".join(labels))
    return labels[text]


def cell_number(row: Row, column: str, least: float, most: float) -> float | None:
    """A number within bounds; None for an empty cell."""
    text = cell_text(row, column, most=20, needed=False)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = most + 1
    if not least <= number <= most:
        raise Fault(
            gettext_noop("“%(column)s”要填 %(least)g 到 %(most)g 之间的数。"),
            column=column,
            least=least,
            most=most,
        )
    return number


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 0{1,2}:00(:00)?)?", re.ASCII)


def cell_day(row: Row, column: str, *, needed: bool = True) -> date | None:
    """A day, whether the spreadsheet keeps it as a day, as its number of days, or as text."""
    cell = row.get(column)
    if isinstance(cell, datetime | date):
        return cell.date() if isinstance(cell, datetime) else cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 10_000 <= cell < 100_000:
        return SPREADSHEET_EPOCH + timedelta(days=int(cell))
    text = cell_text(row, column, most=20, needed=needed)
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else date.fromisoformat(text)
    except ValueError:
        raise Fault(gettext_noop("“%(column)s”要写成 2026-11-27 这样。"), column=column) from None


_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)(:00)?", re.ASCII)


def cell_time(row: Row, column: str) -> time | None:
    """A time of day, whether the spreadsheet keeps it as a time, as a part of a day, or as text; None when empty."""
    cell = row.get(column)
    if isinstance(cell, datetime | time):
        return (cell.time() if isinstance(cell, datetime) else cell).replace(second=0, microsecond=0)
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    text = cell_text(row, column, most=20, needed=False)
    found = _TIME.fullmatch(text)
    if text and found is None:
        raise Fault(gettext_noop("“%(column)s”要写成 9:30 这样。"), column=column)
    return time(int(found[1]), int(found[2])) if found else None


def sheet_lines(content: bytes) -> list[str]:
    """The first sheet of any workbook as lines of text, cells kept apart by tabs, days written 2026-11-27.

    Rows without a figure are left out: they are headings. Raises Fault for what is no workbook.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    _require_small(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile):
        raise Fault(gettext_noop("这不是能打开的 .xlsx 文件。请用表格软件另存为 .xlsx 再传。")) from None
    lines = ("\t".join(filter(None, map(_written, row))) for row in rows[:MOST_ROWS])
    return [line for line in lines if any(map(str.isdigit, line))]


def _written(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        days = SPREADSHEET_EPOCH + timedelta(days=int(cell)) if 10_000 <= cell < 100_000 else None
        return f"{cell:.0f}" if days is None else days.isoformat()
    return " ".join(clean_text(cell).split())
