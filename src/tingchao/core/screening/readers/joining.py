"""Printed lines made into paragraphs again: heads, feet and page numbers go; lines that go on are joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from tingchao.core.screening.heads import TITLE_ENDS, number_in
from tingchao.core.screening.marks import Line, mark
from tingchao.core.screening.readers.printed import Row
from tingchao.core.screening.shapes import Kind

_PAGE_NUMBER = re.compile(
    r"[-—–－一\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]?\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–－一\s]*"
)
_ENDS = "。；：！？;:!?"
_FIGURES = re.compile(r"\d+")
_LETTER = re.compile(r"[A-Za-z]")
_NO_GAP = re.compile(
    r"(?<=[\u4e00-\u9fff]) (?=[\d，。；：、）》”])"
    r"|(?<=\d) (?=[\u4e00-\u9fff])"
    r"|(?<=[，。；：、（《“]) (?=[\u4e00-\u9fff])"
)
"""Gaps that are no spaces: beside figures, and where a line was drawn wide."""

_SPREAD = re.compile(r"[\u4e00-\u9fff](?: [\u4e00-\u9fff]){2,}")
_TITLE_LINE = re.compile(rf"(?:{TITLE_ENDS})(?:[（(][^）)]{{1,12}}[)）])?$")
_MOST_RUNNING = 3
_SAME_HEIGHT = 3.0
_STANDS_OFF = 1.15

# in widths of a Chinese character
_INDENT = (1.4, 2.6)
_BESIDE = 0.5
_SHORT = 4.0
_SAME_SIZE, _LARGE, _THIN = 0.15, 1.3, 0.6


def paragraphs(pages: Sequence[Sequence[Row]]) -> str:
    """The text of all pages, a paragraph on a line."""
    rows = [row for page in _without_running([list(page) for page in pages]) for row in _without_number(page)]
    setting = Setting(rows)
    found: list[list[str]] = []
    for place, row in enumerate(rows):
        words = _SPREAD.sub(_closed, row.words)
        if place and setting.goes_on(rows[place - 1], row):
            found[-1].append(_continued(found[-1][-1], words))
        else:
            found.append([words])
    return "\n".join(_NO_GAP.sub("", "".join(parts)) for parts in found)


def _continued(before: str, words: str) -> str:
    """A line that goes on; between two words in letters stands a space."""
    return f" {words}" if _LETTER.match(before[-1:]) and _LETTER.match(words) else words


def _closed(found: re.Match[str]) -> str:
    """Words that were spread over the line: 关 于 印 发."""
    return found[0].replace(" ", "")


class Setting:
    """How a document is set: where its lines begin and end, and whether its paragraphs are indented."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.em = median(row.size for row in rows) if rows else 1.0
        lefts = _groups([row.left for row in rows], self.em * _BESIDE)
        self._lefts = [left for left, count in lefts.items() if count > 1 or left == min(lefts)]
        self._margins = [left for left in self._lefts if not self._stands_in(left)] or self._lefts
        ends: dict[float, list[float]] = {}
        for row in rows:
            ends.setdefault(self._margin(row), []).append(row.right)
        self._rights = {margin: _usual(all_ends) for margin, all_ends in ends.items()}
        self._indents = sum(self._stands_in(row.left) for row in rows) > 1

    def goes_on(self, before: Row, row: Row) -> bool:
        """Whether a line goes on in the next, which neither opens something nor stands in.

        Where paragraphs stand in, what does not goes on; elsewhere the line must be full and end no sentence.
        """
        if _opens(row.words) or self._stands_in(row.left) or not self._at_margin(row):
            return False
        if not self._alike(before.size, row.size):
            return False
        if not (self._at_margin(before) or self._stands_in(before.left)):
            return False
        margin = self._margin(before)
        full, missing = self._rights[margin] - margin, self._rights[margin] - before.right
        if self._indents:
            return missing < full / 2
        return missing < _SHORT * self.em and not before.words.endswith(tuple(_ENDS))

    def _alike(self, one: float, other: float) -> bool:
        """Whether two lines are of the text's size; a line of nothing but 一 may look thin."""
        if min(one, other) < self.em * _THIN:
            return True
        return abs(one - other) <= self.em * _SAME_SIZE and one <= self.em * _LARGE

    def _stands_in(self, left: float) -> bool:
        low, high = (one * self.em for one in _INDENT)
        return any(low <= left - margin <= high for margin in self._lefts)

    def _margin(self, row: Row) -> float:
        reach = row.left + self.em * _BESIDE
        return max((left for left in self._margins if left <= reach), default=min(self._margins))

    def _at_margin(self, row: Row) -> bool:
        return abs(row.left - self._margin(row)) <= self.em * _BESIDE


