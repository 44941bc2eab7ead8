"""The made-up documents of the demonstration: what was planted is found, what was put right or is lawful is not."""

from __future__ import annotations

import random
from datetime import date

import pytest

from tingchao.core.screening.screen import Settings, screen
from tingchao.core.screening.structure import parse
from tingchao.mechanisms.filing_review.demo.texts import Place, Subject, document_made, spelled, subjects
from tingchao.mechanisms.filing_review.inputs import SUBJECTS

DAY = date(2026, 5, 12)
PLACES = (Place("清波街道"), Place("塘栖镇"), Place("富文乡"))


def certain(text: str) -> list[tuple[int, int]]:
    found = screen(text, Settings(issued=DAY))
    return [(one.start, one.end) for one in found if one.confidence != "possible"]


def made(place: Place, subject: Subject, flaw: str, number: int):
    dice = random.Random(f"{subject.key}{flaw}{number}")
    return document_made(
        place=place, subject=subject, flaw=flaw, serial=7, published=DAY, valid_years=2, dice=dice
    )


@pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.key)
def test_what_is_planted_is_found_and_nothing_else(subject: Subject) -> None:
    for number, place in enumerate(PLACES * 4):
        one = made(place, subject, "problem", number)
        start = one.text.index(one.problem)
        spans = certain(one.text)
        assert spans, one.problem
        assert all(start <= begin and end <= start + len(one.problem) for begin, end in spans), one.problem
        assert certain(one.mended) == [], one.instead
        assert one.instead in one.mended
        assert one.problem not in one.mended


@pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.key)
@pytest.mark.parametrize("flaw", ["", "lawful"])
def test_a_lawful_document_bears_no_finding_that_calls_it_unlawful(subject: Subject, flaw: str) -> None:
    for number, place in enumerate(PLACES * 4):
        one = made(place, subject, flaw, number)
        assert certain(one.text) == [], one.text
        assert bool(one.why) == bool(flaw)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.kind)
def test_its_head_and_its_period_are_read_from_its_text(place: Place) -> None:
    for subject in subjects():
        one = made(place, subject, "", 1)
        read = parse(one.text)
        assert read.head.title and one.text[read.head.title.start : read.head.title.end] == one.title
        assert read.head.number and read.head.number.span.end > 0
        assert one.title.startswith(place.maker)
        ends = [provision.value for provision in read.provisions if provision.what == "validity"]
        assert ends == [date(2028, 6, 30)]
        assert "{" not in one.text and "2026年7月1日起施行" in one.text


def test_no_two_documents_are_alike_and_every_subject_has_a_committee() -> None:
    texts = {made(place, subject, "", n).text for subject in subjects() for place in PLACES for n in range(8)}
    assert len(texts) == len(subjects()) * len(PLACES) * 8
    assert {subject.review for subject in subjects()} <= {option.key for option in SUBJECTS}
    assert all(len(one.problems) >= 3 and len(one.names) >= 2 for one in subjects())


@pytest.mark.parametrize(
    ("number", "words"), [(3, "三"), (10, "十"), (11, "十一"), (20, "二十"), (47, "四十七")]
)
def test_numbers_are_written_out(number: int, words: str) -> None:
    assert spelled(number) == words
