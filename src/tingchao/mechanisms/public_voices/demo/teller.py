"""Tells the voices of the demonstration one after the other, each through the services step by step."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from importlib import resources
from typing import Any

from django.db.models import Q

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold, reporter
from tingchao.directory.models import Account, Body, Deputy, Station
from tingchao.directory.selectors import HANDED_MATTERS, working_calendar
from tingchao.engine.care import case_tend
from tingchao.engine.models import Case
from tingchao.engine.services import case_act, case_lapse
from tingchao.engine.timing import ZONE, local_day
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS
from tingchao.mechanisms.public_voices.rules import CONCERNS, LASTING
from tingchao.mechanisms.public_voices.services import voice_file
from tingchao.mechanisms.public_voices.services.following import voice_follow

VOICES = 372
BOUNCED = 7
"""Every fortieth voice, from this one on, is handed back until the coordinator decides."""
SHARED = 2
"""Every sixth voice, from this one on, is announced to people nearby; it is still open."""
HOME_STREET = "330182001"
"""新安江: two thirds of the voices are heard there."""

Story = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Place:
    """Where a voice is heard, and who deals with it there."""

    station: Station
    liaison: Actor
    coordinator: Actor
    bodies: dict[str, Body]
    deputies: list[Deputy]


@dataclass(slots=True)
class Teller:
    """Tells the stories one after the other."""

    now: datetime
    dice: random.Random
    stories: dict[str, list[Any]] = field(default_factory=dict)
    stations: list[Station] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        path = resources.files("tingchao.mechanisms.public_voices") / "data" / "demo_voices.json"
        self.stories = json.loads(path.read_text(encoding="utf-8"))
        self.stations = list(Station.objects.filter(active=True).order_by("id"))

    def tell(self, number: int) -> None:
        """One voice: told, and carried on until its story ends or today is reached.

        Each has dice of its own, so that a build that was broken off goes on where it stopped.
        """
        self.dice = random.Random(f"voice {number}")  # noqa: S311
        kind = _kind(number)
        told = self.stories["act" if kind == "bounced" else kind]
        story: Story = told[(number * 7) % len(told)]
        place = self._place()
        steps = list(_STEPS[kind](self, story, place))
        open_to = self._steps_taken(number, len(steps))
        moment = self._start(number, open_to, len(steps))
        case = self.hear(story, place, moment, number)
        if case.events > 1:
            return
        if number % 6 == SHARED:
            moment = self._share(case, story, place, moment)
        for step in steps[:open_to]:
            moment = self._later(moment)
            if moment >= self.now:
                return
            moment = step(case.pk, moment)

    def _share(self, case: Case, story: Story, place: Place, moment: datetime) -> datetime:
        """The station lets people nearby see it, and some follow it."""
        moment = self._later(moment)
        for follower in range(self.dice.randrange(0, 7)):
            if moment >= self.now:
                return moment
            if not follower:
                case_tend(
                    case_id=case.pk,
                    tool="announce",
                    raw={"title": story["title"]},
                    actor=place.liaison,
                    now=moment,
                )
            voice_follow(case_id=case.pk, browser=f"demo {follower}", now=moment)
            moment += timedelta(minutes=self.dice.randrange(5, 90))
        return moment

    def turn(self, number: int, turn: Turn) -> None:
        """A voice of the centre station of 新安江 within the last days that shows one of the harder turns."""
        self.dice = random.Random(f"turn {number}")  # noqa: S311
        centre = next(one for one in self.stations if one.region_id.startswith(HOME_STREET))
        place = place_of(centre)
        story: Story = self.stories["act"][number % len(self.stories["act"])]
        steps = list(turn(self, {**story, "tier": "hard"}, place))
        start = self.now - timedelta(days=4)
        case = self.hear(story, place, start, number)
        if case.events > 1:
            return
        for order, step in enumerate(steps, start=1):
            step(case.pk, start + order * timedelta(days=3) / len(steps))

    def _steps_taken(self, number: int, most: int) -> int:
        """How far a voice has come: about half of them to the end, the others spread over the stages."""
        if _kind(number) == "bounced" and number % 80 == BOUNCED:
            return 2 * ((FIVE_STEPS.max_returns or 0) + 1)  # with the coordinator now
        return most if number % 2 else self.dice.randrange(0, most)

    def _start(self, number: int, taken: int, most: int) -> datetime:
        """When it was said: long ago for what is closed, some days ago for what is still open."""
        days = self.dice.randrange(25, 170) if taken == most else taken * 2 + self.dice.randrange(0, 4)
        moment = self.now - timedelta(days=days)
        early = moment.astimezone(ZONE).replace(
            hour=self.dice.randrange(7, 21), minute=self.dice.randrange(60)
        )
        return min(early, self.now - timedelta(minutes=self.dice.randrange(5, 300)))

    def _later(self, moment: datetime) -> datetime:
        """A working hour of one of the next working days."""
        day = local_day(moment) + timedelta(days=self.dice.randrange(0, 3))
        hour = time(self.dice.randrange(9, 17), self.dice.randrange(60))
        later = datetime.combine(working_calendar().next_working_day(day).day, hour, ZONE)
        return later if later > moment else moment + timedelta(minutes=self.dice.randrange(20, 90))

    # --- who and where ---

    def _place(self) -> Place:
        at_home = self.dice.random() < 0.66
        station = self.dice.choice(
            [one for one in self.stations if one.region_id.startswith(HOME_STREET) is at_home]
        )
        township = station.region_id[:9]
        if township not in self.places:
            self.places[township] = place_of(station)
        known = self.places[township]
        return Place(station, known.liaison, known.coordinator, known.bodies, known.deputies)

    def hear(self, story: Story, place: Place, moment: datetime, number: int) -> Case:
        spot = self.dice.choice(self.stories["places"])
        phone = f"1380000{self.dice.randrange(1000, 9999)}" if number % 3 else ""
        return voice_file(
            title=story["title"],
            text=story["text"].replace("{place}", spot),
            place=spot,
            region_code=place.station.region_id,
            station_id=place.station.pk,
            channel=("code", "code", "web", "telephone")[number % 4],
            phone=phone,
            consent=bool(phone),
            happened=LASTING if number % 5 == 0 else "",
            concerns=tuple(CONCERNS)[number % 7] if number % 7 < len(CONCERNS) else "",
            point=_point_near(place.station, number) if number % 3 == 0 else "",
            actor=reporter(0),
            now=moment,
            submission=f"demo:{number}",
            simulated=True,
        )

    def handed_to(self, story: Story, place: Place) -> dict[str, Any]:
        """Lead, joint bodies and two or three deputies, those with the matter's expertise first."""
        fit = sorted(
            place.deputies, key=lambda one: (one.expertise != story["expertise"], self.dice.random())
        )
        return {
            "lead": place.bodies[story["body"]].pk,
            "joint": [place.bodies[key].pk for key in story["joint"]],
            "deputies": [one.pk for one in fit[: self.dice.choice((2, 3))]],
        }


