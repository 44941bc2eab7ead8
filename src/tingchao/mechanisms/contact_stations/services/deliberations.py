"""Deliberations 议事: a topic, its gathering, what was decided, what those who took part think of the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from tingchao.core.ledger import JSON
from tingchao.core.privacy import masked
from tingchao.core.procedure import Rating
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor, reporter
from tingchao.directory.models import Station
from tingchao.directory.selectors import bodies_for
from tingchao.engine.models import Assignment, Case
from tingchao.engine.services import case_act, case_open, locked_case, roles_of
from tingchao.engine.timing import local_day
from tingchao.instruments.meetings.models import Attendee, CaseMeeting, Meeting
from tingchao.instruments.meetings.services import (
    Called,
    Invited,
    attendees_invite,
    case_tie,
    meeting_announce,
    meeting_create,
)
from tingchao.instruments.meetings.writing import append, locked, tell
from tingchao.mechanisms.contact_stations.models import Deliberation, DeliberationTask, Judgement
from tingchao.mechanisms.contact_stations.procedure import DELIBERATION_TASKS, DELIBERATIONS
from tingchao.mechanisms.contact_stations.rules import (
    JUDGES,
    MOST_DECIDED,
    Decided,
    enough,
    rating_of,
)
from tingchao.mechanisms.contact_stations.selectors import (
    asked_to_come,
    deliberation_about,
    votes_of,
    who_came,
    words_given,
)
from tingchao.mechanisms.contact_stations.services.raisers import raised_tell
from tingchao.mechanisms.contact_stations.services.tasks import limit_until
from tingchao.mechanisms.contact_stations.stages import DECIDED

BY_STATION = frozenset({Role.LIAISON, Role.COORDINATOR})

NOT_YOURS = gettext_noop("议题由站点的联络员或者协调人提，请找他们。")
ENDED = gettext_noop("这件事已经办结了，要议请先重新打开，或者另提一个议题。")
NO_TITLE = gettext_noop("议什么，写 4 到 60 个字。")
NO_TEXT = gettext_noop("说清是怎么回事，10 到 2000 个字。")
NOT_DUE = gettext_noop("现在还用不上这一步，请按页面上的顺序来。")
NO_BODY = gettext_noop("这个单位现在不能承办，请另选一个。")
NO_TASK = gettext_noop("请至少写一项任务。")
MANY_TASKS = gettext_noop("一次议事最多定 20 项任务，请合并几项。")
NOT_THERE = gettext_noop("只有到会签到的人能评。")
NOT_NOW = gettext_noop("现在没有要评的结果；评过的结果已经记下了。")
NO_RATING = gettext_noop("请选满意、基本满意或者不满意。")
WHY_POOR = gettext_noop("不满意的，请写一句还差什么。")
BODY_DUTY = gettext_noop("有关单位")
CONVENES = gettext_noop("议事")


# --- the topic --------------------------------------------------------------------------------------------


@transaction.atomic
def deliberation_of_case(*, case_id: int, actor: Actor, now: datetime) -> Case:
    """Make a topic of a matter, tied both ways; pressed twice it is one. Raises Refusal "forbidden", "closed"."""
    about = locked_case(case_id)
    role = min(roles_of(actor, about) & BY_STATION, default=None)
    if role is None:
        raise Refusal("forbidden", NOT_YOURS)
    if (known := deliberation_about(about.pk)) is not None:
        return known.case
    if about.closed_at is not None:
        raise Refusal("closed", ENDED)
    made = case_open(
        procedure=DELIBERATIONS,
        title=masked(about.title),
        text=masked(about.text),
        place=about.place,
        region_code=about.region_id,
        station_id=about.station_id,
        channel="station",
        raised_by=actor.name[:40],
        actor=actor,
        now=now,
        simulated=about.simulated,
        beside=lambda case: Deliberation(case=case, about=about),
    )
    raised_tell(about, made, actor=actor, role=str(role), now=now)
    return made


@transaction.atomic
def deliberation_raise(
    *, title: str, text: str, station: Station, actor: Actor, now: datetime, submission: str | None = None
) -> Case:
    """Put a topic of one's own at a station; the same `submission` is one. Raises Refusal "input", "forbidden"."""
    if not any(hold.role in BY_STATION and station.region_id.startswith(hold.scope) for hold in actor.holds):
        raise Refusal("forbidden", NOT_YOURS)
    title, text = " ".join(clean_text(title).split()), clean_text(text)
    faults = {}
    if not 4 <= len(title) <= 60:
        faults["title"] = NO_TITLE
    if not 10 <= len(text) <= 2000:
        faults["text"] = NO_TEXT
    if faults:
        raise refused_inputs(faults)
    try:
        with transaction.atomic():
            return case_open(
                procedure=DELIBERATIONS,
                title=title,
                text=text,
                region_code=station.region_id,
                station_id=station.pk,
                channel="station",
                raised_by=actor.name[:40],
                actor=actor,
                now=now,
                submission=submission,
                beside=lambda case: Deliberation(case=case),
            )
    except IntegrityError:
        known = Case.objects.filter(submission=submission).first() if submission else None
        if known is None:
            raise
        return known


