"""When the worker does what, by its own clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from procrastinate.contrib.django import app

from tingchao.engine import tasks

MOMENT = datetime(2026, 11, 24, 23, 54, 29, tzinfo=UTC).timestamp()


def next_runs(job: str, number: int) -> list[str]:
    """The next moments after MOMENT at which a job is put down, as hour:minute:second (UTC)."""
    (planned,) = (
        one for one in app.periodic_registry.periodic_tasks.values() if one.task.name.endswith(f".{job}")
    )
    clock = planned.croniter
    clock.set_current(MOMENT)
    return [datetime.fromtimestamp(clock.get_next(float), UTC).strftime("%H:%M:%S") for _ in range(number)]


@pytest.mark.parametrize(
    ("job", "runs", "why"),
    [
        ("deliver", ["23:54:30", "23:54:40", "23:54:50", "23:55:00"], "通知十秒内送出"),
        ("sweep", ["23:55:00", "23:56:00", "23:57:00"], "到期提醒一分钟内给出"),
        ("roll_up", ["23:55:00", "00:00:00", "00:05:00"], "统计五分钟并一次"),
        ("seal", ["00:30:00", "01:30:00"], "一小时看一次有没有该封存的"),
        ("forget", ["00:50:00", "01:50:00"], "一小时清一次过期的计数"),
        ("forget_drafts", ["23:55:00", "00:55:00"], "一小时清一次没送出的照片"),
        ("end_terms", ["00:45:00", "01:45:00"], "代表任期到了，当天不再督办"),
        ("recompute", ["00:40:00", "01:40:00"], "一小时看一次有没有暂定的"),
    ],
)
def test_when_a_job_runs(job, runs, why):
    assert next_runs(job, len(runs)) == runs, why


def test_every_job_stands_in_the_table():
    table = next(mark for mark in test_when_a_job_runs.pytestmark if mark.name == "parametrize")
    planned = {one.task.name for one in app.periodic_registry.periodic_tasks.values()}
    assert planned >= {f"{tasks.__name__}.{row[0]}" for row in table.args[1]}
    assert {name for name in planned if name.startswith(tasks.__name__)} == {
        f"{tasks.__name__}.{row[0]}" for row in table.args[1]
    }


def test_a_job_waits_once_however_often_it_is_put_down():
    """A worker that was away for an hour has one delivery before it, not 360."""
    for job in (tasks.deliver, tasks.sweep, tasks.roll_up, tasks.seal, tasks.recompute):
        assert job.queueing_lock
