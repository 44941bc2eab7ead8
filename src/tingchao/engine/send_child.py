"""The process that speaks to the outside: reads messages on its input, writes what became of each on its output.

It knows neither Django nor the database, and has none of the installation's keys. Each message is sent by a process of
its own, which the clock ends, so that a target that hangs, drips or floods holds up nothing. Every connection is looked
at when it is made: what resolves to an address inside is refused, whatever the name said before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

MEMORY = 1 << 30
"""Bytes that one message may use: what a target answers is read whole."""

PLUGINS = {
    "mailto": ("email.base", "NotifyEmail"),
    "mailtos": ("email.base", "NotifyEmail"),
    "dingtalk": ("dingtalk", "NotifyDingTalk"),
    "wecombot": ("wecombot", "NotifyWeComBot"),
    "json": ("custom_json", "NotifyJSON"),
    "jsons": ("custom_json", "NotifyJSON"),
    "form": ("custom_form", "NotifyForm"),
    "forms": ("custom_form", "NotifyForm"),
    "feishu": ("feishu", "NotifyFeishu"),
    "lark": ("lark", "NotifyLark"),
    "schan": ("serverchan", "NotifyServerChan"),
    "pushplus": ("pushplus", "NotifyPushplus"),
    "wxpusher": ("wxpusher", "NotifyWxPusher"),
    "bark": ("bark", "NotifyBark"),
    "barks": ("bark", "NotifyBark"),
    "gotify": ("gotify", "NotifyGotify"),
    "gotifys": ("gotify", "NotifyGotify"),
    "ntfy": ("ntfy", "NotifyNtfy"),
    "ntfys": ("ntfy", "NotifyNtfy"),
    "mmost": ("mattermost", "NotifyMattermost"),
    "mmosts": ("mattermost", "NotifyMattermost"),
}
"""Schema → module and class of apprise. No other can be loaded here: not those that run programs or open devices."""

Seen = dict[str, Any]


def inside(address: str) -> bool:
    """Whether an IP address is not one of the public internet: loopback, private, link-local, shared, multicast."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            hidden = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)  # type: ignore[assignment]
        if hidden is not None:
            return inside(str(hidden))
    return not ip.is_global or ip.is_multicast


class Inside(OSError):
    """A connection to an address inside, which was not made."""


def plugin_of(url: str, *, trusted: bool = False) -> Any:
    """apprise's plugin for an address; None when it is faulty, KeyError for a schema that is not allowed.

    A `trusted` address stands in the settings, and may have any schema.
    """
    import apprise

    schema = url.partition("://")[0].lower()
    if trusted and schema not in PLUGINS:
        return apprise.Apprise.instantiate(url, suppress_exceptions=True)
    module, name = PLUGINS[schema]

    plugin = getattr(import_module(f"apprise.plugins.{module}"), name)
    results = plugin.parse_url(url)
    if not results:
        return None
    asset = apprise.AppriseAsset(app_id="Tingchao", app_desc="Tingchao", http_redirects=False)
    try:
        made = plugin(**{**results, "asset": asset})
    except (apprise.exception.AppriseException, TypeError, ValueError):
        return None
    # whatever the address asks for: no redirects, certificates are checked, nobody waits for long
    made.redirects, made.verify_certificate = False, True
    made.socket_connect_timeout = made.socket_read_timeout = 5.0
    made.service_retry = 0
    return made


def _prepared(message: Mapping[str, Any]) -> Any:
    """The plugin of a message, with the headers and addresses that the installation gives it."""
    plugin = plugin_of(message["url"], trusted=message["trusted"])
    if plugin is None:
        return None
    if message.get("to"):
        plugin.targets = [(False, message["to"])]
        email = import_module("apprise.plugins.email.base")
        email.make_msgid = lambda domain="tingchao": f"<{message['key']}@{domain}>"  # type: ignore[attr-defined]
    if message.get("base") and hasattr(plugin, "api_url"):
        plugin.api_url = f"{message['base']}/cgi-bin/webhook/send?key={plugin.key}"
    elif message.get("base"):
        plugin.get_signature = lambda: _signature(plugin.secret)
        plugin.notify_url = message["base"] + "/robot/send?access_token={token}"
    if isinstance(getattr(plugin, "headers", None), dict):
        plugin.headers.update(message.get("headers", {}))
    return plugin


def _signature(secret: str) -> tuple[str, str]:
    """DingTalk's 加签: time and signature. apprise quotes the signature, and requests would quote it once more."""
    stamp = str(round(time.time() * 1000))
    code = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return stamp, base64.b64encode(code).decode()


