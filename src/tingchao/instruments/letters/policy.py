"""Who writes a letter, who reads it, who answers it. Everything not allowed here is denied."""

from __future__ import annotations

from collections.abc import Set

from tingchao.core.roles import BODY_ROLES, Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.policy import may_see
from tingchao.instruments.letters.kinds import WRITES
from tingchao.instruments.letters.models import Letter

GONE = gettext_noop("没有找到这封函，请回到列表看看。")
NOT_WRITER = gettext_noop("函由这里的人大工作人员、协调人或领导来发，您可以留言或催办。")
NOT_ADDRESSED = gettext_noop("这封函不是发给您单位的，由收函的单位答复。")


def may_write(roles: Set[Role]) -> bool:
    """Whether somebody playing `roles` on a matter may write to a body about it."""
    return bool(roles & WRITES)


def answers(actor: Actor, letter: Letter) -> bool:
    """Whether somebody answers for the body that a letter was sent to."""
    return any(hold.role in BODY_ROLES and hold.body_id == letter.body_id for hold in actor.holds)


def may_read(actor: Actor, letter: Letter, roles: Set[Role]) -> bool:
    """Whether somebody reads a letter: those who see its whole matter but for bodies that it was not sent to."""
    return answers(actor, letter) or may_see(roles - BODY_ROLES)


def require_writer(roles: Set[Role]) -> Role:
    """The role under which somebody writes; Refusal "forbidden" for others."""
    playing = sorted(roles & WRITES)
    if not playing:
        raise Refusal("forbidden", NOT_WRITER)
    return playing[0]


def require_addressee(actor: Actor, letter: Letter) -> Role:
    """The role under which somebody answers; Refusal "forbidden" for others."""
    playing = [
        hold.role for hold in actor.holds if hold.role in BODY_ROLES and hold.body_id == letter.body_id
    ]
    if not playing:
        raise Refusal("forbidden", NOT_ADDRESSED)
    return playing[0]
