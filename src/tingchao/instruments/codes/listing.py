"""Who has a code and who may be given one: the lists that the desk shows, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tingchao.directory.models import Deputy, Station
from tingchao.engine.rollups import records_of
from tingchao.engine.through import CODE_USED
from tingchao.instruments.codes.models import Activity, Code
from tingchao.instruments.codes.signing import token_for

PAGE = 25
KINDS = ("station", "deputy", "activity")


@dataclass(frozen=True, slots=True)
class Listed:
    """One holder with the last code given to it and how many voices have come by it."""

    holder: Any
    code_id: int | None
    given_at: datetime | None
    ended_at: datetime | None
    voices: int

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
    )
    down = kind == "activity"
    if query:
        found = found.filter(**{"title__icontains" if down else "name__icontains": query})
    if after:
        found = found.filter(**{"pk__lt" if down else "pk__gt": after})
    rows: list[Any] = list(found.order_by("-pk" if down else "pk")[: PAGE + 1])
    used = records_of(CODE_USED, [str(row.code_id) for row in rows[:PAGE] if row.code_id is not None])
    listed = [
        Listed(row, row.code_id, row.given_at, row.ended_at, used.get(str(row.code_id), 0))
        for row in rows[:PAGE]
    ]
    return ListedPage(listed, rows[PAGE - 1].pk if len(rows) > PAGE else 0)


def holder_get(kind: str, holder_id: int) -> Any:
    """The station, deputy or activity of that id, with where it belongs; None when there is none."""
    if kind == "station":
        return Station.objects.select_related("region").filter(pk=holder_id, active=True).first()
    if kind == "deputy":
        return Deputy.objects.select_related("station__region", "region").filter(pk=holder_id).first()
    return Activity.objects.select_related("station__region").filter(pk=holder_id).first()


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
    return Activity.objects.select_related("station").filter(_within("station__region__code", scopes))


def _within(column: str, scopes: tuple[str, ...]) -> Q:
    here = Q(pk__in=[])
    for scope in scopes:
        here |= Q(**{f"{column}__startswith": scope})
    return here
