"""Who gives out and ends codes: whoever looks after the station, coordinates there, or keeps the directory."""

from __future__ import annotations

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor

KEEPS_CODES = frozenset({Role.LIAISON, Role.COORDINATOR, Role.ADMINISTRATOR, Role.SYSTEM})


KEEPS_CASE_CODES = KEEPS_CODES - {Role.ADMINISTRATOR}
"""Whoever keeps the directory sees no matter, so matters' codes are not theirs."""


def scopes_of_codes(actor: Actor, kind: str = "") -> tuple[str, ...]:
    """The region prefixes within which the actor keeps codes of a kind; ("",) is everywhere, () nowhere."""
    keeps = KEEPS_CASE_CODES if kind == "case" else KEEPS_CODES
    return tuple(dict.fromkeys(hold.scope for hold in actor.holds if hold.role in keeps))


def may_keep_codes(actor: Actor, region_code: str, kind: str = "") -> bool:
    """Whether the actor may give out and end the codes of a kind in a region."""
    scopes = scopes_of_codes(actor, kind)
    return bool(scopes) and region_code.startswith(scopes)


def require_codes(actor: Actor, region_code: str, kind: str = "") -> None:
    """Raise Refusal "forbidden" unless the actor keeps the codes of that kind there."""
    if not may_keep_codes(actor, region_code, kind):
        raise Refusal("forbidden", gettext_noop("这个码不归您管，请找这个站点的联络员、协调人或系统管理员。"))
