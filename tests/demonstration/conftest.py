"""The demonstration, built once as `make demo` builds it, in a database of its own, however many workers test it."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tingchao.config import places

NAME = "tingchao_demonstration_of_tests"
LOOK = Path(__file__).parent / "look.py"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The database and the folder of the demonstration, and commands run on it."""

    url: str
    folder: Path

    def run(self, *command: str, given: str = "") -> str:
        """What a command of ours prints; the test fails with what it says when it fails."""
        done = subprocess.run(
            [sys.executable, *command],
            input=given,
            env=os.environ | {places.DATABASE_URL: self.url, "TINGCHAO_VAR": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def tingchao(self, *command: str) -> str:
        return self.run("-c", "from tingchao.config.cli import main; main()", *command)

    def look(self, paths: list[tuple[str, str]]) -> list[dict[str, Any]]:
        """What each account (none: a resident) gets at each path; see look.py."""
        found: list[dict[str, Any]] = json.loads(self.run(str(LOOK), given=json.dumps(paths)))
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Built by the first worker that needs it; whoever is the last to leave drops it."""
    together = tmp_path_factory.getbasetemp().parent
    folder = places.ROOT / "build" / "test" / "demonstration"
    folder.mkdir(parents=True, exist_ok=True)
    city = Demonstration(_address(NAME), folder)
    with (together / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _exists(together):
            _drop_and_make()
            city.tingchao("demo", "--no-serve")
            (together / "demonstration.built").touch()
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield city
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # others still look at it
        (together / "demonstration.built").unlink(missing_ok=True)
        _drop()


def _exists(together: Path) -> bool:
    return (together / "demonstration.built").exists()


def _address(name: str) -> str:
    """A database beside the one of the tests, on the same server."""
    told = places.database()
    who = quote(told["USER"]) + (f":{quote(told['PASSWORD'])}" if told["PASSWORD"] else "")
    query = urlencode({key: told[name] for key, name in (("host", "HOST"), ("port", "PORT")) if told[name]})
    return f"postgresql://{who}@/{quote(name)}?{query}"


def _drop() -> None:
    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(NAME)))


def _drop_and_make() -> None:
    _drop()
    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        connection.execute(
            SQL(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"
                " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
            ).format(Identifier(NAME))
        )
