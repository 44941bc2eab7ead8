"""Looking at what is kept masked: with a reason, on the record, and no more than so often a day.

Legal source: 个人信息保护法 arts 6, 51 (no more than needed, by role); 网络安全法 art. 21 (records of access).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tingchao.core.numbering import format_number
from tingchao.core.privacy import CERTAIN, masked
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine import policy, record
from tingchao.engine.models import Case
from tingchao.engine.selectors import assignments
from tingchao.engine.services import locked_case, roles_of
from tingchao.engine.timing import local_day

PHONE, TEXT, ERASED = "phone_seen", "text_seen", "phone_erased"
"""Actions of the events: somebody looked at the number, at the whole text; the number was erased."""

DAILY = 20
"""How often one account may look at something masked in a day: a station hears fewer voices than that."""

PAGE = 25
LONGEST_NOTE = 100

REASONS = {
    "ask": gettext_noop("问清楚情况"),
    "visit": gettext_noop("约时间上门看"),
    "answer": gettext_noop("电话答复"),
    "other": gettext_noop("其他"),
}
"""Why somebody looks, by key."""

DEALING = frozenset({Role.LIAISON, Role.COORDINATOR, Role.HANDLER, Role.DEPUTY})
"""Who deals with a matter and reads its text whole; others who may see it read it masked."""

MAY_ASK = frozenset({Role.CLERK, Role.LEADER, Role.HANDLER, Role.DEPUTY})
"""Who may see the whole text with a reason though it is masked for them; an auditor reads records and asks for none."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at something masked, as the auditor reads it."""

    at: datetime
    who: str
    role: str
    what: str
    reason: str
    note: str
    year: int
    case_id: int
    region: str

    @property
    def number(self) -> str:
        return format_number(self.year, self.case_id)


def may_see_phone(roles: Set[Role], actor: Actor, case: Case) -> bool:
    """Whether the telephone number of a matter may be shown: to its place's liaison and coordinator and to the
    handler of the body that leads, while it is open."""
    leads = case.lead_id is not None and any(
        hold.role is Role.HANDLER and hold.body_id == case.lead_id for hold in actor.holds
    )
    allowed = {Role.LIAISON, Role.COORDINATOR} | ({Role.HANDLER} if leads else set())
    return case.closed_at is None and bool(roles & allowed)


def require_phone(roles: Set[Role], actor: Actor, case: Case) -> None:
    """Raise Refusal "closed" or "forbidden" unless `may_see_phone`."""
    if case.closed_at is not None:
        raise Refusal("closed", gettext_noop("这件事已经办结，电话不再给看。要联系反映人，请先重新打开。"))
    if not may_see_phone(roles, actor, case):
        raise Refusal("forbidden", gettext_noop("电话只有本站联络员、协调人和主办单位的经办人能看。"))


@transaction.atomic
def case_disclose(
    *,
    case_id: int,
    what: str,
    reason: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> Case:
    """Record that somebody looks at the telephone number (PHONE) or the whole text (TEXT) of a matter, and why.

    What they look at is not recorded. Raises Refusal "gone", "closed", "forbidden", "input", "too_many".
    """
    case = locked_case(case_id)
    if what == PHONE:
        roles = roles_of(actor, case)
        require_phone(roles, actor, case)
    else:
        roles = roles_of(actor, case, assignments(case))  # whoever had a matter may look back on it
        policy.require(roles, MAY_ASK)
    note = _reason(reason, note)
    require_room_today(actor, now)
    role = sorted(roles & (DEALING | MAY_ASK))[0]
    record.append(
        record.Entry(
            action=what,
            actor=actor,
            role=str(role),
            now=now,
            case=case,
            before=case.stage,
            note=note,
            data={"reason": reason, "shown": [[gettext_noop("为什么看"), REASONS[reason]]]},
        )
    )
    return case


def _reason(reason: str, note: str) -> str:
    """The words beside a reason; Refusal "input" when there is no reason, or "other" without words."""
    note = " ".join(masked(clean_text(note), CERTAIN).split())
    faults: dict[str, str] = {}
    if reason not in REASONS:
        faults["reason"] = gettext_noop("请选一个原因。")
    if reason == "other" and len(note) < 2:
        faults["note"] = gettext_noop("请写明原因。")
    if len(note) > LONGEST_NOTE:
        faults["note"] = gettext_noop("写得太长了，请缩短一些。")
    if faults:
        raise refused_inputs(faults)
    return note


def require_room_today(actor: Actor, now: datetime) -> None:
    """Raise Refusal "too_many" when the account has looked DAILY times today. Two at once take turns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"disclosure:{actor.key}"])
    if looks_today(actor, now) >= DAILY:
        raise Refusal(
            "too_many",
            gettext_noop("您今天已经看过 %(most)s 次，明天再看。急事请本级协调人来看。"),
            {"most": str(DAILY)},
        )


# the actions stand in the text, so that the partial index serves whatever plan the database keeps
_TODAY = "SELECT count(*) FROM engine_event WHERE action IN ('phone_seen', 'text_seen') AND actor = %s AND day = %s"
_LOOKS = """
SELECT e.id, e.at, e.actor_name, e.role, e.action, e.data->>'reason', e.note, c.year, c.id, r.name
FROM engine_event e JOIN engine_case c ON c.id = e.case_id JOIN directory_region r ON r.code = c.region_id
WHERE e.action IN ('phone_seen', 'text_seen') AND c.region_id LIKE ANY(%s) AND e.id < %s
ORDER BY e.id DESC LIMIT %s
"""


def looks_today(actor: Actor, now: datetime) -> int:
    """How often an account has looked at something masked today."""
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, [actor.key, local_day(now)])
        return int(cursor.fetchone()[0])


def looks(actor: Actor, *, before: str = "") -> tuple[list[Looked], str]:
    """One page of who looked at what, newest first, within the auditor's scope, and the cursor of the next page."""
    scopes = [f"{hold.scope}%" for hold in actor.holds if hold.role is Role.AUDITOR]
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [scopes, _cursor(before), PAGE + 1])
        found = cursor.fetchall()
    rows = [Looked(*row[1:]) for row in found[:PAGE]]
    return rows, str(found[PAGE - 1][0]) if len(found) > PAGE else ""


def _cursor(before: str) -> UUID:
    """The id that a page begins below; what is none is the newest."""
    try:
        return UUID(before)
    except ValueError:
        return UUID(int=(1 << 128) - 1)
