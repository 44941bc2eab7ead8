"""The year's report is read from records: each number is how many records stand behind it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW
from django.test import Client

from tests.filings.test_casebook import clerk_at_work as clerk_at_work
from tests.filings.test_casebook import mended as mended
from tests.filings.test_filings import TOLD, filed, to_review, walk
from tingchao.core.screening.rules import RULES
from tingchao.engine.models import Case
from tingchao.mechanisms.filing_review.selectors.annual import (
    GROUPS,
    OTHERS,
    Scope,
    every_line,
    records,
    report,
)

YEAR = Scope("3301", NOW.year)


@pytest.fixture
def year(town: SimpleNamespace, mended: Case) -> None:
    """Beside the one that was put right: one in order, one that was late and sent back, one that waits."""
    walk(to_review(town, filed(town, number="新街办〔2026〕20号")), ("no_problem", town.clerk, TOLD))
    outside = filed(town, number="新街办〔2026〕21号")
    walk(outside, ("return_filing", town.clerk, {"why": "是内部值班安排，不属于备案范围。"}))
    filed(town, number="新街办〔2026〕22号")


def test_the_numbers_are_those_of_the_records(year: None) -> None:
    told = report(YEAR)
    assert {line.key: line.count for line in told.filed} == {
        "filed.all": 4,
        "filed.registered": 2,
        "filed.returned": 1,
        "filed.late": 0,
        "filed.reviewed": 2,
        "filed.put_right": 1,
    }
    assert [(line.key, line.count) for line in told.outcomes] == [
        ("outcomes.clean", 1), ("outcomes.corrected", 1),
    ]  # fmt: skip
    assert {line.key: line.count for line in told.makers} == {"makers.department": 4}
    assert {line.key: line.count for line in told.steps} == {"steps.filing.inquire": 1}
    assert "problems.penalty" in {line.key for line in told.problems}
    assert (told.registered.of, told.reviewed.of, told.reviewed.longest) == (2, 2, 0)


def test_each_number_opens_as_many_records(year: None) -> None:
    for line in every_line(report(YEAR)):
        found = records(YEAR, line.key)
        assert found is not None, line.key
        assert (found[0], len(found[1])) == (line.label, line.count), line.key


@pytest.mark.parametrize("scope", [Scope("3301", NOW.year - 1), Scope("330106", NOW.year)])
def test_another_year_and_another_place_have_none(year: None, scope: Scope) -> None:
    assert {line.count for line in every_line(report(scope))} == {0}


@pytest.mark.parametrize("key", ["", "filed", "filed.nothing", "problems.nothing", "others.x", "steps.'; --"])
def test_there_is_no_such_number(db: None, key: str) -> None:
    assert records(YEAR, key) is None


def test_every_group_of_rules_has_its_words() -> None:
    assert {rule.id.partition(".")[0] for rule in RULES} <= set(GROUPS)
    assert all(label for label, _ in OTHERS.values())


def test_on_the_screen_and_on_paper(
    year: None, clerk_at_work: Client, django_assert_max_num_queries: Any
) -> None:
    clerk_at_work.get("/desk/filings/annual/")
    with django_assert_max_num_queries(16):
        page = clerk_at_work.get("/desk/filings/annual/").content.decode()
    assert "收到报备 4 件，审查完毕 2 件，有错的 1 件纠正到位" in page
    behind = clerk_at_work.get(f"/desk/filings/annual/records/?year={NOW.year}&key=filed.put_right")
    assert behind.content.decode().count("停车管理办法") >= 1
    paper = clerk_at_work.get(f"/desk/filings/annual/paper/?year={NOW.year}")
    assert paper["Content-Type"] == "application/pdf"
    assert b"".join([paper.content])[:5] == b"%PDF-"
    for odd in ("abc", "0000", "99999", "٢٠٢٦"):
        assert clerk_at_work.get(f"/desk/filings/annual/?year={odd}").status_code == 200
