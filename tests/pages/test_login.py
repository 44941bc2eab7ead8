"""Logging in: lockout, idle sessions, two factors, and what every answer of the server bears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from conftest import NOW, SINCE
from django.utils import timezone

from tingchao.core.roles import Role
from tingchao.desk.middleware import LAST_SEEN
from tingchao.directory.actors import SYSTEM
from tingchao.directory.services import account_create, grant_give

PASSWORD = "Liang-chao-2026"
LOGIN = "/accounts/login/"


@pytest.fixture
def liaison(town):
    made = account_create(username="lianluo", name="周联络", password=PASSWORD, actor=SYSTEM, now=NOW)
    grant_give(account=made, role=Role.LIAISON, scope="330182001", since=SINCE, actor=SYSTEM)
    return made


def log_in(client, password=PASSWORD, username="lianluo"):
    return client.post(LOGIN, {"login": username, "password": password})


def test_the_right_password_opens_the_desk(client, liaison):
    assert log_in(client).url == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_the_page_says_the_same_of_a_wrong_password_and_an_unknown_name(client, liaison):
    wrong = log_in(client, password="not-it-at-all")
    unknown = log_in(client, username="nobody-here")
    said = [page.content.decode().split("<main", 1)[1] for page in (wrong, unknown)]
    errors = [text[text.index('role="alert"') :][:200] for text in said]
    assert wrong.status_code == unknown.status_code == 200
    assert errors[0] == errors[1]


def test_five_failures_lock_and_then_the_right_password_is_refused(client, liaison):
    """等保 2.0, GB/T 22239-2019 8.1.4.1: five failures, 300 seconds."""
    statuses = [log_in(client, password="wrong-wrong-1").status_code for _ in range(5)]
    assert statuses[:4] == [200] * 4 and statuses[4] == 429
    assert log_in(client).status_code == 429
    assert client.get("/desk/").status_code == 302
    assert "5" in log_in(client).content.decode()


def test_the_lock_ends_by_itself(client, liaison):
    from axes.models import AccessAttempt

    for _ in range(5):
        log_in(client, password="wrong-wrong-1")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(seconds=301))
    assert log_in(client).url == "/desk/"


def test_an_account_that_was_switched_off_gets_no_further(client, liaison):
    log_in(client)
    liaison.is_active = False
    liaison.save()
    assert client.get("/desk/").status_code == 302


def test_an_idle_session_ends(client, liaison, settings):
    log_in(client)
    client.get("/desk/")
    session = client.session
    session[LAST_SEEN] = int(timezone.now().timestamp()) - settings.SESSION_IDLE_SECONDS - 1
    session.save()
    assert client.get("/desk/").status_code == 302


def test_a_session_in_use_goes_on(client, liaison, settings):
    log_in(client)
    session = client.session
    session[LAST_SEEN] = int(timezone.now().timestamp()) - settings.SESSION_IDLE_SECONDS + 60
    session.save()
    assert client.get("/desk/").status_code == 200
    assert client.session[LAST_SEEN] > session[LAST_SEEN]


def test_nobody_signs_up_or_resets_a_password_by_mail(client, liaison):
    for path in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/"):
        assert client.get(path).status_code == 404


def test_two_factors_where_the_setting_asks_for_them(client, liaison, settings):
    settings.TWO_FACTOR_REQUIRED = True
    log_in(client)
    assert client.get("/desk/").url == "/accounts/2fa/totp/activate/"
    secret = generate_totp_secret()
    TOTP.activate(liaison, secret)
    assert client.get("/desk/").status_code == 200
    client.post("/accounts/logout/")
    asked = log_in(client)
    assert asked.url == "/accounts/2fa/authenticate/"
    assert client.get("/desk/").status_code == 302
    assert client.post(asked.url, {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post(asked.url, {"code": code}).url == "/desk/"
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/say/", "/find/", LOGIN, "/desk/", "/nowhere/"])
def test_every_answer_bears_the_policy(path, client, town):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_has_inline_script_or_style(client, town, liaison):
    log_in(client)
    for path in ("/", "/say/", "/find/", LOGIN, "/desk/", "/desk/?view=waiting"):
        page = client.get(path).content.decode()
        assert "style=" not in page and " onclick=" not in page and "javascript:" not in page
        assert page.count("<script") == page.count('<script src="/static/')


def test_a_form_from_elsewhere_is_refused_in_words(town):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/say/", {"text": "路灯不亮，看不清台阶。"})
    assert answer.status_code == 403
    assert "没有送" in answer.content.decode()
