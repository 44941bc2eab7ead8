"""Accounts for the desk's pages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.test import Client

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.models import Case
from tingchao.mechanisms.public_voices.services import voice_file

PASSWORD = "Liang-chao-2026"


def account(town: SimpleNamespace, role: Role, scope: str, *, body: Any = None, deputy: Any = None) -> Any:
    made = account_create(
        username=f"{role}-{scope or 'all'}-{body.key if body else ''}",
        name=f"{role}员",
        password=None,
        actor=SYSTEM,
        now=NOW,
        deputy=deputy,
    )
    grant_give(account=made, role=role, scope=scope, body=body, since=SINCE, actor=SYSTEM)
    return made


@pytest.fixture
def accounts(town: SimpleNamespace) -> dict[str, Any]:
    """An account for each part, by a name that says what it may do."""
    return {
        "liaison here": account(town, Role.LIAISON, "330182001"),
        "liaison elsewhere": account(town, Role.LIAISON, "330106"),
        "handler of the lead": account(town, Role.HANDLER, "330182", body=town.bodies.chengguan),
        "handler of another body": account(town, Role.HANDLER, "330182", body=town.bodies.jiaojing),
        "deputy following": account(town, Role.DEPUTY, "330182001", deputy=town.deputies[0]),
        "deputy not following": account(town, Role.DEPUTY, "330182", deputy=town.deputies[3]),
        "coordinator": account(town, Role.COORDINATOR, "330182001"),
        "clerk": account(town, Role.CLERK, "3301"),
        "leader": account(town, Role.LEADER, "330182"),
        "expert": account(town, Role.EXPERT, "3301"),
        "administrator": account(town, Role.ADMINISTRATOR, ""),
        "auditor": account(town, Role.AUDITOR, ""),
        "without a role": account_create(
            username="nobody", name="某人", password=None, actor=SYSTEM, now=NOW
        ),
    }


@pytest.fixture
def browse(accounts: dict[str, Any]) -> Any:
    """browse("liaison here") is a client that is logged in; browse("") is nobody."""

    def client(who: str) -> Client:
        made = Client()
        if who:
            made.force_login(accounts[who], "tingchao.desk.backends.AccountBackend")
        return made

    return client


@pytest.fixture
def case(town: SimpleNamespace) -> Case:
    return heard(town, 1)


def heard(town: SimpleNamespace, number: int) -> Case:
    return voice_file(
        text=f"第{number}盏路灯不亮，晚上看不清台阶。",
        region_code=town.region,
        station_id=town.station.pk,
        channel="code",
        actor=reporter(0),
        now=NOW,
    )
