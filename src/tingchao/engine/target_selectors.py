"""Reads of where notices go: the targets of an owner, what reached them last, and which fail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor
from tingchao.directory.codes import scope_of
from tingchao.directory.policy import KEEPS_DIRECTORY
from tingchao.engine.models import Delivery, NoticeTarget
from tingchao.engine.outbox import NOBODY
from tingchao.engine.targets import Owner

LISTED = 200
"""Targets of an overview, failing ones first."""

WINDOW = 20_000
"""So many of the newest notices are looked through for those that nobody took."""

FAILING = Q(failures__gt=0) | Q(off=NoticeTarget.Off.FAILED)


def owners_of(actor: Actor) -> list[Owner]:
    """Those whose targets are the actor's own concern: themselves, bodies they handle for, the liaisons there."""
    owners = [Owner(account_id=actor.id)] if actor.kind == "account" else []
    for hold in dict.fromkeys(actor.holds):
        if hold.role is Role.HANDLER and hold.body_id is not None:
            owners.append(Owner(body_id=hold.body_id))
        elif hold.role is Role.LIAISON and hold.scope:
            owners.append(Owner(role=str(Role.LIAISON), scope=hold.scope))
    return list(dict.fromkeys(owners))


def targets_of(owners: Iterable[Owner]) -> list[NoticeTarget]:
    """The targets of some owners. One SQL statement."""
    of = Q(pk__isnull=True)
    for owner in owners:
        of |= Q(account_id=owner.account_id, body_id=owner.body_id, role=owner.role, scope=owner.scope)
    return list(NoticeTarget.objects.filter(of).select_related("body").order_by("id"))


def target_get(target_id: int) -> NoticeTarget | None:
    if not 0 < target_id < 2**63:
        return None
    return NoticeTarget.objects.select_related("body", "account").filter(pk=target_id).first()


def deliveries_of(target_id: int, most: int = 10) -> list[Delivery]:
    """What was put down last for a target, with the notices and their matters. One SQL statement."""
    rows = Delivery.objects.filter(target_id=target_id).select_related("notice__case")
    return list(rows.order_by("-id")[:most])


def may_read_matters(actor: Actor, owner: Owner) -> bool:
    """Whether the actor may read what was sent to a target: not whoever keeps it as an administrator only."""
    if owner.account_id is not None:
        return actor.id == owner.account_id
    return any(
        hold.role is Role.HANDLER and hold.body_id == owner.body_id
        if owner.body_id is not None
        else hold.role is Role.LIAISON and owner.scope.startswith(hold.scope)
        for hold in actor.holds
    )


def keeps_others(actor: Actor) -> bool:
    """Whether the actor looks after targets that are not their own."""
    return any(hold.role in KEEPS_DIRECTORY or hold.role is Role.LIAISON for hold in actor.holds)


def targets_within(actor: Actor) -> list[NoticeTarget]:
    """The targets of bodies and groups that the actor looks after, failing ones first. One SQL statement."""
    of = Q(pk__isnull=True)
    for hold in actor.holds:
        if hold.role in KEEPS_DIRECTORY:
            of |= Q(body__region__code__startswith=hold.scope) | (
                ~Q(role="") & Q(scope__startswith=hold.scope)
            )
        elif hold.role is Role.LIAISON:
            of |= ~Q(role="") & Q(scope__startswith=hold.scope)
        elif hold.role is Role.HANDLER and hold.body_id is not None:
            of |= Q(body_id=hold.body_id)
    rows = NoticeTarget.objects.filter(of, account__isnull=True).select_related("body")
    return list(rows.order_by("active", "-failures", "id")[:LISTED])


@dataclass(frozen=True, slots=True)
class Unheard:
    """A body or the holders of a role whom notices were meant for and never reached: how many, and the last one."""

    owner: Owner
    body_name: str
    notices: int
    last: datetime


