"""How deputies of a place and level took part: sums by place, level and period, and the gatherings behind them.

No statement here reads or orders persons (国办函〔2026〕12号): a deputy is known by their level alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy
from tingchao.engine.cursors import cursor_of, cursor_read
from tingchao.engine.timing import ZONE
from tingchao.instruments.meetings.kinds import kinds
from tingchao.instruments.meetings.listing import within_scope
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.policy import may_organise
from tingchao.mechanisms.deputy_duty.rules import (
    COUNTED_ONCE,
    RESULTS,
    UPPER,
    Attendance,
    Participation,
    Period,
    attendance_by_kind,
    participation_of,
)

PAGE = 25
HELD = "meeting.held."
LEVELS = ("national", "province", "city", "county", "township")
"""Levels of deputies, from above."""


@dataclass(slots=True)
class Part:
    """What is known of one place: deputies in office and attendance by level, and gatherings counted once."""

    deputies: dict[str, int] = field(default_factory=dict)
    sums: dict[str, dict[tuple[str, str], int]] = field(default_factory=lambda: defaultdict(dict))
    held: dict[str, int] = field(default_factory=dict)

    def of_level(self, level: str) -> Participation:
        """The participation of the deputies of one level."""
        return participation_of(self.deputies.get(level, 0), attendance_by_kind(self.sums.get(level, {})))

    @property
    def whole(self) -> Participation:
        """Of all levels together."""
        merged: dict[tuple[str, str], int] = defaultdict(int)
        for sums in self.sums.values():
            for key, amount in sums.items():
                merged[key] += amount
        return participation_of(sum(self.deputies.values()), attendance_by_kind(merged))

    @property
    def levels(self) -> list[str]:
        """The levels of which there is anything to say, from above."""
        return [level for level in LEVELS if self.deputies.get(level) or self.sums.get(level)]

    @property
    def counted_once(self) -> int:
        """Inspections, research and symposia, each once however many took part."""
        return sum(self.held.get(key, 0) for key in COUNTED_ONCE)

    @property
    def upper(self) -> int:
        """Activities of upper levels that were joined, each once."""
        return self.held.get(UPPER, 0)


_SUMS = """
WITH tail AS MATERIALIZED (
    SELECT region_id, deputy_id, day, kind, detail, amount FROM engine_fact
    WHERE id > (SELECT coalesce(max(fact_id), 0) FROM deputy_duty_partmark) ORDER BY id LIMIT 1000000
), added AS (
    SELECT scope, level, kind, detail, amount FROM deputy_duty_partsum
    WHERE period = %(period)s AND scope = ANY(%(scopes)s)
    UNION ALL
    SELECT left(f.region_id, %(length)s), coalesce(d.level, ''), f.kind, f.detail, f.amount
    FROM tail f LEFT JOIN directory_deputy d ON d.id = f.deputy_id
    WHERE f.day >= %(since)s AND f.day < %(until)s AND left(f.region_id, %(length)s) = ANY(%(scopes)s)
    AND (f.kind = ANY(%(held)s) OR (f.kind = ANY(%(came)s) AND d.kind = 'deputy')))
