"""Writes to the directory. Each asks the policy first and is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from tingchao.core.calendar import YearPlan
from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.directory.actors import Actor
from tingchao.directory.models import (
    Account,
    Body,
    Deputy,
    Grant,
    Group,
    Installation,
    Membership,
    Outline,
    Region,
    Station,
    WorkingYear,
)
from tingchao.directory.places import kept_tree
from tingchao.directory.policy import require_directory
from tingchao.directory.selectors import kept_calendar, kept_site


@transaction.atomic
def regions_load(*, rows: Iterable[tuple[str, str, str | None]], actor: Actor) -> int:
    """Add or rename regions from (code, name, parent code), parents first. Returns how many there are now."""
    require_directory(actor)
    Region.objects.bulk_create(
        [Region(code=code, name=name, parent_id=parent) for code, name, parent in rows],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "parent"],
    )
    kept_tree.forget()
    return Region.objects.count()


def outlines_load(*, geometries: Mapping[str, JSON], actor: Actor) -> None:
    """Keep the outline of each region: code → GeoJSON geometry in WGS-84 degrees."""
    require_directory(actor)
    Outline.objects.bulk_create(
        [Outline(region_id=code, geometry=geometry) for code, geometry in geometries.items()],
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=["geometry"],
    )


@transaction.atomic
def installation_set(*, name: str, region_code: str, demonstration: bool, actor: Actor) -> Installation:
    """Say whose installation this is; there is one row."""
    require_directory(actor)
    row, _ = Installation.objects.update_or_create(
        pk=1, defaults={"name": name, "region_id": region_code, "demonstration": demonstration}
    )
    kept_site.forget()
    kept_tree.forget()
    return row


def body_create(*, key: str, name: str, kind: str, region_code: str, actor: Actor) -> Body:
    """Make a body, or rename the one of that key."""
    require_directory(actor, region_code)
    body, _ = Body.objects.update_or_create(
        key=key, defaults={"name": name, "kind": kind, "region_id": region_code}
    )
    return body


def station_create(
    *,
    name: str,
    kind: str,
    region_code: str,
    actor: Actor,
    parent: Station | None = None,
    address: str = "",
    hours: str = "",
    phone: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    meeting_day: int | None = None,
    functions: Iterable[str] = (),
    equipment: Iterable[str] = (),
) -> Station:
    """Make a station below `parent`, or bring the one of that name in that region up to date."""
    require_directory(actor, region_code)
    station, _ = Station.objects.update_or_create(
        name=name,
        region_id=region_code,
        defaults={
            "kind": kind,
            "parent": parent,
            "address": address,
            "hours": hours,
            "phone": phone,
            "latitude": latitude,
            "longitude": longitude,
            "meeting_day": meeting_day,
            "functions": list(functions),
            "equipment": list(equipment),
        },
    )
    return station


def deputy_create(
    *,
    name: str,
    region_code: str,
    since: date,
    actor: Actor,
    kind: str = Deputy.Kind.DEPUTY,
    level: str = Deputy.Level.COUNTY,
    constituency: str = "",
    expertise: str = "",
    station: Station | None = None,
    until: date | None = None,
) -> Deputy:
    """Enter a deputy or council member for one term."""
    require_directory(actor, region_code)
    deputy, _ = Deputy.objects.update_or_create(
        name=name,
        region_id=region_code,
        since=since,
        defaults={
            "kind": kind,
            "level": level,
            "constituency": constituency,
            "expertise": expertise,
            "station": station,
            "until": until,
        },
    )
    return deputy


@transaction.atomic
def deputies_enter(*, rows: Sequence[Deputy], actor: Actor) -> int:
    """Enter many people for one term each, e.g. a whole network's; how many there were not before.

    Whoever is known by name, region and beginning of the term stays as they are.
    """
    for code in {row.region_id for row in rows}:
        require_directory(actor, code)
    regions = {row.region_id for row in rows}
    known = set(Deputy.objects.filter(region__in=regions).values_list("name", "region_id", "since"))
    fresh = {(row.name, row.region_id, row.since): row for row in rows}
    return len(Deputy.objects.bulk_create([row for key, row in fresh.items() if key not in known]))


@transaction.atomic
def group_create(
    *, name: str, region_code: str, members: Iterable[Deputy], since: date, actor: Actor, purpose: str = ""
) -> Group:
    """Make a group with its members from `since`."""
    require_directory(actor, region_code)
    group, _ = Group.objects.get_or_create(name=name, region_id=region_code, defaults={"purpose": purpose})
    for deputy in members:
        Membership.objects.get_or_create(group=group, deputy=deputy, defaults={"since": since})
    return group


@transaction.atomic
def account_create(
    *,
    username: str,
    name: str,
    password: str | None,
    actor: Actor,
    now: datetime,
    deputy: Deputy | None = None,
) -> Account:
    """Make an account without any grant, or give the one of that user name this name and password.

    Nobody can log in to an account without a password. Raises django's ValidationError when it is too weak.
    """
    require_directory(actor)
    account = Account.objects.filter(username=username).first() or Account(username=username, created_at=now)
    account.name, account.deputy = name, deputy
    if password is not None:
        validate_password(password, account)
    account.set_password(password)
    account.save()
    return account


def grant_give(
    *,
    account: Account,
    role: Role,
    scope: str,
    since: date,
    actor: Actor,
    body: Body | None = None,
    until: date | None = None,
) -> Grant:
    """Let an account play a role within a scope, for a body or for none, from a day until before another.

    ValueError for the parts that no account plays: whoever raised a matter, and the clock.
    """
    require_directory(actor, scope)
    if role in (Role.REPORTER, Role.SYSTEM):
        raise ValueError(f"no account is given the part of the {role}")
    grant, _ = Grant.objects.update_or_create(
        account=account, role=role.value, scope=scope, body=body, defaults={"since": since, "until": until}
    )
    return grant


def working_year_set(*, plan: YearPlan, actor: Actor, now: datetime) -> WorkingYear:
    """Keep a year's working calendar. `engine.services.calendar_load` calls it and recomputes due times."""
    require_directory(actor)
    row, _ = WorkingYear.objects.update_or_create(
        year=plan.year,
        defaults={
            "off": sorted(day.isoformat() for day in plan.off),
            "on": sorted(day.isoformat() for day in plan.on),
            "source": plan.source,
            "loaded_at": now,
        },
    )
    kept_calendar.forget()
    return row
