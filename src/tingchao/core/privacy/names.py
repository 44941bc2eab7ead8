"""Full names of people: after the words that announce one, or before a form of address. Conservative, and doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tingchao.core.privacy.finding import Finding, Kind

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤章鲍俞柳裘虞楼翁"
    "洪季倪施詹应骆童葛屠卓缪柴凌裴盛祝华喻竺蓝傅颜殷庄舒耿尤"
)
_COMPOUND = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯"
_ALSO_WORDS = frozenset("于向任方时应华万高白")
"""Surnames that are ordinary words as well: before another surname they are that word (向李女士)."""

_HAN = r"[\u4e00-\u9fff]"
_NOT_GIVEN = (
    "的在说是和与及或有来去电住等也就把被将不先女老师主任书记代表同某局长处科队员工家村社区街道路号及、"
)
_GIVEN = rf"(?![{_NOT_GIVEN}]){_HAN}"
_WORDS = "应[收当该付急]|任何|方便|时[候间]|向[他她您]|白天|高[级层]|万一|金额|和解|温馨|安全"
_NAME = rf"(?!{_WORDS})(?P<name>(?:{_COMPOUND}|[{_SURNAMES}]){_GIVEN}(?:{_GIVEN})?)"
_ANNOUNCED = re.compile(
    r"(?:(?:姓名|联系人|联络人|当事人|投诉人|反映人|举报人|申请人|户主|业主|房东|租客)[:： ]{0,3}[:：是为叫 ]"
    r"|本人叫|我叫|名叫|[他她]叫)"
    rf"[:：]?{_NAME}"
)
_CONTACT = re.compile(rf"(?:姓名|联系人)(?![{''.join(sorted(_ALSO_WORDS))}]){_NAME}")
_ADDRESSED = re.compile(rf"{_NAME}(?=先生|女士|小姐)")


def names_in(text: str, original: str) -> Iterator[Finding]:
    """Every name that is announced or addressed in `text` (made plain), quoted from `original`."""
    for pattern in (_ANNOUNCED, _CONTACT, _ADDRESSED):
        for found in pattern.finditer(text):
            start, end = found.span("name")
            if pattern is _ADDRESSED:
                start = _after_word(text, start, end)
            if end - start >= 2:
                yield Finding(Kind.NAME, start, end, original[start:end])


def _after_word(text: str, start: int, end: int) -> int:
    """Where the name begins: a word that also is a surname does not belong to the surname that follows."""
    follows = text[start + 1 : start + 2]
    return start + 1 if text[start] in _ALSO_WORDS and follows in _SURNAMES else start
