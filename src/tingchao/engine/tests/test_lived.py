"""A matter written in bulk is the matter that the services and the sweep would have made, step by step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict

from tingchao.core.finding import AGE_BITS, ERA_BITS, Mark, era_mark, mark
from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.engine.lived import Deed, Life, cases_live
from tingchao.engine.models import Assignment, Case, CaseWords, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.search import SCOPE_LEVELS
from tingchao.engine.services import case_act
from tingchao.engine.sweep import cases_sweep
from tingchao.engine.tests.loop import TEXT, doer, opened, procedure, typed

HOUR = timedelta(hours=1)

WAYS: dict[str, list[tuple[str, int]]] = {
    "to the end": [("deliberate", 1), ("settle", 30), ("answer", 24), ("rate_good", 5), ("draft", 3), ("publish", 2)],
    "rated poor once": [("assign", 2), ("answer", 3), ("rate_poor", 4), ("answer", 30), ("rate_fair", 1), ("keep", 1)],
    "handed back until decided": [
        *[("assign", 1), ("hand_back", 1)] * 3, ("decide", 3), ("answer", 5), ("rate_good", 1),
    ],
    "late everywhere, not rated": [("assign", 24 * 9), ("answer", 24 * 30), ("keep", 24 * 20)],
    "declined": [("decline", 1), ("rate_fair", 2), ("keep", 50)],
    "answered at once, opened again": [("answer_now", 1), ("rate_good", 1), ("keep", 1), ("reopen", 99), ("assign", 2)],
    "known, then withdrawn": [
        ("assign", 1), ("answer", 1), ("rate_good", 1), ("draft", 1), ("revise", 1), ("draft", 1), ("publish", 1),
        ("withdraw", 200),
    ],
    "explained after talk": [("deliberate", 1), ("explain", 40), ("rate_good", 1), ("keep", 1)],
    "nobody does anything": [],
    "given to a body that does nothing": [("assign", 3)],
}  # fmt: skip
"""Name → (action, hours after the one before)."""

AFTER = timedelta(days=25)


@pytest.fixture
def begins(now):
    return now - timedelta(days=200)


def deeds_of(way, case, town, handed, begins):
    moment = begins
    for action, hours in way:
        moment += hours * HOUR
        yield Deed(action, doer(action, case, town), moment, typed(action, handed))


def by_services(way, town, handed, begins, until):
    case = opened(town, begins)
    for deed in deeds_of(way, case, town, handed, begins):
        swept(case.pk, deed.at)
        case_act(case_id=case.pk, action=deed.action, raw=deed.raw, actor=deed.actor, now=deed.at)
    swept(case.pk, until)
    return Case.objects.get(pk=case.pk)


def swept(case_id, upto):
    """The sweep comes whenever it has something to do, not before what was done last."""
    while True:
        case = Case.objects.get(pk=case_id)
        if case.closed_at is not None or case.wake_at is None or case.wake_at > upto:
            return
        last = Event.objects.filter(case=case).latest("sequence").at
        cases_sweep(now=max(case.wake_at, last))


def life_of(way, town, handed, begins, **other: Any):
    opening = {
        "procedure": procedure(), "title": "路灯不亮", "text": TEXT, "raised_by": "匿名", "now": begins,
        "region_code": town.region, "station_id": town.station.pk, "channel": "web", "actor": reporter(0),
    }  # fmt: skip
    return Life(opening | other, lambda case: deeds_of(way, case, town, handed, begins))


def in_bulk(way, town, handed, begins, until):
    (case,) = cases_live(lives=[life_of(way, town, handed, begins)], until=until)
    return Case.objects.get(pk=case.pk)


def left_by(case):
    """Everything that a matter is, but ids and digests."""
    row = model_to_dict(case, exclude=["id", "head", "brought_by"])
    events = [
        {
            **model_to_dict(one, exclude=["id", "stream", "case", "previous", "digest"]),
            "actor": one.actor.split(":")[0],
        }
        for one in Event.objects.filter(case=case).order_by("sequence")
    ]
    facts = [
        model_to_dict(one, exclude=["id", "event", "case"]) | {"at": one.event.at, "does": one.event.action}
        for one in Fact.objects.filter(case=case).select_related("event").order_by("id")
    ]
    given = [
        model_to_dict(one, exclude=["id", "case"])
        for one in Assignment.objects.filter(case=case).order_by("id")
    ]
    words = CaseWords.objects.get(case=case)
    prefixes = [case.region_id[:level] for level in (0, *SCOPE_LEVELS)]
    ages = {mark(Mark.AGE, case.pk >> AGE_BITS), *(era_mark(one, case.pk >> ERA_BITS) for one in prefixes)}
    found_by = (words.plain, set(words.words) - ages)
    return {"row": row, "events": events, "facts": facts, "assignments": given, "found_by": found_by}


@pytest.mark.parametrize("name", WAYS)
def test_a_life_in_bulk_is_the_life_by_the_services(name, town, handed, begins):
    until = begins + sum((hours * HOUR for _, hours in WAYS[name]), timedelta()) + AFTER
    ways = (WAYS[name], town, handed, begins, until)
    one, other = left_by(by_services(*ways)), left_by(in_bulk(*ways))
    for part in one:
        assert other[part] == one[part], part
    assert len(one["events"]) > len(WAYS[name])
    assert audit().broken is None


def test_alarms_and_lapses_stand_in_a_life_on_their_days(town, handed, begins):
    case = in_bulk(WAYS["late everywhere, not rated"], town, handed, begins, begins + timedelta(days=90))
    actions = list(Event.objects.filter(case=case).order_by("sequence").values_list("action", flat=True))
    assert actions[:4] == ["open", "remind", "escalate", "escalate"]
    assert actions[actions.index("answer") :][:3] == ["answer", "remind", "lapse"]
    assert case.satisfaction == "unrated"


def test_nobody_is_told_of_what_is_long_over(town, handed, begins, now):
    in_bulk(WAYS["to the end"], town, handed, begins, now)
    assert not Notice.objects.exists()


def test_what_lies_after_the_end_of_the_time_told_of_is_not_done(town, handed, begins):
    case = in_bulk(WAYS["to the end"], town, handed, begins, begins + 2 * HOUR)
    assert (case.stage, case.events) == ("deliberating", 2)


def test_the_same_submission_is_written_once(town, handed, begins, now):
    life = life_of(WAYS["declined"], town, handed, begins, submission="list:7")
    assert len(cases_live(lives=[life], until=now)) == 1
    assert cases_live(lives=[life], until=now) == []
    assert Case.objects.count() == 1


def test_many_at_once_are_each_their_own_chain(town, handed, begins, now):
    lives = [life_of(way, town, handed, begins) for way in WAYS.values()]
    assert len(cases_live(lives=lives, until=now)) == len(WAYS)
    report = audit()
    assert (report.broken, report.chains) == (None, len(WAYS))


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"action": "publish"}, "not_here"),
        ({"action": "assign", "actor": "stranger"}, "forbidden"),
        ({"action": "assign", "actor": "handler"}, "forbidden"),
        ({"action": "assign", "raw": {"lead": "999999"}}, "input"),
        ({"action": "assign", "raw": {"deputies": []}}, "input"),
        ({"action": "no_such"}, "unknown"),
    ],
)
def test_what_the_services_refuse_is_refused_in_bulk_and_nothing_is_written(
    what, code, town, handed, begins, now
):
    actor = getattr(town, what.get("actor", "liaison"))
    deed = Deed(what["action"], actor, begins + HOUR, handed | what.get("raw", {}))
    good = life_of(WAYS["declined"], town, handed, begins)
    bad = Life(good.opening, lambda case: iter([deed]))
    with pytest.raises(Refusal) as refusal:
        cases_live(lives=[good, bad], until=now)
    assert refusal.value.code == code
    assert not Case.objects.exists()


@pytest.mark.parametrize("fault", ["back in time", "merges", "one submission"])
def test_lives_that_cannot_be_are_refused(fault, town, handed, begins, now):
    main = opened(town, begins)
    liaison = town.liaison
    deeds = {
        "back in time": [Deed("assign", liaison, begins - HOUR, handed)],
        "merges": [Deed("merge", liaison, begins + HOUR, {"main": main.number})],
        "one submission": [],
    }[fault]
    key = "same" if fault == "one submission" else None
    opening = life_of([], town, handed, begins, submission=key).opening
    lives = [Life(opening, lambda case: iter(deeds)) for _ in range(2)]
    with pytest.raises(ValueError, match=fault.split()[-1]):
        cases_live(lives=lives, until=now)
    assert Case.objects.count() == 1
