"""A story of a deputy: nothing is public before the deputy agreed to these very words and a second person looked."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import staff

from tests.duty.test_figures import YES, past
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.models import Deputy
from tingchao.engine.models import Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.instruments.meetings.services.past import meetings_take_over
from tingchao.mechanisms.deputy_duty.models import Story
from tingchao.mechanisms.deputy_duty.selectors.records import Window, summary_of
from tingchao.mechanisms.deputy_duty.selectors.stories import (
    may_see,
    stories_known,
    stories_page,
    story_get,
    story_known,
)
from tingchao.mechanisms.deputy_duty.services.stories import (
    Words,
    story_agree,
    story_change,
    story_publish,
    story_withdraw,
    story_write,
)

TEXT = "菜场东门的三盏路灯坏了两个月，王代表陪着城管中队去看，三天就修好了，晚上走路看得清台阶。"


@pytest.fixture
def fact(town: SimpleNamespace, now: Any) -> int:
    """王代表 took part in a themed activity and a training; the fact of the first."""
    pasts = [
        past(town, now, "themed", "代表走进菜场", (YES, YES)),
        past(town, now, "training", "培训班", (YES,)),
    ]
    meetings_take_over(pasts=pasts, actor=SYSTEM)
    return Fact.objects.get(kind="meeting.attended.themed", deputy=town.deputies[0]).pk


@pytest.fixture
def other_clerk() -> Actor:
    return staff(Role.CLERK, "3301")


def words(fact: int, **values: Any) -> Words:
    return Words(**({"title": "菜场东门亮起来了", "text": TEXT, "fact_ids": [fact]} | values))


def written(town: Any, fact: int, now: Any, by: str = "clerk", **values: Any) -> Story:
    return story_write(
        deputy_id=town.deputies[0].pk, words=words(fact, **values), actor=getattr(town, by), now=now
    )


def test_training_and_themed_activities_stand_on_the_record(fact, town):
    summary = summary_of(Window(town.deputies[0].pk, date(2026, 1, 1), date(2027, 1, 1)))
    assert {key: one.attended for key, one in summary.meetings.items()} == {"themed": 1, "training": 1}


def test_written_agreed_looked_at_known(fact, town, other_clerk, now):
    story = written(town, fact, now)
    assert (story.state, stories_known().rows) == ("written", [])
    story = story_agree(story_id=story.pk, seen=1, actor=town.deputy, now=now)
    assert (story.state, stories_known().rows) == ("agreed", [])
    story_publish(story_id=story.pk, seen=1, actor=other_clerk, now=now)
    assert [one.title for one in stories_known(place="330182000000").rows] == ["菜场东门亮起来了"]
    assert stories_known(place="330106000000").rows == []
    found = story_known(story.pk)
    assert found is not None
    assert found[1] == 1
    assert [row.template for row in Notice.objects.filter(template__startswith="story").order_by("pk")] == [
        "story_written",
        "story_agreed",
    ]
    assert audit().broken is None


def test_a_deputy_agrees_to_what_they_wrote_themselves(fact, town, now):
    story = written(town, fact, now, by="deputy")
    assert story.state == "agreed"
    story_publish(story_id=story.pk, seen=1, actor=town.clerk, now=now)
    assert len(stories_known(deputy_id=town.deputies[0].pk).rows) == 1


@pytest.mark.parametrize(
    ("agreed", "actor", "seen", "code"),
    [
        (False, "other", 1, "not_here"),  # without consent
        (True, "clerk", 1, "second_person"),  # who wrote it
        (True, "deputy", 1, "forbidden"),
        (True, "liaison", 1, "forbidden"),
        (True, "leader", 1, "forbidden"),
        (True, "stranger", 1, "forbidden"),
        (True, "other", 2, "moved_on"),  # other words than those that were looked at
    ],
)
def test_what_is_not_made_known(agreed, actor, seen, code, fact, town, other_clerk, now):
    story = written(town, fact, now)
    if agreed:
        story_agree(story_id=story.pk, seen=1, actor=town.deputy, now=now)
    who = other_clerk if actor == "other" else getattr(town, actor)
    with pytest.raises(Refusal) as refusal:
        story_publish(story_id=story.pk, seen=seen, actor=who, now=now)
    assert refusal.value.code == code
    assert stories_known().rows == []


def test_other_words_need_consent_again_and_are_not_public(fact, town, other_clerk, now):
    story = written(town, fact, now)
    story_agree(story_id=story.pk, seen=1, actor=town.deputy, now=now)
    story_publish(story_id=story.pk, seen=1, actor=other_clerk, now=now)
    story = story_change(
        story_id=story.pk, words=words(fact, text=TEXT + "还装了扶手。"), seen=1, actor=town.clerk, now=now
    )
    assert (story.state, story.version, stories_known().rows) == ("written", 2, [])
    with pytest.raises(Refusal) as refusal:  # the consent was to the first words
        story_agree(story_id=story.pk, seen=1, actor=town.deputy, now=now)
    assert refusal.value.code == "moved_on"
    assert story_agree(story_id=story.pk, seen=2, actor=town.deputy, now=now).state == "agreed"


@pytest.mark.parametrize("index", [1, None])
def test_nobody_agrees_for_another(index, fact, town, now):
    story = written(town, fact, now)
    other = town.deputies[index].pk if index is not None else None
    actor = staff(Role.DEPUTY, "330182001", deputy=other)
    with pytest.raises(Refusal) as refusal:
        story_agree(story_id=story.pk, seen=1, actor=actor, now=now)
    assert refusal.value.code == "forbidden"


def test_consent_is_taken_back_without_a_reason(fact, town, other_clerk, now):
    story = written(town, fact, now)
    story_agree(story_id=story.pk, seen=1, actor=town.deputy, now=now)
    story_publish(story_id=story.pk, seen=1, actor=other_clerk, now=now)
    story_withdraw(story_id=story.pk, reason="", actor=town.deputy, now=now)
    assert (stories_known().rows, story_known(story.pk)) == ([], None)
    with pytest.raises(Refusal) as refusal:  # not made known again without consent
        story_publish(story_id=story.pk, seen=1, actor=other_clerk, now=now)
    assert refusal.value.code == "not_here"


def test_a_clerk_withdraws_with_a_reason(fact, town, now):
    story = written(town, fact, now)
    with pytest.raises(Refusal) as refusal:
        story_withdraw(story_id=story.pk, reason=" ", actor=town.clerk, now=now)
    assert "reason" in refusal.value.fields
    assert (
        story_withdraw(story_id=story.pk, reason="写错了人", actor=town.clerk, now=now).state == "withdrawn"
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "亮"}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"text": "太短"}, "text"),
        ({"text": "长" * 5001}, "text"),
        ({"text": TEXT + "联系电话 13800001111。"}, "text"),  # personal data
        ({"title": "找 13800001111 修灯"}, "title"),
        ({"fact_ids": []}, "facts"),
        ({"fact_ids": [2**62]}, "facts"),
        ({"fact_ids": [-1]}, "facts"),
        ({"fact_ids": list(range(1, 22))}, "facts"),
    ],
)
def test_words_that_are_refused(values, field, fact, town, now):
    with pytest.raises(Refusal) as refusal:
        written(town, fact, now, **values)
    assert field in refusal.value.fields
    assert not Story.objects.exists()


def test_a_deed_of_another_deputy_is_not_told_as_theirs(fact, town, now):
    other = Fact.objects.get(kind="meeting.attended.themed", deputy=town.deputies[1]).pk
    with pytest.raises(Refusal) as refusal:
        written(town, fact, now, fact_ids=[fact, other])
    assert "facts" in refusal.value.fields


@pytest.mark.parametrize("by", ["liaison", "handler", "leader", "auditor", "stranger"])
def test_who_writes_no_story(by, fact, town, now):
    with pytest.raises(Refusal) as refusal:
        written(town, fact, now, by=by)
    assert refusal.value.code == "forbidden"


def test_whose_term_ended_neither_writes_nor_agrees(fact, town, now):
    story = written(town, fact, now)
    Deputy.objects.filter(pk=town.deputies[0].pk).update(until=now.date())
    after = staff(Role.DEPUTY, "330182001")  # as actor_for makes the account from then on
    with pytest.raises(Refusal) as refusal:
        story_agree(story_id=story.pk, seen=1, actor=after, now=now)
    assert refusal.value.code == "forbidden"


def test_sent_twice_it_is_one_story(fact, town, now):
    one = {"deputy_id": town.deputies[0].pk, "words": words(fact), "actor": town.clerk, "submission": "a"}
    assert story_write(**one, now=now).pk == story_write(**one, now=now + timedelta(seconds=1)).pk
    assert Story.objects.count() == 1


def test_who_sees_it_before_it_is_public(fact, town, now):
    story = written(town, fact, now)
    seen = {
        "deputy": True, "clerk": True, "coordinator": True, "leader": True, "auditor": True,
        "liaison": False, "handler": False, "stranger": False,
    }  # fmt: skip
    assert {who: may_see(getattr(town, who), story) for who in seen} == seen
    assert {who: bool(stories_page(getattr(town, who))[0]) for who in seen} == seen
    assert story_get(2**70) is None
