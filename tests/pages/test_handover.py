"""Open work of a body, a station or a deputy that ends: every matter finds its way, or is named and stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW
from django.urls import reverse
from django.utils.timezone import now

from tests.meetings.conftest import announced
from tests.pages.conftest import heard
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.models import Body, Deputy, Station
from tingchao.directory.services import body_create, station_create
from tingchao.engine.handover import (
    body_close,
    deputy_end,
    hung_hand_over,
    open_work,
    station_close,
    work_hand_over,
)
from tingchao.engine.models import Assignment, Case, Event, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import meeting_hold

DAY = timedelta(days=1)


@pytest.fixture
def assigned(town, handed):
    """assigned(3): matters that 城管中队 leads, 交警中队 joins, two deputies follow."""

    def make(number: int) -> Case:
        one = heard(town, number)
        raw = {**handed, "joint": [str(town.bodies.jiaojing.pk)]}
        return case_act(case_id=one.pk, action="assign", raw=raw, actor=town.liaison, now=NOW)

    return make


def give(town, kind, of, to, **other):
    who = {"reason": "机构改革", "actor": town.administrator, "now": NOW}
    return work_hand_over(kind=kind, of=of, to=to, **{**who, **other})


def running(case: Case) -> set[tuple[str, str]]:
    rows = Assignment.objects.filter(case=case, ended_at=None).select_related("body", "deputy")
    return {(row.kind, str(row.body or row.deputy)) for row in rows}


def test_another_body_takes_over_with_the_clock_as_it_was(town, assigned):
    case, before = assigned(1), None
    before = (case.stage, case.clock, case.due_at)
    handed = give(town, "bodies", town.bodies.chengguan.pk, town.bodies.zhujian.pk)
    case.refresh_from_db()
    assert (handed.done, handed.left, handed.stuck) == (1, 0, [])
    assert (case.stage, case.clock, case.due_at) == before
    assert case.lead == town.bodies.zhujian
    assert {("lead", "住建局"), ("joint", "交警中队")} <= running(case)
    event = Event.objects.filter(case=case).latest("sequence")
    assert (event.action, event.note, event.role) == ("reassigned", "机构改革", "administrator")
    assert {row.recipient for row in Notice.objects.filter(event=event)} == {
        f"body:{town.bodies.zhujian.pk}", "role:liaison@330182001000", "reporter",
    }  # fmt: skip
    assert audit().broken is None


def test_who_joined_may_come_to_lead_and_has_it_once(town, assigned):
    case = assigned(1)
    give(town, "bodies", town.bodies.chengguan.pk, town.bodies.jiaojing.pk)
    assert {entry for entry in running(case) if entry[0] != "follow_up"} == {("lead", "交警中队")}


def test_a_body_that_joins_is_followed_by_another_or_by_nobody(town, assigned):
    case, other = assigned(1), assigned(2)
    give(town, "bodies", town.bodies.jiaojing.pk, town.bodies.zhujian.pk, most=1)
    give(town, "bodies", town.bodies.jiaojing.pk, None)
    assert ("joint", "住建局") in running(case) and ("lead", "城管中队") in running(case)
    assert {kind for kind, _ in running(other)} == {"lead", "follow_up"}
    assert Event.objects.filter(action="reassigned.joint").count() == 2
    assert audit().broken is None


def test_back_to_the_liaison_who_gives_it_out_again(town, assigned, handed):
    case = assigned(1)
    give(town, "bodies", town.bodies.chengguan.pk, None)
    case.refresh_from_db()
    assert (case.stage, case.duty, case.lead, case.returns) == ("sorting", "liaison", None, 0)
    assert {kind for kind, _ in running(case)} == {"follow_up"}
    raw = {**handed, "lead": str(town.bodies.jiaojing.pk)}
    case_act(case_id=case.pk, action="assign", raw=raw, actor=town.liaison, now=NOW)
    assert audit().broken is None


def test_a_matter_that_waits_for_its_rating_loses_its_body_and_goes_to_the_liaison_when_it_is_poor(
    town, assigned
):
    case = assigned(1)
    answer = {"result": "done", "answer": "三盏灯已经换好了。"}
    case_act(case_id=case.pk, action="answer", raw=answer, actor=town.handler, now=NOW)
    give(town, "bodies", town.bodies.chengguan.pk, None)
    case.refresh_from_db()
    assert (case.stage, case.lead) == ("rating", None)
    case_act(
        case_id=case.pk, action="rate_poor", raw={"missing": "还是不亮"}, actor=reporter(case.pk), now=NOW
    )
    case.refresh_from_db()
    assert case.stage == "sorting"
    assert audit().broken is None


def test_a_successor_that_may_not_have_it_is_named_and_the_matter_stays(town, assigned):
    case = assigned(1)
    handed = give(town, "bodies", town.bodies.chengguan.pk, town.bodies.xihu.pk)
    assert (handed.done, handed.left) == (0, 1) and handed.stuck[0][0] == case.number
    case.refresh_from_db()
    assert case.lead == town.bodies.chengguan and Event.objects.filter(case=case).count() == 2
    with pytest.raises(Refusal):
        give(town, "bodies", town.bodies.chengguan.pk, town.bodies.chengguan.pk)


def test_a_body_is_switched_off_when_nothing_is_left_and_gets_nothing_any_more(town, assigned):
    assigned(1)
    how = {"body_id": town.bodies.chengguan.pk, "reason": "撤并", "actor": town.administrator, "now": NOW}
    with pytest.raises(Refusal) as refused:
        body_close(**how)
    assert refused.value.code == "work"
    give(town, "bodies", town.bodies.chengguan.pk, town.bodies.jiaojing.pk)
    assert body_close(**how).active is False
    event = Event.objects.filter(stream="directory").get()
    assert (event.action, event.note, event.data["changes"]) == (
        "body.close",
        "撤并",
        {"active": [True, False]},
    )
    body_close(**how)
    assert Event.objects.filter(stream="directory").count() == 1


def test_a_station_closes_and_another_of_the_same_place_goes_on(town, case):
    near = station_create(name="府东微站", kind="micro", region_code="330182001001", actor=SYSTEM)
    far = station_create(name="北山站", kind="centre", region_code="330106001000", actor=SYSTEM)
    assert give(town, "stations", town.station.pk, far.pk).stuck[0][0] == case.number
    assert give(town, "stations", town.station.pk, near.pk).done == 1
    assert Case.objects.get().station == near
    assert give(town, "stations", near.pk, None).done == 1
    assert Case.objects.get().station is None
    station_close(station_id=near.pk, reason="撤点", actor=town.administrator, now=NOW)
    assert Station.objects.get(pk=near.pk).active is False
    assert audit().broken is None


# --- gatherings that lie ahead ----------------------------------------------------------------------------


def ahead(town):
    """Two receptions at the station, and one that is over and waits to be closed."""
    moment = now()
    over = announced(town, moment - 20 * DAY, title="上次接待")
    return [announced(town, moment, title=title) for title in ("这次接待", "下次接待")], over


def test_a_station_closes_only_when_each_gathering_has_somewhere_to_go(town):
    (first, second), over = ahead(town)
    near = station_create(name="府东微站", kind="micro", region_code="330182001001", actor=SYSTEM)
    how = {"of": town.station.pk, "reason": "撤点", "actor": town.administrator, "now": now()}
    with pytest.raises(Refusal, match="安排好的活动"):
        station_close(station_id=town.station.pk, reason="撤点", actor=town.administrator, now=now())
    hung_hand_over(to=near.pk, moves={first.stream: True, second.stream: False}, **how)
    hung_hand_over(to=near.pk, moves={first.stream: True, second.stream: False}, **how)  # broke off, again
    first, second = Meeting.objects.get(pk=first.pk), Meeting.objects.get(pk=second.pk)
    assert (first.station, first.region_id, first.state) == (near, "330182001001", "announced")
    assert (second.station, second.state, second.reason) == (town.station, "cancelled", "撤点")
    assert {one.state for one in first.attendees.all()} == {"invited"}
    told = Notice.objects.filter(template__in=["meeting_moved", "meeting_cancelled"])
    assert (
        sorted(told.values_list("template", flat=True)) == ["meeting_cancelled"] * 2 + ["meeting_moved"] * 2
    )
    assert all(one.data["place"] == near.name for one in told if one.template == "meeting_moved")
    station_close(station_id=town.station.pk, reason="撤点", actor=town.administrator, now=now())
    meeting_hold(meeting_id=over.pk, received=2, actor=town.liaison, now=now())
    assert audit().broken is None


@pytest.mark.parametrize(
    ("who", "where", "code"),
    [
        ("administrator", None, "input"),
        ("administrator", "far", "input"),
        ("administrator", "closed", "input"),
        ("liaison", "near", "forbidden"),
        ("clerk", "near", "forbidden"),
    ],
)
def test_a_gathering_that_may_not_go_there_stays(who, where, code, town):
    (first, _), _ = ahead(town)
    places = {
        "near": station_create(name="府东微站", kind="micro", region_code=town.region, actor=SYSTEM),
        "far": station_create(name="北山站", kind="centre", region_code="330106001000", actor=SYSTEM),
        "closed": station_create(name="旧站", kind="micro", region_code=town.region, actor=SYSTEM),
    }
    Station.objects.filter(pk=places["closed"].pk).update(active=False)
    to = places[where].pk if where else None
    how = {"of": town.station.pk, "reason": "撤点", "actor": getattr(town, who), "now": now()}
    with pytest.raises(Refusal) as refused:
        hung_hand_over(to=to, moves={first.stream: True}, **how)
    assert refused.value.code == code
    assert Meeting.objects.get(pk=first.pk).station == town.station


def test_the_page_asks_of_each_gathering_and_of_the_matters(town, browse, case):
    (first, second), _ = ahead(town)
    near = station_create(name="府东微站", kind="micro", region_code="330182001001", actor=SYSTEM)
    path, client = reverse("desk:admin_close", args=["stations", town.station.pk]), browse("administrator")
    text = client.get(path).content.decode()
    assert "还有 2 场安排好的活动" in text and "这次接待" in text and "上次接待" not in text
    form = {"where": "to", "to": near.name, "reason": "撤点", first.stream: "move"}
    wrong = client.post(path, form)
    assert wrong.status_code == 422 and Station.objects.get(pk=town.station.pk).active
    nowhere = client.post(path, form | {second.stream: "move", "to": "", "where": "nobody"})
    assert nowhere.status_code == 422 and "请写明搬到哪个站点" in nowhere.content.decode()
    assert client.post(path, form | {second.stream: "end"}).status_code == 302
    assert not Station.objects.get(pk=town.station.pk).active
    assert Case.objects.get().station == near == Meeting.objects.get(pk=first.pk).station
    assert Meeting.objects.get(pk=second.pk).state == "cancelled"


def test_a_station_with_stations_below_it_does_not_close(town):
    station_create(name="微站", kind="micro", region_code=town.region, parent=town.station, actor=SYSTEM)
    with pytest.raises(Refusal, match="下面还有"):
        station_close(station_id=town.station.pk, reason="撤点", actor=town.administrator, now=NOW)


def test_a_deputy_whose_term_ends_is_followed_by_another(town, assigned):
    case = assigned(1)
    first, second, third, _ = town.deputies
    assert open_work("deputies", first.pk).count == 1
    assert give(town, "deputies", first.pk, third.pk).done == 1
    assert {name for kind, name in running(case) if kind == "follow_up"} == {second.name, third.name}
    assert give(town, "deputies", second.pk, third.pk).done == 1
    assert {name for kind, name in running(case) if kind == "follow_up"} == {third.name}
    ended = deputy_end(deputy_id=first.pk, reason="换届", actor=town.administrator, now=NOW)
    assert ended.until.isoformat() == "2026-11-20"
    assert give(town, "deputies", third.pk, first.pk).stuck, "no longer in office"
    assert audit().broken is None


def test_only_who_keeps_the_place_hands_its_work_over(town, assigned):
    assigned(1)
    for actor in (town.liaison, town.handler, town.auditor, town.clerk):
        with pytest.raises(Refusal) as refused:
            give(town, "bodies", town.bodies.chengguan.pk, town.bodies.jiaojing.pk, actor=actor)
        assert refused.value.code == "forbidden"
    assert not Event.objects.filter(action="reassigned").exists()


# --- the page ---------------------------------------------------------------------------------------------


def test_the_page_counts_asks_and_goes_on_where_it_broke_off(town, assigned, browse):
    cases = [assigned(number) for number in range(1, 31)]
    path = reverse("desk:admin_close", args=["bodies", town.bodies.chengguan.pk])
    client = browse("administrator")
    page = client.get(path)
    text = page.content.decode()
    assert page.context["count"] == 30 and len(page.context["rows"]) == 25 and "还有 30 件" in text
    assert cases[0].number in text and cases[0].title not in text, "an administrator sees no matter"
    wrong = client.post(path, {"where": "to", "to": "", "reason": "撤并"})
    assert wrong.status_code == 422 and "请写明交给谁" in wrong.content.decode()
    give(town, "bodies", town.bodies.chengguan.pk, town.bodies.jiaojing.pk, most=10)  # broken off
    assert client.get(path).context["count"] == 20
    done = client.post(path, {"where": "to", "to": "交警中队", "reason": "撤并"})
    assert done.status_code == 302
    assert Body.objects.get(pk=town.bodies.chengguan.pk).active is False
    assert Case.objects.filter(lead=town.bodies.jiaojing).count() == 30
    assert audit().broken is None


def test_without_open_work_a_reason_is_enough(town, browse):
    path = reverse("desk:admin_close", args=["deputies", town.deputies[0].pk])
    assert browse("administrator").post(path, {"reason": "调离"}).status_code == 302
    assert Deputy.objects.get(pk=town.deputies[0].pk).until is not None


def test_groups_and_accounts_are_not_closed_this_way(town, browse):
    for kind in ("groups", "accounts", "regions"):
        path = reverse("desk:admin_close", args=[kind, 1])
        assert browse("administrator").get(path).status_code == 404


@pytest.mark.parametrize("kind", ["bodies", "stations", "deputies"])
def test_nothing_to_hand_over_is_nothing(kind, town):
    body = body_create(key="neu", name="新单位", kind="department", region_code=town.region, actor=SYSTEM)
    pk = {"bodies": body.pk, "stations": town.station.pk, "deputies": town.deputies[3].pk}[kind]
    handed = give(town, kind, pk, None)
    assert (handed.done, handed.left, handed.stuck) == (0, 0, [])
