"""Sending messages to the outside through apprise, in a process apart with a limit on time; what failed, as data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field

SECONDS = 8.0
"""How long one message may take."""

TOGETHER = 4
"""How many are sent at the same time."""

STARTING = 20.0
"""Seconds more for the process itself."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent once.

    `url` is an apprise address; `to` the mail address when the url is the mail server's; `base` where the service of a
    robot stands. `inside_allowed` lets it go to an address inside. A
    `trusted` address is the operator's own and may be of any kind that apprise knows.
    """

    key: str
    url: str = field(repr=False)
    title: str
    body: str
    to: str = field(default="", repr=False)
    base: str = ""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    inside_allowed: bool = False
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a message did not arrive: a code of CODES and a number that belongs to it."""

    code: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}:{self.detail}" if self.detail else self.code

    @property
    def definite(self) -> bool:
        """Whether the target itself has said no, so that trying again will hardly help."""
        if self.code == "http":
            return self.detail[:1] in ("3", "4") and self.detail not in ("408", "429")
        return self.code in ("service", "setup", "inside") or (self.code, self.detail[:1]) == ("smtp", "5")


CODES = (
    "http", "service", "smtp", "timeout", "refused", "dns", "tls", "inside", "setup", "mail", "broken", "unknown",
)  # fmt: skip


def send(messages: Sequence[Message]) -> Iterator[tuple[int, Fault | None]]:
    """Send messages; gives the place of each and its fault, as soon as it is known, in any order.

    The number of seconds it may take is bounded: a process that does not end by itself is ended.
    """
    if not messages:
        return
    request = {
        "messages": [asdict(message) for message in messages],
        "seconds": SECONDS,
        "together": TOGETHER,
    }
    missing = set(range(len(messages)))
    with _child() as child:
        limit = STARTING + SECONDS * (len(messages) // TOGETHER + 1)
        watch = threading.Timer(limit, child.kill)
        watch.start()
        try:
            for line in _answers(child, json.dumps(request)):
                answer = json.loads(line)
                missing.discard(answer["index"])
                code = answer.get("code", "")
                yield answer["index"], Fault(code, answer["detail"]) if code else None
        finally:
            watch.cancel()
            child.kill()
    for index in sorted(missing):
        yield index, Fault("broken")


def _child() -> subprocess.Popen[str]:
    """The process; it is given no key and no password of this installation."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TINGCHAO_")}
    return subprocess.Popen(
        [sys.executable, "-m", "tingchao.engine.send_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def _answers(child: subprocess.Popen[str], request: str) -> Iterator[str]:
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(request)
        child.stdin.close()
    except BrokenPipeError:
        return
    yield from child.stdout
