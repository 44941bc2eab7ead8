"""The pages of a live event: the audience's from files alone, asking and reacting, the moderator's, the screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.meetings.conftest import announced
from tests.pages.conftest import accounts, browse  # noqa: F401
from tingchao.engine.models import Fact
from tingchao.instruments.live.counting import COUNTS
from tingchao.instruments.live.models import Live, Question, Seen
from tingchao.instruments.live.services import live_close, live_open, question_show
from tingchao.instruments.live.snapshots import publish
from tingchao.instruments.meetings.models import Meeting


@pytest.fixture
def meeting(town: Any) -> Meeting:
    return announced(town, timezone.now(), kind="face_to_face", title="城管局长面对面", by=town.clerk)


@pytest.fixture
def live(town: Any, meeting: Meeting) -> Live:
    made = live_open(
        meeting_id=meeting.pk, stream="https://live.example.cn/7", actor=town.clerk, now=timezone.now()
    )
    publish(made.pk, timezone.now(), at_once=True)
    return made


KEY = "k" * 22


def ask(client: Client, live: Live, text: str, key: str = KEY, **more: Any) -> Any:
    return client.post(f"/live/{live.pk}/ask/", {"text": text, "idempotency_key": key}, **more)


def test_before_it_is_opened_the_page_says_so(client, meeting):
    answer = client.get(f"/live/{meeting.pk}/")
    assert answer.status_code == 200 and "直播互动还没有开" in answer.content.decode()


def test_a_viewer_takes_no_sql_at_all(client, live):
    client.get(f"/live/{live.pk}/")  # what is kept in the process is read before
    with CaptureQueriesContext(connection) as captured:
        state = client.get(f"/live/{live.pk}/state.json")
        client.get(f"/live/{live.pk}/{state.json()['pieces']['zh-hans']}")
        client.get(f"/live/{live.pk}/")
        client.post(f"/live/{live.pk}/here/")
        client.post(f"/live/{live.pk}/react/", {"kind": "agree"})
    assert not captured.captured_queries


def test_asking_takes_three_statements(client, live):
    ask(client, live, "垃圾房什么时候搬走？")
    with CaptureQueriesContext(connection) as captured:
        ask(client, live, "路灯什么时候修好？", "j" * 22)
    assert len(captured) <= 3  # the count of the network, what was asked before, the question


def test_the_state_is_sent_once_and_kept_for_seconds(client, live):
    first = client.get(f"/live/{live.pk}/state.json")
    assert first["Cache-Control"] == "public, max-age=2" and "Cookie" not in first.get("Vary", "")
    again = client.get(f"/live/{live.pk}/state.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    piece = client.get(f"/live/{live.pk}/{first.json()['pieces']['en']}")
    assert "immutable" in piece["Cache-Control"] and "No questions" not in piece["Cache-Control"]


def test_each_browser_has_a_token_that_is_sent_nowhere_else(client, live):
    answer = client.get(f"/live/{live.pk}/")
    cookie = answer.cookies["live"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (f"/live/{live.pk}/", True, "Strict")
    client.get(f"/live/{live.pk}/")
    Client().get(f"/live/{live.pk}/")
    COUNTS.flush()
    assert Seen.objects.count() == 2
    assert cookie.value not in set(Seen.objects.values_list("token", flat=True))


def test_without_scripts_one_asks_and_reacts_by_forms(client, live, town):
    client.get(f"/live/{live.pk}/")
    answer = ask(client, live, "垃圾房什么时候搬走？", follow=True)
    assert "问题收到了" in answer.content.decode()
    question_show(question_id=Question.objects.get().pk, actor=town.clerk, now=timezone.now())
    publish(live.pk, timezone.now(), at_once=True)
    assert "垃圾房什么时候搬走" in client.get(f"/live/{live.pk}/").content.decode()
    answer = client.post(f"/live/{live.pk}/react/", {"kind": "thanks"})
    assert answer.status_code == 302 and answer["Location"].endswith("#reactions")


BAD = [
    ({"text": "停车", "idempotency_key": KEY}, 422, "请说具体些"),
    ({"text": "问" * 121, "idempotency_key": KEY}, 422, "写得太长了"),
    ({"text": "路灯什么时候修好", "idempotency_key": "x"}, 422, "开得太久了"),
    ({}, 422, "开得太久了"),
]


@pytest.mark.parametrize(("form", "status", "words"), BAD)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(form, status, words, client, live):
    answer = client.post(f"/live/{live.pk}/ask/", form)
    page = answer.content.decode()
    assert answer.status_code == status and words in page and form.get("text", "") in page
    assert not Question.objects.exists()


def test_after_many_from_one_network_a_proof_is_asked_for_and_nothing_is_lost(client, live):
    for number in range(30):
        assert ask(client, live, f"第{number}件事什么时候办", f"key-{number:018d}").status_code == 302
    answer = ask(client, live, "还有一件事要问", "key-of-the-next-one-x")
    assert answer.status_code == 428 and "还有一件事要问" in answer.content.decode()
    assert "data-guard" in answer.content.decode() and Question.objects.count() == 30
    elsewhere = ask(client, live, "别处来的问题", "key-from-elsewhere-xx", REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 302


def test_reactions_without_a_token_or_of_no_kind(live):
    assert Client().post(f"/live/{live.pk}/react/", {"kind": "agree"}).status_code == 400
    known = Client()
    known.get(f"/live/{live.pk}/")
    assert known.post(f"/live/{live.pk}/react/", {"kind": "shout"}).status_code == 400
    fetched = known.post(f"/live/{live.pk}/react/", {"kind": "agree"}, headers={"X-Requested-With": "fetch"})
    assert fetched.status_code == 204


def test_once_closed_it_says_how_many_took_part_and_takes_nothing_more(client, live, town):
    client.get(f"/live/{live.pk}/")
    live_close(meeting_id=live.pk, on_site=41, actor=town.clerk, now=timezone.now())
    publish(live.pk, timezone.now(), at_once=True)
    page = client.get(f"/live/{live.pk}/").content.decode()
    assert "42 人参与" in page and "<textarea" not in page
    assert ask(client, live, "路灯什么时候修好").status_code == 409
    assert client.post(f"/live/{live.pk}/here/").status_code == 409
    assert Fact.objects.get(kind="meeting.audience").amount == 42


# --- the desk ---------------------------------------------------------------------------------------------


def test_the_moderator_opens_shows_answers_makes_a_matter_and_closes(browse, town, meeting):  # noqa: F811
    clerk, viewer = browse("clerk"), Client()
    here = f"/desk/meetings/{meeting.pk}/live/"
    refused = clerk.post(f"{here}do/", {"action": "open", "stream": "http://live.example.cn/"})
    assert refused.status_code == 422 and "http://live.example.cn/" in refused.content.decode()
    assert clerk.post(f"{here}do/", {"action": "open", "stream": ""}).status_code == 302
    live = Live.objects.get()
    publish(live.pk, timezone.now(), at_once=True)
    viewer.get(f"/live/{live.pk}/")
    ask(viewer, live, "府前路三盏路灯什么时候修好")
    number = Question.objects.get().pk
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=1))  # it began
    assert "府前路三盏路灯" in clerk.get(here).content.decode()
    for deed, more in (
        ("show", {}),
        ("current", {}),
        ("answered", {"by": "城管局局长"}),
        ("case", {"procedure": "public_voices", "place": "府前路"}),
    ):
        answer = clerk.post(f"{here}do/", {"action": deed, "question": number, **more})
        assert answer.status_code == 302, deed
    assert clerk.get(f"{here}screen/").status_code == 200
    assert clerk.post(f"{here}do/", {"action": "close", "on_site": "12"}).status_code == 302
    assert Fact.objects.get(kind="meeting.audience").amount == 13
    assert "已经结束" in clerk.get(here).content.decode()


ODD = [
    {"action": "show"},
    {"action": "show", "question": "x"},
    {"action": "show", "question": "0"},
    {"action": "answered", "question": "9" * 18},
    {"action": "nothing", "question": "1"},
    {"action": "close", "on_site": "-1"},
    {},
]


@pytest.mark.parametrize("form", ODD)
def test_odd_forms_of_the_moderator(form, browse, live):  # noqa: F811
    answer = browse("clerk").post(f"/desk/meetings/{live.pk}/live/do/", form)
    assert answer.status_code in (404, 422)
    assert Live.objects.get().is_open


@pytest.mark.parametrize("questions", [1, 40])
def test_statements_of_the_moderator_s_page(questions, browse, live, town):  # noqa: F811
    """As many for one question as for forty."""
    for number in range(questions):
        row = Question.objects.create(
            live=live,
            text=f"第 {number} 个",
            plain=f"第{number}个",
            key=f"{number:020d}",
            asked_at=timezone.now(),
        )
        Question.objects.create(
            live=live, text="一样", plain="一样", key=f"s{number:020d}", main=row, asked_at=timezone.now()
        )
    clerk = browse("clerk")
    path = f"/desk/meetings/{live.pk}/live/"
    clerk.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert clerk.get(path).status_code == 200
    # session, account, grants, counts, the gathering, its live side, four of questions, people, reactions, others
    assert len(captured) <= 13, "\n".join(one["sql"] for one in captured.captured_queries)
