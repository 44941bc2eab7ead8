"""Lists from files: read row by row, taken in batches, each fault named with its row."""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.utils.timezone import now
from django.utils.translation import gettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Row = dict[str, object] | str
"""The columns of a row, or why it cannot be read."""

BATCH = 1000
FAULTS_SHOWN = 50
LONGEST_FIELD = 16 * 1024 * 1024
"""Characters; a longer field makes a .csv file unreadable, a shorter one is a fault of its row."""

console = Console(stderr=True)


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


def voices(path: Path, *, station_name: str | None, region_code: str | None) -> int:
    """Take in a list of messages; the exit code is 1 when a row or the file could not be taken."""
    from tingchao.core.roles import Role
    from tingchao.directory.actors import Actor, Hold
    from tingchao.directory.selectors import region_by_code, site, station_by_name
    from tingchao.mechanisms.public_voices.services import ImportReport, voices_import

    station = station_by_name(station_name) if station_name else None
    if station_name and station is None:
        console.print(f"没有（或不止一个）叫“{station_name}”的站点。", style="red")
        return 2
    region = region_code or (station.region_id if station else site().region_code)
    if region_by_code(region) is None:
        console.print(f"没有代码是“{region}”的地区；先建好地区，或用 --region 指明。", style="red")
        return 2
    total = ImportReport()
    importer = Actor("system", None, "导入", (Hold(Role.SYSTEM),))
    try:
        count = sum(1 for _ in rows_of(path))
        with _bar() as bar:
            task = bar.add_task(path.name, total=count)
            rows = rows_of(path)
            while batch := list(islice(rows, BATCH)):
                part = voices_import(
                    rows=batch, station=station, region_code=region, actor=importer, now=now()
                )
                total.added, total.known = total.added + part.added, total.known + part.known
                total.faults += part.faults
                bar.update(task, advance=len(batch))
    except Unreadable as fault:
        console.print(str(fault), style="red")
        return 2
    _say(total.added, total.known, total.faults)
    return 1 if total.faults else 0


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


def _say(added: int, known: int, faults: list[tuple[int, str]]) -> None:
    console.print(f"新收 {added} 件，已有 {known} 件，没收 {len(faults)} 件。", highlight=False)
    for number, reason in faults[:FAULTS_SHOWN]:
        console.print(f"  第 {number} 行：{gettext(reason)}", highlight=False)
    if len(faults) > FAULTS_SHOWN:
        console.print(f"  （还有 {len(faults) - FAULTS_SHOWN} 行）", highlight=False)


def calendar(path: Path, *, source: str) -> int:
    """Load one year's working calendar from a list with the columns date and kind."""
    from tingchao.core.calendar import plan_from_rows
    from tingchao.directory.actors import SYSTEM
    from tingchao.engine.calendars import calendar_load

    days: list[tuple[date, str]] = []
    try:
        for number, row in rows_of(path):
            days.append(_calendar_row(number, row))
        if not days:
            raise Unreadable("文件里没有日期。")
        plan = plan_from_rows(days[0][0].year, days, source)
    except (Unreadable, ValueError) as fault:
        console.print(str(fault), style="red")
        return 2
    changed = calendar_load(plan=plan, actor=SYSTEM, now=now())
    console.print(f"{plan.year} 年工作日历已生效，{changed} 件事的到期日重新算过。", highlight=False)
    return 0


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
