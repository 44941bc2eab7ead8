"""The desk's list page: who gets it, what a search shows, how many statements it takes."""

from __future__ import annotations

import pytest

from tests.pages.conftest import heard
from tests.pages.test_statements import taken

SEARCH = [
    # who, status, rows for 路灯 of a matter that waits for the liaison
    ("liaison here", 200, 1),
    ("liaison elsewhere", 200, 0),
    ("handler of the lead", 200, 0),
    ("deputy following", 200, 0),
    ("coordinator", 200, 1),
    ("clerk", 200, 1),
    ("leader", 200, 1),
    ("expert", 200, 0),
    ("administrator", 200, 0),
    ("auditor", 200, 1),
    ("without a role", 403, 0),
    ("", 302, 0),
]


def rows(page: str) -> int:
    return page.count('<a class="row')


@pytest.mark.parametrize(("who", "status", "found"), SEARCH)
def test_who_finds_a_matter(who, status, found, browse, case):
    answer = browse(who).get("/desk/", {"q": "路灯"})
    assert answer.status_code == status
    assert rows(answer.content.decode()) == found


QUERIES = [
    ("灯", 1, ""),
    ("台阶", 1, ""),
    ("没有这个", 0, "没有找到"),
    ("'\"><script>", 0, "没有找到"),
    ("%", 0, "没有找到"),
    ("灯" * 5000, 0, "没有找到"),
    ("2026-0000-001-1", 0, "逐位核对"),
]


@pytest.mark.parametrize(("query", "found", "said"), QUERIES)
def test_what_a_search_shows(query, found, said, browse, case):
    page = browse("liaison here").get("/desk/", {"q": query}).content.decode()
    assert rows(page) == found
    assert said in page and "<script>" not in page


def test_a_number_opens_the_page(browse, case):
    assert browse("liaison here").get("/desk/", {"q": case.number}).url == f"/desk/case/{case.number}/"


def test_the_found_list_stands_beside_the_matter_chosen_from_it(browse, town, case):
    liaison = browse("liaison here")
    heard(town, 2)
    page = liaison.get(f"/desk/case/{case.number}/", {"q": "第1盏"}).content.decode()
    assert rows(page) == 1 and 'value="第1盏"' in page


def test_a_long_list_goes_on(browse, town, case):
    for number in range(2, 31):
        heard(town, number)
    liaison = browse("liaison here")
    first = liaison.get("/desk/", {"q": "路灯"}).content.decode()
    assert rows(first) == 25 and "再看一些" in first
    more = first.split('<a class="more" href="')[1].split('"')[0].replace("&amp;", "&")
    second = liaison.get(more).content.decode()
    assert rows(second) == 5 and "再看一些" not in second


@pytest.mark.parametrize("matters", [1, 30])
def test_statements_of_a_search(matters, browse, town, case):
    for number in range(2, matters + 1):
        heard(town, number)
    used = taken(browse("liaison here"), "get", "/desk/", {"q": "路灯"})
    assert len(used) <= 5, "\n".join(used)  # session, account, grants, counts, rows
