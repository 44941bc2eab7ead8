"""Who plays which role on a matter, and who may see it. Everything not allowed here is denied."""

from __future__ import annotations

from collections.abc import Set

from tingchao.core.roles import BODY_ROLES, PERSONAL_ROLES, Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor, Hold

SEES_ALL_IN_SCOPE = frozenset(
    {Role.LIAISON, Role.COORDINATOR, Role.CLERK, Role.LEADER, Role.AUDITOR, Role.SYSTEM}
)
"""Roles that see every matter within their scope, whether or not it is theirs to act on."""

OPENS = frozenset({Role.REPORTER, Role.LIAISON, Role.DEPUTY, Role.CLERK, Role.COORDINATOR, Role.SYSTEM})
URGES = frozenset({Role.LIAISON, Role.COORDINATOR, Role.DEPUTY, Role.LEADER, Role.CLERK})
STOPS_CLOCKS = frozenset({Role.LIAISON, Role.COORDINATOR})
EXTENDS = frozenset({Role.COORDINATOR})
SUPERVISES = frozenset({Role.LEADER, Role.COORDINATOR, Role.CLERK})
ANNOUNCES = frozenset({Role.LIAISON, Role.COORDINATOR})
NOTES = frozenset({Role.LIAISON, Role.COORDINATOR, Role.DEPUTY, Role.HANDLER, Role.CLERK, Role.LEADER})


def roles_on(
    actor: Actor, *, case_id: int | None, region_code: str, bodies: Set[int], deputies: Set[int]
) -> frozenset[Role]:
    """The roles that an actor plays on a matter in `region_code`.

    `bodies` and `deputies` are those the matter is assigned to now. A reporter plays theirs on one matter only. A
    deputy plays theirs wherever they were named: whom they listened to at a station elsewhere, they follow up.
    """
    if actor.kind == "reporter":
        return frozenset({Role.REPORTER}) if actor.case_id == case_id else frozenset()
    return frozenset(
        hold.role
        for hold in actor.holds
        if _counts(hold, actor, region_code=region_code, bodies=bodies, deputies=deputies)
    )


def _counts(hold: Hold, actor: Actor, *, region_code: str, bodies: Set[int], deputies: Set[int]) -> bool:
    if hold.role in PERSONAL_ROLES:
        return actor.deputy_id is not None and actor.deputy_id in deputies
    if not region_code.startswith(hold.scope):
        return False
    if hold.role in BODY_ROLES:
        return hold.body_id is not None and hold.body_id in bodies
    return hold.body_id is None or hold.body_id in bodies


def roles_to_open(actor: Actor, region_code: str) -> frozenset[Role]:
    """The roles under which somebody may raise a matter in a region, as far as OPENS names them."""
    return frozenset(
        hold.role
        for hold in actor.holds
        if region_code.startswith(hold.scope)
        and (hold.role is not Role.DEPUTY or actor.deputy_id is not None)
    )


def roles_for_body(actor: Actor, region_code: str, body_id: int | None) -> frozenset[Role]:
    """The roles under which somebody raises a matter in a region for a body of theirs."""
    return frozenset(
        hold.role
        for hold in actor.holds
        if hold.role in BODY_ROLES
        and region_code.startswith(hold.scope)
        and hold.body_id == body_id is not None
    )


def roles_to_act(roles: Set[Role], actor: Actor, *, lead_id: int | None) -> frozenset[Role]:
    """The roles of `roles` under which somebody takes a step: a body that joins does not act for the one that leads."""
    leads = lead_id is None or any(
        hold.role in BODY_ROLES and hold.body_id == lead_id for hold in actor.holds
    )
    return frozenset(roles) if leads else frozenset(roles) - BODY_ROLES


def may_see(roles: Set[Role]) -> bool:
    """Whether somebody playing `roles` on a matter may read it."""
    return bool(roles & (SEES_ALL_IN_SCOPE | PERSONAL_ROLES | BODY_ROLES))


def require(roles: Set[Role], allowed: Set[Role]) -> Role:
    """The role under which somebody acts; raises Refusal "forbidden" when none of theirs is allowed."""
    playing = sorted(roles & allowed)
    if not playing:
        raise Refusal("forbidden", gettext_noop("这一步要由别人来办，您可以留言或催办。"))
    return playing[0]
