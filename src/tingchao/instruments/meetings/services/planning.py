"""A year's turns at one station: proposed, changed by hand, accepted. Accepting makes the gatherings, once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from tingchao.core.gatherings import announced_late
from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.core.turns import LEAST, Clash, Rhythm, days_of, propose
from tingchao.core.turns import Turn as Taken
from tingchao.directory.actors import Actor, valid_on
from tingchao.directory.models import Deputy, Station
from tingchao.directory.selectors import working_calendar
from tingchao.engine import record
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.kinds import kind_get, kinds
from tingchao.instruments.meetings.models import Attendee, Meeting, Plan, Turn
from tingchao.instruments.meetings.plans import conflicts_of, people_of
from tingchao.instruments.meetings.policy import require_organiser
from tingchao.instruments.meetings.services.calling import Called, meeting_announce, meeting_create
from tingchao.instruments.meetings.services.inviting import Invited, attendees_invite, attendees_remove
from tingchao.instruments.meetings.writing import day_of, days_ahead

DUTY = gettext_noop("接待")
MOST_TURNS = 12
MOST_ROOM = 50

NO_PLAN = gettext_noop("没有找到这个计划，请回到列表看看。")
BAD_YEAR = gettext_noop("只能排今年和明年的。")
BAD_RHYTHM = gettext_noop("请选每月第几个星期几。")
BAD_TIMES = gettext_noop("结束时间要在开始时间之后。")
BAD_LEAST = gettext_noop("每名代表一年 2 到 12 次；接待制度要求至少 2 次。")
BAD_ROOM = gettext_noop("每次几名代表，填 1 到 50；不限就留空。")
CLOSED = gettext_noop("这个站点已经关闭，不能排计划。")
NOBODY = gettext_noop("这个站点还没有在任的代表，请系统管理员先让代表进站。")
NOT_THIS_YEAR = gettext_noop("请选这一年里还没有过去的一天。")
IN_THE_PAST = gettext_noop("已经过去的轮次不能改。")
NOT_SERVING = gettext_noop("这位代表那天不在任，请另选一天或另选一位。")
ALREADY = gettext_noop("这位代表那天已经排上了。")
STILL_CLASHES = gettext_noop("还有排不通的地方，请先改好标红的几处再定。")

STOPS = frozenset({Clash.TERM, Clash.CLOSED, Clash.HOLIDAY})
"""With these a plan is not accepted; the others are shown and may stand."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for of a plan; see models.Plan."""

    year: int
    weekday: int
    nth: int
    begins: time
    ends: time
    least: int = LEAST
    room: int | None = None
    kind: str = "reception"

    def faults(self, today: date) -> dict[str, str]:
        """What is wrong, by field."""
        wrong = {
            "kind": (self.kind not in kinds(), BAD_RHYTHM),
            "year": (self.year not in (today.year, today.year + 1), BAD_YEAR),
            "nth": (not (0 <= self.weekday <= 6 and 1 <= self.nth <= 5), BAD_RHYTHM),
            "ends": (self.ends <= self.begins, BAD_TIMES),
            "least": (not LEAST <= self.least <= MOST_TURNS, BAD_LEAST),
            "room": (self.room is not None and not 1 <= self.room <= MOST_ROOM, BAD_ROOM),
        }
        return {key: words for key, (is_wrong, words) in wrong.items() if is_wrong}


@dataclass(frozen=True, slots=True)
class Changed:
    """What proposing again changed: turns that are new, turns that are gone, and who is short of how many."""

    added: tuple[Taken, ...]
    removed: tuple[Taken, ...]
    short: dict[int, int]


@transaction.atomic
def plan_propose(*, station: Station, asked: Asked, actor: Actor, now: datetime) -> tuple[Plan, Changed]:
    """Propose the turns of a year at a station, or propose them again.

    Turns set by hand and turns whose gathering is called stand, unless their deputy is not in office on that day any
    more; nothing is there twice. Raises Refusal "input", "forbidden".
    """
    role = require_organiser(actor, kind_get("reception"), station.region_id)
    today = local_day(now)
    faults = asked.faults(today)
    if not station.active:
        faults["station"] = CLOSED
    if faults:
        raise refused_inputs(faults)
    plan = _plan_locked(station, asked, now)
    people = people_of(plan)
    if not people:
        raise refused_inputs({"station": NOBODY})
    rhythm = Rhythm(asked.weekday, asked.nth)
    days = days_of(asked.year, rhythm, working_calendar(), after=today)
    before = list(plan.turns.select_related("meeting"))
    kept = [
        Taken(one.day, one.deputy_id) for one in before if one.fixed or one.meeting_id or one.day <= today
    ]
    proposal = propose(people, days, least=asked.least, kept=kept)
    changed = _take_over(plan, before, proposal.turns, today)
    changed = Changed(changed.added, changed.removed, dict(proposal.short))
    _record(plan, "propose", changed, actor=actor, role=role, now=now)
    return plan, changed


