"""What thousands do at once is counted in the memory of each process and written once a second: no request waits for
the database, and no row is shared. What cannot be written is kept for the next time; a process that ends writes first.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import Error, connection, transaction

logger = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two writes."""

_SEEN = """
INSERT INTO live_seen AS s (live_id, token, first_at, last_at)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
ON CONFLICT (live_id, token) DO UPDATE SET last_at = GREATEST(s.last_at, EXCLUDED.last_at)
"""
_REACTED = """
INSERT INTO live_reacted (live_id, kind, amount, at)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::timestamptz[])
"""

Key = tuple[int, str]


class Counts:
    """The counts of one process. `every` is None where nothing is written by itself, as in tests."""

    def __init__(self, every: float | None = EVERY) -> None:
        self.every = every
        self._lock = threading.Lock()
        self._seen: dict[Key, tuple[datetime, datetime]] = {}
        self._reacted: Counter[Key] = Counter()
        self._last: dict[Key, datetime] = {}
        self._timer: threading.Timer | None = None
        self.written: Callable[[set[int]], None] = lambda events: None  # told which events changed

    def seen(self, live_id: int, token: str, now: datetime) -> None:
        """A browser is there."""
        with self._lock:
            first, _ = self._seen.get((live_id, token), (now, now))
            self._seen[live_id, token] = (first, now)
        self._soon()

    def reacted(self, live_id: int, token: str, kind: str, now: datetime) -> bool:
        """A browser reacts; False when it did a moment ago, which counts for nothing."""
        with self._lock:
            before = self._last.get((live_id, token))
            if before is not None and (now - before).total_seconds() < EVERY:
                return False
            self._last[live_id, token] = now
            self._reacted[live_id, kind] += 1
        self._soon()
        return True

    def flush(self) -> int:
        """Write what was counted: one statement for browsers, one for reactions. How many rows."""
        with self._lock:
            seen, self._seen = self._seen, {}
            reacted, self._reacted = self._reacted, Counter()
            self._last = {}
        if not seen and not reacted:
            return 0
        try:
            _write(seen, reacted)
        except Error:
            self._put_back(seen, reacted)
            raise
        self.written({live for live, _ in (*seen, *reacted)})
        return len(seen) + len(reacted)

    def _put_back(self, seen: dict[Key, tuple[datetime, datetime]], reacted: Counter[Key]) -> None:
        with self._lock:
            for key, (first, last) in seen.items():
                newer = self._seen.get(key)
                self._seen[key] = (first, newer[1] if newer else last)
            self._reacted.update(reacted)

    def _soon(self) -> None:
        if self.every is None or self._timer is not None:
            return
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(self.every, self._tick)
                self._timer.daemon = True
                self._timer.start()

    def _tick(self) -> None:
        self._timer = None
        try:
            self.flush()
        except Error:
            logger.exception("counts of a live event could not be written, and are kept")
            self._soon()
        finally:
            connection.close()


def _write(seen: dict[Key, tuple[datetime, datetime]], reacted: Counter[Key]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if seen:
            rows = sorted(
                seen.items()
            )  # always in this order, so that two processes never wait for each other
            cursor.execute(
                _SEEN,
                [
                    [live for (live, _), _ in rows],
                    [token for (_, token), _ in rows],
                    [first for _, (first, _) in rows],
                    [last for _, (_, last) in rows],
                ],
            )
        if reacted:
            found = sorted(reacted.items())
            stamp = datetime.now().astimezone()
            cursor.execute(
                _REACTED,
                [
                    [live for (live, _), _ in found],
                    [kind for (_, kind), _ in found],
                    [amount for _, amount in found],
                    [stamp] * len(found),
                ],
            )


COUNTS = Counts()
"""Those of this process."""


@atexit.register
def _at_the_end() -> None:
    if COUNTS.every is not None:
        COUNTS._tick()
