"""Taking a roster: all or nothing, with one event for the whole. A dry run writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from tingchao.core.ledger import JSON
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory import services as directory
from tingchao.directory.actors import Actor
from tingchao.directory.models import Account, Grant, Station
from tingchao.directory.policy import scopes_kept
from tingchao.directory.selectors import kept_site, site
from tingchao.engine import record
from tingchao.engine.accounts import password_make
from tingchao.engine.changes import STREAM, role_of
from tingchao.instruments.codes.models import Code
from tingchao.instruments.rosters.reading import Book, Fault
from tingchao.instruments.rosters.taking import TAKES, Drafts, drafts_of

BATCH = 1000

QUICK_ROUNDS = 1000
"""Rounds of PBKDF2 over a password that we made: with 60 random bits more would only make a long list take hours.
Django gives it the full number of rounds at the first login."""


@dataclass(slots=True)
class Report:
    """What became of a workbook: rows taken by sheet, how many were new and changed, faults as (sheet, row, why),
    passwords of new accounts as (user name, password)."""

    taken: dict[str, int] = field(default_factory=dict)
    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[str, int, str]] = field(default_factory=list)
    passwords: list[tuple[str, str]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def roster_load(
    *, book: Book, actor: Actor, now: datetime, dry_run: bool = False, file_name: str = ""
) -> Report:
    """Take every sheet in order, within the actor's scope. With one fault, or on a dry run, nothing is kept.

    Reads a handful of statements and writes in batches, however many rows there are.
    """
    if not scopes_kept(actor):
        raise Refusal("forbidden", gettext_noop("只有系统管理员能导入名单，请联系您单位的系统管理员。"))
    with transaction.atomic():
        return _load(book, actor, now, dry_run, file_name)


@transaction.atomic
def installation_load(
    *, book: Book, name: str, region_code: str, actor: Actor, now: datetime, dry_run: bool = False
) -> Report:
    """Take a roster and say whose installation this is; a database with the demonstration is left alone."""
    if site().demo:
        why = gettext("这个数据库里是演示数据，请另用一个空的数据库。")
        return Report(faults=[("地区", 0, why)])
    report = _load(book, actor, now, dry_run, name, region_code)
    if not report.faults and not dry_run:
        directory.installation_set(name=name, region_code=region_code, demonstration=False, actor=actor)
    kept_site.forget()
    return report


def _load(book: Book, actor: Actor, now: datetime, dry_run: bool, name: str, region_code: str = "") -> Report:
    report = Report(faults=list(book.faults), passed_over=book.passed_over)
    drafts = drafts_of(actor, now)
    work = {sheet: _take_sheet(report, book, sheet, drafts) for sheet in TAKES if sheet in book.sheets}
    if region_code and region_code not in drafts.regions:
        why = gettext("没有代码是“%(code)s”的地区。") % {"code": region_code}
        report.faults.append(("地区", 0, why))
    if not report.faults and not dry_run:
        for fresh, changed in work.values():
            _write(report, fresh, changed)
            _place_stations(drafts)
        _record(report, actor, now, name)
    return report


def _take_sheet(report: Report, book: Book, sheet: str, drafts: Drafts) -> tuple[list[Any], list[Any]]:
    """Take the rows of one sheet in memory. Returns those to be inserted and those to be updated."""
    drafts.fresh, drafts.changed, drafts.seen = [], [], {}
    for number, row in book.sheets[sheet]:
        try:
            TAKES[sheet](drafts, number, row)
        except Fault as fault:
            report.faults.append((sheet, number, str(fault)))
        else:
            report.taken[sheet] = report.taken.get(sheet, 0) + 1
    report.new[sheet] = sum(not isinstance(one, Grant) for one in drafts.fresh)
    report.changed[sheet] = len(drafts.changed)
    return drafts.fresh, drafts.changed


def _write(report: Report, fresh: list[Any], changed: list[Any]) -> None:
    """The rows of one sheet, which may be of two models: accounts with their grants."""
    for one in fresh:
        if isinstance(one, Account):
            report.passwords.append((one.username, _give_password(one)))
    for model in dict.fromkeys(type(one) for one in fresh):
        rows = [one for one in fresh if type(one) is model]
        _tie(rows)
        model._default_manager.bulk_create(rows, batch_size=BATCH)
    for model in dict.fromkeys(type(one) for one in changed):
        rows = [one for one in changed if type(one) is model]
        _tie(rows)
        columns = [column.name for column in model._meta.concrete_fields if not column.primary_key]
        model._default_manager.bulk_update(rows, columns, batch_size=BATCH)


def _tie(rows: list[Any]) -> None:
    """Rows that point at rows which had no key when they were tied get it now."""
    for row in rows:
        for column in row._meta.concrete_fields:
            if column.is_relation and column.is_cached(row):
                setattr(row, column.name, getattr(row, column.name))


def _place_stations(drafts: Drafts) -> None:
    """Parents, once every station has its key; and a code for each that has none."""
    if any(station.pk is None for station, _ in drafts.parents):
        return
    moved = []
    for station, parent in drafts.parents:
        wanted = None if parent is None else parent.pk
        if station.parent_id != wanted:
            station.parent_id = wanted
            moved.append(station)
    Station.objects.bulk_update(moved, ["parent"], batch_size=BATCH)
    coded = set(Code.objects.filter(revoked_at=None).values_list("station_id", flat=True))
    bare = [station for station, _ in drafts.parents if station.pk not in coded]
    Code.objects.bulk_create(
        [Code(station=station, created_at=drafts.now) for station in bare], batch_size=BATCH
    )
    drafts.parents.clear()


def _give_password(account: Account) -> str:
    password = password_make()
    account.password_given = True
    account.password = PBKDF2PasswordHasher().encode(password, get_random_string(22), QUICK_ROUNDS)
    return password


def _record(report: Report, actor: Actor, now: datetime, name: str) -> None:
    changes: dict[str, JSON] = {
        sheet: ["", _told(report, sheet)]
        for sheet in report.taken
        if report.new[sheet] + report.changed[sheet]
    }
    if not changes:
        return
    kept = scopes_kept(actor)
    data: dict[str, JSON] = {
        "kind": "roster",
        "id": "",
        "name": name,
        "region": kept[0] if kept else "",
        "changes": changes,
    }
    entry = record.Entry(action="roster.load", actor=actor, role=role_of(actor), now=now, data=data)
    record.append_to_stream(entry, stream=STREAM)


def _told(report: Report, sheet: str) -> str:
    return f"新 {report.new[sheet]} 行，改 {report.changed[sheet]} 行"
