"""A roster between its dry run and its taking: kept for an hour, under a name that only the form knows."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core import signing

from tingchao.directory.actors import Actor

KEPT_SECONDS = 3600
_SALT = "rosters.keeping"


def roster_keep(*, content: bytes, actor: Actor, now: datetime) -> str:
    """Keep a workbook. Returns the token by which the same actor gets it back within the hour."""
    folder = _folder()
    _forget_old(folder, now)
    digest = hashlib.sha256(content).hexdigest()
    draft = folder / f"{digest}.new"
    draft.write_bytes(content)
    draft.replace(folder / digest)
    return signing.dumps([digest, actor.key], salt=_SALT)


def roster_kept(*, token: str, actor: Actor) -> bytes | None:
    """The workbook that was kept; None when the hour is over, or somebody else kept it."""
    try:
        digest, key = signing.loads(token, salt=_SALT, max_age=KEPT_SECONDS)
        return (_folder() / digest).read_bytes() if key == actor.key else None
    except (signing.BadSignature, OSError):
        return None


def roster_forget(*, token: str) -> None:
    """Throw a workbook away that was taken: it holds names, and is not needed any more."""
    digest, _ = signing.loads(token, salt=_SALT)
    (_folder() / digest).unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.ROSTERS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _forget_old(folder: Path, now: datetime) -> None:
    for path in folder.iterdir():
        if path.stat().st_mtime < now.timestamp() - KEPT_SECONDS:
            path.unlink(missing_ok=True)
