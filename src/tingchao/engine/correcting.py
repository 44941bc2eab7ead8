"""Putting right whose a recorded deed is, and how much of it: what was recorded is evened out, what is right is added.

No fact is changed. The counter-fact bears the day of the one that it evens out, on the chain of the same matter or
thing, with the ground, so that every figure of that day is right wherever it is read, and the record shows both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine import record
from tingchao.engine.models import Case, Fact, Notice, Stream
from tingchao.engine.notices import notice, to_deputy
from tingchao.engine.services import locked_case
from tingchao.engine.timing import local_day

CORRECTS = frozenset({Role.CLERK, Role.COORDINATOR, Role.SYSTEM})
"""Roles that put facts right within their scope."""

STEP = "credit_corrected"

NOT_YOURS = gettext_noop("记录要由管那个地方的人大工作人员来改，请找他们。")
GONE = gettext_noop("没有这条记录，请刷新页面再看。")
EVENED = gettext_noop("这一条已经更正过了，请刷新页面看看。")
ALREADY = gettext_noop("这件事已经记在这位代表名下了。")
NO_GROUND = gettext_noop("请写凭什么改，比如签到表、照片、会议记录。")
BAD_AMOUNT = gettext_noop("填 1 到 1000 之间的整数。")
MOST = 1000


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose a deed really is, and how much it counts; None: as it was. Nobody's, where `deputy_id` is None."""

    deputy_id: int | None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did on a matter, as a fact says it."""

    kind: str
    detail: str
    deputy_id: int


@transaction.atomic
def credit_correct(
    *,
    fact_id: int,
    right: Credit,
    ground: str,
    actor: Actor,
    now: datetime,
    link: Sequence[str],
    title: str = "",
) -> int:
    """Say whose the deed of a fact really is, or how much of it there was. How many facts that wrote; said twice, none.

    The deputies concerned are told, with the way to `link` followed by their id; `title` says of what, where the fact
    is on no matter. Raises Refusal "gone", "forbidden", "not_here" when nothing is left of the deed, "input".
    """
    fact = Fact.objects.filter(pk=fact_id, deputy__isnull=False).first() if 0 < fact_id < 2**63 else None
    if fact is None:
        raise Refusal("gone", GONE)
    role, ground = _role(actor, fact.region_id), _ground(ground)
    case = _chain_locked(fact)
    left = _left(fact)
    if not left:
        raise Refusal("not_here", EVENED)
    amount = left if right.amount is None else right.amount
    if not 1 <= amount <= MOST:
        raise refused_inputs({"amount": BAD_AMOUNT})
    if (right.deputy_id, amount) == (fact.deputy_id, left):
        return 0
    facts = [_like(fact, fact.deputy_id, -left)]
    facts += [] if right.deputy_id is None else [_like(fact, right.deputy_id, amount)]
    told = _told((fact.deputy_id, right.deputy_id), link, title)
    _write(case, fact.subject, facts, ground=ground, actor=actor, role=role, now=now, told=told)
    return len(facts)


@transaction.atomic
def credit_add(
    *, case_id: int, deed: Deed, ground: str, actor: Actor, now: datetime, link: Sequence[str]
) -> Fact:
    """Say that a deputy did something on a matter which nobody recorded, on the day on which it was opened.

    Raises Refusal "gone", "forbidden", "not_here" where it is recorded, "input".
    """
    case = locked_case(case_id)
    role, ground = _role(actor, case.region_id), _ground(ground)
    made = Fact(
        kind=deed.kind,
        detail=deed.detail,
        deputy_id=deed.deputy_id,
        day=local_day(case.opened_at),
        region_id=case.region_id,
        station_id=case.station_id,
        subject=_subject(case.pk),
    )
    made.case_id = case.pk
    if _left(made):
        raise Refusal("not_here", ALREADY)
    told = _told((deed.deputy_id,), link, "")
    _write(case, "", [made], ground=ground, actor=actor, role=role, now=now, told=told)
    return made


def _role(actor: Actor, region_code: str) -> str:
    held = [hold.role for hold in actor.holds if hold.role in CORRECTS and region_code.startswith(hold.scope)]
    if not held:
        raise Refusal("forbidden", NOT_YOURS)
    return str(min(held))


def _ground(typed: str) -> str:
    ground = " ".join(clean_text(typed).split())[:200]
    if len(ground) < 2:
        raise refused_inputs({"ground": NO_GROUND})
    return ground


def _chain_locked(fact: Fact) -> Case | None:
    """The matter of a fact, locked; for one of another thing the chain of that is."""
    if fact.case_id is not None:
        return locked_case(fact.case_id)
    Stream.objects.select_for_update().get(pk=fact.subject)
    return None


def _subject(case_id: int) -> str:
    """What a counter-fact on a matter names, so that it may bear the day of the fact that it evens out."""
    return f"case:{case_id}"


def _left(fact: Fact) -> int:
    """What is left of a deed after corrections: its fact, and those that even it out."""
    same = Fact.objects.filter(
        kind=fact.kind, detail=fact.detail, day=fact.day, deputy=fact.deputy_id, case=fact.case_id
    )
    if fact.case_id is None:
        same = same.filter(subject=fact.subject)
    return int(same.aggregate(sum=Sum("amount"))["sum"] or 0)


def _like(fact: Fact, deputy_id: int | None, amount: int) -> Fact:
    day: date = fact.day
    return Fact(
        kind=fact.kind,
        detail=fact.detail,
        day=day,
        region_id=fact.region_id,
        station_id=fact.station_id,
        body_id=fact.body_id,
        deputy_id=deputy_id,
        amount=amount,
        subject=fact.subject or _subject(fact.case_id or 0),
    )


def _told(deputies: Sequence[int | None], link: Sequence[str], title: str) -> list[Notice]:
    data: dict[str, JSON] = {"title": title} if title else {}
    return [
        notice(to_deputy(one), "record_corrected", **data, link=[*link, one])
        for one in dict.fromkeys(deputies)
        if one is not None
    ]


def _write(
    case: Case | None,
    stream: str,
    facts: list[Fact],
    *,
    ground: str,
    actor: Actor,
    role: str,
    now: datetime,
    told: list[Notice],
) -> None:
    entry = record.Entry(
        action=STEP,
        actor=actor,
        role=role,
        now=now,
        case=case,
        before="" if case is None else case.stage,
        note=ground,
        facts=facts,
        notices=told,
    )
    if case is None:
        record.append_to_stream(entry, stream=stream)
    else:
        record.append(entry)
