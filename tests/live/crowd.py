"""Simulated viewers over HTTP, each with an address and a cookie of its own: they read, react and ask."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode, urlsplit


@dataclass
class Crowd:
    """So many viewers at one event; `asks` of them put one question each, some of them twice."""

    address: str  # of the server
    live_id: int
    viewers: int
    polls: int
    asks: int
    at_once: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(12))
    """Requests that take SQL at the same moment: a server in use has as few threads, the one of tests has no bound."""
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """All at the same time; every one must be through within `seconds`."""
        threads = [threading.Thread(target=self._view, args=(n,), daemon=True) for n in range(self.viewers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds)
        assert not any(thread.is_alive() for thread in threads), "viewers are still waiting"
        assert not self.faults, self.faults[:5]

    def _view(self, number: int) -> None:
        try:
            _Viewer(self, number).watch()
        except Exception as fault:
            self.faults.append(f"viewer {number}: {fault!r}")


class _Viewer:
    """One browser without a window."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self._crowd, self._number, self._dice = crowd, number, Random(number)
        self._server = http.client.HTTPConnection(urlsplit(crowd.address).netloc, timeout=60)
        self._cookies: dict[str, str] = {}
        self._tag = ""

    def watch(self) -> None:
        base = f"/live/{self._crowd.live_id}/"
        page = self._send("GET", base, "page")
        for turn in range(self._crowd.polls):
            self._poll(base)
            if turn == self._crowd.polls // 2 and self._number < self._crowd.asks:
                self._ask(base, page)
        self._send("POST", f"{base}react/", "react", {"kind": self._dice.choice(["agree", "thanks"])})
        self._send("POST", f"{base}here/", "here", {})
        self._server.close()

    def _poll(self, base: str) -> None:
        raw = self._send("GET", f"{base}state.json", "poll")
        if raw:
            self._send("GET", f"{base}{json.loads(raw)['pieces']['zh-hans']}", "piece")

    def _ask(self, base: str, page: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page[page.index('id="ask"') :])
        assert token, "the form bears no token"
        form = {
            "csrfmiddlewaretoken": token[1],
            "idempotency_key": f"viewer-{self._number:020d}",
            "text": f"第{self._number}位观众问：第{self._number}号楼的电梯几月装好",
        }
        for _ in range(1 + self._number % 3 // 2):  # every third presses twice
            with self._crowd.at_once:
                self._send("POST", f"{base}ask/", "ask", form)

    def _send(self, method: str, path: str, what: str, form: dict[str, str] | None = None) -> str:
        headers = {
            "Cookie": "; ".join(f"{key}={value}" for key, value in self._cookies.items()),
            "X-Forwarded-For": f"10.{self._number // 250}.{self._number % 250}.7",
            "Referer": self._crowd.address,
        }
        if what == "poll" and self._tag:
            headers["If-None-Match"] = self._tag
        body = None
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "fetch"}
            body = urlencode(form)
        self._server.request(method, path, body, headers)
        answer = self._server.getresponse()
        read = answer.read().decode()
        self._keep(answer)
        with _LOCK:
            self._crowd.answers[f"{what} {answer.status}"] += 1
        if what == "poll":
            self._tag = answer.headers.get("ETag", "")
        return read

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for one in answer.headers.get_all("Set-Cookie") or []:
            key, _, value = one.partition(";")[0].partition("=")
            self._cookies[key] = value


_LOCK = threading.Lock()
