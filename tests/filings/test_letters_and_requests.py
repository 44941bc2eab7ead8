"""How a document is looked at, letters that remind, and requests by organs."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW

from tests.filings.test_filings import STEP, document_of, filed, to_review, walk
from tests.filings.test_review_steps import at, body, browser
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.engine.models import Event, Fact
from tingchao.engine.services import case_lapse
from tingchao.instruments.letters.models import Letter
from tingchao.instruments.meetings.models import CaseMeeting
from tingchao.instruments.meetings.services import Called
from tingchao.mechanisms.filing_review.models import Inquiry
from tingchao.mechanisms.filing_review.rules import is_legislative, may_demand, suits
from tingchao.mechanisms.filing_review.services import Looked, demand_file, inquiry_note, reminder_send

# --- how it is looked at ----------------------------------------------------------------------------------


def test_a_symposium_is_a_gathering_tied_to_the_matter(town: SimpleNamespace) -> None:
    case = to_review(town, filed(town))
    starts = NOW + timedelta(days=3)
    called = Called("symposium", "停车办法座谈论证", starts, starts + timedelta(hours=2), place="人大会议室")
    looked = Looked("symposium", starts.date(), "请了六个社区的人来谈", called)
    made = inquiry_note(case_id=case.pk, looked=looked, actor=town.clerk, now=NOW)
    assert CaseMeeting.objects.get(case=case).meeting == made.meeting
    assert Fact.objects.get(kind="filing.inquiry").detail == "symposium"


@pytest.mark.parametrize(
    ("looked", "field"),
    [
        (Looked("", date(2026, 11, 19), "看了三个路口"), "method"),
        (Looked("tea", date(2026, 11, 19), "看了三个路口"), "method"),
        (Looked("spot", None, "看了三个路口"), "day"),
        (Looked("spot", date(2026, 11, 21), "看了三个路口"), "day"),  # tomorrow was not yet looked at
        (Looked("spot", date(2026, 11, 19), "看了"), "note"),
    ],
)
def test_an_inquiry_says_how_when_and_what(town: SimpleNamespace, looked: Looked, field: str) -> None:
    case = to_review(town, filed(town))
    with pytest.raises(Refusal) as refused:
        inquiry_note(case_id=case.pk, looked=looked, actor=town.clerk, now=NOW)
    assert field in refused.value.fields
    assert not Inquiry.objects.exists()


# --- letters ----------------------------------------------------------------------------------------------


def test_a_reminder_is_a_numbered_letter_with_a_day(town: SimpleNamespace) -> None:
    case = at(town, "lettered")
    given: dict[str, Any] = {"letter": "请尽快答复第三条的问题。", "reply_by": date(2026, 12, 1), "now": NOW}
    for changed, field in (({"letter": "快"}, "letter"), ({"reply_by": date(2026, 11, 20)}, "reply_by")):
        with pytest.raises(Refusal) as refused:
            reminder_send(case_id=case.pk, actor=town.clerk, **{**given, **changed})
        assert field in refused.value.fields
    with pytest.raises(Refusal) as not_theirs:
        reminder_send(case_id=case.pk, actor=town.handler, **given)
    assert not_theirs.value.code == "forbidden"
    reminder_send(case_id=case.pk, actor=town.clerk, **given)
    sent = Letter.objects.get(case=case)
    assert (sent.kind, sent.reply_by, sent.body) == ("urge", date(2026, 12, 1), town.bodies.chengguan)
    client = browser("shen", Role.CLERK)
    shown = client.get(f"/desk/filings/{document_of(case).pk}/").content.decode()
    assert "催办函" in shown
    assert "函询函" in shown
    sequence = Event.objects.get(case=case, action="inquire").sequence
    letter = client.get(f"/desk/filings/{document_of(case).pk}/letters/{sequence}/").content.decode()
    assert STEP["letter"] in letter
    assert "建德市人大常委会" in letter


def test_nobody_is_reminded_out_of_turn(town: SimpleNamespace) -> None:
    case = to_review(town, filed(town))
    letter: dict[str, Any] = {
        "letter": "请注意第二条的说法有歧义。",
        "reply_by": date(2026, 12, 1),
        "now": NOW,
    }
    with pytest.raises(Refusal) as refused:
        reminder_send(case_id=case.pk, actor=town.clerk, **letter)
    assert refused.value.code == "not_here"
    reminder_send(case_id=case.pk, actor=town.clerk, advice=True, **letter)  # 函告 needs no turn
    assert Letter.objects.get().kind == "advise"


# --- requests by organs -----------------------------------------------------------------------------------


def test_an_organs_request_is_taken_up_answered_and_confirmed(town: SimpleNamespace) -> None:
    court, judge = body("fayuan", "建德市人民法院", "court")
    document = document_of(filed(town))
    given: dict[str, Any] = {"text": "第三条街道没有处罚权，请审查。", "submission": "d1", "now": NOW}
    for named in ("", "新街办〔2026〕99号", "%"):
        with pytest.raises(Refusal) as refused:
            demand_file(organ=court, named=named, actor=judge, **given)
        assert "named" in refused.value.fields
    with pytest.raises(Refusal) as short:
        demand_file(organ=court, named=document.number, actor=judge, **{**given, "text": "不对"})
    assert "text" in short.value.fields
    case = demand_file(organ=court, named=document.number, actor=judge, **given)
    assert demand_file(organ=court, named=document.number, actor=judge, **given).pk == case.pk
    with pytest.raises(Refusal):  # there is no step that declines it
        walk(case, ("decline_review", town.clerk, {"answer": "不启动审查。"}))
    result = {"result": "taken_up", "answer": "审查过，第三条已经修改。"}
    case = walk(case, ("take_up_demand", town.clerk, {"note": ""}), ("feed_back_demand", town.clerk, result))
    assert (case.stage, case.duty, case.lead) == ("demand_asking", "handler", court)
    case = walk(
        case, ("demand_poor", judge, {"missing": "第四条没有说"}), ("feed_back_demand", town.clerk, result)
    )
    over = case_lapse(case_id=case.pk, now=case.due_at)
    assert (over.stage, over.satisfaction) == ("demand_closed", "unrated")


@pytest.mark.parametrize(
    ("kind", "name", "may"),
    [
        ("government", "新安江街道办事处", True),
        ("congress", "建德市人大常委会", True),
        ("court", "建德市人民法院", True),
        ("procuracy", "建德市人民检察院", True),
        ("supervision", "建德市监察委员会", True),
        ("department", "建德市人民法院", True),  # entered before courts had a kind of their own
        ("department", "建德市人民检察院", True),
        ("department", "建德市监委", True),
        ("department", "建德市人民法院后勤服务中心", False),
        ("department", "建德市人民政府办公室", False),
        ("department", "城管中队", False),
        ("community", "白沙社区", False),
    ],
)
def test_which_organs_may_demand_a_review(kind: str, name: str, may: bool) -> None:
    assert may_demand(kind, name) is may


@pytest.mark.parametrize(
    ("subject", "name", "fits", "legislative"),
    [
        ("city", "城建环保工作委员会", True, False),
        ("finance", "财政经济委员会", True, False),
        ("law", "法制工作委员会", True, True),
        ("culture", "城建环保工作委员会", False, False),
        ("farm", "农业和农村工作委员会", True, False),
    ],
)
def test_which_committee_has_a_subject(subject: str, name: str, fits: bool, legislative: bool) -> None:
    assert (suits(subject, name), is_legislative(name)) == (fits, legislative)
