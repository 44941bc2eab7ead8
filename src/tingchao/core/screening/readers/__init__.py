"""Text out of files: .txt, .md, .docx, .pdf, and .wps and .doc where LibreOffice is installed.

``read`` raises nothing but ``Unreadable``. Offsets of findings are into the text that it returns.
"""

from tingchao.core.screening.readers.reading import SUFFIXES, read
from tingchao.core.screening.readers.refusal import Unreadable

__all__ = ["SUFFIXES", "Unreadable", "read"]
