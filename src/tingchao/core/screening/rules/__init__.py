"""Every rule that ships, as data; `docs/screening.md` says how to read and how to add one."""

from dataclasses import replace

from tingchao.core.screening.findings import Confidence, Issuer
from tingchao.core.screening.rules import (
    access,
    authority,
    civil,
    coercion,
    conditions,
    conduct,
    costs,
    enforcement,
    fees,
    licences,
    markets,
    movement,
    nets,
    penalties,
    permits,
    persons,
    procurement,
    proofs,
    rights,
    sanctions,
    standing,
    subsidies,
)
from tingchao.core.screening.rules.justice import BOUND, SOFTLY
from tingchao.core.screening.rules.rule import JUSTICE, Rule

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
    *sanctions.RULES,
    *permits.RULES,
    *enforcement.RULES,
    *civil.RULES,
    *standing.RULES,
    *markets.RULES,
    *nets.RULES,
)


def rules_for(issuer: Issuer) -> tuple[Rule, ...]:
    """The rules that bind a kind of issuer, each with the article and the grade that hold for it."""
    if issuer not in JUSTICE:
        return tuple(rule for rule in RULES if issuer in rule.issuers)
    return tuple(_bound(rule) for rule in RULES if rule.id in BOUND)


def _bound(rule: Rule) -> Rule:
    grade = Confidence.POSSIBLE if rule.id in SOFTLY else rule.confidence
    return replace(rule, article=BOUND[rule.id], earlier="", confidence=grade, issuers=JUSTICE)


_NAMES = {rule.id: rule.name for rule in RULES}


def rule_name(key: str) -> str:
    """What a rule is called in Chinese; "" for one that looks at a whole document or ships no more."""
    return _NAMES.get(key, "")
