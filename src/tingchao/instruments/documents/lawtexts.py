"""Texts of laws that `tingchao laws import` took, so that two versions can be laid side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from tingchao.core.screening.lawindex import normal, text_name, text_named

MOST = 200

_AS_SET = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"^#+[ \t]*", re.MULTILINE), ""),
    (re.compile(r"[ \t\u3000\xa0]+"), " "),
    (re.compile(r" *\n\s*"), "\n"),
)


@dataclass(frozen=True, slots=True)
class KeptLaw:
    """A law with the days of decision of its versions whose texts are here, the oldest first."""

    name: str
    days: tuple[date, ...]


def laws_kept(query: str = "") -> list[KeptLaw]:
    """The laws whose texts are here, by name; at most 200. `query` is part of a name."""
    folder, found = Path(settings.LAWS_DIR), defaultdict(list)
    for path in folder.iterdir() if folder.is_dir() else ():
        if named := text_named(path.name):
            found[named[0]].append(named[1])
    words = normal(query)
    kept = [KeptLaw(name, tuple(sorted(days))) for name, days in sorted(found.items()) if words in name]
    return kept[:MOST]


def law_get(name: str) -> KeptLaw | None:
    """The law of that name; None when no text of it is here."""
    return next((one for one in laws_kept(name) if one.name == normal(name)), None)


def law_text(law: KeptLaw, day: date) -> str:
    """The text of one of its versions, without marks of headings and comments, blanks and blank lines as in any other.

    What two publishers set differently would else be taken for a change of the law.
    """
    text = (Path(settings.LAWS_DIR) / text_name(law.name, day)).read_text(encoding="utf-8")
    for pattern, instead in _AS_SET:
        text = pattern.sub(instead, text)
    return text.strip() + "\n"
