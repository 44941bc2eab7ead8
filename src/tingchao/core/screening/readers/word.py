"""Text of a .docx: paragraphs and tables in their order, with the numbers that Word makes itself."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
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
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_P, _T, _TR, _TC, _TXBX = (qn(f"w:{name}") for name in ("p", "t", "tr", "tc", "txbxContent"))


def read_word(data: bytes) -> str:
    """The text. Headers, footers, comments and deleted words are left out; text boxes come after their paragraph."""
    _weigh(data)
    try:
        document = docx.Document(io.BytesIO(data))
        return "\n".join(_blocks(document.element.body, Counting(document)))
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


def _blocks(body: Any, counting: Counting) -> Iterator[str]:
    """The paragraphs in order; a row of a table is one line, its cells apart by tabs."""
    waiting = [iter(body)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag == _P:
            yield counting.label(element) + _words(element)
            waiting.extend(iter(box) for box in element.iter(_TXBX) if not _is_fallback(box))
        elif element.tag == _TR:
            yield "\t".join(_cell(cell, counting) for cell in element.iter(_TC))
        elif element.tag not in _LEFT_OUT:
            waiting.append(iter(element))


def _cell(cell: Any, counting: Counting) -> str:
    paragraphs = (one for one in cell if one.tag == _P)
    return " ".join(words for one in paragraphs if (words := counting.label(one) + _words(one)))


def _is_fallback(box: Any) -> bool:
    return any(parent.tag == _FALLBACK for parent in box.iterancestors())


def _words(paragraph: Any) -> str:
    """What a paragraph says, without its text boxes."""
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
        elif element.tag not in _LEFT_OUT and element.tag != _TXBX:
            waiting.append(iter(element))
    return "".join(found)
