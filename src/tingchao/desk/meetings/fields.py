"""Fields of the forms of gatherings: declared as data, drawn by drawing.field, read back as the services take them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from tingchao.core.steps import refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.engine.timing import ZONE

Option = tuple[str, str, str]
"""(value, label, note)."""

NO_DAY = gettext_noop("请选一个日期。")
NO_TIME = gettext_noop("请填时间，像 9:30 这样。")
NO_NUMBER = gettext_noop("请填一个整数。")

LISTS = frozenset({"several", "deputies", "bodies"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One field. `value` is what stands there before anything is typed."""

    key: str
    label: str
    kind: str = "line"
    required: bool = False
    hint: str = ""
    options: Sequence[Option] = ()
    most: int = 0
    value: Any = ""


Typed = Mapping[str, Any]


def typed_in(asks: Iterable[Ask], post: QueryDict) -> dict[str, Any]:
    """What was typed, by key, not yet cleaned."""
    return {one.key: post.getlist(one.key) if one.kind in LISTS else post.get(one.key, "") for one in asks}


def drawn(
    asks: Iterable[Ask], typed: Typed | None = None, faults: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The fields as drawing.field takes them; `typed` is None for a fresh form."""
    return [_drawn(one, typed, (faults or {}).get(one.key, "")) for one in asks]


def _drawn(one: Ask, typed: Typed | None, fault: str) -> dict[str, Any]:
    value = one.value if typed is None else typed.get(one.key, "")
    chosen = {str(item) for item in (value if isinstance(value, list | tuple) else [value])}
    return {
        "key": one.key,
        "name": one.key,
        "label": gettext(one.label),
        "kind": one.kind,
        "required": one.required,
        "value": value if value is not None else "",
        "options": [
            {"value": key, "label": label, "note": note, "selected": key in chosen}
            for key, label, note in one.options
        ],
        "hint": gettext(one.hint) if one.hint else "",
        "error": fault,
        "maxlength": one.most or "",
    }


def times_asked(starts: datetime | None, ends: datetime | None) -> list[Ask]:
    """Day, beginning and end, as they stand."""
    local = [moment.astimezone(ZONE) if moment else None for moment in (starts, ends)]
    first, last = local
    return [
        Ask("day", gettext_noop("哪天"), "date", True, value=first.date().isoformat() if first else ""),
        Ask("begins", gettext_noop("几点开始"), "time", True, value=f"{first:%H:%M}" if first else ""),
        Ask("ends", gettext_noop("几点结束"), "time", True, value=f"{last:%H:%M}" if last else ""),
        Ask(
            "last_day",
            gettext_noop("结束那天"),
            "date",
            hint=gettext_noop("当天结束的不用填"),
            value=last.date().isoformat() if first and last and last.date() != first.date() else "",
        ),
    ]


def times_of(typed: Typed) -> tuple[datetime, datetime]:
    """(beginning, end) as typed. Raises Refusal "input" for each that cannot be read."""
    faults: dict[str, str] = {}
    day = _day(typed.get("day"))
    last = _day(typed.get("last_day")) or day
    begins, ends = time_of(typed.get("begins")), time_of(typed.get("ends"))
    for key, found, fault in (("day", day, NO_DAY), ("begins", begins, NO_TIME), ("ends", ends, NO_TIME)):
        if found is None:
            faults[key] = fault
    if faults or day is None or last is None or begins is None or ends is None:
        raise refused_inputs(faults)
    return datetime.combine(day, begins, ZONE), datetime.combine(last, ends, ZONE)


OF_TIMES = {"starts": "day"}
"""A fault of the services → the field of the form that it belongs to."""


def faults_of(faults: Mapping[str, str]) -> dict[str, str]:
    """The faults by the fields of a form."""
    return {OF_TIMES.get(key, key): words for key, words in faults.items()}


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text or "").strip())
    except ValueError:
        return None


def time_of(text: object) -> time | None:
    """A time of day as typed; None when it cannot be read."""
    found = re.fullmatch(r"(\d{1,2})[:：](\d{2})(:00)?", str(text or "").strip(), re.ASCII)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def number_of(typed: Typed, key: str) -> int | None:
    """A whole number that may be left out. Raises Refusal "input" for what is none."""
    text = str(typed.get(key) or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise refused_inputs({key: NO_NUMBER})
    return int(text)


def lines_of(text: object) -> list[list[str]]:
    """Lines of "what｜who｜when" as lists of their parts; empty lines are left out."""
    rows = [re.split(r"[|｜]", line) for line in str(text or "").splitlines() if line.strip()]
    return [[part.strip() for part in row] for row in rows]


def part(row: Sequence[str], place: int) -> str:
    """One part of such a line; empty when it has fewer."""
    return row[place] if place < len(row) else ""
