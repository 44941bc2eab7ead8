"""Writes to the directory: refused to everybody who does not keep it, and what each leaves behind."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tingchao.core.calendar import YearPlan
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory import selectors
from tingchao.directory import services as directory
from tingchao.directory.actors import NOBODY, SYSTEM, Actor, Hold, reporter
from tingchao.directory.models import (
    Account,
    Body,
    Deputy,
    Grant,
    Group,
    Installation,
    Membership,
    Region,
    Station,
    WorkingYear,
)
from tingchao.directory.selectors import bodies_for, deputies_for, site, station_by_name, working_calendar

SINCE = date(2026, 1, 1)
PLAN = YearPlan(2026, frozenset({date(2026, 11, 24)}), frozenset({date(2026, 11, 28)}), "测试通知")

WRITES = {
    "改地区": lambda actor, town, now: directory.regions_load(
        rows=[("330183000000", "富阳区", "330100000000")], actor=actor
    ),
    "改归属": lambda actor, town, now: directory.installation_set(
        name="改名", region_code="330182000000", demonstration=True, actor=actor
    ),
    "建单位": lambda actor, town, now: directory.body_create(
        key="new", name="新单位", kind=Body.Kind.DEPARTMENT, region_code=town.region, actor=actor
    ),
    "建站点": lambda actor, town, now: directory.station_create(
        name="新站", kind=Station.Kind.MICRO, region_code=town.region, actor=actor
    ),
    "登记代表": lambda actor, town, now: directory.deputy_create(
        name="新代表", region_code=town.region, since=SINCE, actor=actor
    ),
    "建小组": lambda actor, town, now: directory.group_create(
        name="代表小组", region_code=town.region, members=town.deputies[:2], since=SINCE, actor=actor
    ),
    "开账号": lambda actor, town, now: directory.account_create(
        username="new", name="新人", password=None, actor=actor, now=now
    ),
    "授权": lambda actor, town, now: directory.grant_give(
        account=Account.objects.get(username="kept"),
        role=Role.CLERK,
        scope="3301",
        since=SINCE,
        actor=actor,
    ),
    "装工作日历": lambda actor, town, now: directory.working_year_set(plan=PLAN, actor=actor, now=now),
}

TABLES = (Account, Body, Deputy, Grant, Group, Installation, Membership, Region, Station, WorkingYear)


STRANGERS = (
    *(Actor("account", 1, "某", (Hold(role),)) for role in Role if role not in ("administrator", "system")),
    Actor("account", 1, "别处的管理员", (Hold(Role.ADMINISTRATOR, "3302"),)),
    Actor("account", 1, "没有授权"),
    reporter(0),
    NOBODY,
)


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the directory, but for the unusable passwords, which are random."""
    columns = {
        model: [field.attname for field in model._meta.concrete_fields if field.name != "password"]
        for model in TABLES
    }
    return {model.__name__: sorted(model.objects.values_list(*columns[model]), key=repr) for model in TABLES}


@pytest.fixture
def kept(town, now):
    return directory.account_create(username="kept", name="老账号", password=None, actor=SYSTEM, now=now)


def refused(write, who, town, now) -> bool:
    try:
        write(who, town, now)
    except Refusal as refusal:
        return refusal.code == "forbidden"
    return False


@pytest.mark.parametrize("what", WRITES)
def test_nobody_but_the_administrator_writes(town, kept, now, what):
    before = contents()
    assert [who for who in STRANGERS if not refused(WRITES[what], who, town, now)] == []
    assert contents() == before


@pytest.mark.parametrize("what", WRITES)
def test_the_administrator_writes_and_doing_it_again_changes_nothing_more(town, kept, now, what):
    before = contents()
    WRITES[what](town.administrator, town, now)
    once = contents()
    assert once != before
    WRITES[what](town.administrator, town, now)
    assert contents() == once


@pytest.mark.parametrize("role", [Role.REPORTER, Role.SYSTEM])
def test_no_account_is_given_the_part_of_the_reporter_or_of_the_clock(town, kept, role):
    with pytest.raises(ValueError, match=role):
        directory.grant_give(account=kept, role=role, scope="", since=SINCE, actor=SYSTEM)
    assert not Grant.objects.exists()


def test_an_administrator_of_a_county_grants_nothing_above_it(town, kept):
    county = Actor("account", 1, "县管理员", (Hold(Role.ADMINISTRATOR, "330182"),))
    for scope in ("", "33", "3301", "330106"):
        with pytest.raises(Refusal):
            directory.grant_give(account=kept, role=Role.CLERK, scope=scope, since=SINCE, actor=county)
    directory.grant_give(account=kept, role=Role.CLERK, scope="330182001", since=SINCE, actor=county)
    assert [grant.scope for grant in Grant.objects.all()] == ["330182001"]


def test_a_grant_given_again_takes_the_new_dates(kept):
    for until in (None, date(2026, 12, 1)):
        directory.grant_give(
            account=kept, role=Role.CLERK, scope="3301", since=SINCE, until=until, actor=SYSTEM
        )
    assert [(grant.since, grant.until) for grant in Grant.objects.all()] == [(SINCE, date(2026, 12, 1))]


def test_a_region_is_renamed_by_its_code(town):
    rows = [("330182001000", "新安江街道（改）", "330182000000")]
    count = Region.objects.count()
    assert directory.regions_load(rows=rows, actor=SYSTEM) == count
    assert selectors.region_name("330182001000") == "新安江街道（改）"


