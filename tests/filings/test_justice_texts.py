"""The made-up documents of courts and the like: what was planted is found, and nothing else in any of them."""

from __future__ import annotations

from datetime import date

import pytest

from tingchao.core.screening.screen import Settings, screen
from tingchao.core.screening.structure import parse
from tingchao.demo.justice import ORGANS
from tingchao.instruments.documents.screening import issuer_of
from tingchao.mechanisms.filing_review.demo.justice import TOLD, Draft, drafts

DAYS = (date(2025, 12, 31), date(2026, 3, 5), date(2026, 11, 30))
EACH = pytest.mark.parametrize("draft", drafts().values(), ids=drafts())


def certain(draft: Draft, text: str, day: date) -> list[tuple[int, int]]:
    issuer = issuer_of(ORGANS[draft.maker][0])
    found = screen(text, Settings(issuer=issuer, issued=day))
    return [(one.start, one.end) for one in found if one.confidence != "possible"]


@EACH
def test_what_is_planted_is_found_and_nothing_else(draft: Draft) -> None:
    for day in DAYS:
        one = draft.made(day)
        places = [(one.text.index(wrong), len(wrong)) for wrong, _ in draft.planted]
        spans = certain(draft, one.text, day)
        assert [sum(at <= begin < end <= at + length for begin, end in spans) for at, length in places] == [
            1
        ] * len(draft.planted)
        assert len(spans) == len(draft.planted)
        assert certain(draft, one.mended, day) == []
        assert all(right in one.mended and wrong not in one.mended for wrong, right in draft.planted)


@EACH
def test_head_and_period_are_read_from_the_text(draft: Draft) -> None:
    one = draft.made(date(2026, 11, 30))
    read = parse(one.text)
    assert read.head.title and one.text[read.head.title.start : read.head.title.end] == one.title
    assert read.head.number and one.number == f"{draft.mark}〔2026〕{draft.serial}号"
    ends = [provision.value for provision in read.provisions if provision.what == "validity"]
    assert ends == [date(2029, 12, 31)]
    assert "{" not in one.text and "2027年1月1日起施行" in one.text


def test_each_is_told_and_some_are_in_order_and_some_are_not() -> None:
    assert {name for name, *_ in TOLD} == set(drafts())
    assert {bool(one.planted) for one in drafts().values() if one.maker == "fayuan"} == {True, False}
    assert {bool(one.planted) for one in drafts().values() if one.maker == "jianchayuan"} == {True, False}
