"""Letters in the desk: written from a matter, answered by the body, found again; nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from tests.pages.test_statements import taken
from tingchao.engine.services import case_act
from tingchao.instruments.letters.models import Letter
from tingchao.instruments.letters.services import Drafted, letter_issue


@pytest.fixture
def acting(case, town, handed):
    case_act(case_id=case.pk, action="assign", raw=handed, actor=town.liaison, now=now())
    return case


def typed(town, **changed):
    until = (localdate() + timedelta(days=5)).isoformat()
    fields = {"kind": "urge", "body": str(town.bodies.chengguan.pk), "title": "路灯修复", "reply_by": until}
    return {**fields, "text": "请在期限内修好，并书面答复。", **changed}


def test_a_letter_goes_out_is_answered_and_stands_beside_its_matter(browse, town, acting):
    clerk, body = browse("clerk"), browse("handler of the lead")
    page = clerk.get(f"/desk/case/{acting.number}/").content.decode()
    assert f"/desk/case/{acting.number}/letters/new/" in page
    sent = clerk.post(f"/desk/case/{acting.number}/letters/new/", typed(town), follow=True)
    letter = Letter.objects.get()
    assert letter.number in sent.content.decode() and "函已经发出" in sent.content.decode()
    mine = body.get("/desk/letters/?view=waiting").content.decode()
    assert "路灯修复" in mine
    shown = body.get(f"/desk/letters/{letter.pk}/").content.decode()
    assert "答复这封函" in shown and "撤回这封函" not in shown
    short = body.post(f"/desk/letters/{letter.pk}/answer/", {"text": "好"})
    assert short.status_code == 422 and "5 个字以上" in short.content.decode()
    body.post(f"/desk/letters/{letter.pk}/answer/", {"text": "本周五前修好。"})
    beside = clerk.get(f"/desk/case/{acting.number}/").content.decode()
    assert "已答复" in beside and letter.number in beside
    assert "没有等答复的函" in body.get("/desk/letters/?view=waiting").content.decode()


def test_a_refused_letter_comes_again_with_what_was_typed(browse, town, acting):
    text = "请说明原因，居民等了很久。"
    page = browse("clerk").post(
        f"/desk/case/{acting.number}/letters/new/", typed(town, text=text, reply_by="昨天")
    )
    told = page.content.decode()
    assert page.status_code == 422 and text in told and "请选一个今天以后" in told
    assert 'value="urge" required checked' in told and not Letter.objects.exists()


def test_a_body_that_a_letter_was_not_sent_to_sees_none_of_it(browse, town, acting):
    browse("clerk").post(f"/desk/case/{acting.number}/letters/new/", typed(town))
    other = browse("handler of another body")
    assert other.get(f"/desk/letters/{Letter.objects.get().pk}/").status_code == 403
    assert "路灯修复" not in other.get("/desk/letters/").content.decode()


@pytest.mark.parametrize("count", [1, 40])
def test_statements_of_the_list(count, browse, town, acting):
    for _ in range(count):
        letter_issue(case_id=acting.pk, drafted=Drafted(**typed(town)), actor=town.clerk, now=now())
    used = taken(browse("clerk"), "get", "/desk/letters/")
    assert len(used) <= 5, "\n".join(used)  # session, account, grants, counts, letters
