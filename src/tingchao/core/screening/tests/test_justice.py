"""Documents of courts, procuratorates and supervisory commissions: which rules bind them, and by which article."""

from __future__ import annotations

import pytest

from tingchao.core.screening.findings import Confidence, Issuer
from tingchao.core.screening.rules import RULES, rules_for
from tingchao.core.screening.rules.justice import BOUND, SOFTLY
from tingchao.core.screening.screen import Settings, screen, screen_clause

J, S, N = Issuer.JUDICIAL, Issuer.SUPERVISORY, Issuer.NORMATIVE

CLAUSES: tuple[tuple[str, Issuer, str, str], ...] = (
    # what it says, who made it, the rule that speaks ("" none), the article or a part of it
    ("企业五年内不得迁出本区。", N, "movement.relocation-ban", "公平竞争审查条例第九条"),
    ("企业五年内不得迁出本区。", J, "", "公平竞争审查条例第二条：起草单位是行政机关"),
    ("企业五年内不得迁出本区。", S, "", "公平竞争审查条例第二条"),
    ("近三年在本市有同类业绩的，加五分。", N, "procurement.local-merit", "公平竞争审查条例第九条第三项"),
    ("近三年在本市有同类业绩的，加五分。", J, "procurement.local-merit", "政府采购法第五条、第二十二条"),
    ("近三年在本市有同类业绩的，加五分。", S, "procurement.local-merit", "政府采购法第五条、第二十二条"),
    ("对逾期不搬的，由工作组查封、扣押其财物。", N, "coercion.measure", "行政强制法第九条、第十条"),
    ("对被执行人的财产，可以查封、扣押、冻结。", J, "", "行政强制法第二条：诉讼中的查封不是行政强制"),
    ("复制案卷材料的，按每页收取工本费二元。", J, "fee.charge", "诉讼费用交纳办法第三条"),
    ("起诉前必须先经社区调解，未经调解的，不予立案。", J, "rights.judicial", "立法法第十一条"),
    ("辩护律师阅卷须经分管检察长批准。", J, "rights.judicial", "监督法第三十九条第一项"),
    ("涉及国家秘密、个人隐私的，听证不公开进行。", J, "", "刑事诉讼法第一百八十八条也是这样说的"),
    ("欠款人的照片、身份证号码张贴公开。", J, "rights.privacy", "民法典第一千零三十二条"),
    ("有前科的人员，不得租住。", N, "rights.person", "立法法第九十三条第六款"),
    ("有前科的人员，不得租住。", J, "rights.person", "监督法第三十九条第一项"),
    ("未经备案的，不得从事司法辅助业务。", J, "", "行政许可法第二条：不是行政许可，只作提示"),
)  # fmt: skip


@pytest.mark.parametrize(("clause", "issuer", "rule", "article"), CLAUSES)
def test_which_rule_binds_whom_by_which_article(clause: str, issuer: Issuer, rule: str, article: str) -> None:
    violating, found = screen_clause(clause, Settings(issuer))
    assert violating is bool(rule)
    hard = {one.rule: one.article for one in found if one.confidence != Confidence.POSSIBLE}
    assert list(hard) == ([rule] if rule else [])
    assert not rule or article in hard[rule]


@pytest.mark.parametrize("clause", ["违反规定的，处五百元罚款。", "拒不报告财产的，列入失信被执行人名单。"])
def test_punishing_words_of_a_court_are_worth_a_look_and_no_more(clause: str) -> None:
    assert screen_clause(clause)[0]
    violating, found = screen_clause(clause, Settings(J))
    assert not violating
    assert {one.confidence for one in found} == {Confidence.POSSIBLE}


def test_the_table_of_articles_names_rules_that_ship() -> None:
    assert set(BOUND) <= {rule.id for rule in RULES}
    assert set(BOUND) >= SOFTLY


@pytest.mark.parametrize("issuer", [J, S])
def test_no_article_of_theirs_is_one_for_administrative_organs(issuer: Issuer) -> None:
    """公平竞争审查条例 2 and 反垄断法 10 name administrative organs; 立法法 93 speaks of rules of local governments."""
    foreign = ("公平竞争", "实施办法", "反垄断法", "优化营商", "立法法第九十三条", "行政强制法")
    bound = rules_for(issuer)
    assert {rule.id for rule in bound} == set(BOUND)
    assert not [rule.id for rule in bound for word in foreign if word in rule.article]
    assert {rule.earlier for rule in bound} == {""}


