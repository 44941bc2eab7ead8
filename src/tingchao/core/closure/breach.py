"""The closure laws by name, and what is reported when one is broken."""

from __future__ import annotations

from dataclasses import dataclass

from tingchao.core.text import gettext_noop

LAWS: dict[str, str] = {
    "reach": gettext_noop("每个环节都能从起点到达"),
    "end": gettext_noop("每个环节都有路走到终点"),
    "duty": gettext_noop("每个未结环节都写明谁办、何时办完、逾期报给谁"),
    "answer": gettext_noop("走到终点之前必定答复反映人"),
    "rating": gettext_noop("答复之后必定请人评价，不满意能退回"),
    "known": gettext_noop("走到终点时必定写明公开什么"),
    "return": gettext_noop("退回有次数，用完由协调人决定"),
}
"""Law key → what it says."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One law broken at one place. `at` is the key of the offending stage or action."""

    law: str
    at: str
    why: str


class ProcedureRefused(ValueError):
    """A procedure breaks a closure law and may not run."""

    def __init__(self, procedure: str, breaches: tuple[Breach, ...]) -> None:
        self.breaches = breaches
        listed = "; ".join(f"{breach.law} at {breach.at}: {breach.why}" for breach in breaches)
        super().__init__(f"procedure {procedure} is refused: {listed}")
