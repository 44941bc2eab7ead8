"""Builds the demonstration: the city, then what every mechanism's `demo.py` adds to it.

Each of these parts is one transaction, and noted in it: a build that was broken off, by whatever, is continued by the
next one with the parts that are missing, as of the moment at which it was begun.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from importlib import import_module

from django.db import transaction

from tingchao.demo.city import city_build
from tingchao.directory.actors import SYSTEM
from tingchao.directory.selectors import site
from tingchao.engine.models import Event, Stream
from tingchao.engine.outbox import notices_deliver
from tingchao.engine.record import Entry, append_to_stream
from tingchao.engine.rollups import facts_roll_up
from tingchao.engine.sealing import days_seal
from tingchao.engine.sweep import cases_sweep

DONE = "demonstration"
"""The chain whose first event says that the demonstration stands."""

PARTS = "demonstration.parts"
"""The chain of the parts that stand."""

CITY_LABEL = "杭州市、站点、代表、账号"

Progress = Callable[[str, int, int], None]
"""(what is being built, how much of it, of how much)."""

Build = Callable[..., object]
"""Builds a part as of `now`, and tells its `progress`."""


def demo_stands() -> bool:
    """Whether the demonstration was built to its end."""
    return Stream.objects.filter(pk=DONE).exists()


def demo_built_on() -> date | None:
    """The day as of which the demonstration was built; None where none stands."""
    built = Event.objects.filter(stream=DONE).order_by("sequence").first()
    return None if built is None else built.day


def demo_begun() -> datetime | None:
    """As of which moment a build was begun that is not at its end; None when none was."""
    first = Event.objects.filter(stream=PARTS).order_by("sequence").first()
    return None if first is None or demo_stands() else datetime.fromisoformat(str(first.data["as_of"]))


def demo_build(*, modules: Sequence[str], now: datetime, progress: Progress) -> None:
    """Build the city and run each module's `build(now, dice, progress)`; then bring seals and sums up to date."""
    if site().demo is False and site().region_code:
        raise SystemExit("This database holds a real installation; the demonstration is not built into it.")
    as_of, done = demo_begun() or now, _done()
    for name, label, build in _parts(modules):
        if name in done:
            progress(label, 1, 1)
        else:
            _part(name, partial(build, progress=partial(progress, label)), as_of)
    cases_sweep(now=as_of)
    notices_deliver(now=as_of)
    facts_roll_up()
    days_seal(now=as_of)
    with transaction.atomic():
        append_to_stream(Entry(action="demo.built", actor=SYSTEM, role="system", now=as_of), stream=DONE)


def _parts(modules: Sequence[str]) -> Iterator[tuple[str, str, Build]]:
    """(name, label, what builds it) of each part, in their order."""
    yield "city", CITY_LABEL, city_build
    for name in modules:
        dice = random.Random(name)  # noqa: S311 - a demonstration, the same one each time
        yield name, name.split(".")[-2], partial(import_module(name).build, dice=dice)


def _done() -> set[str]:
    return {str(data["part"]) for data in Event.objects.filter(stream=PARTS).values_list("data", flat=True)}


@transaction.atomic
def _part(name: str, build: Build, as_of: datetime) -> None:
    """One part, wholly or not at all."""
    build(now=as_of)
    told = Entry(
        action="demo.part",
        actor=SYSTEM,
        role="system",
        now=as_of,
        data={"part": name, "as_of": as_of.isoformat()},
    )
    append_to_stream(told, stream=PARTS)
