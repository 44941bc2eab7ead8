"""A document from its filing to the catalogue: filed, returned to be supplemented, screened, reviewed, put right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, staff
from django.test import Client
from django.utils.timezone import now as clock

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, Actor, Hold, reporter
from tingchao.directory.services import account_create, body_create, grant_give
from tingchao.engine.models import Case, Event, Fact
from tingchao.engine.services import case_act, case_lapse
from tingchao.instruments.documents.models import Document, Finding
from tingchao.instruments.documents.selectors import catalogue
from tingchao.instruments.documents.services import (
    Written,
    documents_expire,
    finding_decide,
    latest,
    versions_screen,
)
from tingchao.mechanisms.filing_review.models import Filing
from tingchao.mechanisms.filing_review.selectors import (
    consultation_get,
    consultations_for,
    coverage,
    filings_page,
)
from tingchao.mechanisms.filing_review.services import (
    Refiled,
    expert_ask,
    expert_reply,
    filing_assign,
    filing_file,
    filing_refile,
    filing_register,
    filings_settle,
    suggestion_file,
    text_refile,
)

DAY = date(2026, 11, 10)

TEXT = """新安江街道办事处关于印发《停车管理办法》的通知

新街办〔2026〕12号

各村（社区）：
现将《停车管理办法》印发给你们，请遵照执行。

第一条 为了规范停车秩序，根据《中华人民共和国道路交通安全法》，制定本办法。
第二条 在公共区域停车的，应当按标线停放。
第三条 违反本办法乱停车的，由街道处以五百元罚款。
第四条 本办法自2026年12月15日起施行，有效期至2027年12月31日。

