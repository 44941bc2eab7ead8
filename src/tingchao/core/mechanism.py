"""What a mechanism says of itself: the one object by which its folder is found, listed, checked and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.closure import prove
from tingchao.core.gatherings import MeetingKind
from tingchao.core.procedure import FactRule, Procedure
from tingchao.core.roles import Role


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """A door on the public site: its label, one line of what it is for, and the name of its URL."""

    label: str
    hint: str
    url_name: str


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """A door in the desk's menu, for accounts that hold one of the roles."""

    label: str
    url_name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """What somebody may begin from a matter of another mechanism with one press, e.g. deliberate it.

    `url_name` takes the number of the matter and is posted to; it is offered on open matters that people raised, to
    whoever plays one of the roles on them.
    """

    label: str
    url_name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class FactKind:
    """A kind of fact that the mechanism leaves: what it counts and in which unit.

    `home` is what the figure is called on the public home; empty when it is not shown there. Of a kind that
    `rates`, the detail of each fact is a Rating, and the home shows the share that was satisfied. Of a kind that
    `ends`, it is the outcome, and the home tells what was done from what ended without being done. One that is
    `known` counts the matters that were made known, which is the list that a figure of the home opens.
    """

    key: str
    label: str
    unit: str
    home: str = ""
    rates: bool = False
    ends: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When and where a form is opened: `meeting_day` is the day of the month on which the station deliberates, `often`
    whether the same is said there again and again."""

    today: date
    calendar: WorkingCalendar
    meeting_day: int | None
    often: bool = False


@dataclass(frozen=True)
class Manifest:
    """One way of working 工作机制.

    `source` is the law or practice it comes from. `fact_kinds` names what its figures count. `menu` is its place
    among the others. `proposals` says what a form proposes for an input, by "action.input". `meeting_kinds` are
    gatherings that only this way of working knows. `room` names the address at which what is said at a gathering is
    taken down, one resident after the other; it takes the gathering's id. A manifest whose procedure breaks a
    closure law cannot be made.
    `people_entries` are doors below the list of a place's deputies.
    """

    key: str
    label: str
    summary: str
    source: str
    procedures: tuple[Procedure, ...]
    fact_kinds: tuple[FactKind, ...] = ()
    public_entries: tuple[PublicEntry, ...] = ()
    desk_entries: tuple[DeskEntry, ...] = ()
    case_entries: tuple[CaseEntry, ...] = ()
    menu: int = 100
    proposals: Mapping[str, Callable[[Circumstances], str]] = field(default_factory=dict)
    meeting_kinds: tuple[MeetingKind, ...] = ()
    people_entries: tuple[PublicEntry, ...] = ()
    room: str = ""

    def __post_init__(self) -> None:
        for procedure in self.procedures:
            prove(procedure)
        declared = {kind.key for kind in self.fact_kinds}
        left = {
            rule.kind
            for procedure in self.procedures
            for rule in (
                *procedure.opening_facts,
                *(FactRule(kind) for kind in procedure.tool_facts.values()),
                *(fact for action in procedure.actions for fact in action.facts),
            )
        }
        if left - declared:
            raise ValueError(
                f"{self.key} leaves facts it does not declare: {', '.join(sorted(left - declared))}"
            )
