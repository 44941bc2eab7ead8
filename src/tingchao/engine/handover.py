"""Open work of a body that is switched off, a station that closes or a deputy whose term ends: where it goes.

Each matter is handed over in a transaction of its own, with its own event, notices and unchanged clock. So a handover
that broke off is simply begun again: what was handed over already is not there any more. Only when nothing is left is
the body, station or term closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from tingchao.core.closure.walk import walk
from tingchao.core.ledger import JSON
from tingchao.core.procedure import Procedure
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.codes import scope_of
from tingchao.directory.models import Body, Deputy, Station
from tingchao.directory.policy import require_directory
from tingchao.directory.selectors import deputies_for, successors_of, working_calendar
from tingchao.engine import notices, record, timing
from tingchao.engine.changes import change_append, role_of, row_locked
from tingchao.engine.hanging import hung_ahead, hung_settle
from tingchao.engine.models import Assignment, Case
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import locked_case
from tingchao.engine.timing import local_day

BATCH = 300
"""Matters handed over by one call, some seconds' work."""

SHOWN = 25

TO_LIAISON = gettext_noop("退回联络员安排")
NOT_THEIRS = gettext_noop("接手的单位管不到这件事所在的地方，或者不是同类机关，请另选。")


@dataclass(frozen=True, slots=True)
class OpenWork:
    """The open matters of a body, station or deputy: how many, and the first of them."""

    count: int
    first: list[Case]


@dataclass(slots=True)
class Handed:
    """What a call handed over, what is left, and (number, why) of those that could not be handed over that way."""

    done: int = 0
    left: int = 0
    stuck: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Move:
    """From whom to whom matters go; to nobody is back to the liaison, or out of the follow-up group."""

    of: int
    to: int | None
    to_name: str
    now: datetime


def open_work(kind: str, pk: int) -> OpenWork:
    """The open matters that a body leads or joins, a station heard, or a deputy follows."""
    ids = _open_ids(kind, pk)
    return OpenWork(len(ids), list(Case.objects.filter(pk__in=ids[:SHOWN]).order_by("pk")) if ids else [])


def _open_ids(kind: str, pk: int) -> list[int]:
    cases = Case.objects.filter(closed_at__isnull=True)
    if kind == "stations":
        return list(cases.filter(station_id=pk).order_by("pk").values_list("pk", flat=True))
    running = Assignment.objects.filter(ended_at__isnull=True, case__closed_at__isnull=True)
    mine = running.filter(body_id=pk) if kind == "bodies" else running.filter(deputy_id=pk)
    found = set(mine.values_list("case_id", flat=True))
    if kind == "bodies":
        found |= set(cases.filter(lead_id=pk).values_list("pk", flat=True))
    return sorted(found)


def work_hand_over(
    *, kind: str, of: int, to: int | None, reason: str, actor: Actor, now: datetime, most: int = BATCH
) -> Handed:
    """Hand up to `most` open matters over to a successor of the same kind, or with None back to the liaison.

    A matter that the successor may not have, or that cannot be without one, stays where it is and is named.
    """
    row = _MODELS[kind].objects.filter(pk=of).first()
    successor = None if to is None else _MODELS[kind].objects.filter(pk=to).first()
    if row is None or (to is not None and (successor is None or to == of)):
        raise Refusal("gone", gettext_noop("请另选一个接手的，不能是它自己。"))
    require_directory(actor, row.region_id)
    move = Move(of, to, TO_LIAISON if successor is None else successor.name, now)
    ids, handed = _open_ids(kind, of), Handed()
    for case_id in ids:
        if handed.done == most:
            break
        try:
            handed.done += _hand_over(kind, case_id, move, reason, actor)
        except Refusal as refusal:
            number = Case.objects.get(pk=case_id).number
            handed.stuck.append((number, refusal.message))
    handed.left = len(ids) - handed.done
    return handed


_MODELS: dict[str, type[Body] | type[Station] | type[Deputy]] = {
    "bodies": Body,
    "stations": Station,
    "deputies": Deputy,
}


@transaction.atomic
def _hand_over(kind: str, case_id: int, move: Move, reason: str, actor: Actor) -> bool:
    """One matter; False when it went elsewhere in the meantime."""
    case = locked_case(case_id)
    entry = record.Entry(
        action="reassigned",
        actor=actor,
        role=role_of(actor),
        now=move.now,
        case=case,
        before=case.stage,
        note=reason,
    )
    shown: list[JSON] = [[gettext_noop("交给"), move.to_name]]
    entry.data = {"kind": kind, "from": move.of, "to": move.to, "shown": shown}
    changed = None if case.closed_at is not None else _GOES[kind](case, move, entry)
    if changed is None:
        return False
    entry.notices.append(notices.notice(notices.to_role(Role.LIAISON, case.region_id), "reassigned"))
    record.append(entry, changed=changed)
    return True


