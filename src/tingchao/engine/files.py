"""Attachments: what somebody sends is looked at, made harmless and kept outside the database under its digest.

The kind of a file is read from its bytes and never from its name. A photograph is decoded and written anew, which
drops EXIF with its place and time; a PDF is kept as it is and only ever handed out as a download.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from tingchao.core.procedure import Action, InputKind
from tingchao.core.steps import Refusal, clean_text
from tingchao.core.text import gettext_noop
from tingchao.engine.models import Attachment, Case

LONGEST_SIDE = 2560
"""Pixels; a larger photograph is scaled down to it."""

MOST_PIXELS = 40_000_000
"""Of a picture that must be decoded whole. A JPEG may be larger, since it is decoded at a reduced scale."""

MOST_PIXELS_JPEG = 220_000_000

LONGEST_NAME = 120

PHOTOGRAPH = "image/jpeg"
"""The media type of every photograph as it is kept."""

PICTURES = {"JPEG", "PNG", "WEBP", "MPO", "BMP", "GIF"}

Image.MAX_IMAGE_PIXELS = None  # our own bounds above are checked before a pixel is decoded


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is kept: its SHA-256, media type, name as sent, and size in bytes as kept."""

    digest: str
    kind: str
    name: str
    size: int


def files_keep(uploads: Iterable[UploadedFile[Any]], *, folder: Path | None = None) -> tuple[KeptFile, ...]:
    """Keep every file, or none with Refusal "file" naming the first one at fault and what to do.

    They go where attachments lie, or into `folder` under their digests alone.
    """
    made = [_harmless(upload) for upload in uploads]
    return tuple(_put(content, kind, name, folder) for content, kind, name in made)


def original_keep(content: bytes, *, kind: str, name: str) -> KeptFile:
    """Keep the bytes of a document as they came. It is only ever handed out as a download, never shown in a page."""
    return _put(content, kind, _short(" ".join(clean_text(Path(name).name).split())), None)


def _harmless(upload: UploadedFile[Any]) -> tuple[bytes, str, str]:
    name = _short(" ".join(clean_text(Path(upload.name or "").name).split()))
    if (upload.size or 0) > settings.ATTACHMENT_MAX_BYTES:
        raise _refused(gettext_noop("“%(name)s”超过 20 MB，请压缩或截图后再传。"), name)
    content = upload.read()
    if not content:
        raise _refused(gettext_noop("“%(name)s”是空的，请换一个文件。"), name)
    if content.startswith(b"%PDF-"):
        return content, "application/pdf", name
    return _photograph(content, name), PHOTOGRAPH, name


def _short(name: str) -> str:
    """A file name of at most 120 characters that keeps its ending."""
    ending = Path(name).suffix[:10]
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - len(ending)]}{ending}"


def _photograph(content: bytes, name: str) -> bytes:
    try:
        picture = Image.open(io.BytesIO(content))
        if picture.format not in PICTURES:
            raise UnidentifiedImageError
        pixels = picture.width * picture.height
        if pixels > (MOST_PIXELS_JPEG if picture.format in ("JPEG", "MPO") else MOST_PIXELS):
            raise _refused(gettext_noop("“%(name)s”尺寸太大，请截图后再传。"), name)
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        out = io.BytesIO()
        plain = _flattened(upright)
        plain.info.clear()  # comments, XMP and whatever else the encoder would carry over
        plain.save(out, "JPEG", quality=85, optimize=True)
    except Refusal:
        raise
    except UnidentifiedImageError:
        raise _refused(gettext_noop("“%(name)s”不是照片，请选手机相册里的照片（JPG、PNG）。"), name) from None
    except Exception:  # a decoder stumbles over broken bytes in ways of its own, struct.error among them
        raise _refused(gettext_noop("“%(name)s”打不开，可能没有传完整，请重新选一次。"), name) from None
    return out.getvalue()


def _flattened(picture: Image.Image) -> Image.Image:
    """On white where it was transparent, since JPEG has no transparency."""
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _put(content: bytes, kind: str, name: str, folder: Path | None) -> KeptFile:
    digest = hashlib.sha256(content).hexdigest()
    path = file_path(digest) if folder is None else folder / digest
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{digest}.{secrets.token_hex(4)}")
        with draft.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(path)
    return KeptFile(digest, kind, name, len(content))


def file_path(digest: str) -> Path:
    """Where the file of that digest lies."""
    return Path(settings.ATTACHMENTS_DIR) / digest[:2] / digest[2:4] / digest


def require_room(action: Action, files: Sequence[KeptFile]) -> None:
    """Raise Refusal "file" when more files come with an action than it asks for."""
    most = sum(item.most for item in action.inputs if item.kind is InputKind.FILES)
    if len(files) > most:
        raise Refusal("file", gettext_noop("这一步最多传 %(most)s 个文件，请去掉几个。"), {"most": str(most)})


def attachments_of(
    case: Case, files: Sequence[KeptFile], *, audience: str, shown: str = ""
) -> list[Attachment]:
    """Rows that tie kept files to a matter; `engine.record` ties them to the event.

    `shown` is their place in the public account; only a photograph has one.
    """
    return [
        Attachment(
            case=case,
            digest=kept.digest,
            kind=kept.kind,
            name=kept.name,
            size=kept.size,
            audience=audience,
            shown=shown if kept.kind == PHOTOGRAPH else "",
        )
        for kept in files
    ]


def _refused(message: str, name: str) -> Refusal:
    return Refusal("file", message, {"name": name[:40]})
