"""Procedures 程序 as frozen data, what may be done at a stage, and what doing it decides.

Nothing here reads a clock or a database. `closure.py` proves the laws of a procedure; this module only says
what one step does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from tingchao.core.limits import Limit
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop


class InputKind(StrEnum):
    """What a person gives with an action."""

    TEXT = "text"  # several lines
    LINE = "line"  # one line
    CHOICE = "choice"
    BODY = "body"  # the body that leads 主办
    BODIES = "bodies"  # bodies that join 会办
    DEPUTIES = "deputies"  # follow-up group 督办小组
    DATE = "date"
    FILES = "files"
    PICTURES = "pictures"  # some of the matter's own photographs
    GROUP = "group"  # a deputies' group 代表小组 or professional supervision group 专业监督小组: its present members
    CASE = "case"  # another matter, by its number: the main one 主件 that this one is merged into


class Audience(StrEnum):
    """Who reads what is typed into an input."""

    STAFF = "staff"
    REPORTER = "reporter"
    PUBLIC = "public"


class Branch(StrEnum):
    """Conditions under which an action reaches another stage than its ordinary one."""

    RETURNS_EXHAUSTED = "returns_exhausted"  # handed back as often as the return law allows
    NO_LEAD = "no_lead"  # no body has been given the matter
    MERGED = "merged"  # it was merged into another matter


class Rating(StrEnum):
    """Satisfaction 满意度 of whoever was answered."""

    GOOD = "good"  # 满意
    FAIR = "fair"  # 基本满意
    POOR = "poor"  # 不满意
    UNRATED = "unrated"  # no answer within the time: never counted as satisfied


class Publicity(StrEnum):
    """What becomes public when a matter ends."""

    ACCOUNT = "account"  # a short public account
    COUNT = "count"  # only that there was one


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things to choose from. `done` tells of an outcome 结果 whether what was asked for has been done,
    `told` what whoever raised the matter reads of it. `text` is a wording to begin with, see `Input.suggests`. A
    matter whose outcome is not `counted` ended with another one, in whose outcome it is counted.
    """

    key: str
    label: str
    done: bool = False
    text: str = ""
    told: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Input:
    """One thing an action asks for. `least` and `most` bound characters of a text and items of a list.

    `sets` names the attribute of the matter that it writes: "tier" or "outcome" for choices, "public_title" or
    "public_text" for the public account, "before" or "after" for its pictures (PICTURES or FILES). `assigns` is the
    part in the matter that those named get, where it is not the ordinary one of its kind: "deliberate" for
    deputies who come to talk it over. `suggests` names the input that the text of a chosen option is offered for.
    A DATE that lies `ahead` must not be over when it is given. With `organs` bodies of the congress, e.g. its
    committees, courts, procuratorates and supervisory commissions may be named too.
    """

    key: str
    label: str
    kind: InputKind = InputKind.TEXT
    required: bool = True
    least: int = 0
    most: int = 2000
    options: tuple[Option, ...] = ()
    audience: Audience = Audience.STAFF
    sets: str = ""
    assigns: str = ""
    suggests: str = ""
    ahead: bool = False
    organs: bool = False
    hint: str = ""
    source: str = ""


def public_account(text: str, hint: str) -> tuple[Input, Input]:
    """Title and text of what is made known of a matter; `text` is what the second is called, `hint` stands below it."""
    source = "《个人信息保护法》第二十五条"
    return (
        Input(
            "public_title",
            gettext_noop("公开的标题"),
            kind=InputKind.LINE,
            least=4,
            most=60,
            audience=Audience.PUBLIC,
            sets="public_title",
        ),
        Input(
            "public_text",
            text,
            least=10,
            audience=Audience.PUBLIC,
            sets="public_text",
            hint=hint,
            source=source,
        ),
    )


@dataclass(frozen=True, slots=True)
class FactRule:
    """A fact that an action leaves behind: once for the case, or once for each deputy or body named by it.

    `at` is the stage it is left at, where an action reaches several. The detail of a fact is the rating that was
    given, or else the outcome; of="outcome" makes it the outcome in any case.
    """

    kind: str
    per: str = "case"  # "case" | "deputy" | "body"
    at: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage 环节. An end has no duty holder, limit or escalation.

    `segment` is the key of the segment of the stage diagram it belongs to; `public_label` is what whoever raised
    the matter reads as its name, `public_line` the sentence that tells them what happens next and by when, with
    %(lead)s for the body that leads and %(day)s for the last day. `publishes` is what reaching it makes public
    where the action says nothing of it. With `keeps_clock` the clock of the stage before runs on, e.g. when what was
    handed out with a day of its own is accepted; the limit is that of a matter that comes here without a clock.
    """

    key: str
    label: str
    segment: str
    public_label: str = ""
    public_line: str = ""
    duty: Role | None = None
    limit: Limit | None = None
    tier_limits: Mapping[str, Limit] = field(default_factory=dict)
    escalates_to: tuple[Role, ...] = ()
    rates: bool = False
    end: bool = False
    publishes: Publicity | None = None
    keeps_clock: bool = False

    def limit_for(self, tier: str) -> Limit | None:
        """The time limit of this stage for a matter of `tier`."""
        return self.tier_limits.get(tier, self.limit)


@dataclass(frozen=True, slots=True)
class Action:
    """One action 操作 that leaves some stages and reaches one.

    `branches` lists exceptions to `reaches`, first match wins. `style` is how its button looks:
    "primary", "plain" or "danger". With `second_person` it may not be taken by whoever brought the matter into
    the stage where it stands: what one wrote another checks. `when_often` is meant to be taken first where the same
    is said again and again (`Procedure.often`). An action that stands `apart` is taken on a page of the
    mechanism's own, which hands in more than inputs hold, e.g. a new text; the shared screens do not offer it.
    """

    key: str
    label: str
    leaves: tuple[str, ...]
    reaches: str
    roles: tuple[Role, ...]
    inputs: tuple[Input, ...] = ()
    branches: tuple[tuple[Branch, str], ...] = ()
    style: str = "plain"
    said: str = ""  # what the timeline says to whoever raised the matter; empty: not shown to them
    answers: bool = False
    outcome: str = ""
    rating: Rating | None = None
    publishes: Publicity | None = None
    hands_back: bool = False
    decides_returns: bool = False
    on_due: bool = False
    second_person: bool = False
    when_often: bool = False
    apart: bool = False
    facts: tuple[FactRule, ...] = ()

    def targets(self) -> tuple[str, ...]:
        """Every stage that this action may reach."""
        return (self.reaches, *(stage for _, stage in self.branches))


@dataclass(frozen=True, slots=True)
class Segment:
    """One mark of the stage diagram, e.g. 听, 议, 办, 评, 知.

    `public_label` is its name to whoever raised the matter, `known_label` to everybody once it is made known.
    """

    key: str
    label: str
    public_label: str
    known_label: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A time limit that belongs to no stage, since it runs before a matter is there or beside it, e.g. from the
    publication of a document to its filing. It can be set for a place as the limit of a stage can."""

    key: str
    label: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Merging:
    """How duplicates 重复件 are merged.

    An action that asks for a CASE brings a matter to `stage`, where it waits for its main matter; that one must
    stand at a stage of `into`, from which nobody ends it without answering. When the main matter is answered, the
    engine takes `relay`, which gives the same words to whoever raised the merged one. A matter that comes back to
    a stage of `into` is merged no longer.
    """

    stage: str
    relay: str
    into: tuple[str, ...]


