"""Many documents: the same findings in order by one process, by several, and by a cluster that loses a worker."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tingchao.core.screening.many import (
    DIED,
    ClusterFailed,
    Screened,
    files_of,
    screen_files,
    screen_files_on,
)
from tingchao.core.screening.screen import Settings

SETTINGS = Settings()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Forty documents and one file that is none."""
    place = tmp_path_factory.mktemp("documents")
    for number in range(40):
        body = f"第一条 企业{number % 9 + 1}年内不得迁出我县。\n第二条 违反规定的，处{number + 100}元罚款。\n"
        (place / f"{number:03}.txt").write_text(body * 20, encoding="utf-8")
    (place / "040.pdf").write_bytes(b"no pdf at all")
    return place


@pytest.fixture(scope="module")
def alone(folder):
    return list(screen_files(files_of([folder]), SETTINGS, processes=1))


def test_a_folder_is_read_in_the_order_of_names(folder, alone):
    assert [Path(one.name).name for one in alone] == sorted(path.name for path in folder.iterdir())
    assert [Path(one.name).name for one in alone if one.refused] == ["040.pdf"]
    assert all(one.findings for one in alone if not one.refused)


def test_processes_find_the_same_in_the_same_order(folder, alone):
    assert list(screen_files(files_of([folder]), SETTINGS, processes=2)) == alone


def test_a_process_killed_in_the_middle_loses_nothing(folder, alone):
    found = []
    for one in screen_files(files_of([folder]), SETTINGS, processes=2):
        found.append(one)
        if len(found) == 5:
            for process in multiprocessing.active_children():
                process.kill()
    assert found == alone


class Deadly(type(Path())):  # type: ignore[misc]
    """A file at which the program that reads it dies, as one does that runs out of memory."""

    def is_file(self) -> bool:
        os._exit(1)


def test_a_file_at_which_processes_die_is_named_and_the_rest_is_done(folder, alone):
    paths = list(files_of([folder]))
    paths.insert(7, Deadly(folder / "deadly.txt"))
    found = list(screen_files(paths, SETTINGS, processes=2))
    assert found.pop(7) == Screened(str(folder / "deadly.txt"), refused=DIED)
    assert found == alone


@contextmanager
def started(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def address_of(scheduler: subprocess.Popen[str]) -> str:
    assert scheduler.stderr is not None
    for line in scheduler.stderr:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", line):
            return found[1]
    raise AssertionError("the scheduler did not start")


def test_a_worker_killed_in_the_middle_loses_nothing(folder, alone):
    pytest.importorskip("distributed")
    worker = ("distributed.cli.dask_worker", "--no-dashboard", "--no-nanny", "--nthreads", "1")
    with started("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard") as scheduler:
        address = address_of(scheduler)
        with started(worker[0], address, *worker[1:]) as first, started(worker[0], address, *worker[1:]):
            found = []
            for one in screen_files_on(address, files_of([folder]), SETTINGS, ahead=16):
                found.append(one)
                if len(found) == 5:
                    first.kill()
    assert found == alone


def test_a_file_at_which_workers_die_is_named_and_a_cluster_that_goes_away_too(folder):
    pytest.importorskip("distributed")
    worker = ("--no-dashboard", "--nthreads", "1", "--nworkers", "1")
    with started("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard") as scheduler:
        address = address_of(scheduler)
        with started("distributed.cli.dask_worker", address, *worker):
            good = folder / "000.txt"
            found = list(screen_files_on(address, [good, Deadly(folder / "deadly.txt"), good], SETTINGS))
            assert [one.refused for one in found] == ["", DIED, ""]
            with pytest.raises(ClusterFailed, match=address):
                for _ in screen_files_on(address, [good] * 400, SETTINGS, ahead=4):
                    scheduler.kill()


def test_a_cluster_that_does_not_answer_is_named():
    pytest.importorskip("distributed")
    with pytest.raises(ClusterFailed, match=r"tcp://127\.0\.0\.1:1"):
        list(screen_files_on("tcp://127.0.0.1:1", [], SETTINGS, patience=1))


def test_without_the_package_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterFailed, match=r"tingchao\[cluster\]"):
        list(screen_files_on("tcp://127.0.0.1:1", [], SETTINGS))


def test_the_library_runs_alone(folder):
    done = subprocess.run(
        [sys.executable, "-m", "tingchao.core.screening", str(folder / "000.txt")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["findings"]
