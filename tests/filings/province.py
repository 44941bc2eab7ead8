"""The province's side on this machine: an SFTP server with a folder, and an HTTP receiver that keeps one of two."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncssh

PASSWORD = "tide-2026"


class Inbox(asyncssh.SFTPServer):
    """A folder as an SFTP server shows it; it misbehaves as its site says."""

    def __init__(self, chan: Any) -> None:
        super().__init__(chan, chroot=str(Site.now.folder))

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        site = Site.now
        if site.breaks:
            site.breaks -= 1
            super().write(file_obj, offset, data[: len(data) // 2])
            file_obj.flush()
            self.channel.get_connection().abort()
            return len(data) // 2
        if site.spoils:
            site.spoils -= 1
            data = b"\0" * len(data)
        return super().write(file_obj, offset, data)

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        Site.now.seen.append(sorted(path.name for path in Site.now.folder.rglob("*.zip")))
        return super().rename(oldpath, newpath)


class Door(asyncssh.SSHServer):
    def connection_made(self, conn: Any) -> None:
        Site.now.calls += 1

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        if Site.now.sleeps:
            await asyncio.sleep(Site.now.sleeps)
        return username == "tingchao" and password == PASSWORD


@dataclass
class Site:
    """A running SFTP server. `breaks`: cut so many writes half way; `spoils`: keep other bytes; `sleeps`: seconds."""

    folder: Path
    key: Any = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    port: int = 0
    breaks: int = 0
    spoils: int = 0
    sleeps: float = 0
    calls: int = 0
    seen: list[list[str]] = field(default_factory=list)

    @property
    def host_key(self) -> str:
        return " ".join(self.key.export_public_key().decode().split()[:2])

    @property
    def address(self) -> str:
        return f"sftp://tingchao@127.0.0.1:{self.port}/inbox"

    @property
    def packages(self) -> list[Path]:
        return sorted((self.folder / "inbox").glob("*.zip"))


@contextmanager
def sftp_open(folder: Path) -> Iterator[Site]:
    """An SFTP server on a free port, in a thread of its own."""
    site = Site(folder)
    Site.now = site  # type: ignore[attr-defined]
    (folder / "inbox").mkdir(parents=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin() -> Any:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[site.key], server_factory=Door, sftp_factory=Inbox
        )

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(20)
    site.port = server.get_port()
    try:
        yield site
    finally:

        async def end() -> None:
            server.close()
            await server.wait_closed()

        asyncio.run_coroutine_threadsafe(end(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


@dataclass
class Desk:
    """An HTTP receiver. `turns` says how each request to come is answered; after them all is well."""

    port: int = 0
    turns: list[str] = field(default_factory=list)
    held: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/packages"

    def answer(self, content: bytes) -> bytes:
        digest = hashlib.sha256(content).hexdigest()
        return json.dumps({"receipt": f"ZJ-{digest[:8]}", "sha256": digest}).encode()


class Clerk(BaseHTTPRequestHandler):
    desk: Desk

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.headers.get("Idempotency-Key", "")
        self.desk.asked.append(("POST", self.path, dict(self.headers)))
        turn = self.desk.turns.pop(0) if self.desk.turns else "take"
        if turn in ("take", "later", "lose the answer"):
            self.desk.held.setdefault(key, body)
        getattr(self, f"_{turn.replace(' ', '_')}")(key)

    def do_GET(self) -> None:
        self.desk.asked.append(("GET", self.path, dict(self.headers)))
        turn = self.desk.turns.pop(0) if self.desk.turns else "take"
        key = self.path.rpartition("/")[2]
        getattr(self, f"_{turn}")(key)

    def _say(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _take(self, key: str) -> None:
        self._say(200, self.desk.answer(self.desk.held[key]))

    def _later(self, key: str) -> None:
        self._say(202, b"")

    def _lose_the_answer(self, key: str) -> None:
        self.close_connection = True
        self.connection.close()

    def _wrong_sum(self, key: str) -> None:
        self._say(200, json.dumps({"receipt": "x", "sha256": "0" * 64}).encode())

    def _no_sum(self, key: str) -> None:
        self._say(200, b"<html>thank you</html>")

    def _busy(self, key: str) -> None:
        self._say(503, b"down for the night")

    def _refuse(self, key: str) -> None:
        self._say(422, "缺少公布载体".encode())

    def _stranger(self, key: str) -> None:
        self._say(401, b"who are you")

    def _elsewhere(self, key: str) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/other")
        self.end_headers()

    def _there(self, key: str) -> None:
        self._say(409, self.desk.answer(self.desk.held[key]))

    def _other(self, key: str) -> None:
        self._say(409, self.desk.answer(b"other bytes"))

    def _hang(self, key: str) -> None:
        self.desk.over.wait(30)
        self.close_connection = True

    def _drip(self, key: str) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.desk.over.wait(0.1):
            self.wfile.write(b".")

    def log_message(self, *args: Any) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError):
            self.close_connection = True


@contextmanager
def http_open() -> Iterator[Desk]:
    desk = Desk()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Clerk", (Clerk,), {"desk": desk}))
    server.daemon_threads = True
    desk.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        desk.over.set()
        server.shutdown()
        server.server_close()
