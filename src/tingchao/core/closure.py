"""The seven closure laws of a procedure, proved before it may run.

Each law is a function from a procedure to the stages or actions that break it. A procedure without breaches is
closed: no matter can get lost in it, whatever people do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tingchao.core.procedure import Action, Branch, Procedure, Rating, Stage
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop

LAWS: dict[str, str] = {
    "reach": gettext_noop("每个环节都能从起点到达"),
    "end": gettext_noop("每个环节都有路走到终点"),
    "duty": gettext_noop("每个未结环节都写明谁办、何时办完、逾期报给谁"),
    "answer": gettext_noop("走到终点之前必定答复反映人"),
    "rating": gettext_noop("答复之后必定请人评价，不满意能退回"),
    "known": gettext_noop("走到终点时必定写明公开什么"),
    "return": gettext_noop("退回有次数，用完由协调人决定"),
}
"""Law key → what it says."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One law broken at one place. `at` is the key of the offending stage or action."""

    law: str
    at: str
    why: str


class ProcedureRefused(ValueError):
    """A procedure breaks a closure law and may not run."""

    def __init__(self, procedure: str, breaches: tuple[Breach, ...]) -> None:
        self.breaches = breaches
        listed = "; ".join(f"{breach.law} at {breach.at}: {breach.why}" for breach in breaches)
        super().__init__(f"procedure {procedure} is refused: {listed}")


def check(procedure: Procedure) -> tuple[Breach, ...]:
    """Every breach of a closure law in `procedure`; empty when it is closed.

    A procedure whose keys do not fit together is reported under the law "reach" and looked at no further.
    """
    loose = tuple(_loose_ends(procedure))
    if loose:
        return loose
    return tuple(breach for law in _PROOFS for breach in law(procedure))


def prove(procedure: Procedure) -> None:
    """Raise ProcedureRefused unless every closure law holds."""
    breaches = check(procedure)
    if breaches:
        raise ProcedureRefused(procedure.key, breaches)


def _loose_ends(procedure: Procedure) -> Iterable[Breach]:
    stages = [stage.key for stage in procedure.stages]
    segments = {segment.key for segment in procedure.segments}
    if not stages:
        yield Breach("reach", procedure.key, "it has no stage")
    for key in sorted({key for key in stages if stages.count(key) > 1}):
        yield Breach("reach", key, "two stages have this key")
    actions = [action.key for action in procedure.actions]
    for key in sorted({key for key in actions if actions.count(key) > 1}):
        yield Breach("reach", key, "two actions have this key")
    for stage in procedure.stages:
        if stage.segment not in segments:
            yield Breach("reach", stage.key, f"its segment {stage.segment} does not exist")
    for action in procedure.actions:
        for key in sorted({*action.leaves, *action.targets()} - set(stages)):
            yield Breach("reach", action.key, f"it names stage {key}, which does not exist")


def _reach(procedure: Procedure) -> Iterable[Breach]:
    reached = _closure({procedure.first.key}, _edges(procedure, procedure.actions))
    for stage in procedure.stages:
        if stage.key not in reached:
            yield Breach("reach", stage.key, "no path leads here from the first stage")


def _end(procedure: Procedure) -> Iterable[Breach]:
    backwards = {(target, source) for source, target in _edges(procedure, procedure.actions)}
    reaching = _closure({stage.key for stage in procedure.stages if stage.end}, backwards)
    for stage in procedure.stages:
        if stage.key not in reaching:
            yield Breach("end", stage.key, "no path leads from here to an end")


def _duty(procedure: Procedure) -> Iterable[Breach]:
    for stage in procedure.stages:
        if stage.end:
            continue
        if stage.duty is None:
            yield Breach("duty", stage.key, "nobody is named who must act")
        elif not _can_act(procedure, stage, stage.duty):
            yield Breach("duty", stage.key, f"its duty holder {stage.duty} has no action here")
        if stage.limit is None:
            yield Breach("duty", stage.key, "it has no time limit")
        if not stage.escalates_to:
            yield Breach("duty", stage.key, "nobody hears of it when it is overdue")


