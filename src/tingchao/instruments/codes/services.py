"""Giving out and ending codes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor, valid_on
from tingchao.directory.models import Deputy, Station
from tingchao.engine.changes import change_append
from tingchao.engine.models import Case
from tingchao.engine.timing import local_day
from tingchao.instruments.codes.models import Activity, Code
from tingchao.instruments.codes.policy import require_codes

Holder = Station | Deputy | Activity | Case

NO_STATION = gettext_noop("这位代表还没有进站，请系统管理员先给代表安排站点。")
NOT_IN_OFFICE = gettext_noop("这位代表现在不在任，不能发码。")
OVER = gettext_noop("这次活动已经结束，不能再发码。")
KEPT = gettext_noop("这件事已经办结，内容不公开，不再发码。")
MOST_DAYS = 366
"""Days that an activity's code may be good for."""


@transaction.atomic
def code_issue(
    *,
    actor: Actor,
    now: datetime,
    station: Station | None = None,
    deputy: Deputy | None = None,
    activity: Activity | None = None,
    case: Case | None = None,
) -> Code:
    """The code in force of one holder, made when there is none. What a person makes is recorded.

    Raises Refusal "forbidden" outside the actor's scope, "input" for a holder who takes no voices now.
    """
    holder = _one(station, deputy, activity, case)
    require_codes(actor, place_of_holder(holder), _kind(holder))
    _require_open(holder, local_day(now))
    code, made = _in_force(holder, now)
    if made and actor.kind != "system":
        _record("code.issue", code, holder, actor, now)
    return code


@transaction.atomic
def code_revoke(
    *,
    actor: Actor,
    now: datetime,
    station: Station | None = None,
    deputy: Deputy | None = None,
    activity: Activity | None = None,
    case: Case | None = None,
) -> Code:
    """End a holder's code, e.g. because its poster was copied elsewhere, and give out a new one."""
    holder = _one(station, deputy, activity, case)
    require_codes(actor, place_of_holder(holder), _kind(holder))
    _require_open(holder, local_day(now))
    Code.objects.filter(**_named(holder), revoked_at=None).update(revoked_at=now)
    code, _ = _in_force(holder, now)
    _record("code.revoke", code, holder, actor, now)
    return code


@transaction.atomic
def code_end(
    *,
    actor: Actor,
    now: datetime,
    station: Station | None = None,
    deputy: Deputy | None = None,
    activity: Activity | None = None,
    case: Case | None = None,
) -> None:
    """End a holder's code and give out no other; nothing happens when there is none in force."""
    holder = _one(station, deputy, activity, case)
    require_codes(actor, place_of_holder(holder), _kind(holder))
    code = Code.objects.select_for_update().filter(**_named(holder), revoked_at=None).first()
    if code is None:
        return
    code.revoked_at = now
    code.save(update_fields=["revoked_at"])
    _record("code.close", code, holder, actor, now)


@transaction.atomic
def activity_create(
    *, title: str, station: Station, day: date, last: date, actor: Actor, now: datetime
) -> Activity:
    """Enter an activity at a station and give out its code; `last` is the last day on which the code is good."""
    require_codes(actor, station.region_id)
    title = " ".join(clean_text(title).split())
    faults = {"title": _title_fault(title), "last": _days_fault(day, last, local_day(now))}
    if any(faults.values()):
        raise refused_inputs({key: fault for key, fault in faults.items() if fault})
    activity = Activity.objects.create(title=title, station=station, day=day, until=last + timedelta(days=1))
    code_issue(activity=activity, actor=actor, now=now)
    return activity


def _title_fault(title: str) -> str:
    if len(title) < 2:
        return gettext_noop("请写活动的名称。")
    return gettext_noop("名称写得太长了，60 个字以内就够。") if len(title) > 60 else ""


def _days_fault(day: date, last: date, today: date) -> str:
    if last < day:
        return gettext_noop("最后一天要在活动当天或以后。")
    if last < today:
        return gettext_noop("最后一天已经过去了，请重新选。")
    return gettext_noop("一个活动码最多用一年。") if (last - day).days > MOST_DAYS else ""


def _one(*holders: Holder | None) -> Holder:
    given = [holder for holder in holders if holder is not None]
    if len(given) != 1:
        raise ValueError("a code has one holder")
    return given[0]


def _named(holder: Holder) -> dict[str, Holder]:
    """The holder under the name of its column."""
    return {_kind(holder): holder}


def _kind(holder: Holder) -> str:
    return type(holder)._meta.model_name or ""


def place_of_holder(holder: Holder) -> str:
    """The region whose keepers give out the holder's code."""
    if isinstance(holder, Station | Case):
        return holder.region_id
    return holder.station.region_id if holder.station is not None else holder.region_id


def _require_open(holder: Holder, today: date) -> None:
    fault = ""
    if isinstance(holder, Deputy):
        fault = "" if holder.station_id else NO_STATION
        fault = fault if valid_on(holder.since, holder.until, today) else NOT_IN_OFFICE
    elif isinstance(holder, Activity) and holder.until <= today:
        fault = OVER
    elif isinstance(holder, Case) and holder.closed_at and holder.visibility != Case.Visibility.PUBLIC:
        fault = KEPT
    if fault:
        raise Refusal("input", fault)


def _in_force(holder: Holder, now: datetime) -> tuple[Code, bool]:
    return Code.objects.get_or_create(**_named(holder), revoked_at=None, defaults={"created_at": now})


def _record(action: str, code: Code, holder: Holder, actor: Actor, now: datetime) -> None:
    change_append(
        action=action,
        row=code,
        changes={},
        region_code=place_of_holder(holder),
        actor=actor,
        now=now,
        about=holder.number if isinstance(holder, Case) else str(holder),
    )


def code_scanned(*, code_id: int, day: date) -> None:
    """Count one scan of a code on `day`; of whoever scanned it nothing is kept. One SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO codes_scanday (code_id, day, scans) VALUES (%s, %s, 1)"
            " ON CONFLICT (code_id, day) DO UPDATE SET scans = codes_scanday.scans + 1",
            [code_id, day],
        )
