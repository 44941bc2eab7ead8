"""Every position that a matter can get to in a procedure, and what leads from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from tingchao.core.procedure import Action, Audience, Branch, InputKind, Procedure, Rating
from tingchao.core.roles import Role

NEVER_ACT = frozenset({Role.SYSTEM, Role.ADMINISTRATOR, Role.AUDITOR, Role.EXPERT})
# an expert sees only what is sent to them, and nothing can be sent to one yet
"""Roles that no matter can wait for: the clock takes only what is `on_due`, the others see or change nothing."""

RATED, KNOWN = "rated", "known"
ACCOUNT = frozenset({"public_title", "public_text"})
"""The attributes of a matter that make up its public account."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a matter can stand, as far as the laws look at it.

    `answer` names the action that answered last, `poor` the poor rating that has not been answered since. They and
    `done` (of RATED, KNOWN and ACCOUNT) begin anew when a matter is reopened. `brought_by` is who brought it to a
    stage where another person must act, and empty anywhere else; a role may be held by one person only.
    """

    stage: str
    returns: int = 0
    led: bool = False
    followed: bool = False
    answer: str = ""
    poor: str = ""
    done: frozenset[str] = frozenset()
    brought_by: str = ""
    merged: bool = False


Move = tuple[Action, Position]


@dataclass(frozen=True, slots=True)
class Walked:
    """Every position that a matter can get to, each with the moves that lead on from it."""

    procedure: Procedure
    moves: Mapping[Position, tuple[Move, ...]]

    def at(self, stage: str) -> Iterator[Position]:
        """The positions at a stage."""
        return (here for here in self.moves if here.stage == stage)

    def ends(self) -> Iterator[Position]:
        """The positions at which a matter is closed."""
        return (here for here in self.moves if self.procedure.stage(here.stage).end)


def walk(procedure: Procedure) -> Walked:
    """Walk a procedure without loose ends from its first stage, by every action that somebody can take."""
    moves: dict[Position, tuple[Move, ...]] = {}
    waiting = [Position(procedure.first.key, led=procedure.raiser is Role.HANDLER)]
    while waiting:
        here = waiting.pop()
        if here not in moves:
            moves[here] = tuple(_moves(procedure, here))
            waiting += [there for _, there in moves[here]]
    return Walked(procedure, moves)


def _moves(procedure: Procedure, here: Position) -> Iterator[Move]:
    for action in procedure.leaving(here.stage):
        if not takers(procedure, action, here):
            continue
        named = product(
            _named(action, (InputKind.BODY,), here.led),
            _named(action, (InputKind.DEPUTIES, InputKind.GROUP), here.followed),
        )
        for led, followed in named:
            there = _arrived(procedure, action, here, led=led, followed=followed)
            yield from ((action, one) for one in _by_whom(procedure, action, here, there))


def _by_whom(procedure: Procedure, action: Action, here: Position, there: Position) -> Iterator[Position]:
    """The position `there`, once for each role that can have brought the matter to it, where that matters."""
    if any(one.second_person for one in procedure.leaving(there.stage)):
        yield from (replace(there, brought_by=str(role)) for role in takers(procedure, action, here))
    else:
        yield there


def takers(procedure: Procedure, action: Action, here: Position) -> frozenset[Role]:
    """Who can take `action` in the position `here`: nobody acts for a body that does not lead the matter, nor as a
    deputy who was not asked to follow it; a second person is in another role than the first, who may be alone in
    theirs."""
    if action.hands_back and here.returns > (procedure.max_returns or 0):
        return frozenset()
    if procedure.relays(action):
        return frozenset({Role.SYSTEM})  # its main matter is answered some day: the law "answer" proves it
    if action.on_due:
        return frozenset({Role.SYSTEM}) if _clock_takes(procedure, action, here.stage) else frozenset()
    absent = {Role.HANDLER: not here.led, Role.DEPUTY: not here.followed}
    first = here.brought_by if action.second_person else ""
    return frozenset(
        role
        for role in action.roles
        if role not in NEVER_ACT and not absent.get(role, False) and str(role) != first
    )


def _clock_takes(procedure: Procedure, action: Action, stage: str) -> bool:
    """The clock takes the first action that is `on_due`, may be taken by it and asks for nothing."""
    first = next(one for one in procedure.leaving(stage) if one.on_due)
    asks = any(item.required for item in action.inputs)
    return action is first and Role.SYSTEM in action.roles and not asks and not procedure.stage(stage).end


def _named(action: Action, kinds: tuple[InputKind, ...], before: bool) -> tuple[bool, ...]:
    """Whether somebody is named after the action: an input that may be left empty leaves both open."""
    asked = [item.required for item in action.inputs if item.kind in kinds and not item.assigns]
    if not asked:
        return (before,)
    return (True,) if any(asked) else (True, False)


def _arrived(procedure: Procedure, action: Action, here: Position, *, led: bool, followed: bool) -> Position:
    returns = here.returns + (1 if action.hands_back else 0)
    holds = {
        Branch.RETURNS_EXHAUSTED: returns > (procedure.max_returns or 0),
        Branch.NO_LEAD: not led,
        Branch.MERGED: here.merged,
    }
    target = next((stage for branch, stage in action.branches if holds[branch]), action.reaches)
    ended = procedure.stage(target).end
    if procedure.stage(here.stage).end and not ended:
        here = Position(here.stage)
    for told in (_published, _rated, _answered):
        here = told(procedure, action, here)
    if procedure.stage(target).publishes is not None:
        here = replace(here, done=here.done | {KNOWN})
    return replace(
        here,
        stage=target,
        brought_by="",
        merged=_merged(procedure, action, here, target),
        returns=returns,
        led=led and not action.hands_back and not ended,
        followed=followed and not ended,
    )


def _merged(procedure: Procedure, action: Action, here: Position, target: str) -> bool:
    if procedure.merging is None or target in procedure.merging.into:
        return False
    return here.merged or any(item.kind is InputKind.CASE for item in action.inputs)


def _published(procedure: Procedure, action: Action, here: Position) -> Position:
    written = {item.sets for item in action.inputs if item.required and item.sets in ACCOUNT}
    known = set() if action.publishes is None else {KNOWN}
    return replace(here, done=here.done | written | known)


def _rated(procedure: Procedure, action: Action, here: Position) -> Position:
    if action.rating is None or rating_fault(procedure, action):
        return here
    if action.rating is Rating.POOR:
        return replace(here, poor=action.key, done=here.done - ACCOUNT - {KNOWN} | {RATED})
    return replace(here, done=here.done | {RATED})


def _answered(procedure: Procedure, action: Action, here: Position) -> Position:
    if not action.answers or answer_fault(procedure, action):
        return here
    return replace(here, answer=action.key, poor="", done=here.done - {RATED})


def answer_fault(procedure: Procedure, action: Action) -> str:
    """Why what an action says does not count as an answer; empty when it does, or does not mean to."""
    if not action.answers:
        return ""
    strangers = {Role.REPORTER, procedure.raiser, *NEVER_ACT} & set(action.roles)
    if (action.on_due or strangers) and not procedure.relays(action):
        return "it is not answered by somebody who works on the matter"
    told = (item for item in action.inputs if item.kind is InputKind.TEXT and not item.sets)
    if not any(item.required and item.audience is Audience.REPORTER for item in told):
        return "it gives whoever raised the matter nothing to read"
    return ""


def rating_fault(procedure: Procedure, action: Action) -> str:
    """Why the rating that an action gives does not count; empty when it does, or gives none."""
    if action.rating is None:
        return ""
    if not all(procedure.stage(key).rates for key in action.leaves):
        return "it rates at a stage that does not ask for a rating"
    if action.on_due or action.rating is Rating.UNRATED:
        silent = action.on_due and action.rating is Rating.UNRATED
        return "" if silent else "silence is unrated, and only the clock can tell it"
    answering = {role for one in procedure.actions if one.answers for role in one.roles}
    if procedure.raiser not in action.roles or answering & set(action.roles):
        return "it is not whoever was answered who rates"
    return ""
