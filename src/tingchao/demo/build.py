"""Builds the demonstration: the city, then what every mechanism's `demo.py` adds to it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module

from tingchao.demo.city import city_build
from tingchao.directory.selectors import site
from tingchao.engine.models import Stream
from tingchao.engine.outbox import notices_deliver
from tingchao.engine.record import Entry, append_to_stream
from tingchao.engine.rollups import facts_roll_up
from tingchao.engine.sealing import days_seal
from tingchao.engine.sweep import cases_sweep

DONE = "demonstration"
"""The chain whose first event says that the demonstration stands."""

Progress = Callable[[str, int, int], None]
"""(what is being built, how much of it, of how much)."""


def demo_stands() -> bool:
    """Whether the demonstration was built to its end."""
    return Stream.objects.filter(pk=DONE).exists()


def demo_build(*, modules: Sequence[str], now: datetime, progress: Progress) -> None:
    """Build the city and run each module's `build(now, dice, progress)`; then bring seals and sums up to date."""
    from django.db import transaction

    from tingchao.directory.actors import SYSTEM

    if site().demo is False and site().region_code:
        raise SystemExit("This database holds a real installation; the demonstration is not built into it.")
    city_build(now=now, progress=lambda done, of: progress("杭州市、站点、代表、账号", done, of))
    for name in modules:
        dice = random.Random(name)  # noqa: S311 - a demonstration, the same one each time
        label = name.split(".")[-2]
        import_module(name).build(
            now=now, dice=dice, progress=lambda done, of, label=label: progress(label, done, of)
        )
    cases_sweep(now=now)
    notices_deliver(now=now)
    facts_roll_up()
    days_seal(now=now)
    with transaction.atomic():
        append_to_stream(Entry(action="demo.built", actor=SYSTEM, role="system", now=now), stream=DONE)
