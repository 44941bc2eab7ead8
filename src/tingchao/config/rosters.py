"""Setting an installation up from a workbook: regions, bodies, stations, deputies and accounts, all or nothing.

Each sheet is a roster. A row that is there already is brought up to date, so the same workbook may be loaded again.
One row at fault, and nothing is taken; every fault is named with its sheet and row.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.steps import Refusal, clean_text
from tingchao.directory import services as directory
from tingchao.directory.actors import SYSTEM
from tingchao.directory.codes import scopes_above
from tingchao.directory.models import Account, Body, Deputy, Region, Station
from tingchao.directory.selectors import kept_site, site
from tingchao.instruments.codes.services import code_issue

Row = Mapping[str, object]

COLUMNS: dict[str, tuple[str, ...]] = {
    "地区": ("代码", "名称"),
    "单位": ("单位号", "名称", "类别", "地区代码"),
    "站点": ("名称", "类别", "地区代码", "上级站点", "地址", "开放时间", "电话"),
    "代表": ("姓名", "类别", "层级", "选区", "专长", "地区代码", "站点", "任期开始", "任期结束"),
    "账号": ("用户名", "姓名", "角色", "范围代码", "单位号", "代表"),
}
"""Sheet → its columns, in the order in which sheets are taken."""

EXAMPLES: dict[str, Sequence[str]] = {
    "地区": ("330182001000", "新安江街道"),
    "单位": ("chengguan", "城管中队", "部门", "330182001000"),
    "站点": ("新安江街道中心站", "中心站", "330182001000", "", "新安东路", "周一至周五 8:30–17:00", ""),
    "代表": (
        "王某某",
        "人大代表",
        "县（市、区）",
        "第一选区",
        "城建",
        "330182001000",
        "新安江街道中心站",
        "2022-01-10",
        "",
    ),
    "账号": ("lianluo", "周某某", "联络员", "330182001", "", ""),
}

HOLDABLE = {label: role for role, label in ROLE_LABELS.items() if role not in (Role.REPORTER, Role.SYSTEM)}


class Fault(ValueError):
    """Why a row cannot be taken, in words for whoever made the workbook."""


@dataclass(slots=True)
class Report:
    """What became of a workbook: rows taken by sheet, faults as (sheet, row, why), passwords of new accounts."""

    taken: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[str, int, str]] = field(default_factory=list)
    passwords: list[tuple[str, str]] = field(default_factory=list)


def workbook_rows(path: Path) -> dict[str, list[tuple[int, Row]]]:
    """Sheet → its rows with their numbers as the spreadsheet shows them. Raises Fault for what is no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        return {name: list(_numbered(book.get_sheet_by_name(name).to_python())) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError) as fault:
        raise Fault(f"这不是能打开的 .xlsx 文件：{fault}") from None


def _numbered(lines: Sequence[Sequence[object]]) -> Iterator[tuple[int, Row]]:
    head = [str(cell).strip() for cell in lines[0]] if lines else []
    for number, line in enumerate(lines[1:], start=2):
        row = {key: cell for key, cell in zip(head, line, strict=False) if key}
        if any(clean_text(cell) for cell in row.values()):
            yield number, row


