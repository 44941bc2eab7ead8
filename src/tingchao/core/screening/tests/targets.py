"""What fuzzing is aimed at: each target takes any bytes and fails when something else than `Unreadable` comes out.

`test_fuzzing.py` aims at them with hypothesis; `scripts/fuzz_screening.py` with atheris, for as long as one likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from tingchao.core.screening.citations import citations, numbers_cited, own_articles
from tingchao.core.screening.exporting import Places, finding_data
from tingchao.core.screening.findings import Issuer
from tingchao.core.screening.lawindex import shipped
from tingchao.core.screening.readers import SUFFIXES, Unreadable, read
from tingchao.core.screening.screen import Settings, screen, screen_clause
from tingchao.core.screening.shapes import Span, Unit
from tingchao.core.screening.structure import parse
from tingchao.core.screening.tests import made

Target = Callable[[bytes], None]


def text_of(data: bytes) -> str:
    """The bytes as text; halves of characters stay in it, as a caller of the library might hand them over."""
    return data.decode("utf-8", "surrogateescape")


def structure(data: bytes) -> None:
    """Any text has a structure: units in order, each inside its parent, and a name for each place."""
    text = text_of(data)
    found = parse(text)
    assert 0 <= found.body.start <= found.body.end <= len(text)
    in_order(found.units)
    for annex in found.annexes:
        in_order(annex.units)
    for unit in found.walk():
        assert unit.name and isinstance(found.place(unit.start), str)


def in_order(units: Iterable[Unit]) -> None:
    for one, other in pairwise(units):
        assert one.end <= other.start
    for unit in units:
        assert all(unit.start <= child.start <= child.end <= unit.end for child in unit.children)
        in_order(unit.children)


def cited(data: bytes) -> None:
    """Citations stand where they say, and each of their articles inside them."""
    text = text_of(data)
    for one in citations(text, shipped()):
        inside(one.span, Span(0, len(text)))
        for reference in one.references:
            inside(reference.span, one.span)
    for number in numbers_cited(text):
        inside(number.span, Span(0, len(text)))
    assert all(value >= 0 for value in own_articles(text))


def inside(inner: Span, outer: Span) -> None:
    assert outer.start <= inner.start < inner.end <= outer.end


def findings(data: bytes) -> None:
    """Findings quote the text, whoever made it, and can be told."""
    text = text_of(data)
    places = Places(text)
    for issuer in Issuer:
        for one in screen(text, Settings(issuer)):
            assert text[one.start : one.end] == one.quote
            assert places.where(one.start) and finding_data(one)["rule"] == one.rule


def clause(data: bytes) -> None:
    """The same for a clause by itself."""
    text = text_of(data)
    violating, found = screen_clause(text)
    assert violating in (True, False) and all(text[one.start : one.end] == one.quote for one in found)


def reader(suffix: str) -> Target:
    """A file with this name: its text, or why it holds none."""

    def target(data: bytes) -> None:
        try:
            assert read(data, f"a{suffix}").strip()
        except Unreadable as refused:
            assert refused.reason

    return target


def word_body(data: bytes) -> None:
    """The XML inside a .docx that is whole: past the archive, into the paragraphs."""
    reader(".docx")(made.word_of(text_of(data)))


TARGETS: dict[str, Target] = {
    "structure": structure,
    "citations": cited,
    "findings": findings,
    "clause": clause,
    "word_body": word_body,
} | {suffix[1:]: reader(suffix) for suffix in SUFFIXES}

DOCUMENT = """江澜区人民政府文件
江政发〔2023〕12号
江澜区人民政府关于印发《江澜区农贸市场管理办法（试行）》的通知
各镇人民政府、街道办事处：
　　根据《中华人民共和国食品安全法》（以下简称《食品安全法》）第三条第二款第（一）项、第五条至第七条，制定本办法。
第一章 总则
　　第一条 企业五年内不得迁出我区；违反的，由镇人民政府处五百元罚款。
　　（一）优先采购本地企业产品；
　　1.入围企业自行抽签。
　　第二条 本办法自2023年6月10日起施行，有效期2年。《江澜区集市办法》同时废止。由区商务局负责解释。
　　　　　　江澜区人民政府
　　　　　　2023年5月6日
附件1
名录
一、东片
"""
NUMBERED = (
    '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>'
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>乙</w:t><w:tab/></w:r></w:p></w:tc></w:tr></w:tbl>"
)


def seeds() -> dict[str, list[bytes]]:
    """For each target what it is made to read, to begin with."""
    text = DOCUMENT.encode()
    body = made.word(lambda one: [one.add_paragraph(line) for line in DOCUMENT.splitlines()])
    page = made.pdf("\n\n".join(DOCUMENT.splitlines()))
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    own = {
        "word_body": [NUMBERED.encode()],
        "txt": [text, DOCUMENT.encode("gb18030"), DOCUMENT.encode("utf-16"), DOCUMENT.encode("utf-16-be")],
        "docx": [body, made.word_of(NUMBERED)],
        "pdf": [page, made.scanned(), made.locked()],
        "doc": [old],
        "wps": [old, old + "EncryptedPackage".encode("utf-16-le")],
    }
    return {name: own.get(name, [text]) for name in TARGETS}
