"""A build of the demonstration that is broken off is continued: what stands is left, nothing stands by half."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from tingchao.demo import build as building
from tingchao.demo.build import demo_begun, demo_build, demo_stands
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Account
from tingchao.directory.services import account_create, installation_set
from tingchao.engine.sealing import audit

DAY = timedelta(days=1)


class Parts:
    """The city and two mechanisms, each of which leaves two accounts; one part may break between them."""

    def __init__(self) -> None:
        self.breaks = ""
        self.built: list[tuple[str, datetime]] = []

    def build(self, name: str) -> Callable[..., None]:
        def build(*, now: datetime, progress: Callable[[int, int], None], dice: Any = None) -> None:
            for number in range(2):
                if number == 1 and self.breaks == name:
                    raise KeyboardInterrupt
                account_create(username=f"{name}-{number}", name=name, password=None, actor=SYSTEM, now=now)
                progress(number + 1, 2)
            self.built.append((name, now))

        return build


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch, town: Any) -> Parts:
    made = Parts()
    installation_set(name="听潮", region_code="330100000000", demonstration=True, actor=SYSTEM)
    monkeypatch.setattr(building, "city_build", made.build("city"))
    for name in ("one", "two"):
        module: Any = ModuleType(f"made_up.{name}.demo")
        module.build = made.build(name)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return made


def run(now: datetime) -> list[str]:
    """Which parts a build spoke of."""
    told: list[str] = []
    demo_build(
        modules=["made_up.one.demo", "made_up.two.demo"],
        now=now,
        progress=lambda label, done, of: told.append(label),
    )
    return list(dict.fromkeys(told))


@pytest.mark.parametrize(
    ("breaks", "stands"),
    [("city", []), ("one", ["city"]), ("two", ["city", "one"])],
)
def test_what_was_built_by_half_is_built_anew_and_what_stands_is_left(breaks, stands, parts, now):
    parts.breaks = breaks
    with pytest.raises(KeyboardInterrupt):
        run(now)
    names = {f"{name}-{number}" for name in stands for number in range(2)}
    made = set(Account.objects.values_list("username", flat=True))
    assert {one for one in made if one.split("-")[0] in ("city", "one", "two")} == names
    assert not demo_stands() and demo_begun() == (now if stands else None)
    parts.breaks = ""
    assert run(now + DAY) == [building.CITY_LABEL, "one", "two"]
    assert [name for name, _ in parts.built] == ["city", "one", "two"], "each once"
    assert {moment for _, moment in parts.built} == {now if stands else now + DAY}, "all as of one moment"
    assert demo_stands() and demo_begun() is None and audit().broken is None


def test_broken_off_after_the_parts_only_the_end_is_done(parts, now, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(building, "days_seal", _break)
        with pytest.raises(KeyboardInterrupt):
            run(now)
    assert demo_begun() == now and not demo_stands()
    run(now + DAY)
    assert [name for name, _ in parts.built] == ["city", "one", "two"] and demo_stands()


def _break(**_: Any) -> None:
    raise KeyboardInterrupt


def test_a_real_installation_is_left_alone(parts, now):
    installation_set(name="某市人大", region_code="330100000000", demonstration=False, actor=SYSTEM)
    with pytest.raises(SystemExit):
        run(now)
    assert parts.built == []
