"""What is decided of a live event: links that may be shown, questions as they may be kept, which are the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tingchao.core.finding import plain, telling
from tingchao.core.privacy import masked
from tingchao.core.steps import clean_text
from tingchao.core.text import gettext_noop
from tingchao.engine.similar import LEAST_SHARED

LEAST, MOST = 4, 120
"""Characters of a question."""

REACTIONS: Mapping[str, str] = {
    "agree": gettext_noop("赞成"),
    "thanks": gettext_noop("说得好"),
    "unclear": gettext_noop("没听明白"),
}
"""The reactions that there are: key → label."""

THERE = 90
"""Seconds after its last sign for which a browser counts as being there; it gives one every 40 to 60."""

FILMS = (".mp4", ".webm", ".m3u8")
"""Ends of addresses that a browser plays by itself, without anybody's script."""

SHORT = gettext_noop("请说具体些，4 个字以上。")
LONG = gettext_noop("问题写得太长了，120 个字以内，说最要紧的一句。")
NO_LINK = gettext_noop("直播地址要以 https:// 开头，不能带用户名和密码。")
OTHER_HOST = gettext_noop(
    "这个网站不在允许的名单里（%(host)s），请用名单上的直播平台，或者请系统管理员添加。"
)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Stream:
    """Where the pictures come from: "video" plays in the page, "link" is an ordinary link; its host is named."""

    kind: str
    url: str
    host: str


class StreamRefused(ValueError):
    """An address that is not shown; `template` is the Chinese sentence, with `host`."""

    def __init__(self, template: str, host: str = "") -> None:
        self.template, self.host = template, host
        super().__init__(template)


def stream_of(url: str, allowed: Sequence[str]) -> Stream | None:
    """The stream at an address; None for an empty one.

    With a list of allowed hosts every other is refused, and films at one of them play in the page. Without a list any
    https address is an ordinary link and nothing of it is loaded by our page. Raises StreamRefused.
    """
    url = clean_text(url)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise StreamRefused(NO_LINK) from None
    plain_host = re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", host) is not None and "." in host
    bare = not (parts.username or parts.password) and port in (None, 443)
    if (
        parts.scheme != "https"
        or not plain_host
        or not bare
        or len(url) > 500
        or re.search(r"[\s\"'<>\\]", url)
    ):
        raise StreamRefused(NO_LINK)
    if allowed and host not in allowed:
        raise StreamRefused(OTHER_HOST, host)
    film = bool(allowed) and parts.path.lower().endswith(FILMS)
    return Stream("video" if film else "link", url, host)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is kept: without personal data; `hidden` when some was masked."""

    text: str
    plain: str
    hidden: bool


def asked_of(text: str) -> Asked:
    """A question as typed. Raises ValueError with the Chinese sentence."""
    said = " ".join(clean_text(text).split())
    if len(said) < LEAST:
        raise ValueError(SHORT)
    if len(said) > MOST:
        raise ValueError(LONG)
    kept = masked(said)[:200]
    return Asked(kept, plain(kept)[:400], kept != said)


def same_as(text: str, others: Iterable[tuple[int, str]]) -> int | None:
    """The id among (id, plain text) of the question that says the same; None when none does.

    By the house's measure of alike, telling pairs in common, at least LEAST_SHARED; and since questions are short and
    begin alike ("白沙社区…什么时候…"), two thirds of them. The very same words are the same however short.
    """
    pairs, whole = telling(text), plain(text)
    best: tuple[int, int] | None = None
    for key, other in others:
        if other == whole:
            return key
        score = sum(pair in other for pair in pairs)
        if score >= max(LEAST_SHARED, -(-len(pairs) * 2 // 3)) and (best is None or score > best[0]):
            best = (score, key)
    return None if best is None else best[1]


def token_kept(live_id: int, token: str) -> str:
    """What is kept of a browser's token: a digest bound to the event, so that two events cannot be put together.

    ValueError for what is no token.
    """
    if not _TOKEN.fullmatch(token):
        raise ValueError("no token")
    return hashlib.sha256(f"{live_id}:{token}".encode()).hexdigest()[:32]


def key_holds(key: str) -> bool:
    """Whether it is a proper idempotency key."""
    return _TOKEN.fullmatch(key) is not None
