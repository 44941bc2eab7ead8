"""One step of a matter through its procedure: what may be done, what was typed, and what follows from it.

All of it is a pure decision: the state of the matter in, the outcome out. `Refusal` says in the user's words why
not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import TypeVar
from unicodedata import category

from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.privacy import public_fault
from tingchao.core.procedure import (
    Action,
    Audience,
    Branch,
    Input,
    InputKind,
    Procedure,
    Publicity,
    Rating,
    Stage,
)
from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.text import gettext_noop

T = TypeVar("T", int, str)

Value = str | int | None | list[int] | list[str]
"""A cleaned input: text, an id, or a list of ids or attachment digests."""

_LISTS = (InputKind.BODIES, InputKind.DEPUTIES, InputKind.FILES, InputKind.PICTURES)

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


def refused_inputs(fields: Mapping[str, str]) -> Refusal:
    """The refusal "input": `fields` says of each input at fault what is wrong with it."""
    return Refusal("input", gettext_noop("有几处要改一下，您写的都还在。"), fields=fields)


class Fault(str):
    """What is wrong with an input, where the sentence names something that was typed.

    As text it is the Chinese sentence; `template` with `params` is what gettext translates.
    """

    template: str
    params: Mapping[str, str]

    def __new__(cls, template: str, params: Mapping[str, str]) -> Fault:
        made = super().__new__(cls, template % params)
        made.template, made.params = template, params
        return made


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a matter a decision looks at. `brought_by` is the key of whoever brought it into its present stage."""

    stage: str
    tier: str = ""
    returns: int = 0
    led: bool = False
    outcome: str = ""
    brought_by: str = ""
    merged: bool = False


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


def actions_for(
    procedure: Procedure, standing: Standing, roles: Set[Role], actor: str = "", *, apart: bool = False
) -> tuple[Action, ...]:
    """The actions that somebody playing `roles` on the matter may take now, in the order to offer them.

    `actor` is the key under which records know them; those with a page of their own are offered there, `apart`.
    """
    return tuple(
        action
        for action in _played(procedure, standing, roles)
        if not needs_another(action, standing, actor) and (apart or not action.apart)
    )


def kept_for_another(
    procedure: Procedure, standing: Standing, roles: Set[Role], actor: str
) -> tuple[Action, ...]:
    """The actions that would be offered to somebody, had they not brought the matter to where it stands."""
    return tuple(
        action
        for action in _played(procedure, standing, roles)
        if needs_another(action, standing, actor) and not action.apart
    )


def _played(procedure: Procedure, standing: Standing, roles: Set[Role]) -> Iterator[Action]:
    for action in procedure.leaving(standing.stage):
        if roles & set(action.roles) and not action.on_due and _in_turn(procedure, action, standing):
            yield action


def needs_another(action: Action, standing: Standing, actor: str) -> bool:
    """Whether an action waits for another person than `actor`, who brought the matter to where it stands."""
    return action.second_person and bool(actor) and actor == standing.brought_by


def who_else(action: Action) -> Refusal:
    """The refusal "second_person", which says who can take the action instead."""
    who = "、".join(ROLE_LABELS[role] for role in action.roles)
    return Refusal(
        "second_person",
        gettext_noop("这一步要由另一个人把关，是您送到这里的，您自己不能办。这里的%(who)s里，换一位就可以。"),
        {"who": who},
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
    actor: str = "",
) -> Step:
    """The step that `action_key` with what was typed in `raw` takes, by whoever records know as `actor`.

    Raises Refusal "unknown", "not_here", "forbidden", "second_person" or "input".
    """
    action = _allowed(procedure, standing, action_key, roles, actor)
    values = clean_inputs(action, raw)
    returns = standing.returns + (1 if action.hands_back else 0)
    led = _led(action, values, before=standing.led and not procedure.stage(standing.stage).end)
    stage = procedure.stage(_target(procedure, action, returns=returns, led=led, merged=standing.merged))
    chosen = {i.sets: str(values.get(i.key) or "") for i in action.inputs if i.sets}
    return Step(
        action=action,
        stage=stage,
        tier=chosen.get("tier") or standing.tier,
        returns=returns,
        outcome=chosen.get("outcome") or action.outcome or standing.outcome,
        rating=action.rating,
        publishes=action.publishes or stage.publishes,
        values=values,
    )


def _allowed(
    procedure: Procedure, standing: Standing, action_key: str, roles: Set[Role], actor: str
) -> Action:
    try:
        action = procedure.action(action_key)
    except KeyError:
        raise Refusal("unknown", gettext_noop("没有这个操作，请刷新页面再试。")) from None
    if standing.stage not in action.leaves or not _in_turn(procedure, action, standing):
        raise Refusal("not_here", gettext_noop("事项已到别的环节，这个操作现在用不上，请刷新页面看看。"))
    if not _takers(action) & roles:
        raise Refusal("forbidden", gettext_noop("这一步要由别人来办，您可以留言或催办。"))
    if needs_another(action, standing, actor):
        raise who_else(action)
    return action


