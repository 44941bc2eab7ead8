"""The yearly list of what a maker issued, matched with what was filed; notices for what is missing, late or hidden."""

from __future__ import annotations

import io
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, staff
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from tests.filings.test_filings import DAY, TEXT, filed
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.limits import profile_load
from tingchao.engine.models import Case, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.sweep import cases_sweep
from tingchao.instruments.rosters.reading import Fault, sheet_lines
from tingchao.mechanisms.filing_review.models import Chase, Filing, IssuedItem
from tingchao.mechanisms.filing_review.rules import Known, Listed, listed, matched
from tingchao.mechanisms.filing_review.selectors import makers_page, makers_without, year_of
from tingchao.mechanisms.filing_review.services import items_chase, list_keep, lists_chase

LIST = "新街办〔2026〕12号\t停车管理办法\t2026-11-10\n新街办〔2026〕13号，养犬管理规定，2026年11月12日"


def kept(town: SimpleNamespace, text: str = LIST, *, nothing: bool = False, actor: Any = None) -> Any:
    who = actor or town.handler
    return list_keep(maker=town.bodies.chengguan, year=2026, text=text, nothing=nothing, actor=who, now=NOW)


@pytest.mark.parametrize(
    ("line", "number", "title", "day"),
    [
        (
            "新街办〔2026〕12号\t停车办法（试行）\t2026-3-5",
            "新街办〔2026〕12号",
            "停车办法（试行）",
            date(2026, 3, 5),
        ),
        (
            "1、关于养犬的通知 新街办〔2026〕13号 2026年4月1日",
            "新街办〔2026〕13号",
            "关于养犬的通知",
            date(2026, 4, 1),
        ),
        ("《垃圾分类办法》，二〇二六年五月二日", "", "垃圾分类办法", date(2026, 5, 2)),
        ("新街〔2026〕7号 | 河道保洁办法 | 2026/6/30", "新街〔2026〕7号", "河道保洁办法", date(2026, 6, 30)),
    ],
)
def test_a_line_is_read_in_any_order(line: str, number: str, title: str, day: date) -> None:
    assert listed(line, 2026) == [Listed(number, title, day)]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("没有日期的一份办法", "没有认出公布日期"),
        ("停车管理办法 2025-12-31", "不在这一年"),
        ("停车管理办法 2026-13-45", "没有认出公布日期"),
        ("新街办〔2026〕12号 2026-3-5", "没有认出标题"),
        ("x" * 200 + " 2026-3-5", "没有认出标题"),
        ("停车管理办法 2026-3-5\n停车管理办法 2026-3-6", "重复"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line: str, fault: str) -> None:
    assert fault in listed(line, 2026)[-1].fault


MATCHES = [
    # the list says, what was filed, whether they are one
    (("新街办〔2026〕12号", "停车办法"), ("新街办〔2026〕12号", "关于停车的若干规定"), 0, True),  # by number
    (("新街办（2026）12号", "停车办法"), ("新街办〔2026〕12号", "停车办法"), 0, True),  # brackets differ
    (
        ("", "停车管理办法"),
        ("新街办〔2026〕12号", "关于印发停车管理办法的通知"),
        3,
        False,
    ),  # too little alike
    (("", "停车管理办法的通知"), ("", "停车管理办法通知"), 3, True),  # alike, the days near
    (("", "停车管理办法的通知"), ("", "停车管理办法通知"), 40, False),  # alike, the days far apart
    (("", "停车管理办法"), ("", "停车管理办法"), 40, True),  # the same title
    (("新街办〔2026〕11号", "停车管理办法"), ("新街办〔2026〕12号", "停车管理办法"), 0, False),  # two numbers
]


@pytest.mark.parametrize(("line", "document", "apart", "one"), MATCHES)
def test_what_is_one_document(
    line: tuple[str, str], document: tuple[str, str], apart: int, one: bool
) -> None:
    filed_as = [Known(7, *document, DAY + timedelta(days=apart))]
    assert matched([Listed(*line, DAY)], filed_as) == [7 if one else None]


def test_each_document_stands_for_one_line() -> None:
    lines = [Listed("", "停车管理办法", DAY), Listed("新街办〔2026〕12号", "停车管理办法", DAY)]
    assert matched(lines, [Known(7, "新街办〔2026〕12号", "停车管理办法", DAY)]) == [None, 7]


def test_a_list_is_matched_as_it_comes_and_as_documents_come(town: SimpleNamespace) -> None:
    filed(town)
    kept(town)
    assert [item.document_id is not None for item in IssuedItem.objects.order_by("place")] == [True, False]
    second = TEXT.replace("停车", "养犬").replace("12号", "13号")
    filed(town, text=second, published_on=date(2026, 11, 12))
    assert not IssuedItem.objects.filter(document__isnull=True).exists()
    assert Fact.objects.get(kind="filing.listed").amount == 2
    assert audit().broken is None


