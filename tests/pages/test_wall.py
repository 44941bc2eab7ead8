"""The wall: portraits, next receptions, from a place or a station; a station's hours, functions and what comes next."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now
from PIL import Image

from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Deputy, Station
from tingchao.directory.places import functions_in
from tingchao.directory.services import deputy_create, station_create
from tingchao.directory.tags import tags_of
from tingchao.engine.files import file_path
from tingchao.engine.models import Event
from tingchao.engine.sealing import audit
from tingchao.instruments.codes.services import code_issue
from tingchao.instruments.codes.signing import token_for


def picture(name="王代表.jpg", colour="navy", size=(900, 700)) -> SimpleUploadedFile:
    out = io.BytesIO()
    made = Image.new("RGB", size, colour)
    made.getexif()[0x010E] = "secret place"
    made.save(out, "JPEG", exif=made.getexif())
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def put(browser, deputy, **given):
    return browser.post(f"/desk/admin/photos/{deputy.pk}/", given, follow=True)


def test_a_portrait_is_made_small_and_harmless_and_hangs_on_the_wall(browse, town, client):
    deputy = town.deputies[0]
    page = put(browse("administrator"), deputy, photo=picture()).content.decode()
    assert "照片已经上墙" in page and "王代表的照片" in page
    deputy.refresh_from_db()
    with Image.open(file_path(deputy.photo)) as kept:
        assert kept.size == (360, 480) and not kept.getexif()
    wall = client.get(f"/deputies/?station={town.station.pk}").content.decode()
    address = f"/deputies/{deputy.pk}/photo-{deputy.photo[:16]}.jpg"
    assert address in wall and 'alt="王代表的照片"' in wall
    answer = client.get(address)
    assert answer["Content-Type"] == "image/jpeg" and "immutable" in answer["Cache-Control"]
    assert address in client.get(f"/deputies/{deputy.pk}/").content.decode()
    assert "照片已经取下" in put(browse("administrator"), deputy, remove="1").content.decode()
    assert client.get(address).status_code == 404
    assert Event.objects.filter(action="deputy.change").count() == 2 and audit().broken is None


@pytest.mark.parametrize("who", ["liaison here", "clerk", "deputy following", ""])
def test_who_may_not_change_the_wall(who, browse, town):
    answer = browse(who).post(f"/desk/admin/photos/{town.deputies[0].pk}/", {"photo": picture()})
    assert answer.status_code in (302, 403)
    assert Deputy.objects.exclude(photo="").count() == 0


BAD = [
    (SimpleUploadedFile("王代表.jpg", b"no picture"), "不是照片"),
    (SimpleUploadedFile("王代表.jpg", b""), "空的"),
    (SimpleUploadedFile("王代表.pdf", b"%PDF-1.4 x"), "不是照片"),
]


@pytest.mark.parametrize(("upload", "sentence"), BAD)
def test_what_is_no_portrait(upload, sentence, browse, town):
    upload.seek(0)
    page = put(browse("administrator"), town.deputies[0], photo=upload).content.decode()
    assert (sentence in page or "请先选照片" in page) and Deputy.objects.exclude(photo="").count() == 0


def test_many_portraits_at_once_by_their_names_and_twice_is_once(browse, town):
    deputy_create(
        name="赵代表", region_code="330106001000", since=localdate() - timedelta(days=9), actor=SYSTEM
    )
    admin = browse("administrator")

    def sent():
        return [
            picture("王代表.jpg"),
            picture("陈代表.png", "red"),
            picture("赵代表.jpg"),
            picture("某某.jpg"),
        ]

    page = admin.post("/desk/admin/photos/", {"photos": sent()}).content.decode()
    assert "上墙 2 张" in page and "不止一位代表叫“赵代表”" in page and "没有叫“某某”的在任代表" in page
    before = Event.objects.count()
    page = admin.post("/desk/admin/photos/", {"photos": sent()}).content.decode()
    assert "上墙 0 张，2 张和原来一样" in page and Event.objects.count() == before


def test_the_wall_never_shows_a_private_number(town, client):
    Deputy.objects.filter(pk=town.deputies[0].pk).update(expertise="城建")
    page = client.get(f"/deputies/?station={town.station.pk}").content.decode()
    assert "tel:" not in page


def test_a_deputys_page_leads_to_their_own_code(town, client):
    deputy = town.deputies[0]
    assert f"/say/?station={town.station.pk}" in client.get(f"/deputies/{deputy.pk}/").content.decode()
    token = token_for(code_issue(deputy=deputy, actor=SYSTEM, now=now()).pk)
    page = client.get(f"/deputies/{deputy.pk}/").content.decode()
    assert f"/say/?code={token}" in page
    client.post("/say/", {"text": "菜场东门晚上太暗，老人走路不放心。", "code": token})
    Station.objects.update(active=False)
    assert token not in client.get(f"/deputies/{deputy.pk}/").content.decode()


@pytest.mark.parametrize(
    ("word", "finds", "not_there"),
    [
        ("白沙", "新安江街道", "北山街道"),
        ("新安江", "新安江街道", "洋溪街道"),
        ("北山", "北山街道", "新安江街道"),
        ("月球", "没有找到这个地方", "/deputies/?in="),
    ],
)
def test_who_represents_me_from_a_name_that_is_typed(word, finds, not_there, town, client):
    page = client.get("/deputies/", {"q": word}).content.decode()
    assert finds in page and not_there not in page


def test_a_station_says_what_it_does_and_when(town, client):
    Station.objects.filter(pk=town.station.pk).update(
        functions=["立法联系点", "余法驿站"], equipment=["无障碍坡道"], hours="每天 0:00-24:00"
    )
    page = client.get(f"/stations/{town.station.pk}/").content.decode()
    assert "现在开着" in page and "立法联系点" in page and "无障碍坡道" in page
    listed = client.get("/stations/", {"function": "立法联系点"}).content.decode()
    assert "新安江街道中心站" in listed
    assert "没有找到这样的站" in client.get("/stations/", {"function": "月球"}).content.decode()
    assert functions_in("3301") == ["余法驿站", "立法联系点"] or len(functions_in("3301")) == 2
    assert functions_in("330106") == []


def test_tags_are_kept_by_administration(browse, town):
    admin = browse("administrator")
    path = f"/desk/admin/stations/{town.station.pk}/"
    form = {
        "name": "新安江街道中心站",
        "kind": "centre",
        "region": "330182001000",
        "functions": "立法联系点、余法驿站，立法联系点",
        "equipment": "",
    }
    assert admin.post(path, form).status_code == 302
    town.station.refresh_from_db()
    assert town.station.functions == ["立法联系点", "余法驿站"]
    assert "立法联系点、余法驿站" in admin.get(path).content.decode()
    wrong = admin.post(path, {**form, "functions": "长" * 21})
    assert wrong.status_code == 422 and "20 个字以内" in wrong.content.decode()


@pytest.mark.parametrize(
    ("text", "tags"), [("", []), ("甲、乙，丙；甲", ["甲", "乙", "丙"]), (" 甲 , 乙 ", ["甲", "乙"])]
)
def test_tags_as_they_are_typed(text, tags):
    assert tags_of(text) == tags


@pytest.mark.parametrize("text", ["长" * 21, "、".join(map(str, range(13)))])
def test_tags_that_are_none(text):
    with pytest.raises(ValueError, match="标签"):
        tags_of(text)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/deputies/?station={station}", 3),
        ("/deputies/?in=330182001000", 2),
        ("/deputies/?q=白沙", 2),
        ("/deputies/{deputy}/", 4),  # the person, the next turn, what they did, stories
        ("/stations/{station}/", 5),
        ("/stations/?in=330182001000", 2),
    ],
)
def test_statements(path, most, town, client):
    for number in range(30):
        station_create(name=f"微站{number}", kind="micro", region_code="330182001001", actor=SYSTEM)
    path = path.format(station=town.station.pk, deputy=town.deputies[0].pk)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    assert len(captured) <= most, [one["sql"][:120] for one in captured]
