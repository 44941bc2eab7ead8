"""Tables from files (.jsonl, .csv, .xlsx), row by row; and a year of the working calendar from one."""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from tingchao.core.calendar import YearPlan, plan_from_rows

Row = dict[str, object] | str
"""The columns of a row, or why it cannot be read."""

LONGEST_FIELD = 16 * 1024 * 1024
"""Characters; a longer field makes a .csv file unreadable, a shorter one is a fault of its row."""


class Unreadable(Exception):
    """A file that is not what its ending says."""


def rows_of(path: Path) -> Iterator[tuple[int, Row]]:
    """(row number, row) of a list; the first row of data is 1. Raises Unreadable."""
    readers = {".jsonl": _jsonl, ".csv": _csv, ".xlsx": _xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Unreadable("只认 .jsonl、.csv、.xlsx 三种文件。")
    yield from enumerate(reader(path), start=1)


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for line in file:
            if not line.strip():
                yield "这一行是空的。"
                continue
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except UnicodeDecodeError:
                yield "这一行不是 UTF-8 编码。"
            except (ValueError, RecursionError):
                yield "这一行不是 JSON。"
            else:
                yield row if isinstance(row, dict) else "这一行不是一个 JSON 对象。"


def _csv(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_FIELD)
    text = _decoded(path.read_bytes()).replace("\0", "")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            named = {str(key).strip(): value for key, value in row.items() if key is not None}
            yield "这一行不是 UTF-8 编码。" if _holds_other_bytes(named.values()) else named
    except csv.Error as fault:
        raise Unreadable(f"第 {reader.line_num} 行读不下去：{fault}") from None


def _decoded(content: bytes) -> str:
    """The text of a file in UTF-8, in which bytes that are none stand as lone surrogates, or in GB18030.

    One broken line does not make a file in UTF-8 one in GB18030, which almost any bytes could be.
    """
    lines = [line for line in content.splitlines() if not line.isascii()]
    if content.startswith(BOM_UTF8) or sum(map(_is_utf8, lines)) * 2 >= len(lines):
        return content.decode("utf-8-sig", "surrogateescape")
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        raise Unreadable("文件的编码认不出来，请另存为 UTF-8 的 CSV。") from None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _holds_other_bytes(values: Iterable[object]) -> bool:
    return any("\udc80" <= char <= "\udcff" for value in values if isinstance(value, str) for char in value)


def _xlsx(path: Path) -> Iterator[Row]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        lines = sheet.iter_rows()
        head = [str(cell).strip() for cell in next(lines, [])]
    except (CalamineError, OSError, ValueError) as fault:
        raise Unreadable(f"这不是能打开的 .xlsx 文件：{fault}") from None
    for line in lines:
        yield {key: cell for key, cell in zip(head, line, strict=False) if key}


def plan_of(rows: Iterable[tuple[int, Row]], source: str) -> YearPlan:
    """A year's working calendar from a table with the columns date and kind. Raises Unreadable or ValueError."""
    days = [_calendar_row(number, row) for number, row in rows]
    if not days:
        raise Unreadable("文件里没有日期。")
    return plan_from_rows(days[0][0].year, days, source)


def _calendar_row(number: int, row: Row) -> tuple[date, str]:
    if isinstance(row, str):
        raise Unreadable(f"第 {number} 行：{row}")
    given = row.get("date") or row.get("日期")
    try:
        day = given.date() if isinstance(given, datetime) else date.fromisoformat(str(given).strip())
    except ValueError:
        raise Unreadable(f"第 {number} 行：日期要写成 2027-01-01 这样。") from None
    kind = str(row.get("kind") or row.get("类型") or "").strip()
    return day, {"休": "off", "放假": "off", "班": "on", "上班": "on"}.get(kind, kind)
