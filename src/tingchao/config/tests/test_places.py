"""Where things lie: the database that an address names, and the folder of the embedded one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tingchao.config import embedded, places


@pytest.fixture
def named(monkeypatch):
    def named(url: str) -> dict[str, object]:
        monkeypatch.setenv(places.DATABASE_URL, url)
        found = places.database()
        return {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}

    return named


@pytest.mark.parametrize(
    ("url", "name", "user", "password", "host", "port"),
    [
        ("postgresql://tc:secret@db.example:5433/tide", "tide", "tc", "secret", "db.example", 5433),
        ("postgres://tc@db.example/tide", "tide", "tc", "", "db.example", ""),
        ("postgresql://db.example", "tingchao", "", "", "db.example", ""),
        ("postgresql:///tide", "tide", "", "", "", ""),
        ("postgresql://postgres@/tide?host=/var/lib/pg", "tide", "postgres", "", "/var/lib/pg", ""),
        ("postgresql://postgres@/tide?host=%2Fvar%2Flib%2Fpg&port=5444", "tide", "postgres", "", "/var/lib/pg", "5444"),
        ("postgresql://t%40c:p%2Fw%3Ad%23%25@db/ti%20de", "ti de", "t@c", "p/w:d#%", "db", ""),
        ("postgresql://tc:密码@db/潮", "潮", "tc", "密码", "db", ""),
        ("postgresql://tc@[::1]:5432/tide", "tide", "tc", "", "::1", 5432),
    ],
)  # fmt: skip
def test_an_address_of_a_database(named, url, name, user, password, host, port):
    assert named(url) == {"NAME": name, "USER": user, "PASSWORD": password, "HOST": host, "PORT": port}


def test_what_else_an_address_says_is_for_the_driver(monkeypatch):
    """Dropped in silence, sslmode would leave a line in the clear that was asked to be encrypted."""
    monkeypatch.setenv(
        places.DATABASE_URL, "postgresql://tc@db/tide?sslmode=verify-full&sslrootcert=/etc/ca.pem&host=h"
    )
    options = places.database()["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    assert "host" not in options and "port" not in options
    assert options["pool"]["max_size"] >= 4


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///db.sqlite3", "only PostgreSQL is supported"),
        ("sqlite://:memory:", "only PostgreSQL is supported"),
        ("mysql://tc@db/tide", "only PostgreSQL is supported"),
        ("db.example/tide", "only PostgreSQL is supported"),
        ("/var/lib/db.sqlite3", "only PostgreSQL is supported"),
        ("postgresql://tc@db:port/tide", "port"),
        ("postgresql://tc@db:99999/tide", "port"),
    ],
)
def test_an_address_that_is_none_is_refused_with_a_sentence(named, url, said):
    with pytest.raises(SystemExit) as end:
        named(url)
    assert said in str(end.value) and places.DATABASE_URL in str(end.value)


def test_without_an_address_the_settings_still_load(monkeypatch):
    monkeypatch.delenv(places.DATABASE_URL)
    assert places.database()["ENGINE"] == "django.db.backends.postgresql"


def test_a_server_that_is_named_is_taken_and_none_is_started(monkeypatch):
    monkeypatch.setenv(places.DATABASE_URL, "postgresql://db/tide")
    monkeypatch.setattr(embedded, "start", lambda folder: pytest.fail("it started a server"))
    assert embedded.ensure_database() == "postgresql://db/tide"


def test_the_embedded_server_is_told_to_whatever_is_started_from_here(monkeypatch, tmp_path):
    monkeypatch.setenv("TINGCHAO_VAR", str(tmp_path / "var"))
    monkeypatch.delenv(places.DATABASE_URL)
    monkeypatch.setattr(embedded, "start", lambda folder: f"postgresql:///tide?host={folder}")
    monkeypatch.setattr(places, "database_dir", lambda: (tmp_path / "var" / "postgres", ""))
    url = embedded.ensure_database()
    assert url == f"postgresql:///tide?host={tmp_path}/var/postgres" == os.environ[places.DATABASE_URL]


# --- folders ----------------------------------------------------------------------------------------------


def modes(*paths: Path) -> list[int]:
    return [path.stat().st_mode & 0o777 for path in paths]


def test_the_data_folder_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("TINGCHAO_VAR", str(tmp_path / "a" / "b"))
    assert places.var_dir() == tmp_path / "a" / "b"
    assert places.var_dir().is_dir()


def test_an_empty_variable_means_the_usual_folder(monkeypatch):
    monkeypatch.setenv("TINGCHAO_VAR", "")
    assert places.var_dir() == places.ROOT / "var"


@pytest.fixture
def house(monkeypatch, tmp_path):
    """A home that only its owner may enter, with the data folder in it; and a stand-in for /var/tmp."""
    home, shared = tmp_path / "home", tmp_path / "shared"
    for folder in (home / "var", shared):
        folder.mkdir(parents=True)
    monkeypatch.setenv("TINGCHAO_VAR", str(home / "var"))
    monkeypatch.setattr(places, "Path", lambda path: shared if str(path) == "/var/tmp" else Path(path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    within = {tmp_path, *tmp_path.parents}
    real = Path.stat

    def open_above(path: Path, **how: object) -> os.stat_result:
        """What lies above the test's own folder counts as open to all, wherever the tests run."""
        found = real(path, **how)
        return os.stat_result((found.st_mode | 0o001, *found[1:])) if path in within else found

    monkeypatch.setattr(Path, "stat", open_above)
    return home, shared


