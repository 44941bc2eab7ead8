"""A thousand voices from one address: a few as they are, more with a proof, then later; nothing typed is lost."""

from __future__ import annotations

import base64
import html
import json
import re
from datetime import UTC, datetime, timedelta

import altcha
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from tingchao.desk import proofs
from tingchao.desk.filing import UPLOADS_EACH
from tingchao.desk.proofs import GOOD_FOR, answer_holds, number_said, task_new, work_holds
from tingchao.engine.models import Attachment, Case, Tally
from tingchao.instruments.codes.selectors import token_of

TEXT = "菜场东门晚上太暗，老人走路不放心。"
MOMENT = datetime.now(UTC)


def solved(page: str) -> str:
    """The proof of work that the browser computes from a page."""
    task = json.loads(html.unescape(re.search(r'data-task="([^"]+)"', page)[1]))
    return worked(altcha.Challenge.from_dict(task))


def worked(challenge: altcha.Challenge) -> str:
    found = altcha.solve_challenge(challenge)
    return altcha.Payload(challenge, found).to_base64()


def question(page: str) -> tuple[str, int]:
    """The token of a page's question and the right answer, as somebody reads it."""
    token = re.search(r'name="guard_token" value="([^"]+)"', page)[1]
    first, second = re.search(r"(.)加(.)等于几", page).groups()
    return token, "零一二三四五六七八九".index(first) + "零一二三四五六七八九".index(second)


@pytest.fixture
def small(settings, monkeypatch):
    """Two voices as they are, five in all; the work is light."""
    settings.FILINGS_BEFORE_PROOF, settings.FILINGS_MOST = 2, 5
    monkeypatch.setattr(proofs, "LEAST_WORK", 5)
    monkeypatch.setattr(proofs, "MOST_WORK", 50)


@pytest.fixture
def say(client, town):
    def send(**other):
        return client.post("/say/", {"text": TEXT, "station": str(town.station.pk), **other})

    return send


def test_few_voices_are_asked_nothing(small, say, client):
    assert "data-guard" not in client.get("/say/").content.decode()
    assert [say().status_code for _ in range(2)] == [302, 302]


def test_then_the_browser_is_asked_for_work_and_nothing_typed_is_lost(small, say):
    for _ in range(2):
        say()
    answer = say(place="菜场东门", phone="13800001234", consent="1")
    page = answer.content.decode()
    assert answer.status_code == 428 and 'data-guard="proof" data-resend' in page
    assert TEXT in page and "菜场东门" in page and "13800001234" in page
    assert Case.objects.count() == 2
    assert say(guard_work=solved(page)).status_code == 302
    assert Case.objects.count() == 3


