"""What people of the demonstration year say and are told: put together of parts, all of them made up."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Story:
    """One voice in words: what is said, whose it is to deal with, what they may answer."""

    title: str
    text: str
    place: str
    body: str
    expertise: str
    tier: str
    told: str
    done: str
    planned: str
    known: str
    account: str


class Stories:
    """Puts stories together; the same dice tell the same ones."""

    def __init__(self) -> None:
        path = resources.files("tingchao.mechanisms.public_voices") / "data" / "demo_year.json"
        self._parts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self._topics: dict[str, dict[str, Any]] = self._parts["topics"]

    def topic_in(self, title: str) -> str:
        """The topic that a gathering's title names; empty when it names none."""
        return next((topic for topic in self._topics if topic in title), "")

    def story(self, dice: random.Random, topic: str = "") -> Story:
        """A story about a topic, or about any."""
        parts = self._topics[topic or dice.choice(tuple(self._topics))]
        place = dice.choice(self._parts["places"])
        problem = dice.choice(parts["problems"]).format(place=place)
        since = f"，{dice.choice(self._parts['since'])}" if dice.random() < 0.5 else ""
        told = (
            f"{dice.choice(self._parts['openers'])}{problem}{since}。{dice.choice(parts['effects'])}。"
            f"{dice.choice(parts['asks'])}。{dice.choice(self._parts['ends'])}"
        )
        which = dice.randrange(len(parts["known"]))
        return Story(
            title=dice.choice(parts["titles"]),
            text=told,
            place=place,
            body=parts["body"],
            expertise=parts["expertise"],
            tier=parts["tier"],
            told=dice.choice(parts["told"]),
            done=dice.choice(parts["done"]),
            planned=dice.choice(parts["planned"]),
            known=parts["known"][which],
            account=parts["account"][which],
        )

    def declined(self, dice: random.Random) -> dict[str, str]:
        """What is not dealt with here: title, text, ground, and where to go instead."""
        found: dict[str, str] = dice.choice(self._parts["declined"])
        return found

    def words(self, dice: random.Random, of: str) -> str:
        """One of the sentences "conclusions", "missing", "again", "back", "keep"."""
        return str(dice.choice(self._parts[of]))
