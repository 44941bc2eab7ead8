"""A deputy's list of voters: what goes on it, what does not, and what is kept of it."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from conftest import staff
from openpyxl import Workbook, load_workbook

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.engine.models import Event
from tingchao.engine.sealing import audit
from tingchao.mechanisms.public_voices.models import VoterContact
from tingchao.mechanisms.public_voices.selectors import voters_near, voters_of
from tingchao.mechanisms.public_voices.services import voters as service
from tingchao.mechanisms.public_voices.services.voters_file import sheet_bytes, sheet_rows

LAST_YEAR = timedelta(days=365)
GOOD = {
    "name": "王建国", "phone": "138 0000 1234", "address": "白沙社区桂花苑", "note": "老党员",
    "consented_on": "2026-03-01",
}  # fmt: skip


def add(actor, now, **other):
    return service.voter_add(typed=service.Typed(**{**GOOD, **other}), actor=actor, now=now)


def test_a_voter_is_kept_with_the_number_encrypted(town, now):
    voter = add(town.deputy, now)
    voter.refresh_from_db()
    assert (voter.year, voter.name, voter.phone_shown) == (2026, "王建国", "138****1234")
    assert b"13800001234" not in bytes(voter.phone)
    assert service.voter_phone(voter) == "13800001234"
    event = Event.objects.get(stream=f"voters:{town.deputies[0].pk}")
    assert "王" not in str(event.data) and "1234" not in str(event.data)
    assert audit().broken is None


BAD = [
    # what is typed, the field at fault
    ({"name": ""}, "name"),
    ({"name": " \u200b "}, "name"),
    ({"name": "王" * 41}, "name"),
    ({"phone": "13800O01234"}, "phone"),  # a letter O
    ({"phone": "12345"}, "phone"),
    ({"phone": "-1"}, "phone"),
    ({"consented_on": ""}, "consented_on"),
    ({"consented_on": "三月"}, "consented_on"),
    ({"consented_on": "2026-11-21"}, "consented_on"),  # tomorrow
    ({"address": "桂花苑12幢3单元501室"}, "address"),
    ({"address": "白" * 81}, "address"),
    ({"note": "身份证11010519491231002X"}, "note"),
    ({"note": "长" * 201}, "note"),
]


@pytest.mark.parametrize(("typed", "at_fault"), BAD)
def test_what_does_not_go_on_a_list(typed, at_fault, town, now):
    with pytest.raises(Refusal) as refused:
        add(town.deputy, now, **typed)
    assert set(refused.value.fields) == {at_fault}
    assert not VoterContact.objects.exists()


@pytest.mark.parametrize("typed", [{"phone": ""}, {"phone": "", "consented_on": "x"}, {"note": "=1+1"}])
def test_what_does(typed, town, now):
    assert add(town.deputy, now, **typed).pk


def test_the_same_voter_stands_once_on_a_list_and_may_stand_on_two(town, now):
    add(town.deputy, now)
    with pytest.raises(Refusal, match="input"):
        add(town.deputy, now, phone="13800001234")
    add(town.deputy, now, phone="13800001235")  # another of that name
    other = staff(Role.DEPUTY, "330182001", deputy=town.deputies[1].pk)
    add(other, now)


@pytest.mark.parametrize("who", ["liaison", "coordinator", "clerk", "administrator", "auditor", "handler"])
def test_a_list_is_kept_by_the_deputy_alone(who, town, now):
    actor = getattr(town, who)
    mine = add(town.deputy, now)
    for act in (
        lambda: add(actor, now),
        lambda: service.voter_get(actor, mine.pk, now),
        lambda: service.voter_end(voter_id=mine.pk, actor=actor, now=now),
        lambda: service.voters_copy(actor=actor, now=now),
        lambda: service.voters_import(rows=[], actor=actor, now=now),
        lambda: service.voters_export(actor=actor, now=now, year=2026),
    ):
        with pytest.raises(Refusal, match="forbidden"):
            act()


def test_another_deputy_does_not_reach_it(town, now):
    mine = add(town.deputy, now)
    other = staff(Role.DEPUTY, "330182001", deputy=town.deputies[1].pk)
    for key in (mine.pk, str(mine.pk), "", "x", "9" * 30, -1):
        with pytest.raises(Refusal, match="input"):
            service.voter_get(other, key, now)
    assert service.voters_export(actor=other, now=now, year=2026) == []


def test_changing_ending_erasing(town, now):
    voter = add(town.deputy, now)
    changed = service.voter_change(
        voter_id=voter.pk, typed=service.Typed(name="王建国", note="搬家了"), actor=town.deputy, now=now
    )
    assert (changed.note, changed.phone, changed.phone_shown) == ("搬家了", None, "")
    service.voter_end(voter_id=voter.pk, actor=town.deputy, now=now)
    (row,) = voters_of(town.deputies[0].pk, 2026)
    assert (row.name, row.phone_shown, row.note, row.ended_on) == ("王建国", "", "", date(2026, 11, 20))
    with pytest.raises(Refusal, match="input"):
        service.voter_end(voter_id=voter.pk, actor=town.deputy, now=now)
    again = add(town.deputy, now)
    service.voter_erase(voter_id=again.pk, actor=town.deputy, now=now)
    assert not VoterContact.objects.filter(pk=again.pk).exists()
    assert audit().broken is None


def test_last_years_list_is_copied_once_as_a_draft(town, now):
    add(town.deputy, now - LAST_YEAR, consented_on="2025-03-01")
    gone = add(town.deputy, now - LAST_YEAR, name="李四", consented_on="2025-03-01")
    service.voter_end(voter_id=gone.pk, actor=town.deputy, now=now - LAST_YEAR)
    assert service.voters_copy(actor=town.deputy, now=now) == 1
    (copy,) = voters_of(town.deputies[0].pk, 2026)
    assert (copy.name, copy.draft, copy.phone_shown) == ("王建国", True, "138****1234")
    assert service.voter_phone(VoterContact.objects.get(pk=copy.pk)) == "13800001234"
    with pytest.raises(Refusal, match="copied"):
        service.voters_copy(actor=town.deputy, now=now)
    assert service.voters_confirm(actor=town.deputy, now=now) == 1
    assert service.voters_confirm(actor=town.deputy, now=now) == 0
    assert len(voters_of(town.deputies[0].pk, 2025)) == 2


def test_an_empty_list_of_last_year_cannot_be_copied(town, now):
    with pytest.raises(Refusal, match="empty"):
        service.voters_copy(actor=town.deputy, now=now)


def test_the_liaison_knows_names_and_how_many(town, now):
    add(town.deputy, now)
    add(town.deputy, now, name="李四")
    assert voters_near(["330182001"], 2026) == [("王代表", ["李四", "王建国"])]
    assert voters_near(["330106"], 2026) == []
    assert voters_near([], 2026) == []


# --- files ------------------------------------------------------------------------------------------------


def workbook(*rows, head=("姓名", "电话", "住址", "备注", "同意日期")):
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return io.BytesIO(out.getvalue())


def load(town, now, file):
    return service.voters_import(rows=sheet_rows(file), actor=town.deputy, now=now)


def test_a_file_is_taken_row_by_row_and_again_without_doubles(town, now):
    file = workbook(
        (
            "王建国",
            13800001234,
            "白沙社区",
            "",
            date(2026, 3, 1),
        ),  # a number and a moment, as Excel has them
        ("王建国", "138-0000-1234", "", "", "2026-03-01"),  # the same once more
        ("李四", "", "", "", ""),
        ("张三", "13800O0123", "", "", "2026-03-01"),
        ("赵六", "13900001234", "", "", ""),
        ("钱七", "", "桂花苑12幢501室", "", ""),
        (None, None, None, None, None),
        ("", "13900001235", "", "", "2026-03-01"),
    )
    report = load(town, now, file)
    assert (report.added, report.known) == (2, 1)
    assert [row for row, _ in report.faults] == [5, 6, 7, 9]
    assert all(why for _, why in report.faults)
    again = load(town, now, io.BytesIO(file.getvalue()))
    assert (again.added, again.known) == (0, 3)


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("no spreadsheet", b"\x89PNG\r\n"),
        ("nothing", b""),
        ("a broken zip", b"PK\x03\x04" + b"\0" * 100),
        ("too large", b"PK" + b"\0" * 3_000_000),
    ],
)
def test_a_file_that_is_none(what, content):
    with pytest.raises(Refusal, match="file"):
        sheet_rows(io.BytesIO(content))


def test_a_file_without_the_column_of_names():
    with pytest.raises(Refusal, match="姓名"):
        sheet_rows(workbook(("王建国",), head=("名字",)))


def test_a_file_of_ten_thousand_rows(town, now):
    file = workbook(*((f"王{number}", "", "", "", "") for number in range(10_000)))
    with pytest.raises(Refusal, match="rows"):
        load(town, now, file)
    assert not VoterContact.objects.exists()


def test_a_list_has_an_end(town, now, monkeypatch):
    monkeypatch.setattr(service, "MOST", 3)
    report = load(town, now, workbook(*((f"王{number}", "", "", "", "") for number in range(5))))
    assert (report.added, len(report.faults)) == (3, 2)
    with pytest.raises(Refusal, match="input"):
        add(town.deputy, now)


def test_what_is_taken_along_holds_no_formula(town, now):
    add(town.deputy, now, name='=HYPERLINK("http://x")', note="+1+1")
    rows = service.voters_export(actor=town.deputy, now=now, year=2026)
    sheet = load_workbook(io.BytesIO(sheet_bytes(rows))).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["姓名", "电话", "住址", "备注", "同意日期"],
        ['=HYPERLINK("http://x")', "13800001234", "白沙社区桂花苑", "+1+1", "2026-03-01"],
    ]
    assert {cell.data_type for row in sheet.rows for cell in row} == {"s"}
    assert Event.objects.filter(action="voters.exported").count() == 1
    assert load(town, now, io.BytesIO(sheet_bytes(rows))).known == 1  # it can be read back
