"""Narrowing a list on screen: the form, a chip for each filter in force, and the addresses of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.utils.translation import gettext

from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of
from tingchao.desk.labels import CHANNELS
from tingchao.directory.offered import Offered, offered_named, offered_within
from tingchao.directory.saved_views import SavedView, views_of
from tingchao.engine.registry import procedures
from tingchao.engine.sifting import DONE, UNDONE, WATCHED, Sift, sift_from

Given = dict[str, Any]

LABELS = {
    "due": gettext_noop("到期"),
    "end": gettext_noop("结果"),
    "stage": gettext_noop("环节"),
    "tier": gettext_noop("轻重缓急"),
    "channel": gettext_noop("来源"),
    "place": gettext_noop("乡镇（街道）"),
    "station": gettext_noop("站点"),
    "body": gettext_noop("主办"),
    "watched": gettext_noop("督办"),
}
"""What each filter is called, in the order in which the form has them."""

DUE_LABELS = {
    "overdue": gettext_noop("已逾期"),
    "today": gettext_noop("今天到期"),
    "week": gettext_noop("这周到期"),
}
END_LABELS = {DONE: gettext_noop("已解决"), UNDONE: gettext_noop("没有解决就结了")}
OPEN_FILTER = "sift"
"""The part of an address that shows the form."""


def sift_of(request: HttpRequest) -> Sift:
    """What the address of a request narrows the list to."""
    return sift_from({key: request.GET.get(key, "") for key in LABELS})


def sift_fields(sift: Sift) -> dict[str, str]:
    """What an address bears of it: only what is asked for."""
    return {key: str(value) for key, value in asdict(sift).items() if value not in ("", None)}


def sifting(request: HttpRequest, sift: Sift, view: str, here: str) -> Given:
    """The chips of what is in force and, when the address asks for it, the form. At most one SQL statement."""
    shown = OPEN_FILTER in request.GET
    found = _offered(request, sift, everything=shown)
    kept = {"view": view, **sift_fields(sift)}
    saved = next((one.name for one in _views(request) if dict(parse_qsl(one.query)) == kept), "")
    return {
        "chips": [_chip(key, value, found, kept, here) for key, value in sift_fields(sift).items()],
        "open_url": f"{here}?{urlencode({**kept, OPEN_FILTER: 1})}",
        "clear_url": f"{here}?{urlencode({'view': view})}",
        "close_url": f"{here}?{urlencode(kept)}",
        "shown": shown,
        "view": view,
        "query": urlencode(kept),
        "saved": saved,
        "keep": bool(sift) and not shown,
        "fields": _fields(view, sift_fields(sift), found) if shown else [],
    }


def _views(request: HttpRequest) -> list[SavedView]:
    account: Any = request.user
    return views_of(account) if account.is_authenticated else []


def sift_words(sift: Sift, found: Sequence[Offered] | None = None) -> list[str]:
    """Each filter in force in words: 轻重缓急：急事."""
    named = (
        found if found is not None else offered_named(place=sift.place, station=sift.station, body=sift.body)
    )
    return [
        gettext("%(label)s：%(value)s") % {"label": gettext(LABELS[key]), "value": _value(key, value, named)}
        for key, value in sift_fields(sift).items()
    ]


def _offered(request: HttpRequest, sift: Sift, *, everything: bool) -> list[Offered]:
    if everything:
        return offered_within(list(dict.fromkeys(hold.scope for hold in actor_of(request).holds)))
    return offered_named(place=sift.place, station=sift.station, body=sift.body)


def _chip(key: str, value: str, found: Sequence[Offered], kept: dict[str, str], here: str) -> Given:
    without = {name: other for name, other in kept.items() if name != key}
    return {
        "label": _value(key, value, found),
        "what": gettext(LABELS[key]),
        "url": f"{here}?{urlencode(without)}",
    }


def _value(key: str, value: str, found: Sequence[Offered]) -> str:
    named = next((one.name for one in found if one.kind == key and one.key == value), "")
    return named or dict(_choices(key)).get(value, value)


def _choices(key: str) -> list[tuple[str, str]]:
    """(value, label) of a filter whose choices are known without asking the directory."""
    known: dict[str, Iterable[tuple[str, str]]] = {
        "due": DUE_LABELS.items(),
        "channel": CHANNELS.items(),
        "watched": ((WATCHED, gettext_noop("只看督办的")),),
        "stage": ((stage.key, stage.label) for one in procedures() for stage in one.stages),
        "tier": ((option.key, option.label) for one in procedures() for option in one.tiers),
        "end": (
            *END_LABELS.items(),
            *((o.key, o.label) for one in procedures() for o in one.outcomes if o.key != DONE),
        ),
    }
    return [(value, gettext(label)) for value, label in dict(known.get(key, ())).items()]


def _fields(view: str, chosen: dict[str, str], found: Sequence[Offered]) -> list[Given]:
    """The selects of the form: when it is due for open matters, how it ended for closed ones."""
    hidden = "due" if view == "closed" else "end"
    fields = []
    for key, label in LABELS.items():
        options = _choices(key) or [(one.key, one.name) for one in found if one.kind == key]
        if key == "stage":
            options = _stages(closed=view == "closed")
        if key != hidden and options:
            fields.append(
                {
                    "key": key,
                    "label": gettext(label),
                    "options": [
                        {"value": value, "label": text, "selected": chosen.get(key) == value}
                        for value, text in options
                    ],
                }
            )
    return fields


def _stages(*, closed: bool) -> list[tuple[str, str]]:
    stages = [stage for one in procedures() for stage in one.stages if stage.end is closed]
    return [(stage.key, gettext(stage.label)) for stage in stages]
