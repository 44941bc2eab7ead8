"""Citations: 《某法》第X条第Y款第（Z）项, by full name, by alias, of the document's own articles; document numbers.

Only places of 《, 第…条 and 〔 are looked at. One pass each, so the time is linear; citations are given one by one and
not kept, so that a text full of them does not fill the memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tingchao.core.screening.heads import number_in
from tingchao.core.screening.lawindex import LawIndex, edition
from tingchao.core.screening.numerals import NUMBER, number
from tingchao.core.screening.provisions import hits
from tingchao.core.screening.shapes import Number, Span

LONGEST_NAME = 120
_LONGEST_BARE_NAME = 16
_GAP = r"[ \t\u3000\xa0]{0,3}"
_PIECES = {
    "article": re.compile(rf"第{_GAP}(?P<value>{NUMBER}){_GAP}条(?:之(?P<suffix>{NUMBER}))?"),
    "paragraph": re.compile(rf"第{_GAP}(?P<value>{NUMBER}){_GAP}款"),
    "item": re.compile(
        rf"第?{_GAP}(?:[（(]{_GAP}(?P<value>{NUMBER}){_GAP}[)）]|(?P<plain>{NUMBER})){_GAP}项"
    ),
    "point": re.compile(rf"第{_GAP}(?P<value>{NUMBER}){_GAP}目"),
}
_ARTICLE = _PIECES["article"]
_JOIN = re.compile(r"(?:、|和|及|以及|或者|或|与|，|,)?")
_TO = re.compile(r"(?:至|到|－|—|-|~|～)")
_AFTER_NAME = re.compile(
    r"(?:[（(][^（()）\n]{0,60}[)）])?(?:的|中)?(?=第)|[（(](?:以下|下文|下)(?:均)?(?:简|统)称"
)
_ALIAS = re.compile(
    r"[（(][^（()）\n]{0,40}?(?:以下|下文|下)均?(?:简|统)称[：:]?[“\"'‘《]?(?P<alias>[^“”\"'‘’《》（()）\n，,]{1,40})"
    r"[”\"'’》]?[)）]"
)
_EDITION_AFTER = re.compile(
    r"[（(](?P<year>(?:19|20)\d\d)年?[^（()）\n]{0,8}(?:修订|修正|修改)[^（()）\n]{0,4}[)）]"
)
_OWN = re.compile(
    r"本(?:办法|条例|规定|细则|意见|方案|规则|规程|制度|措施|决定|解释|法|章程|标准|实施细则|实施办法|实施意见|通知)$"
)
_NOBODY = "\n \u3000》、，。；和或至及对反照据按有"
_DRESS = 40


class By(StrEnum):
    """How a citation names what it cites."""

    NAME = "name"
    ALIAS = "alias"
    OWN = "own"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Reference:
    """One article, or those up to ``until``; ``paragraph``, ``item`` and ``point`` are 0 where not given."""

    span: Span
    article: int
    suffix: int = 0
    paragraph: int = 0
    item: int = 0
    point: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited: ``name`` in full (empty for the document itself); ``span`` reaches to the last article."""

    by: By
    name: str
    span: Span
    references: tuple[Reference, ...] = ()
    edition: int | None = None


def citations(text: str, index: LawIndex) -> Iterator[Citation]:
    """All citations in the order of the text. The index tells names that stand without 《》 from other words."""
    aliases = _aliases(text)
    lengths = sorted({len(alias) for alias in aliases}, reverse=True)
    named = _named(text)
    ahead = next(named, None)
    taken: frozenset[int] = frozenset()
    past = 0
    for article in _ARTICLE.finditer(text):
        start = article.start()
        while ahead and ahead.span.start < start:
            yield ahead
            # no list of articles goes on over the next title, so only those of the latest title can be here
            taken = frozenset(one.span.start for one in ahead.references)
            ahead = next(named, None)
        if start < past or not start or text[start - 1] in _NOBODY or start in taken:
            continue
        if loose := _loose(text, start, aliases, lengths, index):
            past = loose.span.end
            yield loose
    if ahead:
        yield ahead
    yield from named


def numbers_cited(text: str) -> list[Number]:
    """Document numbers in the text: （杭政办函〔2023〕12号）."""
    found: dict[int, Number] = {}
    past = 0
    for place in sorted(place for sign in "〔[［【" for place in hits(text, sign)):
        cited = number_in(text, max(past, place - 16), min(len(text), place + 24))
        if cited and cited.span.start <= place < cited.span.end:
            found[cited.span.end] = cited
            past = cited.span.end
    return list(found.values())


def _titles(text: str) -> Iterator[tuple[int, int]]:
    """Where each title opens and closes."""
    place = text.find("《")
    while place >= 0:
        end = _closing(text, place)
        if end >= 0:
            yield place, end
        place = text.find("《", end if end >= 0 else place + 1)