Goes = Callable[[Case, Move, record.Entry], "tuple[str, ...] | None"]
"""Hands the locked matter over; returns the attributes it changed, None when there was nothing to hand over."""


def _body_goes(case: Case, move: Move, entry: record.Entry) -> tuple[str, ...] | None:
    running = list(case.assignments.filter(ended_at__isnull=True))
    mine = [one for one in running if one.body_id == move.of]
    leads = case.lead_id == move.of
    if not mine and not leads:
        return None
    if move.to is not None and not _may_take_over(case, move.of, move.to):
        raise Refusal("input", NOT_THEIRS)
    theirs = [one for one in running if one.body_id is not None and one.body_id == move.to]
    ending = [one.pk for one in (*mine, *(theirs if leads else ()))]
    case.assignments.filter(pk__in=ending).update(ended_at=move.now)
    if not leads:
        entry.action = "reassigned.joint"
        if move.to is not None and not theirs:
            _assign(case, "joint", move, entry)
        return ()
    if move.to is None:
        return _back_to_liaison(case, move, entry)
    case.lead_id = move.to
    _assign(case, "lead", move, entry)
    entry.said = f"这件事改由{move.to_name}接着办，答复您的日子不变。"
    entry.notices.append(notices.notice(notices.TO_REPORTER, "moved"))
    return ("lead",)


def _may_take_over(case: Case, of: int, to: int) -> bool:
    return successors_of(Body.objects.get(pk=of), case.region_id).filter(pk=to).exists()


def _assign(case: Case, kind: str, move: Move, entry: record.Entry) -> None:
    assert move.to is not None
    deputy = kind not in ("lead", "joint")
    who = {"deputy_id": move.to} if deputy else {"body_id": move.to}
    Assignment.objects.create(case=case, kind=kind, assigned_at=move.now, due_on=case.due_on, **who)
    address = notices.to_deputy(move.to) if deputy else notices.to_body(move.to)
    entry.notices.append(notices.notice(address, "reassigned"))


def _back_to_liaison(case: Case, move: Move, entry: record.Entry) -> tuple[str, ...]:
    """Without a lead: where a body must act, to the stage that handing back leads to, without counting as such."""
    procedure = procedure_get(case.procedure)
    case.lead_id = None
    entry.said = "原来的承办单位有变动，这件事重新安排，定了由谁办马上告诉您。"
    entry.notices.append(notices.notice(notices.TO_REPORTER, "moved"))
    if case.duty != Role.HANDLER:
        _require_proved(case, procedure)
        return ("lead",)
    back = next((action for action in procedure.leaving(case.stage) if action.hands_back), None)
    if back is None:
        raise Refusal("input", NEEDS_SUCCESSOR)
    timing.enter_stage(case, procedure.stage(back.reaches), now=move.now, calendar=working_calendar())
    case.assignments.filter(ended_at__isnull=True, kind="joint").update(ended_at=move.now)
    case.assignments.filter(ended_at__isnull=True).update(due_on=case.due_on)
    _require_proved(case, procedure)
    return (*timing.STAGE_FIELDS, "lead")


def _station_goes(case: Case, move: Move, entry: record.Entry) -> tuple[str, ...] | None:
    if case.station_id != move.of:
        return None
    if move.to is not None:
        there = Station.objects.get(pk=move.to)
        if not there.active or not case.region_id.startswith(scope_of(there.region_id)[:9]):
            raise Refusal("input", gettext_noop("接手的站点管不到这件事所在的地方，请另选。"))
    entry.action = "reassigned.station"
    case.station_id = move.to
    return ("station",)


def _deputy_goes(case: Case, move: Move, entry: record.Entry) -> tuple[str, ...] | None:
    running = list(case.assignments.filter(ended_at__isnull=True, deputy__isnull=False))
    kinds = {one.kind for one in running if one.deputy_id == move.of}
    if not kinds:
        return None
    entry.action = "reassigned.deputy"
    case.assignments.filter(ended_at__isnull=True, deputy_id=move.of).update(ended_at=move.now)
    if move.to is None:
        _require_proved(case, procedure_get(case.procedure))
        return ()
    if not deputies_for(case.region_id, local_day(move.now)).filter(pk=move.to).exists():
        raise Refusal("input", gettext_noop("接手的代表不在这里任职，请另选。"))
    for kind in sorted(kinds - {one.kind for one in running if one.deputy_id == move.to}):
        _assign(case, kind, move, entry)
    return ()


