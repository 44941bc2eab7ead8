"""What a step asks the directory: the names that it shows, and whether whom it names is offered to the matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tingchao.directory.actors import valid_on
from tingchao.directory.models import Body, Deputy
from tingchao.directory.selectors import (
    bodies_for,
    deputies_ever,
    deputies_for,
    names_of_bodies,
    names_of_deputies,
    names_of_groups,
)


class Lookups:
    """Asks each time, as one step of one matter needs it."""

    def bodies(self, ids: Iterable[int]) -> Mapping[int, str]:
        """Id → name."""
        return names_of_bodies(ids)

    def deputies(self, ids: Iterable[int]) -> Mapping[int, str]:
        """Id → name."""
        return names_of_deputies(ids)

    def groups(self, ids: Iterable[int]) -> Mapping[int, str]:
        """Id → name."""
        return names_of_groups(ids)

    def bodies_offered(self, region_code: str, ids: Iterable[int], *, organs: bool = False) -> int:
        """How many of these bodies a matter of a region may be assigned to; `organs` of state too, where asked."""
        return bodies_for(region_code, organs=organs).filter(pk__in=list(ids)).count()

    def deputies_offered(self, region_code: str, day: date, ids: Iterable[int]) -> int:
        """How many of these deputies may follow a matter of a region on a day."""
        return deputies_for(region_code, day).filter(pk__in=list(ids)).count()


class KeptLookups(Lookups):
    """Asks once and keeps the answer, for many steps of many matters in one piece of work."""

    def __init__(self) -> None:
        self._bodies = dict(Body.objects.values_list("id", "name"))
        self._deputies = dict(Deputy.objects.values_list("id", "name"))
        self._bodies_of: dict[tuple[str, bool], set[int]] = {}
        self._terms_of: dict[str, dict[int, tuple[date, date | None]]] = {}

    def bodies(self, ids: Iterable[int]) -> Mapping[int, str]:
        return self._bodies

    def deputies(self, ids: Iterable[int]) -> Mapping[int, str]:
        return self._deputies

    def bodies_offered(self, region_code: str, ids: Iterable[int], *, organs: bool = False) -> int:
        key = (region_code, organs)
        if key not in self._bodies_of:
            rows = bodies_for(region_code, organs=organs)
            self._bodies_of[key] = set(rows.values_list("id", flat=True))
        return len(self._bodies_of[key] & set(ids))

    def deputies_offered(self, region_code: str, day: date, ids: Iterable[int]) -> int:
        if region_code not in self._terms_of:
            rows = deputies_ever(region_code).values_list("id", "since", "until")
            self._terms_of[region_code] = {pk: (since, until) for pk, since, until in rows}
        terms = self._terms_of[region_code]
        return sum(key in terms and valid_on(*terms[key], day) for key in set(ids))


ASKING = Lookups()