@pytest.mark.parametrize("issuer", [one for one in Issuer if one not in (J, S)])
def test_others_are_bound_as_their_rules_say(issuer: Issuer) -> None:
    assert set(rules_for(issuer)) == {rule for rule in RULES if issuer in rule.issuers}


COURT = """江澜区人民法院关于{title}
江法发〔2026〕3号
院内各部门、各人民法庭：
{clauses}
江澜区人民法院
2026年3月5日
"""
ORDINARY = (
    "第一条 立案窗口当场接收起诉状，符合法律规定条件的，当场登记立案，出具凭证。",
    "第二条 当事人不愿意调解的，应当及时立案；愿意的，由人民调解员先行组织调解，不收取费用。",
    "第三条 诉讼费用按照《诉讼费用交纳办法》计算，缓交、减交、免交的条件在大厅公开。",
    "第四条 对被执行人采取限制消费措施，依照最高人民法院的司法解释办理。",
)


def court_says(*clauses: str, title: str = "诉讼服务工作的规定", maker: str = "江澜区人民法院") -> str:
    text = COURT.format(title=title, clauses="\n".join((*ORDINARY, *clauses)))
    return text.replace("江澜区人民法院", maker)


def loud(text: str, issuer: Issuer = J) -> list[tuple[str, str]]:
    return [
        (one.rule, one.quote)
        for one in screen(text, Settings(issuer))
        if one.confidence != Confidence.POSSIBLE
    ]


def test_an_ordinary_document_of_a_court_is_clean() -> None:
    assert loud(court_says()) == []
    assert not [one for one in screen(court_says(), Settings(J)) if one.rule.startswith(("form.", "time."))]


INTERPRETING = (
    # what stands in it, whether it interprets how law is applied
    ("第五条 《中华人民共和国民法典》第九百四十四条规定的合理期限，应当理解为三十日。", True),
    ("第五条 对《中华人民共和国民法典》第五百八十五条作如下解释：违约金不超过损失的百分之三十。", True),
    ("第五条 业主以未入住为由主张减交物业费的，不予支持。", True),
    ("第五条 当事人请求查阅档案的，予以支持配合，当场办理。", False),
    ("第五条 裁判文书可以直接引用本规定。", True),
    ("第五条 本规定可以在裁判文书中援引。", True),
    ("第五条 本规定不得在裁判文书中引用。", False),
    ("第五条 裁判文书引用法律的，写明条、款、项。", False),
    ("第五条 对法律含义有疑问的，按照最高人民法院对《中华人民共和国民法典》的解释理解为准。", False),
    ("第五条 当事人对《送达地址确认书》看不懂的，由工作人员解释。", False),
)


@pytest.mark.parametrize(("clause", "interprets"), INTERPRETING)
def test_courts_below_the_highest_do_not_interpret_how_law_is_applied(clause: str, interprets: bool) -> None:
    """立法法第一百一十九条第三款."""
    found = [rule for rule, _ in loud(court_says(clause))]
    assert found == (["authority.applies-law"] if interprets else [])
    assert "authority.applies-law" not in [rule for rule, _ in loud(court_says(clause), N)]
    highest = court_says(clause, maker="最高人民法院")
    assert "authority.applies-law" not in [rule for rule, _ in loud(highest)]


@pytest.mark.parametrize(
    ("title", "interprets"),
    [
        ("审理劳动争议案件适用法律若干问题的意见", True),
        ("适用《中华人民共和国民法典》若干问题的解答", True),
        ("审理期限管理若干问题的规定", False),
        ("诉讼服务工作的规定", False),
    ],
)
def test_the_title_of_an_interpretation(title: str, interprets: bool) -> None:
    assert [rule for rule, _ in loud(court_says(title=title))] == ["authority.applies-law"] * interprets


def test_a_supervisory_commission_does_not_interpret_a_law() -> None:
    text = court_says("第五条 《中华人民共和国监察法》第十五条由本委负责解释。", maker="江澜区监察委员会")
    assert [rule for rule, _ in loud(text, S)] == ["authority.interprets-law"]


def test_what_its_form_lacks_is_noted_softly_and_by_analogy() -> None:
    bare = court_says().replace("江法发〔2026〕3号\n", "").replace("2026年3月5日\n", "")
    found = {one.rule: one for one in screen(bare, Settings(J)) if one.rule.startswith("form.")}
    assert set(found) == {"form.no-number", "form.no-date"}
    assert {one.confidence for one in found.values()} == {Confidence.POSSIBLE}
    assert all(one.article.endswith("（参照）") for one in found.values())
