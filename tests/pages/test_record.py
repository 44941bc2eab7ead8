"""A call, a visit or a letter, typed in by whoever looks after the station."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tingchao.engine.models import Case, Event
from tingchao.mechanisms.public_voices.models import Voice

TEXT = "来电说府前路三盏路灯不亮，晚上看不清台阶。"
PATH = "/desk/voices/new/"

WHO = [
    ("liaison here", 200),
    ("coordinator", 200),
    ("handler of the lead", 403),
    ("deputy following", 200),
    ("clerk", 403),
    ("leader", 403),
    ("expert", 403),
    ("administrator", 403),
    ("auditor", 403),
    ("without a role", 403),
    ("", 302),
]


def fields(town, **other):
    return {"text": TEXT, "channel": "telephone", "station": str(town.station.pk), **other}


@pytest.mark.parametrize(("who", "status"), WHO)
def test_who_may_record_one(who, status, browse, town):
    assert browse(who).get(PATH).status_code == status
    assert browse(who).post(PATH, fields(town)).status_code == (302 if status == 200 or not who else status)
    assert Case.objects.exists() is (status == 200)


def test_the_menu_shows_the_door_to_those_who_may(browse):
    assert PATH in browse("liaison here").get("/desk/").content.decode()
    assert PATH not in browse("auditor").get("/desk/").content.decode()


@pytest.mark.parametrize("channel", ["telephone", "visit", "paper"])
def test_it_is_a_matter_like_any_other_and_the_caller_can_be_told_how_to_follow_it(channel, browse, town):
    liaison = browse("liaison here")
    answer = liaison.post(PATH, fields(town, channel=channel, phone="13800001234", consent="1"))
    case = Case.objects.get()
    assert answer.url == reverse("desk:case", args=[case.number])
    assert (case.channel, case.station, case.stage) == (channel, town.station, "sorting")
    event = Event.objects.get()
    assert (event.role, event.data["channel"]) == ("liaison", channel)
    assert Voice.objects.get().phone_shown == "138****1234"
    page = liaison.get(answer.url).content.decode()
    assert "查询口令" in page and case.number in page


REFUSED = [
    ("nothing said", {"text": ""}, "请写下您要说的事"),
    ("no way in which it came", {"channel": "web"}, "请选是怎么来的"),
    ("a station that is not mine", {"station": "999999"}, "请从名单里选一个站点"),
    ("a number without consent", {"phone": "13800001234"}, "请勾选同意"),
]


@pytest.mark.parametrize(("what", "wrong", "sentence"), REFUSED)
def test_what_is_refused_keeps_what_was_typed(what, wrong, sentence, browse, town):
    answer = browse("liaison here").post(PATH, fields(town, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    assert not Case.objects.exists()
    assert wrong.get("text", TEXT) in page
