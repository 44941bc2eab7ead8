"""Reads of the closed loop. A list is one indexed query however many matters there are; nothing counts a big table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, QuerySet

from tingchao.core.numbering import format_number
from tingchao.core.roles import BODY_ROLES, PERSONAL_ROLES, Role
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.codes import scope_of
from tingchao.engine import policy
from tingchao.engine.cursors import cursor_of, cursor_read
from tingchao.engine.models import Assignment, Attachment, Case, Event, Tally
from tingchao.engine.registry import procedures
from tingchao.engine.sifting import Sift, conditions, due_condition, narrowed_hold
from tingchao.engine.tallies import GUESSES, guesses_key
from tingchao.engine.target_selectors import failing_count

PAGE = 25
COUNTED_TO = 100
"""Counts beside a list stop here and read "99+"."""

WAITED_FOR = (Role.HANDLER, Role.COORDINATOR, Role.REPORTER, Role.CLERK, Role.EXPERT)

FAILING = "failing"

VIEWS = ("mine", "overdue", "today", "waiting")
"""The lists with a count beside them."""

LISTS = (*VIEWS, "open", "closed")
ALL = Sift()
OPEN_ORDER = "c.due_at, c.id"
CLOSED_ORDER = "c.closed_at DESC, c.id DESC"


@dataclass(frozen=True, slots=True)
class ListedCase:
    """What a list shows of a matter."""

    pk: int
    year: int
    procedure: str
    title: str
    stage: str
    duty: str
    due_on: date | None
    due_at: datetime | None
    paused_until: date | None
    closed_at: datetime | None
    region_name: str
    station_name: str | None
    lead_name: str | None
    outcome: str = ""
    supervised_at: datetime | None = None

    @property
    def number(self) -> str:
        return format_number(self.year, self.pk)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the cursor of the next, empty at the end."""

    rows: list[ListedCase]
    after: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a list that one index gives in the order of due times: a condition on engine_case c."""

    where: str
    values: tuple[Any, ...]

    def narrowed(self, where: str, *values: Any) -> Branch:
        """The same part with a further condition."""
        return Branch(f"{self.where} AND {where}", (*self.values, *values))


# Lists are written in SQL: the ORM takes longer to build these queries than the database to answer them.
LISTED = """
SELECT c.id, c.year, c.procedure, c.title, c.stage, c.duty, c.due_on, c.due_at, c.paused_until, c.closed_at,
    r.name, s.name, b.name, c.outcome, c.supervised_at
FROM ({parts}) found JOIN engine_case c ON c.id = found.id JOIN directory_region r ON r.code = c.region_id
    LEFT JOIN directory_station s ON s.id = c.station_id LEFT JOIN directory_body b ON b.id = c.lead_id
