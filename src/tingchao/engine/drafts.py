"""Photographs that came with a form which is not done yet: kept apart for a day, known by a signed token.

A form of several screens, or one that comes back with a fault, carries the tokens in hidden fields, so that nobody
has to choose a photograph twice. What was sent becomes an attachment; the rest is removed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.engine.files import KeptFile, file_path, files_keep

KEPT_FOR = timedelta(days=1)
_SALT = "tingchao.drafts"
_EXPIRED = gettext_noop("照片放得太久，已经清掉了，请重新选一次。")


def _folder() -> Path:
    return Path(settings.ATTACHMENTS_DIR) / "waiting"


def drafts_keep(uploads: Iterable[UploadedFile[Any]]) -> tuple[KeptFile, ...]:
    """Keep every photograph for a day, or none with Refusal "file". They are made harmless as attachments are."""
    kept = files_keep(uploads, folder=_folder())
    for file in kept:
        (_folder() / file.digest).touch()  # sent again it waits anew
    return kept


def draft_token(file: KeptFile) -> str:
    """What stands for a kept photograph in a form; nobody else can make one."""
    return signing.dumps([file.digest, file.kind, file.name, file.size], salt=_SALT, compress=True)


def drafts_of(tokens: Sequence[str]) -> tuple[KeptFile, ...]:
    """The photographs that these tokens stand for; a token that is none, or is too old, stands for nothing."""
    found: list[KeptFile] = []
    for token in dict.fromkeys(tokens):
        try:
            found.append(KeptFile(*signing.loads(token, salt=_SALT, max_age=KEPT_FOR)))
        except (signing.BadSignature, TypeError, ValueError):
            continue
    return tuple(found)


def draft_path(file: KeptFile) -> Path | None:
    """Where a photograph lies, waiting or already an attachment; None when it is gone."""
    places = (_folder() / file.digest, file_path(file.digest))
    return next((path for path in places if path.is_file()), None)


def drafts_take(files: Iterable[KeptFile]) -> None:
    """Put what waited where attachments lie. Refusal "file" when one is gone."""
    for file in files:
        kept, path = file_path(file.digest), draft_path(file)
        if path is None:
            raise Refusal("file", _EXPIRED)
        if path != kept and not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, kept)
            except OSError:  # a file system without links
                shutil.copyfile(path, kept)


def drafts_forget(*, now: datetime) -> int:
    """Remove what has waited longer than KEPT_FOR; returns how many. A file in use elsewhere keeps its other name."""
    old = now.timestamp() - KEPT_FOR.total_seconds()
    gone = 0
    for path in _folder().glob("*"):
        if path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
