"""The voters whom a deputy keeps in touch with: one list a year, kept by the deputy alone.

Legal source: 代表法（2025） (close contact with voters); 个人信息保护法 arts 6 (an address down to the community is
enough), 13 (consent to being called), 19, 47. Events name rows and counts, never people: an event is kept for ever, a
name must be able to go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from tingchao.core.ledger import JSON
from tingchao.core.privacy import Kind, find_personal
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy
from tingchao.directory.personal import decrypt, encrypt, phone_masked, phone_plain
from tingchao.engine import record
from tingchao.engine.links import code_for
from tingchao.engine.timing import local_day
from tingchao.mechanisms.public_voices.models import VoterContact

VOTER_PHONE = "voter.phone"
MOST = 500
"""Voters on one list: more than one deputy can keep in touch with."""

MOST_ROWS = 2000
COLUMNS = ("姓名", "电话", "住址", "备注", "同意日期")
_LONGEST = {"name": 40, "address": 80, "note": 200}
_KNOWN = gettext_noop("名单上已经有这个人了。")
_TOO_MANY = gettext_noop("一年的名单最多 500 人。")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of one voter."""

    name: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""
    consented_on: str = ""


@dataclass(slots=True)
class ImportReport:
    """What became of the rows of a file; `faults` is (row number as the spreadsheet shows it, reason)."""

    added: int = 0
    known: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)


def deputy_of(actor: Actor) -> int:
    """The deputy whose list the actor keeps; Refusal "forbidden" for whoever is none in office."""
    if actor.deputy_id is None:
        raise Refusal("forbidden", gettext_noop("名册由在任代表本人管理。"))
    return actor.deputy_id


def voter_get(actor: Actor, key: str | int, now: datetime) -> VoterContact:
    """A voter on the deputy's own list; Refusal "input" when there is none of that key."""
    text, deputy = str(key), deputy_of(actor)
    plain = text.isascii() and text.isdigit() and len(text) < 19
    own = VoterContact.objects.filter(deputy_id=deputy, ended_on__isnull=True)
    found = own.filter(pk=int(text)).first() if plain else None
    if found is None:
        raise refused_inputs({"voter": gettext_noop("名册里没有这位选民，请重新选。")})
    return found


@transaction.atomic
def voter_add(*, typed: Typed, actor: Actor, now: datetime) -> VoterContact:
    """Put a voter on this year's list. Raises Refusal "forbidden", "input"."""
    deputy, today = deputy_of(actor), local_day(now)
    voter = VoterContact(deputy_id=deputy, year=today.year)
    _fill(voter, typed, today)
    _locked(deputy)
    if _running(deputy, today.year).count() >= MOST:
        raise refused_inputs({"name": _TOO_MANY})
    _require_new(voter)
    voter.save()
    _record("voter.added", actor, now, {"year": today.year, "voter": voter.pk})
    return voter


@transaction.atomic
def voter_change(*, voter_id: int, typed: Typed, actor: Actor, now: datetime) -> VoterContact:
    """Change a voter of the list; a draft so looked at is confirmed. Raises Refusal "forbidden", "input"."""
    voter = voter_get(actor, voter_id, now)
    _fill(voter, typed, local_day(now))
    voter.draft = False
    _locked(voter.deputy_id)
    _require_new(voter)
    voter.save()
    _record("voter.changed", actor, now, {"year": voter.year, "voter": voter.pk})
    return voter


def voter_called(*, voter: VoterContact, now: datetime) -> None:
    """Tick a voter off: the deputy spoke with them. What was said stands in the matter or the walk."""
    VoterContact.objects.filter(pk=voter.pk).update(called_on=local_day(now))


