"""Coming to a gathering: answers, leave, places, and signing in by the code or by the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from tingchao.core.activity_codes import Verdict, code_check
from tingchao.core.attendance import Result, State, code_fault, list_fault, result_of
from tingchao.core.ledger import JSON
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy
from tingchao.engine.models import Fact
from tingchao.engine.tallies import Allowance, tally_key, tally_take
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.policy import GONE, bodies_of, may_see
from tingchao.instruments.meetings.seats import seat_for, waiting_move_up
from tingchao.instruments.meetings.services.inviting import batched, require_in_office
from tingchao.instruments.meetings.writing import (
    BATCH,
    ENDED,
    append,
    attendance_fact,
    locked,
    organised,
    reason_plain,
    require_ahead,
    to_organiser,
)

TRIES = Allowance(10, 600)
"""Wrong codes of one account at one gathering before it has to wait: six digits must not be tried out."""

NOT_INVITED = gettext_noop("名单上没有您。想参加请先报名，或者请组织的人加上您。")
NOT_OPEN = gettext_noop("还没有公布，先不能报名。")
NO_RESIDENTS = gettext_noop("这场不用报名。想说事，随时可以到站里来，或者在网上说。")
STARTED = gettext_noop("已经开始了，来不了请直接告诉组织的人。")
NO_REASON = gettext_noop("请写一句为什么来不了，组织的人会看到。")
NO_NAME = gettext_noop("怎么称呼您？写姓就可以，比如“王女士”。")
TERM_ENDED = gettext_noop("代表任期已经结束，不能以代表身份签到。要参加，请组织的人用姓名把您加上。")
FORGED = gettext_noop("签到码不对，请看会场屏幕上现在的 6 位数字。")
OLD = gettext_noop("这个码已经换过了，请看会场屏幕上现在的 6 位数字。")
OF_ANOTHER = gettext_noop("这是另一场活动的签到码，请打开那一场再签。")
TOO_MANY = gettext_noop("输错的次数太多，请 10 分钟后再试，或者请组织的人在名单上记。")
NOBODY_CHOSEN = gettext_noop("请先选人。")
HEARD_ALREADY = gettext_noop("选中的人里有已经听过的，签到不能撤；听错了请到接待页上撤回。")
NOT_HERE = gettext_noop("有人不在这场的名单上，请刷新页面再选。")


# --- one's own answer -------------------------------------------------------------------------------------


def own_row(actor: Actor, meeting: Meeting) -> Attendee | None:
    """The row of whoever acts: as the deputy they are, as themselves, or for their body; in that order."""
    mine = Q(pk__in=[])
    if actor.deputy_id is not None:
        mine |= Q(deputy_id=actor.deputy_id)
    if actor.kind == "account":
        mine |= Q(account_id=actor.id)
    mine |= Q(body_id__in=bodies_of(actor))
    rows = list(meeting.attendees.filter(mine))
    return min(rows, key=lambda one: (one.deputy_id is None, one.account_id is None), default=None)


@transaction.atomic
def attendance_answer(
    *, meeting_id: int, coming: bool, actor: Actor, now: datetime, reason: str = ""
) -> Attendee:
    """Say whether one comes. Who is not on the list and may see the gathering puts themselves down.

    Where the places are taken one waits, and moves up when somebody else cannot come. Who was invited and cannot come
    gives a reason and is excused. Raises Refusal "gone" for what one may not see, "not_here", "input".
    """
    meeting = locked(meeting_id)
    one = own_row(actor, meeting)
    if not may_see(actor, meeting, attends=one is not None):
        raise Refusal("gone", GONE)
    if one is None:
        if not coming:
            raise Refusal("not_here", NOT_INVITED)
        one = _put_down(meeting, actor, now)
    return _answer(meeting, one, coming=coming, reason=reason, actor=actor, now=now)


def _put_down(meeting: Meeting, actor: Actor, now: datetime) -> Attendee:
    """A row for somebody who was not invited."""
    part = Attendee.Part.DEPUTY if actor.deputy_id is not None else Attendee.Part.STAFF
    who = {"deputy_id": actor.deputy_id} if actor.deputy_id is not None else {"account_id": actor.id}
    return Attendee(meeting=meeting, part=part, name=actor.name[:40], state=State.LEFT, since=now, **who)


def _answer(
    meeting: Meeting, one: Attendee, *, coming: bool, reason: str, actor: Actor, now: datetime
) -> Attendee:
    require_ahead(meeting)
    if meeting.state != Meeting.State.ANNOUNCED:
        raise Refusal("not_here", NOT_OPEN)
    reason = reason_plain(reason)
    if coming:
        return _come(meeting, one, actor=actor, now=now)
    if now >= meeting.starts_at:
        raise Refusal("not_here", STARTED)
    if one.expected and not reason:
        raise refused_inputs({"reason": NO_REASON})
    return _stay_away(meeting, one, reason, actor=actor, now=now)


def _come(meeting: Meeting, one: Attendee, *, actor: Actor, now: datetime) -> Attendee:
    if now > meeting.ends_at:
        raise Refusal("not_here", ENDED[Meeting.State.HELD])
    if one.state in (State.COMING, State.WAITING) and one.pk is not None:
        return one
    one.state, one.since, one.reason = seat_for(meeting), now, ""
    one.save()
    data: dict[str, JSON] = {"attendee": one.pk, "state": str(one.state)}
    append(meeting, "answer", actor=actor, role=str(one.part), now=now, data=data)
    return one


def _stay_away(meeting: Meeting, one: Attendee, reason: str, *, actor: Actor, now: datetime) -> Attendee:
    before, state = one.state, State.EXCUSED if one.expected else State.LEFT
    if before == state and one.reason == reason:
        return one
    one.state, one.since, one.reason = state, now, reason
    one.save()
    data: dict[str, JSON] = {"attendee": one.pk, "state": str(state)}
    told = to_organiser(meeting, "meeting_leave", who=one.name, why=reason) if one.expected else []
    append(meeting, "answer", actor=actor, role=str(one.part), now=now, note=reason, data=data, told=told)
    if before == State.COMING:
        waiting_move_up(meeting, actor=actor, role=str(one.part), now=now)
    return one


# --- residents, who have no account -----------------------------------------------------------------------

RESIDENT = Actor(kind="resident", id=None, name="群众")


@transaction.atomic
def resident_sign_up(*, meeting_id: int, name: str, submission: str, now: datetime) -> Attendee:
    """Put a resident down under the name they give, as short as they like. The same `submission` is one person.

    Nothing else is asked: they come back by a link that only they have (selectors.resident_code).
    """
    known = Attendee.objects.filter(submission=submission).first()
    if known is not None:
        return known
    meeting = locked(meeting_id)
    if not meeting.public or meeting.state in (Meeting.State.PLANNED, Meeting.State.CANCELLED):
        raise Refusal("gone", GONE)
    if not meeting.residents:
        raise Refusal("not_here", NO_RESIDENTS)
    name = " ".join(clean_text(name).split())
    if not 1 <= len(name) <= 20:
        raise refused_inputs({"name": NO_NAME})
    one = Attendee(
        meeting=meeting,
        part=Attendee.Part.RESIDENT,
        name=name,
        state=State.LEFT,
        since=now,
        submission=submission,
    )
    try:
        with transaction.atomic():
            return _answer(meeting, one, coming=True, reason="", actor=RESIDENT, now=now)
    except IntegrityError:
        return Attendee.objects.get(submission=submission)


@transaction.atomic
def resident_answer(*, attendee_id: int, coming: bool, now: datetime) -> Attendee:
    """What a resident says through their own link: they come after all, or they do not."""
    one = Attendee.objects.filter(pk=attendee_id, part=Attendee.Part.RESIDENT).first()
    if one is None:
        raise Refusal("gone", GONE)
    meeting = locked(one.meeting_id)
    one.refresh_from_db()
    return _answer(meeting, one, coming=coming, reason="", actor=RESIDENT, now=now)


# --- signing in -------------------------------------------------------------------------------------------


def code_key() -> bytes:
    """The key of the codes that sign people in."""
    return str(settings.LINK_KEY).encode()


@transaction.atomic
def attendance_sign_in(
    *, meeting_id: int, code: str, actor: Actor, now: datetime, way: str = "offline"
) -> Attendee:
    """Sign oneself in with the code on the organiser's screen. Signed in twice, there is one fact.

    Raises Refusal "gone", "not_here" (too early, over, cancelled), "forbidden" (not on the list, term ended), "code"
    (forged, of another minute, of another gathering), "too_many".
    """
    meeting = locked(meeting_id)
    one = own_row(actor, meeting)
    if one is None:
        raise not_on_the_list(actor, meeting)
    if one.signed_at is not None:
        return one
    if meeting.state == Meeting.State.CANCELLED or meeting.state == Meeting.State.PLANNED:
        raise Refusal("not_here", ENDED.get(Meeting.State(meeting.state), NOT_OPEN))
    if fault := code_fault(meeting.starts_at, meeting.ends_at, now):
        raise Refusal("not_here", fault)
    _require_code(meeting, code, now)
    role = str(one.part)
    people_sign(meeting, [one], way=way, by="code", actor=actor, role=role, now=now)
    return one


def not_on_the_list(actor: Actor, meeting: Meeting) -> Refusal:
    """Why nobody of that name signs in: a term that ended, or no invitation; nothing of what one may not see."""
    if actor.kind == "account" and meeting.attendees.filter(deputy__account__pk=actor.id or 0).exists():
        return Refusal("forbidden", TERM_ENDED)
    if not may_see(actor, meeting, attends=False):
        return Refusal("gone", GONE)
    return Refusal("forbidden", NOT_INVITED)


def _require_code(meeting: Meeting, code: str, now: datetime) -> None:
    verdict = code_check(code_key(), meeting.stream, code, now)
    if verdict is Verdict.GOOD:
        return
    if verdict is Verdict.OLD:
        raise Refusal("code", OLD)
    running = Meeting.objects.filter(
        state=Meeting.State.ANNOUNCED, starts_at__lte=now, ends_at__gte=now
    ).exclude(pk=meeting.pk)
    for other in running.order_by("-starts_at")[:50]:
        if code_check(code_key(), other.stream, code, now) is Verdict.GOOD:
            raise Refusal("code", OF_ANOTHER)
    raise Refusal("code", FORGED)


def tries_require(*, actor: Actor, meeting_id: int, now: datetime) -> None:
    """Count one try of a code; raises Refusal "too_many" when there were too many. Outside the transaction that signs
    in, since what it counts must stay when that one is rolled back."""
    key = tally_key("sign_in", f"{actor.key}:{meeting_id}", now)
    if tally_take(key=key, allowance=TRIES, now=now) is None:
        raise Refusal("too_many", TOO_MANY)


@transaction.atomic
def attendance_mark(
    *, meeting_id: int, attendee_ids: Sequence[int], actor: Actor, now: datetime, way: str = "offline"
) -> int:
    """Sign people in by the organiser's list; how many were not signed in before.

    It may be completed for a week after the end; who was recorded as absent then is no longer.
    """
    meeting, role, rows = _chosen(meeting_id, attendee_ids, actor, now)
    fresh = [one for one in rows if one.signed_at is None]
    deputies = Deputy.objects.filter(pk__in=[one.deputy_id for one in fresh if one.deputy_id])
    require_in_office(deputies, meeting)
    for batch in batched(fresh):
        people_sign(meeting, batch, way=way, by="list", actor=actor, role=role, now=now)
    return len(fresh)


@transaction.atomic
def attendance_unmark(*, meeting_id: int, attendee_ids: Sequence[int], actor: Actor, now: datetime) -> int:
    """Take back what was signed in by mistake; how many that were. The facts are evened out, not deleted."""
    meeting, role, rows = _chosen(meeting_id, attendee_ids, actor, now)
    wrong = [one for one in rows if one.signed_at is not None]
    if any(one.heard_at is not None for one in wrong):
        raise refused_inputs({"attendees": HEARD_ALREADY})
    facts: list[Fact] = []
    for one in wrong:
        facts.append(attendance_fact(meeting, one, Result.ATTENDED, amount=-1))
        one.signed_at, one.signed_by, one.way, one.result = None, "", "", ""
        if meeting.held_at is not None:
            facts += _left(meeting, one)
    if wrong:
        Attendee.objects.bulk_update(wrong, ["signed_at", "signed_by", "way", "result"])
        data: dict[str, JSON] = {"attendees": [one.pk for one in wrong]}
        append(meeting, "unmark", actor=actor, role=role, now=now, data=data, facts=facts)
    return len(wrong)


def _chosen(
    meeting_id: int, attendee_ids: Sequence[int], actor: Actor, now: datetime
) -> tuple[Meeting, str, list[Attendee]]:
    meeting, role = organised(meeting_id, actor)
    if meeting.state == Meeting.State.CANCELLED:
        raise Refusal("not_here", ENDED[Meeting.State.CANCELLED])
    if fault := list_fault(meeting.starts_at, meeting.ends_at, now):
        raise Refusal("not_here", fault)
    if not attendee_ids:
        raise refused_inputs({"attendees": NOBODY_CHOSEN})
    rows = list(meeting.attendees.filter(pk__in=attendee_ids).order_by("id"))
    if len(rows) != len(set(attendee_ids)):
        raise refused_inputs({"attendees": NOT_HERE})
    return meeting, role, rows


def people_sign(
    meeting: Meeting, rows: Sequence[Attendee], *, way: str, by: str, actor: Actor, role: str, now: datetime
) -> None:
    """Sign people of the locked gathering in, with the fact of each; a recorded absence is evened out."""
    facts: list[Fact] = []
    for one in rows:
        if one.result:
            facts.append(attendance_fact(meeting, one, one.result, amount=-1))
        one.signed_at, one.signed_by, one.way = now, by, _way(meeting, way)
        one.result = Result.ATTENDED
        facts.append(attendance_fact(meeting, one, Result.ATTENDED))
    Attendee.objects.bulk_update(rows, ["signed_at", "signed_by", "way", "result"])
    data: dict[str, JSON] = {"attendees": [one.pk for one in rows], "by": by}
    append(meeting, "sign_in", actor=actor, role=role, now=now, data=data, facts=facts)


def _way(meeting: Meeting, way: str) -> str:
    """How somebody takes part: as they say where both are possible, else the only way there is."""
    if meeting.mode == Meeting.Mode.HYBRID:
        return "online" if way == "online" else "offline"
    return str(meeting.mode)


def _left(meeting: Meeting, one: Attendee) -> list[Fact]:
    """The fact of somebody who did not sign in at a gathering that was held; none where nothing is left."""
    promised = one.state == State.COMING and one.part != Attendee.Part.RESIDENT
    found = result_of(State(one.state), signed_in=False, expected=one.expected or promised)
    one.result = str(found) if found is not None else ""
    return [attendance_fact(meeting, one, one.result)] if one.result else []


def results_close(meeting: Meeting) -> list[Fact]:
    """Who was excused and who stayed away, for a gathering that is being closed: their facts, and their rows."""
    rows = list(meeting.attendees.filter(signed_at=None, result="").order_by("id"))
    facts = [made for one in rows for made in _left(meeting, one)]
    Attendee.objects.bulk_update([one for one in rows if one.result], ["result"], batch_size=BATCH)
    return facts
