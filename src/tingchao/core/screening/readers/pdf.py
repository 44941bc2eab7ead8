"""Text of a PDF in reading order; the line breaks and page numbers of the print are taken out again."""

import re

import pypdfium2
import pypdfium2.raw as pdfium

from tingchao.core.screening.marks import BLANK, Line, mark
from tingchao.core.screening.readers.refusal import Unreadable

MOST_PAGES = 3000
MOST_CHARACTERS = 20_000_000
_PAGE_NUMBER = re.compile(
    r"[-—–－一\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–－一\s]*"
)
_ENDS = "。；：！？…;:!?》”）"
_SCANNED = "这份 PDF 里只有图像，没有文字（多半是扫描件）。"
_RIGHT_MARGIN = 4


def read_pdf(data: bytes) -> str:
    """The text. Scanned, encrypted and broken files are refused."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise _refused() from None
    try:
        pages = _pages(document)
    except pypdfium2.PdfiumError:
        raise Unreadable("这份 PDF 已损坏，读到一半读不下去。", "请重新导出后再交。") from None
    finally:
        document.close()
    text = _joined(pages)
    if not any(sign.isalnum() for sign in text):
        raise Unreadable(_SCANNED, "请交 Word 原件，或先做文字识别。")
    return text


def _refused() -> Unreadable:
    if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
        return Unreadable("这份 PDF 加了密码。", "请去掉密码后再交。")
    return Unreadable("这份 PDF 已损坏，打不开。", "请重新导出后再交。")


def _pages(document: pypdfium2.PdfDocument) -> list[list[str]]:
    if len(document) > MOST_PAGES:
        raise Unreadable(f"这份 PDF 超过 {MOST_PAGES} 页。", "请分成几份再交。")
    pages: list[list[str]] = []
    total = 0
    for page in document:
        words = page.get_textpage().get_text_bounded()
        total += len(words)
        if total > MOST_CHARACTERS:
            raise Unreadable("这份 PDF 的文字超过两千万字。", "请分成几份再交。")
        pages.append(words.replace("\x00", "").replace("\ufffe", "").splitlines())
    return pages


def _joined(pages: list[list[str]]) -> str:
    rows = [row.rstrip(BLANK) for page in pages for row in _without_number(page)]
    widest = _usual_width(rows)
    paragraphs: list[str] = []
    parts: list[str] = []
    for row in rows:
        if parts and not _goes_on(parts[-1], row, widest):
            paragraphs.append("".join(parts))
            parts = []
        if row:
            parts.append(row if not parts else row.lstrip(BLANK))
    return "\n".join([*paragraphs, "".join(parts)])


def _without_number(page: list[str]) -> list[str]:
    """A page without the number above or below its text."""
    rows = [row for row in page if row.strip(BLANK)]
    if rows and _PAGE_NUMBER.fullmatch(rows[-1].strip(BLANK)):
        rows.pop()
    if rows and _PAGE_NUMBER.fullmatch(rows[0].strip(BLANK)):
        rows.pop(0)
    return rows


def _usual_width(rows: list[str]) -> int:
    """How many characters a full line holds: what nine lines of ten do not exceed."""
    lengths = sorted(len(row) for row in rows if row)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _goes_on(before: str, row: str, width: int) -> bool:
    """A line goes on in the next where it is full, does not end a sentence, and the next opens nothing."""
    if not row or not before or row[:1] in BLANK or before.endswith(tuple(_ENDS)):
        return False
    if len(before) < width - _RIGHT_MARGIN:
        return False
    return mark(row, Line(0, len(row), 0)) is None
