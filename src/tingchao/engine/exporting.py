"""Taking a list out of the house: what the rows bear, and the record of who took which list.

等保 2.0 (GB/T 22239-2019 8.1.4.3) wants what users do with data kept; the event stands in the stream "export".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine import record, search
from tingchao.engine.models import Case, Event
from tingchao.engine.selectors import ALL, ListedCase, Page, listed
from tingchao.engine.sifting import Sift

MOST_ROWS = 50_000
STREAM = "export"
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A list: one of LISTS narrowed, or what a search finds when `query` is given."""

    view: str
    sift: Sift = ALL
    query: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A matter as an exported list has it: nothing of who raised it, and not its text."""

    listed: ListedCase
    tier: str
    channel: str
    opened_at: datetime
    outcome: str
    satisfaction: str
    returns: int


def sheet_rows(actor: Actor, asked: Asked, *, now: datetime, most: int | None = None) -> Iterator[SheetRow]:
    """The rows of a list in its order, no more than `most` or MOST_ROWS; two SQL statements for each BATCH of them."""
    after, left = "", MOST_ROWS if most is None else most
    while left > 0:
        page = _page(actor, asked, now=now, after=after, most=min(BATCH, left))
        yield from _with_columns(page.rows)
        after, left = page.after, left - len(page.rows)
        if not after:
            return


def more_than(actor: Actor, asked: Asked, *, now: datetime, shown: int) -> bool:
    """Whether the list holds more than the `shown` rows that were given out, which are MOST_ROWS or fewer."""
    return shown >= MOST_ROWS and len(_page(actor, asked, now=now, after="", most=shown + 1).rows) > shown


def _page(actor: Actor, asked: Asked, *, now: datetime, after: str, most: int) -> Page:
    if asked.query:
        return search.found(actor, query=asked.query, after=after, most=most)
    return listed(actor, view=asked.view, now=now, after=after, sift=asked.sift, most=most)


def _with_columns(rows: Sequence[ListedCase]) -> Iterator[SheetRow]:
    columns = ("pk", "tier", "channel", "opened_at", "outcome", "satisfaction", "returns")
    found = {
        row[0]: row[1:] for row in Case.objects.filter(pk__in=[one.pk for one in rows]).values_list(*columns)
    }
    for one in rows:
        yield SheetRow(one, *found[one.pk])


@transaction.atomic
def list_export(*, asked: str, rows: int, cut: bool, actor: Actor, now: datetime) -> Event:
    """Record that an account took a list out: which, in words, how many rows, and whether it was cut.

    Raises Refusal "forbidden" for whoever holds no role.
    """
    if actor.kind != "account" or not actor.holds:
        raise Refusal("forbidden", gettext_noop("只有工作人员能导出列表。"))
    entry = record.Entry(
        action="export",
        actor=actor,
        role=str(actor.holds[0].role),
        now=now,
        data={"asked": asked, "rows": rows, "cut": cut},
    )
    return record.append_to_stream(entry, stream=STREAM)
