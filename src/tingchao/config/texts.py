"""The catalogues of texts: Chinese is the source, every other language has one catalogue for the whole house."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
LOCALES = PACKAGE / "config" / "locale"
LANGUAGES = ("en",)

KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "gettext_noop": None,
    "gettext_lazy": None,
    "_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Found = tuple[str | tuple[str, ...], str | None, str]
"""(message or singular with plural, context, where)."""


def extracted() -> Iterator[Found]:
    """Every text in the code and the templates of the house."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts and "tests" not in path.parts:
            yield from _extract(path, path.read_bytes())
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield from _extract(path, _template_as_code(path))


def _template_as_code(path: Path) -> bytes:
    from django.utils.translation.template import templatize

    return templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()


def _extract(path: Path, content: bytes) -> Iterator[Found]:
    where = path.relative_to(PACKAGE).as_posix()
    for _, function, message, _ in extract_python(io.BytesIO(content), KEYWORDS, [], {"encoding": "utf-8"}):
        parts = [str(part) for part in (message if isinstance(message, tuple) else (message,)) if part]
        if not parts:
            continue
        context = parts.pop(0) if "pgettext" in str(function) else None
        plural = str(function).startswith("n") and len(parts) > 1
        yield ((parts[0], parts[1]) if plural else parts[0]), context, where


def template_catalog() -> Catalog:
    """All texts without translations."""
    catalog = Catalog(project="Tingchao", charset="utf-8")
    for message, context, where in extracted():
        catalog.add(message, locations=[(where, 0)], context=context)
    return catalog


def catalogue_path(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Tingchao")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring every catalogue up to date with the texts in the code; what is no longer used is dropped."""
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template_catalog(), no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, omit_header=False, sort_output=True, include_lineno=False)


def compile_all() -> None:
    """Write the .mo files that gettext reads."""
    for language in LANGUAGES:
        with catalogue_path(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))


def faults() -> list[str]:
    """Texts without a translation, or with one that does not fit its placeholders."""
    wanted = template_catalog()
    found: list[str] = []
    for language in LANGUAGES:
        catalog = read(language)
        for message in wanted:
            if not message.id:
                continue
            known = catalog.get(_first(message.id), context=message.context)
            if known is None or not all(_strings(known.string)) or known.fuzzy:
                found.append(f"{language}: no translation of {_first(message.id)!r}")
            else:
                found += [f"{language}: {_first(message.id)!r}: {fault}" for fault in known.check(catalog)]
    return found


def _first(message: Any) -> str:
    return str(message if isinstance(message, str) else message[0])


def _strings(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
