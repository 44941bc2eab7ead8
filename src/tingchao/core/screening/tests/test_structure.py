"""Documents taken apart: a circular with its rules attached, an opinion, and any text at all."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingchao.core.screening.citations import citations
from tingchao.core.screening.documents import document_findings
from tingchao.core.screening.findings import Confidence, Issuer
from tingchao.core.screening.heads import number_in
from tingchao.core.screening.lawindex import shipped
from tingchao.core.screening.structure import parse

CIRCULAR = """江澜区人民政府文件

江政发〔2023〕12号

江澜区人民政府关于印发
江澜区农贸市场管理办法（试行）的通知

各镇人民政府、街道办事处，区政府各部门：
　　现将《江澜区农贸市场管理办法（试行）》印发给你们，请认真遵照执行。

　　　　　　江澜区人民政府
　　　　　　2023年5月6日
　　（此件公开发布）

江澜区农贸市场管理办法（试行）

第一章　总则
　　第一条　为了规范农贸市场，根据《中华人民共和国食品安全法》，制定本办法。
　　第二条　本办法所称农贸市场，是指：
　　（一）室内菜场；
　　（二）集市：
　　1.早市；
　　2.夜市。
　　前款不含临时摊点。
第二章　附则
　　第三条　本办法自2023年6月10日起施行，有效期2年。《江澜区集市办法》同时废止。

