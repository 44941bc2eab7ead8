"""Choosing one's own password: who may, what is refused, and that a password somebody gave is changed first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW
from django.test import Client
from django.urls import reverse

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Account
from tingchao.directory.selectors import actor_for
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.accounts import password_change, password_reset
from tingchao.engine.models import Event

OLD, NEW = "Chaoxin-2026-tide", "qiantang-river-88"


@pytest.fixture
def account(town):
    made = account_create(username="wang", name="王联络", password=OLD, actor=SYSTEM, now=NOW)
    grant_give(
        account=made, role=Role.LIAISON, scope="330182001", since=NOW.date() - timedelta(days=1), actor=SYSTEM
    )
    return made


@pytest.fixture
def change(account):
    def call(old: str = OLD, new: str = NEW, again: str | None = None, now=NOW):
        actor = actor_for(account, NOW)
        kept = new if again is None else again
        return password_change(account_id=account.pk, old=old, new=new, again=kept, actor=actor, now=now)

    return call


REFUSED = [
    # old, new, again, field at fault, words
    ("wrong", NEW, NEW, "old", "原来的密码不对"),
    (OLD, NEW, NEW + "x", "again", "两次输的新密码不一样"),
    (OLD, OLD, OLD, "new", "要和原来的不一样"),
    (OLD, "short1", "short1", "new", "10"),
    (OLD, "1357924680", "1357924680", "new", ""),
    (OLD, "password123456"[:12], "password123456"[:12], "new", ""),
    (OLD, "", "", "new", ""),
]


@pytest.mark.parametrize(("old", "new", "again", "field", "words"), REFUSED)
def test_what_is_refused_says_why_and_changes_nothing(old, new, again, field, words, change, account):
    with pytest.raises(Refusal) as refused:
        change(old, new, again)
    assert list(refused.value.fields) == [field]
    assert words in refused.value.fields[field]
    account.refresh_from_db()
    assert account.check_password(OLD)


def test_a_changed_password_is_in_the_history_without_its_words(change, account):
    change()
    account.refresh_from_db()
    assert account.check_password(NEW) and not account.password_given
    event = Event.objects.get(action="account.own_password")
    assert NEW not in str(event.data) and event.actor_name == "王联络"


def test_too_many_wrong_ones_have_to_wait_and_then_may_go_on(change, account):
    for _ in range(5):
        with pytest.raises(Refusal, match="input"):
            change("wrong")
    with pytest.raises(Refusal, match="wait"):
        change()  # even the right one, so that nothing is learnt
    change(now=NOW + timedelta(minutes=6))


def test_nobody_changes_somebody_elses(account, town):
    with pytest.raises(Refusal, match="forbidden"):
        password_change(account_id=account.pk, old=OLD, new=NEW, again=NEW, actor=town.liaison, now=NOW)


def test_a_given_password_is_changed_before_anything_else(account, town):
    browser = Client()
    browser.force_login(account, "tingchao.desk.backends.AccountBackend")
    assert browser.get("/desk/").status_code == 200
    given = password_reset(account_id=account.pk, actor=SYSTEM, now=NOW)

    account.refresh_from_db()
    browser.force_login(account, "tingchao.desk.backends.AccountBackend")
    here = reverse("desk:password")
    for path in ("/desk/", "/desk/notices/", "/desk/voices/new/"):
        answer = browser.get(path)
        assert (answer.status_code, answer["Location"]) == (302, here)
    assert browser.get("/").status_code == 200  # the public side is for everybody
    assert "管理员给的" in browser.get(here).content.decode()

    answer = browser.post(here, {"old": "wrong", "new": NEW, "again": NEW})
    page = answer.content.decode()
    assert answer.status_code == 422 and "原来的密码不对" in page and NEW not in page
    answer = browser.post(here, {"old": given, "new": NEW, "again": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    page = browser.get("/desk/").content.decode()  # still logged in
    assert "密码改好了" in page and "改密码" in page
    assert Account.objects.get(pk=account.pk).check_password(NEW)


def test_other_sessions_end_with_the_old_password(account):
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(account, "tingchao.desk.backends.AccountBackend")
    here.post(reverse("desk:password"), {"old": OLD, "new": NEW, "again": NEW})
    assert here.get("/desk/").status_code == 200
    assert there.get("/desk/").status_code == 302
