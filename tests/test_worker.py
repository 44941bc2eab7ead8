"""A worker that is killed at the worst moment: real processes on the test database, nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.db import connection
from django.utils.timezone import now as clock
from procrastinate.exceptions import AlreadyEnqueued

from tingchao.directory.actors import SYSTEM
from tingchao.engine import tasks
from tingchao.engine.models import Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.tests.loop import opened
from tingchao.mechanisms.public_voices.services import voices_import

NOTICES, OVERDUE = 400, 20
PATIENCE = 180
"""Seconds until a test gives up waiting; how long a worker takes is no matter of these tests."""

JOBS = (
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)


def database_url() -> str:
    """The address of the test database, as a worker is given it."""
    named = connection.settings_dict
    who = quote(named["USER"]) + (f":{quote(named['PASSWORD'])}" if named["PASSWORD"] else "")
    where = {"host": named["HOST"], "port": named["PORT"]}
    query = urlencode({key: value for key, value in where.items() if value})
    return f"postgresql://{who}@/{quote(named['NAME'])}?{query}"


def wait_for(what: str, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)


@pytest.fixture
def no_jobs(transactional_db: None) -> Iterator[None]:
    """The tables of the job runner, which emptying Django's own tables leaves alone."""

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(JOBS)} CASCADE")

    empty()
    yield
    empty()


@pytest.fixture
def start(no_jobs: None, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker; whatever is still running at the end is ended."""
    environment = os.environ | {
        "TINGCHAO_DATABASE_URL": database_url(),
        "TINGCHAO_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "tingchao.config.settings",
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        log = (tmp_path / f"worker-{len(started)}.log").open("wb")
        command = [sys.executable, "-m", "tingchao.config.cli", "work"]
        started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        log.close()
        return started[-1]

    yield start
    for worker in started:
        if worker.poll() is None:
            worker.terminate()
    for worker in started:
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def waiting_for_a_lock() -> int:
    """How many statements wait to write notices."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'engine_notice'::regclass"
        )
        (count,) = cursor.fetchone()
    return int(count)


def backends_of(worker_count: int) -> bool:
    """Whether no more than so many other connections to this database are at work in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND xact_start IS NOT NULL"
        )
        (count,) = cursor.fetchone()
    return bool(count <= worker_count)


def kept(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(town, start, tmp_path):
    """Two workers are stopped where it is worst, and killed: one has delivered a batch and not yet marked it, the other
    has written the events of a batch of alarms and not yet their notices. A third one then does everything."""
    rows = [(number, {"id": number, "text": f"第 {number} 盏路灯不亮。"}) for number in range(NOTICES)]
    voices_import(
        rows=rows,
        station=town.station,
        region_code=town.region,
        actor=SYSTEM,
        now=clock() - timedelta(hours=1),
    )
    late = [opened(town, clock() - timedelta(days=60)) for _ in range(OVERDUE)]
    before = {model: model.objects.count() for model in (Case, Event, Fact, Notice)}
    folder = tmp_path / "var" / "notices"

    with psycopg.connect(database_url()) as holding:
        # lets notices be read and rows be locked, but nothing be written to them
        holding.execute("LOCK TABLE engine_notice IN SHARE MODE")
        tasks.deliver.defer(timestamp=0)
        tasks.sweep.defer(timestamp=0)
        killed = [start(), start()]
        wait_for("both workers stand still", lambda: waiting_for_a_lock() == 2)
        for worker in killed:
            worker.kill()
            assert worker.wait() == -9
        holding.rollback()
    wait_for("the database has noticed", lambda: backends_of(0))

    delivered = len(kept(folder))
    assert 0 < delivered < before[Notice], "a batch was delivered"
    assert not Notice.objects.filter(delivered_at__isnull=False).exists(), "and not marked"
    assert {model: model.objects.count() for model in before} == before, "no alarm was given by half"

    with suppress(AlreadyEnqueued):  # what a killed worker had put down for the full minute is done as well
        tasks.sweep.defer(timestamp=0)
    start()
    of_late = Case.objects.filter(pk__in=[case.pk for case in late])
    wait_for("every alarm is given", lambda: not of_late.filter(alarms__lt=4).exists())
    wait_for("every notice is delivered", lambda: not Notice.objects.filter(delivered_at=None).exists())

    files = kept(folder)
    keys = Counter(file["key"] for file in files)
    assert keys == Counter(Notice.objects.values_list("key", flat=True)), "none lost, none twice"
    assert set(Notice.objects.values_list("tries", "error")) == {(1, "")}
    alarms = Counter(Event.objects.filter(action="escalate").values_list("case_id", "data__alarm"))
    assert alarms == {(case.pk, level): 1 for case in late for level in (2, 3, 4)}
    assert Event.objects.count() == before[Event] + 3 * OVERDUE
    assert Fact.objects.count() == before[Fact]
    report = audit()
    assert report.broken is None and report.events == Event.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_worker_ends_when_it_is_asked_to(town, start, tmp_path):
    opened(town, clock())
    tasks.deliver.defer(timestamp=0)
    worker = start()
    wait_for("it has delivered", lambda: not Notice.objects.filter(delivered_at=None).exists())
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    assert "Traceback" not in (tmp_path / "worker-0.log").read_text(encoding="utf-8")
    assert len(kept(tmp_path / "var" / "notices")) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'")
        assert cursor.fetchone() == (0,), "a job that is done leaves nothing: there are ten thousand a day"
