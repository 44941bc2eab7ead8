"""Handing out attachments so that a browser never runs what is in them."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404

from tingchao.engine.files import file_path
from tingchao.engine.models import Attachment

INLINE = frozenset({"image/jpeg"})


def served(row: Attachment) -> FileResponse:
    """The file of an attachment; whatever is not a photograph is a download."""
    path = file_path(row.digest)
    if not path.is_file():
        raise Http404
    return handed_out(path, kind=row.kind, name=row.name)


def handed_out(path: Path, *, kind: str, name: str) -> FileResponse:
    """A kept file of a kind, under the name it was sent with when it is a download."""
    inline = kind in INLINE
    response = FileResponse(
        path.open("rb"),
        content_type=kind,
        as_attachment=not inline,
        filename=name if not inline else f"{path.name[:12]}.jpg",
    )
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