_GOES: dict[str, Goes] = {"bodies": _body_goes, "stations": _station_goes, "deputies": _deputy_goes}

NEEDS_SUCCESSOR = gettext_noop("这一环节一定要有人承办，不能退回，请选一个接手的。")


def _require_proved(case: Case, procedure: Procedure) -> None:
    """Raise Refusal "input" when the matter would stand where no law was proved that it finds its way to an end.

    With deputies following, more people may act than without: what was proved without them holds with them.
    """
    followed = case.assignments.filter(ended_at__isnull=True, kind="follow_up").exists()
    proved, led = _proved(procedure.key), case.lead_id is not None
    if not any((case.stage, case.returns, led, some) in proved for some in {followed, False}):
        raise Refusal("input", NEEDS_SUCCESSOR)


@lru_cache(maxsize=64)
def _proved(procedure_key: str) -> frozenset[tuple[str, int, bool, bool]]:
    found = walk(procedure_get(procedure_key)).moves
    return frozenset((one.stage, one.returns, one.led, one.followed) for one in found)


@transaction.atomic
def hung_hand_over(
    *, of: int, to: int | None, moves: Mapping[str, bool], reason: str, actor: Actor, now: datetime
) -> int:
    """Settle what lies ahead at a station: each key of `moves` goes to the successor, or is called off; how many.

    Raises Refusal "input" where something is to move and no successor was named, "forbidden".
    """
    successor = Station.objects.filter(pk=to).first() if to is not None else None
    if any(moves.values()) and successor is None:
        raise refused_inputs({"to": gettext_noop("请写明搬到哪个站点。")})
    for key, goes in moves.items():
        target = successor if goes else None
        hung_settle(key, of=of, to=target, reason=reason, actor=actor, now=now)
    return len(moves)


# --- closing ----------------------------------------------------------------------------------------------


@transaction.atomic
def body_close(*, body_id: int, reason: str, actor: Actor, now: datetime) -> Body:
    """Switch a body off; nothing is given to it any more. Refusal "work" while matters are open."""
    row = row_locked(Body, body_id)
    _close("bodies", row, reason, actor, now)
    return row


@transaction.atomic
def station_close(*, station_id: int, reason: str, actor: Actor, now: datetime) -> Station:
    """Close a station; its code leads to the home page. Refusal "work" while matters are open or gatherings ahead."""
    row = row_locked(Station, station_id)
    if Station.objects.filter(parent=row, active=True).exists():
        raise Refusal("work", gettext_noop("它下面还有在用的站点，请先把它们改到别的上级站点。"))
    if hung_ahead(station_id, now, 1):
        raise Refusal("work", gettext_noop("这里还有安排好的活动，请先说清每一场搬到哪里，还是取消。"))
    _close("stations", row, reason, actor, now)
    return row


def _close(kind: str, row: Body | Station, reason: str, actor: Actor, now: datetime) -> None:
    require_directory(actor, row.region_id)
    _require_done(kind, row.pk)
    if not row.active:
        return
    row.active = False
    row.save(update_fields=["active"])
    change_append(
        action=f"{row._meta.model_name}.close",
        row=row,
        changes={"active": [True, False]},
        region_code=row.region_id,
        actor=actor,
        now=now,
        note=reason,
    )


@transaction.atomic
def deputy_end(*, deputy_id: int, reason: str, actor: Actor, now: datetime) -> Deputy:
    """End a deputy's term as of today; the part of their account ends with it. Refusal "work" while matters are
    followed."""
    row = row_locked(Deputy, deputy_id)
    require_directory(actor, row.region_id)
    _require_done("deputies", row.pk)
    today, before = max(local_day(now), row.since), row.until
    if before is not None and before <= today:
        return row
    row.until = today
    row.save(update_fields=["until"])
    changes: dict[str, JSON] = {"until": ["" if before is None else before.isoformat(), today.isoformat()]}
    change_append(
        action="deputy.end",
        row=row,
        changes=changes,
        region_code=row.region_id,
        actor=actor,
        now=now,
        note=reason,
    )
    return row


def _require_done(kind: str, pk: int) -> None:
    if _open_ids(kind, pk):
        raise Refusal("work", gettext_noop("还有没办完的事，请先说清交给谁。"))
