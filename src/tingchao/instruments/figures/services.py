"""Writes of figures: the places whose figures are read. The figures themselves are never written."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.record import Entry, append_to_stream
from tingchao.instruments.figures.models import FigurePlace

STREAM = "figures"


@transaction.atomic
def figure_place_name(*, family: str, region_code: str, actor: Actor, now: datetime) -> FigurePlace:
    """Say that the figures of a family are read for this place too. By administrators; said twice, it is once."""
    roles = {hold.role for hold in actor.holds if region_code.startswith(hold.scope)}
    acting = sorted(roles & {Role.ADMINISTRATOR, Role.SYSTEM})
    if not acting:
        raise Refusal("forbidden", gettext_noop("看哪里的数由系统管理员定。"))
    place, made = FigurePlace.objects.get_or_create(family=family, region_id=region_code)
    if made:
        entry = Entry(
            action="figures.place",
            actor=actor,
            role=str(acting[0]),
            now=now,
            data={"family": family, "region": region_code},
        )
        append_to_stream(entry, stream=STREAM)
    return place