def test_whoever_has_no_script_answers_a_question(small, say):
    for _ in range(2):
        say()
    for spell in (str, lambda n: f" {n} ", lambda n: chr(0xFF10 + n // 10) + chr(0xFF10 + n % 10)):
        token, right = question(say().content.decode())
        assert say(guard_token=token, guard_answer=spell(right)).status_code == 302
    assert Case.objects.count() == 5


def test_a_wrong_answer_brings_a_fresh_question_and_uses_the_old_one_up(small, say):
    for _ in range(2):
        say()
    token, right = question(say().content.decode())
    answer = say(guard_token=token, guard_answer=str(right + 1))
    assert answer.status_code == 428 and "再答一次" in answer.content.decode()
    assert "data-resend" not in answer.content.decode()
    assert question(answer.content.decode())[0] != token
    assert say(guard_token=token, guard_answer=str(right)).status_code == 428
    assert Case.objects.count() == 2


def test_a_form_that_is_fetched_when_many_came_bears_the_work_from_the_start(small, say, client):
    for _ in range(2):
        say()
    page = client.get("/say/").content.decode()
    assert 'data-guard="proof"' in page and "data-resend" not in page
    assert say(guard_work=solved(page)).status_code == 302


def test_each_proof_serves_once(small, say):
    for _ in range(2):
        say()
    work = solved(say().content.decode())
    assert [say(guard_work=work).status_code for _ in range(2)] == [302, 428]


def test_a_flood_is_throttled_and_every_voice_that_was_taken_is_there(small, say, client):
    kept, refused = 0, []
    page = client.get("/say/").content.decode()
    for n in range(20):
        work = {"guard_work": solved(page)} if "data-task" in page else {}
        answer = say(text=f"第{n}件：{TEXT}", **work)
        page = answer.content.decode() if answer.status_code != 302 else client.get("/say/").content.decode()
        kept += answer.status_code == 302
        if answer.status_code != 302:
            refused.append(answer)
            assert f"第{n}件：{TEXT}" in page
    assert kept == Case.objects.count() == 5
    last = refused[-1]
    assert last.status_code == 429 and 0 < int(last["Retry-After"]) <= 3600
    assert "分钟后再送" in last.content.decode() and 'data-guard="wait"' in last.content.decode()
    assert client.get("/say/").status_code == 200, "the form is still there to be read"


def test_after_an_hour_it_goes_on(small, say):
    for _ in range(2):
        say()
    assert say().status_code == 428
    for row in Tally.objects.all():
        Tally.objects.filter(pk=row.pk).update(since=row.since - timedelta(hours=1, seconds=1))
    assert say().status_code == 302


def test_somebody_elsewhere_is_asked_nothing(small, say, client, town):
    for _ in range(3):
        say()
    fields = {"text": TEXT, "station": str(town.station.pk)}
    assert client.post("/say/", fields, REMOTE_ADDR="198.51.100.3").status_code == 302


def test_photographs_are_not_looked_at_before_the_guard_has_passed(small, say):
    for _ in range(2):
        say()
    bomb = SimpleUploadedFile("a.jpg", b"not a photograph at all", "image/jpeg")
    answer = say(photos=[bomb])
    assert answer.status_code == 428 and "不是照片" not in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_form_with_a_fault_counts_as_a_try_and_its_photographs_wait(small, say):
    """Else photographs without end could be sent with forms that are never right."""
    assert [say(text="").status_code for _ in range(3)] == [422, 422, 428]


def test_photographs_sent_ahead_question_by_question_are_limited_too(small, client, town):
    def ahead():
        photo = SimpleUploadedFile("a.jpg", b"not a photograph at all", "image/jpeg")
        fields = {"text": TEXT, "step": "photos", "go": "next", "station": str(town.station.pk)}
        return client.post("/say/", {**fields, "photos": [photo]})

    assert [ahead().status_code for _ in range(5 * UPLOADS_EACH)] == [422] * 5 * UPLOADS_EACH
    last = ahead()
    assert last.status_code == 429 and TEXT in last.content.decode()
    assert "再选一次" in last.content.decode()
    without = {"text": TEXT, "step": "what", "go": "next"}
    assert client.post("/say/", without).status_code == 200, "words go on"


def test_staff_who_type_in_calls_are_not_counted(small, town):
    from tests.pages.conftest import account
    from tingchao.core.roles import Role

    liaison = Client()
    liaison.force_login(account(town, Role.LIAISON, "330182001"), "tingchao.desk.backends.AccountBackend")
    for _ in range(4):
        form = {"text": TEXT, "channel": "telephone", "station": str(town.station.pk)}
        assert liaison.post("/desk/voices/new/", form).status_code == 302
    assert not Tally.objects.exists()


def test_filing_takes_one_statement_more_than_without_a_guard(client, town):
    fields = {"text": TEXT, "code": token_of(town.station.pk)}
    client.post("/say/", fields)
    with CaptureQueriesContext(connection) as captured:
        assert client.post("/say/", fields).status_code == 302
    used = [query["sql"] for query in captured.captured_queries]
    assert sum("engine_tally" in sql for sql in used) == 1 and len(used) <= 8


# --- proofs -----------------------------------------------------------------------------------------------


def challenge_of(task) -> altcha.Challenge:
    return altcha.Challenge.from_dict(json.loads(task.challenge))


def test_work_is_good_for_an_hour(db):
    work = worked(challenge_of(task_new(MOMENT)))
    assert not work_holds(work, MOMENT + timedelta(seconds=GOOD_FOR))
    assert not work_holds(work, MOMENT - timedelta(days=1)), "made for another time"
    assert work_holds(work, MOMENT + timedelta(seconds=GOOD_FOR - 1))


def test_the_hidden_number_is_within_bounds(db):
    for _ in range(3):
        counter = json.loads(base64.b64decode(worked(challenge_of(task_new(MOMENT)))))["solution"]["counter"]
        assert proofs.LEAST_WORK <= counter < proofs.MOST_WORK


def test_another_installations_work_is_none(db, settings):
    work = worked(challenge_of(task_new(MOMENT)))
    settings.LINK_KEY = "another installation's"
    assert not work_holds(work, MOMENT)


def changed(payload: str, **parts: object) -> str:
    told = json.loads(base64.b64decode(payload))
    told["challenge"]["parameters"].update(parts)
    return base64.b64encode(json.dumps(told).encode()).decode()


@pytest.mark.parametrize(
    "parts",
    [
        {"keyPrefix": ""},
        {"keyPrefix": "00"},
        {"cost": 0},
        {"expiresAt": 4_000_000_000},
        {"expiresAt": None},
        {"nonce": "00" * 16},
        {"nonce": 7},
        {"algorithm": "none"},
    ],
)
def test_work_for_an_easier_task_is_none(parts, db):
    assert not work_holds(changed(worked(challenge_of(task_new(MOMENT))), **parts), MOMENT)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
)
SHAPES = st.fixed_dictionaries(
    {
        "challenge": JSONS | st.fixed_dictionaries({"parameters": JSONS, "signature": JSONS}),
        "solution": JSONS | st.fixed_dictionaries({"counter": JSONS, "derivedKey": JSONS}),
    }
)


@given(st.text(max_size=200) | SHAPES.map(lambda one: base64.b64encode(json.dumps(one).encode()).decode()))
@example("A" * 5000)
@example(base64.b64encode(b"[" * 3000).decode())
@example(base64.b64encode(b"9" * 3000).decode())
def test_whatever_is_sent_as_work_is_refused_quietly(payload):
    assert work_holds(payload, MOMENT) is False


@given(st.text(max_size=100), st.text(max_size=30))
@example("a.99999999999.b", "8")
@example("..", "")
@example("a.-1.b", "8")
@example("a.²³.b", "8")
def test_whatever_is_sent_as_an_answer_is_refused_quietly(token, typed):
    assert answer_holds(token, typed, MOMENT) is False


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("8", 8), (" 11 ", 11), ("１１", 11), ("八", 8), ("十", 10), ("十二", 12), ("一十八", 18), ("十八。", 18),
        ("", None), ("-8", None), ("8.0", None), ("eight", None), ("八八", None), ("²", 2), ("٨", None),
        ("9" * 40, int("9" * 20)),
    ],
)  # fmt: skip
def test_a_number_as_people_type_it(typed, number):
    assert number_said(typed) == number