_UNHEARD = """
SELECT n.recipient, coalesce(b.region_id, ''), coalesce(b.name, ''), count(*), max(n.created_at)
FROM (SELECT recipient, case_id, error, created_at FROM engine_notice ORDER BY id DESC LIMIT %s) n
JOIN engine_case c ON c.id = n.case_id
LEFT JOIN directory_body b ON n.recipient = 'body:' || b.id
WHERE n.error = %s AND (n.recipient LIKE 'body:%%' OR n.recipient LIKE 'role:%%')
    AND EXISTS (SELECT 1 FROM unnest(%s::text[]) s(scope)
        WHERE starts_with(coalesce(b.region_id, c.region_id), s.scope))
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1 LIMIT %s
"""


def unheard_within(actor: Actor, most: int = 20) -> list[Unheard]:
    """Who missed notices lately for want of a target, where the actor keeps targets. One statement."""
    scopes = [hold.scope for hold in actor.holds if hold.role in KEEPS_DIRECTORY or hold.role is Role.LIAISON]
    with connection.cursor() as cursor:
        cursor.execute(_UNHEARD, [WINDOW, NOBODY, scopes, most])
        return [
            Unheard(_owner_of_recipient(recipient, region), *rest)
            for recipient, region, *rest in cursor.fetchall()
        ]


def _owner_of_recipient(recipient: str, region: str) -> Owner:
    """Whose target would take what goes to a recipient, e.g. "body:3" or "role:liaison@330182001000"."""
    kind, _, rest = recipient.partition(":")
    if kind == "body":
        return Owner(body_id=int(rest), body_region=region)
    role, _, addressed = rest.partition("@")
    return Owner(role=role, scope=scope_of(addressed) if len(addressed) == 12 else addressed)


@dataclass(frozen=True, slots=True)
class Count:
    """A count that the menu shows, as a part of one statement: `SELECT %s, count(*) FROM (…)`."""

    sql: str
    values: tuple[Any, ...]


def failing_count(actor: Actor, most: int) -> Count:
    """How many failing targets the actor can mend, counted no further than `most`; a partial index answers it."""
    of, values = ["t.account_id = %s"], [actor.id]
    for hold in dict.fromkeys(actor.holds):
        if hold.role in KEEPS_DIRECTORY:
            of.append("starts_with(b.region_id, %s)")
            values.append(hold.scope)  # type: ignore[arg-type]
        if hold.role in KEEPS_DIRECTORY or hold.role is Role.LIAISON:
            of.append("(t.role <> '' AND starts_with(t.scope, %s))")
            values.append(hold.scope)  # type: ignore[arg-type]
        if hold.role is Role.HANDLER and hold.body_id is not None:
            of.append("t.body_id = %s")
            values.append(hold.body_id)
    sql = (
        "SELECT %s, count(*) FROM (SELECT 1 FROM engine_noticetarget t"  # noqa: S608 - no value is put in
        " LEFT JOIN directory_body b ON b.id = t.body_id"
        f" WHERE (t.failures > 0 OR t.off = 'failed') AND ({' OR '.join(of)}) LIMIT {most}) counted"
    )
    return Count(sql, tuple(values))


def names_of_owners(owners: Sequence[Owner]) -> dict[tuple[str, str], str]:
    """("body", id) or ("region", scope) → name. One SQL statement, none when there is nothing to name."""
    bodies = [owner.body_id for owner in owners if owner.body_id is not None]
    scopes = sorted({owner.scope for owner in owners if owner.scope})
    if not bodies and not scopes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'body', id::text, name FROM directory_body WHERE id = ANY(%s)"
            " UNION ALL SELECT 'region', s.scope, r.name FROM unnest(%s::text[]) s(scope)"
            " JOIN directory_region r ON r.code = rpad(s.scope, 12, '0')",
            [bodies, scopes],
        )
        return {(kind, key): name for kind, key, name in cursor.fetchall()}
