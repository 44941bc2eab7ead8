"""Core tasks of 建德, drafts, and a year of 余杭's stations. People, words and events in it are made up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, Actor, Hold
from tingchao.directory.models import Account
from tingchao.instruments.figures.services import figure_place_name
from tingchao.mechanisms.contact_stations.demo import opinions, own_view, tasks_and_drafts, year
from tingchao.mechanisms.contact_stations.demo.deliberations import deliberations
from tingchao.mechanisms.contact_stations.demo.live import live_event
from tingchao.mechanisms.contact_stations.demo.places import CITY, YUHANG
from tingchao.mechanisms.contact_stations.demo.upcoming import receptions_announce

__all__ = ["build"]


def build(*, now: datetime, dice: random.Random, progress: Callable[[int, int], None]) -> None:
    """Core tasks at every stage, drafts, deliberations, and what took place at the stations of 余杭 in a year."""
    figure_place_name(family="stations", region_code=YUHANG, actor=SYSTEM, now=now)
    account = Account.objects.get(username="renda")
    clerk = Actor("account", account.pk, account.name, (Hold(Role.CLERK, CITY[:4]),))
    steps: list[Callable[[], object]] = [
        *tasks_and_drafts.steps(clerk, now, dice),
        lambda: deliberations(now),
        lambda: live_event(now),
        *own_view.steps(clerk, now),
        *year.steps(now),
        *opinions.steps(clerk, now),
        lambda: receptions_announce(now),
    ]
    for number, step in enumerate(steps, start=1):
        step()
        progress(number, len(steps))
