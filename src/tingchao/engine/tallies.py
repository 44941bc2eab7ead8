"""How often something was done from one address lately: wrong passcodes, voices. Counted so that abuse is slowed.

An address is never kept: the key of a row is a keyed digest of address and day, so that two days cannot be put
together, and a row is deleted a day after it ends (个人信息保护法 arts 6, 19: no more and no longer than needed).
The table is shared by all processes and is not logged: a crash of the database empties it, which harms nobody.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from tingchao.engine.models import Tally
from tingchao.engine.timing import local_day

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many times within so many seconds; the window begins with the first time."""

    most: int
    seconds: int

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often it was done in the window that began at `since`."""

    count: int
    since: datetime

    def free_at(self, allowance: Allowance) -> datetime:
        """When the window is over."""
        return self.since + allowance.window


def tally_key(purpose: str, subject: str, now: datetime) -> str:
    """The key under which something is counted today."""
    told = f"tally:{purpose}:{local_day(now)}:{subject}"
    return hmac.new(settings.LINK_KEY.encode(), told.encode(), hashlib.sha256).hexdigest()


_COUNT = """
INSERT INTO engine_tally AS t (key, since, count, until)
VALUES (%({name}key)s, %({name}now)s, {weight}, %({name}until)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN t.since <= %({name}start)s THEN EXCLUDED.count ELSE t.count + EXCLUDED.count END,
    since = CASE WHEN t.since <= %({name}start)s THEN EXCLUDED.since ELSE t.since END,
    until = EXCLUDED.until
"""
_TAKE = _COUNT.format(name="", weight="1") + (
    "WHERE t.since <= %(start)s OR t.count < %(most)s RETURNING count, since"
)


def tally_take(*, key: str, allowance: Allowance, now: datetime) -> Counted | None:
    """Do it once more: how often that makes, or None when it was done as often as allowed. One SQL statement."""
    if allowance.most <= 0:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {**_values(key, allowance, now), "most": allowance.most})
        row = cursor.fetchone()
    return None if row is None else Counted(*row)


def _values(key: str, allowance: Allowance, now: datetime, name: str = "") -> dict[str, Any]:
    start, until = now - allowance.window, now + allowance.window
    return {f"{name}key": key, f"{name}now": now, f"{name}start": start, f"{name}until": until}


def tally_read(key: str, allowance: Allowance, now: datetime) -> Counted | None:
    """How often it was done in the window that runs now; None when none runs."""
    row = (
        Tally.objects.filter(key=key, since__gt=now - allowance.window).values_list("count", "since").first()
    )
    return None if row is None else Counted(*row)


def tallies_forget(*, now: datetime) -> int:
    """Delete what ended a day ago; how many rows that were."""
    return Tally.objects.filter(until__lt=now - KEPT).delete()[0]


# --- passcodes that are guessed ---------------------------------------------------------------------------

GUESSES = Allowance(10, 600)
"""Wrong passcodes from one address before it has to wait (GB/T 22239-2019, 8.1.4.1: failed attempts are limited)."""

GUESSES_AT_ONE = Allowance(50, 3600)
"""Wrong passcodes for one number, from wherever, before each further one weighs GUESSED_AT."""

GUESSED_AT = 3

_WEIGHT = f"(SELECT CASE WHEN count > {GUESSES_AT_ONE.most} THEN {GUESSED_AT} ELSE 1 END FROM number)"  # noqa: S608
# the number first, then the address: always in this order, so that two guesses at once never wait for each other
_GUESS = f"""
WITH number AS ({_COUNT.format(name="number_", weight="1")} RETURNING count),
address AS ({_COUNT.format(name="", weight=_WEIGHT)} RETURNING count, since)
SELECT count, since FROM address
"""  # noqa: S608 - constants of ours


def guesses_key(address: str, now: datetime) -> str:
    """The key under which wrong passcodes from an address are counted."""
    return tally_key("guess", address, now)


def guess_count(*, address: str, number: str, now: datetime) -> Counted:
    """Count one wrong passcode, for the address and for the number, whether or not there is a matter of that number.

    One SQL statement. The address is at its limit when the count is more than GUESSES.most.
    """
    values = _values(guesses_key(address, now), GUESSES, now)
    values |= _values(tally_key("guessed", number, now), GUESSES_AT_ONE, now, "number_")
    with connection.cursor() as cursor:
        cursor.execute(_GUESS, values)
        return Counted(*cursor.fetchone())
