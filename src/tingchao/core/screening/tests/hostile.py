"""Texts that nobody writes and that a reader could stumble over, of any length: for tests and for `make bench`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from tingchao.core.screening.anchors import anchor
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.rules.words import spelled

Text = Callable[[int], str]


def over(words: str) -> Text:
    """The same words over and over."""
    return lambda length: (words * (length // len(words) + 1))[:length]


def counted(words: str) -> Text:
    """The same words with a number that grows."""

    def text(length: int) -> str:
        each = len(words.format(n=10_000))
        return "".join(words.format(n=n) for n in range(length // each + 1))[:length]

    return text


def nested(opens: str, closes: str) -> Text:
    """Brackets in brackets, and words in the middle."""
    return lambda length: opens * (length // 2 - 2) + "不得迁出" + closes * (length // 2 - 2)


def words_of_rules(length: int) -> str:
    """One clause made of nothing but words that rules look for, thousands of them."""
    return over(_words_of_rules())(length)


@cache
def _words_of_rules() -> str:
    wanted = (anchor(spelled(pattern)) for rule in RULES for pattern in rule.patterns)
    return "".join(min(words) for one in wanted if one for words in one.needed)


TEXTS: dict[str, Text] = {
    "one clause without a stop": over("各级人民政府应当加强对公园管理工作的领导"),
    "one clause in which every word is looked for": over("企业在本县指定的机构缴纳保证金"),
    "a thousand words of rules in one clause": words_of_rules,
    "brackets in brackets": nested("（", "）"),
    "titles in titles": nested("《", "》"),
    "titles that never close": over("《"),
    "quotations that never close": over("“甲\n"),
    "citations": over("依照《中华人民共和国行政处罚法》第十六条第二款第（三）项的规定处罚，"),
    "citations without titles": over("依照行政处罚法第十六条第二款、第十七条，"),
    "one list of articles": over("第五条、"),
    "short names": counted("《某办法{n}》（以下简称《办法{n}》）第五条，"),
    "short names of every length": counted("《某办法{n}》（以下简称{n:、>30}）第五条，"),
    "one short name used again and again": lambda length: (
        "《某办法》（以下简称《办法》）" + over("办法第五条，")(length)
    ),
    "short names that never close": over("《甲》（以下简称"),
    "figures": over("1"),
    "Chinese figures": over("一"),
    "tens": over("十"),
    "days": over("2023年1月1日"),
    "days on lines": over("2023年1月1日\n"),
    "signatures": over("某市人民政府\n2023年1月1日\n"),
    "lines that end as days do": over("日\n"),
    "annexes": over("附件1\n"),
    "document numbers": over("杭政办函〔2023〕12号"),
    "effective again and again": over("自公布之日起施行，"),
    "validity again and again": over("有效期至2025年，"),
    "interpretation again and again": over("由甲负责解释，"),
    "delegation again and again": over("由村另行规定处罚，"),
    "fines": over("罚款五百元"),
    "items of one list": over("（一）优先采购本地企业产品；\n"),
    "lines of one word": over("甲\n"),
    "every kind of number": over("第一条 甲\n（一）乙\n1.丙\n（1）丁\n①戊\n"),
    "chapters": counted("第{n}章 总则\n第{n}条 甲\n"),
    "contents without end": lambda length: "目录\n" + over("第一章 总则\n")(length),
    "blanks": over("\u3000"),
    "empty lines": over("\n"),
    "characters beyond the basic plane": over("\U00020bb7县"),
}
