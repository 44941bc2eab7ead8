"""The scale of wordings: clauses that no expression finds, and what it is not asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tingchao.core.screening import scale
from tingchao.core.screening.findings import Confidence, Issuer
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.scale import Scale, phrases, read_scale, shipped, weighed_findings
from tingchao.core.screening.scanning import clause_findings
from tingchao.core.screening.screen import Settings, screen, screen_clause
from tingchao.core.screening.weighing import (
    DEFAULT_RULE,
    OUTPUT,
    digest_of,
    examples,
    rule_of,
    scale_table,
    tables_of,
)

TABLE = "phrase\tweight\trule\n\t-100\t\n本县\t300\tprocurement.home-first\n依法\t-400\t\n罚款\t500\tpenalty.fine\n"


@pytest.mark.parametrize(
    ("sentence", "score", "rule"),
    [
        ("天气晴朗", -100, ""),
        ("本县天气晴朗", 200, "procurement.home-first"),
        ("本县本县天气晴朗", 200, "procurement.home-first"),  # a phrase counts once
        ("本县罚款", -100 + 800 / 2**0.5, "penalty.fine"),  # the heavier side gives the rule
        ("依法罚款", -100 + 100 / 2**0.5, "penalty.fine"),
    ],
)
def test_what_a_sentence_weighs(sentence: str, score: float, rule: str):
    assert read_scale(TABLE).weigh(sentence) == (pytest.approx(score), rule)


def test_figures_are_one_sign_and_blanks_are_none():
    assert phrases("另付 500 元") == phrases("另付3.5元") == {"另付", "付0", "0元", "另付0", "付0元"}


def test_words_that_mean_the_same_make_the_same_phrases():
    """In a second reading they stand as one sign, alone and in pairs."""
    one, other = phrases("本县公司须先登记"), phrases("我市企业应当先登记")
    assert not {"本县", "公司"} & other
    assert one & other >= {"ⒶⒼ", "ⒶⒼⒺ", "Ⓔ先", "Ⓐ…Ⓔ", "登记"}


def test_every_phrase_of_the_table_that_ships_speaks_for_a_rule():
    ships = shipped()
    ids = {rule.id for rule in RULES}
    assert len(ships.weights) > 5000
    assert all(ships.rules[phrase] in ids for phrase, weight in ships.weights.items() if weight > 0)


OTHER_WORDS = (
    "税源大户变更纳税地须向镇招商办提交说明并经镇长签批",
    "建筑劳务公司须把税务关系落在项目所在街道",
    "在县城投资建酒店的，可优先承接政府会议接待",
    "城区二次供水设施改造由水务公司下属安装公司承做",
    "总投资3亿元以上的项目享受五年所得税地方部分全免",
    "货运企业新增车辆上本地牌照的，每辆奖3000元",
    "成品油经营户按镇划分供油区域",
    "申请贫困补助须由村小组长和三户邻居联名作证",
)
"""Written before the table was made, and found by no expression then; what rules learn later changes nothing here."""


@pytest.mark.parametrize("clause", OTHER_WORDS)
def test_a_clause_in_other_words(clause: str):
    (found,) = weighed_findings(clause, issuer=Issuer.NORMATIVE)
    assert found.quote == clause[found.start : found.end] == clause
    assert found.confidence is Confidence.LIKELY
    assert found.article and found.explanation and found.question
    assert screen_clause(clause)[0]


@pytest.mark.parametrize("issuer", [Issuer.LAW, Issuer.LOCAL_REGULATION, Issuer.GOVERNMENT_RULE])
@pytest.mark.parametrize("clause", OTHER_WORDS)
def test_laws_regulations_and_rules_are_not_weighed(clause: str, issuer: Issuer):
    assert weighed_findings(clause, issuer=issuer) == []


def test_whole_documents_are_not_weighed():
    """Of the rules for sentences, a document shows what their expressions find and nothing else."""
    text = "\n".join(
        f"第{number}条 {clause}。" for number, clause in zip("一二三四五六七八", OTHER_WORDS, strict=True)
    )
    ids = {rule.id for rule in RULES}
    assert [one for one in screen(text) if one.rule in ids] == clause_findings(text)


def test_the_items_of_a_list_of_what_is_forbidden_are_lawful():
    clause = OTHER_WORDS[0]
    assert weighed_findings(clause, issuer=Issuer.NORMATIVE)
    assert not screen_clause(f"政策措施不得含有下列内容：\n（一）{clause}；")[0]


@pytest.mark.parametrize("clause", ["", "本县企业", "我县" * 300])
def test_what_is_no_clause_is_not_weighed(clause: str):
    assert weighed_findings(clause, issuer=Issuer.NORMATIVE) == []


def test_the_basis_follows_the_day():
    for clause in OTHER_WORDS:
        (before,) = weighed_findings(clause, issuer=Issuer.NORMATIVE, issued=date(2023, 1, 1))
        rule = next(rule for rule in RULES if rule.id == before.rule)
        assert before.article == (rule.earlier or rule.article)


def test_the_table_is_made_from_clauses(tmp_path: Path):
    table = tmp_path / "clauses.tsv"
    rows = ["clause\tlabel\tcategory"]
    rows += [f"第{n}号企业五年内不得迁出我县\tviolating\ta" for n in "甲乙丙丁戊己庚辛"]
    rows += [f"第{n}号企业办理迁移应当便利\tbenign\ta" for n in "甲乙丙丁"]
    table.write_text("\n".join(rows), encoding="utf-8")
    made = scale_table(examples([table]))
    learnt = read_scale(made)
    assert scale_table(examples([table])) == made
    assert learnt.weigh("某企业三年内不得迁出我县")[1] == "movement.relocation-ban"
    assert learnt.weigh("某企业三年内不得迁出我县")[0] > 0 > learnt.weigh("某企业办理迁移应当便利")[0]


def test_a_clause_in_which_no_expression_finds_anything_weighs_for_its_category():
    assert rule_of("天气晴朗", "penalty.hearing") == "penalty.hearing"
    assert rule_of("天气晴朗", "round 15") == DEFAULT_RULE
    assert rule_of("企业五年内不得迁出我县", "penalty.hearing") == "movement.relocation-ban"


def test_the_scale_that_ships_was_made_from_the_tables_that_are_here():
    """Not so? python -m tingchao.core.screening.weighing makes it again, in some seconds."""
    first = OUTPUT.read_text(encoding="utf-8").partition("\n")[0]
    assert first.endswith(" " + digest_of(tables_of(Path(__file__).parent)))


def test_where_the_words_are_those_of_lawful_text_a_finding_is_only_possible(monkeypatch):
    clause = "企业五年内不得迁出我县"
    (sure,) = screen_clause(clause)[1]
    assert sure.confidence is Confidence.LIKELY
    lawful = Scale(-500, {}, {})
    monkeypatch.setattr(scale, "shipped", lambda: lawful)
    violating, (doubted,) = screen_clause(clause)
    assert not violating
    assert doubted == replace(sure, confidence=Confidence.POSSIBLE)
    assert screen(clause + "。")[0].confidence is Confidence.LIKELY  # a document is not weighed


def test_a_clause_that_a_rule_finds_is_not_weighed():
    violating, found = screen_clause("企业五年内不得迁出我县", Settings())
    assert violating
    assert {one.rule for one in found} == {one.rule for one in clause_findings("企业五年内不得迁出我县")}
