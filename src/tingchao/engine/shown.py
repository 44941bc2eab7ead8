"""What a step's inputs read like in the timeline: names instead of ids, as they were on that day."""

from __future__ import annotations

from tingchao.core.ledger import JSON
from tingchao.core.procedure import Audience, Input, InputKind
from tingchao.core.steps import Step, Value, ids_of
from tingchao.engine.lookups import ASKING, Lookups


def shown_values(step: Step, lookups: Lookups = ASKING) -> list[JSON]:
    """[label, text] of every input but the running texts, in the order of the form."""
    shown: list[JSON] = []
    for item in step.action.inputs:
        value = step.values.get(item.key)
        if item.kind in (InputKind.TEXT, InputKind.FILES) or not value:
            continue  # texts stand below, files beside them
        shown.append([item.label, _named(item, value, lookups)])
    return shown


def _named(item: Input, value: Value, lookups: Lookups) -> str:
    keys = ids_of(value)
    if item.kind in (InputKind.BODY, InputKind.BODIES):
        return "、".join(lookups.bodies(keys)[key] for key in keys)
    if item.kind is InputKind.DEPUTIES:
        return "、".join(lookups.deputies(keys)[key] for key in keys)
    if item.kind is InputKind.GROUP:
        return "、".join(lookups.groups(keys)[key] for key in keys)
    if item.kind is InputKind.PICTURES and isinstance(value, list):
        return str(len(value))
    if item.kind is InputKind.CHOICE:
        return next(option.label for option in item.options if option.key == value)
    return str(value)


def texts_for(step: Step) -> tuple[str, str]:
    """(what is said to whoever raised the matter, what is noted among staff) in a step."""
    said: list[str] = []
    noted: list[str] = []
    for item in step.action.inputs:
        text = step.values.get(item.key)
        if item.kind is InputKind.TEXT and isinstance(text, str) and text and not item.sets:
            (said if item.audience is Audience.REPORTER else noted).append(text)
    return "\n\n".join(said), "\n\n".join(noted)
