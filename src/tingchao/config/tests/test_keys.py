"""Keys: made once, readable by their owner only, the same for everybody who asks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tingchao.config.keys import secret

VARIABLE = "TINGCHAO_TEST_KEY"


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path / "keys" / "test.key"


def test_a_key_is_made_once_for_its_owner_only(path):
    made = secret(VARIABLE, path)
    assert len(made) >= 64
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert secret(VARIABLE, path) == made == path.read_text()
    assert [file.name for file in path.parent.iterdir()] == ["test.key"], "no draft is left"


def test_each_key_is_its_own(path):
    assert secret(VARIABLE, path) != secret(VARIABLE, path.with_name("other.key"))


def test_the_environment_comes_first_and_no_file_is_made(path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "from the environment")
    assert secret(VARIABLE, path) == "from the environment"
    assert not path.parent.exists()


@pytest.mark.parametrize("content", ["kept\n", "  kept  ", "kept"])
def test_a_key_put_there_by_hand_is_used(path, content):
    path.parent.mkdir()
    path.write_text(content)
    assert secret(VARIABLE, path) == "kept"


@pytest.mark.parametrize("content", ["", "\n", "   "])
def test_an_empty_key_is_refused_and_never_used(path, content):
    """As after a power cut, or a `touch`: with no key at all everything would still seem to work."""
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(SystemExit, match=r"test\.key is empty"):
        secret(VARIABLE, path)
    assert path.read_text() == content


def test_processes_that_start_together_have_the_same_key(path):
    code = (
        "import sys; from pathlib import Path; from tingchao.config.keys import secret; sys.stdin.read();"
        f"print(secret({VARIABLE!r}, Path(sys.argv[1])))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    for process in started:  # each waits for the end of its input, so that all ask at about one moment
        process.stdin.close()
    keys = {process.stdout.read().strip() for process in started}
    assert [process.wait() for process in started] == [0] * 6
    for process in started:
        process.stdout.close()
    assert keys == {path.read_text()}
    assert [file.name for file in path.parent.iterdir()] == ["test.key"]
