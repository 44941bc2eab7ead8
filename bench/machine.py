"""What the figures were measured on, and the CPU time of the processes that are measured."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import psutil


def machine() -> dict[str, str | int]:
    """Processor, cores, memory, versions."""
    from django import get_version
    from django.db import connection

    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    return {
        "processor": model,
        "cores": os.cpu_count() or 0,
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "django": get_version(),
        "postgresql": str(connection.pg_version),
        "yardstick_ms": yardstick(),
    }


def yardstick() -> int:
    """Milliseconds of CPU for the same plain work, the best of five: a lent machine is not equally quick each hour, and
    figures in milliseconds only compare beside this one."""
    return round(min(_work() for _ in range(5)))


def _work() -> float:
    start, kept = time.process_time(), dict[int, int]()
    for number in range(200_000):
        kept[number % 1000] = kept.get(number % 1000, 0) + len(str(number))
    return 1000 * (time.process_time() - start)


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def cpu_seconds(roots: list[int]) -> float:
    """CPU time that the processes and all below them have used, user and system together."""
    total = 0.0
    for root in roots:
        process = psutil.Process(root)
        for one in (process, *process.children(recursive=True)):
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
            if one.pid == root:
                total += times.children_user + times.children_system
    return total
