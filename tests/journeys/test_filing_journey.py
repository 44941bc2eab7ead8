"""A township files a rule, the clerk returns it, it is supplemented, screened, looked at by an expert and a committee,
put right, stands in the catalogue, and goes on to the province. A court files from its own account."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.utils import timezone

from tests.journeys.conftest import PASSWORD, Visitor
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Body
from tingchao.directory.services import account_create, body_create, grant_give
from tingchao.instruments.documents.models import Document
from tingchao.instruments.documents.services import versions_screen
from tingchao.mechanisms.filing_review.services import filings_settle
from tingchao.mechanisms.filing_review.services.sending import sendings_carry

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = """新安江街道办事处关于印发《停车管理办法》的通知

新街办〔2026〕12号

各村（社区）：
现将《停车管理办法》印发给你们，请遵照执行。

第一条 为了规范停车秩序，根据《中华人民共和国道路交通安全法》，制定本办法。
第二条 在公共区域停车的，应当按标线停放。
第三条 违反本办法乱停车的，由街道处以五百元罚款。
第四条 外地车辆停车的，应当缴纳押金二百元。
第五条 本办法自公布之日起施行，有效期至2028年12月31日。

新安江街道办事处
"""
MENDED = TEXT.replace("由街道处以五百元罚款", "由街道劝导，并移送公安机关依法处理").replace(
    "第四条 外地车辆停车的，应当缴纳押金二百元。\n第五条", "第四条"
)


COURT = """建德市人民法院关于诉讼服务工作的规定
建法发〔2026〕3号
院内各部门、各人民法庭：
第一条 立案窗口当场接收起诉状，符合法律规定条件的，当场登记立案，出具凭证。
第二条 当事人复制案卷材料的，按每页收取工本费二元。
第三条 本规定自公布之日起施行，有效期至2028年12月31日。
建德市人民法院
"""
COURT_MENDED = COURT.replace("按每页收取工本费二元", "不收取费用，可以拍照")


@pytest.fixture
def congress(city: SimpleNamespace) -> None:
    """A township's office, the county's committees and court, and a person for each."""
    bodies = [
        ("jiedao", "新安江街道办事处", Body.Kind.GOVERNMENT, "330182001000"),
        ("chengjian", "建德市人大城建环保工作委员会", Body.Kind.CONGRESS, "330182000000"),
        ("fagong", "建德市人大常委会法制工作委员会", Body.Kind.CONGRESS, "330182000000"),
        ("fayuan", "建德市人民法院", Body.Kind.COURT, "330182000000"),
    ]
    for key, name, kind, region in bodies:
        body = body_create(key=key, name=name, kind=kind, region_code=region, actor=SYSTEM)
        person(key, Role.HANDLER, "330182", body=body)
    person("renda", Role.CLERK, "330182")
    person("zhuanjia", Role.EXPERT, "3301")


def person(username: str, role: Role, scope: str, *, body: Any = None) -> None:
    account = account_create(username=username, name=username, password=PASSWORD, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=role, scope=scope, body=body, since=SINCE, actor=SYSTEM)


def acts(who: Visitor, document: Document, action: str, **typed: str) -> None:
    """Take a step on the matter's own page."""
    who.go(f"/desk/case/{document.filing.case.number}/")
    if not typed:
        who.page.locator(f"button[value={action}]").click()
        who.page.wait_for_load_state()
        return
    who.page.locator(f'a[href="#act-{action}"]').click()
    for key, value in typed.items():
        box = who.page.locator(f'#act-{action} [name="{action}.{key}"]')
        if box.first.get_attribute("type") == "radio":
            who.page.locator(f'#act-{action} [name="{action}.{key}"][value="{value}"]').check(force=True)
        else:
            box.fill(value)
    who.page.locator(f"#act-{action} button[value={action}]").click()
    who.page.wait_for_load_state()


@pytest.fixture
def province(settings: Any, tmp_path: Path) -> Path:
    """The province takes packages from a folder."""
    settings.ATTACHMENTS_DIR = tmp_path / "files"
    settings.PROVINCE_ADDRESS, settings.PROVINCE_RECEIPTS = str(tmp_path / "province"), False
    return tmp_path / "province"


