"""A year of the deputies of 西湖: what they took part in, on the spot and on line. All of it is made up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from tingchao.directory.actors import SYSTEM
from tingchao.instruments.figures.services import figure_place_name
from tingchao.mechanisms.deputy_duty.demo import year

__all__ = ["build"]


def build(*, now: datetime, dice: random.Random, progress: Callable[[int, int], None]) -> None:
    """Inspections, research, talks, receptions, training, discussions on line, activities of upper levels."""
    figure_place_name(family="duty", region_code=year.XIHU, actor=SYSTEM, now=now)
    steps = year.steps(now)
    for number, step in enumerate(steps, start=1):
        step()
        progress(number, len(steps))
