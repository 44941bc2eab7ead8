"""How the voices of the demonstration year go on: the deeds of each, one after the other, as the matter then stands."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold, reporter
from tingchao.directory.models import Account, Station
from tingchao.directory.selectors import working_calendar
from tingchao.engine.lived import Deed
from tingchao.engine.models import Case
from tingchao.engine.timing import ZONE, local_day
from tingchao.mechanisms.public_voices.demo.stories import Stories, Story
from tingchao.mechanisms.public_voices.demo.teller import Place, place_of

Deeds = Iterator[Deed]


@dataclass(slots=True)
class People:
    """Who deals with voices where; each place and handler is looked up once."""

    places: dict[str, Place] = field(default_factory=dict)
    handlers: dict[int, Account] = field(default_factory=dict)

    def place(self, station: Station) -> Place:
        known = self.places.get(station.region_id[:9])
        if known is None:
            known = self.places[station.region_id[:9]] = place_of(station)
        return Place(station, known.liaison, known.coordinator, known.bodies, known.deputies)

    def handler(self, case: Case) -> Actor:
        """Whoever handles a matter for the body that leads it."""
        lead = case.lead_id or 0
        if lead not in self.handlers:
            rows = Account.objects.filter(grants__role=Role.HANDLER, grants__body=lead)
            self.handlers[lead] = rows.order_by("id")[0]
        account = self.handlers[lead]
        return Actor("account", account.pk, account.name, (Hold(Role.HANDLER, "", lead),))


@dataclass(slots=True)
class Course:
    """The way of one voice. `quick`: it was said to somebody who could answer on the spot."""

    story: Story
    place: Place
    people: People
    stories: Stories
    dice: random.Random
    quick: bool = False

    def any_way(self, case: Case) -> Deeds:
        """As its story ends: answered at once, now and then talked over first, or dealt with by a body."""
        if self.story.ends != "told":
            yield from self.acted(case)
        elif self.dice.random() < 0.95:
            yield from self.told(case)
        else:
            yield from self.explained(case)

    def told(self, case: Case) -> Deeds:
        """Answered at once by the liaison, rated, closed with nothing but the count public."""
        at = case.opened_at + timedelta(minutes=self.dice.randrange(3, 50))
        at = at if self.quick else self._later(case.opened_at, 0, 2)
        yield Deed("answer_now", self.place.liaison, at, {"answer": self.story.answer})
        yield from self._rated(case, at)
        yield from self._kept(case)

    def declined(self, case: Case, said: dict[str, str]) -> Deeds:
        """Not accepted, with where to go instead."""
        at = self._later(case.opened_at, 0, 2)
        raw = {"ground": said["ground"], "instead": said["instead"]}
        yield Deed("decline", self.place.liaison, at, raw)
        yield from self._rated(case, at)
        yield from self._kept(case)

    def explained(self, case: Case) -> Deeds:
        """Talked over, and explained since nothing needed to be done."""
        at = self._later(case.opened_at, 0, 2)
        raw = {"topic": self.story.title, "tier": self.story.tier}
        yield Deed("deliberate", self.place.liaison, at, raw)
        at = self._in_time(case, at, late=0.05)
        yield Deed("explain", self.place.liaison, at, {"answer": self.story.answer})
        yield from self._rated(case, at)
        yield from self._kept(case)

    def acted(self, case: Case) -> Deeds:
        """Given to a body, answered, rated, made known or kept."""
        at = self._later(case.opened_at, 0, 2)
        if self.dice.random() < 0.03:
            wrong = next(body for key, body in self.place.bodies.items() if key != self.story.body)
            yield Deed("assign", self.place.liaison, at, {**self._handed(), "lead": wrong.pk})
            at = self._later(at, 0, 2)
            reason = self.stories.words(self.dice, "back")
            yield Deed("hand_back", self.people.handler(case), at, {"reason": reason})
            at = self._later(at, 0, 2)
        yield Deed("assign", self.place.liaison, at, self._handed())
        yield from self._answered(case, at)

    def deliberated(self, case: Case, title: str, held: datetime) -> Deeds:
        """Put on the table of a gathering that ends at `held`, settled there and dealt with as was settled."""
        at = self._later(case.opened_at, 0, 2)
        raw = {"topic": title, "tier": "hard", "held_on": local_day(held).isoformat()}
        yield Deed("deliberate", self.place.liaison, at, raw)
        at = held + timedelta(minutes=self.dice.randrange(15, 60))
        handed = {key: value for key, value in self._handed().items() if key != "tier"}
        conclusion = self.stories.words(self.dice, "conclusions")
        yield Deed("settle", self.place.liaison, at, {"conclusion": conclusion, **handed})
        yield from self._answered(case, at)

    # --- parts of a way ---

    def _answered(self, case: Case, at: datetime) -> Deeds:
        at = self._in_time(case, at, late=0.08)
        done = self.story.ends == "done"
        raw = {"result": self.story.ends, "answer": self.story.answer}
        yield Deed("answer", self.people.handler(case), at, raw)
        if self.dice.random() < 0.04:
            at = self._in_time(case, at)
            missing = self.stories.words(self.dice, "missing")
            yield Deed("rate_poor", reporter(case.pk), at, {"missing": missing})
            at = self._in_time(case, at, late=0.1)
            again = {**raw, "answer": self.stories.words(self.dice, "again")} if done else raw
            yield Deed("answer", self.people.handler(case), at, again)
        yield from self._rated(case, at)
        if done and self.dice.random() < 0.6:
            yield from self._made_known(case)
        else:
            yield from self._kept(case)

    def _handed(self) -> dict[str, Any]:
        fit = [one for one in self.place.deputies if one.expertise == self.story.expertise]
        wanted = self.dice.choice((2, 2, 3))
        found = self.dice.sample(fit, min(len(fit), wanted))
        others = [one for one in self.dice.sample(self.place.deputies, wanted + 2) if one not in found]
        return {
            "lead": self.place.bodies[self.story.body].pk,
            "joint": [],
            "deputies": [one.pk for one in [*found, *others][:wanted]],
            "tier": self.story.tier,
        }

    def _rated(self, case: Case, at: datetime) -> Deeds:
        """Three of ten do not rate; then the clock goes on of itself."""
        chance = self.dice.random()
        if chance < 0.3:
            return
        yield Deed("rate_good" if chance < 0.85 else "rate_fair", reporter(case.pk), self._in_time(case, at))

    def _made_known(self, case: Case) -> Deeds:
        at = self._after_rating(case)
        raw = {"public_title": self.story.known, "public_text": self.story.account}
        yield Deed("draft", self.place.liaison, at, raw)
        yield Deed("publish", self.place.coordinator, self._later(at, 0, 2))

    def _kept(self, case: Case) -> Deeds:
        reason = self.stories.words(self.dice, "keep")
        yield Deed("keep", self.place.liaison, self._after_rating(case), {"reason": reason})

    def _after_rating(self, case: Case) -> datetime:
        """Some days after the rating, or after the time for it was over."""
        if case.stage == "rating" and case.due_at is not None:
            return self._later(case.due_at, 1, 4)
        return self._later(case.stage_since, 0, 4)

    def _in_time(self, case: Case, at: datetime, *, late: float = 0) -> datetime:
        """A moment before the stage's time is over; in so many of one, some days later."""
        assert case.due_at is not None
        if self.dice.random() < late:
            return self._later(case.due_at, 1, 7)
        share = self.dice.random() ** 1.5
        found = self._later(at + share * (case.due_at - at) * 0.8, 0, 1)
        return min(found, max(at + timedelta(minutes=5), case.due_at - timedelta(hours=7)))

    def _later(self, moment: datetime, least: int, most: int) -> datetime:
        """A working hour of a working day some days later, never before `moment`."""
        day = local_day(moment) + timedelta(days=self.dice.randrange(least, most))
        hour = time(self.dice.randrange(9, 17), self.dice.randrange(60))
        later = datetime.combine(working_calendar().next_working_day(day).day, hour, ZONE)
        return later if later > moment else moment + timedelta(minutes=self.dice.randrange(10, 90))


Way = Callable[[Case], Deeds]