def test_from_the_township_to_the_province(city: Any, congress: None, province: Path, visitor: Any) -> None:
    maker, clerk = visitor("phone"), visitor("desk")
    maker.logs_in("jiedao")
    clerk.logs_in("renda")
    document = files(maker)
    returned_and_supplemented(maker, clerk, document)
    registered(clerk, document)
    looked_at(clerk, document)
    asked(clerk, visitor, document)
    put_right(maker, clerk, document)
    made_known(maker, clerk, document)
    found = visitor("phone")
    found.go("/documents/?q=依法处理")
    found.page.get_by_role("link", name="停车管理办法").first.click()
    found.look()
    found.reads("由街道劝导")
    sent_on(clerk, document, province)


def test_a_court_files_from_its_own_account(city: Any, congress: None, visitor: Any) -> None:
    court, clerk = visitor("phone"), visitor("desk")
    court.logs_in("fayuan")
    clerk.logs_in("renda")
    court.go("/desk/filings/new/")
    court.reads("30 天内")
    document = files(court, COURT)
    court.go("/desk/filings/")
    court.reads("诉讼服务工作的规定")
    assert versions_screen(actor=SYSTEM, now=timezone.now()) == 1  # the worker's job
    clerk.go(f"/desk/filings/{document.pk}/")
    clerk.reads("司法规范性文件")
    clerk.reads("诉讼费用交纳办法第三条")
    clerk.press("登记，给回执")
    assert clerk.page.get_by_role("radio", name="监察司法").is_checked()
    clerk.press("分送")
    clerk.reads("分送了")
    letter = "第二条收取工本费，没有法律依据，请研究处理。"
    acts(clerk, document, "inquire", ground="beyond", letter=letter)
    court.go(f"/desk/filings/{document.pk}/")
    court.page.fill("#refile-note", "第二条改为不收费")
    court.page.fill("#refile-text", COURT_MENDED)
    court.press("交上去")
    court.reads("收到了")
    year = timezone.localdate().year
    court.go(f"/desk/filings/lists/?year={year}")
    court.page.get_by_role("link", name="建德市人民法院").first.click()
    court.look()
    court.page.fill("#list-text", f"建法发〔2026〕3号 诉讼服务工作的规定 {timezone.localdate().isoformat()}")
    court.press("先看看")
    court.reads("认出来了")
    court.press("存目录")
    court.reads("报备了")
    found = visitor("phone")
    acts(clerk, document, "effect", effect="corrected", answer="改到位了，按改后的文本执行。")
    acts(court, document, "confirm")
    account = "审查了诉讼服务工作的规定，第二条已经修改。"
    acts(clerk, document, "make_known", public_title="诉讼服务规定审查情况", public_text=account)
    assert filings_settle(now=timezone.now()) == 1
    found.go("/documents/?q=不收取费用")
    found.page.get_by_role("link", name="诉讼服务工作的规定").first.click()
    found.look()
    found.reads("司法规范性文件")


def sent_on(clerk: Visitor, document: Document, province: Path) -> None:
    clerk.go(f"/desk/filings/{document.pk}/")
    clerk.page.locator("#form-send summary").click()
    clerk.press("交去报送")
    clerk.reads("已经交给报送程序")
    clerk.look()
    assert sendings_carry(now=timezone.now()) == 1  # the worker's job
    (package,) = province.glob("*.zip")
    with zipfile.ZipFile(package) as packed:
        assert any("由街道劝导" in packed.read(name).decode("utf-8", "ignore") for name in packed.namelist())
    clerk.go("/desk/filings/sendings/?view=received")
    clerk.page.get_by_role("link", name="停车管理办法").first.click()
    clerk.look()
    clerk.reads("省里收到")


def files(maker: Visitor, text: str = TEXT) -> Document:
    maker.go("/desk/filings/new/")
    maker.page.fill("#f-text", text)
    maker.press("报备")
    maker.page.fill("#f-day", timezone.localdate().isoformat())
    maker.press("报备")
    maker.reads("收到了")
    maker.look()
    maker.reads("备收〔")
    maker.page.locator("a[href*=receipts]").first.click()
    maker.look()
    maker.reads("收文回执")
    return Document.objects.select_related("filing__case").get()


def returned_and_supplemented(maker: Visitor, clerk: Visitor, document: Document) -> None:
    clerk.go("/desk/filings/")
    clerk.page.get_by_role("link", name="停车管理办法").first.click()
    clerk.look()
    clerk.reads("起草说明")
    acts(clerk, document, "suspend", missing="缺起草说明，请补上。")
    maker.go(f"/desk/filings/{document.pk}/")
    maker.page.fill("#refile-note", "补了起草说明")
    maker.press("交上去")
    maker.reads("请把缺的材料补上")  # words alone do not supplement anything
    maker.page.fill("#refile-explanation", "为了规范停车秩序，街道开了两次座谈会，作了合法性审核。")
    maker.press("交上去")
    maker.reads("收到了")
    maker.look()


