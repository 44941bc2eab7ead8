"""A deputy's record: made wholly from facts, each number opened, corrected by an appeal, never ranked."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import NOW, SINCE
from openpyxl import load_workbook

from tests.duty.test_figures import YES, past
from tingchao.core.attendance import Result
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, Actor, Hold
from tingchao.directory.models import Deputy
from tingchao.engine.models import Case, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.services import attendance_correct
from tingchao.instruments.meetings.services.past import meetings_take_over
from tingchao.mechanisms.deputy_duty.forms import records as forms
from tingchao.mechanisms.deputy_duty.selectors.records import (
    Window,
    entries_page,
    entry_get,
    summary_of,
)
from tingchao.mechanisms.deputy_duty.services import appeal_act, appeal_correct, appeal_open

YEAR = (date(2026, 1, 1), date(2027, 1, 1))


def window(deputy: Deputy) -> Window:
    return Window(deputy.pk, *YEAR)


def of(key: str) -> Any:
    found = forms.chosen_for(key)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "value", "listed"),
    [
        ("attended", 3, ["代表接待日", "线上讨论", "环境视察"]),
        ("absent", 1, ["道路视察"]),
        ("excused", 1, ["学习会"]),
        ("receptions", 1, ["代表接待日"]),
        ("received", 9, ["代表接待日"]),  # nine people at one reception, counted with the gathering
        ("brought", 1, ["菜场东门的路灯不亮，晚上看不清台阶"]),
        ("followed", 1, ["菜场东门的路灯不亮，晚上看不清台阶"]),
        ("followed.open", 1, ["菜场东门的路灯不亮，晚上看不清台阶"]),
        ("followed.done", 0, []),
        ("meeting.inspection", 2, ["环境视察", "道路视察"]),
        ("proposals", 0, []),
    ],
)
def test_each_number_opens_the_records_behind_it(key, value, listed, lived):
    summary = summary_of(window(lived))
    attendance = summary.attendance
    said = {
        "attended": attendance.attended,
        "absent": attendance.absent,
        "excused": attendance.excused,
        "followed.open": summary.ends.get("open", 0),
        "followed.done": summary.ends.get("done", 0),
        "meeting.inspection": summary.meetings["inspection"].expected,
    } | summary.lines
    assert said[key] == value
    rows = entries_page(window(lived), of(key)).rows
    assert sorted(row.title for row in rows) == sorted(listed)
    if key == "received":
        assert sum(row.amount for row in rows) == value


@pytest.mark.parametrize(
    "key", ["nothing", "meeting.", "meeting.nothing", "followed.nothing", "attended.x", "rank"]
)
def test_a_number_that_there_is_not(key):
    assert forms.chosen_for(key) is None


def test_an_empty_record_says_so(town):
    summary = summary_of(window(town.deputies[3]))
    assert summary.empty
    assert entries_page(window(town.deputies[3]), of("")).rows == []


def test_pages_of_entries_meet_without_gap_or_repetition(town, now):
    pasts = [past(town, now, "study", f"学习{n}", (YES,)) for n in range(60)]
    meetings_take_over(pasts=pasts, actor=SYSTEM)
    seen: list[str] = []
    after = ""
    while True:
        page = entries_page(window(town.deputies[0]), of(""), after=after)
        seen += [row.title for row in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("cursor", ["x", "!!!!", "MjAyNi0xMS0xOSA", "a" * 200, "MjAyNi0xMS0xOSAtNQ=="])
def test_a_cursor_that_is_none_is_the_start(cursor, lived):
    assert len(entries_page(window(lived), of(""), after=cursor).rows) == 6


# --- putting it right -------------------------------------------------------------------------------------

GROUND = "签到表第 3 行有签名"


@pytest.mark.parametrize(
    ("result", "way", "facts"),
    [
        (Result.ATTENDED, "offline", [("meeting.absent.inspection", -1), ("meeting.attended.inspection", 1)]),
        (Result.EXCUSED, "", [("meeting.absent.inspection", -1), ("meeting.excused.inspection", 1)]),
        (None, "", [("meeting.absent.inspection", -1)]),
        (Result.ABSENT, "", []),  # as it stands
    ],
)
def test_a_correction_evens_out_and_adds(result, way, facts, lived, town, now):
    meeting = Meeting.objects.get(title="道路视察")
    before = Fact.objects.count()
    for _ in range(2):  # said twice, it is there once
        attendance_correct(
            meeting_id=meeting.pk,
            deputy_id=lived.pk,
            result=result,
            way=way,
            ground=GROUND,
            actor=town.clerk,
            now=now + timedelta(days=40),
        )
    made = Fact.objects.order_by("pk")[before:]
    assert [(one.kind, one.amount) for one in made] == facts
    assert audit().broken is None


def test_somebody_who_was_not_on_the_list_is_added(lived, town, now):
    meeting = Meeting.objects.get(title="道路视察")
    there = {"meeting_id": meeting.pk, "deputy_id": town.deputies[2].pk, "actor": town.clerk, "now": now}
    attendance_correct(result=Result.ATTENDED, ground=GROUND, **there)
    assert summary_of(window(town.deputies[2])).attendance.attended == 1
    assert Notice.objects.filter(template="attendance_corrected").count() == 1
    assert Attendee.objects.filter(meeting=meeting).count() == 2


@pytest.mark.parametrize(
    ("actor", "ground", "days", "code"),
    [
        ("deputy", GROUND, 1, "forbidden"),
        ("stranger", GROUND, 1, "forbidden"),
        ("clerk", "", 1, "input"),
        ("clerk", GROUND, -2, "not_here"),  # not begun
    ],
)
def test_a_correction_that_is_refused(actor, ground, days, code, lived, town, now):
    meeting, before = Meeting.objects.get(title="道路视察"), Fact.objects.count()
    with pytest.raises(Refusal) as refusal:
        attendance_correct(
            meeting_id=meeting.pk,
            deputy_id=lived.pk,
            result=Result.ATTENDED,
            ground=ground,
            actor=getattr(town, actor),
            now=now + timedelta(days=days),
        )
    assert refusal.value.code == code
    assert Fact.objects.count() == before


def test_a_deputy_whose_term_had_ended_is_put_on_no_list(lived, town, now):
    gone = town.deputies[2]
    Deputy.objects.filter(pk=gone.pk).update(until=date(2026, 6, 1))
    meeting = Meeting.objects.get(title="道路视察")
    with pytest.raises(Refusal) as refusal:
        attendance_correct(
            meeting_id=meeting.pk,
            deputy_id=gone.pk,
            result=Result.ATTENDED,
            ground=GROUND,
            actor=town.clerk,
            now=now,
        )
    assert refusal.value.params == {"names": gone.name}


# --- an appeal from the entry to the end ------------------------------------------------------------------


def wrong_entry(deputy: Deputy) -> int:
    return next(row.fact_id for row in entries_page(window(deputy), of("absent")).rows)


def appealed(town: Any, deputy: Deputy, now: Any, **values: Any) -> Case:
    given: dict[str, Any] = {
        "deputy_id": deputy.pk,
        "fact_id": wrong_entry(deputy),
        "text": "我到了，签到表上有名字。",
        "actor": town.deputy,
        "now": now,
    }
    return appeal_open(**(given | values))


def test_an_appeal_goes_to_its_end_and_the_record_is_right(lived, town, now):
    case = appealed(town, lived, now)
    assert case.duty_appeal.meeting.title == "道路视察"
    moment = now + timedelta(days=20)  # the list itself is closed by then
    appeal_correct(case_id=case.pk, result="offline", ground=GROUND, actor=town.clerk, now=moment)
    answer = {"answer": "签到表上有签名，已经改为到会。"}
    case_act(case_id=case.pk, action="correct", raw=answer, actor=town.clerk, now=moment)
    done = appeal_act(case_id=case.pk, action="right", raw={}, actor=town.deputy, now=moment)
    assert (done.stage, done.outcome, done.satisfaction) == ("appeal_closed", "corrected", "good")
    summary = summary_of(window(lived))
    assert (summary.attendance.attended, summary.attendance.absent) == (4, 0)
    assert entries_page(window(lived), of("absent")).rows == []
    assert audit().broken is None


def test_not_right_yet_goes_back(lived, town, now):
    case = appealed(town, lived, now)
    answer = {"answer": "签到表上没有您的名字，所以没有改。"}
    case_act(case_id=case.pk, action="keep_record", raw=answer, actor=town.clerk, now=now)
    told = Notice.objects.get(case=case, template="your_turn", recipient=f"deputy:{town.deputies[0].pk}")
    assert told.data["link"] == ["deputy_duty:appeal", case.number]
    assert not Notice.objects.filter(case=case, recipient="reporter").exists()
    with pytest.raises(Refusal) as refusal:  # answered: the list is not changed behind the deputy's back
        appeal_correct(case_id=case.pk, result="offline", ground=GROUND, actor=town.clerk, now=now)
    assert refusal.value.code == "not_here"
    back = appeal_act(
        case_id=case.pk, action="still_wrong", raw={"missing": "第二页有"}, actor=town.deputy, now=now
    )
    assert back.stage == "appeal_checking"
    appeal_correct(case_id=case.pk, result="offline", ground=GROUND, actor=town.clerk, now=now)
    assert summary_of(window(lived)).attendance.absent == 0


def test_sent_twice_it_is_one_appeal(lived, town, now):
    first = appealed(town, lived, now, submission="a")
    assert appealed(town, lived, now, submission="a").pk == first.pk
    assert Case.objects.filter(procedure="duty_appeals").count() == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": "不对"}, "input"),
        ({"text": "长" * 1001}, "input"),
        ({"fact_id": 2**62}, "input"),
        ({"fact_id": None, "meeting_id": 10**9}, "input"),
        ({"fact_id": None, "meeting_id": 2**70}, "input"),
        ({"deputy_id": -1}, "forbidden"),
    ],
)
def test_an_appeal_that_is_refused(values, code, lived, town, now):
    with pytest.raises(Refusal) as refusal:
        appealed(town, lived, now, **values)
    assert refusal.value.code == code
    assert not Case.objects.filter(procedure="duty_appeals").exists()


def test_the_entry_of_another_deputy_is_not_mine(lived, town, now):
    other = entries_page(window(town.deputies[1]), of("")).rows[0].fact_id
    with pytest.raises(Refusal):
        appealed(town, lived, now, fact_id=other)
    assert entry_get(lived.pk, other, of("")) is None


def test_whose_term_ended_appeals_no_more(lived, town, now):
    after = Actor(
        "account", 5, "王代表", (Hold(Role.DEPUTY, "330182001"),), None
    )  # as actor_for makes it then
    with pytest.raises(Refusal) as refusal:
        appealed(town, lived, now, actor=after)
    assert refusal.value.code == "forbidden"


def test_nobody_rates_the_appeal_of_another(lived, town, now):
    case = appealed(town, lived, now)
    other = Actor("account", 6, "陈代表", (Hold(Role.DEPUTY, "330182001"),), town.deputies[1].pk)
    with pytest.raises(Refusal) as refusal:
        appeal_act(case_id=case.pk, action="right", raw={}, actor=other, now=now)
    assert refusal.value.code == "forbidden"


@pytest.mark.parametrize("result", ["", "best", "attended"])
def test_a_result_that_there_is_not(result, lived, town, now):
    case = appealed(town, lived, now)
    with pytest.raises(Refusal) as refusal:
        appeal_correct(case_id=case.pk, result=result, ground=GROUND, actor=town.clerk, now=now)
    assert "result" in refusal.value.fields


# --- by year and by term ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "typed", "year", "bounds"),
    [
        (None, "2025", 2025, (date(2025, 1, 1), date(2026, 1, 1))),
        (None, "2022", 2022, (SINCE, date(2023, 1, 1))),  # the year in which the term began
        (None, "1999", 2026, (date(2026, 1, 1), date(2027, 1, 1))),
        (None, "x", 2026, (date(2026, 1, 1), date(2027, 1, 1))),
        (None, "term", None, (SINCE, date.max)),
        (date(2025, 6, 30), "", 2025, (date(2025, 1, 1), date(2025, 6, 30))),  # a term that ended
        (date(2025, 6, 30), "2026", 2025, (date(2025, 1, 1), date(2025, 6, 30))),
        (date(2025, 6, 30), "term", None, (SINCE, date(2025, 6, 30))),
    ],
)
def test_the_part_of_a_term(until, typed, year, bounds):
    asked = forms.asked_for(Deputy(pk=1, since=SINCE, until=until), typed, NOW.date())
    assert (asked.year, (asked.window.since, asked.window.until)) == (year, bounds)


def sheet_rows(answer: Any) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return list(book.worksheets[0].iter_rows(values_only=True))
