"""Every page of the site, of whatever mechanism, at both widths: axe finds nothing, nothing is too wide."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.pages.matrix import ROWS, Row
from tests.pages.test_matrix import browsers, names

__all__ = ["browsers", "names"]

LOOKED_AT_BY = (
    "liaison", "clerk", "administrator", "deputy", "coordinator", "handler", "expert", "leader", "auditor",
    "liaison elsewhere", "without a role", "nobody",
)  # fmt: skip
"""Who looks at a page: the first of these who may come in. The public pages are looked at by nobody in particular."""


@pytest.fixture
def town(city: Any) -> Any:
    return city


def looked_at_by(row: Row) -> str:
    if "nobody" in row.who:
        return "nobody"
    return next(who for who in LOOKED_AT_BY if who in row.who)


def is_page(client: Client, path: str) -> bool:
    """Whether an address answers with a page, and not with a file or by sending elsewhere."""
    answer = client.get(path)
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_every_page_is_clean(screen: str, visitor: Any, names: dict[str, str], browsers: dict[str, Client]):
    someone = {who: visitor(screen) for who in {looked_at_by(row) for row in ROWS if row.get == 200}}
    for who, one in someone.items():
        if who != "nobody":
            session = browsers[who].cookies[settings.SESSION_COOKIE_NAME].value
            one.page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": one.address}]
            )
    seen, faults = 0, []
    for row in (row for row in ROWS if row.get == 200):
        path, who = row.path.format(**names), looked_at_by(row)
        if not is_page(browsers[who], path):
            continue
        seen += 1
        try:
            someone[who].go(path)
        except AssertionError as fault:
            faults.append(str(fault))
    assert not faults, "\n".join(faults)
    assert seen > 60