def _watch(seen: Seen, *, inside_allowed: bool) -> None:
    """From now on, in this process: refuse addresses inside, and note what a target answers."""
    import smtplib

    import requests

    resolve, ask, reply = socket.getaddrinfo, requests.Session.send, smtplib.SMTP.getreply
    own = {urlsplit(proxy).hostname for proxy in getproxies().values()}

    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            found = resolve(host, *args, **kwargs)
        except OSError:
            seen["code"] = "dns"
            raise
        if not inside_allowed and host not in own and any(inside(str(one[4][0])) for one in found):
            seen["code"] = "inside"
            raise Inside("an address inside")
        return found

    def asked(self: requests.Session, *args: Any, **kwargs: Any) -> requests.Response:
        answer = ask(self, *args, **kwargs)
        seen["http"], seen["text"] = answer.status_code, answer.text[:4000]
        return answer

    def replied(self: smtplib.SMTP) -> tuple[int, bytes]:
        code, text = reply(self)
        if code >= 400:
            seen["smtp"] = code
        return code, text

    socket.getaddrinfo = guarded
    requests.Session.send = asked  # type: ignore[method-assign]
    smtplib.SMTP.getreply = replied  # type: ignore[method-assign]


class _Listening(logging.Handler):
    """Keeps what apprise says in passing, for that alone says why a connection failed. Never written anywhere."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def send(message: Mapping[str, Any]) -> dict[str, str]:
    """Send one message. Returns what was wrong, "code" and "detail"; empty when it has arrived."""
    seen: Seen = {}
    listening, logger = _Listening(), logging.getLogger("apprise")
    logger.handlers, logger.propagate = [listening], False
    logger.setLevel(1)
    try:
        plugin = _prepared(message)
    except KeyError:
        plugin = None
    if plugin is None:
        return {"code": "setup", "detail": ""}
    _watch(seen, inside_allowed=message["inside_allowed"])
    sent = plugin.notify(body=message["body"], title=message["title"], body_format="text")
    if sent:
        return _answered(message["url"], str(seen.get("text", "")))
    return _fault(seen, " ".join(listening.said))


def _answered(url: str, text: str) -> dict[str, str]:
    """DingTalk, WeCom and Feishu say 200 and in the answer that they did not take it."""
    if not url.startswith(("dingtalk:", "wecombot:", "feishu:", "lark:")):
        return {}
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    code = answer.get("errcode", answer.get("code", 0)) if isinstance(answer, dict) else 0
    return {"code": "service", "detail": str(code)[:20]} if code not in (0, "0") else {}


SAID = (("timed out", "timeout"), ("refused", "refused"), ("certificate", "tls"), ("ssl", "tls"))


def _fault(seen: Seen, said: str) -> dict[str, str]:
    if "code" in seen:
        return {"code": str(seen["code"]), "detail": ""}
    for key in ("smtp", "http"):
        if key in seen:
            return {"code": key, "detail": str(seen[key])}
    code = next((code for words, code in SAID if words in said.lower()), "unknown")
    return {"code": code, "detail": ""}


def main() -> None:
    """Send what stands on the input, some at a time; one line of the output says what became of each."""
    asked = json.load(sys.stdin)
    messages = asked["messages"]
    _load({message["url"].partition("://")[0] for message in messages})
    running: dict[int, int] = {}
    for index, message in enumerate(messages):
        if len(running) >= asked["together"]:
            _wait(running)
        running[_start(index, message, asked["seconds"])] = index
    while running:
        _wait(running)


def _load(schemas: set[str]) -> None:
    """Read what the messages need once, before the forks: their time is for sending."""
    import apprise

    if schemas - PLUGINS.keys():
        apprise.Apprise.instantiate("json://localhost")  # reads every plugin there is
    for schema in schemas & PLUGINS.keys():
        import_module(f"apprise.plugins.{PLUGINS[schema][0]}")


def _start(index: int, message: Mapping[str, Any], seconds: float) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.setitimer(signal.ITIMER_REAL, seconds)  # its signal ends the process, whatever it is in
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    status = 1
    try:
        _say(index, send(message))
        status = 0
    finally:
        os._exit(status)


def _wait(running: dict[int, int]) -> None:
    pid, status = os.wait()
    index = running.pop(pid)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        _say(index, {"code": "timeout", "detail": ""})
    elif status:
        _say(index, {"code": "broken", "detail": ""})


def _say(index: int, fault: Mapping[str, str]) -> None:
    os.write(1, (json.dumps({"index": index, **fault}) + "\n").encode())  # short enough to be written whole


if __name__ == "__main__":
    main()
