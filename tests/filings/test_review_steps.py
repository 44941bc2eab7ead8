"""Steps of a review that need more than a word: receipts, texts and repeals, committees and offices, symposia,
reminders, requests by organs; and what a notice opens."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, staff
from django.test import Client
from django.utils import timezone

from tests.filings.test_filings import MENDED, REVIEW, STEP, document_of, expert, filed, to_review, walk
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.models import Account, Body
from tingchao.directory.services import account_create, body_create, grant_give
from tingchao.engine.messages import link_of
from tingchao.engine.models import Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.documents.models import Version
from tingchao.instruments.documents.services import versions_screen
from tingchao.mechanisms.filing_review.models import Consultation, Receipt
from tingchao.mechanisms.filing_review.selectors import consultation_get
from tingchao.mechanisms.filing_review.services import (
    Asked,
    Refiled,
    consultations_remind,
    expert_ask,
    expert_reply,
    filing_assign,
    filing_refile,
    filing_register,
    filing_reopen,
    filing_repeal,
    filings_settle,
    opinion_ask,
)


def body(key: str, name: str, kind: str, region: str = "330182000000") -> tuple[Body, Actor]:
    """A body, and somebody of it."""
    made = body_create(key=key, name=name, kind=Body.Kind(kind), region_code=region, actor=SYSTEM)
    return made, staff(Role.HANDLER, "330182", body=made.pk)


# --- steps that stand apart -------------------------------------------------------------------------------

APART = [
    ("checking", "register", "clerk", {}),
    ("supplementing", "supplement", "handler", {"note": "补好了"}),
    ("rewriting", "rewrite", "handler", {"note": "改好了"}),
    ("lettered", "correct", "handler", {"done": "改好了"}),
    ("lettered", "repeal", "handler", {"on": "2026-11-20", "decision": "街道决定废止这份办法。"}),
]


def at(town: SimpleNamespace, stage: str) -> Case:
    case = filed(town)
    if stage == "supplementing":
        return walk(case, ("suspend", town.clerk, {"missing": "缺起草说明"}))
    if stage == "rewriting":
        return walk(case, ("suspend_text", town.clerk, {"missing": "第三条要改"}))
    return case if stage == "checking" else walk(to_review(town, case), ("inquire", town.clerk, STEP))


@pytest.mark.parametrize(("stage", "action", "who", "raw"), APART)
def test_words_alone_do_not_do(
    town: SimpleNamespace, stage: str, action: str, who: str, raw: dict[str, Any]
) -> None:
    case = at(town, stage)
    with pytest.raises(Refusal) as refused:
        case_act(case_id=case.pk, action=action, raw=raw, actor=getattr(town, who), now=NOW)
    assert refused.value.code == "apart"
    case.refresh_from_db()
    assert case.stage == stage


GIVEN = [
    ("supplementing", Refiled(note="补了"), "text"),  # nothing came
    ("supplementing", Refiled(note="补了", papers={"explanation": " \n"}), "text"),
    ("supplementing", Refiled(note="补了", papers={"explanation": "为了停车有序。"}), ""),
    ("supplementing", Refiled(note="补了", text=MENDED), ""),
    (
        "rewriting",
        Refiled(note="改了", papers={"explanation": "为了停车有序。"}),
        "text",
    ),  # the text was wrong
    ("rewriting", Refiled(note="改了", text="太短"), "text"),
    ("rewriting", Refiled(note="", text=MENDED), "note"),
    ("rewriting", Refiled(note="改了", text=MENDED), ""),
    ("lettered", Refiled(note="改了", papers={"report": "改正报告"}), "text"),
    ("lettered", Refiled(note="改了", text=MENDED), ""),
]


@pytest.mark.parametrize(("stage", "given", "fault"), GIVEN)
def test_what_was_asked_for_has_to_come(
    town: SimpleNamespace, stage: str, given: Refiled, fault: str
) -> None:
    case = at(town, stage)
    if fault:
        with pytest.raises(Refusal) as refused:
            filing_refile(case_id=case.pk, given=given, actor=town.handler, now=NOW)
        assert fault in refused.value.fields
        assert Version.objects.count() == 1  # nothing of it was kept
        return
    done = filing_refile(case_id=case.pk, given=given, actor=town.handler, now=NOW)
    assert done.stage == ("verifying" if stage == "lettered" else "checking")


def test_a_repeal_is_kept_with_its_decision_and_followed_to_the_end(town: SimpleNamespace) -> None:
    case = at(town, "lettered")
    decision, on = "街道决定废止《停车管理办法》，自即日起不再执行。", "2026-11-20"
    for who, text in ((town.other_handler, decision), (town.handler, "废止")):
        with pytest.raises(Refusal):
            filing_repeal(case_id=case.pk, decision=text, on=on, actor=who, now=NOW)
    with pytest.raises(Refusal):
        filing_repeal(case_id=case.pk, decision=decision, on="废止日", actor=town.handler, now=NOW)
    case = filing_repeal(case_id=case.pk, decision=decision, on=on, actor=town.handler, now=NOW)
    assert case.stage == "verifying"
    assert document_of(case).papers.get(kind="repeal").text == decision
    raw = {"effect": "repealed", "answer": "已经废止，核对无误。"}
    case = walk(case, ("effect", town.clerk, raw), ("confirm", town.handler, {}))
    walk(case, ("file_away", town.clerk, {"reason": "废止决定另行公布"}))
    filings_settle(now=NOW)
    assert document_of(case).state == "repealed"


def test_not_put_right_goes_back_to_the_maker(town: SimpleNamespace) -> None:
    case = at(town, "lettered")
    filing_refile(case_id=case.pk, given=Refiled(MENDED, "改了"), actor=town.handler, now=NOW)
    case = walk(case, ("mend_again", town.clerk, {"left": "第四条还没有改"}))
    again = Refiled(MENDED.replace("2026年12月15日", "2026年12月20日"), "第四条也改了")
    assert filing_refile(case_id=case.pk, given=again, actor=town.handler, now=NOW).stage == "verifying"


def test_a_document_in_force_is_reviewed_again(town: SimpleNamespace) -> None:
    told = {"answer": "审查过了，没有发现问题。"}
    known = {"public_title": "停车管理办法审查情况", "public_text": "审查了停车管理办法，没有发现问题。"}
    case = walk(to_review(town, filed(town)), ("no_problem", town.clerk, told), ("confirm", town.handler, {}))
    case = walk(case, ("make_known", town.clerk, known))
    filings_settle(now=NOW)
    given: dict[str, Any] = {"case_id": case.pk, "reason": "有居民建议审查第三条", "now": NOW}
    for actor, way, code in ((town.handler, "request", "forbidden"), (town.clerk, "", "input")):
        with pytest.raises(Refusal) as refused:
            filing_reopen(actor=actor, way=way, **given)
        assert refused.value.code == code
    case = filing_reopen(actor=town.clerk, way="request", **given)
    assert (case.stage, case.lead) == ("reviewing", town.bodies.chengguan)
    document = document_of(case)
    assert (document.state, document.public) == ("in_force", True)  # until something comes of it
    case = walk(case, ("opine", town.clerk, STEP))
    filing_refile(case_id=case.pk, given=Refiled(MENDED, "改了第三条"), actor=town.handler, now=NOW)
    case = walk(case, ("effect", town.clerk, {"effect": "corrected", **told}), ("confirm", town.handler, {}))
    walk(case, ("make_known", town.clerk, known))
    assert filings_settle(now=NOW) == 1
    assert document_of(case).versions == 2
    assert audit().broken is None


# --- receipts ---------------------------------------------------------------------------------------------


def test_receipts_are_numbered_without_gaps(town: SimpleNamespace) -> None:
    one, other = filed(town), filed(town, number="新街办〔2026〕30号")
    with pytest.raises(Refusal):
        filing_register(case_id=one.pk, note="", actor=town.handler, now=NOW)
    filing_register(case_id=other.pk, note="", actor=town.clerk, now=NOW)
    with pytest.raises(Refusal):
        filing_register(case_id=other.pk, note="", actor=town.clerk, now=NOW)  # twice
    numbers = [row.number for row in Receipt.objects.order_by("id")]
    assert numbers == ["备收〔2026〕1号", "备收〔2026〕2号", "备登〔2026〕1号"]
    assert Receipt.objects.order_by("id")[0].received == ["正文"]
    filing_register(case_id=one.pk, note="", actor=town.clerk, now=NOW + timedelta(days=60))
    assert Receipt.objects.get(case=one, kind="registered").number == "备登〔2027〕1号"


# --- who is asked -----------------------------------------------------------------------------------------


def test_committees_get_the_text_with_its_findings_and_the_legislative_commission_always(
    town: SimpleNamespace,
) -> None:
    city, cities = body("chengjian", "建德市人大城建环保工作委员会", "congress")
    law, _ = body("fagong", "建德市人大常委会法制工作委员会", "congress")
    case = filed(town)
    filing_register(case_id=case.pk, note="", actor=town.clerk, now=NOW)
    far, _ = body("far", "西湖区人大城建工委", "congress", "330106000000")
    with pytest.raises(Refusal):
        filing_assign(case_id=case.pk, raw=REVIEW, committees=[far.pk], actor=town.clerk, now=NOW)
    case = filing_assign(case_id=case.pk, raw=REVIEW, committees=[city.pk], actor=town.clerk, now=NOW)
    sent = {one.body_id: one for one in Consultation.objects.all()}
    assert set(sent) == {city.pk, law.pk}
    assert sent[city.pk].due_on == date(2026, 12, 21)  # 30 days, the last a Sunday: 民法典 203
    assert consultation_get(sent[city.pk].pk, cities) == sent[city.pk]
    assert consultation_get(sent[law.pk].pk, cities) is None
    with pytest.raises(Refusal):
        expert_reply(
            consultation_id=sent[law.pk].pk, opinion="这不是送给我们的，不该能交。", actor=cities, now=NOW
        )
    late = NOW + timedelta(days=50)
    expert_reply(
        consultation_id=sent[city.pk].pk, opinion="第三条没有依据，应当删去。", actor=cities, now=late
    )
    assert Event.objects.get(action="expert_said").data["late"] is True
    assert audit().broken is None


def test_offices_of_party_and_government_are_consulted(town: SimpleNamespace) -> None:
    office, somebody = body("shiban", "建德市委办公室", "department")
    case = to_review(town, filed(town))
    given: dict[str, Any] = {"question": "街道能不能设罚款？", "actor": town.clerk, "now": NOW}
    for wrong in (Asked("office", body=town.bodies.chengguan.pk), Asked("office", body=0), Asked(expert=0)):
        with pytest.raises(Refusal) as refused:  # the maker itself, nobody, nobody
            opinion_ask(case_id=case.pk, asked=wrong, **given)
        assert "expert" in refused.value.fields
    wanted = Asked("office", body=office.pk, due_on=date(2026, 11, 27))
    made = opinion_ask(case_id=case.pk, asked=wanted, **given)
    assert made.due_on == date(2026, 11, 27)
    with pytest.raises(Refusal):
        opinion_ask(case_id=case.pk, asked=wanted, **given)
    for who in (town.handler, town.leader, town.expert, town.liaison):
        with pytest.raises(Refusal) as refused:
            opinion_ask(case_id=case.pk, asked=wanted, **{**given, "actor": who})
        assert refused.value.code == "forbidden"
    expert_reply(consultation_id=made.pk, opinion="同意，街道没有处罚权。", actor=somebody, now=NOW)
    assert Fact.objects.get(kind="filing.expert_said").body_id == office.pk


def test_an_opinion_is_reminded_of_once_before_and_once_after_its_day(town: SimpleNamespace) -> None:
    office, somebody = body("shiban", "建德市委办公室", "department")
    case = to_review(town, filed(town))
    asked = Asked("office", body=office.pk, due_on=date(2026, 11, 27))
    made = opinion_ask(case_id=case.pk, asked=asked, question="街道能不能设罚款？", actor=town.clerk, now=NOW)
    told = [consultations_remind(now=NOW + timedelta(days=days)) for days in (3, 5, 6, 8, 9)]
    assert told == [0, 1, 0, 1, 0]
    late = Notice.objects.get(template="consulted_late")
    assert late.recipient == "role:clerk@330182001000"
    assert Notice.objects.filter(template="consulted", recipient=f"body:{office.pk}").count() == 3
    expert_reply(consultation_id=made.pk, opinion="同意，街道没有处罚权。", actor=somebody, now=NOW)
    assert consultations_remind(now=NOW + timedelta(days=20)) == 0
    assert audit().broken is None


def browser(username: str, role: Role, scope: str = "330182", body: Body | None = None) -> Client:
    account = Account.objects.filter(username=username).first() or account_create(
        username=username, name=username, password=None, actor=SYSTEM, now=NOW
    )
    if not account.grants.exists():
        since = date(2022, 1, 1)
        grant_give(account=account, role=role, scope=scope, body=body, since=since, actor=SYSTEM)
    client = Client()
    client.force_login(account, "tingchao.desk.backends.AccountBackend")
    return client


def test_what_the_notice_of_an_expert_opens(town: SimpleNamespace) -> None:
    fan = expert()
    case = to_review(town, filed(town))
    expert_ask(case_id=case.pk, expert_id=fan.id or 0, question="第三条能不能罚？", actor=town.clerk, now=NOW)
    notice = Notice.objects.get(recipient=f"account:{fan.id}")
    path = link_of(notice).partition("/desk/")[2]
    client = browser("fan", Role.EXPERT, "3301")
    shown = client.get(f"/desk/{path}").content.decode()
    assert "第三条能不能罚" in shown
    assert "审查发现" not in shown
    document = document_of(case)
    for closed in (f"/desk/filings/{document.pk}/", f"/desk/case/{case.number}/", "/desk/filings/"):
        assert client.get(closed).status_code in (403, 404), closed
    clerk = browser("shen", Role.CLERK)
    assert "征求意见" in clerk.get(f"/desk/case/{case.number}/").content.decode()  # its step has a name


# --- the page ---------------------------------------------------------------------------------------------


def test_forms_sent_wrongly_keep_what_was_typed(town: SimpleNamespace) -> None:
    case = to_review(town, filed(town))
    there = f"/desk/filings/{document_of(case).pk}/"
    clerk = browser("shen", Role.CLERK)
    wrong: list[tuple[str, dict[str, str], str]] = [
        ("expert/", {"expert": "nobody:x", "question": "这一条行不行呢"}, "这一条行不行呢"),
        ("expert/", {"expert": f"body:{2**70}", "question": "这一条行不行呢"}, "这一条行不行呢"),
        ("inquiry/", {"method": "symposium", "day": "2026-12-01", "note": "谈一谈停车"}, "谈一谈停车"),
        ("inquiry/", {"method": "spot", "day": "not a day", "note": "看了路口"}, "看了路口"),
        (
            "remind/?kind=advise",
            {"letter": "请注意这一条有歧义", "reply_by": "1999-01-01"},
            "请注意这一条有歧义",
        ),
    ]
    for path, form, typed in wrong:
        answer = clerk.post(f"{there}{path}", form)
        assert answer.status_code == 422, path
        assert typed in answer.content.decode(), path
    assert not Consultation.objects.filter(kind="office").exists()
    outside = browser("far", Role.CLERK, "330106")
    for path in ("register/", "assign/", "text/", "repeal/", "expert/", "inquiry/", "remind/"):
        assert outside.post(f"{there}{path}", {}).status_code == 404, path


def test_a_page_takes_as_many_statements_with_many_findings(
    town: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    case = to_review(town, filed(town))
    versions_screen(actor=SYSTEM, now=timezone.now())
    clerk = browser("shen", Role.CLERK)
    there = f"/desk/filings/{document_of(case).pk}/"
    clerk.get(there)
    # session, account, grants, counts; document, versions, papers, filing, findings; experts, bodies; receipts,
    # letters, consultations, inquiries
    with django_assert_max_num_queries(16):
        assert clerk.get(there).status_code == 200
