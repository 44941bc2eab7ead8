"""Reads of the directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic
from typing import Any, ClassVar, Generic, TypeVar

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from tingchao.core.calendar import WorkingCalendar, YearPlan
from tingchao.core.limits import Limit, Unit
from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.directory.actors import NOBODY, Actor, Hold, valid_on
from tingchao.directory.codes import scope_of
from tingchao.directory.models import (
    Account,
    Body,
    Deputy,
    Group,
    Installation,
    LimitRule,
    Membership,
    Region,
    Station,
    WorkingYear,
)
from tingchao.directory.published import published_plans

T = TypeVar("T")


class Kept(Generic[T]):
    """A value read seldom and kept for some seconds in each process."""

    every: ClassVar[list[Kept[Any]]] = []
    """All that are kept, so that tests can forget them."""

    def __init__(self, read: Callable[[], T], seconds: float) -> None:
        self.every.append(self)
        self._read, self._seconds = read, seconds
        self._value: T | None = None
        self._until = 0.0

    def get(self) -> T:
        """The value, read again when it is older than its seconds."""
        if self._value is None or monotonic() > self._until:
            self._value = self._read()
            self._until = monotonic() + self._seconds
        return self._value

    def forget(self) -> None:
        self._value = None


# --- the working calendar ---------------------------------------------------------------------------------


def _read_calendar() -> WorkingCalendar:
    plans = dict(published_plans())
    for row in WorkingYear.objects.all():
        plans[row.year] = YearPlan(
            year=row.year,
            off=frozenset(map(date.fromisoformat, row.off)),
            on=frozenset(map(date.fromisoformat, row.on)),
            source=row.source,
        )
    return WorkingCalendar(plans)


kept_calendar = Kept(_read_calendar, seconds=30.0)


def working_calendar() -> WorkingCalendar:
    """The calendar in force: the published years, with what an administrator loaded before them."""
    return kept_calendar.get()


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A year of the calendar in force; `loaded_at` is None for one that ships."""

    plan: YearPlan
    loaded_at: datetime | None


def calendar_years() -> list[KnownYear]:
    """Every year that the calendar in force knows, the latest first. One SQL statement."""
    loaded = dict(WorkingYear.objects.values_list("year", "loaded_at"))
    plans = sorted(working_calendar().plans.values(), key=lambda plan: -plan.year)
    return [KnownYear(plan, loaded.get(plan.year)) for plan in plans]


# --- the limits of this place -----------------------------------------------------------------------------

Place = tuple[str, str, str]
"""(procedure, stage, tier): where a limit holds; an empty tier is every matter that no other limit names."""


def _read_limits() -> dict[Place, Limit]:
    rows = LimitRule.objects.values_list("procedure", "stage", "tier", "amount", "unit", "source")
    return {
        (key, stage, tier): Limit(amount, Unit(unit), source)
        for key, stage, tier, amount, unit, source in rows
    }


kept_limits = Kept(_read_limits, seconds=30.0)


def limits_set() -> dict[Place, Limit]:
    """The limits that hold here instead of those that ship."""
    return kept_limits.get()


# --- whose installation this is ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Site:
    """What every page says of the installation."""

    name: str
    city: str
    demo: bool
    region_code: str


def _read_site() -> Site:
    row = Installation.objects.select_related("region").first()
    if row is None:
        return Site(name="听潮", city="", demo=False, region_code="")
    return Site(name=row.name, city=row.region.name, demo=row.demonstration, region_code=row.region_id)


kept_site = Kept(_read_site, seconds=60.0)


def site() -> Site:
    return kept_site.get()


# --- people and places ------------------------------------------------------------------------------------


# written out, since every request of the desk begins with it and the ORM takes longer to build it than to run it
_HOLDS = """
SELECT g.role, g.scope, g.body_id, d.since, d.until FROM directory_grant g
JOIN directory_account a ON a.id = g.account_id LEFT JOIN directory_deputy d ON d.id = a.deputy_id
WHERE g.account_id = %s AND g.since <= %s AND (g.until IS NULL OR g.until > %s) ORDER BY g.id
"""


def actor_for(account: Account, now: datetime) -> Actor:
    """The actor that an account is at `now`: its grants in force, and the deputy it stands for while the term runs.

    One SQL statement. An account that is not active is nobody.
    """
    if not account.is_active:
        return NOBODY
    today = localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS, [account.pk, today, today])
        found = cursor.fetchall()
    holds = tuple(Hold(Role(role), scope, body_id) for role, scope, body_id, _, _ in found)
    stands = any(
        role == Role.DEPUTY and since is not None and valid_on(since, until, today)
        for role, _, _, since, until in found
    )
    return Actor("account", account.pk, account.name, holds, account.deputy_id if stands else None)


def stations_open(scope: str = "") -> QuerySet[Station]:
    """Stations in use within a region prefix, head stations first."""
    return (
        Station.objects.filter(active=True, region__code__startswith=scope)
        .select_related("region")
        .order_by("id")
    )


def stations_within(scopes: tuple[str, ...]) -> QuerySet[Station]:
    """Stations in use within any of these region prefixes."""
    here = Q(pk__in=[])
    for scope in scopes:
        here |= Q(region__code__startswith=scope)
    return Station.objects.filter(here, active=True).order_by("id")


def stations_by_district() -> list[tuple[str, list[Station]]]:
    """(district or county, its stations in use) in the order of the codes, the city's own first. Two statements."""
    names = dict(Region.objects.filter(code__endswith="000000").values_list("code", "name"))
    grouped: dict[str, list[Station]] = {}
    for station in Station.objects.filter(active=True).order_by("region_id", "id"):
        grouped.setdefault(f"{station.region_id[:6]}000000", []).append(station)
    return [(names.get(code, ""), stations) for code, stations in grouped.items()]


