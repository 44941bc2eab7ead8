"""Who has a code and who may be given one: the lists that the desk shows, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from tingchao.core.numbering import NumberError, parse_number
from tingchao.directory.models import Deputy, Station
from tingchao.engine.models import Case
from tingchao.engine.rollups import records_of
from tingchao.engine.through import CODE_USED
from tingchao.instruments.codes.models import HOLDERS, Activity, Code, ScanDay
from tingchao.instruments.codes.signing import token_for

PAGE = 25
KINDS = HOLDERS
NEWEST_FIRST = ("activity", "case")
STRAY_DAYS = 30
"""Days for which scans of ended codes are shown: an old poster that still hangs is noticed by them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One holder with the last code given to it, how many voices have come by it and how often it was scanned.

    `stray` counts scans in the last STRAY_DAYS of codes of the holder that had ended by then.
    """

    holder: Any
    code_id: int | None
    given_at: datetime | None
    ended_at: datetime | None
    voices: int
    scans: int = 0
    stray: int = 0

    @property
    def token(self) -> str:
        """The token in force; empty when there is none."""
        return token_for(self.code_id) if self.code_id is not None and self.ended_at is None else ""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page of holders and the cursor of the next, 0 at the end."""

    rows: list[Listed]
    after: int


def holders_page(
    kind: str, *, scopes: tuple[str, ...], today: date, query: str = "", after: int = 0
) -> ListedPage:
    """25 holders of one of KINDS within region prefixes, newest activities first. Two SQL statements."""
    latest = Code.objects.filter(**{kind: OuterRef("pk")}).order_by("-id")
    found = _holders(kind, scopes, today).annotate(
        code_id=Subquery(latest.values("pk")[:1]),
        given_at=Subquery(latest.values("created_at")[:1]),
        ended_at=Subquery(latest.values("revoked_at")[:1]),
        scans=_scans(kind, Q(code_id=OuterRef("code_id"))),
        stray=_scans(
            kind,
            Q(day__gt=TruncDate("code__revoked_at")) & Q(day__gt=today - timedelta(days=STRAY_DAYS)),
        ),
    )
    down = kind in NEWEST_FIRST
    if query or kind == "case":
        found = found.filter(_searched(kind, query))
    if after:
        found = found.filter(**{"pk__lt" if down else "pk__gt": after})
    rows: list[Any] = list(found.order_by("-pk" if down else "pk")[: PAGE + 1])
    used = records_of(CODE_USED, [str(row.code_id) for row in rows[:PAGE] if row.code_id is not None])
    listed = [
        Listed(
            row,
            row.code_id,
            row.given_at,
            row.ended_at,
            used.get(str(row.code_id), 0),
            row.scans or 0,
            row.stray or 0,
        )
        for row in rows[:PAGE]
    ]
    return ListedPage(listed, rows[PAGE - 1].pk if len(rows) > PAGE else 0)


def _scans(kind: str, those: Q) -> Subquery:
    """The scans of a holder's codes on certain days, as one number; null for none."""
    rows = ScanDay.objects.filter(those, **{f"code__{kind}": OuterRef("pk")})
    return Subquery(rows.values(f"code__{kind}").annotate(n=Sum("scans")).values("n"))


def _searched(kind: str, query: str) -> Q:
    """What a word finds: a name, a title, a matter by its number. Without a number only matters that had a code."""
    if kind != "case":
        return Q(**{"title__icontains" if kind == "activity" else "name__icontains": query})
    if not query:
        return Exists(Code.objects.filter(case=OuterRef("pk")))  # type: ignore[return-value]
    try:
        number = parse_number(query.partition(" ")[0])
    except NumberError:
        return Q(pk__in=[])
    return Q(pk=number.serial, year=number.year)


def holder_get(kind: str, holder_id: int) -> Any:
    """The station, deputy or activity of that id, with where it belongs; None when there is none."""
    if kind == "station":
        return Station.objects.select_related("region").filter(pk=holder_id, active=True).first()
    if kind == "deputy":
        return Deputy.objects.select_related("station__region", "region").filter(pk=holder_id).first()
    if kind == "case":
        return Case.objects.select_related("station", "region").filter(pk=holder_id).first()
    return Activity.objects.select_related("station__region").filter(pk=holder_id).first()


def holders_get(kind: str, keys: Sequence[int]) -> list[Any]:
    """The holders of these ids in the order of the ids; those that are not there any more are left out."""
    if kind == "station":
        rows: QuerySet[Any] = Station.objects.select_related("region").filter(active=True)
    elif kind == "deputy":
        rows = Deputy.objects.select_related("station__region", "region")
    else:
        raise ValueError(f"{kind} codes are printed one by one")
    found = rows.in_bulk(list(keys))
    return [found[key] for key in keys if key in found]


def network_keys(kind: str, *, scopes: tuple[str, ...], today: date) -> list[int]:
    """The ids of everybody of a kind within region prefixes who may have a code, place by place. One statement."""
    rows = _holders(kind, scopes, today)
    if kind == "deputy":
        return list(
            rows.filter(station__active=True)
            .order_by("station__region_id", "station_id", "id")
            .values_list("pk", flat=True)
        )
    return list(rows.order_by("region_id", "id").values_list("pk", flat=True))


def without_code(kind: str, keys: Sequence[int]) -> int:
    """How many of these have no code in force."""
    return len(keys) - Code.objects.filter(**{f"{kind}__in": list(keys)}, revoked_at=None).count()


def code_of(kind: str, holder: Any) -> str:
    """The token in force of a holder; empty when there is none."""
    code_id = Code.objects.filter(**{kind: holder}, revoked_at=None).values_list("pk", flat=True).first()
    return "" if code_id is None else token_for(code_id)


def _holders(kind: str, scopes: tuple[str, ...], today: date) -> QuerySet[Any]:
    if kind == "station":
        stations = Station.objects.select_related("region").filter(active=True)
        return stations.filter(_within("region__code", scopes))
    if kind == "deputy":
        in_office = Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))
        here = _within("station__region__code", scopes) | (Q(station=None) & _within("region__code", scopes))
        return Deputy.objects.select_related("station").filter(in_office, here)
    if kind == "case":
        return Case.objects.select_related("station", "region").filter(_within("region__code", scopes))
    return Activity.objects.select_related("station").filter(_within("station__region__code", scopes))


def _within(column: str, scopes: tuple[str, ...]) -> Q:
    here = Q(pk__in=[])
    for scope in scopes:
        here |= Q(**{f"{column}__startswith": scope})
    return here
