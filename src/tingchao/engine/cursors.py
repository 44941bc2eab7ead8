"""Where a page of a list ends, as the address of the next page carries it."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

LONGEST = 120
"""Characters; what is longer was not made here."""


def cursor_of(at: datetime, pk: int) -> str:
    """The cursor after a row of that moment and id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), pk]).encode()).decode()


def cursor_read(cursor: str) -> tuple[datetime, int] | None:
    """(moment, id) of the row that the page before ended with; None for a cursor that is none: the start."""
    if not cursor or len(cursor) > LONGEST:
        return None
    try:
        read = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        at, pk = datetime.fromisoformat(read[0]), int(read[1])
    except (ValueError, TypeError, LookupError, OverflowError, binascii.Error):
        return None
    return (at, pk) if at.tzinfo is not None and 0 < pk < 2**63 else None
