"""A voice that is lived in bulk is the voice that is filed, with the mechanism's own row; wrong input is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict

from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.engine.lived import Deed, cases_live
from tingchao.engine.models import Case
from tingchao.engine.services import case_act
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.services import voice_file, voice_life

HOUR = timedelta(hours=1)


def told(town, now, **other):
    return {
        "text": "府前路三盏路灯不亮，晚上看不清台阶。", "place": "府前路  路口", "region_code": town.region,
        "station_id": town.station.pk, "channel": "code", "happened": "lasting", "concerns": "elders",
        "point": "29.47512,119.28125", "actor": reporter(0), "now": now - 30 * HOUR, "simulated": True,
    } | other  # fmt: skip


def answered(town, at):
    return Deed("answer_now", town.liaison, at, {"answer": "今晚就去换灯泡。"})


def row_of(case):
    voice = model_to_dict(Voice.objects.get(case=case), exclude=["case"])
    kept = Case.objects.get(pk=case.pk)
    return voice, model_to_dict(kept, exclude=["id", "head"])


def test_a_voice_in_bulk_is_a_voice_that_was_filed(town, now):
    at = now - 29 * HOUR
    filed = voice_file(**told(town, now))
    deed = answered(town, at)
    case_act(case_id=filed.pk, action=deed.action, raw=deed.raw, actor=deed.actor, now=at)
    life = voice_life(**told(town, now), deeds=lambda case: iter([answered(town, at)]))
    (lived,) = cases_live(lives=[life], until=now)
    assert row_of(lived) == row_of(filed)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "灯"}, "text"),
        ({"concerns": "nobody"}, "concerns"),
        ({"point": "0,0"}, "point"),
        ({"happened": "2999-01-01"}, "happened"),
        ({"phone": "13800001234"}, "consent"),
    ],
)
def test_wrong_input_is_refused_as_it_is_of_a_form(wrong, field, town, now):
    with pytest.raises(Refusal) as refusal:
        voice_life(**told(town, now, **wrong), deeds=lambda case: iter(()))
    assert field in refusal.value.fields
