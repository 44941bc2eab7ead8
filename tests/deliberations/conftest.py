"""A matter that somebody raised, from which a topic is made."""

from __future__ import annotations

import pytest

from tingchao.directory.actors import reporter
from tingchao.engine.models import Case
from tingchao.mechanisms.public_voices.services import voice_file


@pytest.fixture
def voice(town, now) -> Case:
    return voice_file(
        text="白沙社区充电桩太少，晚上要排队。",
        region_code=town.region,
        station_id=town.station.pk,
        channel="code",
        actor=reporter(0),
        now=now,
    )
