"""Who may call, change, see and take part in a gathering. Everything not allowed here is denied."""

from __future__ import annotations

from tingchao.core.gatherings import MeetingKind
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.policy import within
from tingchao.directory.selectors import site
from tingchao.instruments.meetings.kinds import kind_get, kinds
from tingchao.instruments.meetings.models import Meeting

SEES_MEETINGS = frozenset(
    {Role.LIAISON, Role.COORDINATOR, Role.CLERK, Role.LEADER, Role.AUDITOR, Role.SYSTEM}
)
"""Roles that see every gathering within their scope that is not hidden."""

NOT_YOURS = gettext_noop("这类活动要由组织的人来办，请找这里的联络员、协调人或人大工作人员。")
GONE = gettext_noop("没有找到这场活动，可能已经取消，请回到列表看看。")


def organising_scopes(actor: Actor, kind: MeetingKind) -> tuple[str, ...]:
    """The region prefixes within which the actor may call gatherings of a kind; ("",) is everywhere, () nowhere."""
    return tuple(
        dict.fromkeys(
            hold.scope for hold in actor.holds if hold.role in kind.organisers or hold.role is Role.SYSTEM
        )
    )


def may_organise(actor: Actor, kind: MeetingKind, region_code: str) -> bool:
    """Whether the actor may call, change and close gatherings of a kind in a region."""
    return within(region_code, organising_scopes(actor, kind))


def kinds_for(actor: Actor) -> list[MeetingKind]:
    """The kinds that the actor may call anywhere."""
    return [kind for kind in kinds().values() if organising_scopes(actor, kind)]


def home_region(actor: Actor, kind: MeetingKind) -> str:
    """The region of a gathering that is called at no station: the one that its organiser looks after."""
    scopes = organising_scopes(actor, kind)
    return f"{scopes[0]:0<12}" if scopes and scopes[0] else site().region_code


def organises(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor may change this gathering."""
    return may_organise(actor, kind_get(meeting.kind), meeting.region_id)


def require_organiser(actor: Actor, kind: MeetingKind, region_code: str) -> Role:
    """The role under which the actor organises there; raises Refusal "forbidden" when there is none."""
    held = {
        hold.role
        for hold in actor.holds
        if hold.role in (*kind.organisers, Role.SYSTEM) and region_code.startswith(hold.scope)
    }
    if not held:
        raise Refusal("forbidden", NOT_YOURS)
    return min(held)


def seeing_scopes(actor: Actor) -> tuple[str, ...]:
    """The region prefixes within which the actor sees every gathering that is not hidden."""
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in SEES_MEETINGS))


def may_see(actor: Actor, meeting: Meeting, *, attends: bool) -> bool:
    """Whether the actor may see a gathering; `attends`: whether they, or the body they act for, are on its list."""
    if attends or organises(actor, meeting):
        return True
    if kind_get(meeting.kind).hidden:
        return False
    return within(meeting.region_id, seeing_scopes(actor)) or (bool(actor.holds) and is_shown(meeting))


def is_shown(meeting: Meeting) -> bool:
    """Whether anybody may know of a gathering."""
    return meeting.public and meeting.state in (Meeting.State.ANNOUNCED, Meeting.State.HELD)


def bodies_of(actor: Actor) -> list[int]:
    """The bodies that the actor handles matters for."""
    return sorted(
        {hold.body_id for hold in actor.holds if hold.body_id is not None and hold.role is Role.HANDLER}
    )
