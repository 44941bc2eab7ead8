"""Lists of the directory as administration shows them: searched, within scopes, 25 a page by cursor; and look-ups."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from tingchao.directory.codes import scopes_above
from tingchao.directory.models import Account, Body, Deputy, Grant, Group, Region, Station

PAGE = 25
OFFERED = 12
"""How many entries a look-up offers."""

Scopes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """How entries of a kind are listed: their order, where the region stands, what is searched, what is read along."""

    model: type[models.Model]
    order: tuple[str, ...]
    region: str
    search: tuple[str, ...]
    related: tuple[str, ...] = ()
    along: tuple[str, ...] = ()


SOURCES: Mapping[str, Source] = {
    "regions": Source(Region, ("code",), "code", ("name__icontains", "code__startswith"), ("parent",)),
    "bodies": Source(
        Body, ("region_id", "id"), "region_id", ("name__icontains", "key__icontains"), ("region",)
    ),
    "stations": Source(Station, ("region_id", "id"), "region_id", ("name__icontains",), ("region", "parent")),
    "deputies": Source(
        Deputy,
        ("region_id", "id"),
        "region_id",
        ("name__icontains", "expertise__icontains"),
        ("region", "station"),
    ),
    "groups": Source(Group, ("region_id", "id"), "region_id", ("name__icontains",), ("region",)),
    "accounts": Source(
        Account,
        ("username",),
        "",
        ("name__icontains", "username__icontains"),
        ("deputy",),
        ("grants",),
    ),
}


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of entries and the cursor of the next, empty at the end."""

    rows: list[Any]
    after: str


def listed(kind: str, *, scopes: Scopes, query: str = "", after: str = "") -> ListPage:
    """One page of the entries of a kind within scopes. At most two SQL statements; an unknown cursor is the start."""
    source = SOURCES[kind]
    rows = _searched(kind, scopes, query)
    if place := _place(source, after):
        rows = rows.filter(_beyond(source.order, place))
    found = list(rows.order_by(*source.order)[: PAGE + 1])
    last = [getattr(found[PAGE - 1], name) for name in source.order] if len(found) > PAGE else []
    return ListPage(found[:PAGE], _cursor(last) if last else "")


def entry_get(kind: str, pk: str, *, scopes: Scopes) -> Any:
    """One entry within scopes; None when there is none."""
    if SOURCES[kind].model is not Region and not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return _searched(kind, scopes, "").filter(pk=pk).first()


def memberships_of(group_id: int) -> list[Any]:
    """Everybody who is or was in a group, those who are in it first."""
    group = Group.objects.get(pk=group_id)
    return list(group.memberships.select_related("deputy").order_by("until", "since", "id"))


def grants_of(account_id: int) -> list[Grant]:
    """All that an account may do, might do, or may do from a day on; the newest last."""
    return list(Grant.objects.filter(account_id=account_id).select_related("body").order_by("since", "id"))


def region_names(codes: set[str]) -> dict[str, str]:
    return dict(Region.objects.filter(pk__in=codes).values_list("code", "name"))


def _searched(kind: str, scopes: Scopes, query: str) -> QuerySet[Any]:
    source = SOURCES[kind]
    rows: QuerySet[Any] = source.model._default_manager.select_related(*source.related)
    rows = rows.prefetch_related(*source.along).filter(_in_scopes(source, scopes))
    if query:
        rows = rows.filter(_any(Q(**{term: query}) for term in source.search))
    return rows


def _in_scopes(source: Source, scopes: Scopes) -> Q:
    if "" in scopes:
        return Q()
    if source.model is Account:
        given = Grant.objects.filter(_any(Q(scope__startswith=scope) for scope in scopes))
        return Q(pk__in=given.values("account_id"))
    column = source.region.replace(
        "_id", "__code"
    )  # of a key only what it points at can be compared by its start
    return _any(Q(**{f"{column}__startswith": scope}) for scope in scopes)


def _any(parts: Any) -> Q:
    """Any of the conditions; none of them is nothing."""
    found = Q(pk__in=[])
    for part in parts:
        found |= part
    return found


def _beyond(order: tuple[str, ...], place: list[Any]) -> Q:
    """The rows after a place in an order of one or two columns."""
    if len(order) == 1:
        return Q(**{f"{order[0]}__gt": place[0]})
    first, second = order
    return Q(**{f"{first}__gt": place[0]}) | Q(**{first: place[0], f"{second}__gt": place[1]})


def _cursor(place: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(source: Source, cursor: str) -> list[Any]:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error):
        return []
    kinds = tuple(int if name == "id" else str for name in source.order)
    fits = isinstance(place, list) and len(place) == len(kinds)
    return place if fits and all(map(isinstance, place, kinds)) and "\0" not in str(place[0]) else []


# --- look-ups ---------------------------------------------------------------------------------------------


NAMED = ("regions", "bodies", "stations", "deputies")
"""Kinds of entries that others name."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was looked up: its key, how it is written in a field, and what tells it from others."""

    key: str
    label: str
    note: str


def looked_up(kind: str, text: str, *, scopes: Scopes) -> list[Found]:
    """The first entries in use whose name or key holds `text`, in the order of the list."""
    words = text.strip()
    rows = _offered(kind, scopes)
    exact = _by_key(kind, words)
    if exact is not None:
        return [found_of(kind, row) for row in rows.filter(exact)[:1]]
    return [found_of(kind, row) for row in _matching(kind, rows, words)[:OFFERED]]


def look_up(kind: str, text: str, *, scopes: Scopes) -> list[Found]:
    """The entries that what was typed into a field names: by its key at the end, else by its whole name."""
    words = text.strip()
    rows = _offered(kind, scopes)
    exact = _by_key(kind, words)
    condition = Q(name=words) if exact is None else exact
    return [found_of(kind, row) for row in rows.filter(condition)[:2]]


def found_of(kind: str, row: Any) -> Found:
    """How an entry is written in a field: its name, and its key so that no other is meant."""
    if kind == "regions":
        return Found(row.pk, f"{row.name} {row.pk}", row.parent.name if row.parent else "")
    if kind == "bodies":
        return Found(str(row.pk), f"{row.name} #{row.pk}", row.region.name)
    return Found(str(row.pk), f"{row.name} #{row.pk}", row.region.name)


def _matching(kind: str, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    if not words:
        return rows
    return rows.filter(_any(Q(**{term: words}) for term in SOURCES[kind].search))


def _offered(kind: str, scopes: Scopes) -> QuerySet[Any]:
    """The entries that may be named: within the scopes, and of stations and regions those above them too."""
    source = SOURCES[kind]
    rows: QuerySet[Any] = source.model._default_manager.select_related(*source.related)
    inside = _in_scopes(source, scopes)
    if kind in ("regions", "stations") and "" not in scopes:
        above = {f"{one:0<12}" for scope in scopes for one in scopes_above(f"{scope:0<12}")}
        inside |= Q(**{f"{source.region}__in": above})
    rows = rows.filter(inside).order_by(*source.order)
    return rows.filter(active=True) if kind in ("bodies", "stations") else rows


def _by_key(kind: str, words: str) -> Q | None:
    """The condition for the key that stands at the end of what was typed; None when none does."""
    tail = words.rpartition(" ")[2]
    if kind == "regions":
        return Q(pk=tail) if len(tail) == 12 and tail.isascii() and tail.isdigit() else None
    digits = tail[1:]
    known = tail.startswith("#") and digits.isascii() and digits.isdigit() and len(digits) < 19
    return Q(pk=int(digits)) if known else None