def _takers(action: Action) -> Set[Role]:
    """Who may take it: what happens when the time is over is the clock's alone, whoever else is named."""
    return {Role.SYSTEM} & set(action.roles) if action.on_due else set(action.roles)


def _led(action: Action, values: Mapping[str, Value], *, before: bool) -> bool:
    """Whether a body leads the matter once `values` are taken. A matter that ended is led by nobody any more."""
    named = [values.get(item.key) for item in action.inputs if item.kind is InputKind.BODY]
    return any(value is not None for value in named) if named else before


def _target(procedure: Procedure, action: Action, *, returns: int, led: bool, merged: bool) -> str:
    holds = {
        Branch.RETURNS_EXHAUSTED: returns > (procedure.max_returns or 0),
        Branch.NO_LEAD: not led,
        Branch.MERGED: merged,
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
            faults[item.key] = fault.args[0]
    if faults:
        raise refused_inputs(faults)
    return values


def require_ahead(action: Action, values: Mapping[str, Value], today: date) -> None:
    """Raise Refusal "input" when a day that must lie ahead is over; `values` are cleaned."""
    faults = {
        item.key: gettext_noop("这一天已经过去了，请选今天或以后的日子。")
        for item in action.inputs
        if item.ahead and (day := values.get(item.key)) and str(day) < today.isoformat()
    }
    if faults:
        raise refused_inputs(faults)


def clean_input(item: Input, raw: object) -> Value:
    """One input's value. Raises ValueError whose text is the Chinese sentence to show beside the field."""
    if item.kind in _LISTS:
        return _clean_list(item, raw)
    text = _clean_one(raw)
    if not text:
        if item.required:
            raise ValueError(gettext_noop("这一项要填。"))
        return None if item.kind in (InputKind.BODY, InputKind.GROUP) else ""
    if item.kind in _PLAIN:
        return _PLAIN[item.kind](text)
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
    """Text as it may be kept: NUL, control characters, lone surrogates and direction marks out, ends trimmed.

    Empty when nothing of it can be seen, and for whatever is neither text nor a number or day that can be written
    as text.
    """
    try:
        text = str(raw) if isinstance(raw, _WRITTEN) else ""
    except ValueError:  # a whole number with more digits than Python writes
        return ""
    kept = _UNKEPT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _trimmed(kept) if any(map(_seen, kept)) else ""


_UNKEPT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{''.join(BIDI_CONTROLS)}]")
_WRITTEN = (str, int, float, Decimal, date, time)
_EDGES = "\ufeff\u200b\u2060"
"""Marks without width, trimmed from the ends beside every kind of space."""

_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Characters that count as letters or signs and show nothing."""


def _seen(char: str) -> bool:
    return category(char) not in ("Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs") and char not in _BLANKS


def _trimmed(text: str) -> str:
    while (shorter := text.strip().strip(_EDGES)) != text:
        text = shorter
    return text


def _clean_one(raw: object) -> str:
    """One text, or a whole number as text. ValueError when it is a list, a mapping, true or false."""
    if raw is not None and (isinstance(raw, bool) or not isinstance(raw, str | int)):
        raise ValueError(gettext_noop("这一项的格式不对，请重新填写。"))
    return clean_text(raw)


def _clean_length(item: Input, text: str) -> str:
    if len(text) < item.least:
        raise ValueError(gettext_noop("写得太短了，请再说具体些。"))
    if len(text) > item.most:
        raise ValueError(gettext_noop("写得太长了，请缩短一些。"))
    if item.audience is Audience.PUBLIC and (fault := public_fault(text)):
        raise ValueError(Fault(*fault))
    return text


def _clean_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text)):
        raise ValueError(gettext_noop("请从给出的选项里选一个。"))
    return int(text)


def _clean_number(text: str) -> str:
    try:
        return str(parse_number(text))
    except NumberError as fault:
        facts = {key: str(value) for key, value in fault.facts.items()}
        raise ValueError(Fault(fault.template, facts)) from None


def _clean_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(gettext_noop("日期要写成 2026-11-27 这样。")) from None


_PLAIN: Mapping[InputKind, Callable[[str], Value]] = {
    InputKind.BODY: _clean_id,
    InputKind.GROUP: _clean_id,
    InputKind.CASE: _clean_number,
    InputKind.DATE: _clean_date,
}
"""What is made of an input that is one short text, by its kind."""


def _clean_list(item: Input, raw: object) -> list[int] | list[str]:
    texts = [_clean_one(entry) for entry in (raw if isinstance(raw, list | tuple) else [raw])]
    given = list(dict.fromkeys(text for text in texts if text))
    if item.kind in (InputKind.FILES, InputKind.PICTURES):
        return _clean_count(item, given)
    return _clean_count(item, list(dict.fromkeys(map(_clean_id, given))))


def _clean_count(item: Input, entries: list[T]) -> list[T]:
    if item.required and not entries:
        raise ValueError(gettext_noop("这一项要填。"))
    if entries and len(entries) < item.least:
        raise ValueError(gettext_noop("选得不够，请再选。"))
    if len(entries) > item.most:
        raise ValueError(gettext_noop("选得太多，请减少。"))
    return entries
