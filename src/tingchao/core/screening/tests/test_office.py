"""Old Word and WPS, with a program in the place of LibreOffice that does what one may do."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tingchao.core.screening.readers import Unreadable, office, read
from tingchao.core.screening.tests.made import word

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
ARGUMENTS = """
import sys, time, subprocess
given = dict(zip(sys.argv, sys.argv[1:]))
outdir, source = given["--outdir"], sys.argv[-1]
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Puts a program called soffice in front of all others; gives the folder it stands in."""

    def put(code: str) -> Path:
        program = tmp_path / "bin" / "soffice"
        program.parent.mkdir()
        program.write_text(f"#!/usr/bin/env python3\n{ARGUMENTS}{code}", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        return program.parent

    return put


@pytest.fixture
def converted(tmp_path) -> Path:
    path = tmp_path / "converted.docx"
    path.write_bytes(word(lambda made: made.add_paragraph("企业五年内不得迁出我县。")))
    return path


@pytest.mark.parametrize(
    ("name", "taken"), [("a.doc", ".doc"), ("a.wps", ".wps"), ("a.bin", ".doc"), ("a.docx", ".doc")]
)
def test_it_is_converted_and_read(installed, converted, name, taken):
    copy = f"open(outdir + '/source.docx', 'wb').write(open({str(converted)!r}, 'rb').read())\n"
    installed(f"assert source.endswith({taken!r}), source\nassert given['--convert-to'] == 'docx'\n{copy}")
    assert read(OLD, name) == "企业五年内不得迁出我县。"


def test_rich_text_goes_the_same_way(installed, converted):
    installed(f"open(outdir + '/source.docx', 'wb').write(open({str(converted)!r}, 'rb').read())\n")
    assert read(b"{\\rtf1 x}", "a.doc") == "企业五年内不得迁出我县。"


@pytest.mark.parametrize("name", ["a.doc", "a.wps"])
def test_without_the_program_the_advice_is_to_save_it_anew(monkeypatch, tmp_path, name):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreadable) as refused:
        read(OLD, name)
    assert "没有装 LibreOffice" in refused.value.reason
    assert "另存为 .docx" in refused.value.advice


@pytest.mark.parametrize(
    "code",
    ["sys.exit(1)\n", "pass\n", "raise SystemError\n"],
    ids=["it says no", "it does nothing", "it falls over"],
)
def test_what_it_cannot_open_is_named(installed, code):
    installed(code)
    with pytest.raises(Unreadable, match="打不开"):
        read(OLD, "a.doc")


def test_what_it_makes_may_be_broken_too(installed):
    installed("open(outdir + '/source.docx', 'wb').write(b'PK nothing')\n")
    with pytest.raises(Unreadable, match="损坏"):
        read(OLD, "a.doc")


def test_when_it_hangs_it_is_ended_with_all_it_started(installed, monkeypatch, tmp_path):
    monkeypatch.setattr(office, "TIME_LIMIT", 2)
    alive = tmp_path / "alive"
    child = f"import time\\nwhile True: open({str(alive)!r}, 'a').write('x'); time.sleep(0.05)"
    installed(f"subprocess.Popen([sys.executable, '-c', \"{child}\"])\ntime.sleep(60)\n")
    began = time.monotonic()
    with pytest.raises(Unreadable, match="没有转换完"):
        read(OLD, "a.doc")
    assert time.monotonic() - began < 30
    time.sleep(0.3)
    written = alive.stat().st_size if alive.exists() else 0
    time.sleep(0.5)
    assert (alive.stat().st_size if alive.exists() else 0) == written


def test_a_program_that_does_not_start(installed):
    folder = installed("")
    (folder / "soffice").write_bytes(b"\x7fELF no program")
    with pytest.raises(Unreadable, match="启动不了"):
        read(OLD, "a.doc")


def test_what_has_a_password_is_not_handed_to_it(installed):
    installed("sys.exit(3)\n")
    with pytest.raises(Unreadable, match="密码"):
        read(OLD + "EncryptedPackage".encode("utf-16-le"), "a.docx")
