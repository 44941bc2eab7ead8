"""The same with several matters: who may, what the preview says, that it is done once."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.pages.conftest import heard
from tingchao.engine.models import Assignment, Case, Event
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act


@pytest.fixture
def three(town):
    return [heard(town, number) for number in (1, 2, 3)]


def chosen(client, cases):
    return client.get("/desk/together/", {"case": [case.number for case in cases]})


def preview(client, cases, action, **typed):
    fields = {f"{action}.{key}": value for key, value in typed.items()}
    return client.post(
        "/desk/together/preview/",
        {"seq": ",".join(case.number for case in cases), "action": action, **fields},
    )


def confirm(client, page):
    """Send the form that a preview shows."""
    form = page.split('action="/desk/together/do/"')[1].split("</form>")[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    return client.post("/desk/together/do/", fields)


WHO = [
    # who, what the page of a chosen matter of this sub-district answers
    ("liaison here", 200),
    ("liaison elsewhere", 422),
    ("handler of the lead", 422),
    ("deputy not following", 422),
    ("coordinator", 200),
    ("clerk", 200),
    ("leader", 200),
    ("expert", 422),
    ("administrator", 422),
    ("auditor", 200),
    ("without a role", 403),
    ("", 302),
]


@pytest.mark.parametrize(("who", "status"), WHO)
def test_who_may_choose_matters(who, status, browse, three):
    answer = chosen(browse(who), three)
    assert answer.status_code == status
    assert (three[0].title in answer.content.decode()) is (status == 200)


@pytest.mark.parametrize(("who", "status"), WHO)
def test_nobody_does_more_to_many_than_to_one(who, status, browse, three):
    preview(browse(who), three, "note", note="请先看一下")
    seen = [f"{case.pk}:{case.events}" for case in three]
    browse(who).post("/desk/together/do/", {"action": "note", "note.note": "请先看一下", "seen": seen})
    noted = Event.objects.filter(action="note").count()
    assert noted == (3 if who in ("liaison here", "coordinator", "clerk", "leader") else 0)


def test_three_are_given_to_one_body(browse, three, handed, town):
    liaison = browse("liaison here")
    assert "交单位办" in chosen(liaison, three).content.decode()
    answer = preview(liaison, three, "assign", **handed)
    assert answer.status_code == 200 and not Assignment.objects.exists()
    done = confirm(liaison, answer.content.decode()).content.decode()
    assert "办好 3 件" in done
    assert set(Case.objects.values_list("stage", "lead")) == {("acting", town.bodies.chengguan.pk)}
    assert Event.objects.filter(action="assign").count() == 3
    assert audit().broken is None


@pytest.mark.parametrize(("action", "typed"), [("urge", {"note": "请尽快"}), ("note", {"note": "先看一下"})])
def test_sent_twice_it_is_done_once(action, typed, browse, three):
    liaison = browse("liaison here")
    page = preview(liaison, three, action, **typed).content.decode()
    confirm(liaison, page)
    again = confirm(liaison, page).content.decode()
    assert Event.objects.filter(action=action).count() == 3
    assert again.count("没有办第二遍") == 3 and "这一次一件也没有办" in again


def test_a_matter_that_moved_on_is_left_out_and_the_others_are_done(browse, three, handed, town, now):
    liaison = browse("liaison here")
    page = preview(liaison, three, "urge", note="请尽快").content.decode()
    case_act(case_id=three[1].pk, action="assign", raw=handed, actor=town.liaison, now=now)
    done = confirm(liaison, page).content.decode()
    assert "办好 2 件" in done and "有了新进展" in done
    assert set(Event.objects.filter(action="urge").values_list("case_id", flat=True)) == {
        three[0].pk,
        three[2].pk,
    }


def test_the_preview_says_which_will_not_and_why_and_leaves_nothing_behind(browse, three, handed, town, now):
    case_act(case_id=three[1].pk, action="assign", raw=handed, actor=town.liaison, now=now)
    liaison = browse("liaison here")
    before = Event.objects.count(), list(Case.objects.order_by("pk").values())
    page = preview(liaison, three, "assign", **handed).content.decode()
    will, will_not = page.split("不会办")
    assert three[0].number in will and three[1].number not in will
    assert three[1].number in will_not and "这个操作现在用不上" in will_not
    assert (Event.objects.count(), list(Case.objects.order_by("pk").values())) == before


def test_what_was_typed_stays_when_something_is_missing(browse, three, handed):
    answer = preview(
        browse("liaison here"),
        three,
        "assign",
        **{**handed, "deputies": handed["deputies"][:1], "note": "请看现场"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "选得不够" in page and "请看现场" in page


SENT = [
    {},
    {"seq": "x,y", "action": "note"},
    {"seq": "2026-9999-999-7", "action": "note", "note.note": "x"},
    {"seq": "NUMBER", "action": "no_such"},
    {"seq": "NUMBER", "action": "publish"},
    {"seq": "NUMBER"},
    {"seq": "NUMBER", "action": "note"},
]


@pytest.mark.parametrize("sent", SENT)
def test_a_form_that_makes_no_sense_is_refused_in_words(sent, browse, three):
    form = {key: three[0].number if value == "NUMBER" else value for key, value in sent.items()}
    answer = browse("liaison here").post("/desk/together/preview/", form)
    assert answer.status_code == 422


@pytest.mark.parametrize("seen", [[], ["x"], ["1"], [":"], ["99999999999999999999:1"], ["1:x"], ["-1:1"]])
def test_a_confirmation_that_was_changed_does_nothing(seen, browse, three):
    browse("liaison here").post("/desk/together/do/", {"action": "note", "note.note": "x", "seen": seen})
    assert not Event.objects.filter(action="note").exists()


def test_more_than_a_hundred_are_too_many(browse, three):
    seen = [f"{n}:1" for n in range(1, 102)]
    answer = browse("liaison here").post(
        "/desk/together/do/", {"action": "note", "note.note": "x", "seen": seen}
    )
    assert answer.status_code == 422 and not Event.objects.filter(action="note").exists()


def test_bodies_offered_are_those_of_the_region_that_all_lie_in(browse, town, three):
    far = heard(town, 9)
    Case.objects.filter(pk=far.pk).update(region_id="330182002000")
    page = chosen(browse("clerk"), [three[0], far]).content.decode()
    assert "城管中队" not in page


def test_statements_of_choosing(browse, three, town):
    many = [*three, *(heard(town, number) for number in range(4, 26))]
    liaison = browse("liaison here")
    chosen(liaison, many)
    with CaptureQueriesContext(connection) as few:
        chosen(liaison, three)
    with CaptureQueriesContext(connection) as more:
        chosen(liaison, many)
    assert len(more) == len(few), "\n".join(q["sql"] for q in more.captured_queries)
