"""The telephone number of whoever raised a voice: who sees it, how often, and when it is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.engine.disclosure import DAILY, TEXT, case_disclose, looks
from tingchao.engine.models import Case, Event
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.services import voice_file
from tingchao.mechanisms.public_voices.services.phones import (
    phones_expire,
    voice_phone_erase,
    voice_phone_read,
)

NUMBER = "13800001234"


def heard(town, now, phone=NUMBER, text="路灯不亮，晚上看不清台阶。"):
    return voice_file(
        text=text, region_code=town.region, station_id=town.station.pk, channel="web",
        phone=phone, consent=bool(phone), actor=reporter(0), now=now,
    )  # fmt: skip


@pytest.fixture
def case(town, now):
    return heard(town, now)


@pytest.fixture
def assigned(case, town, handed, now):
    return case_act(case_id=case.pk, action="assign", raw=handed, actor=town.liaison, now=now)


def look(case, actor, now, reason="ask", note=""):
    return voice_phone_read(case_id=case.pk, reason=reason, note=note, actor=actor, now=now)


SEES = [
    # who, while a body has the matter, once it is closed
    ("liaison", True),
    ("coordinator", True),
    ("handler", True),
    ("other_handler", False),
    ("deputy", False),
    ("clerk", False),
    ("leader", False),
    ("expert", False),
    ("administrator", False),
    ("auditor", False),
    ("stranger", False),
]


@pytest.mark.parametrize(("who", "sees"), SEES)
def test_who_sees_the_number_while_the_matter_is_open(who, sees, town, assigned, now):
    actor = getattr(town, who)
    if sees:
        assert look(assigned, actor, now) == NUMBER
        return
    with pytest.raises(Refusal) as refused:
        look(assigned, actor, now)
    assert refused.value.code == "forbidden"
    assert not Event.objects.filter(action="phone_seen").exists()


def test_a_body_that_joins_does_not_see_it(town, case, handed, now):
    both = {**handed, "joint": [str(town.bodies.jiaojing.pk)]}
    case_act(case_id=case.pk, action="assign", raw=both, actor=town.liaison, now=now)
    with pytest.raises(Refusal, match="forbidden"):
        look(case, town.other_handler, now)


def test_nobody_sees_it_once_the_matter_is_closed(town, case, now):
    closed(case, town, now)
    with pytest.raises(Refusal, match="closed"):
        look(case, town.liaison, now)


def closed(case, town, now):
    case_act(
        case_id=case.pk, action="answer_now", raw={"answer": "今晚就修好。"}, actor=town.liaison, now=now
    )
    case_act(case_id=case.pk, action="rate_good", raw={}, actor=reporter(case.pk), now=now)
    return case_act(
        case_id=case.pk, action="keep", raw={"reason": "涉及个人隐私"}, actor=town.liaison, now=now
    )


def test_who_looked_and_why_is_recorded_and_the_number_is_not(town, case, now):
    look(case, town.liaison, now, "other", "号码13800001234打不通，再核对")
    event = Event.objects.get(action="phone_seen")
    assert (event.actor, event.data["reason"]) == (town.liaison.key, "other")
    assert "138****1234" in event.note
    assert NUMBER not in f"{event.note}{event.data}{event.said}"
    assert audit().broken is None


@pytest.mark.parametrize(
    ("reason", "note", "at_fault"),
    [
        ("", "", {"reason"}),
        ("curious", "", {"reason"}),
        ("other", "", {"note"}),
        ("other", " \u200b ", {"note"}),
        ("ask", "长" * 101, {"note"}),
        ("ask", "", set()),
        ("other", "约明天", set()),
    ],
)
def test_a_look_needs_a_reason(reason, note, at_fault, town, case, now):
    if not at_fault:
        assert look(case, town.liaison, now, reason, note) == NUMBER
        return
    with pytest.raises(Refusal) as refused:
        look(case, town.liaison, now, reason, note)
    assert set(refused.value.fields) == at_fault


def test_a_voice_without_a_number(town, now):
    with pytest.raises(Refusal, match="none"):
        look(heard(town, now, phone=""), town.liaison, now)


def test_so_often_a_day_and_no_more(town, case, now):
    for _ in range(DAILY):
        look(case, town.liaison, now)
    with pytest.raises(Refusal) as refused:
        look(case, town.liaison, now)
    assert refused.value.code == "too_many"
    assert "协调人" in refused.value.message
    assert look(case, town.coordinator, now) == NUMBER  # each account for itself
    assert look(case, town.liaison, now + timedelta(days=1)) == NUMBER


def test_whole_texts_count_too(town, assigned, now):
    for _ in range(DAILY):
        case_disclose(case_id=assigned.pk, what=TEXT, reason="ask", note="", actor=town.leader, now=now)
    with pytest.raises(Refusal, match="too_many"):
        case_disclose(case_id=assigned.pk, what=TEXT, reason="ask", note="", actor=town.leader, now=now)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("clerk", True), ("leader", True), ("handler", True), ("deputy", True), ("auditor", False),
        ("expert", False), ("administrator", False), ("other_handler", False), ("stranger", False),
    ],
)  # fmt: skip
def test_who_may_ask_for_the_whole_text(who, may, town, assigned, now):
    def ask():
        return case_disclose(
            case_id=assigned.pk, what=TEXT, reason="ask", note="", actor=getattr(town, who), now=now
        )

    if may:
        assert ask().pk == assigned.pk
    else:
        with pytest.raises(Refusal, match="forbidden"):
            ask()


# --- gone -------------------------------------------------------------------------------------------------


def nothing_left(case):
    voice = Voice.objects.get(case=case)
    row = Case.objects.get(pk=case.pk)
    return (voice.phone, voice.phone_shown, voice.consented_at, row.raised_by) == (None, "", None, "匿名")


def test_its_owner_takes_it_back(town, case, now):
    voice_phone_erase(case_id=case.pk, actor=reporter(case.pk), now=now)
    voice_phone_erase(case_id=case.pk, actor=reporter(case.pk), now=now)  # twice is once
    assert nothing_left(case)
    event = Event.objects.get(action="phone_erased")
    assert (event.role, event.data["why"]) == ("reporter", "withdrawn")
    assert "1234" not in str(event.data)
    assert audit().broken is None


@pytest.mark.parametrize(
    ("who", "may"),
    [("liaison", True), ("coordinator", True), ("handler", False), ("clerk", False), ("stranger", False)],
)
def test_who_erases_it_for_its_owner(who, may, town, assigned, now):
    if may:
        voice_phone_erase(case_id=assigned.pk, actor=getattr(town, who), now=now)
        assert nothing_left(assigned)
    else:
        with pytest.raises(Refusal, match="forbidden"):
            voice_phone_erase(case_id=assigned.pk, actor=getattr(town, who), now=now)


def test_nobody_erases_the_number_of_somebody_else(town, case, now):
    other = heard(town, now, phone="13900001234")
    with pytest.raises(Refusal, match="forbidden"):
        voice_phone_erase(case_id=case.pk, actor=reporter(other.pk), now=now)


@pytest.mark.parametrize(("days", "erased"), [(179, 0), (181, 1)])
def test_it_is_kept_no_longer_than_needed(days, erased, town, case, now, settings):
    settings.PHONE_DAYS = 180
    still_open = heard(town, now, phone="13900001234")
    closed(case, town, now)
    assert phones_expire(now=now + timedelta(days=days)) == erased
    assert nothing_left(case) is bool(erased)
    assert not nothing_left(still_open)
    assert phones_expire(now=now + timedelta(days=days)) == 0
    assert audit().broken is None


def test_many_are_erased_in_batches(town, now, monkeypatch):
    monkeypatch.setattr("tingchao.mechanisms.public_voices.services.phones.BATCH", 2)
    for number in range(5):
        closed(heard(town, now, phone=f"1380000123{number}"), town, now)
    assert phones_expire(now=now + timedelta(days=200)) == 5
    assert not Voice.objects.filter(phone__isnull=False).exists()


def test_the_auditor_reads_who_looked_within_their_scope(town, case, now):
    for moment in range(3):
        look(case, town.liaison, now + timedelta(minutes=moment))
    rows, after = looks(town.auditor)
    assert [row.who for row in rows] == [town.liaison.name] * 3
    assert rows[0].at > rows[-1].at
    assert after == ""
    assert looks(town.liaison) == ([], "")
    assert looks(town.auditor, before="nonsense")[0] == rows


def test_the_list_goes_on_over_pages(town, now, monkeypatch):
    monkeypatch.setattr("tingchao.engine.disclosure.PAGE", 2)
    case = heard(town, now)
    for moment in range(5):
        look(case, town.liaison, now + timedelta(minutes=moment))
    seen, after = [], ""
    for _ in range(3):
        rows, after = looks(town.auditor, before=after)
        seen += [row.at for row in rows]
    assert after == ""
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 5