def _named(text: str) -> Iterator[Citation]:
    aliases: dict[str, str] = {}
    for place, end in _titles(text):
        words = text[place + 1 : end]
        yield _citation(text, place, end, aliases.get(words, words), aliases)


def _aliases(text: str) -> dict[str, str]:
    """The short names of the whole text, each with the name it stands for."""
    aliases: dict[str, str] = {}
    for place, end in _titles(text) if "称" in text else ():
        if alias := _ALIAS.match(text, end + 1):
            words = text[place + 1 : end]
            aliases[alias["alias"]] = aliases.get(words, words)
    return aliases


def _closing(text: str, place: int) -> int:
    """Where a title that opens at ``place`` closes, titles within it minded; -1 when it does not, or is too long."""
    far = place + LONGEST_NAME
    end = text.find("》", place, far)
    inner = text.find("《", place + 1, end) if end >= 0 else -1
    while inner >= 0 and end >= 0:
        end = text.find("》", end + 1, far)
        inner = text.find("《", inner + 1, end) if end >= 0 else -1
    return -1 if end >= 0 and "\n" in text[place:end] else end


def _citation(text: str, place: int, end: int, name: str, aliases: dict[str, str]) -> Citation:
    year = edition(name)
    after = end + 1
    sign = text[after : after + 1]
    if sign in ("（", "("):
        if alias := _ALIAS.match(text, after):
            aliases[alias["alias"]] = name
            after = alias.end()
        elif revised := _EDITION_AFTER.match(text, after):
            year = year or int(revised["year"])
    references: tuple[Reference, ...] = ()
    if (sign in "（(的中第" or after != end + 1) and (starts := _AFTER_NAME.match(text, after)):
        references = tuple(references_at(text, starts.end()))
    last = references[-1].span.end if references else end + 1
    by = By.ALIAS if name != text[place + 1 : end] else By.NAME
    return Citation(by, name, Span(place, last), references, year)


def references_at(text: str, place: int) -> Iterator[Reference]:
    """The list of articles that begins at a place: 第五条、第七条第二款和第九条至第十二条."""
    before: Reference | None = None
    joined = place
    while found := _reference(text, joined, before):
        ranged = _TO.match(text, found.span.end)
        last = _reference(text, ranged.end(), found) if ranged else None
        if last:
            until = last.article if last.article > found.article else 0
            found = Reference(Span(found.span.start, last.span.end), found.article, found.suffix, until=until)
        yield found
        before = found
        join = _JOIN.match(text, found.span.end)
        joined = join.end() if join else found.span.end


def _reference(text: str, place: int, before: Reference | None) -> Reference | None:
    """One reference; 第二款 or 第（三）项 alone go on with the article (and paragraph) before."""
    values: dict[str, int] = {}
    end, suffix = place, 0
    for kind, pattern in _PIECES.items():
        if piece := pattern.match(text, end):
            values[kind] = number(piece["value"] or piece.groupdict().get("plain") or "") or 0
            suffix = (number(piece["suffix"] or "") or 0) if kind == "article" else suffix
            end = piece.end()
    if end == place or ("article" not in values and before is None):
        return None
    if "article" not in values and before:
        values["article"], suffix = before.article, before.suffix
        if "paragraph" not in values:
            values["paragraph"] = before.paragraph
    return Reference(Span(place, end), suffix=suffix, **values)


def _loose(
    text: str, start: int, aliases: dict[str, str], lengths: list[int], index: LawIndex
) -> Citation | None:
    """An article without 《》 before it: of an alias, of this document, of a law by its bare name."""
    cited = _whose(text, start, aliases, lengths, index)
    if cited is None:
        return None
    by, name, begins = cited
    references = tuple(references_at(text, start))
    return Citation(by, name, Span(begins, references[-1].span.end), references)


def _whose(
    text: str, start: int, aliases: dict[str, str], lengths: list[int], index: LawIndex
) -> tuple[By, str, int] | None:
    for length in lengths:
        if name := aliases.get(text[max(0, start - length) : start]):
            return By.ALIAS, name, start - length
    if own := _OWN.search(text, max(0, start - 6), start):
        return By.OWN, "", own.start()
    if text[start - 1] in "法典例":
        words = text[max(0, start - _LONGEST_BARE_NAME) : start]
        if bare := index.ends_with_law(words):
            return By.BARE, bare, start - len(bare)
    return None


def own_articles(text: str) -> list[int]:
    """The numbers of the document's own articles, in the order of the text."""
    return [number(one["value"]) or 0 for one in _ARTICLE.finditer(text) if _opens_line(text, one.start())]


def _opens_line(text: str, place: int) -> bool:
    """Whether nothing but blanks and marks of markdown stands before it on its line."""
    before = text[max(0, place - _DRESS - 1) : place]
    return not place or before.rstrip(" \t\u3000\xa0#*>")[-1:] in ("\n", "\r")
