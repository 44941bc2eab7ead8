"""Receivers of notices on this machine: a web server and a mail server that keep what they are sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Hook:
    """What a web server was sent: path with query, headers, body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def key(self) -> str:
        return self.headers.get("X-Tingchao-Key", "")


@dataclass
class Hooks:
    """A web server; `answers` maps the start of a path to a status, or to how it misbehaves."""

    port: int = 0
    got: list[Hook] = field(default_factory=list)
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    hanging: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def of(self, path: str) -> list[Hook]:
        return [one for one in self.got if one.path.startswith(path)]


class Handler(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers as told."""

    hooks: Hooks

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.hooks.got.append(Hook(self.path, dict(self.headers), body))
        found = (one for start, one in self.hooks.answers.items() if self.path.startswith(start))
        status, text = next(found, (200, ""))
        if text == "hang":
            self.hooks.hanging.wait(60)
            return
        self.send_response(status)
        if status == 302:
            self.send_header("Location", text)
            text = ""
        self.end_headers()
        while text == "drip" and not self.hooks.hanging.wait(0.2):
            self.wfile.write(b".")
        self.wfile.write(text.encode())

    do_GET = do_POST

    def log_message(self, *args: Any) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError):
            self.close_connection = True


@contextmanager
def hooks_open() -> Iterator[Hooks]:
    hooks = Hooks()

    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"hooks": hooks}))
    server.daemon_threads = True
    hooks.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hooks
    finally:
        hooks.hanging.set()
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """A mail server; mailboxes that begin with "nobody" are not known to it."""

    port: int = 0
    got: list[EmailMessage] = field(default_factory=list)
    refusing: int = 0  # answers every message with this

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=tingchao@jiande.example"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusing:
            return f"{self.refusing} not now"
        self.got.append(message_from_bytes(envelope.original_content, policy=policy.default))
        return "250 OK"


@contextmanager
def mailbox_open() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        mailbox.port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
