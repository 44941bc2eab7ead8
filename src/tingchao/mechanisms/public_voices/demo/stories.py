"""What people of the demonstration year say and are told: put together of parts, all of them made up."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from importlib import resources
from typing import Any

ASKING = ("怎么", "谁", "哪", "吗", "能不能", "多少", "多久", "什么", "是不是", "几点", "有没有")
"""Words of a question."""


@dataclass(frozen=True, slots=True)
class Story:
    """One voice in words: what is said, whose it is to deal with, what they answer, what everybody may read then.

    `ends` is "told" for what is answered at once, "done" and "planned" for what a body deals with.
    """

    ends: str
    title: str
    text: str
    place: str
    body: str
    expertise: str
    tier: str
    answer: str
    known: str = ""
    account: str = ""


class Stories:
    """Puts stories together; the same dice tell the same ones."""

    def __init__(self) -> None:
        path = resources.files("tingchao.mechanisms.public_voices") / "data" / "demo_year.json"
        self._parts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self._topics: dict[str, dict[str, Any]] = self._parts["topics"]

    def topic_in(self, title: str) -> str:
        """The topic that a gathering's title names; empty when it names none."""
        return next((topic for topic in self._topics if topic in title), "")

    def story(self, dice: random.Random, topic: str = "", ends: str = "told") -> Story:
        """A story about a topic, or about any, that ends so."""
        topic_parts = self._topics[topic or dice.choice(tuple(self._topics))]
        parts = dice.choice(topic_parts[ends])
        place = dice.choice(self._parts["places"])
        fact = parts.get("fact", "")
        account = dice.choice(self._parts["accounts"]).format(title=parts["title"], fact=fact) if fact else ""
        return Story(
            ends=ends,
            title=parts["title"],
            text=self._said(dice, parts, place),
            place=place,
            body=topic_parts["body"],
            expertise=topic_parts["expertise"],
            tier=topic_parts["tier"],
            answer=parts["answer"],
            known=fact,
            account=account,
        )

    def _said(self, dice: random.Random, parts: dict[str, Any], place: str) -> str:
        """What somebody says of it: a question, or what is wrong, since when, what comes of it, what they ask for."""
        opener, end = dice.choice(self._parts["openers"]), dice.choice(self._parts["ends"])
        problem = parts["problem"].format(place=place)
        if not parts["effects"]:
            asks = any(word in problem.split("，")[-1] for word in ASKING)
            return f"{opener}{problem}{'？' if asks else '。'}{end}"
        since = f"，{dice.choice(self._parts['since'])}" if dice.random() < 0.5 else ""
        effect, ask = dice.choice(parts["effects"]), dice.choice(self._parts["asks"])
        return f"{opener}{problem}{since}。{effect}。{ask}{end}"

    def declined(self, dice: random.Random) -> dict[str, str]:
        """What is not dealt with here: title, text, ground, and where to go instead."""
        found: dict[str, str] = dice.choice(self._parts["declined"])
        return found

    def words(self, dice: random.Random, of: str) -> str:
        """One of the sentences "conclusions", "missing", "again", "back", "keep"."""
        return str(dice.choice(self._parts[of]))
