"""Where things lie on this machine: the project, its data folder, the bundle, the database."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "build" / "static"

DATABASE_URL = "TINGCHAO_DATABASE_URL"


def var_dir() -> Path:
    """The folder for everything that is not code: keys, files, the embedded database. Made when missing."""
    path = Path(os.environ.get("TINGCHAO_VAR") or ROOT / "var")
    path.mkdir(parents=True, exist_ok=True)
    return path


def laws_file() -> Path:
    """Where the laws that `tingchao laws import` took are kept."""
    return var_dir() / "laws.tsv"


def laws_dir() -> Path:
    """Where the texts of these laws are kept, one file a version."""
    return var_dir() / "laws"


def database_dir() -> tuple[Path, str]:
    """Where the embedded PostgreSQL keeps its data, and a sentence when that is not below `var_dir()`.

    Run as root it needs a folder that its own system user can reach, and would make every parent folder readable
    for all to get one. So a place is taken that can be reached already.
    """
    wished = var_dir() / "postgres"
    if os.name != "posix" or os.geteuid() != 0 or reachable(wished.parent):
        return wished, ""
    name = hashlib.sha256(str(wished).encode()).hexdigest()[:12]
    other = Path("/var/tmp") / f"tingchao-{name}"  # noqa: S108 - made with mode 755 and kept between starts
    other.mkdir(mode=0o755, exist_ok=True)
    if other.lstat().st_uid != 0:
        raise SystemExit(
            f"{other} belongs to somebody else; set TINGCHAO_VAR to a folder that all can reach."
        )
    return (
        other / "postgres",
        f"{wished.parent} cannot be reached by PostgreSQL's user; its data lies in {other}.",
    )


def reachable(path: Path) -> bool:
    """Whether every user of this machine can get to a folder."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (path.resolve(), *path.resolve().parents))


def database() -> dict[str, Any]:
    """Django's settings for the database that TINGCHAO_DATABASE_URL names.

    Without the variable the settings still load, for the commands that need no database.
    """
    url = os.environ.get(DATABASE_URL, "")
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tingchao",
        "CONN_MAX_AGE": 0,
    }
    if not url:
        return settings
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        sys.exit(f"{DATABASE_URL} must start with postgresql:// ; only PostgreSQL is supported.")
    query = dict(parse_qsl(parts.query))
    try:
        port = query.pop("port", "") or parts.port or ""
    except ValueError:
        sys.exit(f"{DATABASE_URL} names a port that is none.")
    settings |= {
        "NAME": unquote(parts.path.lstrip("/")) or "tingchao",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": port,
        # whatever else the address says, e.g. sslmode=verify-full, is for libpq
        "OPTIONS": {**query, "pool": {"min_size": 1, "max_size": 16, "timeout": 10}, **_prepared()},
    }
    return settings


def _prepared() -> dict[str, Any]:
    """Statements are planned once a connection and then only run, which halves what the database has to do.

    A pooler between here and PostgreSQL that hands connections about (PgBouncer by transaction) needs it off.
    """
    on = os.environ.get("TINGCHAO_PREPARED_STATEMENTS", "1") == "1"
    return {"server_side_binding": True, "prepare_threshold": 3} if on else {}
