"""Supervisory commissions, courts and procuratorates of the demonstration city, in the city and in each county."""

from __future__ import annotations

from collections.abc import Iterable

from tingchao.directory.actors import SYSTEM
from tingchao.directory.codes import scope_of
from tingchao.directory.models import Body
from tingchao.directory.services import body_create

ORGANS = {
    "jianwei": (Body.Kind.SUPERVISION, "监察委员会"),
    "fayuan": (Body.Kind.COURT, "人民法院"),
    "jianchayuan": (Body.Kind.PROCURACY, "人民检察院"),
}
"""Key → kind and name; the court of a city is an intermediate one."""

CITY_DIGITS = 4


def justice_bodies(places: Iterable[tuple[str, str]]) -> None:
    """The organs whose documents the standing committee of the same level reviews, beside the governments."""
    for code, place in places:
        scope = scope_of(code)
        for key, (kind, called) in ORGANS.items():
            middle = "中级" if kind is Body.Kind.COURT and len(scope) == CITY_DIGITS else ""
            body_create(
                key=f"{key}-{scope}",
                name=f"{place}{middle}{called}",
                kind=kind,
                region_code=code,
                actor=SYSTEM,
            )
