"""A station's own view: who sees it, notes that must be answered, one check a day, where it lies among all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from tests.pages.conftest import heard
from tests.pages.test_meetings import html, made
from tests.pages.test_statements import taken
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Region, Station
from tingchao.directory.services import station_create
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Case, Event, Fact
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.sweep import cases_sweep
from tingchao.instruments.meetings.services import Invited
from tingchao.mechanisms.contact_stations.demo import own_view
from tingchao.mechanisms.contact_stations.models import CheckList, DailyCheck, Guidance
from tingchao.mechanisms.contact_stations.selectors.brain import check_items, compared_with_all
from tingchao.mechanisms.contact_stations.services.guidance import (
    check_answer,
    check_list_set,
    guidance_give,
)

NETWORK, KEY = "/desk/network/", "k" * 20
ADVICE = "接待日请提前把牌子摆到小区门口，群众找不到。"


def page(station):
    return reverse("contact_stations:brain", args=[station.pk])


def do(browser, station, **data):
    return browser.post(reverse("contact_stations:brain_do", args=[station.pk]), data)


def give(town, **values):
    given = {"station": town.station, "text": ADVICE, "actor": town.clerk, "now": NOW}
    return guidance_give(**(given | values))


def all_well(town, **amiss):
    return {item: amiss.get(item, True) for item in check_items(town.region)}


def check(town, **values):
    given = {
        "station": town.station,
        "answers": all_well(town),
        "note": "",
        "actor": town.liaison,
        "now": NOW,
    }
    return check_answer(**(given | values))


def facts(kind="station.checked"):
    sums: dict[str, int] = {}
    for one in Fact.objects.filter(kind=kind):
        sums[one.detail] = sums.get(one.detail, 0) + one.amount
    return {key: total for key, total in sums.items() if total}


# --- guidance ---------------------------------------------------------------------------------------------


def test_a_note_is_answered_sent_back_answered_again_and_closed(town, case):
    note = give(town, about=case)
    assert (note.stage, note.station, note.due_on.isoformat()) == ("advised", town.station, "2026-11-27")
    steps = [
        ("answer_guidance", town.liaison, {"answer": "明天就把牌子摆出去。"}, "heeding"),
        ("more_guidance", town.clerk, {"reason": "牌子上没有时间"}, "advised"),
        ("answer_guidance", town.coordinator, {"answer": "时间也写上了。"}, "heeding"),
        ("enough", town.clerk, {}, "guided"),
        ("reopen_guidance", town.clerk, {"reason": "又没摆出来"}, "advised"),
    ]
    for hours, (action, actor, raw, stage) in enumerate(steps, start=1):
        moment = NOW + timedelta(hours=hours)
        note = case_act(case_id=note.pk, action=action, raw=raw, actor=actor, now=moment)
        assert note.stage == stage
    assert Guidance.objects.get().about == case
    assert Fact.objects.filter(kind="guidance.answered").count() == 2
    assert audit().broken is None


def test_a_note_that_is_not_answered_is_overdue_like_any_matter(town):
    note = give(town)
    cases_sweep(now=NOW + timedelta(days=8))
    assert Event.objects.filter(case=note, action="escalate").exists()


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"text": "好"}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"due": "2026-11-20"}, "due"),  # today
        ({"due": "2030-01-01"}, "due"),
        ({"due": "明天"}, "due"),
        ({"about": "elsewhere"}, "about"),
    ],
)
def test_what_is_wrong_with_a_note(values, fault, town, case):
    if "about" in values:
        far = station_create(name="洋溪站", kind="centre", region_code="330182002000", actor=SYSTEM)
        Case.objects.filter(pk=case.pk).update(station=far)
        values = {"about": Case.objects.get(pk=case.pk)}
    with pytest.raises(Refusal) as refused:
        give(town, **values)
    assert set(refused.value.fields) == {fault} and not Guidance.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "coordinator", "leader", "deputy", "auditor", "administrator"])
def test_only_the_head_station_guides(who, town):
    with pytest.raises(Refusal, match="forbidden"):
        give(town, actor=getattr(town, who))


def test_the_station_does_not_judge_its_own_answer(town):
    note = give(town)
    case_act(
        case_id=note.pk,
        action="answer_guidance",
        raw={"answer": "已经摆出去了。"},
        actor=town.liaison,
        now=NOW,
    )
    with pytest.raises(Refusal, match="forbidden"):
        case_act(case_id=note.pk, action="enough", raw={}, actor=town.liaison, now=NOW)


def test_a_note_from_the_page_sent_twice_is_one(browse, town, case):
    head = browse("clerk")
    form = {"do": "guide", "text": ADVICE, "about": case.number, "idempotency_key": KEY}
    for _ in range(2):
        assert do(head, town.station, **form).status_code == 302
    note = Guidance.objects.get()
    assert note.about == case and ADVICE[:10] in html(browse("liaison here").get(page(town.station)))
    beside = html(browse("liaison here").get(reverse("desk:case", args=[note.case.number])))
    assert case.number in beside and town.station.name in beside
    wrong = do(head, town.station, do="guide", text=ADVICE, about="2026-9999-999-7")
    assert wrong.status_code == 422 and ADVICE in html(wrong) and "没有找到这件事" in html(wrong)
    assert do(browse("liaison here"), town.station, **form).status_code == 403


def test_from_a_matter_to_the_note_on_it(browse, town, case):
    head, there = browse("clerk"), reverse("contact_stations:guide_case", args=[case.number])
    assert there in html(head.get(reverse("desk:case", args=[case.number])))
    assert there not in html(browse("liaison here").get(reverse("desk:case", args=[case.number])))
    answer = head.post(there)
    assert answer.url == f"{page(town.station)}?about={case.number}#guide-title"
    assert f'value="{case.number}"' in html(head.get(answer.url))
    Case.objects.filter(pk=case.pk).update(station=None)
    assert head.post(there).url == reverse("desk:case", args=[case.number])


# --- daily checks -----------------------------------------------------------------------------------------


def test_one_check_a_day_that_may_be_put_right(town):
    for _ in range(2):
        check(town)
    assert facts() == {"ok": 1} and Event.objects.filter(action="station.check").count() == 1
    row = check(town, answers=all_well(town, 有人在岗=False), note="下午没人")
    assert DailyCheck.objects.get() == row and row.amiss == ["有人在岗"]
    assert facts() == {"amiss": 1}
    check(town, now=NOW + timedelta(days=1))
    assert DailyCheck.objects.count() == 2 and facts() == {"amiss": 1, "ok": 1}
    assert audit().broken is None


def test_what_is_wrong_with_a_check(town):
    for answers, note, fault in (
        (all_well(town, 按时开门=None), "", "按时开门"),
        (all_well(town, 按时开门=False), " ", "note"),
        (all_well(town), "长" * 201, "note"),
    ):
        with pytest.raises(Refusal) as refused:
            check(town, answers=answers, note=note)
        assert set(refused.value.fields) == {fault}
    with pytest.raises(Refusal, match="moved_on"):
        check(town, answers={"别的": True})
    assert not DailyCheck.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "leader", "deputy", "handler", "stranger", "administrator"])
def test_who_does_not_check_a_station(who, town):
    with pytest.raises(Refusal, match="forbidden"):
        check(town, actor=getattr(town, who))


def test_the_list_is_the_nearest_places_own(town):
    shipped = check_items(town.region)
    county, city = (Region.objects.get(pk=code) for code in ("330182000000", "330100000000"))
    check_list_set(region=city, items=["开门"], actor=town.clerk, now=NOW)
    assert check_items(town.region) == ["开门"] != shipped
    check_list_set(region=county, items=["开门", "牌子"], actor=town.clerk, now=NOW)
    assert check_items(town.region) == ["开门", "牌子"] and check_items("330106001000") == ["开门"]


@pytest.mark.parametrize("items", [[], [" "], ["一样", "一样"], [f"第{n}样" for n in range(13)], ["长" * 31]])
def test_a_list_that_cannot_be(items, browse, town):
    with pytest.raises(Refusal) as refused:
        check_list_set(region=Region.objects.get(pk="330182000000"), items=items, actor=town.clerk, now=NOW)
    assert set(refused.value.fields) == {"items"}
    answer = browse("clerk").post("/desk/network/checks/", {"items": "\n".join(items)})
    assert answer.status_code == 422 and not CheckList.objects.exists()


def test_only_the_head_station_says_what_is_checked(town):
    with pytest.raises(Refusal, match="forbidden"):
        check_list_set(region=town.station.region, items=["开门"], actor=town.liaison, now=NOW)


def test_a_check_from_the_page(browse, town):
    liaison, items = browse("liaison here"), check_items(town.region)
    form = {"do": "check", "items": "|".join(items)} | {f"item-{n}": "ok" for n in range(len(items))}
    wrong = do(liaison, town.station, **(form | {"item-1": "amiss"}))
    assert wrong.status_code == 422 and "请写一句哪里不对" in html(wrong)
    assert do(liaison, town.station, **(form | {"items": "older"})).status_code == 409
    assert do(liaison, town.station, **(form | {"item-1": "amiss", "note": "下午没人"})).status_code == 302
    text = html(browse("clerk").get(page(town.station)))
    assert "下午没人" in text and "有人在岗" in text
    assert DailyCheck.objects.get().day == localdate()


def test_missing_days_are_seen_and_not_counted_up(browse, town):
    shown = browse("liaison here").get(page(town.station)).context["check"]
    assert len(shown["strip"]) == 20 and shown["missing_days"] in (19, 20)
    assert all(one["state"] in ("none", "today") for one in shown["strip"])


# --- where it lies ----------------------------------------------------------------------------------------


def network_of(count):
    return [
        station_create(name=f"{n}号站", kind="centre", region_code="330182001001", actor=SYSTEM)
        for n in range(count)
    ]


@pytest.mark.parametrize(("others", "compared"), [(3, False), (4, True)])
def test_fewer_than_five_are_not_compared(others, compared, town):
    network_of(others)
    assert bool(compared_with_all(town.station, localdate())) is compared


def test_no_other_station_is_named(browse, town):
    """Each of the others heard one voice, this one three; a micro station and another county do not count."""
    others = network_of(5)
    micro = station_create(name="微站甲", kind="micro", region_code="330182001001", actor=SYSTEM)
    for station, count in [(town.station, 3), (micro, 9), *((one, 1) for one in others)]:
        for _ in range(count):
            _voice(town, station)
    voices = next(
        one for one in compared_with_all(town.station, localdate()) if "voice.heard" in one.measure.kinds
    )
    assert (voices.own, voices.spread.count, voices.spread.median, voices.stand) == (3, 6, 1, "upper")
    text = html(browse("liaison here").get(page(town.station)))
    assert "和全网比" in text and not any(one.name in text for one in (*others, micro))


def _voice(town, station):
    from tingchao.directory.actors import reporter
    from tingchao.mechanisms.public_voices.services import voice_file

    voice_file(
        text="路口的灯不亮了。",
        region_code=station.region_id,
        station_id=station.pk,
        channel="web",
        actor=reporter(0),
        now=timezone.now(),
    )


# --- the pages --------------------------------------------------------------------------------------------


def test_what_waits_and_this_weeks_gatherings(browse, town, case):
    late = heard(town, 2)
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + timedelta(days=9))
    this_week = made(
        town,
        timezone.now(),
        starts=timezone.now() + timedelta(minutes=1),
        title="这周的接待",
        invited=Invited(),
    )
    answer = browse("liaison here").get(page(town.station))
    waiting = answer.context["waiting"]
    assert (waiting["count"], waiting["late"]) == (2, 1)
    assert [one["late"] for one in waiting["rows"]] == [True, False]
    assert this_week.title in html(answer) and passcode_for(case) not in html(answer)


def test_one_station_opens_at_once_and_several_are_listed(browse, town):
    assert browse("liaison here").get(NETWORK).url == page(town.station)
    assert len(browse("liaison here").get(f"{NETWORK}?all=1").context["rows"]) == 1
    far = station_create(name="北山站", kind="centre", region_code="330106001000", actor=SYSTEM)
    rows = browse("clerk").get(NETWORK).context["rows"]
    assert [one.station for one in rows] == [town.station, far]
    assert browse("liaison here").get(page(far)).status_code == 403
    Station.objects.filter(pk=far.pk).update(active=False)
    assert browse("clerk").get(page(far)).status_code == 404


@pytest.mark.parametrize("count", [2, 40])
def test_statements(count, browse, town, case):
    network_of(count)
    head = browse("clerk")
    used = taken(head, "get", NETWORK)
    assert len(used) <= 6, "\n".join(used)  # session, account, grants, counts, stations, open matters
    used = taken(head, "get", page(town.station))
    # the station; matters counted and listed; week, notes, check list, checks; stations compared and their sums
    assert len(used) <= 13, "\n".join(used)
    raw = [sql for sql in used if "engine_fact " in sql and "engine_rollup" not in sql]
    assert not raw, "facts are read by their sums, and the few after the watermark by their ids"


def test_the_demonstration_shows_a_month_of_checks_and_notes_at_every_stage(town, now):
    for _ in range(2):
        for step in own_view.steps(town.clerk, now):
            step()
    assert sorted(Case.objects.filter(procedure="guidance").values_list("stage", flat=True)) == [
        "advised",
        "guided",
        "heeding",
    ]
    assert 10 < DailyCheck.objects.count() < 20
    assert sum(facts().values()) == DailyCheck.objects.count() and facts()["amiss"] >= 1
    assert audit().broken is None


# --- on the page of the matter ----------------------------------------------------------------------------


SEEN_ON_THE_CASE = [
    # who, may open the matter, reads the note there
    ("liaison here", 200, True),
    ("coordinator", 200, True),
    ("clerk", 200, True),
    ("leader", 200, True),
    ("auditor", 200, True),
    ("handler of the lead", 200, False),
    ("deputy following", 200, False),
    ("handler of another body", 403, False),
    ("deputy not following", 403, False),
    ("liaison elsewhere", 403, False),
    ("expert", 403, False),
    ("administrator", 403, False),
]


@pytest.mark.parametrize(("who", "status", "reads"), SEEN_ON_THE_CASE)
def test_a_note_on_a_matter_stands_beside_it_for_those_who_see_notes(
    who, status, reads, browse, town, case, handed
):
    case_act(case_id=case.pk, action="assign", raw=handed, actor=town.liaison, now=NOW)
    give(town, about=case)
    answer = browse(who).get(reverse("desk:case", args=[case.number]))
    assert answer.status_code == status
    assert (ADVICE in html(answer)) is reads


def test_the_note_waits_for_its_answer_and_then_bears_it(browse, town, case):
    note = give(town, about=case)
    give(town, text="这条是说整个站的，不针对哪件事。")

    def act(action, actor, **raw):
        case_act(case_id=note.pk, action=action, raw=raw, actor=actor, now=NOW)

    def card():
        there = reverse("desk:case", args=[case.number])
        return html(browse("clerk").get(there)).split('class="card c-side"', 1)[1]

    shown = card()
    assert "等站里回话，11月27日（周五）前" in shown and "不针对哪件事" not in shown
    assert reverse("desk:case", args=[note.number]) in shown
    act("answer_guidance", town.liaison, answer="明天就摆出去。")
    assert "站里回话：明天就摆出去。" in card() and "等站里回话" not in card()
    act("more_guidance", town.clerk, reason="牌子上没有时间")
    assert "站里回话：明天就摆出去。 还要再改" in card()
    act("answer_guidance", town.liaison, answer="时间也写上了。")
    shown = card()
    assert "站里回话：时间也写上了。" in shown and "明天就摆出去" not in shown, "the last answer counts"


def test_whoever_raised_the_matter_never_reads_the_note(client, town, case):
    note = give(town, about=case)
    raw = {"answer": "明天就摆出去。"}
    case_act(case_id=note.pk, action="answer_guidance", raw=raw, actor=town.liaison, now=NOW)
    shown = html(client.get(f"/m/{case.number}/{passcode_for(case)}/"))
    assert ADVICE not in shown and "指导" not in shown and "明天就摆" not in shown
