"""Four times the text takes about four times the time, whatever the text is. Compared are seconds of this process."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tingchao.core.screening.citations import numbers_cited
from tingchao.core.screening.screen import screen, screen_clause
from tingchao.core.screening.structure import parse
from tingchao.core.screening.tests.hostile import TEXTS, Text

MOST = 10
"""Four times as long is about 4; a cost that grows with the square is 16."""

ENOUGH = 0.02
LONGEST = 400_000
TURNS = 6


def seconds(work: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    work(text)
    return time.process_time() - began


def grows_with_length(work: Callable[[str], object], made: Text) -> bool:
    """Whether four times the text takes less than MOST times as long. The least of each counts, taken again
    where a busy machine spoiled one."""
    work(made(1000))
    length = long_enough(work, made)
    short, long = float("inf"), float("inf")
    for _ in range(TURNS):
        short = min(short, seconds(work, made(length)))
        long = min(long, seconds(work, made(4 * length)))
        if long < MOST * max(short, ENOUGH / 4):
            return True
    return False


def long_enough(work: Callable[[str], object], made: Text) -> int:
    """So many characters that they can be measured."""
    length = 5000
    while seconds(work, made(length)) < ENOUGH and length < LONGEST:
        length *= 2
    return length


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("work", [screen, screen_clause, parse], ids=lambda work: work.__name__)
def test_time_is_linear_in_length(name: str, work: Callable[[str], object]):
    assert grows_with_length(work, TEXTS[name])


def test_numbers_of_documents_are_found_in_linear_time():
    assert grows_with_length(numbers_cited, TEXTS["document numbers"])
    assert grows_with_length(numbers_cited, lambda length: "〔" * length)


def test_one_clause_of_five_million_characters():
    """No stop in it, and a fault at its very end: it is found, and a character costs no more than in others."""
    fault = "企业五年内不得迁出我县"
    text = TEXTS["one clause without a stop"](5_000_000)
    ordinary = seconds(screen, text[:500_000])
    began = time.process_time()
    found = screen(text + fault)
    took = time.process_time() - began
    assert [one.rule for one in found] == ["movement.relocation-ban"]
    assert found[0].start == 5_000_000
    assert took < 30 * max(ordinary, ENOUGH)
