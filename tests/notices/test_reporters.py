"""Telling whoever raised a matter: by the operator's gateway, with a number and consent, never in the night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.notices.conftest import run
from tingchao.directory.actors import reporter
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Delivery
from tingchao.engine.services import case_act
from tingchao.engine.waits import MOST_FAILURES
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.services import voice_file

PHONE = "13857100001"


@pytest.fixture
def gateway(hooks, settings):
    settings.REPORTER_TARGET = f"json://127.0.0.1:{hooks.port}/send/{{phone}}"
    settings.NOTICE_PRIVATE_HOSTS = False  # the operator's own address is trusted all the same
    return hooks


def told(town, handed, now, phone=PHONE):
    """A voice that has just been handed to a body, of which its reporter is told."""
    case = voice_file(
        text="府前路三盏路灯不亮。", region_code=town.region, station_id=town.station.pk, channel="code",
        phone=phone, consent=bool(phone), actor=reporter(0), now=now,
    )  # fmt: skip
    return case_act(case_id=case.pk, action="assign", raw=handed, actor=town.liaison, now=now)


def test_a_reporter_who_left_a_number_is_told_with_the_link_to_their_page(town, handed, now, gateway):
    case = told(town, handed, now)
    assert run(now) == 1
    (got,) = gateway.got
    assert got.path == f"/send/{PHONE}"
    assert got.json["message"].startswith(f"您反映的“{case.title}”（{case.number}）有了新进展")
    assert got.json["message"].endswith(f"https://tingchao.example/m/{case.number}/{passcode_for(case)}/")
    row = Delivery.objects.get()
    assert (row.target, row.delivered_at, row.message) == (None, now, got.key)
    assert run(now + timedelta(minutes=1)) == 0 and len(gateway.got) == 1


@pytest.mark.parametrize("why", ["no number", "no consent", "no setting"])
def test_nobody_is_told_without(why, town, handed, now, gateway, settings):
    if why == "no setting":
        settings.REPORTER_TARGET = ""
    told(town, handed, now, phone="" if why == "no number" else PHONE)
    if why == "no consent":
        Voice.objects.update(consented_at=None)
    assert run(now) == 0 and gateway.got == [] and not Delivery.objects.exists()


def test_nobody_is_woken_up(town, handed, now, gateway):
    night = now + timedelta(hours=13)  # 22:00
    told(town, handed, night)
    assert run(night) == 0
    assert run(night + timedelta(hours=10)) == 1


def test_a_number_that_was_taken_back_is_not_called(town, handed, now, gateway):
    night = now + timedelta(hours=13)
    told(town, handed, night)
    run(night)
    Voice.objects.update(phone=None, consented_at=None)
    assert run(night + timedelta(hours=10)) == 0 and gateway.got == []
    assert Delivery.objects.get().error == "off"


def test_a_gateway_that_is_down_is_tried_again_under_the_same_key(town, handed, now, gateway):
    gateway.answers["/send"] = (503, "")
    told(town, handed, now)
    moment = now
    for tries in range(1, MOST_FAILURES + 1):
        assert run(moment) == 0
        assert Delivery.objects.get().tries == tries
        moment += timedelta(hours=1)
    assert run(moment) == 0
    assert len(gateway.got) == MOST_FAILURES and len({one.key for one in gateway.got}) == 1


def test_any_kind_of_address_that_apprise_knows(town, handed, now, gateway, settings):
    settings.REPORTER_TARGET = f"xml://127.0.0.1:{gateway.port}/sms?-to={{phone}}"
    told(town, handed, now)
    assert run(now) == 1
    assert gateway.got[0].path == f"/sms?to={PHONE}"