# --- the gathering ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Convened:
    """When and where people deliberate. `reason` is why it is announced later than three days ahead."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""
    local_name: str = ""
    places: int | None = None
    reason: str = ""


@transaction.atomic
def deliberation_call(*, case_id: int, convened: Convened, actor: Actor, now: datetime) -> Meeting:
    """Call and announce the gathering of a topic, with everybody on its list who was asked to come.

    Raises Refusal "not_here" at another stage, "forbidden", "input" with the faults of a gathering.
    """
    case = locked_case(case_id)
    deliberation = _at(case, "convening", actor)
    asked = asked_to_come(case)
    before = Meeting.objects.filter(submission__startswith=f"deliberation:{case.pk}:").count()
    meeting = meeting_create(
        called=Called(
            kind="deliberation",
            title=case.title[:60],
            starts_at=convened.starts_at,
            ends_at=convened.ends_at,
            station=case.station,
            place=convened.place or case.place,
            local_name=convened.local_name,
            about=masked(case.text),
            places=convened.places,
        ),
        actor=actor,
        now=now,
        region_code=case.region_id,
        submission=f"deliberation:{case.pk}:{before + 1}",
    )
    _invite(meeting, asked, actor, now)
    meeting = meeting_announce(meeting_id=meeting.pk, actor=actor, now=now, reason=convened.reason)
    _tie(deliberation, meeting, actor, now)
    deliberation.meeting = meeting
    deliberation.save(update_fields=["meeting"])
    case_act(case_id=case.pk, action="call", raw={}, actor=actor, now=now)
    return meeting


def _at(case: Case, stage: str, actor: Actor) -> Deliberation:
    if case.procedure != DELIBERATIONS.key or case.stage != stage:
        raise Refusal("not_here", NOT_DUE)
    if not roles_of(actor, case) & BY_STATION:
        raise Refusal("forbidden", NOT_YOURS)
    return Deliberation.objects.select_related("about", "meeting").get(pk=case.pk)


def _invite(meeting: Meeting, asked: Sequence[Assignment], actor: Actor, now: datetime) -> None:
    deputies = [one.deputy for one in asked if one.deputy is not None]
    bodies = [one.body for one in asked if one.body is not None]
    for invited in (
        Invited(deputies=deputies, duty=CONVENES) if deputies else None,
        Invited(bodies=bodies, duty=BODY_DUTY) if bodies else None,
    ):
        if invited is not None:
            attendees_invite(meeting_id=meeting.pk, invited=invited, actor=actor, now=now)


def _tie(deliberation: Deliberation, meeting: Meeting, actor: Actor, now: datetime) -> None:
    """A topic that came from a matter is that matter's problem, and its own loop is no second one."""
    topic, tie = CaseMeeting.Tie.TOPIC, CaseMeeting.Tie.LOOP
    if deliberation.about is not None:
        case_tie(meeting_id=meeting.pk, case=deliberation.about, actor=actor, now=now, tie=topic)
    own = tie if deliberation.about is not None else topic
    case_tie(meeting_id=meeting.pk, case=deliberation.case, actor=actor, now=now, tie=own, tells=False)


# --- what was decided -------------------------------------------------------------------------------------


@transaction.atomic
def deliberation_settle(
    *, case_id: int, conclusion: str, decided: Sequence[Decided], actor: Actor, now: datetime
) -> list[Case]:
    """Write down what was decided, with its tasks, each handed to its body at once. The tasks.

    Raises Refusal "not_here", "forbidden", "not_now" before the gathering has its minutes, "input".
    """
    case = locked_case(case_id)
    deliberation = _at(case, "deliberation", actor)
    made = _tasks(deliberation, decided, actor, now)
    case_act(case_id=case.pk, action="settle", raw={"conclusion": conclusion}, actor=actor, now=now)
    return made


@transaction.atomic
def deliberation_tasks_add(
    *, case_id: int, decided: Sequence[Decided], actor: Actor, now: datetime
) -> list[Case]:
    """Add tasks to a deliberation that is being followed up, or that goes on after a poor rating."""
    case = locked_case(case_id)
    stage = case.stage if case.stage in ("following", "convening") else "following"
    return _tasks(_at(case, stage, actor), decided, actor, now)


def _tasks(deliberation: Deliberation, decided: Sequence[Decided], actor: Actor, now: datetime) -> list[Case]:
    if not decided:
        raise refused_inputs({"tasks": NO_TASK})
    if deliberation.tasks.count() + len(decided) > MOST_DECIDED:
        raise refused_inputs({"tasks": MANY_TASKS})
    ids = {one.body_id for one in decided}
    known = set(bodies_for(deliberation.case.region_id).filter(pk__in=ids).values_list("pk", flat=True))
    faults = {f"row-{n}": NO_BODY for n, one in enumerate(decided) if one.body_id not in known}
    if faults:
        raise refused_inputs(faults)
    return [_task(deliberation, one, actor, now) for one in decided]


