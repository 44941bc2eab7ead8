"""What a clerk puts right while an appeal is checked, each where it arose, so that every figure follows.

Nothing is changed: what was recorded is evened out by a counter-fact on its own chain, with the ground and the number
of the appeal (docs/adr/0026). After the answer nothing is put right behind the deputy's back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tingchao.core.attendance import Result
from tingchao.core.gatherings import ENDS_FIRST, LONGEST
from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.correcting import ALREADY, NO_GROUND, Credit, Deed, credit_add, credit_correct
from tingchao.engine.models import Case
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.services import attendance_correct, received_correct
from tingchao.instruments.meetings.services.past import Comer, Past, meetings_take_over
from tingchao.mechanisms.deputy_duty.models import Appeal
from tingchao.mechanisms.deputy_duty.procedure import DUTY_APPEALS
from tingchao.mechanisms.deputy_duty.rules import (
    ATTENDANCE,
    CREDIT,
    GATHERING,
    HEARD_BY,
    LISTED,
    PEOPLE_RECEIVED,
    corrections_of,
    heard_kind,
)
from tingchao.mechanisms.deputy_duty.selectors.corrections import (
    credits_of_case,
    deputies_to_choose,
    kinds_to_add,
    places_to_choose,
)

CLOSED = gettext_noop("这件申诉已经答复，不能再改；代表说还不对，会退回来再核。")
NOT_SO = gettext_noop("这件申诉不用这样改，请刷新页面看看能改什么。")
BAD_RESULT = gettext_noop("请选实际的情况。")
NO_MEETING = gettext_noop("请选是哪场活动。")
NO_KIND = gettext_noop("请选活动的种类。")
NO_TITLE = gettext_noop("请写活动的名称，2 到 60 个字。")
NO_REGION = gettext_noop("请选是哪里组织的。")
NOT_YET = gettext_noop("还没有开的活动不用补记。")
TOO_LONG = gettext_noop("一场活动最长 31 天，请核对日期。")
NO_DEPUTY = gettext_noop("请从名单里选一位代表，或者选“不记在代表名下”。")
NO_CASE = gettext_noop("没有找到这个编号的事，请核对编号。")

RIGHT_RESULTS: Mapping[str, tuple[Result | None, str]] = {
    "offline": (Result.ATTENDED, "offline"),
    "online": (Result.ATTENDED, "online"),
    "excused": (Result.EXCUSED, ""),
    "absent": (Result.ABSENT, ""),
    "none": (None, ""),
}
"""What a clerk may say really happened → what is left of it, and how the deputy took part."""

RECORD = ("deputy_duty:record",)
"""Where deputies who are told read on."""

NOBODY = "none"
"""What is typed for a deed that is no deputy's."""


def _checked(case_id: int, way: str) -> Appeal:
    """The appeal while it is checked, locked, where it may be put right in that way."""
    near = ("case", "deputy", "meeting", "fact")
    rows = Appeal.objects.select_for_update(no_key=True, of=("self",)).select_related(*near)
    appeal = rows.filter(case=case_id).first()
    if appeal is None or way not in ways_of(appeal):
        raise Refusal("not_here", NOT_SO)
    if appeal.case.stage != DUTY_APPEALS.first.key:
        raise Refusal("not_here", CLOSED)
    return appeal


def ways_of(appeal: Appeal) -> tuple[str, ...]:
    """What an appeal may put right."""
    return corrections_of(
        kind=appeal.fact.kind if appeal.fact is not None else "",
        meeting=appeal.meeting is not None,
        receives=appeal.meeting is not None and kind_get(appeal.meeting.kind).receives,
    )


def _ground(appeal: Appeal, ground: str) -> str:
    """The ground, with the number of the appeal beside it; empty stays empty and is refused."""
    return f"{ground.strip()}（{appeal.case.number}）" if ground.strip() else ""


@transaction.atomic
def appeal_correct(
    *, case_id: int, result: str, ground: str, actor: Actor, now: datetime, meeting_id: int | None = None
) -> Attendee:
    """Put right what is left of the deputy at the gathering that an appeal is about.

    `meeting_id` names it where the appeal says that one is missing. `result` is a key of RIGHT_RESULTS. The list of the
    gathering is corrected, so every figure is. Raises Refusal "not_here" once the appeal was answered, "forbidden",
    "input".
    """
    appeal = _checked(case_id, ATTENDANCE if meeting_id is None else LISTED)
    if result not in RIGHT_RESULTS:
        raise refused_inputs({"result": BAD_RESULT})
    if meeting_id is not None:
        appeal.meeting = Meeting.objects.filter(pk=meeting_id).first() if 0 < meeting_id < 2**63 else None
        if appeal.meeting is None:
            raise refused_inputs({"meeting": NO_MEETING})
        appeal.save(update_fields=["meeting"])
    assert appeal.meeting is not None
    left, way = RIGHT_RESULTS[result]
    return attendance_correct(
        meeting_id=appeal.meeting.pk,
        deputy_id=appeal.deputy_id,
        result=left,
        way=way or "offline",
        ground=_ground(appeal, ground),
        actor=actor,
        now=now,
    )


