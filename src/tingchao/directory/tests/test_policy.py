"""Who may keep the directory, and what an account may do on a given day: denied unless granted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory import services as directory
from tingchao.directory.actors import NOBODY, SYSTEM, Actor, Hold, reporter
from tingchao.directory.models import Account
from tingchao.directory.policy import may_keep_directory, require_directory
from tingchao.directory.selectors import actor_for

TODAY = date(2026, 11, 20)

KEEPERS = {Role.ADMINISTRATOR, Role.SYSTEM}


def acting(role: Role, scope: str = "") -> Actor:
    return Actor("account", 1, "某", (Hold(role, scope),))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("region", ["", "330182001000"])
def test_only_the_administrator_keeps_the_directory(role, region):
    """等保 2.0 (GB/T 22239-2019) 8.1.4.2: three offices apart, least rights."""
    actor = acting(role)
    assert may_keep_directory(actor, region) is (role in KEEPERS)
    if role not in KEEPERS:
        with pytest.raises(Refusal) as refusal:
            require_directory(actor, region)
        assert refusal.value.code == "forbidden"


@pytest.mark.parametrize("actor", [NOBODY, reporter(0), reporter(7), Actor("account", 1, "没有授权")])
def test_whoever_holds_nothing_keeps_nothing(actor):
    assert not may_keep_directory(actor)


@pytest.mark.parametrize(
    ("scope", "region", "may", "why"),
    [
        ("", "", True, "全市的管理员管全市"),
        ("", "330182001000", True, "全市的管理员管每一级"),
        ("330182", "330182001000", True, "县级管理员管本县的街道"),
        ("330182", "330182000000", True, "县级管理员管本县"),
        ("330182", "330106001000", False, "县级管理员不管别的区"),
        ("330182", "330100000000", False, "县级管理员不管上级"),
        ("330182", "", False, "县级管理员不管不分地区的事"),
        ("330182001", "330182000000", False, "街道管理员不管县"),
    ],
)
def test_an_administrator_keeps_the_directory_of_their_scope(scope, region, may, why):
    assert may_keep_directory(acting(Role.ADMINISTRATOR, scope), region) is may, why


# --- what an account may do on a day ----------------------------------------------------------------------


def at(day: date) -> datetime:
    """Nine in the morning in Hangzhou."""
    return datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)


@pytest.fixture
def account(town, now):
    return directory.account_create(username="lian", name="连络", password=None, actor=SYSTEM, now=now)


def granted(account, **dates):
    return directory.grant_give(
        account=account, role=Role.LIAISON, scope="330182001", actor=SYSTEM, **{"since": TODAY, **dates}
    )


@pytest.mark.parametrize(
    ("since", "until", "asked", "holds", "why"),
    [
        ("2026-11-20", None, "2026-11-20", True, "起始当天算"),
        ("2026-11-20", None, "2036-11-20", True, "没有止日就一直有"),
        ("2026-11-21", None, "2026-11-20", False, "明天才起"),
        ("2026-01-01", "2026-11-21", "2026-11-20", True, "止日前一天还有"),
        ("2026-01-01", "2026-11-20", "2026-11-20", False, "止日当天就没有"),
        ("2025-01-01", "2026-01-01", "2026-11-20", False, "早已到期"),
    ],
)
def test_a_grant_holds_on_its_days(account, since, until, asked, holds, why):
    granted(account, since=date.fromisoformat(since), until=until and date.fromisoformat(until))
    actor = actor_for(account, at(date.fromisoformat(asked)))
    assert actor.holds == ((Hold(Role.LIAISON, "330182001"),) if holds else ()), why


def test_a_day_begins_at_midnight_in_hangzhou(account):
    granted(account)
    midnight = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
    assert actor_for(account, midnight - timedelta(seconds=1)).holds == ()
    assert [hold.role for hold in actor_for(account, midnight).holds] == [Role.LIAISON]


def test_an_account_without_a_grant_holds_nothing(account, now):
    actor = actor_for(account, now)
    assert (actor.key, actor.holds, actor.deputy_id) == (f"account:{account.pk}", (), None)


def test_an_account_that_is_not_active_is_nobody(account, now):
    granted(account)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    account.refresh_from_db()
    assert actor_for(account, now) is NOBODY


def test_one_statement_reads_an_actor(account, now, django_assert_num_queries):
    granted(account)
    directory.grant_give(account=account, role=Role.CLERK, scope="3301", since=TODAY, actor=SYSTEM)
    with django_assert_num_queries(1):
        actor = actor_for(account, now)
    assert {hold.role for hold in actor.holds} == {Role.LIAISON, Role.CLERK}


def test_a_handler_holds_the_role_for_a_body(town, account, now):
    body = town.bodies.chengguan
    directory.grant_give(
        account=account, role=Role.HANDLER, scope="330182", body=body, since=TODAY, actor=SYSTEM
    )
    assert actor_for(account, now).holds == (Hold(Role.HANDLER, "330182", body.pk),)


@pytest.mark.parametrize(
    ("role", "term_since", "term_until", "stands", "why"),
    [
        (Role.DEPUTY, "2022-01-10", None, True, "在任"),
        (Role.DEPUTY, "2022-01-10", "2026-11-21", True, "明天卸任，今天还是"),
        (Role.DEPUTY, "2022-01-10", "2026-11-20", False, "今天卸任"),
        (Role.DEPUTY, "2026-12-01", None, False, "下月才上任"),
        (Role.LIAISON, "2022-01-10", None, False, "这个账号没有代表身份的授权"),
    ],
)
def test_an_account_stands_for_its_deputy_while_the_term_runs(
    town, now, role, term_since, term_until, stands, why
):
    """代表法（2025）：代表资格随任期起止。"""
    deputy = directory.deputy_create(
        name="任代表",
        region_code=town.region,
        since=date.fromisoformat(term_since),
        until=term_until and date.fromisoformat(term_until),
        actor=SYSTEM,
    )
    account = directory.account_create(
        username="ren", name="任代表", password=None, actor=SYSTEM, now=now, deputy=deputy
    )
    directory.grant_give(account=account, role=role, scope="330182001", since=TODAY, actor=SYSTEM)
    assert actor_for(account, now).deputy_id == (deputy.pk if stands else None), why
