"""Matters tied to gatherings in bulk leave what `word_take` and `case_tie` leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tingchao.core.steps import Refusal
from tingchao.engine.models import Event, Stream
from tingchao.engine.record import Entry, streams_continue
from tingchao.engine.sealing import audit
from tingchao.engine.tests.loop import opened
from tingchao.instruments.meetings.models import CaseMeeting, Meeting
from tingchao.instruments.meetings.services import Word, case_tie, word_take
from tingchao.instruments.meetings.services.past import Past, meetings_take_over
from tingchao.instruments.meetings.services.said import Tied, cases_tie

HOUR = timedelta(hours=1)


@pytest.fixture
def gatherings(town, now):
    """Three receptions of last week at the station."""
    starts = now - timedelta(days=7)
    pasts = [
        Past("reception", f"接待{n}", town.region, starts, starts + HOUR, f"r{n}", station_id=town.station.pk)
        for n in range(3)
    ]
    meetings_take_over(pasts=pasts, actor=town.liaison)
    return list(Meeting.objects.order_by("id"))


def last_of(meeting, *, but=()):
    event = Event.objects.filter(stream=meeting.stream).latest("sequence")
    told = {key: value for key, value in event.data.items() if key not in but}
    return (event.action, event.role, event.actor, event.sequence, event.at, sorted(event.data), told)


@pytest.mark.parametrize("tie", ["said", "topic"])
def test_ties_are_what_the_services_leave(tie, gatherings, town, now):
    one, other, _ = gatherings
    if tie == "said":
        word = Word("路灯不亮，请来看看")
        case = word_take(meeting_id=one.pk, word=word, actor=town.liaison, now=now)
    else:
        case = opened(town, now)
        case_tie(meeting_id=one.pk, case=case, actor=town.liaison, now=now)
    second = opened(town, now)
    assert cases_tie(ties=[Tied(other.pk, second, now, tie)], actor=town.liaison) == 1
    ids = ("case", "number")
    assert last_of(other, but=ids) == last_of(one, but=ids)
    rows = CaseMeeting.objects.order_by("id").values_list("case", "meeting", "tie")
    assert list(rows) == [(case.pk, one.pk, tie), (second.pk, other.pk, tie)]
    assert audit().broken is None


def test_many_ties_go_on_one_chain_and_each_is_tied_once(gatherings, town, now):
    cases = [opened(town, now) for _ in range(4)]
    ties = [Tied(gatherings[0].pk, case, now + n * HOUR) for n, case in enumerate(cases)]
    assert cases_tie(ties=ties[:3], actor=town.liaison) == 3
    assert cases_tie(ties=[*ties, ties[3]], actor=town.liaison) == 1
    assert cases_tie(ties=ties, actor=town.liaison) == 0
    assert Stream.objects.get(pk=gatherings[0].stream).events == 2 + 4
    assert audit().broken is None


@pytest.mark.parametrize("who", ["stranger", "deputy", "handler"])
def test_whoever_does_not_organise_ties_nothing(who, gatherings, town, now):
    case = opened(town, now)
    with pytest.raises(Refusal) as refusal:
        cases_tie(ties=[Tied(gatherings[0].pk, case, now)], actor=getattr(town, who))
    assert refusal.value.code == "forbidden"
    assert not CaseMeeting.objects.exists()


def test_a_gathering_that_is_not_there_or_was_cancelled_takes_no_matter(gatherings, town, now):
    case, good = opened(town, now), gatherings[0]
    Meeting.objects.filter(pk=gatherings[1].pk).update(state=Meeting.State.CANCELLED)
    for wrong, code in ((2**40, "gone"), (gatherings[1].pk, "not_here")):
        with pytest.raises(Refusal) as refusal:
            cases_tie(ties=[Tied(good.pk, case, now), Tied(wrong, case, now)], actor=town.liaison)
        assert refusal.value.code == code
    assert not CaseMeeting.objects.exists()


def test_a_chain_that_has_not_begun_is_not_continued(town, now):
    entry = Entry("x", town.liaison, "liaison", now)
    with pytest.raises(ValueError, match="no such streams: meeting:1"), transaction.atomic():
        streams_continue([("meeting:1", [entry])])
    assert not Event.objects.exists()