def station_get(station_id: int) -> Station | None:
    return Station.objects.select_related("region").filter(pk=station_id, active=True).first()


def communities_of(region_code: str) -> list[str]:
    """The names of the communities and villages of the township that a region belongs to."""
    below = Region.objects.filter(code__startswith=region_code[:9]).exclude(code__endswith="000")
    return list(below.order_by("code").values_list("name", flat=True))


def station_of_deputy(deputy_id: int) -> int | None:
    """The station on whose wall a deputy is."""
    return Deputy.objects.filter(pk=deputy_id).values_list("station_id", flat=True).first()


HANDED_MATTERS = (Body.Kind.DEPARTMENT, Body.Kind.GOVERNMENT, Body.Kind.COMMUNITY)
"""Kinds of bodies to which what people raise is handed."""

ORGANS = (Body.Kind.CONGRESS, Body.Kind.COURT, Body.Kind.PROCURACY, Body.Kind.SUPERVISION)
"""Organs of state to which it never is: the congress hands out, and what belongs before a court, a procuratorate or a
supervisory commission takes the way that laws lay down for it (《信访工作条例》第三十一条第一项)."""


def bodies_for(region_code: str, *, organs: bool = False) -> QuerySet[Body]:
    """Bodies that a matter in this region may be assigned to: those of the region and of every region above it.

    Organs of state are among them where `organs` asks for them: as makers of what is reviewed, as those who are asked
    for an opinion, as guests.
    """
    above = [region_code, f"{region_code[:9]:0<12}", f"{region_code[:6]:0<12}", f"{region_code[:4]:0<12}"]
    kinds = (*HANDED_MATTERS, *ORGANS) if organs else HANDED_MATTERS
    return Body.objects.filter(active=True, region_id__in=above, kind__in=kinds).order_by("-region_id", "id")


def successors_of(body: Body, region_code: str) -> QuerySet[Body]:
    """Bodies that may take over what a body has open in a region; from an organ of state only one of the same kind."""
    if body.kind not in ORGANS:
        return bodies_for(region_code)
    return bodies_for(region_code, organs=True).filter(kind=body.kind)


def deputies_for(region_code: str, day: date) -> QuerySet[Deputy]:
    """Deputies and council members in office on `day` in the township of this region, or in all of a larger one."""
    in_office = Q(until__isnull=True) | Q(until__gt=day)
    return deputies_ever(region_code).filter(in_office, since__lte=day).order_by("id")


def deputies_ever(region_code: str) -> QuerySet[Deputy]:
    """Everybody who was ever one of `deputies_for`."""
    return Deputy.objects.filter(region__code__startswith=scope_of(region_code)[:9])


def groups_for(region_code: str) -> QuerySet[Group]:
    """Groups of the region and of every region above it, the nearest first."""
    above = [region_code, f"{region_code[:9]:0<12}", f"{region_code[:6]:0<12}", f"{region_code[:4]:0<12}"]
    return Group.objects.filter(region_id__in=above).order_by("-region_id", "id")


def members_of(group_id: int, day: date) -> list[int]:
    """The ids of whoever is a member of a group and in office on `day`."""
    now = Q(until__isnull=True) | Q(until__gt=day)
    in_office = Q(deputy__until__isnull=True) | Q(deputy__until__gt=day)
    rows = Membership.objects.filter(
        now, in_office, group_id=group_id, since__lte=day, deputy__since__lte=day
    )
    return list(rows.order_by("deputy_id").values_list("deputy_id", flat=True).distinct())


def deputy_kinds() -> list[tuple[str, str]]:
    """(key, label) of the kinds of people on a wall."""
    return [(str(key), str(label)) for key, label in Deputy.Kind.choices]


def names_of_bodies(ids: Iterable[int]) -> dict[int, str]:
    return dict(Body.objects.filter(pk__in=list(ids)).values_list("id", "name"))


def names_of_deputies(ids: Iterable[int]) -> dict[int, str]:
    return dict(Deputy.objects.filter(pk__in=list(ids)).values_list("id", "name"))


def body_region(body_id: int) -> str:
    """The code of the region that a body belongs to; empty when there is no such body."""
    return Body.objects.filter(pk=body_id).values_list("region_id", flat=True).first() or ""


def names_of_groups(ids: Iterable[int]) -> dict[int, str]:
    return dict(Group.objects.filter(pk__in=list(ids)).values_list("id", "name"))


def region_name(code: str) -> str:
    return Region.objects.filter(pk=code).values_list("name", flat=True).first() or code


def region_by_code(code: str) -> Region | None:
    return Region.objects.filter(pk=code).first()


def station_by_name(name: str, scope: str = "") -> Station | None:
    """The one station of that name within a region prefix; None when there is none or more than one."""
    found = list(Station.objects.filter(name=name, active=True, region__code__startswith=scope)[:2])
    return found[0] if len(found) == 1 else None


def choice_labels() -> dict[str, str]:
    """The stored keys of every choice of the directory → their labels in Chinese: kinds, levels, roles."""
    choices = (Body.Kind.choices, Station.Kind.choices, Deputy.Kind.choices, Deputy.Level.choices)
    labels = {str(key): str(label) for some in choices for key, label in some}
    return labels | {role.value: label for role, label in ROLE_LABELS.items() if role is not Role.DEPUTY}


def choices_of(what: str) -> list[tuple[str, object]]:
    """(key, label) of a choice of the directory: the kind of a "body", "station" or "deputy", the "level" of one."""
    found = {"body": Body.Kind, "station": Station.Kind, "deputy": Deputy.Kind, "level": Deputy.Level}
    return [(str(key), label) for key, label in found[what].choices]
