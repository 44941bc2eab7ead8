"""Drafts and topics of oversight put to the stations of 余杭 over a year, and thousands of opinions on their articles.

The drafts, the opinions and the answers stand in data/demo_drafts.json and are made up.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from importlib import resources
from itertools import islice
from typing import Any

from tingchao.core.spread import shared
from tingchao.directory.actors import Actor, reporter
from tingchao.directory.models import Region, Station
from tingchao.directory.selectors import working_calendar
from tingchao.engine.lived import Deed, Life, cases_live
from tingchao.engine.lookups import KeptLookups
from tingchao.engine.models import Case
from tingchao.engine.timing import ZONE, local_day
from tingchao.mechanisms.contact_stations.demo.places import YUHANG
from tingchao.mechanisms.contact_stations.models import Draft
from tingchao.mechanisms.contact_stations.services.drafts import draft_open, draft_reply, opinion_life

OPINIONS = 4_660
"""On nine drafts and topics; the last two of them are still open or being answered."""

FIRST, APART = 345, 40
"""Days before today of the first draft, and between two of them."""

OPEN_DAYS = 30
REPLIED_AFTER = timedelta(days=45)
"""After the last day: by then every opinion is answered and rated, or the time for that is over."""

BATCH = 500
NUMERALS = "一二三四五六七八九"


@dataclass(slots=True)
class Asked:
    """One draft as it is told of: its words, and everything that opinions on it share."""

    told: dict[str, Any]
    words: dict[str, Any]
    clerk: Actor
    now: datetime
    begun: datetime
    dice: random.Random

    @property
    def closes(self) -> datetime:
        """The end of the last day."""
        return self.begun + timedelta(days=OPEN_DAYS)


def steps(clerk: Actor, now: datetime) -> list[Callable[[], object]]:
    """One step for each draft."""
    path = resources.files("tingchao.mechanisms.contact_stations") / "data" / "demo_drafts.json"
    words = json.loads(path.read_text(encoding="utf-8"))
    dice = random.Random("余杭征求意见")  # noqa: S311 - a demonstration, the same one each time
    counts = shared(OPINIONS, len(words["drafts"]), dice, unevenness=0.35)
    every = [(_asked(number, words, clerk, now), count) for number, count in enumerate(counts)]
    return [partial(_told, asked, count) for asked, count in every]


def _asked(number: int, words: dict[str, Any], clerk: Actor, now: datetime) -> Asked:
    day = working_calendar().next_working_day(local_day(now) - timedelta(days=FIRST - APART * number)).day
    begun = datetime.combine(day, time(9), ZONE)
    dice = random.Random(f"draft {number}")  # noqa: S311
    return Asked(words["drafts"][number], words, clerk, now, begun, dice)


def _told(asked: Asked, count: int) -> None:
    draft = draft_open(
        title=asked.told["title"],
        kind=asked.told["kind"],
        issuer=asked.told["issuer"],
        text=_text(asked.told),
        region=Region.objects.get(pk=YUHANG),
        until=local_day(asked.closes),
        submission=f"demo-yuhang-{asked.told['title']}"[:80],
        actor=asked.clerk,
        now=asked.begun,
    )
    if draft.replied_at is not None:
        return  # told before
    stations = list(Station.objects.filter(region__code__startswith=YUHANG[:6], active=True).order_by("id"))
    lookups = KeptLookups()
    lives = _lives(asked, draft, stations, count)
    while batch := list(islice(lives, BATCH)):
        cases_live(lives=batch, until=asked.now, lookups=lookups)
    replied = asked.closes + REPLIED_AFTER
    if replied < asked.now:
        summary = asked.words["summaries"][draft.kind]
        draft_reply(draft_id=draft.pk, summary=summary, actor=asked.clerk, now=replied)


def _text(told: dict[str, Any]) -> str:
    articles = [one["text"] for one in told["articles"]]
    if told["kind"] == "oversight":
        return "\n\n".join([told["title"], *articles])
    lines = [f"第{NUMERALS[number]}条 {text}" for number, text in enumerate(articles)]
    return "\n".join([told["title"], "", *lines])


def _lives(asked: Asked, draft: Draft, stations: list[Station], count: int) -> Iterator[Life]:
    """Opinions on every day that the draft is open, more of them in the first days and the last."""
    dice, last = asked.dice, min(asked.closes, asked.now)
    keys = _keys(draft, asked.told)
    for number in range(count):
        place = dice.betavariate(0.8, 0.8)
        at = asked.begun + place * (last - asked.begun) - timedelta(minutes=1)
        at = max(at, asked.begun)
        which = dice.randrange(len(asked.told["articles"]))
        words = dice.choice(asked.told["articles"][which]["opinions"])
        yield opinion_life(
            draft=draft,
            article=keys[which] if dice.random() < 0.95 else "",
            text=f"{dice.choice(asked.words['openers'])}{words}{dice.choice(asked.words['ends'])}",
            station=stations[dice.randrange(len(stations))],
            channel=dice.choice(("web", "code", "code")),
            submission=f"demo-yuhang-opinion-{draft.pk}-{number}",
            actor=reporter(0),
            now=at,
            simulated=True,
            deeds=_deeds(asked, random.Random(dice.random())),  # noqa: S311
        )


def _keys(draft: Draft, told: dict[str, Any]) -> list[str]:
    """The key under which each article of the file stands in the draft."""
    found = {row["text"]: row["key"] for row in draft.articles}
    return [found[one["text"]] for one in told["articles"]]


def _deeds(asked: Asked, dice: random.Random) -> Callable[[Case], Iterator[Deed]]:
    return lambda case: _course(asked, dice, case)


def _course(asked: Asked, dice: random.Random, case: Case) -> Iterator[Deed]:
    """Answered within three weeks of the last day, rated by two of three; one in thirty asks again."""
    at = max(case.opened_at + timedelta(days=1), asked.begun + timedelta(days=5))
    at += dice.random() * (asked.closes + timedelta(days=20) - at)
    yield _reply(asked, dice, _working(at, dice))
    if dice.random() < 0.03:
        again = case.stage_since + timedelta(hours=dice.randrange(3, 60))
        yield Deed(
            "not_content", reporter(case.pk), again, {"reason": dice.choice(asked.words["not_content"])}
        )
        yield _reply(asked, dice, _working(again + timedelta(days=1), dice))
    chance = dice.random()
    if chance < 0.66:
        assert case.due_at is not None
        rated = case.stage_since + dice.random() * (case.due_at - case.stage_since)
        yield Deed("content" if chance < 0.5 else "fair", reporter(case.pk), rated)


def _reply(asked: Asked, dice: random.Random, at: datetime) -> Deed:
    outcomes = ("adopted", "adopted_partly", "not_adopted", "not_of_it")
    (outcome,) = dice.choices(outcomes, (40, 30, 24, 6))
    raw = {"adopted": outcome, "answer": dice.choice(asked.words["answers"][outcome])}
    return Deed("reply", asked.clerk, at, raw)


def _working(moment: datetime, dice: random.Random) -> datetime:
    """A working hour on that day or the next working day, not before the moment."""
    day = working_calendar().next_working_day(local_day(moment)).day
    found = datetime.combine(day, time(dice.randrange(9, 17), dice.randrange(60)), ZONE)
    return max(found, moment)
