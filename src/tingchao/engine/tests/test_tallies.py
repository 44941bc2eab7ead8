"""Counting by address: windows, keys that tell nothing, several at once, forgetting."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tingchao.engine.models import Tally
from tingchao.engine.tallies import (
    GUESSED_AT,
    GUESSES,
    GUESSES_AT_ONE,
    Allowance,
    guess_count,
    tallies_forget,
    tally_key,
    tally_read,
    tally_take,
)

THREE = Allowance(3, 600)


def test_three_are_taken_and_no_fourth_until_the_window_is_over(db, now):
    took = [tally_take(key="a", allowance=THREE, now=now + timedelta(minutes=n)) for n in range(4)]
    assert [one and one.count for one in took] == [1, 2, 3, None]
    assert took[2].free_at(THREE) == now + timedelta(minutes=10)
    assert tally_take(key="a", allowance=THREE, now=now + timedelta(seconds=599)) is None
    again = tally_take(key="a", allowance=THREE, now=now + timedelta(seconds=600))
    assert (again.count, again.since) == (1, now + timedelta(seconds=600))


def test_one_key_does_not_weigh_on_another(db, now):
    for _ in range(3):
        tally_take(key="a", allowance=THREE, now=now)
    assert tally_take(key="b", allowance=THREE, now=now).count == 1


def test_of_none_that_are_allowed_none_is_taken(db, now, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tally_take(key="a", allowance=Allowance(0, 600), now=now) is None


def test_reading_counts_nothing_and_sees_no_window_that_is_over(db, now):
    assert tally_read("a", THREE, now) is None
    tally_take(key="a", allowance=THREE, now=now)
    assert tally_read("a", THREE, now).count == tally_read("a", THREE, now).count == 1
    assert tally_read("a", THREE, now + timedelta(seconds=600)) is None


def test_a_key_tells_neither_the_address_nor_that_it_came_back(settings, now):
    key = tally_key("guess", "203.0.113.7", now)
    assert len(key) == 64 and "203" not in bytes.fromhex(key).decode("latin-1")
    assert key == tally_key("guess", "203.0.113.7", now + timedelta(hours=1))
    others = [
        tally_key("guess", "203.0.113.7", now + timedelta(days=1)),
        tally_key("filing", "203.0.113.7", now),
        tally_key("guess", "203.0.113.8", now),
    ]
    settings.LINK_KEY = "another installation's"
    others.append(tally_key("guess", "203.0.113.7", now))
    assert len({key, *others}) == 5


def test_what_ended_a_day_ago_is_forgotten(db, now):
    for hours in (0, 30):
        tally_take(key=f"at {hours}", allowance=THREE, now=now + timedelta(hours=hours))
    assert tallies_forget(now=now + timedelta(hours=24)) == 0
    assert tallies_forget(now=now + timedelta(hours=24, minutes=11)) == 1
    assert Tally.objects.get().key == "at 30"


@pytest.mark.django_db
def test_the_table_keeps_no_log_that_could_be_read_later():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'engine_tally'")
        assert cursor.fetchone() == ("u",)


def test_many_at_once_never_take_more_than_allowed(transactional_db, now):
    took: list[object] = []

    def take() -> None:
        for _ in range(10):
            took.append(tally_take(key="a", allowance=Allowance(25, 600), now=now))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.count for one in took if one) == list(range(1, 26))


# --- wrong passcodes --------------------------------------------------------------------------------------


def test_a_wrong_passcode_is_one_statement(db, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert guess_count(address="a", number="2026-0000-001-1", now=now).count == 1


def test_guesses_from_one_address_add_up_whatever_number_they_are_for(db, now):
    counts = [guess_count(address="a", number=str(n), now=now).count for n in range(12)]
    assert counts == list(range(1, 13))
    assert guess_count(address="b", number="1", now=now).count == 1


def test_once_a_number_was_guessed_at_from_everywhere_each_guess_weighs_more(db, now):
    for n in range(GUESSES_AT_ONE.most):
        assert guess_count(address=f"a{n}", number="1", now=now).count == 1
    tries = [guess_count(address="late", number="1", now=now).count for _ in range(4)]
    assert tries == [GUESSED_AT * n for n in range(1, 5)]
    assert tries[3] > GUESSES.most, "the fourth has to wait instead of the eleventh"
    assert guess_count(address="late", number="2", now=now + GUESSES.window).count == 1


def test_guesses_at_once_on_the_same_number_neither_fail_nor_get_lost(transactional_db, now):
    faults: list[Exception] = []

    def guess(mine: int) -> None:
        try:
            for n in range(20):
                guess_count(address=f"a{(mine + n) % 3}", number=str(n % 2), now=now)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(mine,)) for mine in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    counted = dict(Tally.objects.values_list("key", "count"))
    assert sum(counted[tally_key("guessed", str(n), now)] for n in range(2)) == 80
