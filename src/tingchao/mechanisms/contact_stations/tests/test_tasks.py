"""Core tasks: handed down to a network, accepted, reported, confirmed or sent back; never twice, never lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from conftest import SINCE

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, Actor, Hold
from tingchao.directory.models import Region, Station
from tingchao.directory.services import account_create, grant_give, station_create
from tingchao.engine.handover import work_hand_over
from tingchao.engine.models import Case, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.sweep import cases_sweep
from tingchao.engine.timing import local_day
from tingchao.mechanisms.contact_stations.models import TaskSet
from tingchao.mechanisms.contact_stations.rules import item_made
from tingchao.mechanisms.contact_stations.selectors import handed_before, progress_of, task_sets
from tingchao.mechanisms.contact_stations.services.tasks import NOT_YOURS, tasks_continue, tasks_hand_down

TODAY = date(2026, 11, 20)
DUE = date(2026, 12, 31)


@pytest.fixture
def head(town, now) -> Actor:
    """The clerk of the head station, with an account, since the worker asks for its rights."""
    account = account_create(username="head", name="总站", password=None, actor=SYSTEM, now=now)
    grant_give(account=account, role=Role.CLERK, scope="3301", since=SINCE, actor=SYSTEM)
    return Actor("account", account.pk, "总站", (Hold(Role.CLERK, "3301"),))


def items(count: int, due: date = DUE):
    return [
        item_made({"title": f"核心任务第{n}项", "text": "", "due": due.isoformat()}, TODAY)
        for n in range(count)
    ]


def hand(head, now, *, count=2, stations=None, region="330182000000", due=DUE):
    made = tasks_hand_down(
        title="2026 年核心任务",
        year=2026,
        region=Region.objects.get(pk=region),
        items=items(count, due),
        stations=stations or list(Station.objects.order_by("id")),
        actor=head,
        now=now,
    )
    while tasks_continue(now=now, most=3):
        pass
    made.refresh_from_db()
    return made


REPORT = {"result": "done", "report": "走访了四十户，意见都记下了。"}


def test_a_set_makes_one_task_for_each_station_and_task_once_a_year(town, head, now):
    for number in range(4):
        station_create(name=f"微站{number}", kind="micro", region_code="330182001001", actor=SYSTEM)
    first = hand(head, now)
    assert (first.state, first.total, first.opened, Case.objects.count()) == ("done", 10, 10, 10)
    assert handed_before(items(2), Station.objects.all(), 2026) == 10
    again = hand(head, now + timedelta(days=1), count=3)
    assert (again.opened, Case.objects.count()) == (5, 15)
    assert Fact.objects.filter(kind="task.handed").count() == 15
    assert audit().broken is None


def test_a_task_is_due_on_the_day_that_was_written_and_accepting_leaves_it(town, head, now):
    hand(head, now, count=1)
    case = Case.objects.get()
    assert (case.stage, case.duty, case.due_on, case.channel) == ("handed", "liaison", DUE, "handed")
    later = now + timedelta(days=3)
    case_act(case_id=case.pk, action="accept", raw={"doer": "小王"}, actor=town.liaison, now=later)
    case.refresh_from_db()
    assert (case.stage, case.due_on, case.stage_since) == ("doing", DUE, later)


WALKS = [
    # who does what, where the task comes to
    ([("liaison", "accept"), ("liaison", "report"), ("head", "confirm")], "task_closed"),
    ([("liaison", "report"), ("head", "confirm")], "task_closed"),
    ([("liaison", "report"), ("head", "send_back")], "mending"),
    (
        [("liaison", "report"), ("head", "send_back"), ("liaison", "report"), ("head", "confirm_known")],
        "task_known",
    ),
    ([("coordinator", "report"), ("head", "confirm"), ("head", "reopen_task")], "mending"),
    ([("liaison", "report"), ("head", "confirm_known"), ("liaison", "withdraw_task")], "task_closed"),
]
RAW = {
    "accept": {"doer": ""},
    "report": REPORT,
    "confirm": {},
    "send_back": {"reason": "还差照片。"},
    "confirm_known": {
        "public_title": "走访四十户",
        "public_text": "代表走访了四十户，听到的事都交下去办了。",
    },
    "withdraw_task": {"reason": "写错了数字"},
    "reopen_task": {"reason": "还有一户没去"},
}


@pytest.mark.parametrize(("walk", "stage"), WALKS)
def test_where_a_task_comes_to(walk, stage, town, head, now):
    hand(head, now, count=1)
    case = Case.objects.get()
    for number, (who, action) in enumerate(walk, start=1):
        actor = head if who == "head" else getattr(town, who)
        case_act(
            case_id=case.pk, action=action, raw=RAW[action], actor=actor, now=now + timedelta(days=number)
        )
    case.refresh_from_db()
    assert (case.stage, case.closed_at is not None) == (stage, stage.startswith("task_"))
    assert case.visibility == ("public" if stage == "task_known" else "private")
    assert audit().broken is None


NOT_THEIRS = [
    ("liaison", "confirm"),
    ("coordinator", "confirm"),
    ("leader", "confirm"),
    ("stranger", "report"),
    ("deputy", "report"),
    ("handler", "report"),
    ("head", "report"),
    ("administrator", "report"),
]


@pytest.mark.parametrize(("who", "action"), NOT_THEIRS)
def test_who_may_not(who, action, town, head, now):
    hand(head, now, count=1)
    case = Case.objects.get()
    if action == "confirm":
        case_act(case_id=case.pk, action="report", raw=REPORT, actor=town.liaison, now=now)
    actor = head if who == "head" else getattr(town, who)
    with pytest.raises(Refusal) as refusal:
        case_act(case_id=case.pk, action=action, raw=RAW[action], actor=actor, now=now)
    assert refusal.value.code == "forbidden"


@pytest.mark.parametrize("who", ["liaison", "coordinator", "leader", "administrator", "deputy", "handler"])
def test_only_the_head_station_hands_down(who, town, now):
    with pytest.raises(Refusal) as refusal:
        hand(getattr(town, who), now)
    assert refusal.value.message == NOT_YOURS and not TaskSet.objects.exists()


def test_a_head_hands_down_only_where_it_is(town, now, head):
    district = Actor("account", head.id, "总站", (Hold(Role.CLERK, "330106"),))
    with pytest.raises(Refusal):
        hand(district, now)


FAULTS = [
    ({"title": "短", "due": "2026-12-31"}, "名称写得太短"),
    ({"title": "长" * 101, "due": "2026-12-31"}, "名称写得太长"),
    ({"title": "核心任务", "due": ""}, "请选完成的日期"),
    ({"title": "核心任务", "due": "31/12/2026"}, "请选完成的日期"),
    ({"title": "核心任务", "due": "2026-11-20"}, "要在今天以后"),
    ({"title": "核心任务", "due": "2036-11-20"}, "最远到两年以后"),
    ({"title": "核心任务", "text": "长" * 2001, "due": "2026-12-31"}, "说明写得太长"),
]


@pytest.mark.parametrize(("row", "sentence"), FAULTS)
def test_what_is_no_task(row, sentence):
    with pytest.raises(ValueError, match=sentence):
        item_made(row, TODAY)


def test_a_set_without_tasks_or_stations_is_refused(town, head, now):
    for given in ({"count": 0}, {"count": 41}):
        with pytest.raises(Refusal):
            hand(head, now, **given)
    with pytest.raises(Refusal):
        tasks_hand_down(
            title="2026 年核心任务",
            year=2026,
            region=Region.objects.get(pk="330182000000"),
            items=items(1),
            stations=[],
            actor=head,
            now=now,
        )
    assert not Case.objects.exists()


def test_a_head_whose_right_ended_stops_half_way_with_a_reason(town, head, now):
    made = tasks_hand_down(
        title="2026 年核心任务",
        year=2026,
        region=Region.objects.get(pk="330182000000"),
        items=items(2),
        stations=[town.station],
        actor=head,
        now=now,
    )
    made.asked_by.grants.all().delete()
    assert tasks_continue(now=now) is True and tasks_continue(now=now) is False
    made.refresh_from_db()
    assert made.state == "failed" and made.fault and not Case.objects.exists()


def test_a_station_that_closed_meanwhile_is_passed_over(town, head, now):
    other = station_create(name="微站", kind="micro", region_code="330182001001", actor=SYSTEM)
    Station.objects.filter(pk=other.pk).update(active=False)
    made = hand(head, now, count=2)
    assert (made.done, made.opened) == (4, 2)


def test_open_tasks_of_a_station_that_closes_go_to_another(town, head, now):
    other = station_create(name="白沙片区站", kind="area", region_code="330182001000", actor=SYSTEM)
    hand(head, now, count=2, stations=[town.station])
    handed = work_hand_over(
        kind="stations", of=town.station.pk, to=other.pk, reason="站点撤并", actor=town.administrator, now=now
    )
    assert (handed.done, handed.left, handed.stuck) == (2, 0, [])
    assert set(Case.objects.values_list("station_id", "due_on")) == {(other.pk, DUE)}


def test_a_task_that_is_late_is_told_upwards_and_counted(town, head, now):
    hand(head, now, count=2, due=TODAY + timedelta(days=3))
    late = now + timedelta(days=8)
    for _ in range(3):
        cases_sweep(now=late)
    told = set(Notice.objects.filter(template="overdue").values_list("recipient", flat=True))
    assert any(one.startswith("role:coordinator@") for one in told)
    (made,) = task_sets(("330182",))
    progress = progress_of([made.pk], ("330182",), late)[made.pk]
    assert [(one.doing, one.late) for one in progress.values()] == [(1, 1), (1, 1)]


@pytest.mark.parametrize(("scope", "sees"), [("330182001", 1), ("3301", 1), ("", 1), ("330106", 0)])
def test_who_sees_a_set(scope, sees, town, head, now):
    hand(head, now, count=1)
    assert len(task_sets((scope,))) == sees
    assert local_day(now) == TODAY