def registered(clerk: Visitor, document: Document) -> None:
    assert versions_screen(actor=SYSTEM, now=timezone.now()) == 1  # the worker's job
    clerk.go(f"/desk/filings/{document.pk}/")
    clerk.press("登记，给回执")
    clerk.reads("登记了，回执号")
    clerk.look()
    clerk.page.get_by_role("radio", name="城建环保").check(force=True)
    clerk.page.get_by_role("checkbox", name="建德市人大城建环保工作委员会").check(force=True)
    clerk.press("分送")
    clerk.reads("分送了")
    clerk.look()


def looked_at(clerk: Visitor, document: Document) -> None:
    """Findings are gone through without a mouse."""
    findings = document.texts.get(place=1).findings
    everything = findings.count()
    assert everything >= 2
    clerk.page.keyboard.press("j")
    assert clerk.page.locator("[data-finding].here").count() == 1
    assert clerk.page.locator(".found.here").count() >= 1
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("a")
    assert findings.filter(state="accepted").count() == 1
    clerk.page.keyboard.press("s")
    clerk.page.keyboard.type("短")
    with clerk.page.expect_navigation():
        clerk.page.locator("[data-finding].here button[value=set_aside]").press("Enter")
    clerk.reads("不采纳要写明理由")
    clerk.look()
    clerk.page.locator("[data-finding] textarea[aria-invalid]").fill("转述上位法的规定，不用改。")
    with clerk.page.expect_navigation():
        clerk.page.locator("details[open] button[value=set_aside]").press("Enter")
    assert findings.filter(state="set_aside").count() == 1
    clerk.look()


def asked(clerk: Visitor, visitor: Any, document: Document) -> None:
    clerk.page.locator("#form-ask summary").click()
    clerk.page.locator("#form-ask").get_by_role("radio", name="zhuanjia").check(force=True)
    clerk.page.fill("#ask-question", "第三条街道能不能设罚款？")
    clerk.press("送出")
    clerk.reads("送出了")
    expert = visitor("desk")
    expert.logs_in("zhuanjia")
    expert.go("/desk/consultations/")
    opinion(expert, "规范性文件不得设定行政处罚，第三条应当删去。")
    for closed in (f"/desk/filings/{document.pk}/", f"/desk/case/{document.filing.case.number}/"):
        assert expert.page.request.get(f"{expert.address}{closed}").status in (403, 404)
    committee = visitor("phone")
    committee.logs_in("chengjian")
    committee.go("/desk/consultations/")
    opinion(committee, "同意专家的意见，押金也没有依据。", sees="审查发现")


def opinion(who: Visitor, text: str, sees: str = "") -> None:
    who.page.get_by_role("link", name="停车管理办法").first.click()
    who.look()
    assert who.page.get_by_role("heading", name="审查发现").count() == bool(sees)
    who.page.fill("#x-say", text)
    who.press("交意见")
    who.reads("您的意见送到了")


def put_right(maker: Visitor, clerk: Visitor, document: Document) -> None:
    letter = "第三条设定罚款、第四条收取押金，没有法律依据。"
    acts(clerk, document, "inquire", ground="beyond", letter=letter)
    clerk.go(f"/desk/filings/{document.pk}/")
    clerk.reads("押金也没有依据")  # the committee's opinion
    clerk.page.get_by_role("link", name="函询函").click()
    clerk.look()
    clerk.reads("书面答复")
    maker.go(f"/desk/filings/{document.pk}/")
    maker.page.fill("#refile-note", "第三条改为劝导，删去第四条")
    maker.press("交上去")
    maker.reads("这次要改的是正文")
    maker.page.fill("#refile-text", MENDED)
    maker.press("交上去")
    maker.reads("收到了")
    clerk.go(f"/desk/filings/{document.pk}/compare/")
    assert clerk.page.locator("ins").count() >= 1


def made_known(maker: Visitor, clerk: Visitor, document: Document) -> None:
    acts(clerk, document, "effect", effect="corrected", answer="改到位了，按改后的文本执行。")
    acts(maker, document, "confirm")
    account = "审查了停车管理办法，第三条、第四条已经修改。"
    acts(clerk, document, "make_known", public_title="停车管理办法审查情况", public_text=account)
    assert filings_settle(now=timezone.now()) == 1
    document.refresh_from_db()
    assert (document.state, document.public, document.versions) == ("in_force", True, 2)
