"""The closed loop: one matter, whom it was given to, each step of it, the facts it left, the notices it caused."""

from tingchao.engine.models.history import (
    LOOKED,
    Attachment,
    Event,
    Fact,
    FactDay,
    Rollup,
    Seal,
    StationDay,
    Stream,
)
from tingchao.engine.models.matters import (
    CLOSED,
    OPEN,
    SHARED,
    SIFTED,
    Assignment,
    Case,
    CaseWords,
    Tally,
)
from tingchao.engine.models.notices import Delivery, Notice, NoticeTarget

__all__ = [
    "CLOSED",
    "LOOKED",
    "OPEN",
    "SHARED",
    "SIFTED",
    "Assignment",
    "Attachment",
    "Case",
    "CaseWords",
    "Delivery",
    "Event",
    "Fact",
    "FactDay",
    "Notice",
    "NoticeTarget",
    "Rollup",
    "Seal",
    "StationDay",
    "Stream",
    "Tally",
]
