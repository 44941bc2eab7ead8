"""What is known by its letters or by the words before it: plates, mail, accounts, passports, households."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tingchao.core.privacy.finding import Finding, Kind

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-HJ-Za-hj-z]\s?[·•. \-]?\s?"
    r"(?:[A-HJ-NP-Za-hj-np-z0-9]{5,6}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])"
)
_ACCOUNT = re.compile(
    r"(?:微信号?|(?<![A-Za-z])(?:vx|wx|weixin|wechat|v信))[码号:：是为加 ]{0,4}"
    r"(?P<wx>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9])"
    r"|(?:(?<![A-Za-z])qq|扣扣)(?:号码?)?[:：是为加 ]{0,4}(?P<qq>[1-9]\d{4,10})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_SERVICE = frozenset({"wechat", "weixin", "zhifubao"})
_PASSPORT = re.compile(
    r"(?:护照|通行证|台胞证|回乡证)(?:号码?|证号|证件号码?)?[:：是为 ]{0,3}"
    r"(?P<number>[A-Z]{1,2}\d{7,9}|\d{8})(?![A-Z0-9])",
    re.IGNORECASE | re.ASCII,
)
_LOCAL_LINE = re.compile(
    r"(?:电话|座机|固话|致电)(?:号码)?[:：是为 ]{0,3}(?P<number>[2-8]\d{6,7})(?![\d.]|[万亿元块])", re.ASCII
)
_N = "[0-9一二三四五六七八九十百零〇]"
_END = r"(?![0-9年月日.%万元户家人个多平米])"
_HOUSEHOLD = re.compile(
    rf"(?:{_N}{{1,4}}(?:幢|栋|号楼|座|号院)[ ,，\-]?)?{_N}{{1,3}}单元[ ,，\-]?(?:{_N}{{1,2}}[楼层][ ,，]?)?"
    rf"(?:{_N}{{2,5}}(?:室|号房|号)|{_N}{{3,5}}{_END})"
    rf"|{_N}{{1,4}}(?:幢|栋|号楼|座)[ ,，\-]?(?:{_N}{{1,2}}[楼层][ ,，]?)?{_N}{{3,5}}(?:室|号房)"
    rf"|{_N}{{1,4}}(?:幢|栋|号楼)[ ,，]?{_N}{{1,2}}-{_N}{{3,4}}室?{_END}"
    rf"|(?<![0-9\-])[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{3,4}}室"
)
_HOUSE_WORDS = re.compile("单元|[幢栋座室]|号楼")
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9\-]{1,63}\.){1,4}[A-Za-z]{2,10}", re.ASCII)
LONGEST_LOCAL = 64


def words_in(text: str, original: str) -> Iterator[Finding]:
    """Every finding of these kinds in `text` (made plain), quoted from `original`."""
    for kind, start, end in _spans(text):
        yield Finding(kind, start, end, original[start:end])


def _spans(text: str) -> Iterator[tuple[Kind, int, int]]:
    for plate in _PLATE.finditer(text):
        if sum(map(str.isdigit, plate[0])) >= 2:
            yield Kind.PLATE, *plate.span()
    for account in _ACCOUNT.finditer(text):
        group = account.lastgroup or "wx"
        if account[group].lower() not in _SERVICE:
            yield Kind.ACCOUNT, *account.span(group)
    for kind, pattern in ((Kind.PASSPORT, _PASSPORT), (Kind.LANDLINE, _LOCAL_LINE)):
        for found in pattern.finditer(text):
            yield kind, *found.span("number")
    if _HOUSE_WORDS.search(text):
        yield from ((Kind.HOUSEHOLD, *household.span()) for household in _HOUSEHOLD.finditer(text))
    yield from _mails(text)


def _mails(text: str) -> Iterator[tuple[Kind, int, int]]:
    at = text.find("@")
    while at >= 0:
        start = at
        while start > 0 and at - start < LONGEST_LOCAL and text[start - 1] in _LOCAL:
            start -= 1
        domain = _DOMAIN.match(text, at + 1)
        if domain and start < at:
            yield Kind.EMAIL, start, domain.end()
        at = text.find("@", at + 1)
