"""What a mechanism adds to the card beside a matter, without the desk knowing the mechanism.

A mechanism that has something to add has a room `cards.py` with `lines(case, roles)`, and with
`own_lines(case, passcode)` where whoever raised the matter is shown something of their own; it is found by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import cast

from tingchao.core.roles import Role
from tingchao.engine.models import Case
from tingchao.engine.registry import room_of


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the card: what it is, what it says, a hint below, and a way on (address and its words).

    All are in the reader's language. A line without a value is not shown.
    """

    label: str
    value: str
    hint: str = ""
    link: str = ""
    link_label: str = ""


Lines = Callable[[Case, Set[Role]], Sequence[Line]]


def lines_of(case: Case, roles: Set[Role]) -> list[Line]:
    """The lines that the mechanism of a matter adds for somebody who plays `roles` on it."""
    room = room_of(case.procedure, "cards")
    if room is None:
        return []
    lines = cast("Lines", room.lines)
    return [line for line in lines(case, roles) if line.value]


def own_lines_of(case: Case, passcode: str) -> list[Line]:
    """The lines that the mechanism of a matter adds for whoever raised it."""
    own = getattr(room_of(case.procedure, "cards"), "own_lines", None)
    return [] if own is None else [line for line in own(case, passcode) if line.value]
