"""Tags of a station as they are typed: functions 功能 and equipment 设备, with 、 between them."""

from __future__ import annotations

import re

from tingchao.core.text import gettext_noop

LONGEST = 20
MOST = 12

TOO_LONG = gettext_noop("每个标签 20 个字以内，用顿号隔开。")
TOO_MANY = gettext_noop("标签最多 12 个。")


def tags_of(text: str) -> list[str]:
    """The tags that a text names, each once, in their order. Raises ValueError with the Chinese sentence."""
    tags = list(
        dict.fromkeys(tag for tag in (part.strip() for part in re.split(r"[、，,;；|\n]", text)) if tag)
    )
    if any(len(tag) > LONGEST for tag in tags):
        raise ValueError(TOO_LONG)
    if len(tags) > MOST:
        raise ValueError(TOO_MANY)
    return tags


def tags_spelled(tags: list[str]) -> str:
    """Tags as they are typed."""
    return "、".join(tags)
