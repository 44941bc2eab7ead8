"""Duplicates that are merged: one answer for all who said the same, a rating for each of them."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from tingchao.core.numbering import format_number
from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.engine.care import case_tend
from tingchao.engine.models import Attachment, Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.tests.loop import INPUTS, at_once, brought, code_of, opened
from tingchao.engine.tests.test_second_person import lamp

HOUR = timedelta(hours=1)


@pytest.fixture
def pair(town, handed, now) -> SimpleNamespace:
    """A main matter that a body acts on, and one that was merged into it."""
    main = brought(town, handed, now, "acting")
    return SimpleNamespace(main=main, child=merged(town, now + HOUR, main))


def merged(town, now, main: Case, **other: Any) -> Case:
    child = opened(town, now, **other)
    return case_act(
        case_id=child.pk, action="merge", raw={"main": main.number}, actor=town.liaison, now=now + HOUR
    )


def act(case: Case, action: str, actor: Any, now: Any, **raw: Any) -> Case:
    return case_act(case_id=case.pk, action=action, raw=INPUTS.get(action, {}) | raw, actor=actor, now=now)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def said(case: Case) -> list[tuple[str, str]]:
    return list(Event.objects.filter(case=case).order_by("sequence").values_list("action", "said"))


def test_a_merged_matter_is_open_and_has_somebody_to_look_after_it(pair):
    child = pair.child
    assert (child.stage, child.duty, child.joined, child.closed_at) == ("joined", "liaison", pair.main, None)
    assert child.due_on is not None and child.clock["limit"]["source"].startswith("并案随主件答复")


def test_everybody_gets_the_same_words_and_rates_on_their_own(town, pair, now):
    main, child = pair.main, pair.child
    case_act(
        case_id=main.pk,
        action="answer",
        raw=INPUTS["answer"] | {"photos": ["0 a.jpg"]},
        actor=town.handler,
        now=now + 5 * HOUR,
        files=[lamp("a")],
    )
    child = fresh(child)
    assert (child.stage, child.outcome, child.joined_id) == ("rating", "merged", main.pk)
    event = Event.objects.get(case=child, action="share")
    assert (event.said, event.actor, event.role) == (INPUTS["answer"]["answer"], town.handler.key, "handler")
    assert Attachment.objects.get(case=child).audience == "reporter"
    assert Notice.objects.filter(case=child, event=event, recipient="reporter").count() == 1
    act(main, "rate_good", reporter(main.pk), now + 6 * HOUR)
    assert fresh(child).stage == "rating"
    closed = act(child, "rate_fair", reporter(child.pk), now + 6 * HOUR)
    assert (closed.stage, closed.satisfaction, closed.visibility) == ("kept", "fair", "private")
    facts = dict(Fact.objects.filter(case=child, event__action="rate_fair").values_list("kind", "detail"))
    assert facts == {"voice.rated": "fair", "voice.closed": "merged"}
    assert audit().broken is None


def test_one_may_be_dissatisfied_while_the_other_is_not(town, pair, now):
    act(pair.main, "answer", town.handler, now + 5 * HOUR)
    act(pair.main, "rate_good", reporter(pair.main.pk), now + 6 * HOUR)
    child = act(pair.child, "rate_poor", reporter(pair.child.pk), now + 6 * HOUR)
    assert (child.stage, child.joined_id, child.satisfaction) == ("sorting", None, "poor")
    assert fresh(pair.main).stage == "publishing"


def test_words_on_the_way_reach_everybody(town, pair, now):
    case_tend(
        case_id=pair.main.pk,
        tool="tell",
        raw={"said": "师傅已经在路上。"},
        actor=town.handler,
        now=now + 5 * HOUR,
    )
    assert said(pair.child)[-1] == ("passed_on", "师傅已经在路上。")
    assert Notice.objects.filter(case=pair.child, template="progress").count() == 1
    case_tend(
        case_id=pair.main.pk, tool="note", raw={"note": "内部的话"}, actor=town.handler, now=now + 6 * HOUR
    )
    case_tend(
        case_id=pair.main.pk,
        tool="add",
        raw={"said": "补一句我自己的"},
        actor=reporter(pair.main.pk),
        now=now + 6 * HOUR,
    )
    assert said(pair.child)[-1] == ("passed_on", "师傅已经在路上。")


def test_more_time_for_the_main_matter_is_more_time_for_all(town, pair, now):
    due = fresh(pair.child).due_on
    case_tend(
        case_id=pair.main.pk,
        tool="extend",
        raw={"amount": "3", "note": "配件要从外地调"},
        actor=town.coordinator,
        now=now + 5 * HOUR,
    )
    assert fresh(pair.child).due_on > due
    assert said(pair.child)[-1][1] == said(pair.main)[-1][1] != ""


def test_what_was_agreed_reaches_everybody(town, handed, now):
    main = brought(town, handed, now, "deliberating")
    child = merged(town, now + HOUR, main)
    act(main, "settle", town.liaison, now + 5 * HOUR, **handed)
    assert said(child)[-1] == ("passed_on", "先修三盏，再查线路")
    assert fresh(child).stage == "joined"


def test_it_can_go_its_own_way_again(town, pair, now):
    child = act(pair.child, "unmerge", town.liaison, now + 5 * HOUR, reason="不是同一段路")
    assert (child.stage, child.joined_id) == ("sorting", None)
    act(pair.main, "answer", town.handler, now + 6 * HOUR)
    assert fresh(child).stage == "sorting"


def test_what_waited_for_a_merged_matter_waits_for_its_main_one(town, handed, now):
    first = opened(town, now)
    child = merged(town, now, first)
    main = brought(town, handed, now, "acting")
    act(first, "merge", town.liaison, now + 5 * HOUR, main=main.number)
    assert fresh(child).joined == main
    assert said(child)[-1] == ("repointed", "")
    act(main, "answer", town.handler, now + 6 * HOUR)
    assert {fresh(first).stage, fresh(child).stage} == {"rating"}
    assert audit().broken is None


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("own", "不能并入自己，请填另一件事的编号。"),
        ("child", "这件事自己也并入了别的事，请填主件的编号。"),
        ("elsewhere", "没有找到这个编号的事，或者不归您管，请核对编号。"),
        ("nobody's", "没有找到这个编号的事，或者不归您管，请核对编号。"),
        ("answered", "那件事已经答复或办结，不能再并进去；可以直接答复，写明那件的结果。"),
        ("closed", "那件事已经答复或办结，不能再并进去；可以直接答复，写明那件的结果。"),
        ("2026-0000-001-9", None),
        ("路灯", None),
        ("", "这一项要填。"),
    ],
)
def test_what_no_matter_can_be_merged_into(town, handed, now, pair, typed, fault):
    case = opened(town, now)
    there = {
        "own": lambda: case.number,
        "child": lambda: pair.child.number,
        "elsewhere": lambda: opened(town, now, region_code="330106001000", station_id=None).number,
        "nobody's": lambda: format_number(2026, 999_999),
        "answered": lambda: brought(town, handed, now, "rating").number,
        "closed": lambda: brought(town, handed, now, "known").number,
    }
    number = there.get(typed, lambda: typed)()
    with pytest.raises(Refusal) as refused:
        act(case, "merge", town.liaison, now + 5 * HOUR, main=number)
    assert refused.value.code == "input" and list(refused.value.fields) == ["main"]
    assert fault is None or refused.value.fields["main"] == fault
    assert fresh(case).joined_id is None


@pytest.mark.parametrize("spelled", ["{}", " 编号：{} ", "№ {}", "２０２６{}"])
def test_a_number_is_taken_as_people_write_it(town, handed, now, spelled):
    main = brought(town, handed, now, "acting")
    number = main.number.removeprefix("2026") if spelled.startswith("２") else main.number
    case = opened(town, now)
    if spelled.startswith("№"):
        spelled = "No. {}"
    assert act(case, "merge", town.liaison, now + HOUR, main=spelled.format(number)).joined == main


def test_a_stranger_learns_nothing_of_the_matter_whose_number_they_type(town, pair, now):
    case = opened(town, now, region_code="330106001000", station_id=None)
    call = {"case_id": case.pk, "action": "merge", "actor": town.stranger, "now": now + HOUR}
    assert code_of(case_act, raw={"main": pair.main.number}, **call) == "input"


def test_nobody_takes_the_step_by_which_words_are_passed_on(town, pair, now):
    for actor in (town.liaison, town.coordinator, town.handler, reporter(pair.child.pk)):
        call = {"case_id": pair.child.pk, "action": "share", "raw": {"answer": "好的"}, "now": now + 5 * HOUR}
        assert code_of(case_act, actor=actor, **call) == "forbidden"


# --- two people at the same moment ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_matters_merged_into_one_another_at_the_same_moment(town, now):
    one, two = opened(town, now), opened(town, now)

    def into(case: Case, main: Case) -> Any:
        return lambda: act(case, "merge", town.liaison, now + HOUR, main=main.number).stage

    assert sorted(at_once(into(one, two), into(two, one))) == ["input", "joined"]
    assert [fresh(one).joined_id, fresh(two).joined_id].count(None) == 1


@pytest.mark.django_db(transaction=True)
def test_merged_while_the_main_matter_is_answered(town, now):
    main, case = opened(town, now), opened(town, now)
    answered = {"answer": "路灯已报修，今晚就亮。"}
    given = at_once(
        lambda: act(main, "answer_now", town.liaison, now + HOUR, **answered).stage,
        lambda: act(case, "merge", town.liaison, now + HOUR, main=main.number).stage,
    )
    assert given in (["rating", "joined"], ["rating", "input"])
    assert fresh(case).stage == ("rating" if given[1] == "joined" else "sorting")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert cursor.fetchone() == (0,)
