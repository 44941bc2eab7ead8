"""One step of a matter through its procedure: what may be done, what was typed, and what follows from it.

All of it is a pure decision: the state of the matter in, the outcome out. `Refusal` says in the user's words why
not.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from tingchao.core.procedure import (
    Action,
    Branch,
    Input,
    InputKind,
    Procedure,
    Publicity,
    Rating,
    Stage,
)
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop

Value = str | int | None | list[int] | list[str]
"""A cleaned input: text, an id, or a list of ids or attachment digests."""

BIDI_CONTROLS = frozenset(
    "\u200e\u200f\u061c" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
)
"""Marks that turn the direction of writing; they can make a text read as what it is not."""


class Refusal(Exception):
    """A step that is not taken. `code` is stable; `message` is Chinese source text for gettext with `params`;
    `fields` maps an input's key to what is wrong with it."""

    def __init__(
        self,
        code: str,
        message: str,
        params: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.params = dict(params or {})
        self.fields = dict(fields or {})
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a matter a decision looks at."""

    stage: str
    tier: str = ""
    returns: int = 0
    led: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What an action decides. None in `rating` or `publishes` leaves the matter's value as it is."""

    action: Action
    stage: Stage
    tier: str
    returns: int
    outcome: str
    rating: Rating | None
    publishes: Publicity | None
    values: Mapping[str, Value] = field(default_factory=dict)


def actions_for(procedure: Procedure, standing: Standing, roles: Set[Role]) -> tuple[Action, ...]:
    """The actions that somebody playing `roles` on the matter may take now, in the order to offer them."""
    return tuple(
        action
        for action in procedure.leaving(standing.stage)
        if roles & set(action.roles) and not action.on_due and _in_turn(procedure, action, standing)
    )


def _in_turn(procedure: Procedure, action: Action, standing: Standing) -> bool:
    """Handing back is over once a coordinator had to decide."""
    return not action.hands_back or standing.returns <= (procedure.max_returns or 0)


def decide(
    procedure: Procedure,
    standing: Standing,
    action_key: str,
    raw: Mapping[str, object],
    roles: Set[Role],
) -> Step:
    """The step that `action_key` with what was typed in `raw` takes.

    Raises Refusal "unknown", "not_here", "forbidden" or "input".
    """
    try:
        action = procedure.action(action_key)
    except KeyError:
        raise Refusal("unknown", gettext_noop("没有这个操作，请刷新页面再试。")) from None
    if standing.stage not in action.leaves or not _in_turn(procedure, action, standing):
        raise Refusal("not_here", gettext_noop("事项已到别的环节，这个操作现在用不上，请刷新页面看看。"))
    if not roles & set(action.roles):
        raise Refusal("forbidden", gettext_noop("这一步要由别人来办，您可以留言或催办。"))
    values = clean_inputs(action, raw)
    returns = standing.returns + (1 if action.hands_back else 0)
    led = standing.led or any(i.kind is InputKind.BODY and values.get(i.key) for i in action.inputs)
    stage = procedure.stage(_target(procedure, action, returns=returns, led=bool(led)))
    chosen = {i.sets: str(values.get(i.key) or "") for i in action.inputs if i.sets}
    return Step(
        action=action,
        stage=stage,
        tier=chosen.get("tier") or standing.tier,
        returns=returns,
        outcome=chosen.get("outcome") or action.outcome or standing.outcome,
        rating=action.rating,
        publishes=action.publishes,
        values=values,
    )


def _target(procedure: Procedure, action: Action, *, returns: int, led: bool) -> str:
    holds = {
        Branch.RETURNS_EXHAUSTED: returns > (procedure.max_returns or 0),
        Branch.NO_LEAD: not led,
    }
    return next((stage for branch, stage in action.branches if holds[branch]), action.reaches)


def clean_inputs(action: Action, raw: Mapping[str, object]) -> dict[str, Value]:
    """What was typed for `action`, checked and made plain. Raises Refusal "input" naming every field at fault."""
    values: dict[str, Value] = {}
    faults: dict[str, str] = {}
    for item in action.inputs:
        try:
            values[item.key] = clean_input(item, raw.get(item.key))
        except ValueError as fault:
            faults[item.key] = str(fault)
    if faults:
        raise Refusal("input", gettext_noop("有几处要改一下，您写的都还在。"), fields=faults)
    return values


def clean_input(item: Input, raw: object) -> Value:
    """One input's value. Raises ValueError whose text is the Chinese sentence to show beside the field."""
    if item.kind in (InputKind.BODIES, InputKind.DEPUTIES, InputKind.FILES):
        return _clean_list(item, raw)
    text = clean_text(raw)
    if not text:
        if item.required:
            raise ValueError(gettext_noop("这一项要填。"))
        return "" if item.kind is not InputKind.BODY else None
    if item.kind is InputKind.BODY:
        return _clean_id(text)
    if item.kind is InputKind.DATE:
        return _clean_date(text)
    if item.kind is InputKind.CHOICE:
        if text not in {option.key for option in item.options}:
            raise ValueError(gettext_noop("请从给出的选项里选一个。"))
        return text
    return _clean_length(item, " ".join(text.split()) if item.kind is InputKind.LINE else text)


def ids_of(value: Value) -> list[int]:
    """The ids that a cleaned input names; none for any other kind of input."""
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, int)]


def clean_text(raw: object) -> str:
    """Text as it may be kept: NUL, control characters, lone surrogates and direction marks out, ends trimmed."""
    if raw is None:
        return ""
    text = str(raw).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        char
        for char in text
        if (char >= " " or char in "\n\t")
        and not "\x7f" <= char <= "\x9f"
        and not "\ud800" <= char <= "\udfff"
        and char not in BIDI_CONTROLS
    )
    return kept.strip(" \t\n\u3000\ufeff\u200b")


def _clean_length(item: Input, text: str) -> str:
    if len(text) < item.least:
        raise ValueError(gettext_noop("写得太短了，请再说具体些。"))
    if len(text) > item.most:
        raise ValueError(gettext_noop("写得太长了，请缩短一些。"))
    return text


def _clean_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(gettext_noop("请从给出的选项里选一个。"))
    return int(text)


def _clean_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(gettext_noop("日期要写成 2026-11-27 这样。")) from None


def _clean_list(item: Input, raw: object) -> list[int] | list[str]:
    entries = [clean_text(entry) for entry in raw] if isinstance(raw, list | tuple) else [clean_text(raw)]
    entries = list(dict.fromkeys(entry for entry in entries if entry))
    if len(entries) < (item.least if item.required or entries else 0):
        raise ValueError(gettext_noop("选得不够，请再选。"))
    if len(entries) > item.most:
        raise ValueError(gettext_noop("选得太多，请减少。"))
    if item.required and not entries:
        raise ValueError(gettext_noop("这一项要填。"))
    if item.kind is InputKind.FILES:
        return entries
    return [_clean_id(entry) for entry in entries]
