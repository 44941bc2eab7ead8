"""What a figure is: its key, what it counts, and how it is read from records.

A mechanism declares its own in `figures.py`. No figure is ever typed in, and whatever it says can be opened: the same
source that counts also lists the records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Window:
    """Where and when: a region prefix, from `since` to before `until`."""

    scope: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Measured:
    """A number, and how many records stand behind it."""

    value: float
    records: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure. `after` is the cursor of what follows it, `amount` what it adds to the figure."""

    after: int
    day: date | None
    text: str
    amount: int = 1
    subject: str = ""


class Source(Protocol):
    """How a figure is read."""

    def measure(self, window: Window) -> Measured:
        """The number within a window."""

    def records(self, window: Window, *, after: int, most: int) -> list[Record]:
        """The records behind it in the order of their ids, those after a cursor."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure 指标. `key` begins with its family and a dot; `unit` is what it counts in; `about` says how it is
    counted, in one sentence that whoever reads the number understands. With a `level` it is read for the whole region
    that so many digits of a place's code name: 2 for the place's province."""

    key: str
    label: str
    unit: str
    source: Source
    about: str
    level: int = 0

    @property
    def family(self) -> str:
        """The word before the dot."""
        return self.key.partition(".")[0]