@transaction.atomic
def voter_end(*, voter_id: int, actor: Actor, now: datetime) -> VoterContact:
    """End the contact: the number, the address and the note are erased, the name stays in that year's list."""
    voter = voter_get(actor, voter_id, now)
    voter.ended_on, voter.draft = local_day(now), False
    voter.phone, voter.phone_shown, voter.phone_mark, voter.consented_on = None, "", "", None
    voter.address = voter.note = ""
    voter.save()
    _record("voter.ended", actor, now, {"year": voter.year, "voter": voter.pk})
    return voter


@transaction.atomic
def voter_erase(*, voter_id: int, actor: Actor, now: datetime) -> None:
    """Erase a voter wholly, as they may ask (个人信息保护法 art. 47)."""
    voter = voter_get(actor, voter_id, now)
    year, key = voter.year, voter.pk
    voter.delete()
    _record("voter.erased", actor, now, {"year": year, "voter": key})


@transaction.atomic
def voters_copy(*, actor: Actor, now: datetime) -> int:
    """Copy last year's list into this year's as drafts, where this year's is still empty; how many.

    Raises Refusal "forbidden", "copied" (there is a list already), "empty" (there was none last year).
    """
    deputy, year = deputy_of(actor), local_day(now).year
    _locked(deputy)
    if VoterContact.objects.filter(deputy_id=deputy, year=year).exists():
        raise Refusal("copied", gettext_noop("今年的名册已经建好了，不用再抄一遍。"))
    last = list(_running(deputy, year - 1).order_by("pk")[:MOST])
    if not last:
        raise Refusal("empty", gettext_noop("去年没有名册可抄，请直接添加或者导入。"))
    for voter in last:
        voter.pk, voter.year, voter.draft, voter.called_on = None, year, True, None
    VoterContact.objects.bulk_create(last)
    _record("voters.copied", actor, now, {"year": year, "count": len(last)})
    return len(last)


@transaction.atomic
def voters_confirm(*, actor: Actor, now: datetime) -> int:
    """Confirm every draft of this year's list; how many."""
    year = local_day(now).year
    count = _running(deputy_of(actor), year).filter(draft=True).update(draft=False)
    if count:
        _record("voters.confirmed", actor, now, {"year": year, "count": count})
    return count


@transaction.atomic
def voters_import(
    *, rows: Iterable[tuple[int, Mapping[str, object]]], actor: Actor, now: datetime
) -> ImportReport:
    """Put the rows of a file on this year's list; rows at fault are named, the others are taken.

    Who is on the list already is not added again, so a mended file may be sent whole. Raises Refusal "forbidden",
    "rows".
    """
    deputy, today = deputy_of(actor), local_day(now)
    given = list(rows)
    if len(given) > MOST_ROWS:
        raise Refusal("rows", gettext_noop("一次最多导入 2000 行，这个文件太长了。"))
    _locked(deputy)
    known = set(_running(deputy, today.year).values_list("name", "phone_mark"))
    report, fresh = ImportReport(), list[VoterContact]()
    for number, row in given:
        try:
            voter = _from_row(row, deputy, today)
        except Refusal as refusal:
            report.faults.append((number, next(iter(refusal.fields.values()))))
            continue
        if (voter.name, voter.phone_mark) in known:
            report.known += 1
        elif len(known) >= MOST:
            report.faults.append((number, _TOO_MANY))
        else:
            known.add((voter.name, voter.phone_mark))
            fresh.append(voter)
    VoterContact.objects.bulk_create(fresh)
    report.added = len(fresh)
    if fresh:
        _record("voters.imported", actor, now, {"year": today.year, "count": len(fresh)})
    return report


@transaction.atomic
def voters_export(*, actor: Actor, now: datetime, year: int) -> list[tuple[str, ...]]:
    """The deputy's own list of a year with its numbers, a row each as in COLUMNS; that it was taken is recorded."""
    found = list(_running(deputy_of(actor), year).order_by("pk"))
    _record("voters.exported", actor, now, {"year": year, "count": len(found)})
    return [
        (
            voter.name,
            voter_phone(voter),
            voter.address,
            voter.note,
            voter.consented_on.isoformat() if voter.consented_on else "",
        )
        for voter in found
    ]


