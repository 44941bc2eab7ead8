"""Which townships filed what they issued: every one of them, this year and the year before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tingchao.directory.models import Region
from tingchao.mechanisms.filing_review.models import Filing

ZONES = 400
"""From here on the numbers of townships (GB/T 10114) are development zones and the like."""


@dataclass(frozen=True, slots=True)
class Town:
    """One township, or a county by itself: what it filed of the year, how much of it late, and of the year before."""

    code: str
    name: str
    documents: int
    before: int
    late: int


@dataclass(frozen=True, slots=True)
class Covered:
    """One county with all its townships; `own` is what its government, courts and the like filed at its own level."""

    code: str
    name: str
    towns: tuple[Town, ...]
    own: Town

    @property
    def townships(self) -> int:
        return len(self.towns)

    @property
    def filed_by(self) -> int:
        return sum(one.documents > 0 for one in self.towns)

    @property
    def documents(self) -> int:
        return sum(one.documents for one in self.towns)

    @property
    def before(self) -> int:
        return sum(one.before for one in self.towns)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.towns)

    @property
    def missing(self) -> tuple[str, ...]:
        """The townships that filed nothing of the year."""
        return tuple(one.name for one in self.towns if not one.documents)

    @property
    def share(self) -> int:
        """How many of a hundred townships filed something."""
        return 100 * self.filed_by // len(self.towns) if self.towns else 0


def coverage(scopes: Iterable[str], year: int) -> list[Covered]:
    """County by county, every township within region prefixes with what it filed of a year, by the day of publication.

    Two SQL statements.
    """
    inside = Q(pk__in=[])
    for scope in scopes:
        inside |= Q(code__startswith=scope) | Q(code=f"{scope[:6]:0<12}")
    names = dict(
        Region.objects.filter(inside, code__endswith="000").order_by("code").values_list("code", "name")
    )
    counted: dict[tuple[str, int], tuple[int, int]] = {}
    rows = Filing.objects.filter(document__published_on__year__in=(year - 1, year))
    told = rows.values_list("document__region_id", "document__published_on__year")
    for code, of, documents, late in told.annotate(n=Count("pk"), late=Count("pk", filter=Q(late_by__gt=0))):
        counted[code, of] = (documents, late)
    towns = [code for code in names if is_township(code)]
    return [_covered(county, towns, names, counted, year) for county in sorted({code[:6] for code in towns})]


Counted = Mapping[tuple[str, int], tuple[int, int]]
"""Region and year → how many documents, and how many of them late."""


def _covered(county: str, towns: list[str], names: Mapping[str, str], counted: Counted, year: int) -> Covered:
    code = f"{county}000000"
    within = tuple(_town(one, names, counted, year) for one in towns if one.startswith(county))
    return Covered(county, names.get(code, county), within, _town(code, names, counted, year))


def _town(code: str, names: Mapping[str, str], counted: Counted, year: int) -> Town:
    (documents, late), (before, _) = counted.get((code, year), (0, 0)), counted.get((code, year - 1), (0, 0))
    return Town(code, names.get(code, code), documents, before, late)


def is_township(code: str) -> bool:
    """Whether a region is a township or sub-district, and no development zone."""
    return code.endswith("000") and not code.endswith("000000") and int(code[6:9]) < ZONES


def townships_within(scopes: Iterable[str]) -> list[str]:
    """The codes of the townships and sub-districts in region prefixes; development zones are none of them."""
    inside = Q(pk__in=[])
    for scope in scopes:
        inside |= Q(code__startswith=scope)
    rows = Region.objects.filter(inside, code__endswith="000").order_by("code")
    return [code for code in rows.values_list("code", flat=True) if is_township(code)]


def township_filings(scope: str) -> QuerySet[Filing]:
    """Filings of townships and sub-districts in a region prefix."""
    rows = Filing.objects.filter(
        document__region__code__startswith=scope, document__region__code__endswith="000"
    )
    rows = rows.exclude(document__region__code__endswith="000000").select_related("document__maker")
    return rows.defer("document__plain", "document__words")
