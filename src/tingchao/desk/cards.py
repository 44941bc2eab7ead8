"""What a mechanism adds to the card beside a matter, without the desk knowing the mechanism.

A mechanism that has something to add has a room `cards.py` with `lines(case, roles)`, with
`own_lines(case, passcode)` where whoever raised the matter is shown something of their own, with
`about_lines(case, roles)` where it has something to say to staff of any matter, of whatever mechanism, with
`mine_lines(attendee, code)` where a resident who was at a gathering is, and with `deputy_lines(deputy_id, today)` where
everybody reads what a deputy did; it is found by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import cast

from tingchao.core.roles import Role
from tingchao.engine.models import Case
from tingchao.engine.registry import room_of, rooms
from tingchao.instruments.meetings.models import Attendee


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the card: what it is, what it says, a hint below, and a way on (address and its words).

    All are in the reader's language. A line without a value is not shown. A `point` is (latitude, longitude) in
    degrees of WGS-84, which the desk shows on a map.
    """

    label: str
    value: str
    hint: str = ""
    link: str = ""
    link_label: str = ""
    point: tuple[float, float] | None = None

    @property
    def at(self) -> str:
        """The point as the page's script reads it, whatever the language of the page: "29.47,119.28"."""
        return "" if self.point is None else f"{self.point[0]},{self.point[1]}"


Lines = Callable[[Case, Set[Role]], Sequence[Line]]


def lines_of(case: Case, roles: Set[Role]) -> list[Line]:
    """The lines that the mechanism of a matter adds for somebody who plays `roles` on it."""
    room = room_of(case.procedure, "cards")
    if room is None:
        return []
    lines = cast("Lines", room.lines)
    return [line for line in lines(case, roles) if line.value]


def about_lines_of(case: Case, roles: Set[Role]) -> list[Line]:
    """The lines that any mechanism adds for staff who play `roles` on a matter, e.g. what it was told about it."""
    found: list[Line] = []
    for room in rooms("cards").values():
        about = getattr(room, "about_lines", None)
        found += [] if about is None else [line for line in about(case, roles) if line.value]
    return found


def own_lines_of(case: Case, passcode: str) -> list[Line]:
    """The lines that the mechanism of a matter adds for whoever raised it."""
    own = getattr(room_of(case.procedure, "cards"), "own_lines", None)
    return [] if own is None else [line for line in own(case, passcode) if line.value]


def mine_lines_of(one: Attendee, code: str) -> list[Line]:
    """The lines that mechanisms add to a resident's own page of a gathering."""
    found: list[Line] = []
    for room in rooms("cards").values():
        mine = getattr(room, "mine_lines", None)
        found += [] if mine is None else [line for line in mine(one, code) if line.value]
    return found


def deputy_lines_of(deputy_id: int, today: date) -> list[Line]:
    """The lines that mechanisms add to the public page of a deputy."""
    found: list[Line] = []
    for room in rooms("cards").values():
        tell = getattr(room, "deputy_lines", None)
        found += [] if tell is None else [line for line in tell(deputy_id, today) if line.value]
    return found
