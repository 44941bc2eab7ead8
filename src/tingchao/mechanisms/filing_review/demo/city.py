"""Who makes and reviews documents in the demonstration city: a government and its filer in each township, a reviewer
in each county, a law teacher whom they ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, Actor, Hold
from tingchao.directory.codes import scope_of
from tingchao.directory.models import Account, Body, Region
from tingchao.directory.services import account_create, body_create, grant_give
from tingchao.mechanisms.filing_review.demo.texts import Place
from tingchao.mechanisms.filing_review.selectors import townships_within

SINCE = date(2022, 1, 10)
STREET = "330182001000"
"""新安江街道, where somebody can log in as a handler."""


@dataclass(frozen=True, slots=True)
class Town:
    """A township with those who act in its filings."""

    code: str
    place: Place
    maker: Body
    filer: Actor
    reviewer: Actor


def towns(scope: str, now: datetime) -> list[Town]:
    """Every township of the city. Run again, it finds the same ones."""
    codes = townships_within([scope])
    names = dict(Region.objects.filter(pk__in=[*codes, *_counties(codes)]).values_list("pk", "name"))
    reviewers = {code: _reviewer(code, names[code], now) for code in _counties(codes)}
    return [_town(code, names[code], reviewers[f"{code[:6]}000000"], now) for code in codes]


def _counties(codes: list[str]) -> list[str]:
    return sorted({f"{code[:6]}000000" for code in codes})


def _reviewer(code: str, name: str, now: datetime) -> Actor:
    account = _account(f"beishen-{code[:6]}", f"{name}备案审查专员", now)
    grant_give(account=account, role=Role.CLERK, scope=scope_of(code), since=SINCE, actor=SYSTEM)
    return Actor("account", account.pk, account.name, (Hold(Role.CLERK, scope_of(code)),))


def _town(code: str, name: str, reviewer: Actor, now: datetime) -> Town:
    place, scope = Place(name), scope_of(code)
    maker = body_create(
        key=f"zhengfu-{code[:9]}", name=place.maker, kind=Body.Kind.GOVERNMENT, region_code=code, actor=SYSTEM
    )
    account = (
        Account.objects.get(username="jingban")
        if code == STREET
        else _account(f"baobei-{code[:9]}", f"{name}报备员", now)
    )
    grant_give(account=account, role=Role.HANDLER, scope=scope, body=maker, since=SINCE, actor=SYSTEM)
    filer = Actor("account", account.pk, account.name, (Hold(Role.HANDLER, scope, maker.pk),))
    return Town(code, place, maker, filer, reviewer)


def _account(username: str, name: str, now: datetime) -> Account:
    return account_create(username=username, name=name, password=None, actor=SYSTEM, now=now)