def _plan_locked(station: Station, asked: Asked, now: datetime) -> Plan:
    values = {
        "weekday": asked.weekday,
        "nth": asked.nth,
        "begins": asked.begins,
        "ends": asked.ends,
        "least": asked.least,
        "room": asked.room,
        "proposed_at": now,
    }
    plan, made = Plan.objects.select_for_update(no_key=True).get_or_create(
        station=station, kind=asked.kind, year=asked.year, defaults=values
    )
    if not made:
        for name, value in values.items():
            setattr(plan, name, value)
        plan.save()
    return plan


def _take_over(plan: Plan, before: Sequence[Turn], turns: Iterable[Taken], today: date) -> Changed:
    """Bring the rows to what was proposed; those of days that are over stay as they are."""
    wanted = set(turns)
    there = {Taken(one.day, one.deputy_id): one for one in before}
    gone = [key for key in there if key not in wanted and key.day > today]
    fresh = sorted(wanted - set(there))
    Turn.objects.filter(pk__in=[there[key].pk for key in gone]).delete()
    Turn.objects.bulk_create(Turn(plan=plan, deputy_id=one.person, day=one.day) for one in fresh)
    return Changed(tuple(fresh), tuple(sorted(gone)), {})


def _record(
    plan: Plan, action: str, changed: Changed, *, actor: Actor, role: Role, now: datetime, **more: JSON
) -> None:
    data: dict[str, JSON] = {
        "added": [[one.person, one.day.isoformat()] for one in changed.added],
        "removed": [[one.person, one.day.isoformat()] for one in changed.removed],
        **more,
    }
    entry = record.Entry(action=f"plan.{action}", actor=actor, role=str(role), now=now, data=data)
    record.append_to_stream(entry, stream=f"plan:{plan.pk}")


# --- by hand ----------------------------------------------------------------------------------------------


def _organised(plan_id: int, actor: Actor) -> tuple[Plan, Role]:
    near = Plan.objects.select_for_update(no_key=True, of=("self",)).select_related("station")
    plan = near.filter(pk=plan_id).first()
    if plan is None:
        raise Refusal("gone", NO_PLAN)
    return plan, require_organiser(actor, kind_get(plan.kind), plan.station.region_id)


@transaction.atomic
def turn_set(
    *,
    plan_id: int,
    deputy_id: int,
    day: date | None,
    actor: Actor,
    now: datetime,
    instead_of: date | None = None,
) -> Plan:
    """Set a turn by hand: on `day`, moved there from `instead_of`, or taken away where `day` is None.

    It stays when the plan is proposed again. Clashes that people may want, e.g. a full day, are shown and not refused.
    Raises Refusal "input" for a day that is over or outside the year, or on which the deputy does not serve.
    """
    plan, role = _organised(plan_id, actor)
    today = local_day(now)
    if instead_of is not None and instead_of <= today:
        raise refused_inputs({"day": IN_THE_PAST})
    if day is not None:
        _require_day(plan, deputy_id, day, today)
    old = plan.turns.filter(deputy_id=deputy_id, day=instead_of).first() if instead_of else None
    removed = (Taken(old.day, deputy_id),) if old is not None else ()
    if old is not None:
        old.delete()
    if day is not None:
        Turn.objects.create(plan=plan, deputy_id=deputy_id, day=day, fixed=True)
    added = (Taken(day, deputy_id),) if day is not None else ()
    _record(plan, "set", Changed(added, removed, {}), actor=actor, role=role, now=now)
    return plan


def _require_day(plan: Plan, deputy_id: int, day: date, today: date) -> None:
    if day.year != plan.year or day <= today:
        raise refused_inputs({"day": NOT_THIS_YEAR})
    deputy = Deputy.objects.filter(pk=deputy_id, station_id=plan.station_id).first()
    if deputy is None or not valid_on(deputy.since, deputy.until, day):
        raise refused_inputs({"deputy": NOT_SERVING})
    if plan.turns.filter(deputy_id=deputy_id, day=day).exists():
        raise refused_inputs({"day": ALREADY})


