"""Filing and review in the demonstration city: every township has filed, and each document is as far as it has come.

259 were reviewed and sent on to the province; some more are under way or were none to be filed. The texts are made
up from data/township, and beside them stand those of a court and the like from data/justice; that screening finds what
was planted in them is tested.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from tingchao.directory.selectors import working_calendar
from tingchao.engine.timing import local_day
from tingchao.mechanisms.filing_review.demo.casebook import casebook_build, city_clerk
from tingchao.mechanisms.filing_review.demo.city import Town, towns
from tingchao.mechanisms.filing_review.demo.guidance import guidance_build
from tingchao.mechanisms.filing_review.demo.justice import justice_build
from tingchao.mechanisms.filing_review.demo.lists import lists_build
from tingchao.mechanisms.filing_review.demo.opinions import opinions_build
from tingchao.mechanisms.filing_review.demo.sendings import fail_one
from tingchao.mechanisms.filing_review.demo.stories import FLAWS, Story, returned, reviewed, under_way
from tingchao.mechanisms.filing_review.demo.texts import document_made, subjects
from tingchao.mechanisms.filing_review.models import Filing
from tingchao.mechanisms.filing_review.services.past import Past, filings_take_over

CITY = "3301"
REVIEWED = {"clean": 190, "explained": 14, "corrected": 44, "repealed": 10, "annulled": 1}
"""How the reviews ended: 259 in all."""

UNDER_WAY = {
    "checking": 5, "supplementing": 3, "assigning": 4, "reviewing": 9, "talking": 3, "weighing_talk": 2,
    "lettered": 3, "weighing_letter": 2, "opinion": 2, "weighing_opinion": 1, "planned": 2, "verifying": 3,
    "motion": 1,
}  # fmt: skip
RETURNED = 4
AWAITED = 4
"""Reviewed and not sent on yet; the last of them did not arrive."""
BATCH = 60

Progress = Callable[[int, int], None]
Way = Callable[[Story, str], None]


def build(*, now: datetime, dice: random.Random, progress: Progress) -> None:
    """File a year's documents and take each as far as it has come. Built before, it adds nothing."""
    if Filing.objects.exists():
        return
    teller = Teller(towns(CITY, now), now, dice)
    whole = list(teller.pasts())
    with transaction.atomic():  # all of them or none, so that a build that was broken off can be done again
        for begin in range(0, len(whole), BATCH):
            filings_take_over(pasts=whole[begin : begin + BATCH])
            progress(min(begin + BATCH, len(whole)), len(whole))
        casebook_build(now, CITY)
        clerk = city_clerk(CITY)
        fail_one(clerk, now)
        guidance_build(clerk, now)
        opinions_build(clerk, now)
        justice_build(now)
        lists_build(clerk, now)


class Teller:
    """Tells the story of each document; numbers of documents go up township by township."""

    def __init__(self, places: list[Town], now: datetime, dice: random.Random) -> None:
        self.towns, self.now, self.dice = places, now, dice
        self.calendar = working_calendar()
        self.used: set[tuple[int, str]] = set()

    def pasts(self) -> Iterator[Past]:
        """Every filing, in the order in which they came in."""
        ends = [end for end, amount in REVIEWED.items() for _ in range(amount)]
        self.dice.shuffle(ends)
        told = [
            self._told(town, reviewed, end) for town, end in zip(self._turns(len(ends)), ends, strict=True)
        ]
        stages = [stage for stage, amount in UNDER_WAY.items() for _ in range(amount)]
        told += [
            self._told(town, under_way, stage)
            for town, stage in zip(self._turns(len(stages)), stages, strict=True)
        ]
        told += [self._told(town, returned, "returned") for town in self._turns(RETURNED)]
        awaited = [self._told(town, reviewed, "clean") for town in self._turns(AWAITED)]
        for story in awaited:
            story.sent = None
        told += awaited
        told.sort(key=lambda story: story.begun)
        for number, story in enumerate(told, start=1):
            yield story.past(self.now, f"demo-filing-{number}")

    def _turns(self, amount: int) -> list[Town]:
        """Every township in turn, then some of them again."""
        whole = self.dice.sample(self.towns, len(self.towns))
        return (whole * (amount // len(whole) + 1))[:amount]

    def _told(self, town: Town, way: Way, end: str) -> Story:
        while True:
            story = self._begun(town, end, way)
            way(story, end)
            named = (town.maker.pk, story.made.number)
            if named not in self.used and self._fits(story, way):
                self.used.add(named)
                return story

    def _unread(self, end: str) -> str:
        """What is wrong with a document that nobody has read to the end: often nothing."""
        early = end in ("checking", "supplementing", "assigning", "reviewing")
        return "" if early and self.dice.random() < 0.6 else "problem"

    def _fits(self, story: Story, way: Way) -> bool:
        """Whether it has come as far as it should by now: sent on, or the last step some days ago."""
        if way is reviewed:
            return story.sent is not None and story.sent.at <= self.now
        return self.now - timedelta(days=25 if way is under_way else 300) < story.at <= self.now

    def _begun(self, town: Town, end: str, way: Way) -> Story:
        today = local_day(self.now)
        ago = self.dice.randint(20, 340) if way is not under_way else self.dice.randint(1, 170)
        filed = self.calendar.next_working_day(today - timedelta(days=ago)).day
        late = self.dice.random() < 0.06
        published = filed - timedelta(days=self.dice.randint(18, 40) if late else self.dice.randint(2, 14))
        made = document_made(
            place=town.place,
            subject=self.dice.choice(subjects()),
            flaw=FLAWS.get(end, self._unread(end)),
            serial=published.month * 4 + self.dice.randint(0, 5),
            published=self.calendar.next_working_day(published).day,
            valid_years=self.dice.choice((1, 2, 2, 3, 5)),
            dice=self.dice,
        )
        return Story(made, town.maker, town.filer, town.reviewer, published, filed, self.calendar, self.dice)
