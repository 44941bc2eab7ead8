"""The engine: the prefilter finds what a plain loop finds, offsets are exact, cost is bounded."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.screening import contexts, literals
from tingchao.core.screening.anchors import anchor
from tingchao.core.screening.evaluating import Labelled, labelled
from tingchao.core.screening.findings import Confidence, Issuer
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.rules.rule import Rule, Says
from tingchao.core.screening.rules.words import spelled
from tingchao.core.screening.scanning import WINDOW, Scanner, clause_findings

TABLES = sorted(Path(__file__).parent.glob("clauses*.tsv"))
PATTERNS = [(rule, pattern) for rule in RULES for pattern in rule.patterns]


COMPILED = [(rule, re.compile(spelled(pattern))) for rule, pattern in PATTERNS]
"""Compiled once: there are more than `re` keeps."""


def clauses() -> list[Labelled]:
    found: list[Labelled] = []
    for path in TABLES:
        with path.open(encoding="utf-8", newline="") as table:
            found += labelled(table)
    return found


def plain_rules(text: str) -> set[str]:
    """What a plain loop of the same expressions over each sentence says."""
    said = set()
    for sentence in re.finditer("[^。；;\n]+", text):
        for rule, expression in COMPILED:
            if Issuer.NORMATIVE not in rule.issuers:
                continue
            for match in expression.finditer(text, sentence.start(), sentence.end()):
                place = contexts.Place(text, sentence.start(), sentence.end(), match.start(), match.end())
                if not contexts.silenced(rule, place.sentence) and not contexts.explained(rule, place):
                    said.add(rule.id)
    return said


def test_the_prefilter_loses_nothing():
    """Every clause of the table, read through the prefilter, says what the expressions alone say."""
    for clause in clauses():
        assert {one.rule for one in clause_findings(clause.clause)} == plain_rules(clause.clause), (
            clause.clause
        )


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("独家", [{"独家"}]),
        ("(?:独家|唯一)经营", [{"独家经营", "唯一经营"}]),
        ("指定.{0,9}机构", [{"指定"}, {"机构"}]),
        ("不得?再引进", [{"不再引进", "不得再引进"}]),
        ("(?:保证金|[一-龥]押金)", [{"保证金", "押金"}]),
        ("[一-龥]{3}", []),
        ("(?<!不)处罚(?!决定)", [{"处罚"}]),
    ],
)
def test_the_words_that_an_expression_needs(pattern: str, needed: list[set[str]]):
    assert sorted(map(sorted, literals.required(pattern))) == sorted(map(sorted, needed))


@pytest.mark.parametrize(
    ("pattern", "rarest", "near"),
    [
        ("独家", {"独家"}, []),
        ("指定[^，]{0,9}协管员", {"协管员"}, [({"指定"}, -14, 0)]),
        ("协管员[^，]{0,9}指定", {"协管员"}, [({"指定"}, 3, 14)]),
        ("(?:协管|网格)员[^，]{0,9}(?:可|可以)罚", {"协管员", "网格员"}, [({"可罚", "可以罚"}, 3, 15)]),
        ("指定(?:协管员|[一-龥]{2}网格员)处罚", {"协管员", "网格员"}, [({"指定"}, -7, 0), ({"处罚"}, 3, 7)]),
        ("(?:协管员[^，]{0,9}指定|某网格员)", {"协管员", "某网格员"}, []),
    ],
)
def test_where_the_other_words_of_an_expression_stand(pattern: str, rarest: set[str], near: list[object]):
    """From the start of the rarest word: so many characters before or after it, never fewer than a match needs."""
    found = anchor(pattern)
    assert found is not None
    assert found.words == rarest
    assert sorted(((set(one.words), one.low, one.high) for one in found.near), key=repr) == sorted(
        near, key=repr
    )


@pytest.mark.parametrize(("rule", "pattern"), PATTERNS, ids=[f"{rule.id}" for rule, _ in PATTERNS])
def test_no_expression_can_run_away(rule: Rule, pattern: str):
    """Every repeat is bounded, and none stands in another, so no text takes more than its length."""
    for depth, _, most in literals.repeats(spelled(pattern)):
        assert most <= 60, f"{rule.id}: a repeat of {most}"
        assert depth == 0, f"{rule.id}: a repeat inside a repeat"


def test_every_guard_is_bounded_too():
    for rule in RULES:
        for pattern in (*rule.unless, *rule.softer):
            assert all(depth == 0 and most <= 80 for depth, _, most in literals.repeats(spelled(pattern))), (
                rule.id
            )


def test_every_rule_says_what_a_letter_needs():
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.name and rule.article and rule.why.endswith("。") and rule.question
        assert rule.patterns and rule.issuers


@given(st.text(alphabet="企业在本县五年内不得迁出（一）。；\n，罚款500元独家", max_size=300))
def test_offsets_are_exact(text: str):
    for one in clause_findings(text):
        assert text[one.start : one.end] == one.quote
        assert 0 <= one.start < one.end <= len(text)


def test_a_finding_counts_characters_beyond_the_basic_plane():
    text = "𠮷𠮷县。企业五年内不得迁出我县。"
    (one,) = clause_findings(text)
    assert text[one.start : one.end] == one.quote
    assert one.quote.startswith("企业")


def test_the_basis_follows_the_day_a_document_was_made():
    clause = "企业五年内不得迁出我县"
    (before,) = clause_findings(clause, issued=date(2023, 5, 1))
    (after,) = clause_findings(clause, issued=date(2025, 5, 1))
    assert "实施细则" in before.article
    assert "公平竞争审查条例" in after.article


def test_a_sentence_longer_than_the_window_is_read_to_its_end():
    text = "为了进一步做好各项工作，" * 200 + "企业五年内不得迁出我县"
    assert len(text) > 3 * WINDOW
    assert [one.rule for one in clause_findings(text)] == ["movement.relocation-ban"]


def test_an_expression_without_a_needed_word_is_refused():
    rule = Rule(
        id="x.y", name="x", article="x", why="x", question="x", patterns=("[一-龥]{2}",), says=Says.FORBIDS
    )
    with pytest.raises(ValueError, match="no word"):
        Scanner([rule])


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("政策措施不得含有下列内容：\n（一）优先采购本地企业产品；\n（二）企业五年内指定机构检测。", True),
        ("申报企业应当符合下列条件：\n（一）注册地在本区；\n（二）守法经营。", False),
    ],
)
def test_an_item_is_read_with_the_opening_of_its_list(text: str, quiet: bool):
    assert (clause_findings(text) == []) == quiet


def test_confidence_is_lowered_where_a_basis_is_named():
    (one,) = clause_findings("依据《浙江省河道管理条例》第四十条，处五千元罚款")
    assert one.confidence == Confidence.POSSIBLE
