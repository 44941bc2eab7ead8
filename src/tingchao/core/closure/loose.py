"""What must fit together in a procedure before anything can be proved of it: keys, names, inputs."""

from __future__ import annotations

from collections.abc import Iterator

from tingchao.core.closure.breach import Breach
from tingchao.core.closure.walk import ACCOUNT
from tingchao.core.procedure import Action, Input, InputKind, Merging, Procedure, Publicity
from tingchao.core.roles import Role

SHOWN = {"before", "after"}
"""The pictures of a public account."""

SETS = ACCOUNT | SHOWN | {"", "tier", "outcome"}
"""Every attribute of a matter that an input may write."""


def loose_ends(procedure: Procedure) -> Iterator[Breach]:
    """Every key, name or input of a procedure that does not fit the rest, as a breach of the law "reach"."""
    if not procedure.stages:
        yield Breach("reach", procedure.key, "it has no stage")
    yield from _twice("stages", [stage.key for stage in procedure.stages])
    yield from _twice("actions", [action.key for action in procedure.actions])
    limits = [*(stage.key for stage in procedure.stages), *(period.key for period in procedure.periods)]
    yield from _twice("limits", limits if procedure.periods else [])
    yield from _loose_stages(procedure)
    for rule in procedure.opening_facts:
        if rule.per != "case":
            yield Breach(
                "reach", procedure.key, f"its opening fact {rule.kind} cannot be counted per {rule.per}"
            )
    for action in procedure.actions:
        yield from _loose_action(procedure, action)
        yield from _loose_facts(action)
    yield from _loose_merging(procedure)


def _twice(what: str, keys: list[str]) -> Iterator[Breach]:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Breach("reach", key, f"two {what} have this key")


def _loose_stages(procedure: Procedure) -> Iterator[Breach]:
    segments = {segment.key for segment in procedure.segments}
    tiers = {tier.key for tier in procedure.tiers}
    for stage in procedure.stages:
        if stage.segment not in segments:
            yield Breach("reach", stage.key, f"its segment {stage.segment} does not exist")
        if stage.publishes is not None and (not stage.end or stage.publishes is Publicity.ACCOUNT):
            yield Breach("reach", stage.key, "only an end can say that no more than the count becomes public")
        for tier in sorted(set(stage.tier_limits) - tiers):
            yield Breach("reach", stage.key, f"it has a limit for tier {tier}, which does not exist")


def _loose_action(procedure: Procedure, action: Action) -> Iterator[Breach]:
    stages = {stage.key for stage in procedure.stages}
    for key in sorted({*action.leaves, *action.targets()} - stages):
        yield Breach("reach", action.key, f"it names stage {key}, which does not exist")
    if action.outcome and action.outcome not in {option.key for option in procedure.outcomes}:
        yield Breach("reach", action.key, f"its outcome {action.outcome} does not exist")
    branches = [branch for branch, _ in action.branches]
    for branch in sorted({branch for branch in branches if branches.count(branch) > 1}):
        yield Breach("reach", action.key, f"it has two branches for {branch}, and only the first is taken")
    keys = [item.key for item in action.inputs]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Breach("reach", action.key, f"two of its inputs have the key {key}")
    for item in action.inputs:
        if why := _loose_input(procedure, item):
            yield Breach("reach", action.key, f"its input {item.key} {why}")


def _loose_merging(procedure: Procedure) -> Iterator[Breach]:
    """Only what asks for the main matter leads to where merged ones wait, and only the relay answers them there."""
    merging = procedure.merging
    for action in procedure.actions:
        asks = [item for item in action.inputs if item.kind is InputKind.CASE]
        waits = merging is not None and merging.stage in action.targets()
        whole = len(asks) == 1 and asks[0].required and waits and not action.branches
        if (asks or waits) and not (whole and merging and set(action.leaves) <= set(merging.into)):
            yield Breach("reach", action.key, "it merges a matter, but not from and to where it may")
    if merging is None:
        return
    open_stages = {stage.key for stage in procedure.stages if not stage.end}
    if not {merging.stage, *merging.into} <= open_stages or merging.stage in merging.into or not merging.into:
        yield Breach("reach", procedure.key, "it merges matters at a stage that is not open, or is the same")
    relay = [action for action in procedure.actions if action.key == merging.relay]
    if not relay or not _relays(relay[0], merging):
        yield Breach("reach", merging.relay, "it does not give merged matters the words of their main one")


def _relays(action: Action, merging: Merging) -> bool:
    texts = [item for item in action.inputs if item.kind is InputKind.TEXT and not item.sets]
    alone = len(action.inputs) == 1 and len(texts) == 1 and texts[0].required
    by_engine = action.roles == (Role.SYSTEM,) and not action.on_due
    return alone and by_engine and action.answers and action.leaves == (merging.stage,)


def _loose_facts(action: Action) -> Iterator[Breach]:
    """A fact per deputy is left for each deputy that the action names."""
    named = (InputKind.DEPUTIES, InputKind.GROUP)
    names_deputies = any(item.kind in named and not item.assigns for item in action.inputs)
    for rule in action.facts:
        if rule.at and rule.at not in action.targets():
            yield Breach(
                "reach", action.key, f"its fact {rule.kind} is left at {rule.at}, which it does not reach"
            )
        if rule.per not in ("case", "body", "deputy") or (rule.per == "deputy" and not names_deputies):
            yield Breach("reach", action.key, f"its fact {rule.kind} cannot be counted per {rule.per}")


def _loose_input(procedure: Procedure, item: Input) -> str:
    if item.least > item.most or (item.required and item.most < 1):
        return "can never be filled in"
    if item.sets not in SETS:
        return f"writes {item.sets}, which a matter does not have"
    pictures = item.kind in (InputKind.PICTURES, InputKind.FILES)
    if item.sets and (item.sets in SHOWN) is not pictures:
        return f"writes {item.sets}, which is not of its kind"
    if item.assigns and item.kind not in (InputKind.DEPUTIES, InputKind.GROUP):
        return f"gives the part {item.assigns} to nobody who can have it"
    offered = {option.key for option in item.options}
    if item.kind is InputKind.CHOICE and not offered:
        return "offers nothing to choose"
    known = {"tier": procedure.tiers, "outcome": procedure.outcomes}.get(item.sets)
    if known is not None and not offered <= {option.key for option in known}:
        return f"offers a {item.sets} that does not exist"
    return ""
