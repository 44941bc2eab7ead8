"""By which printed code a matter came: noted with it, counted for the code, told to the deputy whose code it was."""

from __future__ import annotations

from dataclasses import dataclass

from tingchao.core.ledger import JSON
from tingchao.engine.models import Case, Fact, Notice
from tingchao.engine.notices import notice, to_deputy

CODE_USED = "code.used"
"""Kind of fact: a matter came by a code; its detail is the code's id."""


@dataclass(frozen=True, slots=True)
class Through:
    """The code by which a matter came, and the deputy whose code it is."""

    code_id: int
    deputy_id: int | None = None

    def noted(self) -> dict[str, JSON]:
        """What the opening event says of it."""
        return {"code": self.code_id, **({"deputy": self.deputy_id} if self.deputy_id is not None else {})}

    def fact(self, case: Case) -> Fact:
        """One voice for the code, and for the deputy."""
        return Fact(
            kind=CODE_USED,
            region_id=case.region_id,
            station_id=case.station_id,
            detail=str(self.code_id),
            deputy_id=self.deputy_id,
        )

    def notices(self) -> list[Notice]:
        """Tells the deputy that somebody spoke to them."""
        return [] if self.deputy_id is None else [notice(to_deputy(self.deputy_id), "heard")]
