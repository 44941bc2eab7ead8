"""What one wrote another checks: the public account, its pictures, taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import staff

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.engine.files import KeptFile
from tingchao.engine.made_known import Asked, known_page
from tingchao.engine.models import Attachment, Case, Event, Fact
from tingchao.engine.selectors import picture_shown, pictures_shown
from tingchao.engine.services import case_act
from tingchao.engine.tests.loop import INPUTS, brought, code_of

LATER = timedelta(hours=1)


def lamp(digit: str, kind: str = "image/jpeg") -> KeptFile:
    return KeptFile(digit * 64, kind, f"{digit}.jpg", 10)


@pytest.mark.parametrize(
    ("who", "code", "article"),
    [
        ("writer", "second_person", "个人信息保护法 25：写的人自己不能批"),
        ("colleague", "", "同站另一位联络员"),
        ("coordinator", "", "协调人"),
        ("leader", "forbidden", "领导只接逾期上报"),
        ("handler", "forbidden", "承办单位不批"),
    ],
)
@pytest.mark.parametrize("action", ["publish", "revise"])
def test_who_checks_what_the_liaison_wrote(town, handed, now, who, code, article, action):
    case = brought(town, handed, now, "checking")
    actor = {"writer": town.liaison, "colleague": staff(Role.LIAISON, "330182001")}.get(who) or getattr(
        town, who
    )
    raw = INPUTS.get(action, {})
    done = code_of(case_act, case_id=case.pk, action=action, raw=raw, actor=actor, now=now + LATER)
    assert done == code, article


def test_the_refusal_says_who_can(town, handed, now):
    case = brought(town, handed, now, "checking")
    with pytest.raises(Refusal) as refused:
        case_act(case_id=case.pk, action="publish", raw={}, actor=town.liaison, now=now + LATER)
    assert refused.value.params == {"who": "联络员、协调人"}


def test_sent_back_it_is_written_again_and_never_public_in_between(town, handed, now):
    case = brought(town, handed, now, "checking")
    case = case_act(
        case_id=case.pk, action="revise", raw=INPUTS["revise"], actor=town.coordinator, now=now + LATER
    )
    assert (case.stage, case.visibility, case.public_title) == ("publishing", "private", "府前路路灯已修好")
    again = {"public_title": "府前路三盏灯修好了", "public_text": "三盏路灯已经全部换好。"}
    case = case_act(case_id=case.pk, action="draft", raw=again, actor=town.liaison, now=now + 2 * LATER)
    assert not known_page(Asked()).rows and not Fact.objects.filter(kind="voice.made_known")
    case = case_act(case_id=case.pk, action="publish", raw={}, actor=town.coordinator, now=now + 3 * LATER)
    assert [one.title for one in known_page(Asked()).rows] == ["府前路三盏灯修好了"]
    assert [fact.detail for fact in Fact.objects.filter(kind="voice.closed")] == ["done"]
    public = Event.objects.get(case=case, action="publish").data["public"]
    assert public == {**again, "before": [], "after": []}


# --- pictures ---------------------------------------------------------------------------------------------


def with_pictures(town, handed, now) -> Case:
    case = brought(town, handed, now, "acting")
    photos = [lamp("a"), lamp("b")]
    raw = INPUTS["answer"] | {"photos": ["0 a.jpg", "1 b.jpg"]}
    case_act(case_id=case.pk, action="answer", raw=raw, actor=town.handler, now=now + LATER, files=photos)
    return case_act(case_id=case.pk, action="rate_good", raw={}, actor=reporter(case.pk), now=now + LATER)


def drafted(case, town, now, files=(), **chosen) -> Case:
    raw = {**INPUTS["draft"], **chosen}
    return case_act(case_id=case.pk, action="draft", raw=raw, actor=town.liaison, now=now, files=files)


def test_pictures_are_chosen_or_sent_and_shown_only_while_the_matter_is_public(town, handed, now):
    case = with_pictures(town, handed, now)
    case = drafted(
        case,
        town,
        now + 2 * LATER,
        before=["a" * 64],
        photos=["0 c.jpg"],
        files=[lamp("c"), lamp("d", "application/pdf")],
    )
    shown = dict(Attachment.objects.filter(case=case).values_list("digest", "shown"))
    assert shown == {"a" * 64: "before", "b" * 64: "", "c" * 64: "after", "d" * 64: ""}
    assert picture_shown(case.year, case.pk, "a" * 64) is None
    case = case_act(case_id=case.pk, action="publish", raw={}, actor=town.coordinator, now=now + 3 * LATER)
    for digit, there in (("a", True), ("b", False), ("c", True), ("d", False)):
        assert (picture_shown(case.year, case.pk, digit * 64) is not None) is there, digit
    assert [one.shown for one in pictures_shown([case.pk])[case.pk]] == ["before", "after"]
    public = Event.objects.get(case=case, action="publish").data["public"]
    assert (public["before"], public["after"]) == (["a" * 64], ["c" * 64])
    case_act(case_id=case.pk, action="hide", raw={}, actor=reporter(case.pk), now=now + 4 * LATER)
    assert picture_shown(case.year, case.pk, "a" * 64) is None and not pictures_shown([case.pk])


def test_only_photographs_of_this_matter_can_be_chosen(town, handed, now):
    case = with_pictures(town, handed, now)
    for wrong in (["f" * 64], ["a" * 64, "../etc/passwd"]):
        call = {"case_id": case.pk, "action": "draft", "actor": town.liaison, "now": now + 2 * LATER}
        assert code_of(case_act, raw={**INPUTS["draft"], "before": wrong}, **call) == "input"
    assert not Attachment.objects.exclude(shown="")


# --- taken back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "article"),
    [("withdraw", "个人信息保护法 47：应当主动删除"), ("hide", "个人信息保护法 15：本人撤回同意")],
)
def test_what_was_known_can_be_taken_back_and_stays_closed(town, handed, now, action, article):
    case = brought(town, handed, now, "known")
    actor = reporter(case.pk) if action == "hide" else town.liaison
    closed = case.closed_at
    case = case_act(
        case_id=case.pk, action=action, raw=INPUTS.get(action, {}), actor=actor, now=now + timedelta(days=30)
    )
    assert (case.stage, case.visibility, case.closed_at) == ("kept", "private", closed), article
    assert not known_page(Asked()).rows
    kinds = list(Fact.objects.filter(case=case).values_list("kind", flat=True))
    assert kinds.count("voice.withdrawn") == kinds.count("voice.closed") == 1
