"""Receivers on this machine, and accounts that want notices."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, SINCE

from tests.receivers import Hooks, Mailbox, hooks_open, mailbox_open
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.selectors import actor_for
from tingchao.directory.services import account_create, grant_give
from tingchao.engine import sender
from tingchao.engine.deliveries import deliveries_send
from tingchao.engine.models import NoticeTarget
from tingchao.engine.outbox import notices_deliver
from tingchao.engine.targets import Owner, target_add


@pytest.fixture(autouse=True)
def _here(settings: Any, tmp_path: Any, monkeypatch: Any) -> None:
    settings.NOTICE_PRIVATE_HOSTS = True
    settings.NOTICES_DIR = tmp_path / "notices"
    settings.PUBLIC_ADDRESS = "https://tingchao.example"
    monkeypatch.setattr(sender, "SECONDS", 60.0)  # a busy machine is no fault of a receiver
    monkeypatch.setattr(sender, "STARTING", 120.0)


@pytest.fixture
def hooks(settings: Any) -> Iterator[Hooks]:
    with hooks_open() as opened:
        settings.DINGTALK_ADDRESS = settings.WECOM_ADDRESS = opened.at("")
        yield opened


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mailbox_open() as opened:
        settings.NOTICE_MAIL = opened.url
        yield opened


_count = iter(range(1_000_000))


def somebody(role: Role, scope: str, *, body: Any = None, deputy: Any = None) -> Actor:
    """An actor with an account and one grant."""
    account = account_create(
        username=f"{role}{next(_count)}",
        name=f"{role}员",
        password=None,
        actor=SYSTEM,
        now=NOW,
        deputy=deputy,
    )
    grant_give(account=account, role=role, scope=scope, body=body, since=SINCE, actor=SYSTEM)
    return actor_for(account, NOW)


@pytest.fixture
def people(town: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(
        liaison=somebody(Role.LIAISON, "330182001"),
        coordinator=somebody(Role.COORDINATOR, "330182001"),
        county=somebody(Role.COORDINATOR, "330182"),
        neighbour=somebody(Role.COORDINATOR, "330182002"),
        handler=somebody(Role.HANDLER, "330182", body=town.bodies.chengguan),
        deputy=somebody(Role.DEPUTY, "330182001", deputy=town.deputies[0]),
        administrator=somebody(Role.ADMINISTRATOR, ""),
        stranger=somebody(Role.LIAISON, "330106"),
    )


def mine(who: Actor) -> Owner:
    return Owner(account_id=who.id)


def hook_of(who: Actor, hooks: Hooks, path: str, **typed: Any) -> NoticeTarget:
    """A webhook of somebody's own."""
    return target_add(
        owner=mine(who), kind="webhook", typed={"url": hooks.at(path), **typed}, actor=who, now=NOW
    )


def run(now: Any) -> int:
    """What the worker does every ten seconds; returns how many notices arrived."""
    notices_deliver(now=now)
    return deliveries_send(now=now, seconds=600)
