"""Many documents at once: every core by processes, or a Dask cluster; the findings are the same and in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tingchao.core.screening.findings import Finding
from tingchao.core.screening.readers import SUFFIXES, Unreadable, read
from tingchao.core.screening.screen import Settings, screen

AHEAD = 4
"""Files that are under way for each process: enough to keep it busy, few enough to bound memory."""

TRIES = 4
"""How often a document is tried on a cluster whose workers die under it."""


DIED = "读到这个文件时，程序两次被中断，多半是内存不够，或者文件有问题。请另存一份，单独再试。"
"""Said of a file at which processes die."""


class ClusterFailed(Exception):
    """The cluster cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Screened:
    """What became of one file: findings with the text they point into, or why it could not be read."""

    name: str
    findings: tuple[Finding, ...] = ()
    text: str = ""
    refused: str = ""


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and of each folder named those that can be read, in the order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one
                for one in path.rglob("*")
                if one.is_file() and one.suffix.lower() in SUFFIXES and not one.name.startswith((".", "~$"))
            )
        else:
            yield path


def screen_file(path: Path, settings: Settings) -> Screened:
    """Read and screen one file."""
    try:
        text = read(path)
    except Unreadable as refusal:
        return Screened(str(path), refused=str(refusal))
    return Screened(str(path), tuple(screen(text, settings)), text)


def screen_bytes(name: str, data: bytes, settings: Settings) -> Screened:
    """As `screen_file`, for a machine that does not see the file."""
    try:
        text = read(data, Path(name).name)
    except Unreadable as refusal:
        return Screened(name, refused=str(refusal))
    return Screened(name, tuple(screen(text, settings)), text)


def screen_files(
    paths: Iterable[Path], settings: Settings, *, processes: int | None = None
) -> Iterator[Screened]:
    """Each file's findings in the order of the files, worked out by so many processes (as many as cores).

    When a process dies, what it had under way is done again, each file by itself; one at which a process dies again
    is named as unreadable, and the rest goes on.
    """
    waiting = list(paths)
    if processes == 1 or len(waiting) <= 1:
        yield from (screen_file(path, settings) for path in waiting)
        return
    count = min(processes or os.cpu_count() or 1, len(waiting))
    crew = _Crew(settings, count)
    try:
        yield from _in_order(waiting, crew.submit, crew.result, count * AHEAD)
    finally:
        crew.dismiss()


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


class _Crew:
    """Processes that take files; new ones come in the place of those that died."""

    def __init__(self, settings: Settings, count: int) -> None:
        self._settings, self._count = settings, count
        self._processes = _pool(count)
        self._careful: ProcessPoolExecutor | None = None

    def submit(self, path: Path) -> Future[Screened]:
        """Have a file screened."""
        try:
            return self._processes.submit(screen_file, path, self._settings)
        except BrokenProcessPool:
            self.dismiss()
            self._processes = _pool(self._count)
            return self._processes.submit(screen_file, path, self._settings)

    def result(self, path: Path, under_way: Future[Screened]) -> Screened:
        """What became of it. Where its process died, it is tried once more, by a process that has nothing else."""
        try:
            return under_way.result()
        except BrokenProcessPool:
            pass
        self._careful = self._careful or _pool(1)
        try:
            return self._careful.submit(screen_file, path, self._settings).result()
        except BrokenProcessPool:
            self._careful = None
            return Screened(str(path), refused=DIED)

    def dismiss(self) -> None:
        """Let the processes go; what they have under way is not waited for."""
        for processes in (self._processes, self._careful):
            if processes:
                processes.shutdown(wait=False, cancel_futures=True)
        self._careful = None


def screen_files_on(
    address: str, paths: Iterable[Path], settings: Settings, *, ahead: int = 64, patience: float = 10
) -> Iterator[Screened]:
    """The same on a Dask cluster. Files are sent as bytes, so workers need not see them; what a killed worker had
    under way is done by another."""
    client = _client(address, patience)
    try:
        yield from _in_order(
            paths,
            lambda path: _submitted(client, path, settings),
            lambda path, under_way: _done(client, path, settings, under_way),
            ahead,
        )
    except (OSError, CancelledError) as fault:
        raise ClusterFailed(f"The cluster at {address} went away: {fault}") from None
    finally:
        client.close()


def _done(client: Any, path: Path, settings: Settings, under_way: Any) -> Screened:
    """What became of a file. Dask suspects all files that waited at a worker that died, so each is tried once more;
    one at which workers die again is named, as everywhere."""
    from distributed import KilledWorker

    for tried in (under_way, None):
        try:
            found = (tried or _submitted(client, path, settings)).result()
        except KilledWorker:
            continue
        assert isinstance(found, Screened)
        return found
    return Screened(str(path), refused=DIED)


def _submitted(client: Any, path: Path, settings: Settings) -> Any:
    try:
        data = path.read_bytes()
    except OSError:
        return client.submit(screen_file, path, settings, pure=False, retries=TRIES)
    return client.submit(screen_bytes, str(path), data, settings, pure=False, retries=TRIES)


def _client(address: str, patience: float) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterFailed(
            "A cluster needs the package distributed: pip install 'tingchao[cluster]'"
        ) from None
    try:
        return Client(address, timeout=patience, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as fault:
        raise ClusterFailed(f"No cluster answers at {address}: {fault}") from None


def _in_order(
    paths: Iterable[Path],
    submit: Callable[[Path], Any],
    result: Callable[[Path, Any], Screened],
    ahead: int,
) -> Iterator[Screened]:
    """Results in the order of the paths, with at most so many under way."""
    under_way: deque[tuple[Path, Any]] = deque()
    for path in paths:
        under_way.append((path, submit(path)))
        if len(under_way) >= ahead:
            yield result(*under_way.popleft())
    while under_way:
        yield result(*under_way.popleft())
