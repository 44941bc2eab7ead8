"""The seven closure laws of a procedure, proved before it may run.

Every position that a matter can get to is visited (`walk`): its stage, how often it was handed back, whether a body
leads it and deputies follow it, what was answered, rated and said of the public account since it was last opened.
Each law (`laws`) then looks at all of them. A procedure without breaches is closed: no matter can get lost in it,
whatever people do.
"""

from __future__ import annotations

from tingchao.core.closure.breach import LAWS, Breach, ProcedureRefused
from tingchao.core.closure.laws import PROOFS
from tingchao.core.closure.loose import loose_ends
from tingchao.core.closure.walk import walk
from tingchao.core.procedure import Procedure

__all__ = ["LAWS", "Breach", "ProcedureRefused", "check", "prove"]


def check(procedure: Procedure) -> tuple[Breach, ...]:
    """Every breach of a closure law in `procedure`; empty when it is closed.

    A procedure whose keys do not fit together is reported under the law "reach" and looked at no further.
    """
    loose = tuple(loose_ends(procedure))
    if loose:
        return loose
    walked = walk(procedure)
    return tuple(dict.fromkeys(breach for law in PROOFS for breach in law(walked)))


def prove(procedure: Procedure) -> None:
    """Raise ProcedureRefused unless every closure law holds."""
    breaches = check(procedure)
    if breaches:
        raise ProcedureRefused(procedure.key, breaches)
