"""A year of the deputies of 西湖: what they took part in, on the spot and on line, some of it as stories; made up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from functools import partial

from tingchao.directory.actors import SYSTEM
from tingchao.instruments.figures.services import figure_place_name
from tingchao.mechanisms.deputy_duty.demo import year
from tingchao.mechanisms.deputy_duty.demo.stories import stories

__all__ = ["build"]


def build(*, now: datetime, dice: random.Random, progress: Callable[[int, int], None]) -> None:
    """Inspections, research, talks, receptions, training, discussions on line, activities of upper levels."""
    figure_place_name(family="duty", region_code=year.XIHU, actor=SYSTEM, now=now)
    steps: list[Callable[[], object]] = [*year.steps(now), partial(stories, now)]
    for number, step in enumerate(steps, start=1):
        step()
        progress(number, len(steps))