SELECT scope, level, kind, detail, sum(amount)::bigint FROM added GROUP BY scope, level, kind, detail
"""
"""The tail is fenced off and taken in the order of ids, so that no plan that the database keeps reads the facts of a
whole year for the few after the watermark."""
_DEPUTIES = """
SELECT left(region_id, %(length)s), level, count(*) FROM directory_deputy
WHERE kind = 'deputy' AND left(region_id, %(length)s) = ANY(%(scopes)s) AND since < %(on)s
AND (until IS NULL OR until >= %(on)s) GROUP BY 1, 2
"""


def fact_kinds() -> dict[str, list[str]]:
    """The kinds of facts that are added up: of coming, and of gatherings held."""
    return {
        "came": [prefix + key for prefix in RESULTS for key in kinds()],
        "held": [HELD + key for key in (*COUNTED_ONCE, UPPER)],
    }


def parts_of(scopes: Iterable[str], period: Period, on: date) -> dict[str, Part]:
    """Scope → what is known of it in a period; deputies as in office on a day. The scopes are of one length.

    Two SQL statements, over sums and the few facts after them.
    """
    found = {scope: Part() for scope in scopes}
    if not found:
        return {}
    bound: dict[str, Any] = {
        "scopes": list(found),
        "length": len(next(iter(found))),
        "period": period.key,
        "since": period.since,
        "until": period.until,
        "on": on,
        **fact_kinds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, bound)
        for scope, level, kind, detail, amount in cursor.fetchall():
            if kind.startswith(HELD):
                key = kind.removeprefix(HELD)
                found[scope].held[key] = found[scope].held.get(key, 0) + amount
            else:
                found[scope].sums[level][kind, detail] = amount
        cursor.execute(_DEPUTIES, bound)
        for scope, level, count in cursor.fetchall():
            found[scope].deputies[level] = count
    return found


# --- the gatherings behind ---------------------------------------------------------------------------------

OWN, ONCE = "own", "once"
WAYS = {"came_offline": "offline", "came_online": "online"}
"""How a list is narrowed to gatherings that deputies came to in one way → that way."""


def of_known(of: str) -> bool:
    """Whether a list of gatherings may be narrowed by that word."""
    return of in ("", OWN, UPPER, ONCE, *WAYS) or of in kinds()


@dataclass(frozen=True, slots=True)
class Came:
    """How many deputies came to one gathering, were excused, stayed away; and how many of them came on line."""

    meeting: Meeting
    attendance: Attendance


@dataclass(frozen=True, slots=True)
class GatheringPage:
    """Gatherings, the latest first, and the cursor of the next page, empty at the end."""

    rows: list[Came]
    after: str


def gatherings_page(
    *, scope: str, period: Period, of: str, level: str, actor: Actor, after: str = ""
) -> GatheringPage:
    """The gatherings behind a number of a place. Two SQL statements.

    Unannounced visits are listed for those who organise them there, and for nobody else.
    """
    rows = within_scope(scope).filter(state=Meeting.State.HELD, starts_at__gte=_midnight(period.since))
    rows = _of_kind(rows.filter(starts_at__lt=_midnight(period.until)), of, level)
    rows = rows.exclude(
        kind__in=[one.key for one in kinds().values() if one.hidden and not may_organise(actor, one, scope)]
    )
    at = cursor_read(after)
    if at is not None:
        rows = rows.filter(starts_at__lte=at[0]).filter(
            Q(starts_at__lt=at[0]) | Q(starts_at=at[0], pk__lt=at[1])
        )
    found = list(rows.select_related("station", "region").order_by("-starts_at", "-pk")[: PAGE + 1])
    came = _came([one.stream for one in found[:PAGE]], level)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return GatheringPage(
        [Came(one, came.get(one.stream, Attendance())) for one in found[:PAGE]],
        "" if last is None else cursor_of(last.starts_at, last.pk),
    )


def _of_kind(rows: QuerySet[Meeting], of: str, level: str) -> QuerySet[Meeting]:
    if of == OWN:
        rows = rows.exclude(kind=UPPER)
    elif of == ONCE:
        rows = rows.filter(kind__in=COUNTED_ONCE)
    elif of in kinds():
        rows = rows.filter(kind=of)
    if of in WAYS or level:
        on = Attendee.objects.filter(meeting=OuterRef("pk"), deputy__kind=Deputy.Kind.DEPUTY).exclude(
            result=""
        )
        on = on.filter(deputy__level=level) if level else on
        rows = rows.filter(Exists(on.filter(way=WAYS[of]) if of in WAYS else on))
    return rows


_CAME = """
SELECT f.subject, f.kind, f.detail, sum(f.amount)::bigint FROM engine_fact f
JOIN directory_deputy d ON d.id = f.deputy_id AND d.kind = 'deputy'
WHERE f.subject = ANY(%s) AND f.kind = ANY(%s) AND (%s = '' OR d.level = %s) GROUP BY 1, 2, 3
"""


def _came(subjects: list[str], level: str) -> dict[str, Attendance]:
    sums: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_CAME, [subjects, fact_kinds()["came"], level, level])
        for subject, kind, detail, amount in cursor.fetchall():
            sums[subject][kind, detail] = amount
    return {subject: sum(attendance_by_kind(one).values(), Attendance()) for subject, one in sums.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