ORDER BY {order} LIMIT {most}
"""
"""What a list shows of the matters whose ids {parts} gives; a row makes a ListedCase."""

_PART = "(SELECT c.id FROM engine_case c WHERE {where} ORDER BY {order} LIMIT {most})"
_COUNT = "SELECT %s, count(*) FROM (SELECT 1 FROM engine_case c WHERE {where} LIMIT {most}) counted"


def worklist(actor: Actor, *, view: str, now: datetime, after: str = "", sift: Sift = ALL) -> Page:
    """One page of 25 matters: open ones by due time, closed ones newest first. `view` is one of LISTS; `after` a
    cursor of the page before.

    One SQL statement, however many roles the actor plays and however many matters there are.
    """
    return listed(actor, view=view, now=now, after=after, sift=sift, most=PAGE)


def listed(actor: Actor, *, view: str, now: datetime, after: str, sift: Sift, most: int) -> Page:
    """A page of another length; see `worklist`."""
    order = CLOSED_ORDER if view == "closed" else OPEN_ORDER
    parts = [_after(branch, after, order) for branch in sifted_branches(actor, view, now, sift)]
    if not parts:
        return Page([], "")
    chosen = " UNION ".join(_PART.format(where=part.where, order=order, most=most + 1) for part in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            LISTED.format(parts=chosen, order=order, most=most + 1),
            [value for part in parts for value in part.values],
        )
        rows = [ListedCase(*row) for row in cursor.fetchall()]
    return Page(rows[:most], _cursor(rows[most - 1]) if len(rows) > most else "")


def worklist_counts(actor: Actor, *, now: datetime, views: Sequence[str] = VIEWS) -> dict[str, int]:
    """How many matters each view holds, counted no further than COUNTED_TO. One SQL statement.

    Beside the views the key FAILING counts the targets of notices that fail and that the actor can mend.
    """
    parts = [(view, branch) for view in views for branch in worklist_branches(actor, view, now)]
    counts: dict[str, int] = dict.fromkeys((*views, FAILING), 0)
    failing = failing_count(actor, COUNTED_TO)
    asked = [*(_COUNT.format(where=branch.where, most=COUNTED_TO) for _, branch in parts), failing.sql]
    values = [value for view, branch in parts for value in (view, *branch.values)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), [*values, FAILING, *failing.values])
        for view, count in cursor.fetchall():
            counts[view] = min(COUNTED_TO, counts[view] + count)
    return counts


def sifted_branches(actor: Actor, view: str, now: datetime, sift: Sift) -> list[Branch]:
    """The parts of a view, narrowed to what was asked for."""
    if not sift:
        return worklist_branches(actor, view, now)
    holds = tuple(near for hold in actor.holds if (near := narrowed_hold(hold, sift)) is not None)
    branches = worklist_branches(replace(actor, holds=holds), view, now, stage=sift.stage)
    for where, values in conditions(sift, now):
        branches = [branch.narrowed(where, *values) for branch in branches]
    return branches


def worklist_branches(actor: Actor, view: str, now: datetime, *, stage: str = "") -> list[Branch]:
    """The parts of a view, one for each role that the actor plays or waits for. `stage` spares those of others."""
    holds = list(dict.fromkeys(actor.holds))
    if view == "waiting":
        return [
            _in_scope(hold.scope, duty)
            for hold in holds
            if hold.role in (Role.LIAISON, Role.COORDINATOR)
            for duty in WAITED_FOR
            if duty is not hold.role
        ]
    if view == "closed":
        return [part for hold in holds if (part := _closed_of(actor, hold)) is not None]
    if view == "open":
        return [part for hold in holds for part in _open_of(actor, hold, _duties(stage))]
    parts = [part for hold in holds if (part := _duty_of(actor, hold)) is not None]
    for where, values in due_condition(view, now):
        parts = [part.narrowed(where, *values) for part in parts]
    return parts


def _duty_of(actor: Actor, hold: Hold) -> Branch | None:
    """The open matters that wait for somebody holding this role."""
    if hold.role in BODY_ROLES:
        return _led_by(hold.body_id, hold.role) if hold.body_id is not None else None
    if hold.role in PERSONAL_ROLES:
        return None if actor.deputy_id is None else _followed(actor.deputy_id)
    return _in_scope(hold.scope, hold.role) if hold.role in policy.SEES_ALL_IN_SCOPE else None


def _open_of(actor: Actor, hold: Hold, duties: Sequence[Role]) -> list[Branch]:
    """The open matters that somebody holding this role sees, one part for each duty, as the indexes have them."""
    if hold.role in PERSONAL_ROLES:
        return [] if actor.deputy_id is None else [_followed(actor.deputy_id)]
    if hold.role in BODY_ROLES or hold.body_id is not None:
        return [] if hold.body_id is None else [_led_by(hold.body_id, duty) for duty in duties]
    if hold.role in policy.SEES_ALL_IN_SCOPE:
        return [_in_scope(hold.scope, duty) for duty in duties]
    return []


def _duties(stage: str) -> list[Role]:
    """The roles for which matters wait at a stage, or at any."""
    stages = [one for procedure in procedures() for one in procedure.stages if stage in ("", one.key)]
    return list(dict.fromkeys(one.duty for one in stages if one.duty is not None))


def _closed_of(actor: Actor, hold: Hold) -> Branch | None:
    """The closed matters that somebody holding this role sees; of a body those that it led."""
    if hold.role in PERSONAL_ROLES:
        ever = "SELECT a.case_id FROM engine_assignment a WHERE a.deputy_id = %s"
        where = f"c.closed_at IS NOT NULL AND c.id IN ({ever})"
        return None if actor.deputy_id is None else Branch(where, (actor.deputy_id,))
    if hold.role in BODY_ROLES or hold.body_id is not None:
        led = "c.closed_at IS NOT NULL AND c.lead_id = %s"
        return None if hold.body_id is None else Branch(led, (hold.body_id,))
    if hold.role in policy.SEES_ALL_IN_SCOPE:
        return _within(Branch("c.closed_at IS NOT NULL", ()), hold.scope, (6, 9))
    return None


def _led_by(body_id: int, duty: Role) -> Branch:
    return Branch("c.closed_at IS NULL AND c.lead_id = %s AND c.duty = %s", (body_id, str(duty)))


def _followed(deputy_id: int) -> Branch:
    now_followed = "SELECT a.case_id FROM engine_assignment a WHERE a.deputy_id = %s AND a.ended_at IS NULL"
    return Branch(f"c.closed_at IS NULL AND c.id IN ({now_followed})", (deputy_id,))


def _in_scope(scope: str, duty: Role) -> Branch:
    """Open matters of a duty within a region prefix, so written that the index of that level serves."""
    return _within(Branch("c.closed_at IS NULL AND c.duty = %s", (str(duty),)), scope, (4, 6, 9, 12))


def _within(branch: Branch, scope: str, levels: Sequence[int]) -> Branch:
    """The part within a region prefix; `levels` are the lengths of prefix that an index has."""
    level = max((one for one in levels if one <= len(scope)), default=0)
    if level == 12:
        return branch.narrowed("c.region_id = %s", scope)
    if level:
        branch = branch.narrowed(f'"left"(c.region_id, {level}) = %s', scope[:level])
    return branch if level == len(scope) else branch.narrowed("starts_with(c.region_id, %s)", scope)


def _cursor(case: ListedCase) -> str:
    moment = case.closed_at or case.due_at
    assert moment is not None
    return cursor_of(moment, case.pk)


def _after(branch: Branch, cursor: str, order: str) -> Branch:
    """The part of a list after a cursor; a cursor that is none is the start."""
    read = cursor_read(cursor)
    if read is None:
        return branch
    after = "(c.closed_at, c.id) < (%s, %s)" if order == CLOSED_ORDER else "(c.due_at, c.id) > (%s, %s)"
    return branch.narrowed(after, *read)


# --- one matter -------------------------------------------------------------------------------------------


def case_by_number(year: int, serial: int) -> Case | None:
    """The matter of that number with its names; None when there is none."""
    return _full().filter(pk=serial, year=year).first()


def case_guarded(year: int, serial: int, *, address: str, now: datetime) -> tuple[Case | None, bool]:
    """The matter of that number, and whether `address` has guessed wrong so often that it has to wait.

    One SQL statement, so that being asked costs whoever knows the passcode nothing.
    """
    spent = Tally.objects.filter(
        key=guesses_key(address, now), since__gt=now - GUESSES.window, count__gte=GUESSES.most
    )
    case = _full().annotate(waits=Exists(spent)).filter(pk=serial, year=year).first()
    return case, case is not None and bool(case.waits)


def _full() -> QuerySet[Case]:
    return Case.objects.select_related("region", "station", "lead")


def history(case: Case) -> list[Event]:
    """Every event of a matter, oldest first."""
    return list(Event.objects.filter(stream=f"case:{case.pk}").order_by("sequence"))


def attachments(case: Case) -> list[Attachment]:
    return list(Attachment.objects.filter(case=case).order_by("id"))


def attachment_get(case: Case, digest: str) -> Attachment | None:
    return Attachment.objects.filter(case=case, digest=digest).first()


def assignments(case: Case) -> list[Assignment]:
    """Everybody whom the matter was ever assigned to, in that order; those with no `ended_at` have it now."""
    return list(Assignment.objects.filter(case=case).select_related("body", "deputy", "group").order_by("id"))


def joined_to(case: Case) -> list[Case]:
    """The main matter of a merged one, or the matters that were merged into this one. One statement."""
    if case.joined_id is not None:
        return list(Case.objects.filter(pk=case.joined_id))
    return list(Case.objects.filter(joined=case).order_by("id"))


@dataclass(frozen=True, slots=True)
class Available:
    """Somebody in office who may be asked to follow a matter up, and what they follow already."""

    id: int
    name: str
    kind: str
    expertise: str
    region_code: str
    station_id: int | None
    load: int


_AVAILABLE = """
SELECT d.id, d.name, d.kind, d.expertise, d.region_id, d.station_id,
    (SELECT count(*) FROM engine_assignment a
     WHERE a.deputy_id = d.id AND a.ended_at IS NULL AND a.kind = 'follow_up')
