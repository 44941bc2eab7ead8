"""What somebody types of where they want notices, made into an address for apprise, checked, and masked for screens."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tingchao.core.steps import refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.engine.models import NoticeTarget
from tingchao.engine.send_child import PLUGINS, inside, plugin_of

Kind = NoticeTarget.Kind

LONGEST = 500
RESOLVE_SECONDS = 3.0

FIELDS: dict[str, tuple[str, ...]] = {
    Kind.MAIL: ("mail",),
    Kind.DINGTALK: ("token", "secret"),
    Kind.WECOM: ("key",),
    Kind.WEBHOOK: ("url",),
    Kind.OTHER: ("address",),
}
"""Kind of a target → what is typed for it."""

FIXED_HOSTS = frozenset({"dingtalk", "wecombot", "feishu", "lark", "schan", "pushplus", "wxpusher"})
"""Schemas whose service has one host that the address does not name."""

OWN_KIND = frozenset({"mailto", "mailtos"})
"""Mail goes by the installation's own mail server: an address of apprise could name files on this machine as keys."""

_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62}\.?)*[a-z0-9]", re.ASCII)

TOO_LONG = gettext_noop("太长了，最多 500 个字符。")
ODD = gettext_noop("地址里有空格、换行或看不见的字符，请重新粘贴一遍。")
EMPTY = gettext_noop("请填写这一项。")


@dataclass(frozen=True, slots=True)
class Address:
    """An address that was found good, and what may be shown of it."""

    url: str = field(repr=False)
    shown: str


def address_of(kind: str, typed: Mapping[str, str]) -> Address:
    """The address that was typed for a kind of target. Raises Refusal "input" with what is wrong by field."""
    plain = {key: str(typed.get(key, "")).strip() for key in FIELDS[kind]}
    for key, text in plain.items():
        if fault := _fault_of_text(text, optional=key == "secret"):
            raise refused_inputs({key: fault})
    return _MAKERS[Kind(kind)](plain)


def _fault_of_text(text: str, *, optional: bool) -> str:
    if not text:
        return "" if optional else EMPTY
    if len(text) > LONGEST:
        return TOO_LONG
    return ODD if _CONTROL.search(text) or _CONTROL.search(unquote(text).replace(" ", "")) else ""


def _mail(typed: Mapping[str, str]) -> Address:
    address = typed["mail"]
    try:
        validate_email(address)
        local, domain = address.rsplit("@", 1)
        address = f"{local}@{domain.encode('idna').decode()}"
        address.encode("ascii")
    except (ValidationError, UnicodeError):
        raise refused_inputs({"mail": gettext_noop("邮箱地址不对，像 name@example.cn 这样。")}) from None
    if not settings.NOTICE_MAIL:
        raise refused_inputs({"mail": gettext_noop("发信的邮件服务器还没接好，请联系系统管理员。")})
    return Address(address, f"{local[:2]}***@{domain}"[:120])


def _dingtalk(typed: Mapping[str, str]) -> Address:
    token = _of_query(typed["token"], "access_token")
    fault = gettext_noop("不像钉钉机器人的地址，请从机器人设置里整段复制。")
    if not re.fullmatch(r"[a-zA-Z0-9]{8,128}", token):
        raise refused_inputs({"token": fault})
    secret = typed["secret"]
    if secret and not re.fullmatch(r"[a-zA-Z0-9]{8,128}", secret):
        raise refused_inputs({"secret": gettext_noop("加签密钥是 SEC 开头的一串字母和数字。")})
    return Address(f"dingtalk://{secret + '@' if secret else ''}{token}/", _tail(token))


def _wecom(typed: Mapping[str, str]) -> Address:
    key = _of_query(typed["key"], "key")
    if not re.fullmatch(r"[a-zA-Z0-9_-]{8,128}", key):
        fault = gettext_noop("不像企业微信机器人的地址，请从机器人设置里整段复制。")
        raise refused_inputs({"key": fault})
    return Address(f"wecombot://{key}/", _tail(key))


