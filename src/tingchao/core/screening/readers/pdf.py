"""Text of a PDF in reading order; line breaks, heads, feet and page numbers of the print are taken out again."""

import pypdfium2
import pypdfium2.raw as pdfium

from tingchao.core.screening.readers.joining import paragraphs
from tingchao.core.screening.readers.printed import Row, rows_of
from tingchao.core.screening.readers.refusal import Unreadable

MOST_PAGES = 3000
MOST_CHARACTERS = 20_000_000
_SCANNED = "这份 PDF 里只有图像，没有文字（多半是扫描件）。"


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
    text = paragraphs(pages)
    if not any(sign.isalnum() for sign in text):
        raise Unreadable(_SCANNED, "请交 Word 原件，或先做文字识别。")
    return text


def _refused() -> Unreadable:
    if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
        return Unreadable("这份 PDF 加了密码。", "请去掉密码后再交。")
    return Unreadable("这份 PDF 已损坏，打不开。", "请重新导出后再交。")


def _pages(document: pypdfium2.PdfDocument) -> list[list[Row]]:
    if len(document) > MOST_PAGES:
        raise Unreadable(f"这份 PDF 超过 {MOST_PAGES} 页。", "请分成几份再交。")
    pages: list[list[Row]] = []
    total = 0
    for page in document:
        pages.append(list(rows_of(page)))
        total += sum(len(row.words) for row in pages[-1])
        if total > MOST_CHARACTERS:
            raise Unreadable("这份 PDF 的文字超过两千万字。", "请分成几份再交。")
    return pages