def _task(deliberation: Deliberation, one: Decided, actor: Actor, now: datetime) -> Case:
    """A matter of its own, due on its day, given to its body in the same transaction."""
    topic = deliberation.case
    made = case_open(
        procedure=DELIBERATION_TASKS,
        title=one.what[:60],
        text=one.what,
        place=topic.place,
        region_code=topic.region_id,
        station_id=topic.station_id,
        channel="meeting",
        raised_by=actor.name[:40],
        actor=actor,
        now=now,
        simulated=topic.simulated,
        limit=limit_until(one.due_on, local_day(now), DECIDED),
        beside=lambda case: DeliberationTask(case=case, deliberation=deliberation),
    )
    raw = {"lead": str(one.body_id)}
    case = case_act(case_id=made.pk, action="give", raw=raw, actor=actor, now=now)
    if deliberation.meeting is not None:
        tie = CaseMeeting.Tie.TASK
        case_tie(meeting_id=deliberation.meeting.pk, case=case, actor=actor, now=now, tie=tie)
    return case


# --- what those who took part think -----------------------------------------------------------------------


@transaction.atomic
def result_ask(*, case_id: int, now: datetime) -> int:
    """Ask everybody who was at the gathering what they think of the result; how many can be told. Asked twice, once."""
    case = locked_case(case_id)
    row = Deliberation.objects.select_for_update().get(pk=case.pk)
    asked = row.asked_at is not None and row.asked_at >= case.stage_since
    if case.stage != "judging" or asked or row.meeting_id is None:
        return 0
    meeting = locked(row.meeting_id)
    people = meeting.attendees.filter(signed_at__isnull=False).order_by("id")
    told = tell(people, meeting, "deliberation_result", link=["contact_stations:judge", meeting.pk])
    row.asked_at = now
    row.save(update_fields=["asked_at"])
    data: dict[str, JSON] = {"case": case.pk, "number": case.number}
    append(meeting, "result", actor=SYSTEM, role=str(Role.SYSTEM), now=now, data=data, told=told)
    return len(told)


@transaction.atomic
def result_judge(*, case_id: int, attendee: Attendee, rating: str, words: str, now: datetime) -> Judgement:
    """Keep what one of those who came thinks of the result; said again it is changed, as long as the time runs.

    Once more than half of them have said so, it counts (`rules.rating_of`). Raises Refusal "forbidden", "not_here",
    "input".
    """
    case = locked_case(case_id)
    deliberation = Deliberation.objects.select_related("meeting").get(pk=case.pk)
    deliberation.case = case
    if attendee.meeting_id != deliberation.meeting_id or attendee.signed_at is None:
        raise Refusal("forbidden", NOT_THERE)
    if case.stage != "judging":
        raise Refusal("not_here", NOT_NOW)
    said = _said(rating, words)
    row, _ = Judgement.objects.update_or_create(
        deliberation=deliberation,
        attendee=attendee,
        result_at=case.stage_since,
        defaults={"rating": rating, "words": said, "given_at": now},
    )
    data: dict[str, JSON] = {"attendee": attendee.pk, "rating": rating, "words": said, "case": case.pk}
    actor = Actor("account", attendee.account_id, attendee.name)
    append(attendee.meeting, "judged", actor=actor, role=str(attendee.part), now=now, data=data)
    if enough(votes_of(deliberation), who_came(deliberation.meeting)):
        _count(deliberation, now)
    return row


def _said(rating: str, words: str) -> str:
    said = " ".join(clean_text(words).split())[:300]
    if rating not in JUDGES:
        raise refused_inputs({"rating": NO_RATING})
    if rating == Rating.POOR and len(said) < 2:
        raise refused_inputs({"words": WHY_POOR})
    return said


@transaction.atomic
def result_count(*, case_id: int, now: datetime) -> bool:
    """Count what was said when the time is nearly over; whether there was anything to count."""
    case = locked_case(case_id)
    deliberation = Deliberation.objects.select_related("meeting").get(pk=case.pk)
    deliberation.case = case
    if case.stage != "judging" or not votes_of(deliberation):
        return False
    _count(deliberation, now)
    return True


def _count(deliberation: Deliberation, now: datetime) -> None:
    """Take the step that the ratings come to, in the name of all who took part."""
    rating = rating_of(votes_of(deliberation))
    raw = {"missing": "；".join(words_given(deliberation))[:2000]} if rating is Rating.POOR else {}
    case = deliberation.case
    case_act(case_id=case.pk, action=f"judge_{rating}", raw=raw, actor=reporter(case.pk), now=now)
