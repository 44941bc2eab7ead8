"""Every rule that ships, as data; `docs/screening.md` says how to read and how to add one."""

from tingchao.core.screening.rules import (
    access,
    authority,
    coercion,
    conditions,
    conduct,
    costs,
    fees,
    licences,
    movement,
    nets,
    penalties,
    persons,
    procurement,
    proofs,
    rights,
    subsidies,
)
from tingchao.core.screening.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *access.RULES,
    *conditions.RULES,
    *movement.RULES,
    *procurement.RULES,
    *costs.RULES,
    *subsidies.RULES,
    *conduct.RULES,
    *penalties.RULES,
    *licences.RULES,
    *coercion.RULES,
    *fees.RULES,
    *proofs.RULES,
    *rights.RULES,
    *persons.RULES,
    *authority.RULES,
    *nets.RULES,
)

_NAMES = {rule.id: rule.name for rule in RULES}


def rule_name(key: str) -> str:
    """What a rule is called in Chinese; "" for one that looks at a whole document or ships no more."""
    return _NAMES.get(key, "")
