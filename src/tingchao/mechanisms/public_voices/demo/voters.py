"""Voters whom deputies of the demonstration street keep in touch with: the lists of this year, entered by each."""

from __future__ import annotations

from datetime import datetime, timedelta

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.models import Account
from tingchao.engine.timing import local_day
from tingchao.mechanisms.public_voices.demo.teller import HOME_STREET
from tingchao.mechanisms.public_voices.services.voters import Typed, voter_add

VOTERS = (
    ("汪德明", "府前社区 3 幢", "退休教师，楼道长"),
    ("倪秀芬", "府前社区 7 幢", "带外孙，常在菜场东门"),
    ("柯建平", "江滨社区沿江路", "开早点铺，五点就起"),
    ("楼阿根", "江滨社区桥东弄", "独居，听力不太好，要说慢些"),
    ("章小燕", "新安社区文化广场旁", "跳广场舞的领队"),
    ("方志强", "新安社区环城北路", "公交司机，周二周四轮休"),
    ("詹彩凤", "府前社区竹器弄", "残疾人联络员"),
    ("洪国庆", "江滨社区沿江路", "业委会主任"),
    ("凌雪梅", "新安社区学前路", "幼儿园家长代表"),
    ("翁水根", "桥东社区老码头", "渔业队退休，热心"),
)
"""Made-up names, the part of town, and what a deputy would note of them."""


def lists_keep(now: datetime) -> None:
    """Ten voters for each of the first three deputies of the street who can log in; every third left a number."""
    spoken = now - timedelta(days=20)
    people = Account.objects.filter(deputy__region__code__startswith=HOME_STREET, deputy__until__isnull=True)
    for order, account in enumerate(people.order_by("pk")[:3]):
        actor = Actor(
            "account", account.pk, account.name, (Hold(Role.DEPUTY, HOME_STREET),), account.deputy_id
        )
        for number, (name, address, note) in enumerate(VOTERS):
            phone = f"138000{order}{number:02d}77" if number % 3 == 0 else ""
            consented = local_day(spoken).isoformat() if phone else ""
            typed = Typed(name=name, phone=phone, address=address, note=note, consented_on=consented)
            voter_add(typed=typed, actor=actor, now=spoken)
