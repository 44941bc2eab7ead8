"""What stands below the body: signature and date, notes of printing, annexes."""

import re
from itertools import pairwise

from tingchao.core.screening.heads import days_in, head, is_organ
from tingchao.core.screening.marks import BLANK, Line, lines, mark
from tingchao.core.screening.numerals import DAY_PATTERN, NUMBER
from tingchao.core.screening.provisions import hits
from tingchao.core.screening.shapes import Annex, Kind, Signature, Span
from tingchao.core.screening.units import build

_GAP = r"[ \t\u3000\xa0]{0,3}"
_ANNEX = re.compile(rf"附{_GAP}件{_GAP}(?:{NUMBER})?{_GAP}(?:[：:.]|$|(?=[ \t\u3000]))")
_PRINT_NOTE = re.compile(r"[（(]?(?:此件|抄送|主送|印发机关|公开属性|联系人|政策解读)|.{0,40}\d日印发$")
_LONGEST_ANNEX_LINE = 60
_LINES_OF_SIGNATURE = 6
_REACH_OF_SIGNATURE = 400
_LONGEST_DAY = 40


def split(text: str, start: int) -> tuple[int, Signature | None, tuple[Annex, ...]]:
    """Where the body that begins at ``start`` ends, who signed, and what is attached."""
    rows = list(lines(text, start))
    signed = _signature_row(text, rows)
    if signed is None:
        first = next((i for i, row in enumerate(rows) if i and _labels_annex(text, row)), None)
        if first is None:
            return len(text), None, ()
        return rows[first - 1].end, None, _annexes(text, rows[first:])
    above, below = signed
    signature = _signature(text, rows[above : below + 1])
    after = below + 1
    while after < len(rows) and _PRINT_NOTE.match(text[rows[after].words : rows[after].end]):
        after += 1
    body_end = rows[above - 1].end if above else start
    return body_end, signature, _annexes(text, rows[after:])


def _signature_row(text: str, rows: list[Line]) -> tuple[int, int] | None:
    """The rows of the first signature: organs, then a day alone on its line (or at the end of the organ's)."""
    for place in range(len(rows)):
        above = _signed_from(text, rows, place)
        if above is not None:
            return above, place
    return None


def _signed_from(text: str, rows: list[Line], place: int) -> int | None:
    """The first row of the signature that ends in a row, if one does."""
    words = text[rows[place].words : rows[place].end]
    found = DAY_PATTERN.search(words) if len(words) <= _LONGEST_ANNEX_LINE else None
    if not found or found.end() != len(words):
        return None
    before = words[: found.start()].strip(BLANK)
    if before and not is_organ(before):
        return None
    above = place
    while place - above < _LINES_OF_SIGNATURE and above and _is_organ_row(text, rows[above - 1]):
        above -= 1
    return above if before or above < place or place == len(rows) - 1 else None


def signature_below(text: str, start: int) -> Signature | None:
    """The first signature after ``start``, found by the ends of its days, without going through all lines."""
    whole = len(text.rstrip())
    ends = sorted({*(place + 1 for sign in ("日\n", "日\r") for place in hits(text, sign)), whole})
    for end in ends:
        if end <= start or not _ends_in_day(text, end):
            continue
        rows = list(lines(text, _lines_above(text, start, end), end))[-_LINES_OF_SIGNATURE - 1 :]
        last = len(rows) - 1
        above = _signed_from(text, rows, last) if rows else None
        alone = end < whole and above == last and rows[last].end - rows[last].words < 15
        if above is not None and not (alone and DAY_PATTERN.match(text, rows[last].words)):
            return _signature(text, rows[above:])
    return None


def _lines_above(text: str, start: int, end: int) -> int:
    """Where to begin, so that as many lines stand before ``end`` as a signature may have, and one; not all in reach."""
    floor, place, wanted = max(start, end - _REACH_OF_SIGNATURE), end, _LINES_OF_SIGNATURE + 1
    while wanted:
        line = text.rfind("\n", floor, place)
        if line < 0:
            return floor
        wanted -= bool(text[line + 1 : place].strip())
        place = line
    return place


def _ends_in_day(text: str, end: int) -> bool:
    return any(found.end() == end for found in DAY_PATTERN.finditer(text, max(0, end - _LONGEST_DAY), end))


def _is_organ_row(text: str, row: Line) -> bool:
    return mark(text, row) is None and is_organ(text[row.words : row.end])


def _signature(text: str, rows: list[Line]) -> Signature:
    last = rows[-1]
    days = days_in(text, last.words, last.end)
    organs = [Span(row.words, row.end) for row in rows[:-1]]
    if days and (before := text[last.words : days[-1].span.start].rstrip(BLANK)):
        organs.append(Span(last.words, last.words + len(before)))
    return Signature(Span(rows[0].start, last.end), tuple(organs), days[-1] if days else None)


def _labels_annex(text: str, row: Line) -> bool:
    """附件 alone or before a title; not the list of annexes (附件：1.…) above the signature."""
    words = text[row.words : row.end]
    found = _ANNEX.match(words)
    if not found or len(words) > _LONGEST_ANNEX_LINE or words.endswith(("。", "；")):
        return False
    return not (found[0].endswith(("：", ":")) and found.end() < len(words))


def _annexes(text: str, rows: list[Line]) -> tuple[Annex, ...]:
    starts = [i for i, row in enumerate(rows) if _labels_annex(text, row)]
    if rows and (not starts or starts[0] > 0):
        starts.insert(0, 0)
    bounds = [*starts, len(rows)]
    return tuple(_annex(text, rows[a:b]) for a, b in pairwise(bounds))


def _annex(text: str, rows: list[Line]) -> Annex:
    first, end = rows[0], rows[-1].end
    label = Span(first.words, first.words)
    begins = first.start
    if _labels_annex(text, first) and (found := _ANNEX.match(text, first.words, first.end)):
        label = Span(first.words, first.words + len(found[0].rstrip(BLANK)))
        begins = label.end
    top = head(text, begins, end)
    return Annex(label, top.title, first.start, end, build(text, top.end, end))


def chapter_of_supplements(kind: Kind, heading: str) -> bool:
    """Whether a unit is the chapter 附则."""
    return kind is Kind.CHAPTER and "附则" in "".join(heading.split())
