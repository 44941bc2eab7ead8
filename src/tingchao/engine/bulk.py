"""The same step on many matters: each by itself, in its own transaction, with its own event.

What would happen is found out by doing it and taking it back, so that a preview never says anything else than what
then happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine import policy
from tingchao.engine.care import TOOLS, case_tend
from tingchao.engine.models import Assignment, Case, Event
from tingchao.engine.services import GONE, MOVED_ON, case_act, locked_case, roles_of

MOST = 100
"""Matters at once."""


class _TakenBack(Exception):
    """Ends the transaction of a preview."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A matter that an actor may see, who has it now, and the roles that the actor plays on it now."""

    case: Case
    running: list[Assignment]
    roles: frozenset[Role]


def cases_visible(ids: Iterable[int], actor: Actor) -> list[Chosen]:
    """Those of the matters that the actor may see, in the order given, with their names. Two SQL statements."""
    wanted = list(dict.fromkeys(ids))[:MOST]
    cases = Case.objects.select_related("region", "station", "lead").in_bulk(wanted)
    ever: dict[int, list[Assignment]] = {key: [] for key in cases}
    for one in Assignment.objects.filter(case_id__in=list(cases)).order_by("id"):
        ever[one.case_id].append(one)
    seen = [cases[key] for key in wanted if key in cases]
    return [
        Chosen(case, running, roles_of(actor, case, running))
        for case in seen
        if policy.may_see(roles_of(actor, case, ever[case.pk]))
        for running in ([one for one in ever[case.pk] if one.ended_at is None],)
    ]


def case_try(
    *, case_id: int, action: str, raw: Mapping[str, object], actor: Actor, now: datetime
) -> Refusal | None:
    """Why an action or tool could not be taken on a matter now; None when it could. Leaves nothing behind."""
    try:
        with transaction.atomic():
            _do(case_id, action, raw, actor, now)
            raise _TakenBack
    except _TakenBack:
        return None
    except Refusal as refusal:
        return refusal


def case_do(
    *, case_id: int, version: int, action: str, raw: Mapping[str, object], actor: Actor, now: datetime
) -> Refusal | None:
    """Take an action or tool on a matter of which `version` records were seen; why it was not done, None when it was.

    Sent twice it is done once: the second time the matter has more records.
    """
    try:
        with transaction.atomic():
            case = locked_case(case_id)
            if case.events != version:
                raise _moved_on(case, version, action, actor)
            _do(case_id, action, raw, actor, now)
    except Refusal as refusal:
        return refusal
    return None


def _do(case_id: int, action: str, raw: Mapping[str, object], actor: Actor, now: datetime) -> None:
    if not cases_visible([case_id], actor):
        raise Refusal("gone", GONE)
    if action in TOOLS:
        case_tend(case_id=case_id, tool=action, raw=raw, actor=actor, now=now)
    else:
        case_act(case_id=case_id, action=action, raw=raw, actor=actor, now=now)


def _moved_on(case: Case, version: int, action: str, actor: Actor) -> Refusal:
    mine = Event.objects.filter(
        stream=f"case:{case.pk}", sequence=version + 1, action=action, actor=actor.key
    )
    if mine.exists():
        return Refusal("done_before", gettext_noop("刚才已经办过了，没有办第二遍。"))
    return Refusal("moved_on", MOVED_ON)
