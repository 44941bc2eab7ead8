"""Saying something over HTTP: what is taken, what is refused and how, and that nothing typed is lost."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tingchao.directory.actors import SYSTEM
from tingchao.directory.personal import decrypt
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Attachment, Case, Event
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.codes.services import code_revoke
from tingchao.mechanisms.public_voices.models import Voice

TEXT = "府前路三盏路灯不亮，晚上看不清台阶。"
KEY = "k" * 24


def photo(name: str = "a.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    if content is None:
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
        content = out.getvalue()
    return SimpleUploadedFile(name, content, "image/jpeg")


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


@pytest.fixture
def here(town) -> dict[str, str]:
    """The station chosen from the list."""
    return {"station": str(town.station.pk)}


TAKEN = [
    # what, typed, kept
    ("plain", TEXT, TEXT),
    ("emoji", "路灯不亮😡😡，看不清台阶", "路灯不亮😡😡，看不清台阶"),
    ("marks that turn the writing", "路灯\u202e不亮\u2066，看不清", "路灯不亮，看不清"),
    ("line ends of another system", "路灯不亮\r\n看不清台阶", "路灯不亮\n看不清台阶"),
    ("an ideographic space around", "\u3000路灯不亮看不清\u3000", "路灯不亮看不清"),
    ("markup", "<script>alert(1)</script>路灯不亮", "<script>alert(1)</script>路灯不亮"),
    ("as long as may be", "路" * 2000, "路" * 2000),
]


@pytest.mark.parametrize(("what", "typed", "kept"), TAKEN)
def test_what_is_taken(what, typed, kept, client, here):
    answer = client.post("/say/", {"text": typed, **here})
    case = Case.objects.get()
    assert answer.status_code == 302 and case.text == kept
    page = client.get(answer.url).content.decode()
    assert "<script>alert" not in page and case.number in page


REFUSED = [
    # what, fields, the sentence that says what to do
    ("nothing", {"text": ""}, "请写下您要说的事"),
    ("only spaces", {"text": " \u3000\n "}, "请写下您要说的事"),
    ("too short", {"text": "灯"}, "写得太短"),
    ("too long", {"text": "路" * 2001}, "写得太长"),
    ("no word at all", {"text": "……！！！？？？"}, "请用文字"),
    ("place too long", {"text": TEXT, "place": "路" * 201}, "地点写得太长"),
    ("no telephone number", {"text": TEXT, "phone": "12345", "consent": "1"}, "电话号码不对"),
    ("a telephone number without consent", {"text": TEXT, "phone": "13800001234"}, "请勾选同意"),
    ("no station at all", {"text": TEXT, "station": ""}, "请从名单里选"),
    ("a station that is none", {"text": TEXT, "station": "abc"}, "请从名单里选"),
    ("a station that is not there", {"text": TEXT, "station": "999999"}, "请从名单里选"),
    ("a station with a number past all bounds", {"text": TEXT, "station": "9" * 40}, "请从名单里选"),
]


@pytest.mark.parametrize(("what", "fields", "sentence"), REFUSED)
def test_what_is_refused(what, fields, sentence, client, here):
    answer = client.post("/say/", {**here, **fields})
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    assert not Case.objects.exists() and not Event.objects.exists()
    for field in ("text", "place", "phone"):
        assert fields.get(field, "").strip()[:50] in page  # nothing typed is lost


def test_nul_is_taken_out(client, here):
    """A browser cannot send it; a program can."""
    body = (
        f"station={here['station']}&text=%E8%B7%AF%E7%81%AF%00%E4%B8%8D%E4%BA%AE%E7%9C%8B%E4%B8%8D%E6%B8%85"
    )
    assert client.post("/say/", body, content_type="application/x-www-form-urlencoded").status_code == 302
    assert Case.objects.get().text == "路灯不亮看不清"


def test_another_encoding_ends_in_words_and_not_in_a_stack_trace(client, here):
    body = f"station={here['station']}&text=".encode() + "路灯不亮看不清".encode("gb18030")
    answer = client.post("/say/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (302, 422) and b"Traceback" not in answer.content


PHOTOS = [
    ("a zip as a photograph", [("a.jpg", a_zip())], "不是照片"),
    ("a text as a photograph", [("a.jpg", b"hello")], "不是照片"),
    ("an empty file", [("a.jpg", b"")], "空的"),
    ("seven photographs", [(f"{n}.jpg", None) for n in range(7)], "最多"),
]


@pytest.mark.parametrize(("what", "files", "sentence"), PHOTOS)
def test_what_is_refused_as_a_photograph(what, files, sentence, client, here):
    photos = [photo(name, content) for name, content in files]
    answer = client.post("/say/", {"text": TEXT, "photos": photos, **here})
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and TEXT in page
    assert not Case.objects.exists() and not Attachment.objects.exists()


def test_sent_twice_it_is_one_matter(client, here):
    fields = {"text": TEXT, "idempotency_key": KEY, **here}
    first, second = client.post("/say/", fields), client.post("/say/", fields)
    assert first.url == second.url
    assert Case.objects.count() == Event.objects.count() == 1


@pytest.mark.parametrize("key", ["", "short", "a b c d e f g h i j k", "路" * 20, "k" * 200])
def test_a_key_that_is_none_is_as_if_there_were_none(key, client, here):
    for _ in range(2):
        assert client.post("/say/", {"text": TEXT, "idempotency_key": key, **here}).status_code == 302
    assert Case.objects.count() == 2


def test_the_code_says_where_and_a_forged_or_ended_one_is_refused(client, town, now):
    token = token_of(town.station.pk)
    client.post("/say/", {"text": TEXT, "code": token})
    case = Case.objects.get()
    assert (case.station, case.channel) == (town.station, "code")
    code_revoke(station=town.station, actor=SYSTEM, now=now)
    for code, sentence in (
        (token, "已经停用"),
        ("K-AAAAAAAA", "少了几位"),
        ("'; DROP", "只有数字和英文字母"),
    ):
        answer = client.post("/say/", {"text": TEXT, "code": code})
        assert answer.status_code == 404 and sentence in answer.content.decode()
    assert Case.objects.count() == 1


def test_a_telephone_number_is_kept_encrypted_and_shown_masked(client, here):
    answer = client.post("/say/", {"text": TEXT, "phone": "138 0000 1234", "consent": "1", **here})
    voice = Voice.objects.get()
    assert voice.phone_shown == voice.case.raised_by == "138****1234"
    assert b"13800001234" not in bytes(voice.phone)
    assert decrypt(bytes(voice.phone), purpose="voice.phone") == "13800001234"
    assert voice.consented_at is not None
    assert "13800001234" not in client.get(answer.url).content.decode()
    assert "13800001234" not in str(list(Event.objects.values()))


def test_the_link_is_secret_and_a_wrong_one_tells_nothing(client, here):
    client.post("/say/", {"text": TEXT, **here})
    case = Case.objects.get()
    right = passcode_for(case)
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    assert Client().get(f"/m/{case.number}/{right}/").status_code == 200
    answers = [
        client.get(path) for path in (f"/m/{case.number}/{wrong}/", f"/m/2026-9999-999-7/{right}/", "/m/x/y/")
    ]
    assert {answer.status_code for answer in answers} == {404}
    own = re.compile(rb'name="(next|csrfmiddlewaretoken)" value="[^"]*"')
    assert len({own.sub(b"", answer.content) for answer in answers}) == 1


def test_the_matter_is_found_by_number_and_passcode_as_people_type_them(client, here):
    client.post("/say/", {"text": TEXT, **here})
    case = Case.objects.get()
    code = passcode_for(case)
    typed = {
        "number": f"编号 {case.number.replace('-', ' ')}",
        "passcode": f"{code[:4].lower()} {code[4:8]}-{code[8:]}",
    }
    assert client.get("/find/", typed).url == f"/m/{case.number}/{code}/"
    assert client.get("/find/", {**typed, "passcode": "AAAA"}).status_code == 422
    assert client.get("/find/", {**typed, "number": "2026"}).status_code == 422


def test_a_photograph_is_seen_by_its_reporter_only(client, here):
    client.post("/say/", {"text": TEXT, "photos": [photo()], **here})
    client.post("/say/", {"text": TEXT, **here})
    mine, other = Case.objects.order_by("id")
    digest = Attachment.objects.get().digest
    served = client.get(f"/m/{mine.number}/{passcode_for(mine)}/file/{digest}")
    assert served.status_code == 200 and served["Content-Type"] == "image/jpeg"
    assert "sandbox" in served["Content-Security-Policy"]
    assert client.get(f"/m/{other.number}/{passcode_for(other)}/file/{digest}").status_code == 404
    assert client.get(f"/m/{mine.number}/AAAAAAAAAAAA/file/{digest}").status_code == 404
