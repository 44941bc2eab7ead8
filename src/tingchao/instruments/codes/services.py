"""Giving out and revoking codes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tingchao.directory.actors import Actor
from tingchao.directory.models import Station
from tingchao.directory.policy import require_directory
from tingchao.instruments.codes.models import Code


def code_issue(*, station: Station, actor: Actor, now: datetime) -> Code:
    """The code of a station in force, made when there is none."""
    require_directory(actor, station.region_id)
    code, _ = Code.objects.get_or_create(station=station, revoked_at=None, defaults={"created_at": now})
    return code


@transaction.atomic
def code_revoke(*, station: Station, actor: Actor, now: datetime) -> Code:
    """End a station's code, e.g. because its poster was copied elsewhere, and give out a new one."""
    require_directory(actor, station.region_id)
    Code.objects.filter(station=station, revoked_at=None).update(revoked_at=now)
    return code_issue(station=station, actor=actor, now=now)
