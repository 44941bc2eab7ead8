"""Activities of upper levels that were joined on line, taken over from a list: nobody types them a second time.

One row says that one deputy joined one activity, with the opinion they gave, if any. A list is taken whole or not at
all; taken twice it adds nothing; a longer list of the same activities adds what is new in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext

from tingchao.core.attendance import Result
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor, valid_on
from tingchao.directory.codes import scope_of
from tingchao.directory.models import Deputy
from tingchao.engine import record
from tingchao.engine.models import Case, Fact
from tingchao.engine.timing import ZONE
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.policy import require_organiser
from tingchao.instruments.meetings.services import Word, attendance_correct, word_take
from tingchao.instruments.meetings.services.past import Comer, Past, meetings_take_over, pasts_known
from tingchao.instruments.meetings.writing import append, fact
from tingchao.instruments.rosters.reading import Book, Fault, Row, cell_choice, cell_day, cell_text, cell_time
from tingchao.mechanisms.deputy_duty.rules import OPINIONS_ABOVE, UPPER

SHEET = "上级活动"
COLUMNS = {
    SHEET: ("活动名称", "日期", "开始", "结束", "主办单位", "代表", "代表地区代码", "参加方式", "意见"),
}
NEEDED = {SHEET: ("活动名称", "日期", "代表")}
EXAMPLES = {
    SHEET: (
        "省人大代表线上讲堂：养老服务",
        "2026-03-18",
        "14:30",
        "16:00",
        "省人大常委会代表工作委员会",
        "王某某",
        "",
        "线上",
        "社区食堂的送餐距离要写清楚。",
    ),
}
MOST_ROWS = 5_000
MOST_OPINION = 1000
BEGINS, LASTS = time(9), timedelta(hours=2)
"""When an activity began, and how long it lasted, where the list does not say."""
STREAM = "duty.upper"
GROUND = gettext_noop("上级活动名单补来的")

_WAYS = {"线上": "online", "现场": "offline"}


@dataclass(frozen=True, slots=True)
class Joined:
    """One row that can be taken: which activity, who joined it, how, and what they said."""

    number: int
    title: str
    host: str
    starts_at: datetime
    ends_at: datetime
    deputy: Deputy
    way: str
    opinion: str

    @property
    def activity(self) -> tuple[str, datetime]:
        """What makes two rows the same activity."""
        return self.title, self.starts_at


@dataclass(slots=True)
class Report:
    """What becomes of a list: (row, activity, deputy, what is new) of each row, or (row, why) of those at fault."""

    rows: list[tuple[int, str, str, str]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    activities: int = 0
    people: int = 0
    opinions: int = 0

    @property
    def nothing_new(self) -> bool:
        return not (self.activities or self.people or self.opinions)


@transaction.atomic
def upper_load(
    *, book: Book, region_code: str, actor: Actor, now: datetime, dry_run: bool = False, file_name: str = ""
) -> Report:
    """Take a list over for the deputies of a place. With one fault, or on a dry run, nothing is written.

    Raises Refusal "forbidden" where the actor keeps no records.
    """
    role = require_organiser(actor, kind_get(UPPER), region_code)
    report, joined = _read(book, region_code, now)
    if report.faults:
        return report
    keys = {one.activity: _submission(region_code, *one.activity) for one in joined}
    known = pasts_known(keys.values())
    _tell(report, joined, {activity: known.get(key) for activity, key in keys.items()}, keys)
    if dry_run or report.nothing_new:
        return report
    _write(joined, keys, region_code, actor, now)
    entry = record.Entry(
        action="duty.upper_load",
        actor=actor,
        role=str(role),
        now=now,
        data={
            "file": file_name[:80],
            "region": region_code,
            "activities": report.activities,
            "people": report.people,
            "opinions": report.opinions,
        },
    )
    record.append_to_stream(entry, stream=STREAM)
    return report


# --- reading the rows -------------------------------------------------------------------------------------


def _read(book: Book, region_code: str, now: datetime) -> tuple[Report, list[Joined]]:
    report, joined = Report(), list[Joined]()
    report.faults = [(number, why) for sheet, number, why in book.faults if sheet == SHEET]
    rows = book.sheets.get(SHEET, [])
    if len(rows) > MOST_ROWS:
        report.faults.append((0, gettext("行太多，一次最多 %(most)s 行，请分几次。") % {"most": MOST_ROWS}))
        return report, []
    people = _deputies(region_code)
    seen: dict[tuple[str, datetime, int], int] = {}
    for number, row in rows:
        try:
            one = _joined(number, row, people, now)
            twice = seen.setdefault((*one.activity, one.deputy.pk), number)
            if twice != number:
                raise Fault(gettext_noop("和第 %(n)s 行是同一位代表的同一场活动，请并成一行。"), n=twice)
            joined.append(one)
        except Fault as fault:
            report.faults.append((number, str(fault)))
    return report, joined


def _deputies(region_code: str) -> dict[str, list[Deputy]]:
    found: dict[str, list[Deputy]] = {}
    for one in Deputy.objects.filter(region__code__startswith=scope_of(region_code)).order_by("pk"):
        found.setdefault(one.name, []).append(one)
    return found


def _joined(number: int, row: Row, people: dict[str, list[Deputy]], now: datetime) -> Joined:
    title, day = cell_text(row, "活动名称", most=60), cell_day(row, "日期")
    assert day is not None
    starts_at, ends_at = _times(row, day, now)
    return Joined(
        number=number,
        title=title,
        host=cell_text(row, "主办单位", most=60, needed=False),
        starts_at=starts_at,
        ends_at=ends_at,
        deputy=_deputy(row, day, people),
        way=cell_choice(row, "参加方式", _WAYS)
        if cell_text(row, "参加方式", most=20, needed=False)
        else "online",
        opinion=_opinion(row),
    )


def _times(row: Row, day: date, now: datetime) -> tuple[datetime, datetime]:
    begins, ends = cell_time(row, "开始") or BEGINS, cell_time(row, "结束")
    starts_at = datetime.combine(day, begins, ZONE)
    ends_at = datetime.combine(day, ends, ZONE) if ends is not None else starts_at + LASTS
    if ends_at <= starts_at:
        raise Fault(gettext_noop("“结束”要在“开始”之后。"))
    if starts_at > now:
        raise Fault(gettext_noop("“日期”是 %(day)s，还没有到，开过了再导入。"), day=day.isoformat())
    return starts_at, ends_at


def _deputy(row: Row, day: date, people: dict[str, list[Deputy]]) -> Deputy:
    """The deputy whom a row names, who must have been in office on the day."""
    name, code = cell_text(row, "代表", most=40), cell_text(row, "代表地区代码", most=12, needed=False)
    named = [one for one in people.get(name, []) if one.region_id.startswith(scope_of(code) if code else "")]
    if not named:
        raise Fault(
            gettext_noop("名册里没有叫“%(name)s”的代表，请核对姓名，或者先把代表加进名册。"), name=name
        )
    there = [one for one in named if valid_on(one.since, one.until, day)]
    if not there:
        raise Fault(
            gettext_noop("%(day)s“%(name)s”不在任（任期已结束或者还没开始），请核对日期和姓名。"),
            name=name,
            day=day.isoformat(),
        )
    if len(there) > 1:
        raise Fault(gettext_noop("不止一位代表叫“%(name)s”，请填“代表地区代码”。"), name=name)
    return there[0]


def _opinion(row: Row) -> str:
    text = str(row.get("意见") or "").strip()
    if len(text) > MOST_OPINION:
        raise Fault(gettext_noop("“%(column)s”太长，最多 %(most)s 个字。"), column="意见", most=MOST_OPINION)
    return text


# --- what is new ------------------------------------------------------------------------------------------


def _submission(region_code: str, title: str, starts_at: datetime) -> str:
    told = f"{title}|{starts_at.isoformat()}"
    return f"upper:{region_code}:{hashlib.sha256(told.encode()).hexdigest()[:24]}"


def _opinion_key(submission: str, one: Joined) -> str:
    digest = hashlib.sha256(one.opinion.encode()).hexdigest()[:12]
    return f"{submission[-24:]}:{one.deputy.pk}:{digest}"


def _tell(
    report: Report,
    joined: Sequence[Joined],
    known: dict[tuple[str, datetime], int | None],
    keys: dict[tuple[str, datetime], str],
) -> None:
    """Say of each row what it adds."""
    there = set(
        Attendee.objects.filter(
            meeting__in=[pk for pk in known.values() if pk is not None], result=Result.ATTENDED
        ).values_list("meeting_id", "deputy_id")
    )
    said = _opinions_known([_opinion_key(keys[one.activity], one) for one in joined if one.opinion])
    report.activities = sum(1 for pk in known.values() if pk is None)
    for one in joined:
        fresh = (known[one.activity], one.deputy.pk) not in there
        speaks = bool(one.opinion) and _opinion_key(keys[one.activity], one) not in said
        report.people += fresh
        report.opinions += speaks
        report.rows.append((one.number, one.title, one.deputy.name, _news(fresh, speaks)))


def _opinions_known(keys: Iterable[str]) -> set[str]:
    rows = Case.objects.filter(submission__in=list(keys)).values_list("submission", flat=True)
    return {key for key in rows if key is not None}


def _news(fresh: bool, speaks: bool) -> str:
    if fresh:
        return gettext("新的，意见转成一件事") if speaks else gettext("新的")
    return gettext("参加早就有了，意见是新的") if speaks else gettext("已经有了，不重复收")


# --- writing it -------------------------------------------------------------------------------------------


def _write(
    joined: Sequence[Joined],
    keys: dict[tuple[str, datetime], str],
    region_code: str,
    actor: Actor,
    now: datetime,
) -> None:
    rows: dict[tuple[str, datetime], list[Joined]] = {}
    for one in joined:
        rows.setdefault(one.activity, []).append(one)
    pasts = [_past(keys[activity], region_code, people) for activity, people in rows.items()]
    meetings_take_over(pasts=pasts, actor=actor, now=now)
    found = pasts_known(keys.values())
    meetings = Meeting.objects.select_related("station").in_bulk(list(found.values()))
    for activity, people in rows.items():
        meeting = meetings[found[keys[activity]]]
        _complete(meeting, people, actor, now)
        _opinions(meeting, keys[activity], people, actor, now)


def _past(submission: str, region_code: str, people: Sequence[Joined]) -> Past:
    first, ways = people[0], {one.way for one in people}
    host = next((one.host for one in people if one.host), "")
    return Past(
        kind=UPPER,
        title=first.title,
        region_code=region_code,
        starts_at=first.starts_at,
        ends_at=first.ends_at,
        submission=submission,
        place=host,
        mode=ways.pop() if len(ways) == 1 else Meeting.Mode.HYBRID,
        comers=[Comer(one.deputy.name, deputy_id=one.deputy.pk, way=one.way) for one in people],
    )


def _complete(meeting: Meeting, people: Sequence[Joined], actor: Actor, now: datetime) -> None:
    """Add those to an activity that was known who are new on this list."""
    there = set(meeting.attendees.filter(result=Result.ATTENDED).values_list("deputy_id", flat=True))
    for one in people:
        if one.deputy.pk not in there:
            attendance_correct(
                meeting_id=meeting.pk,
                deputy_id=one.deputy.pk,
                result=Result.ATTENDED,
                way=one.way,
                ground=GROUND,
                actor=actor,
                now=now,
            )


def _opinions(
    meeting: Meeting, submission: str, people: Sequence[Joined], actor: Actor, now: datetime
) -> None:
    """Make a matter of each opinion that is new, and a fact of who gave it."""
    spoken = {_opinion_key(submission, one): one for one in people if one.opinion}
    known = _opinions_known(spoken)
    fresh = {key: one for key, one in spoken.items() if key not in known}
    for key, one in fresh.items():
        word_take(meeting_id=meeting.pk, word=Word(one.opinion), actor=actor, now=now, submission=key)
    if fresh:
        role = require_organiser(actor, kind_get(UPPER), meeting.region_id)
        facts = [_opinion_fact(meeting, one) for one in fresh.values()]
        append(meeting, "opinions", actor=actor, role=str(role), now=now, facts=facts)


def _opinion_fact(meeting: Meeting, one: Joined) -> Fact:
    made = fact(meeting, OPINIONS_ABOVE, detail="list")
    made.deputy_id = one.deputy.pk
    return made
