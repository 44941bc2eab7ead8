"""A matter that walks through a procedure by `decide` alone, and what must hold of it wherever it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tingchao.core.numbering import format_number
from tingchao.core.procedure import Action, Input, InputKind, Procedure, Rating
from tingchao.core.roles import Role
from tingchao.core.steps import Standing, actions_for, decide

PEOPLE = tuple(role for role in Role if role not in (Role.SYSTEM, Role.ADMINISTRATOR, Role.AUDITOR))


@dataclass(frozen=True)
class Matter:
    """What is kept of a matter, as the engine keeps it: a body leads until it hands back or the matter ends."""

    stage: str
    returns: int = 0
    led: bool = False
    followed: bool = False
    answered: bool = False
    rated: bool = False
    poor: bool = False
    known: bool = False
    brought_by: str = ""
    merged: bool = False

    def standing(self) -> Standing:
        return Standing(
            self.stage, returns=self.returns, led=self.led, brought_by=self.brought_by, merged=self.merged
        )


Option = tuple[Action, Role]


def options(procedure: Procedure, matter: Matter) -> list[Option]:
    """Who may do what now; the clock's own action counts, since the time of every stage is over some day."""
    absent = {Role.HANDLER: not matter.led, Role.DEPUTY: not matter.followed}
    found = [
        (action, role)
        for role in PEOPLE
        if not absent.get(role)
        for action in actions_for(procedure, matter.standing(), {role}, str(role), apart=True)
    ]
    found += [(action, Role.SYSTEM) for action in procedure.leaving(matter.stage) if procedure.relays(action)]
    on_due = [action for action in procedure.leaving(matter.stage) if action.on_due]
    if on_due and not procedure.stage(matter.stage).end:
        found.append((on_due[0], Role.SYSTEM))
    return found


def plausible(item: Input, number: int) -> object:
    """Something that may be typed into an input; what may be left empty is left empty every other time."""
    if not item.required and number % 2:
        return None
    if item.kind is InputKind.CHOICE:
        return item.options[number % len(item.options)].key
    if item.kind is InputKind.DATE:
        return "2026-11-27"
    if item.kind is InputKind.CASE:
        return format_number(2026, 7)
    if item.kind in (InputKind.BODY, InputKind.GROUP):
        return str(number % 3 + 1)
    if item.kind in (InputKind.BODIES, InputKind.DEPUTIES):
        return [str(one + 1) for one in range(max(item.least, 1))]
    if item.kind in (InputKind.FILES, InputKind.PICTURES):
        return ["0" * 64]
    return "办" * max(item.least, 1)


def moved(procedure: Procedure, matter: Matter, option: Option, number: int) -> Matter:
    """The matter after somebody took an action, filled in with what is plausible."""
    action, role = option
    raw = {item.key: plausible(item, number) for item in action.inputs}
    step = decide(procedure, matter.standing(), action.key, raw, {role}, str(role))
    if procedure.stage(matter.stage).end and not step.stage.end:
        matter = Matter(matter.stage, matter.returns)
    if step.publishes is not None:
        matter = replace(matter, known=True)
    if step.rating is not None:
        poor = step.rating is Rating.POOR
        matter = replace(matter, rated=True, poor=poor or matter.poor, known=matter.known and not poor)
    if action.answers:
        matter = replace(matter, answered=True, rated=False, poor=False)
    over = step.stage.end
    merges = any(item.kind is InputKind.CASE for item in action.inputs)
    apart = procedure.merging is None or step.stage.key in procedure.merging.into
    return replace(
        matter,
        stage=step.stage.key,
        brought_by=str(role),
        merged=(matter.merged or merges) and not apart,
        returns=step.returns,
        led=_named(action, (InputKind.BODY,), raw, matter.led) and not action.hands_back and not over,
        followed=_named(action, (InputKind.DEPUTIES, InputKind.GROUP), raw, matter.followed) and not over,
    )


def _named(action: Action, kinds: tuple[InputKind, ...], raw: dict[str, object], before: bool) -> bool:
    keys = [item.key for item in action.inputs if item.kind in kinds and not item.assigns]
    return any(raw[key] for key in keys) if keys else before


def steps(procedure: Procedure, draw: Callable[[int], int], length: int) -> Iterator[Matter]:
    """A walk of `length` steps from the first stage; `draw(n)` chooses among 0 … n - 1. Every place it comes to."""
    matter = Matter(procedure.first.key, led=procedure.raiser is Role.HANDLER)
    yield matter
    for _ in range(length):
        offered = options(procedure, matter)
        if not offered:
            return
        matter = moved(procedure, matter, offered[draw(len(offered))], draw(6))
        yield matter


def hold(procedure: Procedure, matter: Matter) -> None:
    """Assert what the closure laws say of a matter where it stands."""
    stage = procedure.stage(matter.stage)
    assert matter.returns <= (procedure.max_returns or 0) + 1, "handed back too often"
    if stage.end:
        assert matter.answered, "ended without an answer"
        assert matter.rated, "ended without the offer to rate"
        assert not matter.poor, "ended after a poor rating without another answer"
        assert matter.known, "ended with nothing said of what becomes public"
        return
    assert stage.limit is not None and stage.escalates_to, "open without a limit or escalation"
    acting = [role for action, role in options(procedure, matter) if not action.hands_back]
    assert stage.duty in acting, f"{stage.duty} can do nothing at {stage.key}"


def not_lost(procedure: Procedure, matter: Matter) -> None:
    """Assert that an end can be reached from where a matter stands, even if its reporter does nothing more."""
    assert can_end(procedure, matter, without=None), f"{matter.stage} leads nowhere"
    assert can_end(procedure, matter, without=Role.REPORTER), f"{matter.stage} waits for ever"


def can_end(procedure: Procedure, matter: Matter, *, without: Role | None) -> bool:
    """Whether an end can be reached from here, without anybody in the role `without`."""
    seen, waiting = {matter}, [matter]
    while waiting:
        here = waiting.pop()
        if procedure.stage(here.stage).end:
            return True
        ways = [one for one in options(procedure, here) if one[1] is not without]
        fresh = {moved(procedure, here, one, number) for one in ways for number in (0, 1)} - seen
        seen |= fresh
        waiting += fresh
    return False