# --- accepting --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting a plan did: gatherings called, people put on lists and taken off, gatherings that are now so
    near that announcing them needs a reason."""

    created: int
    invited: int
    removed: int
    late: int


@transaction.atomic
def plan_accept(*, plan_id: int, actor: Actor, now: datetime) -> Accepted:
    """Make the plan hold: one gathering for each day to come, its deputies invited, announced where there is time.

    Accepted again, only what changed since is done: new turns are invited, turns that are gone are taken off.
    Raises Refusal "not_here" while somebody is on a day on which they, or the station, are not there.
    """
    plan, role = _organised(plan_id, actor)
    if any(one.clash in STOPS for one in conflicts_of(plan, after=local_day(now))):
        raise Refusal("not_here", STILL_CLASHES)
    today, created, invited, removed = local_day(now), 0, 0, 0
    by_day: dict[date, list[Turn]] = {}
    for turn in plan.turns.filter(day__gt=today).select_related("deputy", "meeting").order_by("day", "id"):
        by_day.setdefault(turn.day, []).append(turn)
    for day, turns in by_day.items():
        meeting, made = _meeting_on(plan, day, actor, now)
        created += made
        invited += _invite(meeting, turns, actor, now)
    for meeting in plan.meetings.filter(starts_at__gt=now).exclude(state=Meeting.State.CANCELLED):
        removed += _take_off(meeting, actor, now)
    late = _announce(plan, actor, now)
    plan.accepted_at = now
    plan.save(update_fields=["accepted_at"])
    told = Accepted(created, invited, removed, late)
    more: dict[str, JSON] = {"created": created, "invited": invited, "taken_off": removed}
    _record(plan, "accept", Changed((), (), {}), actor=actor, role=role, now=now, **more)
    return told


def _meeting_on(plan: Plan, day: date, actor: Actor, now: datetime) -> tuple[Meeting, int]:
    """The gathering of that day of the plan, wherever it was moved since; made when there is none."""
    turns = plan.turns.filter(day=day, meeting__isnull=False).exclude(meeting__state=Meeting.State.CANCELLED)
    turn = turns.select_related("meeting").first()
    if turn is not None and turn.meeting is not None:
        return turn.meeting, 0
    for one in plan.meetings.exclude(state=Meeting.State.CANCELLED).filter(starts_at__gt=now):
        if day_of(one) == day:
            return one, 0
    kind = kind_get(plan.kind)
    called = Called(
        kind=kind.key,
        title=f"{plan.station.name[:40]}{kind.label}",
        starts_at=datetime.combine(day, plan.begins, ZONE),
        ends_at=datetime.combine(day, plan.ends, ZONE),
        station=plan.station,
    )
    return meeting_create(called=called, actor=actor, now=now, plan=plan), 1


def _invite(meeting: Meeting, turns: Sequence[Turn], actor: Actor, now: datetime) -> int:
    Turn.objects.filter(pk__in=[one.pk for one in turns]).update(meeting=meeting)
    invited = Invited(deputies=[one.deputy for one in turns], duty=DUTY)
    return attendees_invite(meeting_id=meeting.pk, invited=invited, actor=actor, now=now)


def _take_off(meeting: Meeting, actor: Actor, now: datetime) -> int:
    """Take those off the list who were on turn and are not any more."""
    on_turn = meeting.turns.values("deputy_id")
    gone = meeting.attendees.filter(part=Attendee.Part.DEPUTY, duty=DUTY).exclude(deputy_id__in=on_turn)
    return attendees_remove(
        meeting_id=meeting.pk, attendee_ids=list(gone.values_list("pk", flat=True)), actor=actor, now=now
    )


def _announce(plan: Plan, actor: Actor, now: datetime) -> int:
    """Announce what there is time for; how many are left for which a reason must be given."""
    late = 0
    for meeting in plan.meetings.filter(state=Meeting.State.PLANNED, starts_at__gt=now):
        if announced_late(kind_get(plan.kind), days_ahead(meeting.starts_at, now)):
            late += 1
            continue
        meeting_announce(meeting_id=meeting.pk, actor=actor, now=now)
    return late
