"""The scale of wordings: clauses that no expression finds, and what it is not asked."""

from __future__ import annotations

from datetime import date

import pytest

from tingchao.core.screening.findings import Confidence, Issuer
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.scale import Scale, phrases, read_scale, shipped, weighed_findings
from tingchao.core.screening.scanning import clause_findings
from tingchao.core.screening.screen import Settings, screen, screen_clause
from tingchao.core.screening.weighing import Example, examples, scale_table

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
    assert phrases("奖励 500 元") == phrases("奖励3.5元") == {"奖励", "励0", "0元", "奖励0", "励0元"}


def test_every_phrase_of_the_table_that_ships_speaks_for_a_rule():
    scale: Scale = shipped()
    ids = {rule.id for rule in RULES}
    assert len(scale.weights) > 5000
    assert all(scale.rules[phrase] in ids for phrase, weight in scale.weights.items() if weight > 0)


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


def test_the_table_is_made_from_clauses_and_lawful_text(tmp_path):
    table = tmp_path / "clauses.tsv"
    rows = ["clause\tlabel\tcategory"]
    rows += [f"第{n}号企业五年内不得迁出我县\tviolating\ta" for n in "甲乙丙丁戊己庚辛"]
    rows += [f"第{n}号企业办理迁移应当便利\tbenign\ta" for n in "甲乙丙丁"]
    table.write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "law.md").write_text("县人民政府应当加强公园管理工作。\n" * 4, encoding="utf-8")
    made = scale_table(examples([table], [tmp_path]))
    scale = read_scale(made)
    assert scale_table(examples([table], [tmp_path])) == made
    assert scale.weigh("某企业三年内不得迁出我县")[1] == "movement.relocation-ban"
    assert scale.weigh("某企业三年内不得迁出我县")[0] > 0 > scale.weigh("某企业办理迁移应当便利")[0]


def test_both_sides_count_the_same(tmp_path):
    table = tmp_path / "clauses.tsv"
    table.write_text(
        "clause\tlabel\n罚款五百元整\tviolating\n罚款一千元整\tviolating\n每年开会\tbenign\n",
        encoding="utf-8",
    )
    given: list[Example] = examples([table], [])
    assert sum(one.counts for one in given if one.wrong) == sum(one.counts for one in given if not one.wrong)


def test_a_clause_that_a_rule_finds_is_not_weighed():
    violating, found = screen_clause("企业五年内不得迁出我县", Settings())
    assert violating
    assert {one.rule for one in found} == {one.rule for one in clause_findings("企业五年内不得迁出我县")}
