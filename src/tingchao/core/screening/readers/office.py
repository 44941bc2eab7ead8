"""Files of old Word and of WPS, by way of LibreOffice where it is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tingchao.core.screening.readers.refusal import Unreadable
from tingchao.core.screening.readers.word import read_word

_ADVICE = "请用 WPS 或 Word 打开，另存为 .docx 再交。"
TIME_LIMIT = 60  # seconds; LibreOffice needs about five for a long document


def program() -> str | None:
    """Where LibreOffice is, if it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_office(data: bytes, suffix: str) -> str:
    """Convert to .docx in a folder of its own, with a profile of its own and a limit on time, then read that."""
    office = program()
    if office is None:
        raise Unreadable("这是旧版 Word 或 WPS 文件，本机没有装 LibreOffice，读不了。", _ADVICE)
    with tempfile.TemporaryDirectory(prefix="tingchao-office-") as folder:
        room = Path(folder)
        source = room / f"source{suffix if suffix in ('.doc', '.wps', '.rtf') else '.doc'}"
        source.write_bytes(data)
        _convert(office, room, source)
        converted = room / "source.docx"
        if not converted.is_file():
            raise Unreadable("LibreOffice 打不开这个文件，可能已损坏或加了密码。", _ADVICE)
        return read_word(converted.read_bytes())


def _convert(office: str, room: Path, source: Path) -> None:
    command = [
        office,
        f"-env:UserInstallation={(room / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "docx",
        "--outdir",
        str(room),
        str(source),
    ]
    quiet = subprocess.DEVNULL
    try:
        run = subprocess.Popen(  # noqa: S603 (its own words, no shell)
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        raise Unreadable("LibreOffice 启动不了。", _ADVICE) from None
    try:
        run.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired:
        raise Unreadable(f"LibreOffice 在 {TIME_LIMIT} 秒内没有转换完。", _ADVICE) from None
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
