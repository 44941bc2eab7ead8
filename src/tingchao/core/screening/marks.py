"""Lines, and the numbers that open them: 第三条, 一、, （一）, 1., （1）, ①."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tingchao.core.screening.numerals import NUMBER, number
from tingchao.core.screening.shapes import Kind

BLANK = " \t\u3000\xa0\u200b\ufeff\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_LINE = re.compile(r"[^\r\n]+")
_DRESS = re.compile(rf"[{BLANK}#*>]*")
_GAP = r"[ \t\u3000\xa0]{0,3}"
_ARTICLE = re.compile(
    rf"第{_GAP}(?P<number>{NUMBER}){_GAP}(?P<kind>分?编|章|节|条)(?:之(?P<suffix>{NUMBER})(?![年日月]))?"
)
_CHINESE = "〇零一二三四五六七八九十百"
_LISTS = (
    (Kind.FIRST, re.compile(rf"(?P<number>[{_CHINESE}]{{1,4}}){_GAP}[、．.](?![{_CHINESE}0-9])")),
    (Kind.SECOND, re.compile(rf"[（(]{_GAP}(?P<number>[{_CHINESE}]{{1,4}}){_GAP}[)）]")),
    (Kind.THIRD, re.compile(rf"(?P<number>[0-9０-９]{{1,3}}){_GAP}[.．、](?![0-9０-９])")),
    (Kind.FOURTH, re.compile(rf"[（(]{_GAP}(?P<number>[0-9０-９]{{1,3}}){_GAP}[)）]")),
    (Kind.FOURTH, re.compile(r"(?P<number>[0-9]{1,2})[)）]")),
)
_LIST_STARTS = frozenset(f"{_CHINESE}（(0123456789０１２３４５６７８９")
_SIGNS = {chr(0x2460 + i): (Kind.FIFTH, i + 1) for i in range(20)}
_SIGNS |= {chr(0x3220 + i): (Kind.SECOND, i + 1) for i in range(10)}
_SIGNS |= {chr(0x2488 + i): (Kind.THIRD, i + 1) for i in range(20)}
_SIGNS |= {chr(0x2474 + i): (Kind.FOURTH, i + 1) for i in range(20)}
_KINDS = {"编": Kind.PART, "分编": Kind.PART, "章": Kind.CHAPTER, "节": Kind.SECTION, "条": Kind.ARTICLE}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something; its blanks at both ends are left out. ``words`` begins after marks of markdown."""

    start: int
    end: int
    words: int


@dataclass(frozen=True, slots=True)
class Mark:
    """The number that opens a line, and whether what follows sets it apart from a sentence such as 第三条规定的…"""

    kind: Kind
    number: int
    suffix: int
    start: int
    end: int
    apart: bool


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[Line]:
    """The lines between two offsets that are not blank."""
    for found in _LINE.finditer(text, start, len(text) if end is None else end):
        piece = found[0]
        left = len(piece) - len(piece.lstrip(BLANK))
        right = found.start() + len(piece.rstrip(BLANK))
        first = found.start() + left
        if first >= right:
            continue
        dressed = _DRESS.match(text, first, right)
        words = dressed.end() if dressed else first
        if words < right and not text.startswith("<!--", first):
            yield Line(first, right, words)


def mark(text: str, line: Line) -> Mark | None:
    """The number that opens a line, if one does."""
    sign = text[line.words]
    if sign == "第":
        return _article(text, line)
    if sign in _SIGNS:
        kind, value = _SIGNS[sign]
        return Mark(kind, value, 0, line.words, line.words + 1, True)
    if sign not in _LIST_STARTS:
        return None
    for kind, pattern in _LISTS:
        if found := pattern.match(text, line.words, line.end):
            return Mark(kind, number(found["number"]) or 0, 0, line.words, found.end(), True)
    return None


def _article(text: str, line: Line) -> Mark | None:
    found = _ARTICLE.match(text, line.words, line.end)
    if not found:
        return None
    value, suffix = number(found["number"]), number(found["suffix"] or "")
    follows = text[found.end() : found.end() + 1] if found.end() < line.end else " "
    kind = _KINDS[found["kind"]]
    apart = follows in f"{BLANK}：:【[（(*" or (kind is not Kind.ARTICLE and line.end - found.end() < 30)
    return Mark(kind, value or 0, suffix or 0, line.words, found.end(), apart)
