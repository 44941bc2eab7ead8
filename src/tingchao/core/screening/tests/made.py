"""Real files, made when a test asks for them: Word by python-docx, PDF by Typst."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import docx
import pylopdf_fonts_zh_cn
import typst
from docx.document import Document
from PIL import Image, ImageDraw

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
SPACES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PAGE = '#set page("a4", margin: 2.5cm)\n#set text(font: "Noto Serif SC", size: 14pt, lang: "zh")\n'
PARAGRAPHS = "#set par(first-line-indent: (amount: 2em, all: true), justify: true)\n"


@cache
def pdf(source: str) -> bytes:
    """A PDF of a page that Typst sets."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    made = typst.compile((PAGE + PARAGRAPHS + source).encode(), font_paths=fonts, ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def word(fill: Callable[[Document], object]) -> bytes:
    """A .docx filled by a function."""
    made = docx.Document()
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@cache
def empty_word() -> bytes:
    """A .docx as Word makes it, with nothing in it."""
    return word(lambda made: None)


def word_of(body: str, numbering: str = "", **notes: str) -> bytes:
    """A .docx whose body is this XML, with this XML of numbering, and with ``footnotes`` and ``endnotes``."""
    parts = {"word/document.xml": _part("document", f"<w:body>{body}</w:body>")}
    parts["word/numbering.xml"] = _part("numbering", numbering)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(empty_word())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = parts.get(name, old.read(name))
            if name == "word/_rels/document.xml.rels":
                relations = "".join(
                    f'<Relationship Id="note{place}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>'
                    for place, kind in enumerate(notes)
                )
                data = data.replace(b"</Relationships>", f"{relations}</Relationships>".encode())
            new.writestr(name, data)
        for kind, words in notes.items():
            new.writestr(f"word/{kind}.xml", _part(kind, words))
    return out.getvalue()


def _part(name: str, inside: str) -> bytes:
    return f"<w:{name} {SPACES}>{inside}</w:{name}>".encode("utf-8", "replace")


def scanned() -> bytes:
    """A PDF of one picture, as a copier makes it."""
    image = Image.new("L", (600, 800), 255)
    ImageDraw.Draw(image).rectangle((80, 100, 520, 140), fill=0)
    out = io.BytesIO()
    image.save(out, "PDF")
    return out.getvalue()


def locked() -> bytes:
    """A PDF that asks for a password."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"4f" * 32 + b">/U<" + b"55" * 32 + b">>>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF" % table
    return bytes(out)
