"""Whom a notice reaches: the targets behind its recipient, for a whole batch in two statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from tingchao.core.roles import Role
from tingchao.directory.codes import LEVELS
from tingchao.engine.models import Notice, NoticeTarget
from tingchao.engine.notices import TO_REPORTER
from tingchao.engine.timing import local_day

# Who holds what, with their grants in force: role within scope, handler of a body, deputy while the term runs.
_HOLDERS = """
WITH held AS (
    SELECT g.role, g.scope, g.body_id, a.id AS account_id, a.deputy_id FROM directory_grant g
    JOIN directory_account a ON a.id = g.account_id AND a.is_active
    WHERE g.since <= %(day)s AND (g.until IS NULL OR g.until > %(day)s)
)
SELECT role, scope, 0, account_id FROM held
    WHERE role = ANY(%(roles)s) AND scope = ANY(%(scopes)s) AND body_id IS NULL
UNION SELECT 'body', '', body_id, account_id FROM held WHERE role = 'handler' AND body_id = ANY(%(bodies)s)
UNION SELECT 'deputy', '', h.deputy_id, h.account_id FROM held h JOIN directory_deputy d ON d.id = h.deputy_id
    WHERE h.role = 'deputy' AND h.deputy_id = ANY(%(deputies)s)
    AND d.since <= %(day)s AND (d.until IS NULL OR d.until > %(day)s)
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a notice is for: a kind with an id, or a role with the tiers of scopes that are asked in turn."""

    kind: str  # "account", "body", "deputy", "role"; "" for whoever raised the matter, and for what is not known
    id: int = 0
    role: str = ""
    tiers: tuple[tuple[str, ...], ...] = ()


def recipient_of(row: Notice) -> Recipient:
    """The recipient of a notice, read from its address; see engine.notices."""
    kind, _, rest = row.recipient.partition(":")
    if kind == "role":
        role, _, addressed = rest.partition("@")
        if role in (Role.DEPUTY, Role.HANDLER):  # held on one matter or for a body, never by a region alone
            return Recipient("")
        return Recipient("role", role=role, tiers=tiers(addressed, row.case.region_id if row.case else ""))
    if kind in ("account", "body", "deputy") and rest.isdecimal():
        return Recipient(kind, int(rest))
    return Recipient("")


def tiers(addressed: str, region: str) -> tuple[tuple[str, ...], ...]:
    """The scopes that a role is asked at, in turn, until somebody holds it.

    A duty names the region of the matter: everybody whose scope covers it. An escalation names a level above: those of
    that level and of the levels below it on the way to the matter, so that nobody hears of what lies outside their
    scope; where nobody holds the role there, the next level up.
    """
    above = _prefixes(addressed)
    if not region or len(addressed) == 12:
        return (above,)
    within = tuple(scope for scope in _prefixes(region) if scope.startswith(addressed))
    return (within, *((scope,) for scope in reversed(above) if scope not in within))


def _prefixes(code: str) -> tuple[str, ...]:
    return ("", *(code[:length] for length in LEVELS if length <= len(code)))


def targets_for(rows: Sequence[Notice], now: datetime) -> dict[int, list[NoticeTarget]]:
    """Notice id → the active targets that it reaches. Two SQL statements, however many notices there are."""
    found = {row.pk: recipient_of(row) for row in rows if row.recipient != TO_REPORTER}
    holders = _holders(found.values(), now)
    people = {pk: _people(one, holders) for pk, one in found.items()}
    by_account, by_body, by_group = _targets(
        found.values(), {who for them in people.values() for who in them}
    )
    reached: dict[int, list[NoticeTarget]] = {}
    for pk, one in found.items():
        targets = [target for who in people[pk] for target in by_account[who]]
        if one.kind == "body":
            targets += by_body[one.id]
        elif one.kind == "role":
            targets += _of_group(one, holders, by_group)
        reached[pk] = targets
    return reached


Holders = dict[tuple[str, str, int], list[int]]


def _holders(wanted: Iterable[Recipient], now: datetime) -> Holders:
    of = list(wanted)
    values: dict[str, Any] = {
        "day": local_day(now),
        "roles": sorted({one.role for one in of if one.role}),
        "scopes": sorted({scope for one in of for tier in one.tiers for scope in tier}),
        "bodies": sorted({one.id for one in of if one.kind == "body"}),
        "deputies": sorted({one.id for one in of if one.kind == "deputy"}),
    }
    holders: Holders = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, values)
        for role, scope, of_id, account_id in cursor.fetchall():
            holders[role, scope, of_id].append(account_id)
    return holders


def _people(one: Recipient, holders: Holders) -> list[int]:
    if one.kind == "account":
        return [one.id]
    if one.kind == "role":
        return [who for scope in _tier(one, holders) for who in holders.get((one.role, scope, 0), ())]
    return holders.get((one.kind, "", one.id), [])


def _tier(one: Recipient, holders: Holders) -> tuple[str, ...]:
    """The first tier in which somebody holds the role; the first of all when nobody does."""
    held = (tier for tier in one.tiers if any((one.role, scope, 0) in holders for scope in tier))
    return next(held, one.tiers[0])


Groups = dict[tuple[str, str], list[NoticeTarget]]


def _of_group(one: Recipient, holders: Holders, groups: Groups) -> list[NoticeTarget]:
    return [target for scope in _tier(one, holders) for target in groups[one.role, scope]]


def _targets(
    wanted: Iterable[Recipient], accounts: set[int]
) -> tuple[dict[int, list[NoticeTarget]], dict[int, list[NoticeTarget]], Groups]:
    of = list(wanted)
    by_account: dict[int, list[NoticeTarget]] = defaultdict(list)
    by_body: dict[int, list[NoticeTarget]] = defaultdict(list)
    by_group: Groups = defaultdict(list)
    rows = NoticeTarget.objects.filter(active=True).filter(
        Q(account_id__in=accounts, account__is_active=True)
        | Q(body_id__in={one.id for one in of if one.kind == "body"})
        | Q(
            role__in={one.role for one in of if one.role},
            scope__in={scope for one in of for tier in one.tiers for scope in tier},
        )
    )
    for row in rows.order_by("id"):
        if row.account_id is not None:
            by_account[row.account_id].append(row)
        elif row.body_id is not None:
            by_body[row.body_id].append(row)
        else:
            by_group[row.role, row.scope].append(row)
    return by_account, by_body, by_group
