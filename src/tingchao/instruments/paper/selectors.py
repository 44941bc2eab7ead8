"""Reads of prints."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from tingchao.directory.actors import Actor
from tingchao.instruments.paper.models import Printing

KEPT = timedelta(days=7)
"""How long a finished print waits to be fetched."""

SHOWN = 20


def printings_of(actor: Actor) -> list[Printing]:
    """The prints that an account asked for, the newest first; their keys are left out. One SQL statement."""
    if actor.kind != "account":
        return []
    return list(Printing.objects.filter(asked_by_id=actor.id).order_by("-id")[:SHOWN])


def printing_get(printing_id: int, actor: Actor) -> Printing | None:
    """One print of the account's own; None when there is none or it is another's."""
    if actor.kind != "account" or printing_id >= 2**63:
        return None
    return Printing.objects.filter(pk=printing_id, asked_by_id=actor.id).first()


def file_of(printing: Printing) -> Path:
    """Where the finished PDF lies."""
    return Path(settings.PRINTS_DIR) / f"{printing.pk}.pdf"
