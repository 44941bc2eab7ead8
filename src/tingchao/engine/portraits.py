"""Portraits of deputies for the wall 进站上墙: decoded, cropped and written anew like every photograph."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.db.models import Q
from PIL import Image, ImageOps

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy
from tingchao.directory.policy import require_directory, scopes_kept
from tingchao.engine.changes import row_locked, row_save
from tingchao.engine.files import PHOTOGRAPH, file_path, files_keep
from tingchao.engine.timing import local_day

SIZE = (360, 480)
"""Pixels of a portrait, three to four, as on an identity photograph."""

MOST = 300
"""Portraits in one go."""

NO_PICTURE = gettext_noop("“%(name)s”不是照片，请选 JPG 或 PNG。")
NEVER = ("photo", gettext_noop("已经有一样的了。"))


def portrait_keep(upload: UploadedFile[Any]) -> str:
    """Keep a portrait and give its digest. Raises Refusal "file" for what is no photograph."""
    (whole,) = files_keep([upload])
    if whole.kind != PHOTOGRAPH:
        raise Refusal("file", NO_PICTURE, {"name": whole.name[:40]})
    picture = Image.open(file_path(whole.digest))
    out = io.BytesIO()
    ImageOps.fit(picture, SIZE, centering=(0.5, 0.3)).save(out, "JPEG", quality=85, optimize=True)
    small = SimpleUploadedFile(whole.name, out.getvalue(), PHOTOGRAPH)
    return files_keep([small])[0].digest


@transaction.atomic
def deputy_photo_set(*, deputy_id: int, digest: str, actor: Actor, now: datetime) -> Deputy:
    """Put a portrait on the wall, or with an empty digest take it down."""
    row = row_locked(Deputy, deputy_id)
    require_directory(actor, row.region_id)
    row_save(
        row, {"photo": digest}, kind="deputy", region_code=row.region_id, actor=actor, now=now, twice=NEVER
    )
    return row


@dataclass(slots=True)
class Hung:
    """What became of many portraits: names put up, names unchanged, and (file, why) of the others."""

    done: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


NOBODY = gettext_noop("没有叫“%(name)s”的在任代表，文件名请写姓名。")
SEVERAL = gettext_noop("不止一位代表叫“%(name)s”，请到那位代表的页面单独传。")


def photos_hang(*, uploads: Iterable[UploadedFile[Any]], actor: Actor, now: datetime) -> Hung:
    """Put up many portraits, each named after its deputy. The same ones again change nothing."""
    found, hung = _in_office(actor, local_day(now)), Hung()
    for upload in list(uploads)[:MOST]:
        name = Path(upload.name or "").stem.strip()
        rows = found.get(name, [])
        if len(rows) != 1:
            hung.faults.append((name, (SEVERAL if rows else NOBODY) % {"name": name}))
            continue
        try:
            digest = portrait_keep(upload)
        except Refusal as refusal:
            hung.faults.append((name, refusal.message % refusal.params))
            continue
        if rows[0].photo == digest:
            hung.same.append(name)
            continue
        deputy_photo_set(deputy_id=rows[0].pk, digest=digest, actor=actor, now=now)
        hung.done.append(name)
    return hung


def _in_office(actor: Actor, today: date) -> dict[str, list[Deputy]]:
    """Name → those of that name in office whom the actor keeps."""
    here = Q(pk__in=[])
    for scope in scopes_kept(actor):
        here |= Q(region__code__startswith=scope)
    rows = Deputy.objects.filter(here, since__lte=today).filter(Q(until=None) | Q(until__gt=today))
    found: dict[str, list[Deputy]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(row)
    return found