OFTEN_DAYS = 90
"""What was closed longer ago no longer says that a thing happens again and again."""


@dataclass(frozen=True)
class Procedure:
    """One way of working as data: its stages in order (the first is where a matter starts) and its actions.

    `max_returns` is how often bodies may hand a matter back before a coordinator decides; None where no action
    hands back. `extendable` says whether the clock of a stage may be extended, once and with a reason. `tool_facts`
    names the kind of fact that a tool of the engine leaves; deputies rate and visit only where theirs are named.
    `raiser` is the part of whoever raises its matters, who is answered and rates: a reporter, or the office that
    hands them out, as a head station does with tasks. Where a body raises them (HANDLER), it leads each from the first
    day on, so that whatever goes back to it finds it. `often` is how many matters of the same words in one township
    within OFTEN_DAYS, this one among them, make it a frequent one 多发; None where nothing follows from that.
    `periods` are limits of no stage; their keys are no stage's.
    `noted` names the events that a service leaves on a matter beside its actions, e.g. what an expert said.
    """

    key: str
    label: str
    source: str
    segments: tuple[Segment, ...]
    stages: tuple[Stage, ...]
    actions: tuple[Action, ...]
    tiers: tuple[Option, ...] = ()
    outcomes: tuple[Option, ...] = ()
    max_returns: int | None = None
    extendable: bool = True
    merging: Merging | None = None
    tool_facts: Mapping[str, str] = field(default_factory=dict)
    opening_said: str = gettext_noop("您说了")
    opening_facts: tuple[FactRule, ...] = ()
    raiser: Role = Role.REPORTER
    often: int | None = None
    periods: tuple[Period, ...] = ()
    noted: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _stages(self) -> dict[str, Stage]:
        return {stage.key: stage for stage in self.stages}

    @cached_property
    def _actions(self) -> dict[str, Action]:
        return {action.key: action for action in self.actions}

    @property
    def first(self) -> Stage:
        """The stage at which a matter starts."""
        return self.stages[0]

    def stage(self, key: str) -> Stage:
        """The stage of that key; KeyError when there is none."""
        return self._stages[key]

    def action(self, key: str) -> Action:
        """The action of that key; KeyError when there is none."""
        return self._actions[key]

    def period(self, key: str) -> Period:
        """The period of that key; KeyError when there is none."""
        return {one.key: one for one in self.periods}[key]

    def relays(self, action: Action) -> bool:
        """Whether it is the action by which a merged matter gets the words of its main one."""
        return self.merging is not None and action.key == self.merging.relay

    def is_done(self, outcome: str) -> bool:
        """Whether an outcome means that what was asked for has been done; else a matter ends with an explanation."""
        return any(option.done for option in self.outcomes if option.key == outcome)

    def leaving(self, stage: str) -> tuple[Action, ...]:
        """The actions that leave a stage, in the order in which they are offered."""
        return tuple(action for action in self.actions if stage in action.leaves)


def with_limits(procedure: Procedure, limits: Mapping[tuple[str, str], Limit]) -> Procedure:
    """The same procedure with other limits: (stage, tier) → limit, an empty tier being the stage's own.

    Only how long somebody has can differ: ValueError for a stage or tier that has no limit of its own.
    """
    stages = {stage.key: stage for stage in procedure.stages}
    periods = {period.key: period for period in procedure.periods}
    for (key, tier), limit in limits.items():
        if key in periods and not tier:
            periods[key] = replace(periods[key], limit=limit)
            continue
        stage = stages.get(key)
        if stage is None or stage.limit is None or (tier and tier not in stage.tier_limits):
            raise ValueError(f"{procedure.key} has no limit at {key} {tier}")
        if tier:
            stages[key] = replace(stage, tier_limits={**stage.tier_limits, tier: limit})
        else:
            stages[key] = replace(stage, limit=limit)
    return replace(procedure, stages=tuple(stages.values()), periods=tuple(periods.values()))
