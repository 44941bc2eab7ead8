"""What the tests of records begin with: a deputy who has done something of each kind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.duty.test_figures import LEAVE, NO, YES, past
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy
from tingchao.instruments.meetings.services.past import meetings_take_over
from tingchao.mechanisms.public_voices.services.conversations import Said, at_station, conversation_record


@pytest.fixture
def lived(town: SimpleNamespace, now: Any) -> Deputy:
    """王代表: two inspections (one absent), a reception where nine came, one excused study, one matter heard."""
    pasts = [
        past(town, now, "inspection", "环境视察", (YES, YES)),
        past(town, now, "inspection", "道路视察", (NO,)),
        past(town, now, "reception", "代表接待日", (YES,), received=9),
        past(town, now, "study", "学习会", (LEAVE, YES)),
        past(town, now, "online", "线上讨论", (YES,), mode="online"),
    ]
    meetings_take_over(pasts=pasts, actor=SYSTEM)
    said = Said(text="菜场东门的路灯不亮，晚上看不清台阶。", channel="reception")
    conversation_record(said=said, where=at_station(town.station, town.deputy), actor=town.deputy, now=now)
    deputy: Deputy = town.deputies[0]
    return deputy
