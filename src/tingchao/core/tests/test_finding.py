"""A text is found by any part of it, and the numbers that stand for it never miss one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.finding import (
    MOST_TERMS,
    Mark,
    grams,
    grams_sought,
    mark,
    plain,
    plain_fields,
    scope_mark,
    terms,
)

CHARACTERS = st.sampled_from("路灯不亮台阶看清ABCabc123ｱ１２，。 \n\u200b\U00020000𠮷é①")

PLAIN = [
    ("三盏路灯，不亮！", "三盏路灯不亮"),
    ("ＡＢ 路 12－3 号", "ab路123号"),
    ("Straße", "strasse"),
    ("①号楼", "1号楼"),
    ("，。！", ""),
    ("", ""),
    ("\x00\u202e路灯", "路灯"),
]


@pytest.mark.parametrize(("text", "letters"), PLAIN)
def test_what_is_left_of_a_text(text, letters):
    assert plain(text) == letters


TERMS = [
    ("路灯", ["路灯"]),
    ("  路灯　府前路 ", ["路灯", "府前路"]),
    ("路灯,不亮", ["路灯不亮"]),
    ("灯", ["灯"]),
    ("路灯 路灯", ["路灯"]),
    ("%_\\'\"", []),
    ("   ", []),
    ("a " * 50 + "b c d e f g h i j", list("abcdefgh")),
]


@pytest.mark.parametrize(("query", "words"), TERMS)
def test_the_words_of_a_search(query, words):
    assert terms(query) == words
    assert len(words) <= MOST_TERMS


@given(st.text(CHARACTERS, max_size=60), st.data())
def test_every_part_of_a_text_has_grams_that_the_text_has(text, data):
    letters = plain(text)
    start = data.draw(st.integers(0, len(letters)))
    end = data.draw(st.integers(start, len(letters)))
    if part := letters[start:end]:
        assert set(grams_sought([part])) <= grams(letters)


@given(st.text(max_size=40))
def test_every_number_fits_the_column(text):
    for number in grams(plain(text)):
        assert -(2**31) <= number < 2**31


@pytest.mark.parametrize("kind", list(Mark))
def test_a_mark_is_no_gram_of_a_character_in_use(kind):
    assert mark(kind, 1) != mark(kind, 2)
    assert mark(kind, 2**40) not in grams("路灯abc")
    assert -(2**31) <= mark(kind, 2**60) < 2**31


def test_marks_of_different_kinds_differ():
    assert len({mark(kind, 7) for kind in Mark}) == len(Mark)
    assert len({scope_mark(scope) for scope in ("3301", "330182", "330182001", "330182001001")}) == 4


def test_no_word_reaches_from_one_field_into_the_next():
    assert plain_fields("路", "灯") == "路\n灯"
