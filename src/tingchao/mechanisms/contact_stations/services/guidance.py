"""The head station's notes 远程指导, and the daily checks of a station 每日检查."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Region, Station
from tingchao.engine import record
from tingchao.engine.models import Case, Fact
from tingchao.engine.services import case_open
from tingchao.engine.timing import local_day
from tingchao.mechanisms.contact_stations.models import CheckList, DailyCheck, Guidance
from tingchao.mechanisms.contact_stations.procedure import GUIDANCE
from tingchao.mechanisms.contact_stations.rules import check_fault, checks_fault, due_day, guidance_fault
from tingchao.mechanisms.contact_stations.selectors.brain import check_items
from tingchao.mechanisms.contact_stations.services.tasks import limit_until, require_head

CHECKED = "station.checked"
KEEPS_STATION = (Role.LIAISON, Role.COORDINATOR)
NOT_YOURS = gettext_noop("每日检查由站里的联络员来记。")
OTHER_STATION = gettext_noop("这件事不是这个站的，请核对编号；不针对哪件事就留空。")
CHANGED = gettext_noop("检查的项目刚改过，请再看一遍。")
OK, AMISS = "ok", "amiss"


def guidance_give(
    *,
    station: Station,
    text: str,
    actor: Actor,
    now: datetime,
    due: str = "",
    about: Case | None = None,
    submission: str | None = None,
) -> Case:
    """Write a note to a station, on one of its matters or on the whole; it must be answered by `due` (an ISO day), or
    within five working days. The same `submission` is one note. Raises Refusal "forbidden", "input".
    """
    require_head(actor, station.region_id)
    text, today = clean_text(text), local_day(now)
    faults = {"text": guidance_fault(text)}
    if about is not None and about.station_id != station.pk:
        faults["about"] = OTHER_STATION
    try:
        limit = limit_until(due_day(due, today), today) if due else None
    except ValueError as fault:
        faults["due"] = str(fault)
    if any(faults.values()):
        raise refused_inputs({key: fault for key, fault in faults.items() if fault})
    try:
        return case_open(
            procedure=GUIDANCE,
            title=text.split("\n")[0][:40],
            text=text,
            region_code=station.region_id,
            station_id=station.pk,
            channel="handed",
            raised_by=actor.name[:40],
            actor=actor,
            now=now,
            submission=submission,
            limit=limit,
            beside=lambda case: Guidance(case=case, about=about),
        )
    except IntegrityError:
        known = Case.objects.filter(submission=submission).first() if submission else None
        if known is None:
            raise
        return known


# --- daily checks -----------------------------------------------------------------------------------------


def _require_keeper(actor: Actor, station: Station) -> Role:
    held = {
        hold.role
        for hold in actor.holds
        if hold.role in KEEPS_STATION and station.region_id.startswith(hold.scope)
    }
    if not held:
        raise Refusal("forbidden", NOT_YOURS)
    return min(held)


@transaction.atomic
def check_answer(
    *, station: Station, answers: Mapping[str, bool | None], note: str, actor: Actor, now: datetime
) -> DailyCheck:
    """Write down what was seen at a station today; written again on the same day it is put right, and is one day.

    `answers` say of each item whether it is in order. Raises Refusal "forbidden", "input" naming every item without an
    answer, and the note where something is amiss and it is not said what.
    """
    role = _require_keeper(actor, station)
    Station.objects.select_for_update(no_key=True).get(pk=station.pk)
    items, note, day = check_items(station.region_id), " ".join(clean_text(note).split()), local_day(now)
    if set(answers) != set(items):
        raise Refusal("moved_on", CHANGED)
    if faults := check_fault(answers, note):
        raise refused_inputs(faults)
    kept: list[JSON] = [{"item": item, "ok": bool(answers[item])} for item in items]
    before = DailyCheck.objects.filter(station=station, day=day).first()
    made = before or DailyCheck(station=station, day=day)
    facts = _facts(station, before, made, all(answers.values()))
    if before is not None and (before.answers, before.note) == (kept, note):
        return before
    made.answers, made.note, made.by, made.checked_at = kept, note, actor.name[:40], now
    made.save()
    data: dict[str, JSON] = {"day": day.isoformat(), "answers": kept, "note": note}
    entry = record.Entry(action="station.check", actor=actor, role=str(role), now=now, data=data, facts=facts)
    record.append_to_stream(entry, stream=_stream(station))
    return made


def _stream(station: Station) -> str:
    return f"station:{station.pk}"


def _facts(station: Station, before: DailyCheck | None, made: DailyCheck, ok: bool) -> list[Fact]:
    """One fact a day; a changed answer evens the old one out."""
    detail = OK if ok else AMISS
    if before is None:
        return [_fact(station, made, detail, 1)]
    was = AMISS if before.amiss else OK
    return [] if was == detail else [_fact(station, made, was, -1), _fact(station, made, detail, 1)]


def _fact(station: Station, made: DailyCheck, detail: str, amount: int) -> Fact:
    return Fact(
        kind=CHECKED,
        subject=_stream(station),
        day=made.day,
        region_id=station.region_id,
        station_id=station.pk,
        detail=detail,
        amount=amount,
    )


@transaction.atomic
def check_list_set(*, region: Region, items: Sequence[str], actor: Actor, now: datetime) -> CheckList:
    """Say what the stations of a place look at every day. Raises Refusal "forbidden", "input"."""
    require_head(actor, region.pk)
    lines = [line for line in (" ".join(clean_text(one).split()) for one in items) if line]
    if fault := checks_fault(lines):
        raise refused_inputs({"items": fault})
    row, _ = CheckList.objects.update_or_create(region=region, defaults={"items": lines, "changed_at": now})
    entry = record.Entry(
        action="checks.set",
        actor=actor,
        role=str(Role.CLERK),
        now=now,
        data={"region": region.pk, "items": list(lines)},
    )
    record.append_to_stream(entry, stream="contact_stations")
    return row
