"""PDF and PNG from a Typst template and data: the one place where paper is made.

Templates lie beside whoever uses them and import `/instruments/paper/typst/skin.typ`; what they show they are given as
JSON in `sys.inputs.data`, never as markup, so no name can be taken for a command. Fonts are those of
pylopdf-fonts-zh-cn alone: a font that is missing is an error here, since Typst would fall back silently.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pylopdf_fonts_zh_cn
import typst

import tingchao

ROOT = Path(tingchao.__file__).parent
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
FAMILIES = ("Noto Sans SC", "Noto Serif SC")
_one_at_a_time = Lock()


class PaperFault(RuntimeError):
    """A template that cannot be set, or that asks for a font that is not there."""


@cache
def _compiler() -> typst.Compiler:
    """One compiler a process: it keeps fonts and templates it has read."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    if missing := set(FAMILIES) - set(fonts.families()):
        raise PaperFault(f"fonts are missing: {', '.join(sorted(missing))}")
    return typst.Compiler(root=ROOT, font_paths=fonts, ignore_system_fonts=True)


def pdf_made(template: str, data: Any) -> bytes:
    """A PDF from a template (its path below the package) and data that JSON can hold."""
    made = _made(template, data, "pdf", None)
    return made if isinstance(made, bytes) else b"".join(made)


def pictures_made(template: str, data: Any, *, ppi: float = 96) -> list[bytes]:
    """The pages as PNG, as they would be printed."""
    made = _made(template, data, "png", ppi)
    return [made] if isinstance(made, bytes) else made


def _made(template: str, data: Any, form: Any, ppi: float | None) -> bytes | list[bytes]:
    given = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        with _one_at_a_time:
            made, warnings = _compiler().compile_with_warnings(
                input=ROOT / template, sys_inputs=given, format=form, ppi=ppi
            )
    except typst.TypstError as fault:
        raise PaperFault(f"{template}: {fault.message}") from None
    if fonts := [one.message for one in warnings if "font" in one.message]:
        raise PaperFault(f"{template}: {fonts[0]}")
    if made is None:
        raise PaperFault(f"{template}: nothing was made")
    return made
