"""What `tingchao figures` prints."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date

import click
from django.utils.timezone import localdate
from rich.console import Console
from rich.table import Table

from tingchao.demo.build import demo_built_on
from tingchao.directory.codes import scope_of
from tingchao.directory.selectors import region_by_code
from tingchao.instruments.figures.declared import Window
from tingchao.instruments.figures.selectors import (
    figure_get,
    figures_declared,
    figures_read,
    period,
    places_of,
)

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which place figures are asked for, of which calendar year, or up to which day."""

    place: str | None = None
    year: int | None = None
    on: date | None = None

    def last_day(self) -> date:
        """The last of the 365 days. The year that the demonstration tells of ends on the day on which it was built: a
        demonstration that stands unused has no later one, and its figures hold however long it stands."""
        return self.on or demo_built_on() or localdate()


def figures(asked: Asked, *, as_json: bool) -> int:
    """Print every figure of a place, or of the places that were named. The exit code is 2 for an unknown place."""
    if not _known(asked.place):
        return 2
    found = list(figures_read(today=asked.last_day(), year=asked.year, place=asked.place or ""))
    if as_json:
        click.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=1))
        return 0
    table = Table("", "", "", "", "", "")
    for column, title in zip(
        table.columns, ("key", "value", "unit", "place", "period", "records"), strict=True
    ):
        column.header = title
    for one in found:
        told = one.as_json()
        table.add_row(*(str(told[name]) for name in ("key", "value", "unit", "place", "period", "records")))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    if asked.year is None and asked.on is None and demo_built_on() is not None:
        click.echo("The demonstration's year ends on the day on which it was built; --on names another day.")
    return 0


def records(key: str, asked: Asked) -> int:
    """Print the records behind one figure, a line each: day, what it is, how much it adds, on what it happened."""
    figure = figure_get(key)
    if figure is None:
        known = ", ".join(one.key for _, one in figures_declared())
        click.echo(f"There is no figure {key}. There are: {known}", err=True)
        return 2
    if not _known(asked.place):
        return 2
    since, until = period(asked.last_day(), asked.year)
    for code in [asked.place] if asked.place else places_of({figure.family})[figure.family]:
        window, after = Window(scope_of(code), since, until), 0
        while rows := figure.source.records(window, after=after, most=PAGE):
            for row in rows:
                click.echo(f"{row.day or '-'}\t{row.text}\t{row.amount}\t{row.subject}")
            after = rows[-1].after
    return 0


def _known(place: str | None) -> bool:
    if place is None or region_by_code(place) is not None:
        return True
    click.echo(f"There is no region with the code {place}.", err=True)
    return False