@pytest.mark.parametrize(
    ("home_mode", "var_mode", "can"),
    [
        (0o755, 0o755, True),
        (0o711, 0o711, True),
        (0o700, 0o755, False),
        (0o755, 0o700, False),
        (0o750, 0o755, False),
    ],
)
def test_whether_every_user_can_get_to_a_folder(house, home_mode, var_mode, can):
    home, _ = house
    (home / "var").chmod(var_mode)
    home.chmod(home_mode)
    assert places.reachable(home / "var") is can


def test_run_as_root_a_closed_folder_is_not_opened_up(house):
    """The embedded server's own user must reach its data; opening a home for that is not ours to do."""
    home, shared = house
    home.chmod(0o700)
    before = modes(home, home / "var")
    folder, said = places.database_dir()
    assert folder.parent.parent == shared and folder.name == "postgres"
    assert str(home / "var") in said and str(folder.parent) in said
    assert modes(home, home / "var") == before
    assert not (home / "var" / "postgres").exists() and not folder.exists(), "only its parent is made"
    assert places.database_dir()[0] == folder, "the same place at the next start"


def test_run_as_root_an_open_folder_is_used(house):
    home, shared = house
    for path in (home, home / "var"):
        path.chmod(0o755)
    assert places.database_dir() == (home / "var" / "postgres", "")
    assert not list(shared.iterdir())


def test_run_as_somebody_else_the_wished_folder_is_used(house, monkeypatch):
    home, shared = house
    home.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert places.database_dir() == (home / "var" / "postgres", "")
    assert not list(shared.iterdir())


def test_another_installation_has_another_folder(house, monkeypatch):
    home, _ = house
    home.chmod(0o700)
    first, _ = places.database_dir()
    monkeypatch.setenv("TINGCHAO_VAR", str(home / "var2"))
    second, _ = places.database_dir()
    assert first != second


@pytest.mark.parametrize("made_by", ["folder", "link"])
def test_a_folder_that_somebody_else_put_there_is_refused(house, monkeypatch, made_by):
    home, _ = house
    home.chmod(0o700)
    folder = places.database_dir()[0].parent
    folder.rmdir()
    if made_by == "folder":
        folder.mkdir()
    else:
        folder.symlink_to(home)
    real = os.lstat(folder)
    monkeypatch.setattr(Path, "lstat", lambda path: os.stat_result((*real[:4], 4242, *real[5:])))
    with pytest.raises(SystemExit, match="belongs to somebody else"):
        places.database_dir()
