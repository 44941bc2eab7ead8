"""What the screens of filing and review draw: a text with its findings marked, a typed or uploaded document."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.engine.files import KeptFile, original_keep
from tingchao.instruments.documents.models import Finding, Paper
from tingchao.instruments.documents.screening import text_of

MOST_BYTES = 20 * 1024 * 1024
TOO_LARGE = gettext_noop("文件超过 20 MB，请去掉图片后再交。")

CONFIDENCE = {
    "certain": gettext_noop("确定"),
    "likely": gettext_noop("很可能"),
    "possible": gettext_noop("请看一眼"),
}


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
