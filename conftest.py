"""What every test may use."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, Actor, Hold

settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("house")

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Friday, 2026-11-20, nine in the morning in Hangzhou."""

SINCE = date(2022, 1, 10)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def _nothing_kept_between_tests() -> Iterator[None]:
    from django.core.cache import cache

    from tingchao.directory.selectors import Kept

    cache.clear()  # who logged in how often from here: the tests of a minute all come from one address
    for one in Kept.every:
        one.forget()
    _no_live_event_left()
    random.seed(1)
    yield


def _no_live_event_left() -> None:
    """No snapshot of a test before, and nothing that is written by itself while a test runs."""
    from django.conf import settings

    from tingchao.instruments.live import counting, snapshots

    settings.LIVE_DIR = settings.VAR / f"live-{os.getpid()}"
    shutil.rmtree(settings.LIVE_DIR, ignore_errors=True)
    snapshots._read.clear()
    counting.COUNTS.__init__(every=None)  # type: ignore[misc]


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """A small directory: one sub-district with bodies, a station and its code, deputies, an actor for each role."""
    return build_town()


def build_town() -> SimpleNamespace:
    from tingchao.directory import services as directory
    from tingchao.directory.models import Body, Station
    from tingchao.instruments.codes.services import code_issue

    regions = [
        ("330000000000", "浙江省", None),
        ("330100000000", "杭州市", "330000000000"),
        ("330182000000", "建德市", "330100000000"),
        ("330182001000", "新安江街道", "330182000000"),
        ("330182001001", "白沙社区", "330182001000"),
        ("330182002000", "洋溪街道", "330182000000"),
        ("330106000000", "西湖区", "330100000000"),
        ("330106001000", "北山街道", "330106000000"),
    ]
    directory.regions_load(rows=regions, actor=SYSTEM)
    directory.installation_set(name="听潮", region_code="330100000000", demonstration=False, actor=SYSTEM)
    bodies = {
        key: directory.body_create(key=key, name=name, kind=kind, region_code=code, actor=SYSTEM)
        for key, name, kind, code in (
            ("chengguan", "城管中队", Body.Kind.DEPARTMENT, "330182001000"),
            ("jiaojing", "交警中队", Body.Kind.DEPARTMENT, "330182001000"),
            ("zhujian", "住建局", Body.Kind.DEPARTMENT, "330182000000"),
            ("xihu", "西湖城管", Body.Kind.DEPARTMENT, "330106000000"),
            ("renda", "建德市人大常委会", Body.Kind.CONGRESS, "330182000000"),
        )
    }
    station = directory.station_create(
        name="新安江街道中心站",
        kind=Station.Kind.CENTRE,
        region_code="330182001000",
        actor=SYSTEM,
        address="新安东路",
        hours="周一至周五 8:30–17:00",
    )
    deputies = [
        directory.deputy_create(
            name=name,
            region_code="330182001000",
            since=SINCE,
            actor=SYSTEM,
            expertise="民生",
            station=station,
        )
        for name in ("王代表", "陈代表", "李代表", "赵代表")
    ]
    group = directory.group_create(
        name="新安江街道代表小组", region_code="330182001000", members=deputies[:3], since=SINCE, actor=SYSTEM
    )
    code = code_issue(station=station, actor=SYSTEM, now=NOW)
    return SimpleNamespace(
        region="330182001000",
        bodies=SimpleNamespace(**bodies),
        station=station,
        deputies=deputies,
        group=group,
        code=code,
        liaison=staff(Role.LIAISON, "330182001"),
        coordinator=staff(Role.COORDINATOR, "330182001"),
        handler=staff(Role.HANDLER, "330182", body=bodies["chengguan"].pk),
        other_handler=staff(Role.HANDLER, "330182", body=bodies["jiaojing"].pk),
        deputy=staff(Role.DEPUTY, "330182001", deputy=deputies[0].pk),
        clerk=staff(Role.CLERK, "3301"),
        leader=staff(Role.LEADER, "330182"),
        expert=staff(Role.EXPERT, "3301"),
        administrator=staff(Role.ADMINISTRATOR, ""),
        auditor=staff(Role.AUDITOR, ""),
        stranger=staff(Role.LIAISON, "330106"),
    )


_ids = iter(range(900_000, 1_000_000))


def staff(role: Role, scope: str, *, body: int | None = None, deputy: int | None = None) -> Actor:
    """An actor without an account row, for services."""
    return Actor("account", next(_ids), f"{role}某", (Hold(role, scope, body),), deputy)


@pytest.fixture
def handed(town: SimpleNamespace) -> dict[str, Any]:
    """What `assign` asks for."""
    return {
        "lead": str(town.bodies.chengguan.pk),
        "joint": [],
        "deputies": [str(town.deputies[0].pk), str(town.deputies[1].pk)],
        "tier": "ordinary",
        "note": "",
    }
