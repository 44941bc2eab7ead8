"""Nothing happens twice: a page that is out of date, two people at one matter, one submission sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from tingchao.directory.actors import reporter
from tingchao.engine.care import case_tend
from tingchao.engine.models import Assignment, Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act, case_lapse, stage_token
from tingchao.engine.tests.loop import at_once, brought, code_of, opened, typed

RECORDS = (Case, Assignment, Event, Fact, Notice)


def everything() -> list[list[dict[str, object]]]:
    return [list(model.objects.order_by("pk").values()) for model in RECORDS]


# --- a page that is out of date ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "code", "why"),
    [
        (lambda case, old: stage_token(case), "", "页面是新的"),
        (lambda case, old: None, "", "服务之间直接调用，没有页面"),
        (lambda case, old: stage_token(old), "moved_on", "页面是上一个环节的"),
        (lambda case, old: f"acting@{stage_token(old).split('@')[1]}", "moved_on", "环节对，时刻是上一回的"),
        (lambda case, old: "", "moved_on", "没带记号"),
        (lambda case, old: "乱写\x00", "moved_on", "乱写的记号"),
        (lambda case, old: "9" * 10_000, "moved_on", "一万位的记号"),
    ],
)
def test_a_page_that_is_out_of_date(town, handed, now, seen, code, why):
    old = opened(town, now)
    given = typed("assign", handed)
    case = case_act(
        case_id=old.pk, action="assign", raw=given, actor=town.liaison, now=now + timedelta(hours=1)
    )
    before = everything()
    call = {"case_id": case.pk, "action": "answer", "raw": typed("answer", handed), "actor": town.handler}
    assert code_of(case_act, now=now + timedelta(hours=2), seen=seen(case, old), **call) == code, why
    assert (everything() == before) is bool(code)


def test_a_matter_that_came_back_to_the_same_stage_has_moved_on(town, handed, now):
    case = brought(town, handed, now, "rating")
    first = stage_token(case)
    for hour, action, actor in ((1, "rate_poor", reporter(case.pk)), (2, "answer", town.handler)):
        case = case_act(
            case_id=case.pk,
            action=action,
            raw=typed(action, handed),
            actor=actor,
            now=now + timedelta(hours=hour),
        )
    assert case.stage == "rating" and stage_token(case) != first
    before = everything()
    call = {"case_id": case.pk, "action": "rate_good", "raw": {}, "actor": reporter(case.pk)}
    assert code_of(case_act, now=now + timedelta(hours=3), seen=first, **call) == "moved_on"
    assert everything() == before


def test_a_note_beside_does_not_make_a_page_out_of_date(town, handed, now):
    case = brought(town, handed, now, "acting")
    seen = stage_token(case)
    case_tend(case_id=case.pk, tool="note", raw={"note": "已到现场"}, actor=town.deputy, now=now)
    call = {"case_id": case.pk, "action": "answer", "raw": typed("answer", handed), "actor": town.handler}
    assert code_of(case_act, now=now + timedelta(hours=1), seen=seen, **call) == ""


@pytest.mark.parametrize(
    ("case_id", "why"),
    [
        (0, "零号"),
        (-1, "负数"),
        (10**9, "还没有这件事"),
        (2**63 - 1, "最大的号"),
        (2**63, "数据库放不下的号"),
    ],
)
def test_a_matter_that_there_is_not(town, handed, now, case_id, why):
    call = {"case_id": case_id, "actor": town.liaison, "now": now}
    assert code_of(case_act, action="assign", raw=typed("assign", handed), **call) == "gone", why
    assert code_of(case_tend, tool="note", raw={"note": "在吗"}, **call) == "gone", why


def test_a_step_already_taken_is_not_taken_again(town, handed, now):
    case = brought(town, handed, now, "rating")
    call = {"case_id": case.pk, "action": "rate_good", "raw": {}, "actor": reporter(case.pk), "now": now}
    assert code_of(case_act, **call) == ""
    before = everything()
    assert code_of(case_act, **call) == "not_here"
    assert everything() == before


# --- at the same moment -----------------------------------------------------------------------------------


def acting(case, now, actor, action, raw, seen=None):
    return lambda: (
        case_act(
            case_id=case.pk, action=action, raw=raw, actor=actor, now=now + timedelta(hours=1), seen=seen
        ).stage
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("with_page", "told"), [(True, "moved_on"), (False, "not_here")])
def test_of_two_people_at_one_matter_one_acts_and_the_other_is_told(town, handed, now, with_page, told):
    case = opened(town, now)
    seen = stage_token(case) if with_page else None
    to_traffic = {**typed("assign", handed), "lead": str(town.bodies.jiaojing.pk)}
    given = at_once(
        acting(case, now, town.liaison, "assign", typed("assign", handed), seen),
        acting(case, now, town.coordinator, "assign", to_traffic, seen),
    )
    assert sorted(given) == sorted(["acting", told])
    case.refresh_from_db()
    winner = town.bodies.chengguan if given[0] == "acting" else town.bodies.jiaojing
    assert (case.lead_id, case.events) == (winner.pk, 2)
    assert [row.body_id for row in Assignment.objects.filter(kind="lead")] == [winner.pk]
    assert Fact.objects.filter(kind="voice.assigned").count() == 1
    assert audit().broken is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("stage", "first", "second", "after"),
    [
        ("rating", ("reporter", "rate_good"), ("reporter", "rate_good"), {"publishing"}),
        ("rating", ("reporter", "rate_good"), ("reporter", "rate_poor"), {"publishing", "acting"}),
        ("acting", ("handler", "answer"), ("handler", "hand_back"), {"rating", "sorting"}),
        ("publishing", ("liaison", "draft"), ("coordinator", "keep"), {"checking", "kept"}),
    ],
    ids=["评了两下", "评满意又评不满意", "一边答复一边退回", "一边公开一边不公开"],
)
def test_of_two_steps_at_once_one_is_taken(town, handed, now, stage, first, second, after):
    case = brought(town, handed, now, stage)
    before = case.events
    actors = {"reporter": reporter(case.pk), "handler": town.handler} | vars(town)
    given = at_once(
        *(acting(case, now, actors[who], action, typed(action, handed)) for who, action in (first, second))
    )
    assert given.count("not_here") == 1 and after & set(given)
    case.refresh_from_db()
    assert case.stage in given and case.events == before + 1
    assert audit().broken is None


@pytest.mark.django_db(transaction=True)
def test_a_rating_and_the_end_of_its_time_at_once_give_one_rating(town, handed, now):
    case = brought(town, handed, now, "rating")
    over = case.due_at + timedelta(hours=9)
    given = at_once(
        lambda: (
            case_act(
                case_id=case.pk, action="rate_good", raw={}, actor=reporter(case.pk), now=over
            ).satisfaction
        ),
        lambda: case_lapse(case_id=case.pk, now=over).satisfaction,
    )
    assert given.count("not_here") == 1 and {"good", "unrated"} & set(given)
    case.refresh_from_db()
    assert case.satisfaction in given
    assert Fact.objects.filter(kind="voice.rated").count() == 1


@pytest.mark.django_db(transaction=True)
def test_notes_at_once_are_all_kept_in_one_chain(town, handed, now):
    case = brought(town, handed, now, "acting")
    given = at_once(
        *(
            lambda actor=actor, n=n: (
                case_tend(
                    case_id=case.pk, tool="note", raw={"note": f"第 {n} 条"}, actor=actor, now=now
                ).events
            )
            for n, actor in enumerate((town.liaison, town.coordinator, town.handler, town.deputy))
        )
    )
    assert sorted(given) == [3, 4, 5, 6]
    notes = Event.objects.filter(case=case, action="note").values_list("note", flat=True)
    assert sorted(notes) == [f"第 {n} 条" for n in range(4)]
    assert audit().broken is None


@pytest.mark.django_db(transaction=True)
def test_two_extensions_at_once_are_one(town, handed, now):
    case = brought(town, handed, now, "acting")
    raw = {"amount": "5", "note": "配件要从外地调"}
    given = at_once(
        *[lambda: case_tend(case_id=case.pk, tool="extend", raw=raw, actor=town.coordinator, now=now).due_on]
        * 2
    )
    assert given.count("clock") == 1
    case.refresh_from_db()
    assert case.due_on in given and case.running_clock().extended == 5


# --- one submission, sent again ---------------------------------------------------------------------------


def test_a_submission_opens_one_matter(town, now):
    opened(town, now, submission="form:1")
    with pytest.raises(IntegrityError):
        opened(town, now, submission="form:1")


def test_matters_without_a_submission_are_each_their_own(town, now):
    assert opened(town, now).pk != opened(town, now).pk
