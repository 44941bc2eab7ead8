"""Who may call, change, see and take part in a gathering. Everything not allowed here is denied."""

from __future__ import annotations

from dataclasses import replace

from tingchao.core.attendance import State
from tingchao.core.gatherings import MeetingKind
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.policy import within
from tingchao.directory.selectors import site
from tingchao.instruments.meetings.kinds import kind_get, kinds
from tingchao.instruments.meetings.models import Attendee, Meeting

SEES_MEETINGS = frozenset(
    {Role.LIAISON, Role.COORDINATOR, Role.CLERK, Role.LEADER, Role.AUDITOR, Role.SYSTEM}
)
"""Roles that see every gathering within their scope that is not hidden."""

NOT_YOURS = gettext_noop("这类活动要由组织的人来办，请找这里的联络员、协调人或人大工作人员。")
NOT_TAKING_PART = gettext_noop("只有参加这场活动的人和组织的人能记。")
GONE = gettext_noop("没有找到这场活动，可能已经取消，请回到列表看看。")


def organising_scopes(actor: Actor, kind: MeetingKind) -> tuple[str, ...]:
    """The region prefixes within which the actor may call gatherings of a kind; ("",) is everywhere, () nowhere."""
    return tuple(
        dict.fromkeys(
            hold.scope for hold in actor.holds if hold.role in kind.organisers or hold.role is Role.SYSTEM
        )
    )


def organising_near(actor: Actor) -> tuple[str, ...]:
    """The region prefixes within which the actor looks after stations, and so organises what takes place there."""
    keepers = (Role.LIAISON, Role.COORDINATOR, Role.CLERK)
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in keepers))


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
    return may_organise(actor, kind_get(meeting.kind), meeting.region_id) or is_own(actor, meeting)


def is_own(actor: Actor, meeting: Meeting) -> bool:
    """Whether it is one that the deputy called for themselves, of a kind that allows that."""
    called = meeting.organiser == actor.key and actor.kind == "account"
    return called and actor.deputy_id is not None and kind_get(meeting.kind).own


def require_keeper(actor: Actor, meeting: Meeting) -> Role:
    """The role under which the actor changes this gathering; raises Refusal "forbidden" when there is none."""
    kind = kind_get(meeting.kind)
    if is_own(actor, meeting) and not may_organise(actor, kind, meeting.region_id):
        return Role.DEPUTY
    return require_organiser(actor, kind, meeting.region_id)


LISTENS = (Attendee.Part.DEPUTY, Attendee.Part.STAFF)
"""Parts of those on a list who listen to what is said, whatever grants they hold at the place."""


def listens(own: Attendee | None) -> bool:
    """Whether somebody on the list takes down what is said: the deputy on turn, or staff who came with them."""
    return own is not None and own.part in LISTENS and own.state not in (State.LEFT, State.EXCUSED)


def require_listener(actor: Actor, meeting: Meeting, own: Attendee | None) -> str:
    """The role under which somebody takes down what is said; raises Refusal "forbidden" when there is none."""
    if organises(actor, meeting):
        return str(require_keeper(actor, meeting))
    if own is None or not listens(own):
        raise Refusal("forbidden", NOT_TAKING_PART)
    return str(own.part)


def as_listener(actor: Actor, meeting: Meeting) -> Actor:
    """A deputy on turn as one who may hear matters of that place: the turn is the duty, no grant is needed for it."""
    if actor.deputy_id is None:
        return actor
    return replace(actor, holds=(*actor.holds, Hold(Role.DEPUTY, meeting.region_id)))


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
