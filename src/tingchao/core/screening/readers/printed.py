"""Lines as they are printed on a page, with the place where each begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import pypdfium2
import pypdfium2.raw as pdfium

from tingchao.core.screening.marks import BLANK

_LOOKS = (
    4  # so many signs more than one are asked how high a line is: some fonts say of 一 only how thick it is
)
_LINE = re.compile(r"[^\r\n]+")
_NO_SIGNS = dict.fromkeys((0x00, 0x02, 0xAD, 0xFFFE, 0xFFFF))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of print. Places are points from the lower left corner of the page; ``size`` is that of its letters."""

    words: str
    left: float
    right: float
    top: float
    size: float


def rows_of(page: pypdfium2.PdfPage) -> Iterator[Row]:
    """The lines of a page that hold something, in the order in which the file has them."""
    textpage = page.get_textpage()
    count = textpage.count_chars()
    text = textpage.get_text_range()
    if len(text) != count:  # signs without a place of their own were left out; then each is asked for
        text = "".join(chr(pdfium.FPDFText_GetUnicode(textpage, place)) for place in range(count))
    for found in _LINE.finditer(text):
        words = found[0].strip(BLANK)
        if not words:
            continue
        first = found.start() + found[0].index(words)
        if told := _whole(words):
            last = first + len(words) - 1
            boxes = [_box(textpage, first + (last - first) * part // _LOOKS) for part in range(_LOOKS + 1)]
            top, bottom = max(box[3] for box in boxes), min(box[1] for box in boxes)
            yield Row(told, boxes[0][0], boxes[-1][2], top, top - bottom)


def _box(textpage: pypdfium2.PdfTextPage, place: int) -> tuple[float, ...]:
    """Left, bottom, right and top of a sign; a broken file may place it nowhere."""
    return tuple(one if isfinite(one) else 0.0 for one in textpage.get_charbox(place, loose=True))


def _whole(words: str) -> str:
    """Without signs that are none, and with the halves of rare characters together again."""
    halves = words.translate(_NO_SIGNS).encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "replace").strip(BLANK)
