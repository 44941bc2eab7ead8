"""What notices a step causes, and to whom. The rows are written with the event; a worker delivers them."""

from __future__ import annotations

from tingchao.core.ledger import JSON
from tingchao.core.procedure import Stage
from tingchao.core.roles import Role
from tingchao.directory.codes import scopes_above
from tingchao.engine.models import Case, Notice


def to_role(role: Role, scope: str) -> str:
    """Everybody who holds `role` within `scope`."""
    return f"role:{role}@{scope}"


def to_account(account_id: int) -> str:
    return f"account:{account_id}"


def to_body(body_id: int) -> str:
    return f"body:{body_id}"


def to_deputy(deputy_id: int) -> str:
    return f"deputy:{deputy_id}"


TO_REPORTER = "reporter"


def notice(recipient: str, template: str, **data: JSON) -> Notice:
    """A notice still without its event; `engine.record` ties it on."""
    return Notice(recipient=recipient, template=template, data=data)


def to_duty_holder(case: Case, stage: Stage, template: str) -> list[Notice]:
    """The notice to whoever must act in a stage; none at an end."""
    if stage.end or stage.duty is None:
        return []
    return [notice(duty_recipient(case, stage.duty), template, stage=stage.key)]


def duty_recipient(case: Case, duty: Role) -> str:
    """Who the duty holder of a matter is, as an address."""
    if duty is Role.REPORTER:
        return TO_REPORTER
    if duty is Role.HANDLER and case.lead_id is not None:
        return to_body(case.lead_id)
    return to_role(duty, case.region_id)


def escalation_recipient(case: Case, stage: Stage, level: int) -> str:
    """Who hears of a matter that is overdue: at alarm 2 the township's level, then one level up the region tree
    for each further alarm; the later alarms go to the last role that the stage names."""
    role = stage.escalates_to[min(level - 2, len(stage.escalates_to) - 1)]
    scopes = [scope for scope in scopes_above(case.region_id) if len(scope) <= 9] or [""]
    return to_role(role, scopes[min(level - 2, len(scopes) - 1)])
