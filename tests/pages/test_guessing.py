"""A secret link that is guessed: counted, slowed, and told nothing; whoever knows it notices nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tingchao.core.numbering import format_number
from tingchao.desk.addresses import client_address, neighbourhood
from tingchao.desk.guards import FILED
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Tally
from tingchao.engine.tallies import GUESSES, GUESSES_AT_ONE

WRONG = "AAAAAAAAAAAA"
TEXT = "府前路三盏路灯不亮，晚上看不清台阶。"


def links(case, passcode: str) -> dict[str, str]:
    """Every address that opens something by a passcode."""
    return {
        "page": reverse("public:follow", args=[case.number, passcode]),
        "file": reverse("public:file", args=[case.number, passcode, "0" * 64]),
        "form": f"/find/?number={case.number}&passcode={passcode}",
    }


def guessed(client: Client, path: str, times: int, **sent: str) -> list[int]:
    return [client.get(path, **sent).status_code for _ in range(times)]


@pytest.mark.parametrize(("kind", "wrong"), [("page", 404), ("file", 404), ("form", 422)])
def test_the_eleventh_guess_has_to_wait_and_is_told_until_when(kind, wrong, client, case):
    path = links(case, WRONG)[kind]
    assert guessed(client, path, 10) == [wrong] * 10
    answer = client.get(path)
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 600
    page = answer.content.decode()
    assert "10 分钟" in page and "照常在办" in page
    if kind == "form":
        assert case.number in page and WRONG in page  # what was typed is still there


def test_links_that_end_notices_are_counted_too(client, town):
    assert guessed(client, "/u/999999/AAAABBBBCCCC/", 11) == [404] * 10 + [429]


def test_a_post_with_a_wrong_passcode_counts_too(client, case):
    path = links(case, WRONG)["page"]
    assert [client.post(path, {"action": "add"}).status_code for _ in range(11)] == [404] * 10 + [429]


def test_an_address_that_waits_is_not_let_in_by_the_right_passcode_either(client, case):
    guessed(client, links(case, WRONG)["page"], 10)
    for path in links(case, passcode_for(case)).values():
        assert client.get(path).status_code == 429


def test_somebody_elsewhere_notices_nothing(client, case):
    guessed(client, links(case, WRONG)["page"], 30)
    right = links(case, passcode_for(case))["page"]
    assert client.get(right, REMOTE_ADDR="198.51.100.9").status_code == 200


def test_the_wait_ends_by_itself(client, case):
    guessed(client, links(case, WRONG)["page"], 12)
    for row in Tally.objects.all():
        Tally.objects.filter(pk=row.pk).update(since=row.since - timedelta(seconds=601))
    assert client.get(links(case, passcode_for(case))["page"]).status_code == 200
    assert client.get(links(case, WRONG)["page"]).status_code == 404


def test_a_number_guessed_at_from_everywhere_is_slowed_and_its_owner_is_not_locked_out(client, case):
    path = links(case, WRONG)["page"]
    for n in range(GUESSES_AT_ONE.most):
        assert client.get(path, REMOTE_ADDR=f"10.0.{n}.1").status_code == 404
    late = {"REMOTE_ADDR": "198.51.100.9"}
    assert guessed(client, path, 4, **late) == [404, 404, 404, 429]
    right = links(case, passcode_for(case))["page"]
    assert client.get(right, REMOTE_ADDR="198.51.100.10").status_code == 200
    owner = {"REMOTE_ADDR": "198.51.100.11"}  # who mistypes first
    assert client.get(path, **owner).status_code == 404
    assert client.get(right, **owner).status_code == 200


def test_what_was_just_filed_is_shown_even_where_a_neighbour_has_been_guessing(client, town, case):
    guessed(Client(), links(case, WRONG)["page"], 12)
    filed = client.post("/say/", {"text": TEXT, "station": str(town.station.pk)})
    assert filed.status_code == 302 and client.get(filed.url).status_code == 200
    assert client.get(links(case, passcode_for(case))["page"]).status_code == 429, "another matter is not"
    forged = Client()
    forged.cookies[FILED] = case.number
    assert forged.get(links(case, passcode_for(case))["page"]).status_code == 429


NONE_OF_THAT_NUMBER = 999_999


def test_a_number_that_is_none_and_a_wrong_passcode_are_answered_alike(client, case):
    """Same status, same page, same statements; also at the limit and beyond it."""
    client.get("/nowhere/")  # what is kept in the process is read before
    none = format_number(case.year, NONE_OF_THAT_NUMBER)
    own = re.compile(rb'name="(next|csrfmiddlewaretoken)" value="[^"]*"')
    seen: dict[str, list[tuple[object, ...]]] = {}
    for who, number in (("198.51.100.1", case.number), ("198.51.100.2", none)):
        for _ in range(GUESSES.most + 3):
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(f"/m/{number}/{WRONG}/", REMOTE_ADDR=who)
            shape = [query["sql"].split("WHERE")[0][:60] for query in captured.captured_queries]
            seen.setdefault(who, []).append(
                (answer.status_code, own.sub(b"", answer.content), len(shape), shape[0], shape[-1])
            )
    assert seen["198.51.100.1"] == seen["198.51.100.2"]


def test_the_right_passcode_costs_no_statement_more(client, case):
    for path in links(case, passcode_for(case)).values():
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        assert not any("INSERT" in query["sql"] for query in captured.captured_queries)
    with CaptureQueriesContext(connection) as captured:
        client.get(links(case, passcode_for(case))["form"])
    assert len(captured) == 1


def test_no_address_is_kept(client, case):
    client.get(links(case, WRONG)["page"], REMOTE_ADDR="203.0.113.77")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM engine_tally t")
        assert not any("203.0.113" in row or case.number in row for (row,) in cursor.fetchall())


def test_neighbours_on_one_ipv6_network_are_one_sender(client, case):
    path = links(case, WRONG)["page"]
    for n in range(10):
        client.get(path, REMOTE_ADDR=f"2001:db8:1:2::{n}")
    assert client.get(path, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert client.get(path, REMOTE_ADDR="2001:db8:1:3::1").status_code == 404


def test_a_number_that_is_mistyped_is_no_guess(client, case):
    assert guessed(client, f"/find/?number=2026&passcode={WRONG}", 15) == [422] * 15
    assert guessed(client, f"/find/?number={case.number}&passcode=", 2) == [422] * 2


def test_made_up_headers_do_not_help(client, case):
    path = links(case, WRONG)["page"]
    statuses = [
        client.get(path, HTTP_X_FORWARDED_FOR=f"10.9.8.{n}", HTTP_FORWARDED=f"for=10.9.8.{n}").status_code
        for n in range(11)
    ]
    assert statuses[-1] == 429


# --- where a request comes from ---------------------------------------------------------------------------

ADDRESSES = [
    # proxies, sender, X-Forwarded-For, address
    ("", "203.0.113.7", None, "203.0.113.7"),
    ("", "203.0.113.7", "198.51.100.1", "203.0.113.7"),
    ("10.0.0.0/8", "203.0.113.7", "198.51.100.1", "203.0.113.7"),
    ("10.0.0.0/8", "10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ("10.0.0.0/8", "10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
    ("10.0.0.0/8", "10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
    ("10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"),
    ("10.0.0.0/8", "10.0.0.1", None, "10.0.0.1"),
    ("10.0.0.0/8", "10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
    ("10.0.0.0/8", "10.0.0.1", "nonsense, 198.51.100.1", "198.51.100.1"),
    ("10.0.0.0/8", "10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
    ("10.0.0.0/8", "10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
    ("10.0.0.0/8", "10.0.0.1", "2001:db8::7", "2001:db8::7"),
    ("10.0.0.0/8", "10.0.0.1", "fe80::1%eth0", "fe80::1"),
    ("10.0.0.0/8", "::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ("10.0.0.0/8", "10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
    ("10.0.0.0/8, ::1", "::1", "198.51.100.1", "198.51.100.1"),
    ("10.0.0.0/8", "10.0.0.1", "," * 5000, "10.0.0.1"),
    ("", "", "198.51.100.1", "0.0.0.0"),
]


@pytest.mark.parametrize(("proxies", "sender", "told", "address"), ADDRESSES)
def test_where_a_request_comes_from(proxies, sender, told, address, settings):
    from ipaddress import ip_network

    settings.PROXIES = [ip_network(one.strip()) for one in proxies.split(",") if one.strip()]
    headers = {} if told is None else {"HTTP_X_FORWARDED_FOR": told}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=sender, **headers)) == address


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
    ],
)
def test_what_counts_as_one_sender(address, counted):
    assert neighbourhood(address) == counted


def test_the_login_locks_by_the_same_address(settings):
    from ipaddress import ip_network

    from axes.helpers import get_client_ip_address

    settings.PROXIES = [ip_network("10.0.0.0/8")]
    sent = RequestFactory().post("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 198.51.100.1")
    assert get_client_ip_address(sent) == "198.51.100.1"