def voter_phone(voter: VoterContact) -> str:
    """The number of a voter, for their deputy."""
    return "" if voter.phone is None else decrypt(bytes(voter.phone), purpose=VOTER_PHONE)


def _from_row(row: Mapping[str, object], deputy: int, today: date) -> VoterContact:
    cells = [_cell(row.get(column)) for column in COLUMNS]
    if cells[1] and not cells[4]:
        raise refused_inputs({"consented_on": gettext_noop("有电话的要填同意日期。")})
    voter = VoterContact(deputy_id=deputy, year=today.year)
    _fill(voter, Typed(*cells), today)
    return voter


def _cell(value: object) -> str:
    """A spreadsheet has every number as a float, and a day as a date or a moment."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    return clean_text(value)


def _fill(voter: VoterContact, typed: Typed, today: date) -> None:
    """Put what was typed on the row; Refusal "input" naming every field at fault."""
    faults: dict[str, str] = {}
    for key in ("name", "address", "note"):
        text = " ".join(clean_text(getattr(typed, key)).split())
        setattr(voter, key, text)
        if len(text) > _LONGEST[key]:
            faults[key] = gettext_noop("写得太长了，请缩短一些。")
    if not voter.name:
        faults["name"] = gettext_noop("请写姓名。")
    if any(one.kind is Kind.HOUSEHOLD for one in find_personal(voter.address)):
        faults["address"] = gettext_noop("写到社区、小区就够了，不写门牌号。")
    if any(one.kind in (Kind.IDENTITY, Kind.CARD) for one in find_personal(f"{voter.note} {voter.name}")):
        faults["note"] = gettext_noop("名册里不记身份证号、银行卡号。")
    _fill_phone(voter, typed, today, faults)
    if faults:
        raise refused_inputs(faults)


def _fill_phone(voter: VoterContact, typed: Typed, today: date, faults: dict[str, str]) -> None:
    """The number with the day of consent, or neither (个人信息保护法 art. 13)."""
    voter.phone, voter.phone_shown, voter.phone_mark, voter.consented_on = None, "", "", None
    phone = clean_text(typed.phone)
    if not phone:
        return
    try:
        digits = phone_plain(phone)
    except ValueError:
        faults["phone"] = gettext_noop("这个电话号码不对，请核对；不留电话也可以。")
        return
    try:
        voter.consented_on = date.fromisoformat(typed.consented_on)
    except ValueError:
        faults["consented_on"] = gettext_noop("留电话要本人同意，请填同意的日期，写成 2026-11-27 这样。")
        return
    if voter.consented_on > today:
        faults["consented_on"] = gettext_noop("同意日期不能在今天以后。")
    voter.phone, voter.phone_shown = encrypt(digits, purpose=VOTER_PHONE), phone_masked(digits)
    voter.phone_mark = code_for(f"{VOTER_PHONE}:{digits}", 12)


def _require_new(voter: VoterContact) -> None:
    """Refusal "input" when the same name with the same number stands on the list already."""
    same = _running(voter.deputy_id, voter.year).filter(name=voter.name, phone_mark=voter.phone_mark)
    if same.exclude(pk=voter.pk).exists():
        raise refused_inputs({"name": _KNOWN})


def _running(deputy: int, year: int) -> QuerySet[VoterContact]:
    return VoterContact.objects.filter(deputy_id=deputy, year=year, ended_on__isnull=True)


def _locked(deputy: int) -> None:
    """Whoever changes a list waits for whoever does already."""
    Deputy.objects.select_for_update(no_key=True).get(pk=deputy)


def _record(action: str, actor: Actor, now: datetime, data: dict[str, JSON]) -> None:
    entry = record.Entry(action=action, actor=actor, role=str(Role.DEPUTY), now=now, data=data)
    record.append_to_stream(entry, stream=f"voters:{deputy_of(actor)}")
