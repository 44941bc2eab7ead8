"""Doing the same with several matters: what is offered, what a form says, what would become of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.procedure import Action, Input, InputKind
from tingchao.core.steps import Refusal, actions_for
from tingchao.core.text import gettext_noop
from tingchao.desk.forms import LISTS, Choices, field_name
from tingchao.directory.actors import Actor
from tingchao.engine import care, policy
from tingchao.engine.bulk import MOST, Chosen
from tingchao.engine.models import Case
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import standing_of

Given = dict[str, Any]

TOO_MANY = gettext_noop("一次最多办 %(most)s 件，请少选几件。")
NONE_CHOSEN = gettext_noop("还没有选。回到列表，在左边的方框里勾几件。")
LEVELS = (12, 9, 6, 4)
PUBLIC = ("public_title", "public_text")
"""What a public account is written into; it is one for each matter."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An action with the number of the chosen matters on which the actor may take it now."""

    action: Action
    matters: int


def ids_chosen(numbers: Sequence[str]) -> list[int]:
    """The ids behind case numbers; what is no number is left out."""
    found: dict[int, None] = {}
    for text in numbers:
        try:
            found[parse_number(text).serial] = None
        except NumberError:
            continue
    return list(found)


def offered(chosen: Sequence[Chosen], actor: Actor, today: date) -> list[Offered]:
    """What may be done to any of the matters, in the order in which their procedures have it."""
    counts: dict[str, int] = {}
    actions: dict[str, Action] = {}
    for one in chosen:
        for action in _actions(one, actor, today):
            if _fits_many(action):
                actions.setdefault(action.key, action)
                counts[action.key] = counts.get(action.key, 0) + 1
    return [Offered(_without_files(action), counts[key]) for key, action in actions.items()]


def action_for_many(chosen: Sequence[Chosen], key: str) -> Action | None:
    """The action of that key in the procedure of the first matter, wherever it stands now; None when there is none."""
    action = care.action_named(procedure_get(chosen[0].case.procedure), key) if chosen else None
    return _without_files(action) if action is not None and _fits_many(action) else None


def _actions(chosen: Chosen, actor: Actor, today: date) -> tuple[Action, ...]:
    case, procedure = chosen.case, procedure_get(chosen.case.procedure)
    acting = policy.roles_to_act(chosen.roles, actor, lead_id=case.lead_id)
    taken = actions_for(procedure, standing_of(case), acting)
    tools = care.tools_for(case, procedure, chosen.roles, today, actor=actor, running=chosen.running)
    return (*taken, *tools)


def _fits_many(action: Action) -> bool:
    """A public account is written for one matter; whatever else may be said of several."""
    return not any(item.sets in PUBLIC for item in action.inputs)


def _without_files(action: Action) -> Action:
    own = (InputKind.FILES, InputKind.PICTURES)  # of one matter each
    return replace(action, inputs=tuple(item for item in action.inputs if item.kind not in own))


def choices_for(chosen: Sequence[Chosen], today: date) -> Choices:
    """The bodies and deputies of the smallest region in which all of the matters lie."""
    first = chosen[0].case
    level = next((one for one in LEVELS if len({other.case.region_id[:one] for other in chosen}) == 1), 0)
    alike = Case(
        procedure=first.procedure,
        region_id=f"{first.region_id[:level]:0<12}",
        title=first.title,
        text="\n".join(one.case.text for one in chosen),
    )
    return Choices(alike, today)


def hidden_fields(action: Action, post: QueryDict) -> list[tuple[str, str]]:
    """What was typed for the action, as (name, value) to be sent again with the confirmation."""
    return [
        (name, value)
        for item in action.inputs
        for name in (field_name(action, item),)
        for value in (post.getlist(name) if item.kind in LISTS else [post.get(name, "")])
        if value
    ]


def typed_lines(action: Action, typed: Mapping[str, Any], choices: Choices) -> list[Given]:
    """What was typed for the action in words, to be read once more before it is done."""
    lines = []
    for item in action.inputs:
        value = typed.get(item.key) or ""
        named = _names(item, choices)
        values = value if isinstance(value, list) else [value]
        if words := gettext("、").join(named.get(str(one), str(one)) for one in values if one):
            lines.append(
                {"label": gettext(item.label), "value": words, "tag": "", "tag_state": "", "hint": ""}
            )
    return lines


def _names(item: Input, choices: Choices) -> dict[str, str]:
    """Key → name of what an input offers."""
    lists = {
        InputKind.BODY: choices.bodies,
        InputKind.BODIES: choices.bodies,
        InputKind.DEPUTIES: choices.deputies,
        InputKind.GROUP: choices.groups,
    }
    if item.kind in lists:
        return {key: name for key, name, _ in lists[item.kind]()}
    return {option.key: gettext(option.label) for option in item.options}


def line_of(case: Case, refusal: Refusal | None) -> Given:
    """One matter of a preview or a report: what it is, and why it is left out."""
    return {
        "pk": case.pk,
        "number": case.number,
        "title": case.title,
        "url": reverse("desk:case", args=[case.number]),
        "stage": gettext(procedure_get(case.procedure).stage(case.stage).label),
        "station": case.station.name if case.station else case.region.name,
        "version": case.events,
        "why": "" if refusal is None else refusal_words(refusal),
    }


def refusal_words(refusal: Refusal) -> str:
    """Why not, with what is wrong with single inputs."""
    faults = [gettext(fault) for fault in refusal.fields.values()]
    return gettext("；").join(faults) if faults else gettext(refusal.message) % refusal.params


def too_many(ids: Sequence[int]) -> str:
    """What to say when none or too many were chosen; empty when it is right."""
    if not ids:
        return gettext(NONE_CHOSEN)
    return gettext(TOO_MANY) % {"most": MOST} if len(ids) > MOST else ""