@transaction.atomic
def appeal_received(*, case_id: int, received: int, ground: str, actor: Actor, now: datetime) -> Meeting:
    """Put right how many residents were received at the gathering that an appeal is about."""
    appeal = _checked(case_id, PEOPLE_RECEIVED)
    assert appeal.meeting is not None
    return received_correct(
        meeting_id=appeal.meeting.pk,
        received=received,
        ground=_ground(appeal, ground),
        actor=actor,
        now=now,
    )


@transaction.atomic
def appeal_credit(
    *, case_id: int, deputy: str, ground: str, actor: Actor, now: datetime, amount: int | None = None
) -> int:
    """Put right whose the deed of an entry is: a deputy's by id, or NOBODY's; and how much of it there was.

    Who follows a matter is not changed by that, only who is said to have done what. How many facts it wrote.
    """
    appeal = _checked(case_id, CREDIT)
    assert appeal.fact is not None
    offered = {str(one.pk): one.pk for one in deputies_to_choose(appeal)}
    if deputy != NOBODY and deputy not in offered:
        raise refused_inputs({"deputy": NO_DEPUTY})
    return credit_correct(
        fact_id=appeal.fact.pk,
        right=Credit(offered.get(deputy), amount),
        ground=_ground(appeal, ground),
        actor=actor,
        now=now,
        link=RECORD,
        title=appeal.meeting.title if appeal.meeting is not None else "",
    )


@dataclass(frozen=True, slots=True)
class Missed:
    """A gathering that took place and that nobody recorded."""

    kind: str
    title: str
    region: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    way: str = "offline"

    def faults(self, appeal: Appeal, actor: Actor, now: datetime) -> dict[str, str]:
        """What is wrong, by field; empty when nothing is."""
        found = {
            "kind": "" if self.kind in kinds_to_add(actor) else NO_KIND,
            "title": "" if 2 <= len(self.title) <= 60 else NO_TITLE,
            "region": "" if self.region in dict(places_to_choose(appeal, actor)) else NO_REGION,
            "starts": NOT_YET if self.starts_at > now else "",
            "ends": ENDS_FIRST if self.ends_at <= self.starts_at else "",
        }
        if self.ends_at - self.starts_at > LONGEST:
            found["ends"] = TOO_LONG
        return {key: fault for key, fault in found.items() if fault}


@transaction.atomic
def appeal_gathering(*, case_id: int, missed: Missed, ground: str, actor: Actor, now: datetime) -> Meeting:
    """Record a gathering that nobody recorded, e.g. an inspection, with the deputy who was there; it counts once,
    however many more are put on its list. An appeal brings one: then it is about that one."""
    appeal = _checked(case_id, GATHERING)
    if faults := missed.faults(appeal, actor, now):
        raise refused_inputs(faults)
    if not ground.strip():
        raise refused_inputs({"ground": NO_GROUND})
    submission = f"appeal:{appeal.pk}"
    past = Past(
        kind=missed.kind,
        title=missed.title,
        region_code=missed.region,
        starts_at=missed.starts_at,
        ends_at=missed.ends_at,
        submission=submission,
        place=missed.place,
        mode=missed.way,
        comers=[Comer(appeal.deputy.name, deputy_id=appeal.deputy_id, way=missed.way)],
        ground=_ground(appeal, ground),
    )
    meetings_take_over(pasts=[past], actor=actor, now=now)
    appeal.meeting = Meeting.objects.get(submission=submission)
    appeal.save(update_fields=["meeting"])
    return appeal.meeting


@transaction.atomic
def appeal_heard(*, case_id: int, number: str, ground: str, actor: Actor, now: datetime) -> Case:
    """Put right who heard a matter: the deputy who appealed, and not the one of whom it was recorded, if it was of any.
    Then the appeal is about that entry."""
    appeal = _checked(case_id, HEARD_BY)
    case = _case(number)
    credits_now = credits_of_case(case)
    if appeal.deputy_id in {one.deputy_id for one in credits_now}:
        raise Refusal("not_here", ALREADY)
    ground = _ground(appeal, ground)
    for one in credits_now[:1]:
        credit_correct(
            fact_id=one.fact_id,
            right=Credit(appeal.deputy_id),
            ground=ground,
            actor=actor,
            now=now,
            link=RECORD,
        )
    if not credits_now:
        deed = Deed(heard_kind(case.channel), case.channel, appeal.deputy_id)
        credit_add(case_id=case.pk, deed=deed, ground=ground, actor=actor, now=now, link=RECORD)
    mine = next(one for one in credits_of_case(case) if one.deputy_id == appeal.deputy_id)
    appeal.fact_id = mine.fact_id
    appeal.save(update_fields=["fact"])
    return case


def _case(number: str) -> Case:
    try:
        parsed = parse_number(number)
    except NumberError:
        raise refused_inputs({"number": NO_CASE}) from None
    found = Case.objects.filter(pk=parsed.serial, year=parsed.year).first()
    if found is None:
        raise refused_inputs({"number": NO_CASE})
    return found