附件1
农贸市场名录
一、东片
"""
OPINION = """望江镇人民政府关于加强村道管护的实施意见
望政〔2024〕7号
各村（居）民委员会：
为加强管护，提出如下意见。
一、总体要求
坚持共建共享。
二、主要任务
（一）明确责任。
1.村道由村负责。
（1）路面；
①坑洼
（二）落实经费。
望江镇人民政府
二〇二四年一月二十日
"""
FAULTY = """潮溪镇人民政府关于印发《潮溪镇土地出租办法（试行）》的通知
各村民委员会：
现印发给你们。
潮溪镇人民政府
2024年5月6日
潮溪镇土地出租办法（试行）
第一条 根据《中华人民共和国合同法》第十条、《中华人民共和国行政处罚法》（2017年修正）第九十条，制定本办法。
第二条 违反本办法第九条规定的，依照民法典第一千三百条处理。
第三条 收费标准由各村另行制定。
第四条 《浙江省土地管理条例》由潮溪镇自然资源所负责解释。
第五条 本办法由县财政局负责解释。
第六条 本办法自2024年1月1日起施行，有效期至2023年12月31日。
"""
TEXTS = st.text(
    st.sampled_from(
        "第一二三十条款项章（）()、.12①《》“”\n\r　 。；：年月日附件目录通知关于县人民政府施行有效期至废止由解释〔〕号"
    )
    | st.characters(),
    max_size=400,
)


def names(text):
    return [unit.name for unit in parse(text).walk()]


def test_a_circular_with_its_rules():
    found = parse(CIRCULAR)
    assert found.head.title.of(CIRCULAR).endswith("的通知")
    assert found.head.issuer.of(CIRCULAR) == "江澜区人民政府"
    assert str(found.head.number) == "江政发〔2023〕12号"
    assert found.head.addressees.of(CIRCULAR).startswith("各镇")
    assert found.issued.isoformat() == "2023-05-06"
    assert [one.label.of(CIRCULAR) for one in found.annexes] == ["", "附件1"]
    assert [one.what for one in found.provisions] == ["effective", "validity", "repeal"]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("室内菜场", "第二条第一款第（一）项"),
        ("夜市", "第二条第一款第（二）项第2目"),
        ("前款不含", "第二条第二款"),
        ("有效期", "第三条"),
        ("东片", "一、"),
    ],
)
def test_a_place_is_named_as_one_cites_it(words, place):
    assert parse(CIRCULAR).place(CIRCULAR.index(words)) == place


def test_an_opinion_is_numbered_otherwise():
    assert names(OPINION) == ["第1段", "一、", "第1段", "二、", "（一）", "1.", "（1）", "第1点", "（二）"]
    assert parse(OPINION).signature.dated.day.isoformat() == "2024-01-20"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("杭政办函〔2023〕12号", "杭政办函〔2023〕12号"),
        ("浙政发[2020]３号", "浙政发〔2020〕3号"),
        ("抚规（2021）第 2 号", "抚规〔2021〕2号"),
        ("市政府令第5号", "市政府令第5号"),
        ("第十二号", "第12号"),
    ],
)
def test_numbers_of_documents(words, number):
    assert str(number_in(words, 0, len(words))) == number


def test_citations_with_lists_ranges_and_aliases():
    text = (
        "依照《中华人民共和国立法法》（以下简称《立法法》）第五条、第七条第二款和第九条至第十二条，"
        "《立法法》第8条第（三）项，立法法第十条之一，本办法第三十条"
    )
    found = list(citations(text, shipped()))
    told = [
        (one.by, [(r.article, r.suffix, r.paragraph, r.item, r.until) for r in one.references])
        for one in found
    ]
    assert [one for one in told if one[1]] == [
        ("name", [(5, 0, 0, 0, 0), (7, 0, 2, 0, 0), (9, 0, 0, 0, 12)]),
        ("alias", [(8, 0, 0, 3, 0)]),
        ("alias", [(10, 1, 0, 0, 0)]),
        ("own", [(30, 0, 0, 0, 0)]),
    ]


@pytest.mark.parametrize(
    ("rule", "confidence", "quote"),
    [
        ("form.no-number", "likely", "潮溪镇人民政府关于"),
        ("citation.repealed", "certain", "《中华人民共和国合同法》第十条"),
        ("citation.old-version", "certain", "《中华人民共和国行政处罚法》"),
        ("citation.no-article", "certain", "第九十条"),
        ("citation.no-own-article", "certain", "第九条"),
        ("citation.no-article", "certain", "第一千三百条"),
        ("authority.subdelegation", "likely", "收费标准由各村另行制定"),
        ("authority.interprets-law", "likely", "《浙江省土地管理条例》由"),
        ("authority.interpreter", "likely", "由县财政局负责解释"),
        ("time.before-issue", "likely", "自2024年1月1日起施行"),
        ("time.validity-over", "likely", "有效期至2023年12月31日"),
    ],
)
def test_a_faulty_document(rule, confidence, quote):
    found = [one for one in document_findings(FAULTY) if one.rule == rule]
    assert any(one.confidence == confidence and one.quote.startswith(quote) for one in found)


def test_a_rule_takes_effect_thirty_days_after_publication():
    text = "第一条 本办法自公布之日起施行。\n"
    assert [one.rule for one in document_findings(text, issuer=Issuer.GOVERNMENT_RULE)] == [
        "time.thirty-days"
    ]


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_any_text_has_a_structure(text):
    found = parse(text)
    for units in (found.units, *(annex.units for annex in found.annexes)):
        assert_in_order(units)
    spans = [(unit.start, unit.end) for unit in found.units]
    inside = "".join(text[a:b] for a, b in spans)
    assert sum(not sign.isspace() for sign in inside) <= len(text)


def assert_in_order(units):
    assert all(one.end <= other.start for one, other in pairwise(units))
    for unit in units:
        assert unit.start <= unit.label.start <= unit.label.end <= unit.end
        assert all(unit.start <= child.start <= child.end <= unit.end for child in unit.children)
        assert_in_order(unit.children)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_findings_quote_the_text(text):
    for issuer in (Issuer.NORMATIVE, Issuer.GOVERNMENT_RULE):
        for one in document_findings(text, issuer=issuer):
            assert text[one.start : one.end] == one.quote and one.confidence in Confidence


@pytest.mark.parametrize(
    "text",
    [
        "甲" * 5_000_000,
        "《" * 100_000,
        "《" * 50_000 + "》" * 50_000,
        "（" * 100_000,
        "《民法典》第一条、" * 10_000,
        "一、\n" * 50_000,
    ],
    ids=["one clause", "unclosed", "nested", "brackets", "ten thousand citations", "headings"],
)
def test_what_is_made_to_hang_returns(text):
    body = parse(text).body
    assert 0 <= body.start <= body.end <= len(text)
    assert all(text[one.start : one.end] == one.quote for one in document_findings(text))