def _kind(number: int) -> str:
    """Which kind of story a voice is: most are acted on, some answered at once, some not accepted."""
    if number % 40 == BOUNCED:
        return "bounced"
    return "act" if number % 20 < 15 else "answer" if number % 20 < 18 else "decline"


Turn = Callable[["Teller", "Story", "Place"], "Iterator[Step]"]
"""One of the harder turns: the steps by which a voice takes it."""

Step = Callable[[int, datetime], datetime]
"""Takes a matter one step on at a moment, or somewhat later; returns when that was."""


def step(action: str, actor: Callable[[int], Actor] | Actor, raw: dict[str, Any]) -> Step:
    def take(case_id: int, moment: datetime) -> datetime:
        acting = actor if isinstance(actor, Actor) else actor(case_id)
        case_act(case_id=case_id, action=action, raw=raw, actor=acting, now=moment)
        return moment

    return take


def handler(case_id: int) -> Actor:
    """Whoever handles the matter for the body that leads it."""
    case = Case.objects.select_related("lead").get(pk=case_id)
    account = Account.objects.filter(grants__role=Role.HANDLER, grants__body=case.lead).order_by("id").first()
    assert account is not None and case.lead is not None
    return Actor("account", account.pk, account.name, (Hold(Role.HANDLER, "", case.lead_id),))


def _lapse(now: datetime) -> Step:
    """Nobody rates: the clock closes the stage when its time is over, if that is before `now`."""

    def take(case_id: int, moment: datetime) -> datetime:
        due_at = Case.objects.values_list("due_at", flat=True).get(pk=case_id)
        assert due_at is not None
        over = max(moment, due_at)
        if over < now:
            case_lapse(case_id=case_id, now=over)
        return over

    return take