def _groups(values: Sequence[float], near: float) -> dict[float, int]:
    """Values that lie near one another, by the least of them, with their number."""
    found: dict[float, int] = {}
    least = 0.0
    for value in sorted(values):
        if not found or value - least > near:
            least = value
        found[least] = found.get(least, 0) + 1
    return found


def _usual(values: list[float]) -> float:
    """What nine of ten do not exceed."""
    return sorted(values)[(len(values) - 1) * 9 // 10]


def _opens(words: str) -> bool:
    """Whether a line opens something, and is not the middle of 依照本办法/第三条的规定 or of 第一款第/（二）项."""
    found = mark(words, Line(0, len(words), 0))
    if found is None or (found.kind is Kind.ARTICLE and not found.apart):
        return False
    return not words.startswith(("项", "款", "目"), found.end)


def _without_running(pages: list[list[Row]]) -> list[list[Row]]:
    """Pages without the lines that stand at the top or the foot of half of them or more."""
    step = _usual_step(pages)
    for at_top in (True, False):
        for _ in range(_MOST_RUNNING):
            edges = [_edge(page, at_top, step) for page in pages]
            often = Counter(_key(edge) for edge in edges if edge).most_common(1)
            if not often or often[0][1] < max(2, len(pages) // 2):
                break
            running = [edge if edge and _key(edge) == often[0][0] else None for edge in edges]
            if running[0] and at_top and _tells(running[0], pages[0]):
                running[0] = None
            pages = [_less(page, edge) for page, edge in zip(pages, running, strict=True)]
    return pages


def _usual_step(pages: list[list[Row]]) -> float:
    """How far from one another lines of the text stand."""
    tops = [sorted({round(row.top) for row in page}) for page in pages]
    return median([other - one for page in tops for one, other in pairwise(page)] or [0])


def _edge(page: list[Row], at_top: bool, step: float) -> Row | None:
    """The line that stands highest or lowest, if it stands off from the text."""
    if not page:
        return None
    by_place = sorted(page, key=lambda row: row.top, reverse=at_top)
    next_top = next((row.top for row in by_place if abs(row.top - by_place[0].top) > 1), None)
    if next_top is not None and abs(by_place[0].top - next_top) < _STANDS_OFF * step:
        return None
    return by_place[0]


def _tells(row: Row, page: list[Row]) -> bool:
    """Whether the first page keeps it: it is the title, or has the number of the document, and comes only once."""
    telling = _TITLE_LINE.search(_alike(row)) or number_in(row.words, 0, len(row.words))
    return bool(telling) and [*map(_alike, page)].count(_alike(row)) == 1


def _less(page: list[Row], left_out: Row | None) -> list[Row]:
    return [row for row in page if row is not left_out]


def _key(row: Row) -> tuple[str, int]:
    return _alike(row), round(row.top / _SAME_HEIGHT)


def _alike(row: Row) -> str:
    """The words of a line whatever its page number is."""
    return _FIGURES.sub("#", "".join(row.words.split()))


def _without_number(page: list[Row]) -> list[Row]:
    """A page without the number above or below its text."""
    for outermost in (max, min):
        if page and _PAGE_NUMBER.fullmatch((edge := outermost(page, key=_top)).words):
            page = _less(page, edge)
    return page


def _top(row: Row) -> float:
    return row.top
