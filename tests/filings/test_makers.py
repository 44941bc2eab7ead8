"""Who makes documents: each kind of body with what it may do and what it owes (《监督法》2024 第三十九条)."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, staff

from tests.filings.test_filings import DAY, REVIEW, STEP, TOLD, document_of, walk
from tingchao.core.roles import Role
from tingchao.core.screening.findings import Issuer
from tingchao.core.steps import Refusal
from tingchao.desk.meetings.inviting import invite_asks
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.models import Body
from tingchao.directory.selectors import bodies_for
from tingchao.directory.services import body_create
from tingchao.engine.handover import work_hand_over
from tingchao.engine.models import Case, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.documents.models import Finding
from tingchao.instruments.documents.screening import issuer_of
from tingchao.instruments.documents.services import Written, latest, versions_screen
from tingchao.instruments.letters.models import Letter
from tingchao.instruments.letters.selectors import addressees_of
from tingchao.instruments.letters.services import Drafted, letter_issue
from tingchao.instruments.meetings.services import Called, meeting_create
from tingchao.mechanisms.filing_review.models import Chase, Filing
from tingchao.mechanisms.filing_review.rules import filed_within, may_demand
from tingchao.mechanisms.filing_review.selectors import coverage, makers_of, offices_near
from tingchao.mechanisms.filing_review.selectors.annual import Scope, report
from tingchao.mechanisms.filing_review.selectors.lists import makers_within
from tingchao.mechanisms.filing_review.services import (
    Asked,
    demand_file,
    expert_reply,
    filing_assign,
    filing_file,
    filing_register,
    filing_reopen,
    items_chase,
    list_keep,
    opinion_ask,
    reminder_send,
)
from tingchao.mechanisms.filing_review.services.sending import package_of, sending_ask

COUNTY = "330182000000"

TEXT = """建德市人民法院关于诉讼服务工作的规定
建法发〔2026〕3号
院内各部门、各人民法庭：
第一条 立案窗口当场接收起诉状，符合法律规定条件的，当场登记立案，出具凭证。
第二条 办公用品的采购，近三年在本市有同类业绩的，加五分。
第三条 当事人复制案卷材料的，按每页收取工本费二元。
第四条 本规定自2026年12月15日起施行，有效期至2028年12月31日。
建德市人民法院
2026年11月10日
"""


@dataclass(frozen=True, slots=True)
class May:
    """What a kind of body may do, and what it owes."""

    name: str
    handed: bool  # gets what people raise, as lead or beside it
    files: bool  # has an account from which documents are filed
    lists: bool  # owes a yearly list although it filed nothing
    demands: bool  # may demand a review, which must be taken up
    issuer: Issuer  # as whose its documents are screened
    counted: str  # where the year's report counts what it filed


N = Issuer.NORMATIVE
KINDS = {
    "government": May("建德市人民政府", True, True, True, True, N, "makers.government"),
    "office": May("建德市人民政府办公室", True, True, True, False, N, "makers.office"),
    "department": May("建德市水利局", True, True, False, False, N, "makers.department"),
    "congress": May("建德市人大常委会机关", False, True, False, True, N, "makers.congress"),
    "community": May("建德市白沙社区", True, False, False, False, N, ""),
    "court": May("建德市人民法院", False, True, True, True, Issuer.JUDICIAL, "makers.court"),
    "procuracy": May("建德市人民检察院", False, True, True, True, Issuer.JUDICIAL, "makers.procuracy"),
    "supervision": May("建德市监察委员会", False, True, True, True, Issuer.SUPERVISORY, "makers.supervision"),
}
"""Offices of governments are departments; their name says whose they are."""

JUSTICE = ("court", "procuracy", "supervision")


def maker(kind: str) -> tuple[Body, Actor]:
    """A body of a kind in the county, and somebody who handles for it."""
    stored = "department" if kind == "office" else kind
    made = body_create(
        key=f"x-{kind}", name=KINDS[kind].name, kind=Body.Kind(stored), region_code=COUNTY, actor=SYSTEM
    )
    return made, staff(Role.HANDLER, "330182", body=made.pk)


def filed(body: Body, who: Actor, *, text: str = TEXT, published: date = DAY) -> Case:
    written = Written(maker=body, text=text, published_on=published)
    return filing_file(written=written, submission=None, actor=who, now=NOW)


def test_every_kind_stands_in_the_table() -> None:
    assert {str(kind) for kind in Body.Kind} == set(KINDS) - {"office"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_of_body_may_and_owes(town: SimpleNamespace, kind: str) -> None:
    may, (body, who) = KINDS[kind], maker(kind)
    assert (body in bodies_for(town.region)) is may.handed
    assert body in bodies_for(town.region, organs=True)
    assert (makers_of(who) == [body]) is may.files
    assert (body in makers_within(town.clerk, NOW.year)) is may.lists
    assert may_demand(body.kind, body.name) is may.demands
    assert issuer_of(body.kind) is may.issuer


@pytest.mark.parametrize("kind", [kind for kind, may in KINDS.items() if may.files])
def test_what_a_maker_files_is_screened_counted_and_late_by_its_level(
    town: SimpleNamespace, kind: str
) -> None:
    may, (body, who) = KINDS[kind], maker(kind)
    case = filed(body, who, published=date(2026, 10, 21))  # thirty days ago
    assert (case.stage, case.lead, case.region_id) == ("checking", body, COUNTY)
    assert Filing.objects.get(case=case).late_by == 0
    assert versions_screen(actor=SYSTEM, now=NOW) == 1
    rules = set(latest(document_of(case)).findings.values_list("rule", "article"))
    local = next(article for rule, article in rules if rule == "procurement.local-merit")
    assert ("政府采购法" in local) is (may.issuer is not N)
    assert [(one.key, one.count) for one in report(Scope("3301", NOW.year)).makers] == [(may.counted, 1)]
    assert body in makers_within(town.clerk, NOW.year)
    (jiande, _) = coverage(["330182", "330106"], NOW.year)[::-1]
    assert (jiande.own.documents, jiande.documents) == (1, 0)


@pytest.mark.parametrize(
    ("region", "key", "days"),
    [
        ("330182001000", "filed_within", 15),  # a sub-district
        ("330182000000", "organ_filed_within", 30),  # a county's court, government, office
        ("330100000000", "organ_filed_within", 30),  # the city's
    ],
)
def test_how_long_after_publication_one_files(
    town: SimpleNamespace, region: str, key: str, days: int
) -> None:
    assert filed_within(region) == key
    body = body_create(key="m", name="某机关", kind=Body.Kind.GOVERNMENT, region_code=region, actor=SYSTEM)
    who = staff(Role.HANDLER, "3301", body=body.pk)
    for over in (0, 1):
        published = NOW.date() - timedelta(days=days + over)
        case = filed(body, who, text=TEXT.replace("3号", f"{over}3号"), published=published)
        assert Filing.objects.get(case=case).late_by == over


# --- what people raise is never theirs --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["congress", *JUSTICE])
def test_no_voice_is_handed_to_an_organ_of_state(
    town: SimpleNamespace, handed: dict[str, Any], kind: str
) -> None:
    from tests.pages.conftest import heard

    body, who = maker(kind)
    voice = heard(town, 1)
    for part in ({"lead": str(body.pk)}, {"joint": [str(body.pk)]}):
        with pytest.raises(Refusal) as refused:
            case_act(case_id=voice.pk, action="assign", raw={**handed, **part}, actor=town.liaison, now=NOW)
        assert set(refused.value.fields) == set(part)
    case = case_act(case_id=voice.pk, action="assign", raw=handed, actor=town.liaison, now=NOW)
    assert body not in addressees_of(case)
    drafted = Drafted("ask", str(body.pk), "路灯", "请说明这件事怎么办。", NOW.date().isoformat())
    with pytest.raises(Refusal) as unwritten:
        letter_issue(case_id=case.pk, drafted=drafted, actor=town.clerk, now=NOW)
    assert "body" in unwritten.value.fields
    with pytest.raises(Refusal):
        case_act(case_id=case.pk, action="answer", raw={}, actor=who, now=NOW)


@pytest.mark.parametrize("kind", ["congress", *JUSTICE])
def test_an_organ_of_state_may_be_a_guest(town: SimpleNamespace, kind: str) -> None:
    body, _ = maker(kind)
    starts = NOW + timedelta(days=9)
    called = Called("review_training", "备案审查培训", starts, starts + timedelta(hours=2), place="礼堂")
    meeting = meeting_create(called=called, actor=town.clerk, now=NOW, region_code=COUNTY)
    (bodies,) = [one for one in invite_asks(meeting, NOW) if one.key == "bodies"]
    assert str(body.pk) in [key for key, _, _ in bodies.options]


# --- their own filings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", JUSTICE)
def test_nobody_else_files_for_it(town: SimpleNamespace, kind: str) -> None:
    body, _ = maker(kind)
    for who in (town.handler, town.clerk, town.leader, town.expert, town.administrator):
        with pytest.raises(Refusal) as refused:
            filed(body, who)
        assert refused.value.code == "forbidden"


def reviewed(town: SimpleNamespace, kind: str) -> tuple[Case, Body, Actor]:
    """A filing that is under review."""
    body, who = maker(kind)
    case = filed(body, who)
    filing_register(case_id=case.pk, note="", actor=town.clerk, now=NOW)
    raw = {**REVIEW, "subject": "law"}
    return filing_assign(case_id=case.pk, raw=raw, committees=[], actor=town.clerk, now=NOW), body, who


@pytest.mark.parametrize("kind", JUSTICE)
def test_it_is_written_to_answers_and_goes_on_to_the_province(
    town: SimpleNamespace, kind: str, settings: Any, tmp_path: Any
) -> None:
    settings.ATTACHMENTS_DIR = tmp_path
    case, body, who = reviewed(town, kind)
    case = walk(case, ("inquire", town.clerk, STEP))
    assert (case.duty, body in addressees_of(case)) == ("handler", True)
    reminder_send(
        case_id=case.pk,
        letter="请尽快答复第二条的问题。",
        reply_by=date(2026, 12, 1),
        actor=town.clerk,
        now=NOW,
    )
    assert Letter.objects.get(case=case).body == body
    assert Notice.objects.filter(recipient=f"body:{body.pk}", template="letter_issued").count() == 1
    case = walk(
        case,
        ("explain_letter", who, {"reply": "第二条按照政府采购法改，第三条删去。"}),
        ("accept_explanation", town.clerk, TOLD),
        ("confirm", who, {}),
        ("file_away", town.clerk, {"reason": "只在院内执行"}),
    )
    sending = sending_ask(case_id=case.pk, actor=town.clerk, now=NOW)
    with zipfile.ZipFile(BytesIO(package_of(sending).content)) as box:
        about = json.loads(box.read("manifest.json"))["document"]
    assert (about["maker"], about["maker_kind"]) == (body.name, kind)
    assert about["issuer"] == KINDS[kind].issuer.value
    again = {"way": "special", "reason": "专项审查收费条款", "actor": town.clerk, "now": NOW}
    assert filing_reopen(case_id=case.pk, **again).stage == "reviewing"
    assert audit().broken is None


@pytest.mark.parametrize("kind", JUSTICE)
def test_its_yearly_list_and_what_is_missing_from_it(town: SimpleNamespace, kind: str) -> None:
    body, who = maker(kind)
    filed(body, who)
    lines = "建法发〔2026〕3号 诉讼服务工作的规定 2026-11-10\n建法发〔2026〕9号 庭审纪律的规定 2026-11-12"
    kept = list_keep(maker=body, year=2026, text=lines, nothing=False, actor=who, now=NOW)
    assert [item.document_id is not None for item in kept.items.order_by("place")] == [True, False]
    key = "item:建法发〔2026〕9号"
    assert items_chase(maker=body, year=2026, picked=[key], actor=town.clerk, now=NOW) == 1
    case = Chase.objects.get(maker=body).case
    assert (case.stage, case.lead) == ("notified", body)
    assert Notice.objects.filter(case=case, recipient=f"body:{body.pk}").exists()
    filed(
        body,
        who,
        text=TEXT.replace("3号", "9号").replace("诉讼服务工作", "庭审纪律"),
        published=date(2026, 11, 12),
    )
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("weighing_reply", "filed")


@pytest.mark.parametrize("kind", JUSTICE)
def test_it_is_asked_about_others_documents_and_may_demand_a_review(town: SimpleNamespace, kind: str) -> None:
    body, who = maker(kind)
    office, clerk = maker("office")
    case = filed(office, clerk)
    assert body in offices_near(COUNTY, office.pk)
    asked = Asked(kind="office", body=body.pk)
    sent = opinion_ask(
        case_id=case.pk, asked=asked, question="第三条收费有没有依据？", actor=town.clerk, now=NOW
    )
    said = expert_reply(consultation_id=sent.pk, opinion="没有依据，建议删去这一条。", actor=who, now=NOW)
    assert said.replied_at == NOW
    number, why = document_of(case).number, "第三条收费没有依据，请审查。"
    demand = demand_file(organ=body, named=number, text=why, submission="d", actor=who, now=NOW)
    assert (demand.stage, demand.lead) == ("demand_received", body)


def test_an_office_of_a_government_does_not_demand(town: SimpleNamespace) -> None:
    office, who = maker("office")
    with pytest.raises(Refusal) as refused:
        demand_file(
            organ=office, named="x", text="第三条没有依据，请审查。", submission="d", actor=who, now=NOW
        )
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    ("to", "taken"), [("court", True), ("department", False), ("procuracy", False), ("congress", False)]
)
def test_what_a_court_has_open_goes_to_another_court(town: SimpleNamespace, to: str, taken: bool) -> None:
    body, who = maker("court")
    case = filed(body, who)
    heir = body_create(key="heir", name="接手的机关", kind=Body.Kind(to), region_code=COUNTY, actor=SYSTEM)
    handed = work_hand_over(
        kind="bodies", of=body.pk, to=heir.pk, reason="撤并", actor=town.administrator, now=NOW
    )
    case.refresh_from_db()
    assert (handed.done, len(handed.stuck), case.lead == heir) == (taken, not taken, taken)


def test_a_department_does_not_hand_what_people_raise_over_to_a_court(
    town: SimpleNamespace, handed: dict[str, Any]
) -> None:
    from tests.pages.conftest import heard

    court, _ = maker("court")
    case_act(case_id=heard(town, 1).pk, action="assign", raw=handed, actor=town.liaison, now=NOW)
    of = town.bodies.chengguan.pk
    stuck = work_hand_over(
        kind="bodies", of=of, to=court.pk, reason="撤并", actor=town.administrator, now=NOW
    )
    assert (stuck.done, len(stuck.stuck)) == (0, 1)


def test_findings_of_a_court_name_articles_that_bind_it(town: SimpleNamespace) -> None:
    case = filed(*maker("court"))
    versions_screen(actor=SYSTEM, now=NOW)
    articles = Finding.objects.filter(version__document=document_of(case)).values_list("article", flat=True)
    assert "诉讼费用交纳办法第三条" in " ".join(articles)
    assert not [one for one in articles if "公平竞争" in one or "立法法第九十三条" in one]
