"""Who may read a document that is not public, and who decides about what was found in it."""

from __future__ import annotations

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor
from tingchao.instruments.documents.models import Document

SEES = frozenset({Role.CLERK, Role.LEADER, Role.AUDITOR})
"""Roles that read every document within their scope, with its findings."""


def scopes_seen(actor: Actor) -> tuple[str, ...]:
    """The region prefixes within which the actor reads every document."""
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in SEES))


def bodies_of(actor: Actor) -> tuple[int, ...]:
    """The bodies that the actor handles matters for."""
    return tuple(
        hold.body_id for hold in actor.holds if hold.role is Role.HANDLER and hold.body_id is not None
    )


def reviews(actor: Actor, document: Document) -> bool:
    """Whether the actor decides about findings: the staff of the congress within whose scope it was issued."""
    holds = (hold for hold in actor.holds if hold.role in (Role.CLERK, Role.SYSTEM))
    return any(document.region_id.startswith(hold.scope) for hold in holds)


def may_see(actor: Actor, document: Document) -> bool:
    """Whether the actor reads a document: its maker, and staff within whose scope it lies."""
    return document.maker_id in bodies_of(actor) or any(
        document.region_id.startswith(scope) for scope in scopes_seen(actor)
    )


def sees_findings(actor: Actor, document: Document) -> bool:
    """What screening found is for those who review: the maker gets letters, not drafts of them."""
    return any(document.region_id.startswith(scope) for scope in scopes_seen(actor))
