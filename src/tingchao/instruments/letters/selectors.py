"""Reads of letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from tingchao.core.roles import BODY_ROLES
from tingchao.directory.actors import Actor
from tingchao.directory.models import Body
from tingchao.directory.selectors import bodies_for
from tingchao.engine.cursors import cursor_of, cursor_read
from tingchao.engine.models import Case, Event
from tingchao.instruments.letters.kinds import WRITES
from tingchao.instruments.letters.models import Letter

PAGE = 25
OF_CASE = 50


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One page of letters, the newest first, and the cursor of the next, empty at the end."""

    rows: list[Letter]
    after: str


def letter_get(letter_id: int) -> Letter | None:
    """A letter with its matter and addressee; None when there is none."""
    rows = Letter.objects.select_related("case", "case__region", "case__station", "body", "region")
    return rows.filter(pk=letter_id).first()


def addressees_of(case: Case) -> QuerySet[Body]:
    """Whom a letter about a matter may go to: who may act on it, and whoever leads it, as a court does its filing."""
    if case.lead_id is None:
        return bodies_for(case.region_id)
    return bodies_for(case.region_id) | bodies_for(case.region_id, organs=True).filter(pk=case.lead_id)


def letters_of(case: Case) -> list[Letter]:
    """The letters about a matter, the newest first. One SQL statement."""
    return list(
        Letter.objects.filter(case=case).select_related("body").order_by("-issued_at", "-id")[:OF_CASE]
    )


def letters_for(actor: Actor, *, waiting: bool = False, after: str = "") -> LetterPage:
    """The letters to the bodies that somebody answers for, and those from places that they write for.

    One SQL statement. `waiting` leaves those without an answer that one was asked of.
    """
    rows = Letter.objects.filter(_theirs(actor)).select_related("body", "case")
    if waiting:
        rows = rows.filter(replied_at=None, withdrawn_at=None, reply_by__isnull=False)
    read = cursor_read(after)
    if read is not None:
        moment, last = read
        rows = rows.filter(Q(issued_at__lt=moment) | Q(issued_at=moment, pk__lt=last))
    found = list(rows.order_by("-issued_at", "-id")[: PAGE + 1])
    more = len(found) > PAGE
    return LetterPage(found[:PAGE], cursor_of(found[PAGE - 1].issued_at, found[PAGE - 1].pk) if more else "")


def _theirs(actor: Actor) -> Q:
    bodies = {hold.body_id for hold in actor.holds if hold.role in BODY_ROLES and hold.body_id is not None}
    found = Q(body__in=bodies)
    for scope in {hold.scope for hold in actor.holds if hold.role in WRITES}:
        found |= Q(region__code__startswith=scope)
    return found


def history_of(letter: Letter) -> Sequence[Any]:
    """Every event of a letter, oldest first."""
    return list(Event.objects.filter(stream=letter.stream).order_by("sequence"))