def _answer(procedure: Procedure) -> Iterable[Breach]:
    yield from _ends_without(
        procedure, "answer", lambda action: action.answers, "an end can be reached unanswered"
    )


def _known(procedure: Procedure) -> Iterable[Breach]:
    yield from _ends_without(
        procedure,
        "known",
        lambda action: action.publishes is not None,
        "an end can be reached with nothing said of what becomes public",
    )


def _rating(procedure: Procedure) -> Iterable[Breach]:
    for action in procedure.actions:
        if action.answers:
            yield from _offers_rating(procedure, action)
    for stage in procedure.stages:
        if stage.rates and not _takes_poor_rating(procedure, stage):
            yield Breach("rating", stage.key, "a poor rating has no action that leads back")


def _offers_rating(procedure: Procedure, action: Action) -> Iterable[Breach]:
    """From every stage the answer reaches, an end may only be reached through a stage that rates."""
    edges = {(a, b) for a, b in _edges(procedure, procedure.actions) if not procedure.stage(a).rates}
    for target in action.targets():
        open_to = _closure({target}, edges)
        if any(procedure.stage(key).end for key in open_to):
            yield Breach("rating", action.key, "whoever was answered can miss the offer to rate")
        if not any(procedure.stage(key).rates for key in open_to):
            yield Breach("rating", action.key, "no stage that rates follows the answer")


def _takes_poor_rating(procedure: Procedure, stage: Stage) -> bool:
    edges = _edges(procedure, procedure.actions)
    for action in procedure.leaving(stage.key):
        if action.rating is not Rating.POOR or Role.REPORTER not in action.roles:
            continue
        if all(
            not procedure.stage(key).end and key != stage.key and stage.key in _closure({key}, edges)
            for key in action.targets()
        ):
            return True
    return False


def _return(procedure: Procedure) -> Iterable[Breach]:
    for action in procedure.actions:
        if not action.hands_back:
            continue
        if procedure.max_returns is None or procedure.max_returns < 1:
            yield Breach("return", action.key, "it may be repeated without end")
        last = dict(action.branches).get(Branch.RETURNS_EXHAUSTED)
        if last is None:
            yield Breach(
                "return", action.key, "it does not say where the matter goes when returns are used up"
            )
        elif not any(
            other.decides_returns and Role.COORDINATOR in other.roles for other in procedure.leaving(last)
        ):
            yield Breach("return", last, "no coordinator decides here once returns are used up")


_PROOFS: tuple[Callable[[Procedure], Iterable[Breach]], ...] = (
    _reach,
    _end,
    _duty,
    _answer,
    _rating,
    _known,
    _return,
)


def _can_act(procedure: Procedure, stage: Stage, role: Role) -> bool:
    return any(role in action.roles for action in procedure.leaving(stage.key))


def _edges(procedure: Procedure, actions: Iterable[Action]) -> set[tuple[str, str]]:
    return {(source, target) for action in actions for source in action.leaves for target in action.targets()}


def _closure(start: set[str], edges: set[tuple[str, str]]) -> set[str]:
    """The stages that can be reached from `start` over `edges`, `start` included."""
    reached, waiting = set(start), list(start)
    while waiting:
        here = waiting.pop()
        for source, target in edges:
            if source == here and target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _ends_without(
    procedure: Procedure, law: str, does: Callable[[Action], bool], why: str
) -> Iterable[Breach]:
    """Ends that can be reached from the first stage, or reopened, by actions none of which `does`."""
    edges = _edges(procedure, [action for action in procedure.actions if not does(action)])
    for stage in procedure.stages:
        if stage.end and stage.key in _closure({procedure.first.key}, edges) | _reopened(procedure, edges):
            yield Breach(law, stage.key, why)


def _reopened(procedure: Procedure, edges: set[tuple[str, str]]) -> set[str]:
    """What can be reached again after an action has left an end."""
    again = {target for source, target in edges if procedure.stage(source).end}
    return _closure(again, edges)
