"""Lists from files: read row by row, taken in batches, each fault named with its row."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from django.utils.timezone import now
from django.utils.translation import gettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tingchao.directory.tables import Unreadable, plan_of, rows_of

__all__ = ["Unreadable", "calendar", "rows_of", "upper", "upper_template", "voices"]

BATCH = 1000
FAULTS_SHOWN = 50
console = Console(stderr=True)


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


def upper_template(path: Path) -> int:
    """Write the workbook for activities of upper levels."""
    from tingchao.instruments.rosters.reading import template_bytes
    from tingchao.mechanisms.deputy_duty.services.upper import COLUMNS, EXAMPLES

    path.write_bytes(template_bytes(columns=COLUMNS, examples=EXAMPLES))
    console.print(f"模板写在 {path}。", highlight=False)
    return 0


def upper(path: Path, *, region_code: str | None, dry_run: bool) -> int:
    """Take over activities of upper levels; the exit code is 1 when a row was at fault and nothing was taken."""
    from tingchao.directory.actors import SYSTEM
    from tingchao.directory.selectors import region_by_code, site
    from tingchao.instruments.rosters.reading import Fault, workbook_read
    from tingchao.mechanisms.deputy_duty.services.upper import COLUMNS, NEEDED, upper_load

    region = region_code or site().region_code
    if region_by_code(region) is None:
        console.print(f"没有代码是“{region}”的地区；先建好地区，或用 --region 指明。", style="red")
        return 2
    try:
        book = workbook_read(path.read_bytes(), columns=COLUMNS, needed=NEEDED)
    except Fault as fault:
        console.print(str(fault), style="red")
        return 2
    report = upper_load(
        book=book, region_code=region, actor=SYSTEM, now=now(), dry_run=dry_run, file_name=path.name
    )
    for number, why in report.faults[:FAULTS_SHOWN]:
        console.print(f"  第 {number} 行：{why}", highlight=False)
    for number, title, name, news in report.rows:
        console.print(f"  第 {number} 行：{title}，{name}：{news}", highlight=False)
    if report.faults:
        console.print(f"{len(report.faults)} 处要改，一行也没有收。", style="red")
        return 1
    told = f"新活动 {report.activities} 场，新参加 {report.people} 人次，新意见 {report.opinions} 条"
    console.print(f"试收：{told}，没有保存。" if dry_run else f"收下了：{told}。", highlight=False)
    return 0


def calendar(path: Path, *, source: str) -> int:
    """Load one year's working calendar from a list with the columns date and kind."""
    from tingchao.directory.actors import SYSTEM
    from tingchao.engine.calendars import calendar_load

    try:
        plan = plan_of(rows_of(path), source)
    except (Unreadable, ValueError) as fault:
        console.print(str(fault), style="red")
        return 2
    changed = calendar_load(plan=plan, actor=SYSTEM, now=now())
    console.print(f"{plan.year} 年工作日历已生效，{changed} 件事的到期日重新算过。", highlight=False)
    return 0
