"""A tool, and the scene in which somebody reaches for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tingchao.core.procedure import Action, Procedure, Stage
from tingchao.core.roles import BODY_ROLES, Role
from tingchao.core.steps import Refusal, Value
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.models import Assignment, Case
from tingchao.engine.record import Entry


@dataclass(frozen=True, slots=True)
class Scene:
    """A matter, who reaches for a tool, in which roles, and who has the matter now."""

    case: Case
    procedure: Procedure
    roles: frozenset[Role]
    today: date
    actor: Actor
    running: Sequence[Assignment]

    @property
    def stage(self) -> Stage:
        return self.procedure.stage(self.case.stage)

    @property
    def acted_on(self) -> bool:
        """Whether a body leads the matter and must act now."""
        return self.case.lead_id is not None and self.stage.duty is Role.HANDLER

    @property
    def answered(self) -> bool:
        """Whether the matter was answered and stands at the rating or later."""
        keys = [stage.key for stage in self.procedure.stages]
        rating = next((stage.key for stage in self.procedure.stages if stage.rates), None)
        return rating is not None and keys.index(self.case.stage) >= keys.index(rating)

    def leads(self) -> bool:
        """Whether they act for the body that leads."""
        return self.case.lead_id is not None and self.case.lead_id in self._bodies()

    def joint(self) -> Assignment | None:
        """The part that a body of theirs has in the matter without leading it."""
        return next((one for one in self.of_kind("joint") if one.body_id in self._bodies()), None)

    def follow_up(self) -> Assignment | None:
        """Their own follow-up of the matter as a deputy."""
        mine = self.actor.deputy_id
        return next((one for one in self.of_kind("follow_up") if mine and one.deputy_id == mine), None)

    def of_kind(self, kind: str) -> list[Assignment]:
        return [one for one in self.running if one.kind == kind]

    def _bodies(self) -> set[int | None]:
        return {hold.body_id for hold in self.actor.holds if hold.role in BODY_ROLES} - {None}


AFTERWARDS = timedelta(days=30)
"""So long after the end may deputies still rate: whoever raised the matter may have closed it with one tap."""

Doing = Callable[[Scene, Mapping[str, Value], Entry], Sequence[str]]
"""What a tool does to the locked matter and the entry; returns the names of the attributes it changed."""


def always(scene: Scene) -> Refusal | None:
    """For a tool that may be used whenever the role allows it."""
    return None


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that may be done. `why_not` says why it cannot be done now, `closed` whether it may be after an end;
    `inside` is one that the desk does not offer, since the page of the reporter has a place of its own for it.
    `afterwards` is one that whoever had the matter when it closed may still use for AFTERWARDS."""

    action: Action
    does: Doing
    why_not: Callable[[Scene], Refusal | None] = always
    closed: bool = False
    inside: bool = False
    afterwards: bool = False


def nothing(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    """For a tool that only leaves its words."""
    return ()


def not_now(message: str) -> Refusal:
    """The refusal "not_now": the tool is theirs, but the matter does not stand so that it can be used."""
    return Refusal("not_now", message)


NOT_THEIRS = gettext_noop("这一步要由别人来办，您可以留言或催办。")


def not_theirs() -> Refusal:
    return Refusal("forbidden", NOT_THEIRS)


def tool_action(key: str, label: str, roles: Sequence[Role], *inputs: object) -> Action:
    """An action that moves nothing."""
    return Action(key=key, label=label, leaves=(), reaches="", roles=tuple(roles), inputs=inputs)  # type: ignore[arg-type]
