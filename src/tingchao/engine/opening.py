"""How a matter begins, by whichever path: who may raise it, its row at the first stage, its first event."""

from __future__ import annotations

from datetime import datetime

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.ledger import GENESIS
from tingchao.core.limits import Clock, Limit
from tingchao.core.procedure import Procedure
from tingchao.core.roles import Role
from tingchao.directory.actors import Actor
from tingchao.engine import effects, notices, policy, record, timing
from tingchao.engine.models import Case
from tingchao.engine.search import words_of


def opening_role(procedure: Procedure, actor: Actor, region_code: str, lead_id: int | None) -> Role:
    """The role under which somebody raises a matter; Refusal "forbidden" when they may not."""
    roles = policy.roles_to_open(actor, region_code)
    if procedure.raiser is not Role.HANDLER or Role.SYSTEM in roles:
        return policy.require(roles, policy.OPENS)
    return policy.require(policy.roles_for_body(actor, region_code, lead_id), {Role.HANDLER})


def case_draft(
    *,
    procedure: Procedure,
    title: str,
    text: str,
    region_code: str,
    channel: str,
    raised_by: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
    place: str = "",
    station_id: int | None = None,
    submission: str | None = None,
    simulated: bool = False,
    limit: Limit | None = None,
) -> Case:
    """A matter at the first stage of its procedure, not yet in the database."""
    case = Case(
        procedure=procedure.key,
        year=timing.local_day(now).year,
        title=title,
        text=text,
        place=place,
        region_id=region_code,
        station_id=station_id,
        channel=channel,
        raised_by=raised_by,
        submission=submission,
        simulated=simulated,
        opened_at=now,
        brought_by=actor.key,
        head=GENESIS,
    )
    timing.enter_stage(case, procedure.first, now=now, calendar=calendar)
    if limit is not None:
        timing.set_clock(case, Clock(start=timing.local_day(now), limit=limit), calendar=calendar)
    return case


def opening_entry(
    case: Case, procedure: Procedure, *, actor: Actor, role: Role, now: datetime
) -> record.Entry:
    """What is recorded when a matter is opened, by whichever path."""
    return record.Entry(
        action="open",
        actor=actor,
        role=str(role),
        now=now,
        case=case,
        data={"channel": case.channel, "text": record.text_digest(case), "files": []},
        facts=[effects.fact_of(rule, case, detail=case.channel) for rule in procedure.opening_facts],
        notices=notices.to_duty_holder(case, procedure.first, "arrived"),
        found_by=[words_of(case)],
    )