def test_a_new_name_of_the_installation_is_shown_at_once(town):
    assert (site().name, site().city) == ("听潮", "杭州市")
    directory.installation_set(name="听潮·建德", region_code="330182000000", demonstration=True, actor=SYSTEM)
    assert (site().name, site().city, site().demo) == ("听潮·建德", "建德市", True)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("短短", "不足十位"),
        ("1234567890123", "全是数字"),
        ("password123", "常见口令"),
        ("lianluoyuan", "和账号一样"),
    ],
)
def test_a_weak_password_makes_no_account(db, now, password, why):
    with pytest.raises(ValidationError):
        directory.account_create(
            username="lianluoyuan", name="连络", password=password, actor=SYSTEM, now=now
        )
    assert not Account.objects.exists()


def test_a_password_is_kept_only_as_a_hash(db, now):
    account = directory.account_create(
        username="lian", name="连络", password="潮起钱塘江-9421", actor=SYSTEM, now=now
    )
    assert account.check_password("潮起钱塘江-9421")
    assert "9421" not in account.password


def test_nobody_logs_in_without_a_password(kept):
    assert not kept.has_usable_password()
    assert not kept.check_password("")


# --- whom a matter may go to ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "bodies", "why"),
    [
        ("330182001000", ["chengguan", "jiaojing", "zhujian"], "街道的事：本街道的单位在前，再是县级"),
        ("330182001001", ["chengguan", "jiaojing", "zhujian"], "社区的事：街道和县级的单位都能办"),
        ("330182002000", ["zhujian"], "邻街道的事：只有县级单位"),
        ("330106001000", ["xihu"], "西湖的事：建德的单位不能办"),
        ("330100000000", [], "市级还没有单位"),
    ],
)
def test_bodies_that_a_matter_may_go_to(town, region, bodies, why):
    assert [body.key for body in bodies_for(region)] == bodies, why


def test_a_body_that_is_no_longer_active_gets_nothing(town):
    Body.objects.filter(key="chengguan").update(active=False)
    assert [body.key for body in bodies_for(town.region)] == ["jiaojing", "zhujian"]


@pytest.mark.parametrize(
    ("day", "names", "why"),
    [
        ("2022-01-09", [], "任期前一天"),
        ("2022-01-10", ["王代表", "陈代表", "李代表"], "任期第一天"),
        ("2026-11-19", ["王代表", "陈代表", "李代表"], "卸任前一天"),
        ("2026-11-20", ["王代表", "陈代表"], "李代表今天卸任"),
    ],
)
def test_deputies_in_office(town, day, names, why):
    Deputy.objects.filter(name="李代表").update(until=date(2026, 11, 20))
    Deputy.objects.filter(name="赵代表").update(region_id="330182002000")
    assert [person.name for person in deputies_for(town.region, date.fromisoformat(day))] == names, why
    assert [person.name for person in deputies_for("330182001001", date.fromisoformat(day))] == names


def test_a_station_is_found_by_a_name_that_only_one_bears(town):
    for region in ("330182002000", "330106001000"):
        directory.station_create(name="白沙微站", kind=Station.Kind.MICRO, region_code=region, actor=SYSTEM)
    assert station_by_name("白沙微站") is None
    assert station_by_name("白沙微站", "330106").region_id == "330106001000"
    assert station_by_name("没有这个站") is None


# --- the working calendar in force ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works", "notice"),
    [
        ("2023-01-28", True, "国办发明电〔2022〕16号：春节调休，星期六上班"),
        ("2024-10-12", True, "国办发明电〔2023〕7号：国庆节调休，星期六上班"),
        ("2025-10-08", False, "国办发明电〔2024〕12号：国庆节、中秋节假期"),
        ("2026-09-25", False, "国办发明电〔2025〕7号：中秋节"),
        ("2026-10-10", True, "国办发明电〔2025〕7号：国庆节调休，星期六上班"),
        ("2026-11-24", True, "国办发明电〔2025〕7号：平常星期二"),
    ],
)
def test_the_published_years_are_known(db, day, works, notice):
    calendar, asked = working_calendar(), date.fromisoformat(day)
    assert calendar.is_announced(asked.year)
    assert calendar.is_working_day(asked) is works, notice
    assert calendar.plans[asked.year].source in notice


def test_a_year_that_an_administrator_loads_stands_before_the_published_one(town, now):
    directory.working_year_set(plan=PLAN, actor=town.administrator, now=now)
    calendar = working_calendar()
    assert not calendar.is_working_day(date(2026, 11, 24))
    assert calendar.is_working_day(date(2026, 11, 28))
    assert calendar.is_working_day(date(2026, 9, 25)), (
        "the loaded plan stands alone: nothing of the old is mixed in"
    )
    assert calendar.plans[2026].source == "测试通知"
    assert not calendar.is_working_day(date(2025, 10, 8)), "other years stay as published"


def test_a_year_loaded_again_replaces_what_was_loaded(town, now):
    directory.working_year_set(plan=PLAN, actor=SYSTEM, now=now)
    directory.working_year_set(plan=YearPlan(2026, frozenset(), frozenset(), "更正"), actor=SYSTEM, now=now)
    assert working_calendar().is_working_day(date(2026, 11, 24))
    assert WorkingYear.objects.count() == 1
