"""Notices: written with the step that causes them, delivered at least once under a key that never changes."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from tingchao.directory.actors import reporter
from tingchao.engine import outbox
from tingchao.engine.models import Case, Event, Notice
from tingchao.engine.outbox import FIRST_WAIT, MOST_TRIES, notices_deliver, to_folder
from tingchao.engine.services import case_act
from tingchao.engine.tests.loop import brought, code_of, opened, typed


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.NOTICES_DIR = tmp_path / "notices"
    return settings.NOTICES_DIR


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


class Broken:
    """A target that fails with `fault` as often as told, or for ever, and keeps what it was given."""

    def __init__(self, fault: BaseException, times: int = 1_000) -> None:
        self.fault, self.times = fault, times
        self.given: list[str] = []

    def __call__(self, row: Notice) -> None:
        self.given.append(row.key)
        if len(self.given) <= self.times:
            raise self.fault


# --- what is delivered ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("assign", [("reporter", "moved"), ("lead", "your_turn"), ("deputy", "follow_up"), ("deputy", "follow_up"),
                    ("joint", "joint")]),
        ("deliberate", [("reporter", "moved"), ("role:liaison@330182001000", "your_turn")]),
        ("answer_now", [("reporter", "your_turn")]),
        ("decline", [("reporter", "your_turn")]),
    ],
)  # fmt: skip
def test_whom_a_step_tells(town, handed, now, action, told):
    case = opened(town, now)
    raw = {**handed, "joint": [str(town.bodies.jiaojing.pk)]}
    names = {
        f"body:{town.bodies.chengguan.pk}": "lead",
        f"body:{town.bodies.jiaojing.pk}": "joint",
        **{f"deputy:{person.pk}": "deputy" for person in town.deputies},
    }
    case_act(case_id=case.pk, action=action, raw=typed(action, raw), actor=town.liaison, now=now)
    event = Event.objects.get(case=case, sequence=2)
    rows = event.notices.order_by("id")
    assert [(names.get(row.recipient, row.recipient), row.template) for row in rows] == told
    assert [row.key for row in rows] == [f"{event.id}:{n}:{template}" for n, (_, template) in enumerate(told)]
    assert {(row.created_at, row.try_at, row.tries, row.delivered_at) for row in rows} == {
        (now, now, 0, None)
    }


def test_a_notice_is_delivered_once_and_marked(town, now, folder):
    case = opened(town, now)
    assert notices_deliver(now=now) == 1
    assert notices_deliver(now=now + timedelta(days=1)) == 0
    row = Notice.objects.get()
    assert (row.tries, row.try_at, row.delivered_at, row.error) == (1, None, now, "")
    (path,) = files(folder)
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "key": row.key,
        "to": "role:liaison@330182001000",
        "template": "arrived",
        "text": f"有新的事等您看：路灯不亮（{case.number}），请在11月24日前处理。",
        "case": case.pk,
        "data": {"stage": "sorting"},
        "created_at": row.created_at.isoformat(),
    }


def test_a_notice_waits_until_its_time(town, now):
    opened(town, now)
    assert notices_deliver(now=now - timedelta(seconds=1)) == 0
    assert notices_deliver(now=now) == 1


def test_many_notices_go_in_batches(town, now, folder, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 3)
    for _ in range(10):
        opened(town, now)
    assert notices_deliver(now=now) == 10
    assert len(files(folder)) == Notice.objects.filter(delivered_at=now).count() == 10


# --- written with the step --------------------------------------------------------------------------------


def test_a_step_that_is_rolled_back_leaves_no_notice(town, handed, now):
    case = opened(town, now)
    before = (list(Case.objects.values()), Event.objects.count(), Notice.objects.count())
    with pytest.raises(RuntimeError, match="power cut"), transaction.atomic():
        case_act(case_id=case.pk, action="assign", raw=typed("assign", handed), actor=town.liaison, now=now)
        assert Notice.objects.count() > before[2]
        raise RuntimeError("power cut")
    assert (list(Case.objects.values()), Event.objects.count(), Notice.objects.count()) == before


def test_a_step_that_is_refused_leaves_no_notice(town, handed, now):
    case = opened(town, now)
    before = Notice.objects.count()
    call = {"case_id": case.pk, "action": "assign", "now": now}
    assert code_of(case_act, raw={}, actor=town.liaison, **call) == "input"
    assert code_of(case_act, raw=typed("assign", handed), actor=town.expert, **call) == "forbidden"
    assert (
        code_of(case_act, raw=typed("assign", handed), actor=town.liaison, seen="old@1", **call) == "moved_on"
    )
    assert Notice.objects.count() == before


# --- a target that fails ----------------------------------------------------------------------------------

WAITS = [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 64)]


@pytest.mark.parametrize(
    "fault",
    [
        OSError("no route to host"),
        TimeoutError("timed out"),
        ValueError("malformed answer"),
        KeyError("errcode"),
        RuntimeError("NUL \0 in it"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_failing_target_is_tried_again_with_growing_waits_and_given_up(town, now, fault):
    opened(town, now)
    target, moment = Broken(fault), now
    for tries, wait in enumerate([*WAITS, None], start=1):
        assert notices_deliver(now=moment, target=target) == 0
        row = Notice.objects.get()
        assert (row.tries, row.delivered_at) == (tries, None)
        assert row.try_at == (None if wait is None else moment + wait)
        assert type(fault).__name__ in row.error and "\0" not in row.error
        if wait is not None:
            assert notices_deliver(now=moment + wait - timedelta(seconds=1), target=target) == 0
            moment += wait
    assert (len(WAITS), FIRST_WAIT) == (MOST_TRIES - 1, WAITS[0])
    assert len(target.given) == MOST_TRIES and len(set(target.given)) == 1, "always under the same key"
    assert notices_deliver(now=moment + timedelta(days=365), target=target) == 0, "given up for good"


def test_a_target_that_works_again_gets_the_notice(town, now):
    opened(town, now)
    target = Broken(OSError("down"), times=2)
    assert notices_deliver(now=now, target=target) == 0
    assert notices_deliver(now=now + WAITS[0], target=target) == 0
    assert notices_deliver(now=now + WAITS[0] + WAITS[1], target=target) == 1
    row = Notice.objects.get()
    assert (row.tries, row.error, row.try_at) == (3, "", None)


def test_one_notice_that_fails_does_not_hold_up_the_others(town, now, folder):
    cases = [opened(town, now) for _ in range(5)]

    def target(row: Notice) -> None:
        if row.case_id == cases[2].pk:
            raise ValueError("this one is too long for a text message")
        to_folder(row)

    assert notices_deliver(now=now, target=target) == 4
    assert len(files(folder)) == 4
    (waiting,) = Notice.objects.filter(delivered_at=None)
    assert (waiting.case_id, waiting.tries, waiting.try_at) == (cases[2].pk, 1, now + FIRST_WAIT)


def test_a_long_error_is_cut(town, now):
    opened(town, now)
    notices_deliver(now=now, target=Broken(OSError("错" * 5_000)))
    assert len(Notice.objects.get().error) == 200


def test_a_folder_that_cannot_be_written_is_an_error_like_any_other(town, now, settings, tmp_path):
    blocked = tmp_path / "a file and no folder"
    blocked.write_text("")
    settings.NOTICES_DIR = blocked
    opened(town, now)
    assert notices_deliver(now=now) == 0
    row = Notice.objects.get()
    assert row.error.startswith("FileExistsError") and row.try_at == now + FIRST_WAIT


# --- a worker that is killed ------------------------------------------------------------------------------


def test_a_worker_killed_between_delivering_and_marking_delivers_again_under_the_same_key(town, now, folder):
    for _ in range(3):
        opened(town, now)
    given: list[str] = []

    def killed(row: Notice) -> None:
        to_folder(row)
        given.append(row.key)
        if len(given) == 2:
            raise SystemExit("killed")

    with pytest.raises(SystemExit):
        notices_deliver(now=now, target=killed)
    assert len(files(folder)) == 2
    assert not Notice.objects.filter(delivered_at__isnull=False).exists(), "nothing was marked"
    assert set(Notice.objects.values_list("tries", "try_at")) == {(0, now)}

    def again(row: Notice) -> None:
        to_folder(row)
        given.append(row.key)

    assert notices_deliver(now=now, target=again) == 3
    keys = set(Notice.objects.values_list("key", flat=True))
    assert (len(given), set(given)) == (5, keys), "two were delivered twice, each under its key"
    assert {json.loads(path.read_text(encoding="utf-8"))["key"] for path in files(folder)} == keys
    assert len(files(folder)) == 3, "whoever knows the key keeps one"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_deliver_each_notice_once(town, now, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 5)
    for _ in range(40):
        opened(town, now)
    together, given, delivered = threading.Barrier(2), [], []

    def work() -> None:
        try:
            together.wait()
            delivered.append(notices_deliver(now=now, target=lambda row: given.append(row.key)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(delivered) == len(given) == len(set(given)) == 40


def test_what_a_whole_loop_tells_arrives(town, handed, now, folder):
    case = brought(town, handed, now, "known")
    waiting = Notice.objects.count()
    assert notices_deliver(now=now + timedelta(hours=1)) == waiting == len(files(folder))
    assert Notice.objects.filter(case=case, recipient=reporter(case.pk).kind).exists()
