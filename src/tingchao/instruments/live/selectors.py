"""Reads of live events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from tingchao.instruments.live.models import Live, Question, Reacted, Seen
from tingchao.instruments.live.rules import THERE

SHOWN_MOST = 100
"""Questions on the page that everybody reads, the newest first."""

MODERATED = 60
COMPARED = 300
"""So many of the latest questions are compared with a new one."""

OPEN_TO_ALL = (Question.State.CURRENT, Question.State.SHOWN, Question.State.ANSWERED)


def live_get(meeting_id: int) -> Live | None:
    """The live side of a gathering; None when it has none."""
    near = ("meeting__station", "meeting__region", "meeting__body")
    return (
        Live.objects.select_related(*near).filter(pk=meeting_id).first() if 0 < meeting_id < 2**63 else None
    )


def lives_open() -> list[int]:
    """Every event that is open now."""
    return list(Live.objects.filter(closed_at=None).order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class People:
    """Browsers: there now, in all."""

    now: int
    all: int


def people_of(live: Live, now: datetime) -> People:
    """How many browsers are there and were there. One SQL statement."""
    if live.online is not None:
        return People(0, live.online)
    lately = Q(last_at__gt=now - timedelta(seconds=THERE))
    found = Seen.objects.filter(live=live).aggregate(all=Count("pk"), now=Count("pk", filter=lately))
    return People(found["now"], found["all"])


def reactions_of(live: Live) -> dict[str, int]:
    """Kind → how many. One SQL statement."""
    if live.closed_at is not None and live.reactions:
        return {str(kind): int(count) for kind, count in live.reactions.items()}
    rows = Reacted.objects.filter(live=live).values_list("kind").annotate(n=Sum("amount"))
    return dict(rows)


def _mains(live_id: int, states: Iterable[str]) -> Any:
    """Questions that stand for themselves, each with `others`: how many were put to it."""
    rows = Question.objects.filter(live=live_id, main=None, state__in=list(states))
    return rows.annotate(others=Count("same"))


def questions_shown(live_id: int) -> list[Question]:
    """What everybody reads: what is being answered first, then the newest. One SQL statement."""
    rows = list(_mains(live_id, OPEN_TO_ALL).order_by("-shown_at", "-id")[:SHOWN_MOST])
    return sorted(rows, key=lambda one: OPEN_TO_ALL.index(Question.State(one.state)))


@dataclass(frozen=True, slots=True)
class Desk:
    """What the moderator looks after: what waits, what everybody reads, and what says the same by its main one."""

    waiting: list[Question]
    shown: list[Question]
    same: dict[int, list[Question]]
    counts: dict[str, int]


def questions_moderated(live_id: int) -> Desk:
    """The questions of an event for its moderator. Four SQL statements, however many there are."""
    waiting = list(_mains(live_id, [Question.State.WAITING]).order_by("-others", "id")[:MODERATED])
    shown = list(_mains(live_id, OPEN_TO_ALL).select_related("case").order_by("-shown_at", "-id")[:MODERATED])
    same: dict[int, list[Question]] = {}
    mains = [one.pk for one in (*waiting, *shown)]
    for row in Question.objects.filter(main__in=mains).order_by("id")[: MODERATED * 5]:
        same.setdefault(row.main_id or 0, []).append(row)
    mains_only = Question.objects.filter(
        live=live_id, main=None
    )  # one that says the same is counted with its main one
    counted = mains_only.values_list("state").annotate(n=Count("pk"))
    return Desk(waiting, shown, same, dict(counted.order_by()))


def questions_compared(live_id: int) -> list[tuple[int, str]]:
    """(id, plain text) of the questions that a new one may say again."""
    rows = Question.objects.filter(live=live_id, main=None).exclude(state=Question.State.HIDDEN)
    return list(rows.order_by("-id").values_list("pk", "plain")[:COMPARED])


def mains_of(live_id: int) -> list[Question]:
    """Questions that another one may be put to, for the moderator's list."""
    rows = Question.objects.filter(live=live_id, main=None).exclude(state=Question.State.HIDDEN)
    return list(rows.only("pk", "text").order_by("-id")[:MODERATED])
