"""The seven laws, each a function from the walked procedure to the stages or actions that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tingchao.core.closure.breach import Breach
from tingchao.core.closure.walk import (
    ACCOUNT,
    KNOWN,
    NEVER_ACT,
    RATED,
    Position,
    Walked,
    answer_fault,
    rating_fault,
    takers,
)
from tingchao.core.procedure import Action, Branch, InputKind, Procedure, Publicity, Rating, Stage
from tingchao.core.roles import Role

NEVER_HEAR = NEVER_ACT | {Role.REPORTER}
"""Roles that an overdue matter cannot be told to."""


def _reach(walked: Walked) -> Iterator[Breach]:
    reached = {here.stage for here in walked.moves}
    taken = {action.key for moves in walked.moves.values() for action, _ in moves}
    for stage in walked.procedure.stages:
        if stage.key not in reached:
            yield Breach("reach", stage.key, "no path leads here from the first stage")
    for action in walked.procedure.actions:
        if action.key not in taken and (not action.leaves or reached & set(action.leaves)):
            yield Breach("reach", action.key, "nobody can ever take it")


def _end(walked: Walked) -> Iterator[Breach]:
    ending = _leading_to_an_end(walked)
    unasked = _leading_to_an_end(walked, without=frozenset({Role.REPORTER}))
    for stage in walked.procedure.stages:
        here = set(walked.at(stage.key))
        if here - ending:
            yield Breach("end", stage.key, "no path leads from here to an end")
        elif here - unasked:
            yield Breach("end", stage.key, "it waits for ever when whoever raised the matter keeps silent")
        if stage.end and (
            stage.duty or stage.limit or stage.tier_limits or stage.escalates_to or stage.rates
        ):
            yield Breach("end", stage.key, "an end has no duty holder, limit, escalation or rating")


def _duty(walked: Walked) -> Iterator[Breach]:
    for stage in walked.procedure.stages:
        if stage.end:
            continue
        for why in (_duty_fault(walked, stage), _limit_fault(walked, stage), _escalation_fault(stage)):
            if why:
                yield Breach("duty", stage.key, why)


def _duty_fault(walked: Walked, stage: Stage) -> str:
    if stage.duty is None:
        return "nobody is named who must act"
    if stage.duty in NEVER_ACT:
        return f"{stage.duty} does not act on matters"
    for here in walked.at(stage.key):
        if stage.duty is Role.HANDLER and not here.led:
            return "a matter can get here that no body leads"
        if stage.duty is Role.DEPUTY and not here.followed:
            return "a matter can get here that no deputy was asked to follow"
        if not _can_act(walked.procedure, here, stage.duty):
            return f"its duty holder {stage.duty} has no action here, or can only hand back"
    return ""


def _can_act(procedure: Procedure, here: Position, role: Role) -> bool:
    ordinary = (action for action in procedure.leaving(here.stage) if not action.hands_back)
    return any(role in takers(procedure, action, here) for action in ordinary)


def _limit_fault(walked: Walked, stage: Stage) -> str:
    if stage.limit is None or None in stage.tier_limits.values():
        return "it has no time limit"
    if stage.key in _followers(walked, {stage.key}, lambda action: action.on_due):
        return "the clock starts it again for ever, so that it is never overdue"
    return ""


def _escalation_fault(stage: Stage) -> str:
    if not stage.escalates_to:
        return "nobody hears of it when it is overdue"
    for role in stage.escalates_to:
        if role in NEVER_HEAR:
            return f"it is escalated to {role}, who cannot do anything about it"
    if set(stage.escalates_to) == {stage.duty}:
        return "only its duty holder hears of it when it is overdue"
    return ""


def _answer(walked: Walked) -> Iterator[Breach]:
    for action in walked.procedure.actions:
        if why := answer_fault(walked.procedure, action):
            yield Breach("answer", action.key, why)
    yield from _never_relayed(walked)
    for here in walked.ends():
        if not here.answer:
            yield Breach("answer", here.stage, "an end can be reached unanswered")


def _never_relayed(walked: Walked) -> Iterator[Breach]:
    """The stages of a main matter from which it can end unanswered: who was merged into it would wait for ever."""
    merging = walked.procedure.merging
    for key in merging.into if merging is not None else ():
        seen = set(walked.at(key))
        waiting = list(seen)
        while waiting:
            unanswered = (there for action, there in walked.moves[waiting.pop()] if not action.answers)
            fresh = set(unanswered) - seen
            seen |= fresh
            waiting += fresh
        if any(walked.procedure.stage(here.stage).end for here in seen):
            yield Breach("answer", key, "what is merged into a matter here can miss its answer")


def _rating(walked: Walked) -> Iterator[Breach]:
    for stage in walked.procedure.stages:
        if why := _offer_fault(walked.procedure, stage):
            yield Breach("rating", stage.key, why)
    for action in walked.procedure.actions:
        if why := rating_fault(walked.procedure, action):
            yield Breach("rating", action.key, why)
    for here in walked.ends():
        if here.poor:
            yield Breach("rating", here.poor, "the matter can end after it without another answer")
        elif here.answer and RATED not in here.done:
            yield Breach("rating", here.answer, "whoever was answered can miss the offer to rate")


def _offer_fault(procedure: Procedure, stage: Stage) -> str:
    if not stage.rates or stage.end:
        return ""
    if stage.duty is not procedure.raiser:
        return "whoever was answered is not asked to rate"
    given = {one.rating for one in procedure.leaving(stage.key) if not rating_fault(procedure, one)}
    if Rating.POOR not in given:
        return "a poor rating has no action that leads back"
    if not given & {Rating.GOOD, Rating.FAIR}:
        return "nothing but a poor rating can be given"
    return ""


def _known(walked: Walked) -> Iterator[Breach]:
    for here, moves in walked.moves.items():
        if walked.procedure.stage(here.stage).end and KNOWN not in here.done:
            yield Breach(
                "known", here.stage, "an end can be reached with nothing said of what becomes public"
            )
        for action, there in moves:
            if action.publishes is Publicity.ACCOUNT and not there.done >= ACCOUNT:
                yield Breach("known", action.key, "it publishes an account that nobody had to write")


def _return(walked: Walked) -> Iterator[Breach]:
    for action in walked.procedure.actions:
        if action.hands_back:
            yield from _uncoordinated(walked.procedure, action)
        elif _uncounted(walked, action):
            yield Breach("return", action.key, "a body passes the matter on and no return is counted")


def _uncoordinated(procedure: Procedure, action: Action) -> Iterator[Breach]:
    if procedure.max_returns is None or procedure.max_returns < 1:
        yield Breach("return", action.key, "how often it may be repeated is not stated")
    branch, last = action.branches[0] if action.branches else (None, "")
    if branch is not Branch.RETURNS_EXHAUSTED:
        yield Breach(
            "return", action.key, "it does not say first where the matter goes when returns are used up"
        )
        return
    leaving = procedure.leaving(last)
    alone = all(set(other.roles) == {Role.COORDINATOR} for other in leaving)
    if procedure.stage(last).duty is not Role.COORDINATOR or not alone:
        yield Breach("return", last, "somebody else than a coordinator decides here once returns are used up")
    if not any(other.decides_returns for other in leaving):
        yield Breach("return", last, "no coordinator decides here once returns are used up")


def _uncounted(walked: Walked, action: Action) -> bool:
    """Whether a body, by acting or by letting its time run out, gets rid of a matter that is then given to a body
    again by anybody but a coordinator, with neither an answer nor a counted return in between."""
    led = any(walked.procedure.stage(key).duty is Role.HANDLER for key in action.leaves)
    if action.answers or not (Role.HANDLER in action.roles or (action.on_due and led)):
        return False
    start = {key for key in action.targets() if not walked.procedure.stage(key).end}
    stages = start | _followers(walked, start, _goes_on)
    following = (one for one in walked.procedure.actions if stages & set(one.leaves) and _goes_on(one))
    return any(_gives_to_body(one) for one in (action, *following))


def _goes_on(action: Action) -> bool:
    return not (action.answers or action.hands_back or action.rating or Role.REPORTER in action.roles)


def _gives_to_body(action: Action) -> bool:
    return set(action.roles) != {Role.COORDINATOR} and any(
        item.kind is InputKind.BODY for item in action.inputs
    )


def _followers(walked: Walked, start: set[str], counts: Callable[[Action], bool]) -> set[str]:
    """The open stages that come after those in `start` by actions that count."""
    after: set[str] = set()
    waiting = list(start)
    while waiting:
        here = waiting.pop()
        leaving = (action for action in walked.procedure.leaving(here) if counts(action))
        reached = {target for action in leaving for target in action.targets()}
        fresh = {target for target in reached - after if not walked.procedure.stage(target).end}
        after |= fresh
        waiting += fresh
    return after


def _leading_to_an_end(walked: Walked, *, without: frozenset[Role] = frozenset()) -> set[Position]:
    """The positions from which an end can be reached by moves that somebody not in `without` can make."""
    before: dict[Position, list[Position]] = {}
    for here, moves in walked.moves.items():
        for action, there in moves:
            if takers(walked.procedure, action, here) - without:
                before.setdefault(there, []).append(here)
    reaching, waiting = set(walked.ends()), list(walked.ends())
    while waiting:
        fresh = set(before.get(waiting.pop(), ())) - reaching
        reaching |= fresh
        waiting += fresh
    return reaching


PROOFS: tuple[Callable[[Walked], Iterable[Breach]], ...] = (
    _reach,
    _end,
    _duty,
    _answer,
    _rating,
    _known,
    _return,
)
