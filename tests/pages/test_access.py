"""Who gets which page of the desk: denied unless allowed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tingchao.directory.actors import reporter
from tingchao.engine.services import case_act, stage_token

SEE = [
    # who, sees a matter that was handed to a body with two deputies following
    ("liaison here", 200),
    ("liaison elsewhere", 403),
    ("handler of the lead", 200),
    ("handler of another body", 403),
    ("deputy following", 200),
    ("deputy not following", 403),
    ("coordinator", 200),
    ("clerk", 200),
    ("leader", 200),
    ("expert", 403),
    ("administrator", 403),
    ("auditor", 200),
    ("without a role", 403),
    ("", 302),
]


@pytest.fixture
def handed_over(case, town, handed, now):
    return case_act(case_id=case.pk, action="assign", raw=handed, actor=town.liaison, now=now)


@pytest.mark.parametrize(("who", "status"), SEE)
def test_who_sees_a_matter(who, status, browse, handed_over):
    assert browse(who).get(reverse("desk:case", args=[handed_over.number])).status_code == status


ANSWER = [
    (who, 302 if who == "handler of the lead" else status if status != 200 else 403) for who, status in SEE
]


@pytest.mark.parametrize(("who", "status"), ANSWER)
def test_who_may_answer_for_the_body(who, status, browse, handed_over):
    form = {
        "action": "answer",
        "seq": stage_token(handed_over),
        "answer.result": "done",
        "answer.answer": "三盏灯已经换好了。",
    }
    answered = browse(who).post(reverse("desk:act", args=[handed_over.number]), form)
    assert answered.status_code == status
    handed_over.refresh_from_db()
    went = who == "handler of the lead"
    assert handed_over.stage == ("rating" if went else "acting")
    if who == "":
        assert answered.url.startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["", "without a role"])
def test_the_worklist_is_for_those_who_hold_a_role(who, browse, case):
    assert browse(who).get("/desk/").status_code == (302 if who == "" else 403)


@pytest.mark.parametrize(
    ("who", "rows"),
    [
        ("liaison here", 1),
        ("liaison elsewhere", 0),
        ("handler of the lead", 0),
        ("coordinator", 0),
        ("auditor", 0),
    ],
)
def test_the_worklist_shows_what_waits_for_me(who, rows, browse, case):
    page = browse(who).get("/desk/").content.decode()
    assert page.count('class="row') - page.count('class="row-') == rows


@pytest.mark.parametrize("path", ["/desk/case/2026-9999-999-9/", "/desk/case/x/", "/desk/parts/"])
def test_what_is_not_there_is_not_found(path, browse, case):
    assert browse("liaison here").get(path).status_code == 404


def test_a_poster_is_for_those_in_whose_scope_the_station_stands(browse, town, case):
    path = reverse("desk:poster", args=[town.station.pk])
    assert browse("liaison here").get(path).status_code == 200
    assert browse("liaison elsewhere").get(path).status_code == 403
    assert browse("handler of the lead").get(path).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("handler of the lead", 200),
        ("deputy following", 200),
        ("handler of another body", 403),
        ("expert", 403),
    ],
)
def test_who_had_a_matter_may_look_back_on_it(who, status, browse, handed_over, town, now):
    case_act(
        case_id=handed_over.pk,
        action="answer",
        raw={"result": "done", "answer": "三盏灯已经换好了。"},
        actor=town.handler,
        now=now,
    )
    case_act(case_id=handed_over.pk, action="rate_good", raw={}, actor=reporter(handed_over.pk), now=now)
    closed = case_act(
        case_id=handed_over.pk, action="keep", raw={"reason": "涉及个人隐私"}, actor=town.liaison, now=now
    )
    page = browse(who).get(reverse("desk:case", args=[closed.number]))
    assert page.status_code == status
    if status == 200:
        assert 'name="action"' not in page.content.decode().split("<h2", 1)[0]
