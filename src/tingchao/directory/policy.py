"""Who may read or change the directory. Everything not allowed here is denied."""

from __future__ import annotations

from collections.abc import Iterable

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor

KEEPS_DIRECTORY = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
READS_DIRECTORY = KEEPS_DIRECTORY | {Role.AUDITOR}


def may_keep_directory(actor: Actor, region_code: str = "") -> bool:
    """Whether the actor may change bodies, stations, deputies, accounts within a region."""
    return any(hold.role in KEEPS_DIRECTORY and region_code.startswith(hold.scope) for hold in actor.holds)


def require_directory(actor: Actor, region_code: str = "") -> None:
    """Raise Refusal "forbidden" unless the actor keeps the directory there."""
    if not may_keep_directory(actor, region_code):
        raise Refusal("forbidden", gettext_noop("只有系统管理员能改这里，请联系您单位的系统管理员。"))


def may_read_directory(actor: Actor) -> bool:
    """Whether the actor may look at the directory and its history anywhere: administrators and auditors."""
    return bool(scopes_read(actor))


def scopes_read(actor: Actor) -> tuple[str, ...]:
    """The region prefixes within which the actor reads the directory; ("",) is everywhere, () nowhere."""
    return _widest(hold.scope for hold in actor.holds if hold.role in READS_DIRECTORY)


def scopes_kept(actor: Actor) -> tuple[str, ...]:
    """The region prefixes within which the actor changes the directory."""
    return _widest(hold.scope for hold in actor.holds if hold.role in KEEPS_DIRECTORY)


def within(code: str, scopes: tuple[str, ...]) -> bool:
    """Whether a region code or a scope lies within one of the scopes."""
    return code.startswith(scopes) if scopes else False


def _widest(scopes: Iterable[str]) -> tuple[str, ...]:
    """The scopes without those that lie in another of them."""
    kept: list[str] = []
    for scope in sorted(set(scopes)):
        if not scope.startswith(tuple(kept)) or not kept:
            kept.append(scope)
    return tuple(kept)
