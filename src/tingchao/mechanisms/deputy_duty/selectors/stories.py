"""Reads of stories of deputies."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from tingchao.directory.actors import Actor
from tingchao.directory.codes import scope_of
from tingchao.engine.cursors import cursor_of, cursor_read
from tingchao.engine.models import Case, Event
from tingchao.mechanisms.deputy_duty.models import Story
from tingchao.mechanisms.deputy_duty.rules import Chosen
from tingchao.mechanisms.deputy_duty.selectors.records import Entry, entry_get, record_scopes

PAGE = 20


@dataclass(frozen=True, slots=True)
class StoryPage:
    """Stories, the latest first, and the cursor of the next page, empty at the end."""

    rows: list[Story]
    after: str


def stories_known(*, place: str = "", deputy_id: int | None = None, after: str = "") -> StoryPage:
    """What everybody may read, of a place or a deputy. One SQL statement."""
    rows = Story.objects.filter(state=Story.State.KNOWN)
    if place:
        rows = rows.filter(region__code__startswith=scope_of(place))
    if deputy_id is not None:
        rows = rows.filter(deputy=deputy_id)
    at = cursor_read(after)
    if at is not None:
        rows = rows.filter(Q(known_at__lt=at[0]) | Q(known_at=at[0], pk__lt=at[1]))
    near = ("deputy", "region", "station")
    found = list(rows.select_related(*near).order_by("-known_at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return StoryPage(
        found[:PAGE],
        "" if last is None or last.known_at is None else cursor_of(last.known_at, last.pk),
    )


def story_known(story_id: int) -> tuple[Story, int] | None:
    """One story that everybody may read, and of how many deeds it tells. One SQL statement."""
    if not 0 < story_id < 2**63:
        return None
    rows = Story.objects.select_related("deputy", "region", "station").filter(state=Story.State.KNOWN)
    found = rows.annotate(deeds=Count("ties")).filter(pk=story_id).first()
    return None if found is None else (found, found.deeds)


def known_cases_of(story: Story) -> list[Case]:
    """The matters that a story tells of and that were made known themselves. One SQL statement."""
    told = story.ties.exclude(fact__case=None).values("fact__case")
    return list(Case.objects.filter(pk__in=told, visibility="public").order_by("pk"))


def stories_page(actor: Actor, *, after: int = 0) -> tuple[list[Story], int]:
    """The stories that somebody may see in the desk, the newest first, and the cursor of the next page, 0: none."""
    within = Q(deputy=actor.deputy_id) if actor.deputy_id is not None else Q(pk__in=[])
    for scope in record_scopes(actor):
        within |= Q(region__code__startswith=scope)
    rows = Story.objects.filter(within)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("deputy", "region").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def story_get(story_id: int) -> Story | None:
    """One story; None when there is none."""
    rows = Story.objects.select_related("deputy__region", "region", "station")
    return rows.filter(pk=story_id).first() if 0 < story_id < 2**63 else None


def may_see(actor: Actor, story: Story) -> bool:
    """Whether somebody may see a story before it is public: the deputy, and those who see their record."""
    own = actor.deputy_id is not None and actor.deputy_id == story.deputy_id
    return own or any(story.region_id.startswith(one) for one in record_scopes(actor))


def facts_of(story: Story) -> list[int]:
    """The facts that a story is tied to."""
    return list(story.ties.order_by("fact_id").values_list("fact_id", flat=True))


def deeds_of(story: Story, everything: Chosen) -> list[Entry]:
    """The entries of the record that a story tells of."""
    found = (entry_get(story.deputy_id, fact_id, everything) for fact_id in facts_of(story))
    return [one for one in found if one is not None]


def story_history(story: Story) -> list[Event]:
    """Every event of a story in order."""
    return list(Event.objects.filter(stream=story.stream).order_by("sequence"))