def _acted(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """听 → 议 → 办 → 评 → 知, some handed back once, some sent back after a poor rating."""
    handed = teller.handed_to(story, place)
    if teller.dice.random() < 0.12:
        wrong = teller.dice.choice([body for key, body in place.bodies.items() if key != story["body"]])
        yield step("assign", place.liaison, {**handed, "lead": wrong.pk, "joint": [], "tier": story["tier"]})
        yield step("hand_back", handler, {"reason": story["return_reason"]})
    if story["tier"] in ("urgent", "hard") or teller.dice.random() < 0.5:
        yield step("deliberate", place.liaison, {"topic": story["topic"], "tier": story["tier"]})
        yield step("settle", place.liaison, {"conclusion": story["conclusion"], **handed})
    else:
        yield step("assign", place.liaison, {**handed, "tier": story["tier"]})
    yield step("answer", handler, {"result": "done", "answer": story["answer"]})
    if teller.dice.random() < 0.18:
        yield step("rate_poor", reporter, {"missing": story["missing"]})
        yield step("answer", handler, {"result": "done", "answer": story["second_answer"]})
    yield from _rated(teller, story)
    yield from _made_known(story, place)


def _bounced(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """Handed back as often as the return law allows and once more, until the coordinator decides."""
    handed = teller.handed_to(story, place)
    wrong = [body for key, body in place.bodies.items() if key != story["body"]]
    for body in teller.dice.sample(wrong, (FIVE_STEPS.max_returns or 0) + 1):
        yield step("assign", place.liaison, {**handed, "lead": body.pk, "joint": [], "tier": "ordinary"})
        yield step("hand_back", handler, {"reason": story["return_reason"]})
    yield step("decide", place.coordinator, {**handed, "reason": "按职责分工，由它牵头，别的单位配合。"})
    yield step("answer", handler, {"result": "done", "answer": story["answer"]})
    yield from _rated(teller, story)
    yield from _made_known(story, place)


def _made_known(story: Story, place: Place) -> Iterator[Step]:
    """Written by the liaison, checked by the coordinator."""
    yield step(
        "draft", place.liaison, {"public_title": story["public_title"], "public_text": story["public_text"]}
    )
    yield step("publish", place.coordinator, {})


def _answered(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """Answered at once, rated, closed with nothing but the count public."""
    yield step("answer_now", place.liaison, {"answer": story["answer"]})
    yield from _rated(teller, story)
    yield step("keep", place.liaison, {"reason": "咨询类，已当场答复"})


def _declined(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """Not accepted, with where to go instead."""
    yield step("decline", place.liaison, {"ground": story["ground"], "instead": story["instead"]})
    yield from _rated(teller, {"praise": ""})
    yield step("keep", place.liaison, {"reason": "不予受理，已告知去处"})


def _rated(teller: Teller, story: Story) -> Iterator[Step]:
    chance = teller.dice.random()
    if chance < 0.2:
        yield _lapse(teller.now)
    else:
        yield step("rate_good" if chance < 0.78 else "rate_fair", reporter, {})
        if story["praise"]:
            yield tool("add", reporter, said=story["praise"])


def tool(tool: str, actor: Callable[[int], Actor] | Actor, **raw: Any) -> Step:
    def take(case_id: int, moment: datetime) -> datetime:
        acting = actor if isinstance(actor, Actor) else actor(case_id)
        case_tend(case_id=case_id, tool=tool, raw=raw, actor=acting, now=moment)
        return moment

    return take


_STEPS: dict[str, Callable[[Teller, Story, Place], Iterator[Step]]] = {
    "act": _acted,
    "bounced": _bounced,
    "answer": _answered,
    "decline": _declined,
}


def _point_near(station: Station, number: int) -> str:
    """A point some hundred metres from a station, in another direction for each number; empty where it has none."""
    if station.latitude is None or station.longitude is None:
        return ""
    north, east = (number * 37 % 21 - 10) / 2500, (number * 53 % 21 - 10) / 2500
    return f"{station.latitude + north:.5f},{station.longitude + east:.5f}"


def place_of(station: Station) -> Place:
    region = station.region_id
    bodies = Body.objects.filter(
        Q(region_id=f"{region[:9]}000") | Q(region_id=f"{region[:6]}000000"), kind__in=HANDED_MATTERS
    )
    nearest = {body.key.split("-")[0]: body for body in bodies.order_by("region_id")}
    day = local_day(station.codes.earliest("created_at").created_at)
    return Place(
        station,
        holder(Role.LIAISON, region),
        holder(Role.COORDINATOR, region),
        nearest,
        list(Deputy.objects.filter(region__code__startswith=region[:9], since__lte=day, until__isnull=True)),
    )


def holder(role: Role, region: str) -> Actor:
    """The account that plays `role` nearest to a region."""
    rows = Account.objects.filter(grants__role=role).values_list("pk", "name", "grants__scope")
    pk, name, scope = max((row for row in rows if region.startswith(row[2])), key=lambda row: len(row[2]))
    return Actor("account", pk, name, (Hold(role, scope),))
