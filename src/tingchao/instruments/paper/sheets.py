"""Kinds of sheets that are made in long runs. Whoever has a kind registers it as its app starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tingchao.directory.actors import Actor

Rows = Callable[[Sequence[int], Actor, datetime], list[dict[str, Any]]]
"""(keys, whoever asked, now) → what the template shows of each; raises Refusal where it may not be made."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of sheet: its template below the package, its rows, and how many keys are made at a time.

    `batch` is a multiple of how many stand on one page, so that only the last page has room left.
    """

    key: str
    template: str
    rows: Rows
    batch: int


_sheets: dict[str, Sheet] = {}


def sheet_register(sheet: Sheet) -> None:
    """Take a kind of sheet in."""
    _sheets[sheet.key] = sheet


def sheet_get(key: str) -> Sheet:
    """The sheet of that key; KeyError when there is none."""
    return _sheets[key]
