"""One question a screen, in the large-type version, without a script: nothing is lost on the way."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tingchao.directory.models import Station
from tingchao.engine.drafts import drafts_forget, drafts_of
from tingchao.engine.models import Attachment, Case
from tingchao.instruments.codes.signing import token_for
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.tests.test_say import TEXT, photo

HIDDEN_STEP = re.compile(r'class="step" data-step="(\w+)"( hidden)?')


@pytest.fixture
def large(client, settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "files"
    client.cookies["type"] = "large"
    return client


@pytest.fixture
def here(town):
    return {"station": str(town.station.pk)}


def asked(answer) -> str:
    """The one question on the page."""
    shown = [step for step, hidden in HIDDEN_STEP.findall(answer.content.decode()) if not hidden]
    assert len(shown) == 1, shown
    return shown[0]


def kept(answer) -> list[str]:
    return re.findall(r'name="kept" value="([^"]+)"', answer.content.decode())


def test_the_form_begins_with_what(large, town):
    page = large.get("/say/")
    assert asked(page) == "what" and "第 1 步，共 4 步" in page.content.decode()


@pytest.mark.parametrize("kind", ["", "small", "LARGE"])
def test_in_other_type_everything_is_asked_at_once(kind, client, town):
    client.cookies["type"] = kind
    page = client.get("/say/").content.decode()
    assert not any(hidden for _, hidden in HIDDEN_STEP.findall(page))


WAYS = [
    # at, press, leads to
    ("what", "next", "where"),
    ("where", "next", "photos"),
    ("photos", "next", "phone"),
    ("phone", "back", "photos"),
    ("photos", "back", "where"),
    ("where", "back", "what"),
    ("what", "back", "what"),
    ("phone", "next", "phone"),
]


@pytest.mark.parametrize(("at", "press", "to"), WAYS)
def test_the_way_through(at, press, to, large, here):
    answer = large.post("/say/", {"text": TEXT, "step": at, "go": press, **here})
    assert answer.status_code == 200 and asked(answer) == to
    assert TEXT in answer.content.decode() and not Case.objects.exists()


STOPS = [
    # at, what is missing, sentence
    ("what", {"text": ""}, "请写下您要说的事"),
    ("what", {"text": "路灯"}, "写得太短了"),
    ("where", {"station": ""}, "请从名单里选"),
    ("where", {"place": "路" * 201}, "地点写得太长了"),
]


@pytest.mark.parametrize(("at", "wrong", "sentence"), STOPS)
def test_a_question_without_an_answer_is_asked_again(at, wrong, sentence, large, here):
    answer = large.post("/say/", {"text": TEXT, "step": at, "go": "next", **here, **wrong})
    assert answer.status_code == 422 and asked(answer) == at and sentence in answer.content.decode()


def test_going_back_asks_for_nothing(large, here):
    answer = large.post("/say/", {"text": TEXT, "step": "where", "go": "back", "station": ""})
    assert answer.status_code == 200 and asked(answer) == "what"


def test_a_voice_goes_through_four_screens_with_everything_given(large, here):
    """At most 4 screens, and 3 inputs that must be given: here two, the text and the station."""
    fields = {"text": TEXT, "when": "lasting", "concerns": "elders", "idempotency_key": "k" * 20}
    answer = large.post("/say/", {**fields, "step": "what", "go": "next"})
    fields |= {"place": "府前路58号", "point": "29.4751,119.2812", **here}
    answer = large.post("/say/", {**fields, "step": "where", "go": "next"})
    answer = large.post("/say/", {**fields, "step": "photos", "go": "next", "photos": [photo()]})
    assert asked(answer) == "phone" and len(kept(answer)) == 1
    fields["kept"] = kept(answer)
    answer = large.post(
        "/say/", {**fields, "step": "phone", "go": "send", "phone": "13800001234", "consent": "1"}
    )
    assert answer.status_code == 302
    case, voice = Case.objects.get(), Voice.objects.get()
    assert (case.text, case.place) == (TEXT, "府前路58号")
    assert (voice.happened, voice.concerns, voice.phone_shown) == ("lasting", "elders", "138****1234")
    assert (voice.latitude, voice.longitude) == (29.4751, 119.2812)
    mine = large.get(answer.url).content.decode()
    assert Attachment.objects.get().digest in mine


def test_at_the_end_the_question_at_fault_is_shown(large, here):
    answer = large.post("/say/", {"text": "", "step": "phone", "go": "send", **here})
    assert answer.status_code == 422 and asked(answer) == "what"
    answer = large.post("/say/", {"text": TEXT, "phone": "12", "step": "phone", "go": "send", **here})
    assert asked(answer) == "phone"


# --- photographs on the way -------------------------------------------------------------------------------


def on_the_way(client, here, **more) -> list[str]:
    return kept(client.post("/say/", {"text": TEXT, "step": "photos", "go": "next", **here, **more}))


def test_a_photograph_on_the_way_is_seen_and_can_be_taken_out(large, here):
    first, second = on_the_way(large, here, photos=[photo("a.jpg"), photo("b.jpg", png())])
    seen = large.get(f"/say/photo/{first}")
    assert seen.status_code == 200 and seen["Content-Type"] == "image/jpeg"
    assert "sandbox" in seen["Content-Security-Policy"]
    (left,) = on_the_way(large, here, kept=[first, second], drop=[first])
    assert [file.digest for file in drafts_of([left])] == [file.digest for file in drafts_of([second])]


def png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("token", ["x", "W10:1abc:def", "路", "a" * 2000])
def test_a_token_that_is_none_stands_for_nothing(token, large, here):
    assert large.get(f"/say/photo/{token}").status_code == 404
    assert on_the_way(large, here, kept=[token]) == []


def test_a_fault_keeps_the_photographs_in_every_version(client, here, settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "files"
    answer = client.post("/say/", {"text": "", "photos": [photo()], **here})
    assert answer.status_code == 422
    (token,) = kept(answer)
    assert client.post("/say/", {"text": TEXT, "kept": token, **here}).status_code == 302
    assert Attachment.objects.count() == 1


def test_no_more_than_six_in_all(large, here):
    tokens = on_the_way(large, here, photos=[photo(f"{n}.jpg", shade(n)) for n in range(6)])
    assert len(tokens) == 6
    answer = large.post("/say/", {"text": TEXT, "kept": tokens, "photos": [photo()], "go": "send", **here})
    assert answer.status_code == 422 and "最多" in answer.content.decode()
    assert len(kept(answer)) == 6


def shade(number: int) -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (20, 20), (number * 40, 0, 0)).save(out, "JPEG")
    return out.getvalue()


def test_what_was_never_sent_is_removed_after_a_day(large, here):
    (token,) = on_the_way(large, here, photos=[photo()])
    assert drafts_forget(now=timezone.now()) == 0
    assert drafts_forget(now=timezone.now() + timedelta(days=1, seconds=5)) == 1
    answer = large.post("/say/", {"text": TEXT, "kept": token, "go": "send", **here})
    assert answer.status_code == 422 and "请重新选一次" in answer.content.decode()
    assert not Case.objects.exists()


def test_what_was_sent_stays_when_the_rest_is_removed(large, here):
    (token,) = on_the_way(large, here, photos=[photo()])
    large.post("/say/", {"text": TEXT, "kept": token, "step": "phone", "go": "send", **here})
    drafts_forget(now=timezone.now() + timedelta(days=2))
    assert large.get(f"/say/photo/{token}").status_code == 200


# --- beside the text --------------------------------------------------------------------------------------

WHEN = [
    # answer, day typed, kept as days before today
    ("today", "", 0),
    ("yesterday", "", 1),
    ("day", "{3}", 3),
    ("", "{3}", 3),
]


def ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(("when", "day", "days"), WHEN)
def test_when_it_happened(when, day, days, client, here):
    client.post("/say/", {"text": TEXT, "when": when, "day": ago(3) if day else "", **here})
    assert Voice.objects.get().happened == ago(days)


@pytest.mark.parametrize("days", [0, 1])
def test_no_day_is_asked_for_when_none_is_meant(days, client, here):
    client.post(
        "/say/", {"text": TEXT, "when": "lasting" if days else "", "day": "" if not days else ago(3), **here}
    )
    assert Voice.objects.get().happened == ("lasting" if days else "")


WRONG = [
    ("a day to come", {"when": "day", "day": ago(-1)}, "还没到"),
    ("a day long ago", {"when": "day", "day": "1812-06-24"}, "太早"),
    ("no day", {"when": "day", "day": "昨天下午"}, "请选一天"),
    ("an answer that is none", {"when": "someday"}, "请选一天"),
    ("somebody who is not on the list", {"concerns": "'; DROP"}, "请从给出的选项里选一个"),
    ("a point that is none", {"point": "here"}, "地图上的点不对"),
    ("a point elsewhere", {"point": "51.5,-0.12"}, "地图上的点不对"),
    ("a point past all numbers", {"point": "nan,inf"}, "地图上的点不对"),
    ("half a point", {"point": "29.4"}, "地图上的点不对"),
]


@pytest.mark.parametrize(("what", "wrong", "sentence"), WRONG)
def test_what_is_refused_beside_the_text(what, wrong, sentence, client, here):
    answer = client.post("/say/", {"text": TEXT, **here, **wrong})
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not Case.objects.exists()


def test_a_point_alone_finds_the_station_that_hears(client, town):
    Station.objects.filter(pk=town.station.pk).update(latitude=29.4751, longitude=119.2812)
    client.post("/say/", {"text": TEXT, "point": "29.48,119.28"})
    assert Case.objects.get().station == town.station


def test_a_point_where_no_station_says_where_it_stands(client, town):
    answer = client.post("/say/", {"text": TEXT, "point": "29.48,119.28"})
    assert answer.status_code == 422 and "请从名单里选" in answer.content.decode()


PLACES = [
    # chosen from the list, typed, kept
    ("白沙社区", "", "白沙社区"),
    ("白沙社区", "3幢门口", "白沙社区 3幢门口"),
    ("白沙社区", "白沙社区3幢", "白沙社区3幢"),
    ("", " 府前路\t58号 ", "府前路 58号"),
]


@pytest.mark.parametrize(("spot", "place", "stands"), PLACES)
def test_where_from_the_list_and_typed(spot, place, stands, client, here):
    client.post("/say/", {"text": TEXT, "spot": spot, "place": place, **here})
    assert Case.objects.get().place == stands


def test_a_scanned_station_offers_its_communities_and_itself(client, town):
    page = client.get(f"/say/?code={token_for(town.code.pk)}").content.decode()
    assert "<option>新安江街道中心站附近</option><option>白沙社区</option>" in page