FROM directory_deputy d
WHERE starts_with(d.region_id, %s) AND d.since <= %s AND (d.until IS NULL OR d.until > %s) ORDER BY d.id
"""


def deputies_available(region_code: str, day: date) -> list[Available]:
    """Everybody in office for a matter in this region with how many open matters they follow. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_AVAILABLE, [scope_of(region_code)[:9], day, day])
        return [Available(*row) for row in cursor.fetchall()]


def picture_shown(year: int, serial: int, digest: str) -> Attachment | None:
    """A photograph of a public account; None unless the matter of that number is public now and shows it."""
    shown = Attachment.objects.filter(case_id=serial, case__year=year, digest=digest).exclude(shown="")
    return shown.filter(case__visibility=Case.Visibility.PUBLIC, case__closed_at__isnull=False).first()


def pictures_shown(case_ids: Sequence[int]) -> dict[int, list[Attachment]]:
    """The photographs of the public accounts of these matters, before first; only of what is public. One statement."""
    found: dict[int, list[Attachment]] = {}
    rows = Attachment.objects.filter(
        case_id__in=case_ids, case__visibility=Case.Visibility.PUBLIC, case__closed_at__isnull=False
    ).exclude(shown="")
    for row in rows.order_by("-shown", "id"):
        found.setdefault(row.case_id, []).append(row)
    return found