def _of_query(typed: str, name: str) -> str:
    """What was typed, or the parameter of it where a whole address was pasted."""
    if "://" not in typed:
        return typed
    return dict(parse_qsl(urlsplit(typed).query)).get(name, "")


def _tail(secret: str) -> str:
    return f"…{secret[-4:]}" if len(secret) >= 16 else "…"


def _webhook(typed: Mapping[str, str]) -> Address:
    wrong = refused_inputs({"url": gettext_noop("网址不对，要以 https:// 开头。")})
    try:
        parts = urlsplit(typed["url"])
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise wrong
    if parts.scheme == "http" and not settings.NOTICE_PRIVATE_HOSTS:
        raise refused_inputs({"url": gettext_noop("请用 https:// 的网址，http:// 不加密，会被人看到。")})
    name = _checked_host(host, "url")
    query = "&".join(
        f"-{quote(key)}={quote(value)}" for key, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    spelled = f"[{name}]" if ":" in name else name
    where = spelled + (f":{port}" if port else "") + (parts.path or "/")
    url = f"{'jsons' if parts.scheme == 'https' else 'json'}://{where}{'?' + query if query else ''}"
    return _made(url, "url", f"{parts.scheme}://{host}/…")


def _other(typed: Mapping[str, str]) -> Address:
    url = typed["address"]
    schema, _, rest = url.partition("://")
    schema = schema.lower()
    if schema not in PLUGINS or schema in OWN_KIND:
        raise refused_inputs({"address": gettext_noop("不支持这种地址。邮件、钉钉、企业微信请在上面选。")})
    try:
        parts = urlsplit(f"https://{rest}")
        host = parts.hostname or ""
    except ValueError:
        raise refused_inputs({"address": WRONG}) from None
    names_host = schema not in FIXED_HOSTS and (not schema.startswith("ntfy") or parts.path.strip("/"))
    if names_host:
        _checked_host(host, "address")
    return _made(f"{schema}://{rest}", "address", f"{schema}://{host if names_host else ''}…")


WRONG = gettext_noop("地址的写法不对，请对照说明再看一遍。")

_MAKERS = {
    Kind.MAIL: _mail,
    Kind.DINGTALK: _dingtalk,
    Kind.WECOM: _wecom,
    Kind.WEBHOOK: _webhook,
    Kind.OTHER: _other,
}


def _made(url: str, key: str, shown: str) -> Address:
    try:
        good = plugin_of(url) is not None
    except (KeyError, ValueError):
        good = False
    if not good:
        raise refused_inputs({key: WRONG})
    return Address(url, shown[:120])


def _checked_host(host: str, key: str) -> str:
    """A host as it is spelled in addresses; refused when it is none, is not found, or stands inside."""
    try:
        name = host if ":" in host else host.encode("idna").decode().lower()
    except UnicodeError:
        raise refused_inputs({key: WRONG}) from None
    if ":" not in name and not _HOST.fullmatch(name):
        raise refused_inputs({key: WRONG})
    if settings.NOTICE_PRIVATE_HOSTS:
        return name
    found = resolve(name)
    if not found:
        raise refused_inputs(
            {key: gettext_noop("找不到这个网址，请核对一下；网络刚断过的话，过一会儿再试。")}
        )
    if any(map(inside, found)):
        raise refused_inputs({key: gettext_noop("这是内部网络的地址，不能用。要用请联系系统管理员放行。")})
    return name


def resolve(host: str) -> Sequence[str]:
    """The IP addresses of a host; empty when there is none, or none was found in time."""
    pool = ThreadPoolExecutor(1)
    try:
        found = pool.submit(socket.getaddrinfo, host, None).result(RESOLVE_SECONDS)
    except (OSError, TooLong, UnicodeError):
        return ()
    finally:
        pool.shutdown(wait=False)
    return tuple({str(one[4][0]) for one in found})
