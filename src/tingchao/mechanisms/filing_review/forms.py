"""What the screens of filing and review draw: a text with its findings marked, a typed or uploaded document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext

from tingchao.core.screening.findings import Issuer
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.engine.files import KeptFile, original_keep
from tingchao.instruments.documents.models import Document, Finding, Paper
from tingchao.instruments.documents.screening import issuer_of, text_of

MOST_BYTES = 20 * 1024 * 1024
TOO_LARGE = gettext_noop("文件超过 20 MB，请去掉图片后再交。")

CONFIDENCE = {
    "certain": gettext_noop("确定"),
    "likely": gettext_noop("很可能"),
    "possible": gettext_noop("请看一眼"),
}


KINDS = {
    Issuer.JUDICIAL: gettext_noop("司法规范性文件"),
    Issuer.SUPERVISORY: gettext_noop("监察规范性文件"),
}


def kind_label(document: Document) -> str:
    """What a document of a court or a supervisory commission is called; empty for the common kind."""
    return gettext(KINDS.get(issuer_of(document.maker.kind), ""))


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text; `finding` is the number of the finding it belongs to, 0 where it belongs to none. `first` is
    set on the first piece of each finding, where its anchor stands."""

    text: str
    finding: int = 0
    first: bool = False
    state: str = ""


def pieces(text: str, findings: Sequence[Finding]) -> list[Piece]:
    """The text cut at the findings. Where two overlap, each character belongs to the one that begins first."""
    found: list[Piece] = []
    at = 0
    for number, one in enumerate(findings, start=1):
        start, end = max(at, one.start), min(one.end, len(text))
        if start >= end:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:end], number, True, one.state))
        at = end
    return [*found, Piece(text[at:])] if at < len(text) else found


def text_given(request: HttpRequest) -> tuple[str, KeptFile | None]:
    """The text that was pasted, or else that of the file that was chosen, with the kept original."""
    upload: UploadedFile[bytes] | None = request.FILES.get("file")
    pasted = request.POST.get("text", "")
    if upload is None or pasted.strip():
        return pasted, None
    if (upload.size or 0) > MOST_BYTES:
        raise Refusal("file", TOO_LARGE)
    content, name = upload.read(), Path(upload.name or "").name
    text = text_of(content, name)
    return text, original_keep(content, kind="application/octet-stream", name=name)


def day_given(request: HttpRequest, key: str) -> date | None:
    """A day that was typed; None when it is none."""
    with suppress(ValueError):
        return date.fromisoformat(request.POST.get(key, ""))
    return None


def papers_given(request: HttpRequest) -> dict[str, str]:
    """The papers filed with the text, by their kinds."""
    return {kind: request.POST.get(kind, "") for kind in Paper.Kind.values}


def paper_fields(request: HttpRequest) -> list[dict[str, str]]:
    """The fields of the papers, with what was typed."""
    return [
        {"key": kind, "label": gettext(str(label)), "value": request.POST.get(kind, "")}
        for kind, label in Paper.Kind.choices
        if kind != Paper.Kind.REPEAL
    ]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page of filing and review, folded away unless it is `open`: fields as `{% field %}` draws them."""

    key: str
    title: str
    url: str
    button: str
    fields: tuple[dict[str, Any], ...]
    hint: str = ""
    open: bool = False
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """A form that was refused: which, what was typed into it, and what is wrong where."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    several: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    def of(self, form: str) -> Again:
        """This for its own form, nothing for another."""
        return self if form == self.form else Again()


def again(request: HttpRequest, form: str, faults: Mapping[str, str]) -> Again:
    """What was typed into a form that is shown again."""
    several = {key: request.POST.getlist(key) for key in request.POST}
    return Again(form, {key: values[-1] for key, values in several.items() if values}, several, faults)


def ask(
    again: Again,
    key: str,
    label: str,
    kind: str = "text",
    *,
    required: bool = True,
    value: str = "",
    options: Sequence[tuple[str, str, str]] = (),
    on: Sequence[str] = (),
    hint: str = "",
    most: int | str = "",
    source: str = "",
) -> dict[str, Any]:
    """One field; `options` are (value, label, note), of which those in `on` are chosen until something else was."""
    chosen = again.several.get(key, on if not again.form else ())
    return {
        "key": key,
        "name": key,
        "label": label,
        "kind": kind,
        "required": required,
        "value": again.typed.get(key, value),
        "options": [
            {"value": one, "label": words, "note": note, "selected": one in chosen}
            for one, words, note in options
        ],
        "hint": hint,
        "source": source,
        "error": again.faults.get(key, ""),
        "maxlength": most,
    }


def number_of(text: str) -> int:
    """A key that was typed or chosen; 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
