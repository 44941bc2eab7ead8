"""A pytest plugin: gives the tests a database and folders of their own before Django's settings are read.

Loaded by `-p tingchao.config.testing` in pyproject.toml. TINGCHAO_DATABASE_URL, when set, names the server on which
the test databases are made; otherwise it is the embedded one, on data that only tests use.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg

from tingchao.config import embedded, places

os.environ["TINGCHAO_VAR"] = str(places.ROOT / "build" / "test" / "var")
os.environ["TINGCHAO_PUBLIC_ADDRESS"] = "http://127.0.0.1:8000"
os.environ.pop("TINGCHAO_TWO_FACTOR", None)
os.environ.pop("TINGCHAO_DEBUG", None)

_given = places.DATABASE_URL in os.environ
_url = embedded.ensure_database()
if not _given:
    with psycopg.connect(_url, autocommit=True) as _connection:
        # what a power cut would lose here nobody misses
        _connection.execute("ALTER SYSTEM SET fsync = off")
        _connection.execute("ALTER SYSTEM SET max_connections = 200")
        _connection.execute("SELECT pg_reload_conf()")


def pytest_configure() -> None:
    """Let tests that commit empty every table afterwards, which the frozen history would refuse."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.execute_sql_flush

    def thawed(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                plain(self, sql_list)
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")

    setattr(DatabaseOperations, "execute_sql_flush", thawed)  # noqa: B010 - mypy refuses to replace a method
