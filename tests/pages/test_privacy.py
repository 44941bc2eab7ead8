"""Personal data on the desk's pages: kept out of what is made public, masked for whoever does not deal with it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tingchao.directory.actors import reporter
from tingchao.engine.models import Case, Event
from tingchao.engine.services import case_act, stage_token
from tingchao.mechanisms.public_voices.services import voice_file

SAID = "菜场东门路灯不亮，摊主王建国先生13800001234可以带路，身份证11010519491231002X。"


@pytest.fixture
def answered(case, town, now):
    """A matter that waits to be made known."""
    case_act(
        case_id=case.pk, action="answer_now", raw={"answer": "今晚就修好。"}, actor=town.liaison, now=now
    )
    return case_act(case_id=case.pk, action="rate_good", raw={}, actor=reporter(case.pk), now=now)


def write(client, case, text):
    form = {
        "action": "draft",
        "seq": stage_token(case),
        "draft.public_title": "菜场东门路灯已修好",
        "draft.public_text": text,
    }
    return client.post(reverse("desk:act", args=[case.number]), form)


def test_an_account_with_a_telephone_number_is_refused_with_what_to_do_and_keeps_what_was_typed(
    browse, answered
):
    text = "三盏路灯已全部更换，反映人13800001234已回访。"
    page = write(browse("liaison here"), answered, text)
    assert page.status_code == 422
    shown = page.content.decode()
    assert "公开前请把“13800001234”删掉" in shown
    assert text in shown
    answered.refresh_from_db()
    assert (answered.stage, answered.public_text) == ("publishing", "")
    assert not Event.objects.filter(case=answered, action="draft").exists()


def test_an_account_without_personal_data_goes_to_be_checked(browse, answered):
    assert write(browse("liaison here"), answered, "三盏路灯已全部更换，谢谢提醒。").status_code == 302


def test_a_name_in_a_draft_is_shown_to_whoever_checks_it(browse, case):
    Case.objects.filter(pk=case.pk).update(public_text="王建国先生反映的路灯已修好。")
    page = browse("liaison here").get(reverse("desk:case", args=[case.number])).content.decode()
    assert "姓名 王建国" in page


def test_no_doubts_where_there_are_none(browse, case):
    assert (
        "公开前请再看一眼"
        not in browse("liaison here").get(reverse("desk:case", args=[case.number])).content.decode()
    )


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("请打13800001234，路灯不亮。", "请打138****1234，路灯不亮"),
        ("身份证11010519491231002X丢在站里了", "身份证110*************2X丢在站里了"),
        ("住12幢3单元501室的老人摔了", "住**幢*单元***室的老人摔了"),
        ("府前路58号路灯不亮", "府前路58号路灯不亮"),
    ],
)
def test_a_title_bears_no_number_of_a_person(said, title, town, now):
    case = voice_file(text=said, region_code=town.region, channel="web", actor=reporter(0), now=now)
    assert (case.title, case.text) == (title, said)


def test_a_list_shows_the_masked_title(browse, town, now):
    voice_file(
        text=SAID, title="摊主13800001234", region_code=town.region, channel="web", actor=reporter(0), now=now
    )
    page = browse("liaison here").get("/desk/").content.decode()
    assert "摊主138****1234" in page
    assert "13800001234" not in page
