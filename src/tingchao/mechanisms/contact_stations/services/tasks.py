"""Handing core tasks down to a whole network: asked for in one press, opened one by one, each only once a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from tingchao.core.limits import Limit, Unit
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Region, Station
from tingchao.directory.selectors import actor_for
from tingchao.engine import record
from tingchao.engine.models import Case
from tingchao.engine.services import case_open
from tingchao.engine.timing import local_day
from tingchao.mechanisms.contact_stations.models import CoreTask, TaskSet
from tingchao.mechanisms.contact_stations.procedure import CORE_TASKS
from tingchao.mechanisms.contact_stations.rules import MOST_TASKS, Item, submission_of
from tingchao.mechanisms.contact_stations.stages import HANDED_DOWN

STREAM = "contact_stations"
BATCH = 100
"""Tasks opened in one piece of work, about a second."""

NONE = gettext_noop("一项任务也没有选。")
TOO_MANY = gettext_noop("一次最多布置 40 项。")
NOWHERE = gettext_noop("这个范围里没有这类站点，请换个范围。")
NOT_YOURS = gettext_noop("核心任务由总站（人大工作人员）布置，请联系您的人大工作机构。")


def require_head(actor: Actor, region_code: str) -> None:
    """Raise Refusal "forbidden" unless the actor hands tasks down in a region."""
    if not any(hold.role is Role.CLERK and region_code.startswith(hold.scope) for hold in actor.holds):
        raise Refusal("forbidden", NOT_YOURS)


@transaction.atomic
def tasks_hand_down(
    *,
    title: str,
    year: int,
    region: Region,
    items: Sequence[Item],
    stations: Sequence[Station],
    actor: Actor,
    now: datetime,
) -> TaskSet:
    """Ask that every station is handed every task. The set is noted at once; the tasks are opened by the worker."""
    require_head(actor, region.pk)
    title = " ".join(clean_text(title).split())[:60]
    if not items or len(items) > MOST_TASKS:
        raise Refusal("input", TOO_MANY if items else NONE)
    if not stations:
        raise refused_inputs({"place": NOWHERE})
    if len(title) < 4:
        raise refused_inputs({"title": gettext_noop("请写这次布置的名称，4 个字以上。")})
    unique = {item.key: item for item in items}
    rows = [
        {"key": one.key, "title": one.title, "text": one.text, "due": one.due_on.isoformat()}
        for one in unique.values()
    ]
    made = TaskSet.objects.create(
        title=title,
        year=year,
        region=region,
        items=rows,
        stations=[station.pk for station in stations],
        asked_by_id=actor.id or 0,
        asked_at=now,
    )
    entry = record.Entry(
        action="tasks.handed_down",
        actor=actor,
        role=str(Role.CLERK),
        now=now,
        data={
            "set": made.pk,
            "title": title,
            "tasks": [row["title"] for row in rows],
            "stations": len(stations),
        },
    )
    record.append_to_stream(entry, stream=STREAM)
    return made


def tasks_continue(*, now: datetime, most: int = BATCH) -> bool:
    """Open the next tasks of the oldest set that waits; False when none does.

    Each task is a transaction of its own, and known by year, title and station: a worker that is killed or a set
    that is handed down twice makes none twice.
    """
    with transaction.atomic():
        waiting = TaskSet.objects.select_for_update(skip_locked=True, of=("self",))
        row = waiting.select_related("asked_by").filter(state=TaskSet.State.WAITING).order_by("id").first()
        if row is None:
            return False
        try:
            _some(row, most, now)
        except Refusal as refusal:
            row.state, row.fault = TaskSet.State.FAILED, refusal.message[:200]
        row.save(update_fields=["done", "opened", "state", "fault"])
    return True


def _some(row: TaskSet, most: int, now: datetime) -> None:
    actor = actor_for(row.asked_by, now)
    places = range(row.done, min(row.done + most, row.total))
    pairs = [(row.stations[place // len(row.items)], row.items[place % len(row.items)]) for place in places]
    stations = Station.objects.in_bulk({station for station, _ in pairs})
    keys = {submission_of(row.year, item["key"], station) for station, item in pairs}
    known = set(Case.objects.filter(submission__in=keys).values_list("submission", flat=True))
    for station_id, item in pairs:
        station = stations.get(station_id)
        key = submission_of(row.year, item["key"], station_id)
        if station is not None and station.active and key not in known:
            row.opened += _opened(row, station, item, key, actor, now)
        row.done += 1
    if row.done >= row.total:
        row.state = TaskSet.State.DONE


def _opened(
    row: TaskSet, station: Station, item: dict[str, str], key: str, actor: Actor, now: datetime
) -> int:
    """Open one task; 0 when somebody else did meanwhile."""
    try:
        with transaction.atomic():
            case_open(
                procedure=CORE_TASKS,
                title=item["title"],
                text=item["text"],
                region_code=station.region_id,
                station_id=station.pk,
                channel="handed",
                raised_by=actor.name[:40],
                actor=actor,
                now=now,
                submission=key,
                limit=limit_until(date.fromisoformat(item["due"]), local_day(now)),
                beside=lambda case: CoreTask(case=case, task_set=row, item=item["key"]),
            )
    except IntegrityError:
        return 0
    return 1


def limit_until(day: date, today: date, source: str = HANDED_DOWN) -> Limit:
    """The limit whose last day is `day`, or the working day after it; at least one day."""
    return Limit(max(1, (day - today).days), Unit.DAY, source)
