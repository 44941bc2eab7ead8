"""Pages of a maker that is a court, a procuratorate or a supervisory commission: its own, and nobody else's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW
from django.test import Client
from django.utils.timezone import localdate

from tests.filings.test_makers import JUSTICE, KINDS, TEXT, filed, maker
from tests.pages.conftest import account
from tingchao.core.roles import Role
from tingchao.directory.models import Body
from tingchao.instruments.documents.models import Document
from tingchao.instruments.documents.services import document_state
from tingchao.mechanisms.filing_review.models import Filing

YEAR = NOW.year


@pytest.fixture(params=JUSTICE)
def organ(request: pytest.FixtureRequest, town: SimpleNamespace) -> tuple[Body, Document]:
    """An organ of the county with a document that it filed."""
    body, who = maker(request.param)
    return body, Filing.objects.get(case=filed(body, who)).document


def browser(town: SimpleNamespace, role: Role, scope: str, body: Any = None) -> Client:
    client = Client()
    client.force_login(account(town, role, scope, body=body), "tingchao.desk.backends.AccountBackend")
    return client


PAGES = (
    # address, the organ's account, another maker's, the clerk of the county, one of another county
    ("/desk/filings/", 200, 200, 200, 200),
    ("/desk/filings/new/", 200, 200, 403, 403),
    ("/desk/filings/demand/", 200, 200, 403, 403),
    ("/desk/filings/{document}/", 200, 404, 200, 404),
    ("/desk/filings/lists/", 200, 200, 200, 200),
    ("/desk/filings/lists/{maker}/{year}/", 200, 404, 200, 404),
    ("/desk/case/{case}/", 200, 403, 200, 403),
    ("/desk/consultations/", 200, 200, 403, 403),
    ("/desk/filings/coverage/", 403, 403, 200, 200),
    ("/desk/filings/annual/", 403, 403, 200, 200),
    ("/desk/filings/sendings/", 403, 403, 200, 200),
    ("/desk/filings/casebook/", 403, 403, 200, 200),
)


@pytest.mark.parametrize(("address", "own", "other", "clerk", "far"), PAGES)
def test_who_opens_which_page(
    town: SimpleNamespace,
    organ: tuple[Body, Document],
    address: str,
    own: int,
    other: int,
    clerk: int,
    far: int,
) -> None:
    body, document = organ
    case = document.filing.case.number
    path = address.format(document=document.pk, maker=body.pk, year=YEAR, case=case)
    found = [
        browser(town, Role.HANDLER, "330182", body).get(path).status_code,
        browser(town, Role.HANDLER, "330182", town.bodies.chengguan).get(path).status_code,
        browser(town, Role.CLERK, "330182").get(path).status_code,
        browser(town, Role.CLERK, "330106").get(path).status_code,
    ]
    assert found == [own, other, clerk, far]


@pytest.mark.parametrize("kind", JUSTICE)
def test_it_files_from_its_own_account(town: SimpleNamespace, kind: str) -> None:
    body, _ = maker(kind)
    client = browser(town, Role.HANDLER, "330182", body)
    form = client.get("/desk/filings/new/").content.decode()
    assert body.name in form
    assert "30 天内" in form  # not the fifteen of townships
    typed = {"maker": str(body.pk), "text": TEXT, "published_on": localdate().isoformat()}
    assert (
        client.post("/desk/filings/new/", {**typed, "maker": str(town.bodies.zhujian.pk)}).status_code == 422
    )
    sent = client.post("/desk/filings/new/", typed)
    assert sent.status_code == 302
    shown = client.get(sent.url).content.decode()
    assert KINDS[kind].issuer.value in shown
    assert "收文回执" in shown


def test_somebody_of_two_levels_is_told_both_limits(town: SimpleNamespace) -> None:
    from conftest import SINCE

    from tingchao.directory.actors import SYSTEM
    from tingchao.directory.services import grant_give

    body, _ = maker("court")
    held = account(town, Role.HANDLER, "330182", body=body)
    grant_give(
        account=held, role=Role.HANDLER, scope="330182", body=town.bodies.chengguan, since=SINCE, actor=SYSTEM
    )
    client = Client()
    client.force_login(held, "tingchao.desk.backends.AccountBackend")
    form = client.get("/desk/filings/new/").content.decode()
    assert "乡镇街道公布后多久报备：15 天内" in form
    assert "县级以上机关公布后多久报备：30 天内" in form


def test_what_it_is_stands_on_the_public_page(town: SimpleNamespace, organ: tuple[Body, Document]) -> None:
    from tingchao.directory.actors import SYSTEM

    body, document = organ
    document_state(document_id=document.pk, state="in_force", public=True, actor=SYSTEM, now=NOW)
    shown = Client().get(f"/documents/{document.pk}/").content.decode()
    assert body.name in shown
    assert KINDS[str(body.kind)].issuer.value in shown
    assert document.title in Client().get("/documents/?q=诉讼服务").content.decode()


def test_its_subject_is_offered_to_the_clerk(town: SimpleNamespace, organ: tuple[Body, Document]) -> None:
    from tingchao.mechanisms.filing_review.services import filing_register

    _, document = organ
    filing_register(case_id=document.filing.case_id, note="", actor=town.clerk, now=NOW)
    page = browser(town, Role.CLERK, "330182").get(f"/desk/filings/{document.pk}/")
    (form,) = [one for one in page.context["forms"] if one.key == "assign"]
    (subject,) = [one for one in form.fields if one["key"] == "subject"]
    assert [one["value"] for one in subject["options"] if one["selected"]] == ["law"]


def test_coverage_counts_it_at_its_own_level(town: SimpleNamespace, organ: tuple[Body, Document]) -> None:
    shown = browser(town, Role.CLERK, "330182").get(f"/desk/filings/coverage/?year={YEAR}").content.decode()
    assert "监委、法院、检察院等：今年 1 件" in shown
