"""How many SQL statements a page takes, however many matters there are. Session and account make two of each."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.pages.conftest import heard
from tingchao.engine.links import passcode_for
from tingchao.instruments.codes.selectors import token_of


def taken(client, method: str, path: str, data: dict[str, str] | None = None) -> list[str]:
    send = getattr(client, method)
    send(path, data or {})  # what is kept in the process is read before
    with CaptureQueriesContext(connection) as captured:
        answer = send(path, data or {})
    assert answer.status_code in (200, 302)
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("matters", [1, 30])
@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("worklist", 5),  # session, account, grants, counts, rows
        # with the list beside it, bodies, deputies and groups to choose from, the verified history, the card, what
        # it joins
        ("case", 16),
    ],
)
def test_a_page_of_the_desk(page, most, matters, browse, town, case):
    for number in range(2, matters + 1):
        heard(town, number)
    path = reverse("desk:worklist") if page == "worklist" else reverse("desk:case", args=[case.number])
    used = taken(browse("liaison here"), "get", path)
    assert len(used) <= most, "\n".join(used)


def test_the_home(client, case):
    assert len(taken(client, "get", "/")) <= 2  # figures, what was made known


def test_a_station(client, town, case):
    """The scan, its count of the day, the people, what was made known."""
    assert len(taken(client, "get", f"/c/{token_of(town.station.pk)}/")) <= 4


def test_following_a_matter(client, case):
    path = reverse("public:follow", args=[case.number, passcode_for(case)])
    assert len(taken(client, "get", path)) <= 3


def test_filing_a_voice(client, town):
    """At most 8 with BEGIN and COMMIT: the code, the case, and all that is recorded in one."""
    token = token_of(town.station.pk)
    fields = {"text": "菜场东门晚上太暗，老人走路不放心。", "code": token}
    assert len(taken(client, "post", "/say/", fields)) <= 8
