"""An administrator at work: a station is made, a roster tried, a body with open work switched off; on a phone too."""

from __future__ import annotations

import io

from conftest import NOW, SINCE
from openpyxl import Workbook

from tests.journeys.conftest import PASSWORD
from tests.pages.conftest import heard
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Body, Station
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.models import Case, Event
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.rosters.columns import COLUMNS


def roster(*rows: tuple[str, ...]) -> dict[str, object]:
    """A workbook of bodies as a browser sends it."""
    book, out = Workbook(), io.BytesIO()
    book.active.title = "单位"
    for row in (COLUMNS["单位"], *rows):
        book.active.append(list(row))
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "名单.xlsx", "mimeType": kind, "buffer": out.getvalue()}


def test_an_administrator_at_work(visitor, city):
    account = account_create(username="guanli", name="任海燕", password=PASSWORD, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=Role.ADMINISTRATOR, scope="", since=SINCE, actor=SYSTEM)
    case = heard(city, 1)
    raw = {"lead": str(city.bodies.chengguan.pk), "tier": "ordinary"}
    raw["deputies"] = [str(one.pk) for one in city.deputies[:2]]
    case_act(case_id=case.pk, action="assign", raw=raw, actor=city.liaison, now=NOW)
    desk = visitor("desk")
    desk.logs_in("guanli")

    # a station, with its region suggested
    desk.press("站点", role="link")
    desk.look()
    desk.press("新建站点", role="link")
    desk.look()
    desk.page.fill("[name=name]", "府东微站")
    desk.page.get_by_label("微站点").check()
    desk.page.fill("[name=region]", "白沙")
    desk.page.wait_for_selector("datalist#new-region-list option", state="attached")
    assert (
        desk.page.locator("datalist#new-region-list option").get_attribute("value") == "白沙社区 330182001001"
    )
    desk.page.fill("[name=meeting_day]", "31")
    desk.press("建好")
    desk.look()
    desk.reads("请填一个整数")
    assert desk.page.input_value("[name=name]") == "府东微站"
    desk.page.fill("[name=region]", "白沙社区 330182001001")
    desk.page.fill("[name=meeting_day]", "15")
    desk.press("建好")
    desk.reads("“府东微站”已经建好")
    desk.look()
    desk.press("发放站码")
    desk.reads("看海报，打印")
    desk.look()
    assert Station.objects.get(name="府东微站").codes.exists()

    # a roster that is at fault, then one that is not, tried and left
    desk.go("/desk/admin/rosters/")
    desk.page.set_input_files("input[name=file]", files=[roster(("x y", "水务站", "部门", city.region))])
    desk.press("试收，先不保存")
    desk.look()
    desk.reads("只用字母、数字")
    desk.page.set_input_files("input[name=file]", files=[roster(("shuiwu", "水务站", "部门", city.region))])
    desk.press("试收，先不保存")
    desk.look()
    desk.reads("试收通过，还没有保存")
    assert not Body.objects.filter(key="shuiwu").exists()
    desk.press("收下这份名单")
    desk.reads("已经收下")
    desk.look()

    # a body with open work
    desk.go(f"/desk/admin/bodies/{city.bodies.chengguan.pk}/")
    desk.press("停用单位", role="link")
    desk.look()
    desk.reads("还有 1 件事没办完")
    desk.page.get_by_label("交给接手的").check()
    desk.page.fill("[name=to]", "水务站")
    desk.page.fill("[name=reason]", "机构改革")
    desk.press("移交并停用")
    desk.reads("已经停用")
    desk.look()
    case.refresh_from_db()
    assert case.lead.key == "shuiwu" and Case.objects.get().stage == "acting"

    # what was done is on record
    desk.go("/desk/admin/history/")
    for text in ("停用单位：城管中队", "导入名单：名单.xlsx", "发码：府东微站", "新建站点：府东微站"):
        desk.reads(text)
    assert Event.objects.filter(stream="directory").count() == 4
    assert audit().broken is None

    phone = visitor("phone")
    phone.logs_in("guanli")
    for path in (
        "", "history/", "regions/", "bodies/", "stations/", "deputies/", "groups/", "accounts/", "accounts/new/",
        "limits/", "limits/public_voices/acting/", "calendar/", "installation/", "rosters/",
        f"accounts/{account.pk}/", f"stations/{city.station.pk}/", f"deputies/{city.deputies[0].pk}/close/",
    ):  # fmt: skip
        phone.go(f"/desk/admin/{path}")
