"""Text of a .docx: paragraphs and tables in their order, with the numbers that Word makes itself."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from tingchao.core.screening.readers.counting import Counting
from tingchao.core.screening.readers.refusal import Unreadable

MOST_INFLATED = 256 * 1024 * 1024
MOST_XML = 48 * 1024 * 1024
MOST_FILES = 5000
_BROKEN = "这份 Word 文件已损坏，打不开。"
_AGAIN = "请用 WPS 或 Word 打开，另存一份再交。"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:sectPr"), _FALLBACK}
_SIGNS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_P, _T, _TBL, _TR, _TC, _TXBX = (qn(f"w:{name}") for name in ("p", "t", "tbl", "tr", "tc", "txbxContent"))
_MARK_DELETED = f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}"
_ROW_DELETED = f"{qn('w:trPr')}/{qn('w:del')}"
_NOTES = ((RELATIONSHIP_TYPE.FOOTNOTES, qn("w:footnote")), (RELATIONSHIP_TYPE.ENDNOTES, qn("w:endnote")))


def read_word(data: bytes) -> str:
    """The text as it is when all changes are accepted. Headers, footers and comments are left out; text boxes come
    after their paragraph, footnotes and endnotes at the end."""
    _weigh(data)
    try:
        document = docx.Document(io.BytesIO(data))
        body = Body(Counting(document))
        return "\n".join([*body.lines(document.element.body), *body.rest(), *_notes(document, body)])
    except Exception:  # python-docx and lxml raise whatever a broken file leads them to
        raise Unreadable(_BROKEN, _AGAIN) from None


def _weigh(data: bytes) -> None:
    """Refuse what would inflate beyond measure, before anything is inflated; zipfile reads no more than declared."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except Exception:  # zipfile lets struct errors, overflows and the like through
        raise Unreadable(_BROKEN, _AGAIN) from None
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("这份文件加了密码。", "请去掉密码后再交。")
    if "word/document.xml" not in {part.filename for part in parts}:
        raise Unreadable("这是压缩包或别的 Office 文件，不是 Word 文档。", "请交 .docx 或 .pdf。")
    written = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if len(parts) > MOST_FILES or written > MOST_XML or sum(part.file_size for part in parts) > MOST_INFLATED:
        raise Unreadable("这份 Word 文件解开后大得异常，没有打开。", _AGAIN)


def _notes(document: Any, body: Body) -> Iterator[str]:
    for kind, tag in _NOTES:
        for relation in document.part.rels.values():
            if relation.reltype == kind and not relation.is_external:
                for note in parse_xml(relation.target_part.blob).iter(tag):
                    if note.get(qn("w:type")) in (None, "normal"):
                        yield from (line for line in body.lines(note) if line)


class Body:
    """Reads paragraphs and tables in their order, as lines."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._open = ""

    def lines(self, container: Any) -> Iterator[str]:
        """The lines of a body, a cell, a text box, a note."""
        for element in container:
            if element.tag == _P:
                yield from self._paragraph(element)
            elif element.tag == _TBL:
                yield from self._table(element)
            elif element.tag not in _LEFT_OUT:
                yield from self.lines(element)

    def rest(self) -> list[str]:
        """A last paragraph whose end was taken out."""
        last, self._open = self._open, ""
        return [last] if last else []

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        """A line and its text boxes; no line yet where the paragraph's end was taken out, it goes on in the next."""
        boxes: list[Any] = []
        words = _words(paragraph, boxes)
        line = self._open + words if self._open else self._counting.label(paragraph) + words
        self._open = ""
        if paragraph.find(_MARK_DELETED) is not None:
            self._open = line
        else:
            yield line
        for box in boxes:
            yield from self.lines(box)

    def _table(self, table: Any) -> Iterator[str]:
        """A row is a line, its cells apart by tabs; where only one cell says something, its lines stay lines."""
        for row in _inside(table, _TR):
            if row.find(_ROW_DELETED) is not None:
                continue
            cells = [[*self.lines(cell), *self.rest()] for cell in _inside(row, _TC)]
            full = [cell for cell in cells if any(line.strip() for line in cell)]
            if len(full) == 1:
                yield from full[0]
            else:
                yield "\t".join(" ".join(line for line in cell if line) for cell in cells)


def _inside(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those inside fields of a form."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _LEFT_OUT and child.tag not in (_P, _TBL):
            yield from _inside(child, tag)


def _words(paragraph: Any, boxes: list[Any]) -> str:
    """What a paragraph says; its text boxes are put aside."""
    found: list[str] = []
    waiting = [iter(paragraph)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag == _T:
            found.append(element.text or "")
        elif element.tag in _SIGNS:
            found.append(_SIGNS[element.tag])
        elif element.tag == _TXBX:
            boxes.append(element)
        elif element.tag not in _LEFT_OUT:
            waiting.append(iter(element))
    return "".join(found)
