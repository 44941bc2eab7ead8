"""What is changed in the directory, by whom, from what to what: appended to the stream "directory" and read from it.

What a person changes goes through `engine.administration`, `engine.accounts` and the like, each of which ends here.
`directory.services` is the way of lists and of the demonstration, where one event stands for the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import (
    Account,
    Body,
    Deputy,
    Grant,
    Group,
    Installation,
    Membership,
    Region,
    Station,
)
from tingchao.engine import record
from tingchao.engine.models import Event

M = TypeVar("M", bound=models.Model)

STREAM = "directory"
PAGE = 25

SHOWN: Mapping[type[models.Model], tuple[str, ...]] = {
    Region: ("name", "parent"),
    Body: ("key", "name", "kind", "region", "active"),
    Station: (
        "name",
        "kind",
        "region",
        "parent",
        "address",
        "hours",
        "phone",
        "latitude",
        "longitude",
        "meeting_day",
        "functions",
        "equipment",
        "active",
    ),
    Deputy: (
        "name",
        "kind",
        "level",
        "constituency",
        "expertise",
        "region",
        "station",
        "since",
        "until",
        "photo",
    ),
    Group: ("name", "purpose", "region"),
    Membership: ("deputy", "part", "since", "until"),
    Account: ("username", "name", "deputy", "is_active"),
    Grant: ("role", "scope", "body", "since", "until"),
    Installation: ("name", "region"),
}
"""Model → its attributes that the history tells of; a password is never among them."""

Facts = dict[str, JSON]


def facts_of(row: models.Model) -> Facts:
    """What the history tells of a row, in plain JSON; another row is spelled as its name with its key."""
    return {name: _plain(getattr(row, name)) for name in SHOWN[type(row)]}


def _plain(value: object) -> JSON:
    if isinstance(value, models.Model):
        return f"{value}（{value.pk}）"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "、".join(map(str, value))
    return value if isinstance(value, bool | int) else "" if value is None else str(value)


def changed(before: Facts, after: Facts) -> dict[str, JSON]:
    """Attribute → [what it was, what it is] of those that differ; an empty attribute of a new row is left out."""
    return {
        name: [before.get(name, ""), value]
        for name, value in after.items()
        if value != before.get(name, "") and not (name not in before and value in ("", None))
    }


def change_append(
    *,
    action: str,
    row: models.Model,
    changes: Mapping[str, JSON],
    region_code: str,
    actor: Actor,
    now: datetime,
    about: str = "",
    note: str = "",
) -> None:
    """Record one change of the directory, inside the transaction that makes it.

    `action` is the kind of entry and what was done to it, e.g. "body.change"; `about` names the entry as it is now;
    `region_code` is where it stands, so that whoever keeps that place finds the change.
    """
    data: dict[str, JSON] = {
        "kind": type(row)._meta.model_name or "",
        "id": str(row.pk),
        "name": about or str(row),
        "region": region_code,
        "changes": dict(changes),
    }
    entry = record.Entry(action=action, actor=actor, role=role_of(actor), now=now, note=note, data=data)
    record.append_to_stream(entry, stream=STREAM)


def role_of(actor: Actor) -> str:
    """The role under which somebody changes the directory."""
    if actor.kind == "system":
        return str(Role.SYSTEM)
    held = {hold.role for hold in actor.holds}
    return str(Role.ADMINISTRATOR if Role.ADMINISTRATOR in held or not held else min(held))


def row_locked(model: type[M], pk: object) -> M:
    """One row of the directory, locked for this transaction; Refusal "gone" when there is none."""
    row: M | None = model._default_manager.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refusal("gone", gettext_noop("没有找到这一条，可能刚被别人改过，请回到名单看看。"))
    return row


def row_save(
    row: models.Model,
    values: Mapping[str, object],
    *,
    kind: str,
    region_code: str,
    actor: Actor,
    now: datetime,
    twice: tuple[str, str],
    about: str = "",
) -> bool:
    """Give a row these values, save and record it; False when nothing of it changes.

    `twice` is (input, sentence) for the refusal when another row already is what only one may be.
    """
    before = {} if row._state.adding else facts_of(row)
    for name, value in values.items():
        setattr(row, name, value)
    changes = changed(before, facts_of(row))
    if not changes:
        return False
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise refused_inputs({twice[0]: twice[1]}) from None
    deed = "change" if before else "create"
    change_append(
        action=f"{kind}.{deed}",
        row=row,
        changes=changes,
        region_code=region_code,
        actor=actor,
        now=now,
        about=about,
    )
    return True


# --- read -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes of the directory, newest first, and the cursor of the next page, 0 at the end."""

    events: list[Event]
    after: int


def changes_page(*, scopes: tuple[str, ...], query: str = "", after: int = 0) -> ChangePage:
    """One page of what was changed within the scopes. `query` is part of a name, of the entry or of who did it."""
    events = Event.objects.filter(stream=STREAM)
    if "" not in scopes:
        here = Q(pk__in=[])
        for scope in scopes:
            here |= Q(data__region__startswith=scope)
        events = events.filter(here)
    if query:
        events = events.filter(Q(data__name__icontains=query) | Q(actor_name__icontains=query))
    if after:
        events = events.filter(sequence__lt=after)
    found = list(events.order_by("-sequence")[: PAGE + 1])
    return ChangePage(found[:PAGE], found[PAGE - 1].sequence if len(found) > PAGE else 0)


def changes_of(kind: str, pk: object, most: int = 5) -> list[Event]:
    """The last changes of one entry, newest first."""
    events = Event.objects.filter(stream=STREAM, data__kind=kind, data__id=str(pk))
    return list(events.order_by("-sequence")[:most])