def test_missing_hidden_and_late_are_shown(town: SimpleNamespace) -> None:
    filed(town, published_on=date(2026, 10, 9))  # 15 days and more ago
    other = TEXT.replace("停车", "河道").replace("12号", "14号")
    filed(town, text=other)
    kept(town)
    (row,) = makers_page(town.clerk, 2026, view="missing")[0]
    assert (row.lines, row.missing, row.filed, row.hidden, row.late) == (2, 1, 2, 1, 1)
    year = year_of(town.bodies.chengguan, 2026)
    assert [one.number for one in year.hidden] == ["新街办〔2026〕14号"]
    assert [one.number for one in year.late] == ["新街办〔2026〕12号"]
    assert makers_page(town.stranger, 2026)[0] == []


@pytest.mark.parametrize("who", ["other_handler", "expert", "leader", "auditor", "liaison", "stranger"])
def test_who_may_not_give_a_list(town: SimpleNamespace, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        kept(town, actor=getattr(town, who))
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize("text", ["", "   \n \x00", "没有日期的一份办法", "停车管理办法 2025-1-1"])
def test_a_list_that_cannot_be_read_keeps_nothing(town: SimpleNamespace, text: str) -> None:
    kept(town)
    with pytest.raises(Refusal) as refused:
        kept(town, text)
    assert "text" in refused.value.fields
    assert IssuedItem.objects.count() == 2


def test_that_there_were_none_is_a_list_too(town: SimpleNamespace) -> None:
    assert kept(town, "", nothing=True).items.count() == 0
    assert year_of(town.bodies.chengguan, 2026).list is not None


def chased(town: SimpleNamespace, *picked: str) -> Case:
    maker = town.bodies.chengguan
    assert items_chase(maker=maker, year=2026, picked=list(picked), actor=town.clerk, now=NOW) == len(picked)
    return Chase.objects.order_by("-pk")[0].case


def test_what_is_missing_is_asked_for_until_it_is_filed(town: SimpleNamespace) -> None:
    kept(town)
    case = chased(town, "item:新街办〔2026〕13号")
    assert (case.stage, case.duty, case.lead) == ("notified", "handler", town.bodies.chengguan)
    assert case.due_on == date(2026, 12, 4)  # ten working days
    assert Notice.objects.filter(case=case, recipient=f"body:{town.bodies.chengguan.pk}").exists()
    second = TEXT.replace("停车", "养犬").replace("12号", "13号")
    filed(town, text=second, published_on=date(2026, 11, 12))
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("weighing_reply", "filed")
    done = case_act(case_id=case.pk, action="accept_reply", raw={"note": ""}, actor=town.clerk, now=NOW)
    assert (done.stage, done.satisfaction) == ("chase_closed", "good")
    assert audit().broken is None


def test_an_explanation_is_weighed_and_may_be_refused(town: SimpleNamespace) -> None:
    kept(town)
    case = chased(town, "item:新街办〔2026〕13号")
    steps: list[tuple[str, Any, dict[str, str]]] = [
        ("explain_chase", town.handler, {"reply": "这是内部工作安排，不属于规范性文件。"}),
        ("insist", town.clerk, {"why": "第三条给居民设了义务，要报备。"}),
    ]
    for action, actor, raw in steps:
        case = case_act(case_id=case.pk, action=action, raw=raw, actor=actor, now=NOW)
    assert case.stage == "notified"


def test_overdue_it_goes_up_to_the_leader(town: SimpleNamespace) -> None:
    kept(town)
    case = chased(town, "item:新街办〔2026〕13号")
    for days in (13, 16, 17, 18, 19, 20):
        cases_sweep(now=NOW + timedelta(days=days))
    told = set(Notice.objects.filter(case=case, template="overdue").values_list("recipient", flat=True))
    assert any(one.startswith("role:clerk") for one in told)
    assert any(one.startswith("role:leader") for one in told)


def test_each_thing_is_asked_for_once(town: SimpleNamespace) -> None:
    kept(town)
    chased(town, "item:新街办〔2026〕13号")
    with pytest.raises(Refusal):
        chased(town, "item:新街办〔2026〕13号")
    with pytest.raises(Refusal):
        chased(town, "item:没有这一项")
    with pytest.raises(Refusal) as refused:
        items_chase(maker=town.bodies.chengguan, year=2026, picked=["list"], actor=town.handler, now=NOW)
    assert refused.value.code in ("forbidden", "input")


def test_makers_without_a_list_are_asked_for_it(town: SimpleNamespace) -> None:
    filed(town)
    later = NOW + timedelta(days=80)  # February of the year after
    without = makers_without(town.clerk, 2026)
    assert town.bodies.chengguan in without
    sent = lists_chase(makers=without, year=2026, actor=town.clerk, now=later)
    assert sent == len(without)
    assert makers_without(town.clerk, 2026) == []
    assert lists_chase(makers=without, year=2026, actor=town.clerk, now=later) == 0
    case = Chase.objects.get(maker=town.bodies.chengguan).case
    list_keep(maker=town.bodies.chengguan, year=2026, text=LIST, nothing=False, actor=town.handler, now=later)
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("weighing_reply", "filed")


def test_another_place_has_other_days(town: SimpleNamespace) -> None:
    """Beijing: 30 days (2024, art. 11)."""
    rule = {
        "procedure": "normative_filing",
        "stage": "filed_within",
        "amount": 30,
        "unit": "day",
        "source": "第十一条",
    }
    profile = {"profile": "别处", "limits": [{**rule, "tier": "", "source": "北京条例第十一条"}]}
    assert profile_load(profile=profile, actor=town.administrator, now=NOW) == 1
    case = filed(town, published_on=date(2026, 10, 25))
    assert Filing.objects.get(case=case).late_by == 0
    with pytest.raises(Refusal):
        profile_load(
            profile={"profile": "别处", "limits": [{**rule, "tier": "x"}]}, actor=town.administrator, now=NOW
        )


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_of_any_layout_is_read() -> None:
    content = workbook(
        ["序号", "标题", "文号", "公布日期"],
        [1, "停车管理办法", "新街办〔2026〕12号", date(2026, 11, 10)],
        [2, "养犬管理规定", None, "2026.11.12"],
    )
    found = listed("\n".join(sheet_lines(content)), 2026)
    assert [(one.number, one.title, one.day, one.fault) for one in found] == [
        ("新街办〔2026〕12号", "停车管理办法", date(2026, 11, 10), ""),
        ("", "养犬管理规定", date(2026, 11, 12), ""),
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a workbook", b"\x00" * 1000])
def test_what_is_no_workbook_is_named(content: bytes) -> None:
    with pytest.raises(Fault):
        sheet_lines(content)


@pytest.fixture
def maker_at_work(town: SimpleNamespace) -> Client:
    account = account_create(username="zhou", name="周", password=None, actor=SYSTEM, now=NOW)
    since = date(2022, 1, 1)
    body = town.bodies.chengguan
    grant_give(account=account, role=Role.HANDLER, scope="330182", body=body, since=since, actor=SYSTEM)
    client = Client()
    client.force_login(account, "tingchao.desk.backends.AccountBackend")
    return client


def test_a_dry_run_keeps_nothing(town: SimpleNamespace, maker_at_work: Client) -> None:
    there = f"/desk/filings/lists/{town.bodies.chengguan.pk}/2026/"
    content = workbook(["标题", "公布日期"], ["停车管理办法", date(2026, 11, 10)], ["养犬管理规定", "没写"])
    upload = SimpleUploadedFile("目录.xlsx", content)
    shown = maker_at_work.post(f"{there}list/", {"do": "check", "text": "", "file": upload})
    told = shown.content.decode()
    assert shown.status_code == 200
    assert "停车管理办法" in told
    assert not IssuedItem.objects.exists()
    lines = "停车管理办法\t2026-11-10\n养犬管理规定\t没写"
    refused = maker_at_work.post(f"{there}list/", {"do": "keep", "text": lines})
    assert refused.status_code == 422
    assert "养犬管理规定\t没写" in refused.content.decode()  # what was typed is still there
    assert maker_at_work.post(f"{there}list/", {"do": "keep", "text": LIST}).status_code == 302
    assert IssuedItem.objects.count() == 2
    broken = SimpleUploadedFile("目录.xlsx", b"PK nothing")
    assert maker_at_work.post(f"{there}list/", {"do": "check", "file": broken}).status_code == 422


def test_the_year_of_another_maker_is_not_there(town: SimpleNamespace, maker_at_work: Client) -> None:
    for path in (f"{town.bodies.jiaojing.pk}/2026/", f"{town.bodies.chengguan.pk}/2099/", "9/99999999999/"):
        assert maker_at_work.get(f"/desk/filings/lists/{path}").status_code == 404


def test_nobody_outside_sends_notices(town: SimpleNamespace) -> None:
    far = staff(Role.CLERK, "330106")
    kept(town)
    with pytest.raises(Refusal) as refused:
        items_chase(
            maker=town.bodies.chengguan, year=2026, picked=["item:新街办〔2026〕13号"], actor=far, now=NOW
        )
    assert refused.value.code == "forbidden"
