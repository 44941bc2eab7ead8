"""Voices of the demonstration city in every stage of the loop, each gone through the services step by step.

The stories stand in data/demo_voices.json; people, places and events in them are made up.
"""

from __future__ import annotations

import random
from datetime import datetime

from tingchao.directory.actors import SYSTEM
from tingchao.instruments.figures.services import figure_place_name
from tingchao.mechanisms.public_voices.demo.letters import letters_write
from tingchao.mechanisms.public_voices.demo.teller import HOME_STREET, VOICES, Progress, Teller
from tingchao.mechanisms.public_voices.demo.turns import TURNS
from tingchao.mechanisms.public_voices.demo.voters import lists_keep
from tingchao.mechanisms.public_voices.demo.year import voices_tell

__all__ = ["build"]


def build(*, now: datetime, dice: random.Random, progress: Progress) -> None:
    """Hear some hundreds of voices over the last half year and take each as far as it has come today."""
    figure_place_name(family="voices", region_code=f"{HOME_STREET}000", actor=SYSTEM, now=now)
    voices_tell(now=now, progress=progress)
    teller = Teller(now=now, dice=dice)
    for number in range(VOICES):
        teller.tell(number)
        progress(number + 1, VOICES + len(TURNS))
    for number, turn in enumerate(TURNS):
        teller.turn(VOICES + number, turn)
        progress(VOICES + number + 1, VOICES + len(TURNS))
    lists_keep(now)
    letters_write(now)
