"""Secret keys: from the environment, or made once and kept in the data folder with mode 600."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path


def secret(variable: str, path: Path) -> str:
    """The secret that `variable` holds, else the one kept in `path`, made there at the first start."""
    if value := os.environ.get(variable):
        return value
    with suppress(FileNotFoundError):
        if value := path.read_text(encoding="ascii").strip():
            return value
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(made)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)  # whoever comes second keeps what the first one made
    except FileExistsError:
        made = path.read_text(encoding="ascii").strip()
    finally:
        draft.unlink()
    if not made:
        sys.exit(f"{path} is empty: put the key back from a backup, or set {variable}.")
    return made