def template_write(path: Path) -> None:
    """An empty workbook with every sheet, its columns and one example row."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, columns in COLUMNS.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        sheet.append(list(EXAMPLES[name]))
    book.save(path)


def roster_load(
    sheets: Mapping[str, Sequence[tuple[int, Row]]],
    *,
    name: str,
    region_code: str,
    now: datetime,
    dry_run: bool = False,
) -> Report:
    """Take every sheet in order, then say whose installation this is. With a fault or on a dry run nothing is kept."""
    report = Report()
    if site().demo:
        report.faults.append(("地区", 0, "这个数据库里是演示数据，请另用一个空的数据库。"))
        return report
    with transaction.atomic():
        for sheet, take in _TAKES.items():
            for number, row in sheets.get(sheet, ()):
                _take(report, sheet, number, row, take, now)
        if not Region.objects.filter(pk=region_code).exists():
            report.faults.append(("地区", 0, f"没有代码是“{region_code}”的地区。"))
        else:
            directory.installation_set(name=name, region_code=region_code, demonstration=False, actor=SYSTEM)
        if report.faults or dry_run:
            transaction.set_rollback(True)
    kept_site.forget()
    return report


Take = Callable[["Report", Row, datetime], None]


def _take(report: Report, sheet: str, number: int, row: Row, take: Take, now: datetime) -> None:
    try:
        take(report, row, now)
    except Fault as fault:
        report.faults.append((sheet, number, str(fault)))
    except ValidationError as fault:
        report.faults.append((sheet, number, "；".join(fault.messages)))
    except Refusal as refusal:
        report.faults.append((sheet, number, refusal.message))
    else:
        report.taken[sheet] = report.taken.get(sheet, 0) + 1


# --- cells ------------------------------------------------------------------------------------------------


def _text(row: Row, column: str, *, most: int, needed: bool = True) -> str:
    cell = row.get(column)
    plain = f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else cell
    text = " ".join(clean_text(plain).split())
    if needed and not text:
        raise Fault(f"“{column}”要填。")
    if len(text) > most:
        raise Fault(f"“{column}”太长，最多 {most} 个字。")
    return text


def _choice(row: Row, column: str, labels: Sequence[tuple[str, object]]) -> str:
    """The key of the label in a cell, `labels` being (key, label)."""
    text = _text(row, column, most=20)
    keys = {str(label): key for key, label in labels}
    if text not in keys:
        raise Fault(f"“{column}”只能是：{'、'.join(keys)}。")
    return keys[text]


def _day(row: Row, column: str, *, needed: bool = True) -> date | None:
    cell = row.get(column)
    if isinstance(cell, datetime | date):
        return cell.date() if isinstance(cell, datetime) else cell
    text = _text(row, column, most=10, needed=needed)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Fault(f"“{column}”要写成 2026-11-27 这样。") from None


def _region(row: Row, column: str = "地区代码") -> Region:
    code = _text(row, column, most=12)
    region = Region.objects.filter(pk=code).first()
    if region is None:
        raise Fault(f"没有代码是“{code}”的地区，请先写在“地区”里。")
    return region


# --- sheets -----------------------------------------------------------------------------------------------


def _take_region(report: Report, row: Row, now: datetime) -> None:
    code, name = _text(row, "代码", most=12), _text(row, "名称", most=40)
    if not re.fullmatch(r"[1-9]\d{11}", code):
        raise Fault("“代码”是 12 位数字（国家统计局的区划代码）。")
    above = [f"{scope:0<12}" for scope in scopes_above(code)[1:]]
    parent = next((one for one in above if Region.objects.filter(pk=one).exists()), None)
    directory.regions_load(rows=[(code, name, parent)], actor=SYSTEM)


def _take_body(report: Report, row: Row, now: datetime) -> None:
    key = _text(row, "单位号", most=60)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        raise Fault("“单位号”只用字母、数字、- 和 _。")
    directory.body_create(
        key=key,
        name=_text(row, "名称", most=60),
        kind=_choice(row, "类别", Body.Kind.choices),
        region_code=_region(row).pk,
        actor=SYSTEM,
    )


def _take_station(report: Report, row: Row, now: datetime) -> None:
    parent_name = _text(row, "上级站点", most=60, needed=False)
    station = directory.station_create(
        name=_text(row, "名称", most=60),
        kind=_choice(row, "类别", Station.Kind.choices),
        region_code=_region(row).pk,
        actor=SYSTEM,
        parent=_station(parent_name) if parent_name else None,
        address=_text(row, "地址", most=120, needed=False),
        hours=_text(row, "开放时间", most=80, needed=False),
        phone=_text(row, "电话", most=30, needed=False),
    )
    code_issue(station=station, actor=SYSTEM, now=now)


def _station(name: str) -> Station:
    found = list(Station.objects.filter(name=name)[:2])
    if len(found) != 1:
        raise Fault(f"没有（或不止一个）叫“{name}”的站点。")
    return found[0]


def _take_deputy(report: Report, row: Row, now: datetime) -> None:
    since, until = _day(row, "任期开始"), _day(row, "任期结束", needed=False)
    if since is not None and until is not None and until <= since:
        raise Fault("“任期结束”要在“任期开始”之后。")
    station = _text(row, "站点", most=60, needed=False)
    directory.deputy_create(
        name=_text(row, "姓名", most=40),
        region_code=_region(row).pk,
        since=since or now.date(),
        until=until,
        actor=SYSTEM,
        kind=_choice(row, "类别", Deputy.Kind.choices),
        level=_choice(row, "层级", Deputy.Level.choices),
        constituency=_text(row, "选区", most=60, needed=False),
        expertise=_text(row, "专长", most=40, needed=False),
        station=_station(station) if station else None,
    )


def _take_account(report: Report, row: Row, now: datetime) -> None:
    username, name = _text(row, "用户名", most=60), _text(row, "姓名", most=40)
    role = HOLDABLE.get(_text(row, "角色", most=20))
    if role is None:
        raise Fault(f"“角色”只能是：{'、'.join(HOLDABLE)}。")
    scope = _text(row, "范围代码", most=12, needed=False)
    if not re.fullmatch(r"\d*", scope) or not Region.objects.filter(code__startswith=scope).exists():
        raise Fault("“范围代码”是地区代码的开头几位，例如街道 9 位；空着是全系统。")
    body = _body(row) if role is Role.HANDLER else None
    account = Account.objects.filter(username=username).first()
    deputy = _deputy(row, account) if role is Role.DEPUTY else None
    if account is None:
        password = secrets.token_urlsafe(12)
        account = directory.account_create(
            username=username, name=name, password=password, actor=SYSTEM, now=now, deputy=deputy
        )
        report.passwords.append((username, password))
    directory.grant_give(account=account, role=role, scope=scope, body=body, since=now.date(), actor=SYSTEM)


def _body(row: Row) -> Body:
    key = _text(row, "单位号", most=60)
    body = Body.objects.filter(key=key).first()
    if body is None:
        raise Fault(f"没有单位号是“{key}”的单位，请先写在“单位”里。")
    return body


def _deputy(row: Row, account: Account | None) -> Deputy:
    """The deputy whom an account stands for; nobody else's account may."""
    name = _text(row, "代表", most=40)
    found = list(Deputy.objects.filter(name=name)[:2])
    if len(found) != 1:
        raise Fault(f"没有（或不止一位）叫“{name}”的代表，请先写在“代表”里。")
    holder = Account.objects.filter(deputy=found[0]).first()
    if holder is not None and (account is None or holder.pk != account.pk):
        raise Fault(f"“{name}”已经有账号了。")
    return found[0]


_TAKES: dict[str, Take] = {
    "地区": _take_region,
    "单位": _take_body,
    "站点": _take_station,
    "代表": _take_deputy,
    "账号": _take_account,
}
