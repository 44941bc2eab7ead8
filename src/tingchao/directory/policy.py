"""Who may read or change the directory. Everything not allowed here is denied."""

from __future__ import annotations

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor

KEEPS_DIRECTORY = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})


def may_keep_directory(actor: Actor, region_code: str = "") -> bool:
    """Whether the actor may change bodies, stations, deputies, accounts within a region."""
    return any(hold.role in KEEPS_DIRECTORY and region_code.startswith(hold.scope) for hold in actor.holds)


def require_directory(actor: Actor, region_code: str = "") -> None:
    """Raise Refusal "forbidden" unless the actor keeps the directory there."""
    if not may_keep_directory(actor, region_code):
        raise Refusal("forbidden", gettext_noop("只有系统管理员能改这里，请联系您单位的系统管理员。"))
