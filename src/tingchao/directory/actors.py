"""The actor of a service call: who acts, in which roles, within which scopes. Plain data, read once a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tingchao.core.roles import Role


@dataclass(frozen=True, slots=True)
class Hold:
    """One role held: within a region prefix, and for one body or for none."""

    role: Role
    scope: str = ""
    body_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever calls a service. `case_id` is set for a reporter, who acts on that one matter only."""

    kind: str  # "account" | "reporter" | "system"
    id: int | None
    name: str
    holds: tuple[Hold, ...] = ()
    deputy_id: int | None = None
    case_id: int | None = None

    @property
    def key(self) -> str:
        """Stable name in records, e.g. "account:12"."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


SYSTEM = Actor(kind="system", id=None, name="系统", holds=(Hold(Role.SYSTEM),))
NOBODY = Actor(kind="nobody", id=None, name="")
"""Has no role anywhere: everything is denied."""


def reporter(case_id: int) -> Actor:
    """Whoever raised a matter and has shown its secret; also whoever raises one now (case_id 0)."""
    return Actor(kind="reporter", id=None, name="反映人", holds=(Hold(Role.REPORTER),), case_id=case_id)


def valid_on(since: date, until: date | None, day: date) -> bool:
    """Whether something dated from `since` to before `until` holds on `day`."""
    return since <= day and (until is None or day < until)