新安江街道办事处
2026年11月10日
"""

MENDED = TEXT.replace("由街道处以五百元罚款", "由街道劝导，并移送公安机关交通管理部门依法处理")
STEP = {"ground": "beyond", "letter": "第三条设定罚款，规范性文件不得设定行政处罚。"}
REVIEW: dict[str, object] = {"subject": "city", "way": "own", "method": "paper", "note": ""}
TOLD = {"answer": "审查过了，按改后的文本执行。"}
KNOWN = {"public_title": "停车管理办法审查情况", "public_text": "审查了停车管理办法，第三条已经修改。"}


def written(town: SimpleNamespace, **changed: Any) -> Written:
    return Written(**{"maker": town.bodies.chengguan, "text": TEXT, "published_on": DAY, **changed})


def filed(town: SimpleNamespace, **changed: Any) -> Case:
    return filing_file(written=written(town, **changed), submission=None, actor=town.handler, now=NOW)


def walk(case: Case, *steps: tuple[str, Actor, dict[str, Any]]) -> Case:
    for action, actor, raw in steps:
        case = case_act(case_id=case.pk, action=action, raw=raw, actor=actor, now=NOW)
    return case


def to_review(town: SimpleNamespace, case: Case) -> Case:
    filing_register(case_id=case.pk, note="", actor=town.clerk, now=NOW)
    return filing_assign(case_id=case.pk, raw=REVIEW, committees=[], actor=town.clerk, now=NOW)


def document_of(case: Case) -> Document:
    return Document.objects.get(filing__case=case)


def test_a_document_comes_with_what_its_text_says_of_it(town: SimpleNamespace) -> None:
    document = document_of(filed(town))
    assert versions_screen(actor=SYSTEM, now=NOW) == 1
    assert versions_screen(actor=SYSTEM, now=NOW) == 0  # once
    assert document.number == "新街办〔2026〕12号"
    assert "停车管理办法" in document.title
    assert document.valid_until == date(2027, 12, 31)
    found = latest(document).findings.filter(quote__contains="五百元罚")
    assert found.exists()
    assert all(TEXT.strip()[one.start : one.end] == one.quote for one in found)


def test_from_filing_to_the_catalogue(town: SimpleNamespace) -> None:
    case = filed(town)
    case = walk(case, ("suspend", town.clerk, {"missing": "缺起草说明，请补上。"}))
    assert (case.stage, case.duty) == ("supplementing", "handler")
    papers = Refiled(note="补了起草说明", papers={"explanation": "为了规范停车，请了两次座谈会。"})
    case = filing_refile(case_id=case.pk, given=papers, actor=town.handler, now=NOW)
    case = walk(to_review(town, case), ("inquire", town.clerk, STEP))
    case = text_refile(case_id=case.pk, text=MENDED, note="改了第三条", actor=town.handler, now=NOW)
    assert (case.stage, document_of(case).versions) == ("verifying", 2)
    effect = ("effect", town.clerk, {"effect": "corrected", **TOLD})
    case = walk(case, effect, ("confirm", town.handler, {}), ("make_known", town.clerk, KNOWN))
    assert (case.stage, case.outcome, case.visibility) == ("made_known", "corrected", "public")
    assert catalogue("", DAY)[0] == []
    assert filings_settle(now=NOW) == 1
    assert filings_settle(now=NOW) == 0
    assert [one.pk for one in catalogue("依法处理", DAY)[0]] == [document_of(case).pk]
    assert catalogue("五百元罚款", DAY)[0] == []  # what it said before is not what is in force
    kinds = set(Fact.objects.filter(case=case).values_list("kind", flat=True))
    assert {"filing.filed", "filing.registered", "filing.reviewed", "filing.put_right"} <= kinds


def test_a_stated_period_ends_by_itself(town: SimpleNamespace) -> None:
    case = walk(to_review(town, filed(town)), ("no_problem", town.clerk, TOLD), ("confirm", town.handler, {}))
    walk(case, ("make_known", town.clerk, KNOWN))
    filings_settle(now=NOW)
    document = document_of(case)
    assert document.state_on(date(2027, 12, 31)) == "in_force"
    assert document.state_on(date(2028, 1, 1)) == "expired"
    assert catalogue("停车", date(2028, 1, 1))[0] == []
    assert catalogue("停车", date(2028, 1, 1), in_force=False)[0] == [document]
    last_day = datetime(2027, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 here
    assert documents_expire(now=last_day) == 0
    assert documents_expire(now=last_day + timedelta(minutes=1)) == 1
    assert documents_expire(now=last_day + timedelta(days=9)) == 0
    document = document_of(case)
    assert (document.state, document.state_on(date(2028, 1, 1))) == ("expired", "expired")
    noted = Event.objects.get(stream=document.stream, action="document.expired")
    assert noted.data["valid_until"] == "2027-12-31"
    assert catalogue("停车", date(2028, 1, 1), in_force=False)[0] == [document]


CLIMBS = [
    (("talk", "explain_talk"), "weighing_talk", "监督法 ch. 5: talk first"),
    (("inquire", "explain_letter"), "weighing_letter", "then a letter"),
    (("opine", "explain_opinion"), "weighing_opinion", "then a written opinion, 监督法 39"),
    (("opine", "plan"), "planned", "a written plan interrupts the review"),
    (("talk", "inquire", "opine", "move"), "motion", "each step up is open from the one below"),
    (("opine", "move", "set_term"), "planned", "the standing committee sets a term"),
]


@pytest.mark.parametrize(("steps", "stage", "why"), CLIMBS)
def test_outcomes_climb(town: SimpleNamespace, steps: tuple[str, ...], stage: str, why: str) -> None:
    raw = {"plan": {"by": "2026-12-31", "plan": "年底前改第三条"}, "set_term": {"term": "三个月内改好"}}
    case = to_review(town, filed(town))
    for action in steps:
        reply = {"reply": "我们认为第三条是转述上位法的规定。"}
        maker = action == "plan" or action.startswith("explain")
        typed = raw.get(action, reply if maker else STEP)
        case = walk(case, (action, town.handler if maker else town.clerk, typed))
    assert case.stage == stage, why


def test_an_annulled_document_is_in_force_no_more(town: SimpleNamespace) -> None:
    case = walk(to_review(town, filed(town)), ("opine", town.clerk, STEP), ("move", town.clerk, STEP))
    case = walk(case, ("annul", town.clerk, {"answer": "常委会决定撤销这份文件。"}))
    over = case_lapse(case_id=case.pk, now=case.due_at)
    assert (over.stage, over.satisfaction) == ("publishing", "unrated")
    walk(over, ("file_away", town.clerk, {"reason": "决定另行公布"}))
    filings_settle(now=NOW)
    assert document_of(case).state == "repealed"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"text": ""}, "input", "text"),
        ({"text": "\x00\u200b"}, "input", "text"),
        ({"text": "字" * 200_001}, "input", "text"),
        ({"published_on": date(2026, 11, 21)}, "input", "published_on"),
        ({"text": "没有标题的一段话，只有正文，没有条，也没有落款，什么都没有。" * 3, "title": "  "}, "input", "title"),
    ],
)  # fmt: skip
def test_what_cannot_be_filed(town: SimpleNamespace, changed: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        filed(town, **changed)
    assert refused.value.code == code
    assert field in refused.value.fields
    assert not Document.objects.exists()


def test_a_number_is_filed_once(town: SimpleNamespace) -> None:
    filed(town)
    with pytest.raises(Refusal, match="已经报备过"):
        filed(town)
    other = written(town, maker=town.bodies.jiaojing)
    with pytest.raises(Refusal, match="联合发文"):
        filing_file(written=other, submission=None, actor=town.other_handler, now=NOW)


def test_sent_twice_it_is_one(town: SimpleNamespace) -> None:
    one = filing_file(written=written(town), submission="k", actor=town.handler, now=NOW)
    assert filing_file(written=written(town), submission="k", actor=town.handler, now=NOW).pk == one.pk


@pytest.mark.parametrize("who", ["other_handler", "clerk", "liaison", "expert", "administrator", "stranger"])
def test_only_the_maker_files(town: SimpleNamespace, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        filing_file(written=written(town), submission=None, actor=getattr(town, who), now=NOW)
    assert refused.value.code == "forbidden"


def test_a_maker_files_in_its_own_scope_only(town: SimpleNamespace) -> None:
    outside = staff(Role.HANDLER, "330106", body=town.bodies.chengguan.pk)
    with pytest.raises(Refusal) as refused:
        filing_file(written=written(town), submission=None, actor=outside, now=NOW)
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    ("published", "filed_on", "days"),
    [
        (date(2026, 11, 1), date(2026, 11, 16), 0),  # 15 days, the first not counted: 民法典 201
        (date(2026, 11, 1), date(2026, 11, 17), 1),
        (date(2026, 11, 1), date(2026, 11, 1), 0),
        (date(2026, 2, 20), date(2026, 3, 9), 0),  # the last day, 7 March, is a Saturday: 民法典 203
        (date(2026, 2, 20), date(2026, 3, 31), 22),
    ],
)
def test_late_by_days_after_publication(
    town: SimpleNamespace, published: date, filed_on: date, days: int
) -> None:
    moment = NOW.replace(year=filed_on.year, month=filed_on.month, day=filed_on.day)
    case = filing_file(
        written=written(town, published_on=published), submission=None, actor=town.handler, now=moment
    )
    assert Filing.objects.get(case=case).late_by == days


def test_a_new_text_only_when_asked_for_and_never_the_same(town: SimpleNamespace) -> None:
    case = filed(town)
    with pytest.raises(Refusal) as refused:
        text_refile(case_id=case.pk, text=MENDED, note="改了", actor=town.handler, now=NOW)
    assert refused.value.code == "not_here"
    walk(case, ("suspend", town.clerk, {"missing": "缺起草说明"}))
    with pytest.raises(Refusal, match="有几处") as same:
        text_refile(case_id=case.pk, text=TEXT, note="没改", actor=town.handler, now=NOW)
    assert "text" in same.value.fields
    with pytest.raises(Refusal) as other:
        text_refile(case_id=case.pk, text=MENDED, note="改了", actor=town.other_handler, now=NOW)
    assert other.value.code == "forbidden"
    late = text_refile(
        case_id=case.pk, text=MENDED, note="改了", actor=town.handler, now=NOW + timedelta(days=40)
    )
    assert late.stage == "checking"


def test_a_finding_is_accepted_or_set_aside_with_a_reason(town: SimpleNamespace) -> None:
    filed(town)
    versions_screen(actor=SYSTEM, now=NOW)
    one = Finding.objects.first()
    with pytest.raises(Refusal) as short:
        finding_decide(finding_id=one.pk, accept=False, reason="不", actor=town.clerk, now=NOW)
    assert "reason" in short.value.fields
    for who in (town.handler, town.expert, town.leader, town.auditor, town.liaison):
        with pytest.raises(Refusal) as refused:
            finding_decide(finding_id=one.pk, accept=True, reason="", actor=who, now=NOW)
        assert refused.value.code == "forbidden"
    done = finding_decide(
        finding_id=one.pk, accept=False, reason="转述上位法的规定", actor=town.clerk, now=NOW
    )
    assert (done.state, done.decided_by) == ("set_aside", town.clerk.name)


def expert(name: str = "fan") -> Actor:
    account = account_create(username=name, name="范专家", password=None, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=Role.EXPERT, scope="3301", since=date(2022, 1, 1), actor=SYSTEM)
    return Actor("account", account.pk, account.name, (Hold(Role.EXPERT, "3301"),))


def test_an_expert_sees_only_what_they_were_sent(town: SimpleNamespace) -> None:
    fan, other = expert(), expert("other")
    case = to_review(town, filed(town))
    asked = expert_ask(
        case_id=case.pk, expert_id=fan.id or 0, question="第三条能不能罚？", actor=town.clerk, now=NOW
    )
    assert [one.pk for one in consultations_for(fan)] == [asked.pk]
    assert consultations_for(other) == []
    assert consultation_get(asked.pk, other) is None
    assert filings_page(fan) == ([], 0)
    for who in (other, town.clerk):
        with pytest.raises(Refusal):
            expert_reply(consultation_id=asked.pk, opinion="我觉得不能设定罚款。", actor=who, now=NOW)
    expert_reply(consultation_id=asked.pk, opinion="规范性文件不能设定罚款，应删去。", actor=fan, now=NOW)
    with pytest.raises(Refusal, match="已经交过"):
        expert_reply(consultation_id=asked.pk, opinion="再说一遍，不能设定罚款。", actor=fan, now=NOW)
    with pytest.raises(Refusal):
        expert_ask(
            case_id=case.pk, expert_id=fan.id or 0, question="第三条能不能罚？", actor=town.clerk, now=NOW
        )


def test_a_suggestion_is_answered(town: SimpleNamespace) -> None:
    document = document_of(filed(town))
    told = {"document": document, "submission": "s", "actor": reporter(0), "now": NOW}
    with pytest.raises(Refusal):
        suggestion_file(text="不对", **told)
    case = suggestion_file(text="第三条街道没有权力罚款，请审查。", **told)
    assert suggestion_file(text="第三条街道没有权力罚款，请审查。", **told).pk == case.pk
    case = walk(case, ("take_up", town.clerk, {}), ("feed_back", town.clerk, {"result": "taken_up", **TOLD}))
    assert (case.stage, case.outcome) == ("asking", "taken_up")
    case = walk(case, ("request_poor", reporter(case.pk), {"missing": "什么时候改好没说"}))
    assert case.stage == "studying"


def test_coverage_names_who_has_not_filed(town: SimpleNamespace) -> None:
    filed(town)
    rows = coverage(["3301"], 2026)
    assert [(one.name, one.townships, one.filed_by, one.documents) for one in rows] == [
        ("西湖区", 1, 0, 0),
        ("建德市", 2, 1, 1),
    ]
    assert rows[1].missing == ("洋溪街道",)


PAGES = [
    "/desk/filings/",
    "/desk/filings/coverage/",
    "/desk/filings/lists/?year=2026",
    "/desk/filings/lists/?year=2025&view=no_list",
]


@pytest.fixture
def clerk_at_work(town: SimpleNamespace) -> Client:
    account = account_create(username="shen", name="沈", password=None, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=Role.CLERK, scope="3301", since=date(2022, 1, 1), actor=SYSTEM)
    client = Client()
    client.force_login(account, "tingchao.desk.backends.AccountBackend")
    return client


@pytest.mark.parametrize("page", PAGES)
def test_lists_cost_the_same_however_long(
    town: SimpleNamespace, clerk_at_work: Client, page: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        filed(town, number=f"新街办〔2026〕{number + 20}号")
    for number in range(30):
        name, region = f"第{number}街道办事处", "330182001000"
        body_create(key=f"j{number}", name=name, kind="government", region_code=region, actor=SYSTEM)
    clerk_at_work.get(page)
    with django_assert_max_num_queries(6):
        assert clerk_at_work.get(page).status_code == 200


def test_text_and_findings_side_by_side_and_versions_compared(
    town: SimpleNamespace, clerk_at_work: Client
) -> None:
    case = filed(town)
    walk(case, ("suspend", town.clerk, {"missing": "缺起草说明"}))
    text_refile(case_id=case.pk, text=MENDED, note="改了第三条", actor=town.handler, now=clock())
    versions_screen(actor=SYSTEM, now=clock())
    there = f"/desk/filings/{document_of(case).pk}/"
    shown = clerk_at_work.get(f"{there}?version=1").content.decode()
    assert 'class="found"' in shown
    assert "采纳" in shown
    compared = clerk_at_work.get(f"{there}compare/").content.decode()
    assert "<ins>" in compared
    assert "五百元罚款" in compared
