"""Who gets which page of administration, and how many statements each takes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.pages.test_statements import taken

READERS = {"administrator": 200, "auditor": 200, "": 302}
WHO = [
    "liaison here", "liaison elsewhere", "handler of the lead", "handler of another body", "deputy following",
    "deputy not following", "coordinator", "clerk", "leader", "expert", "administrator", "auditor",
    "without a role", "",
]  # fmt: skip
PAGES = ["desk:admin", "desk:admin_history"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", WHO)
def test_who_reads_what_is_administered(who, page, browse):
    assert browse(who).get(reverse(page)).status_code == READERS.get(who, 403)


@pytest.mark.parametrize("who", ["administrator", "auditor"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_administration_takes_few_statements(page, who, browse):
    used = taken(browse(who), "get", reverse(page))
    assert len(used) <= 6, "\n".join(used)


def test_the_menu_shows_administration_to_those_who_read_it(browse):
    for who, there in (("administrator", True), ("auditor", True), ("liaison here", False)):
        assert (reverse("desk:admin_history") in browse(who).get("/desk/").content.decode()) is there
